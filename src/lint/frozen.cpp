#include "src/lint/frozen.h"

#include <algorithm>

#include <fmt/format.h>

#include "src/lint/reading.h"

namespace cacheplan::lint {
namespace {

constexpr Frozen kFrozen[] = {
    {"npm", "install", "ci"},
    {"npm", "i", "ci"},
    {"yarn", "", "--frozen-lockfile"},
    {"pnpm", "", "--frozen-lockfile"},
    {"bun", "", "--frozen-lockfile"},
    {"cargo", "", "--locked"},
    {"uv", "", "--locked"},
    {"pipenv", "", "--deploy"},
    {"pdm", "", "--frozen-lockfile"},
    {"dotnet", "", "--locked-mode"},
    {"dart", "", "--enforce-lockfile"},
};
constexpr Frozen kModernYarn = {"yarn", "", "--immutable"};

/// Yarn 2 and later, by the configuration that only they read.
bool IsModernYarn(const Checker& check, const RunRef& run) {
  return AnyStepBefore(check, *run.step.stage, run.step.index, [](const Step& before) {
    return std::any_of(before.sources.begin(), before.sources.end(), [](const Value& source) {
      const std::string plain = WithoutClasses(source.text);
      const std::string_view name = LastComponent(std::string_view(plain).substr(
          0, plain.ends_with('/') ? plain.size() - 1 : plain.size()));
      return name.starts_with(".yarnrc.yml") || name == ".yarn";
    });
  });
}

}  // namespace

const Frozen* FrozenForm(const Checker& check, const RunRef& run, const KnownCommand& known,
                         const CommandFact& fact) {
  if (fact.no_frozen_flag) {
    return nullptr;
  }
  for (const Frozen& frozen : kFrozen) {
    if (frozen.manager != fact.manager->name ||
        !(frozen.verb.empty() || HasWord(known.command, frozen.verb))) {
      continue;
    }
    if (!frozen.verb.empty() && !fact.packages.empty()) {
      return nullptr;  // npm install ./a.tgz adds a package
    }
    return frozen.manager == "yarn" && IsModernYarn(check, run) ? &kModernYarn : &frozen;
  }
  return nullptr;
}

std::string_view Unfrozen(const SimpleCommand& command) {
  constexpr std::string_view kFlags[] = {
      "--no-frozen-lockfile", "--no-lockfile", "--no-immutable",
      "--no-locked",          "--no-lock",     "--no-package-lock"};
  for (const ScriptWord& word : command.words) {
    if (std::find(std::begin(kFlags), std::end(kFlags), word.text) != std::end(kFlags)) {
      return word.text;
    }
  }
  return {};
}

std::optional<Fix> FreezeIt(const Checker& check, const RunRef& run, const KnownCommand& known,
                            const Frozen& frozen) {
  const Span span = CommandSpan(check.file, run.instruction(), known.command);
  const std::string_view text = check.file.source->Slice(span);
  if (frozen.verb.empty()) {
    const bool plain = text.find_first_of("\n'\"$") == std::string_view::npos &&
                       Unfrozen(known.command).empty() && !HasWord(known.command, "--");
    return plain ? std::optional(Fix{fmt::format("add {}", frozen.instead),
                                     false,
                                     {{{span.end, span.end}, fmt::format(" {}", frozen.instead)}}})
                 : std::nullopt;
  }
  for (std::size_t at = text.find(frozen.verb); at != std::string_view::npos;
       at = text.find(frozen.verb, at + 1)) {
    const std::size_t end = at + frozen.verb.size();
    if (at > 0 && text[at - 1] == ' ' && (end == text.size() || text[end] == ' ')) {
      const auto begin = span.begin + static_cast<std::uint32_t>(at);
      return Fix{fmt::format("write npm {}", frozen.instead),
                 false,
                 {{{begin, begin + static_cast<std::uint32_t>(frozen.verb.size())},
                   std::string(frozen.instead)}}};
    }
  }
  return std::nullopt;
}

}  // namespace cacheplan::lint
