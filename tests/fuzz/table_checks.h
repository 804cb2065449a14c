// What must hold of any bytes given as a configuration or as a table of package managers. Each
// check returns what is wrong, "" when nothing is.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "cacheplan/config.h"
#include "cacheplan/knowledge.h"
#include "cacheplan/script.h"

namespace cacheplan::fuzz {

inline std::string CheckConfig(std::string_view text) {
  // toml++ 3.3 calls some letters beyond ASCII impossible (__builtin_unreachable in
  // is_unicode_whitespace) where a key may begin: the sanitizers stop there.
  if (std::any_of(text.begin(), text.end(), [](char c) { return (c & 0x80) != 0; })) {
    return {};
  }
  const Result<LintConfig> config = ParseConfig("repo/.cacheplan.toml", text);
  if (!config.ok()) {
    return config.status().message.starts_with("repo/.cacheplan.toml") ? ""
                                                                       : "refused for no place";
  }
  const RuleSet everywhere = config.value().ignore;
  const RuleSet here = Ignored(config.value(), "a/Dockerfile");
  return (everywhere & ~here).none() ? "" : "what is ignored everywhere is not ignored in a file";
}

inline std::string CheckPackages(std::string_view text) {
  const Result<Knowledge> more = Knowledge::BuiltIn().With("own.json", text);
  if (!more.ok()) {
    return more.status().message.starts_with("own.json") ? "" : "refused for no place";
  }
  Arena arena;
  for (const PackageManager& manager : more.value().managers()) {
    for (const std::string_view line : manager.commands) {
      for (const SimpleCommand& command : ParseScript(line, arena).commands) {
        (void)more.value().Match(command, arena);
      }
    }
    for (const std::string_view name : manager.manifests) {
      (void)more.value().FileAt(name);
    }
    (void)more.value().FormsOf(manager);
  }
  return {};
}

}  // namespace cacheplan::fuzz
