// Source: moby/buildkit frontend/dockerfile/dockerfile2llb/validations.go (validateNoSecretKey).
#include <algorithm>

#include <fmt/format.h>

#include "cacheplan/commands.h"
#include "cacheplan/text.h"

#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// False for nearly all that are not the word in some case, which is cheap to see: other letters
/// that fold to ASCII take more bytes.
bool MayBe(std::string_view part, std::string_view word) {
  constexpr unsigned kNotAscii = 0x80;
  constexpr unsigned kLowerCase = 0x20;
  if (part.size() < word.size()) {
    return false;
  }
  const auto first = static_cast<unsigned char>(part.front());
  return (first & kNotAscii) != 0 || (first | kLowerCase) == static_cast<unsigned>(word.front());
}

/// One of the words stands in the name as a whole part between underscores, in any case.
bool HasPart(std::string_view name, std::initializer_list<std::string_view> words) {
  for (;;) {
    const std::size_t end = name.find('_');
    const std::string_view part = name.substr(0, end);
    if (std::any_of(words.begin(), words.end(), [&](std::string_view word) {
          return MayBe(part, word) && EqualFold(part, word);
        })) {
      return true;
    }
    if (end == std::string_view::npos) {
      return false;
    }
    name.remove_prefix(end + 1);
  }
}

bool PromisesSecret(std::string_view name) {
  return HasPart(name, {"apikey", "auth", "credential", "credentials", "key", "password", "pword",
                        "passwd", "secret", "token"}) &&
         !HasPart(name, {"public", "file", "version"});
}

void Say(Checker& check, const StepRef& step, std::string_view name, Span span) {
  if (PromisesSecret(name)) {
    const std::string_view instruction = KeywordName(step.instruction().keyword);
    check.At(RuleId::kSecretsUsedInArgOrEnv, step, span,
             {fmt::format("Do not use ARG or ENV instructions for sensitive data ({} {})",
                          instruction, Quoted(name)),
              "the value stays readable in the image and in every cache that holds it",
              "mount it where it is needed: RUN --mount=type=secret,id=…"});
  }
}

}  // namespace

void CheckSecretsUsedInArgOrEnv(Checker& check) {
  for (const PairsRef& arg : check.Pairs(Keyword::kArg)) {
    for (const KeyValue& pair : arg.pairs) {
      Say(check, arg.step, pair.key.text, pair.key.span);
    }
  }
  for (const PairsRef& env : check.Pairs(Keyword::kEnv)) {
    const std::span<const Value> names = env.step.step->values;
    for (std::size_t i = 0; i < env.pairs.size() && i < names.size(); ++i) {
      Say(check, env.step, names[i].text, env.pairs[i].key.span);
    }
  }
}

}  // namespace cacheplan::lint
