// Words that several sentences of a plan share.
#include <algorithm>

#include <fmt/format.h>

#include "cacheplan/text.h"

#include "src/plan/parts.h"

namespace cacheplan::plan {

std::string CommandOf(const DependencyStep& step) {
  std::string_view command = step.command;
  if (step.kind == StepKind::kSystem) {
    const auto installs =
        std::find_if(step.commands.begin(), step.commands.end(),
                     [](const StepCommand& own) { return !own.packages.empty(); });
    command = installs == step.commands.end() ? command : installs->text;
  }
  return ToValidUtf8(command);
}

std::string OtherBuild(const DependencyStep& step) {
  return step.build_command == step.command ? "" : ToValidUtf8(step.build_command);
}

std::string Listed(std::span<const std::string_view> items) {
  constexpr std::size_t kMost = 6;
  const std::size_t shown = std::min(items.size(), kMost);
  std::string text = fmt::format("{}", fmt::join(items.first(shown), ", "));
  if (shown < items.size()) {
    text += fmt::format(" and {} more", items.size() - shown);
  }
  return text;
}

std::string UnknownBringing(const StageDependencies& deps) {
  std::vector<std::uint32_t> lines;
  for (const UnknownPart& part : deps.unknown) {
    if (lines.empty() || lines.back() != part.line) {
      lines.push_back(part.line);
    }
  }
  if (lines.size() < 2) {
    return lines.empty() ? "" : fmt::format("line {} brings", lines.front());
  }
  if (lines.size() == 2) {
    return fmt::format("lines {} and {} bring", lines[0], lines[1]);
  }
  return fmt::format("lines {}, {} and {} more bring", lines[0], lines[1], lines.size() - 2);
}

std::vector<std::string_view> Variables(std::string_view text) {
  constexpr std::string_view kNameChars =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  std::vector<std::string_view> names;
  for (std::size_t at = text.find('$'); at != std::string_view::npos; at = text.find('$', at)) {
    at += text.substr(at, 2) == "${" ? 2 : 1;
    const std::size_t end = std::min(text.find_first_not_of(kNameChars, at), text.size());
    names.push_back(text.substr(at, end - at));
    at = end;
  }
  return names;
}

}  // namespace cacheplan::plan
