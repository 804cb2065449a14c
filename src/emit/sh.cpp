#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
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

/// What is done where a step fails: no further build, and yet what was built is pushed. The script
/// has `failed`, the status of the build that failed; `lost`, the number of that build, where a
/// push must know; `unpushed`, the status of the last push that failed.
class Failures {
 public:
  explicit Failures(const Plan& plan) {
    std::size_t pushes = 0;
    for (const PlanStep& step : plan.steps) {
      if (step.kind == PlanStepKind::kBuild) {
        builds_.push_back(step.id);
      }
    }
    for (const PlanStep& step : plan.steps) {
      if (step.kind == PlanStepKind::kPush) {
        ++pushes;
        const std::size_t build = BuildOf(step);
        outlast_ = outlast_ || build < builds_.size();
        numbered_ = numbered_ || (build > 1 && build < builds_.size());
      }
    }
    outlast_ = outlast_ || pushes > 1;
  }

  [[nodiscard]] std::string Begin() const {
    return !outlast_ ? ""
                     : fmt::format("failed=0\nunpushed=0\n{}",
                                   numbered_ ? fmt::format("lost={}\n", builds_.size() + 1) : "");
  }
  /// What stands before the command: it is not done where a build that it needs failed.
  [[nodiscard]] std::string Guard(const PlanStep& step) const {
    const std::size_t build = BuildOf(step);
    if (!outlast_ || build < 2 || (step.kind == PlanStepKind::kBuild && build == 2)) {
      return "";
    }
    const bool result = step.kind == PlanStepKind::kBuild || build == builds_.size();
    return result ? "[ \"$failed\" -ne 0 ] || " : fmt::format("[ \"$lost\" -le {} ] || ", build);
  }
  /// What stands behind it. The first build ends the script: it leaves nothing to push.
  [[nodiscard]] std::string Catch(const PlanStep& step) const {
    const std::size_t build = BuildOf(step);
    if (!outlast_ || build == 0) {
      return "";
    }
    if (step.kind == PlanStepKind::kPush) {
      return " || unpushed=$?";
    }
    return build == 1  ? ""
           : numbered_ ? fmt::format(" || {{ failed=$?; lost={}; }}", build)
                       : " || failed=$?";
  }
  [[nodiscard]] std::string End() const {
    return !outlast_ ? ""
                     : "\n# Not 0 where a build or a push did not work.\n"
                       "[ \"$failed\" -ne 0 ] || failed=$unpushed\nexit \"$failed\"\n";
  }

 private:
  /// The number, from 1, of a build, or of the one that a push needs; 0 for other steps.
  [[nodiscard]] std::size_t BuildOf(const PlanStep& step) const {
    const auto is_its = [&step](std::string_view id) {
      return step.kind == PlanStepKind::kBuild
                 ? step.id == id
                 : step.kind == PlanStepKind::kPush &&
                       std::find(step.needs.begin(), step.needs.end(), id) != step.needs.end();
    };
    const auto last = std::find_if(builds_.rbegin(), builds_.rend(), is_its);
    return static_cast<std::size_t>(builds_.rend() - last);
  }

  std::vector<std::string_view> builds_;  ///< the last one makes the result
  bool outlast_ = false;                  ///< a failure leaves something to be pushed
  bool numbered_ = false;                 ///< not of the first build alone
};

}  // namespace

std::string EmitSh(const Plan& plan) {
  const std::string stage = plan.target.empty() ? "" : fmt::format(" (stage {})", plan.target);
  std::string out = "#!/bin/sh\n";
  out += Comment(OneLine(fmt::format(
      "Made by cacheplan: builds {}{} and keeps its dependency layers for the next machine.",
      fmt::join(plan.results, ", "), stage)));
  const Failures failures(plan);
  out += "# Change the plan, not this file.\nset -eu\n" + failures.Begin();
  for (const PlanStep& step : plan.steps) {
    out += fmt::format("\n{}{}{}", Comment(OneLine(step.why)), failures.Guard(step), Command(step));
    out += step.optional ? fmt::format(" ||\n  echo {} >&2",
                                       ShellQuote(OneLine(fmt::format(
                                           "{} did not work; going on without it", step.id))))
                         : failures.Catch(step);
    out += '\n';
  }
  out += failures.End();
  return out;
}

}  // namespace cacheplan
