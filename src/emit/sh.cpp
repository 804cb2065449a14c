#include <algorithm>

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

/// A push that fails keeps nothing else from being done, and the script ends with its status.
bool GoesOnWithout(const Plan& plan, const PlanStep& step) {
  return step.kind == PlanStepKind::kPush && !step.optional && &step != &plan.steps.back();
}

}  // namespace

std::string EmitSh(const Plan& plan) {
  const std::string stage = plan.target.empty() ? "" : fmt::format(" (stage {})", plan.target);
  std::string out = "#!/bin/sh\n";
  out += Comment(OneLine(fmt::format(
      "Made by cacheplan: builds {}{} and keeps its dependency layers for the next machine.",
      fmt::join(plan.results, ", "), stage)));
  const bool goes_on = std::any_of(plan.steps.begin(), plan.steps.end(),
                                   [&](const PlanStep& step) { return GoesOnWithout(plan, step); });
  out += "# Change the plan, not this file.\nset -eu\n";
  out += goes_on ? "failed=0\n" : "";
  for (const PlanStep& step : plan.steps) {
    out += fmt::format("\n{}{}", Comment(OneLine(step.why)), Command(step));
    if (step.optional) {
      out += fmt::format(
          " ||\n  echo {} >&2",
          ShellQuote(OneLine(fmt::format("{} did not work; going on without it", step.id))));
    } else if (GoesOnWithout(plan, step)) {
      out += " || failed=$?";
    }
    out += '\n';
  }
  out += goes_on ? "\n# Not 0 where a push did not work.\nexit \"$failed\"\n" : "";
  return out;
}

}  // namespace cacheplan
