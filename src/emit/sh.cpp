#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "cacheplan/emit.h"
#include "cacheplan/text.h"

namespace cacheplan {

std::string EmitSh(const Plan& plan);

namespace {

/// Text for a comment: a newline in it would start a command.
std::string OneLine(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7F) {
      c = ' ';
    }
  }
  return text;
}

/// A comment, cut at blanks so that no line is longer than a screen.
std::string Comment(std::string_view text) {
  constexpr std::size_t kWidth = 98;
  std::string out;
  while (!text.empty()) {
    std::size_t end = text.size();
    if (end > kWidth) {
      end = text.rfind(' ', kWidth);
      end = end == std::string_view::npos ? std::min(text.find(' '), text.size()) : end;
    }
    out += fmt::format("# {}\n", text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

/// The next word belongs to this one: --tag NAME. Of words that the plan only passes on that is a
/// guess; none of them takes what looks like an option (--pull --tag NAME).
bool TakesNext(const std::string& word, const std::string& next) {
  return word.size() > 2 && word.starts_with("--") && word.find('=') == std::string::npos &&
         (!next.starts_with('-') || word == "--build-arg" || word == "--file" || word == "--label");
}

/// The command, one option a line where it is long.
std::string Command(const PlanStep& step) {
  std::string line = ShellCommand(step);
  constexpr std::size_t kWidth = 100;
  if (line.size() <= kWidth && line.find('\n') == std::string::npos) {
    return line;
  }
  std::string out;
  for (const auto& [name, value] : step.env) {
    out += fmt::format("{}={} ", name, ShellQuote(value));
  }
  std::size_t i = 0;
  for (; i < step.argv.size() && i < 2; ++i) {  // docker build
    out += fmt::format("{}{}", i == 0 ? "" : " ", ShellQuote(step.argv[i]));
  }
  while (i < step.argv.size()) {
    out += " \\\n  " + ShellQuote(step.argv[i]);
    // Pairing words is for the eye alone; the words stay the same however they are laid out.
    if (i + 2 < step.argv.size() && TakesNext(step.argv[i], step.argv[i + 1])) {
      out += " " + ShellQuote(step.argv[++i]);
    }
    ++i;
  }
  return out;
}

/// What is done where a step fails: no further build, and yet the cache images are pushed.
class Failures {
 public:
  explicit Failures(const Plan& plan) {
    for (const PlanStep& step : plan.steps) {
      if (step.kind == PlanStepKind::kBuild) {
        result_ = &step;
        builds_.push_back(&step);
      }
    }
    for (const PlanStep& step : plan.steps) {
      outlast_ = outlast_ || (step.kind == PlanStepKind::kPush && !NeedsResult(step));
    }
  }

  /// There are pushes that a failure leaves to be done.
  [[nodiscard]] bool Outlast() const { return outlast_; }
  /// It may fail without ending the script at once. The first build may not: it leaves nothing.
  [[nodiscard]] bool MayFail(const PlanStep& step) const {
    return outlast_ && (step.kind == PlanStepKind::kPush ||
                        (step.kind == PlanStepKind::kBuild && &step != builds_.front()));
  }
  /// It is not done where one before it failed.
  [[nodiscard]] bool IsGuarded(const PlanStep& step) const {
    return MayFail(step) &&
           (step.kind == PlanStepKind::kPush ? NeedsResult(step) : &step != builds_[1]);
  }

 private:
  [[nodiscard]] bool NeedsResult(const PlanStep& step) const {
    return result_ != nullptr &&
           std::find(step.needs.begin(), step.needs.end(), result_->id) != step.needs.end();
  }

  std::vector<const PlanStep*> builds_;
  const PlanStep* result_ = nullptr;  ///< the last of them
  bool outlast_ = false;
};

}  // namespace

std::string EmitSh(const Plan& plan) {
  const std::string stage = plan.target.empty() ? "" : fmt::format(" (stage {})", plan.target);
  std::string out = "#!/bin/sh\n";
  out += Comment(OneLine(fmt::format(
      "Made by cacheplan: builds {}{} and keeps its dependency layers for the next machine.",
      fmt::join(plan.results, ", "), stage)));
  const Failures failures(plan);
  out += "# Change the plan, not this file.\nset -eu\n";
  out += failures.Outlast() ? "failed=0\n" : "";
  for (const PlanStep& step : plan.steps) {
    out += fmt::format("\n{}{}{}", Comment(OneLine(step.why)),
                       failures.IsGuarded(step) ? "[ \"$failed\" -ne 0 ] || " : "", Command(step));
    if (step.optional) {
      out += fmt::format(
          " ||\n  echo {} >&2",
          ShellQuote(OneLine(fmt::format("{} did not work; going on without it", step.id))));
    } else if (failures.MayFail(step)) {
      out += " || failed=$?";
    }
    out += '\n';
  }
  out += failures.Outlast() ? "\n# Not 0 where a build or a push did not work.\nexit \"$failed\"\n"
                            : "";
  return out;
}

}  // namespace cacheplan
