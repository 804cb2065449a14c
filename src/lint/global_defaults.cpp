#include "src/lint/global_defaults.h"

#include <utility>

#include "cacheplan/commands.h"
#include "cacheplan/vocabulary.h"

namespace cacheplan::lint {
namespace {

std::string_view PlatformValue(std::string_view name) {
  if (name == "TARGETSTAGE") {
    return "default";
  }
  name.remove_prefix(name.substr(0, 5) == "BUILD" ? 5 : 6);
  if (name == "PLATFORM") {
    return "linux/amd64";
  }
  if (name == "OS") {
    return "linux";
  }
  return name == "ARCH" ? "amd64" : "";
}

}  // namespace

GlobalDefaults::GlobalDefaults(const Dockerfile& file) : escape_(file.escape) {
  const std::size_t end = file.stages.empty() ? file.instructions.size() : file.stages.front().from;
  for (std::size_t i = 0; i < end; ++i) {
    if (file.instructions[i].keyword != Keyword::kArg) {
      continue;
    }
    for (const KeyValue& pair : AsPairs(file.instructions[i])) {
      if (pair.value) {
        Expansion value = Expand(pair.value->text);
        ok_ = ok_ && value.ok();
        values_.insert_or_assign(std::string(pair.key.text), std::move(value.text));
      }
    }
  }
}

Expansion GlobalDefaults::Expand(std::string_view word) const {
  const VariableLookup lookup = [this](std::string_view name) { return Look(name); };
  LexOptions options;
  options.escape = escape_;
  return cacheplan::Expand(word, lookup, options);
}

std::string_view GlobalDefaults::Find(std::string_view name) const {
  return Look(name).value_or(std::string_view());
}

std::optional<std::string_view> GlobalDefaults::Look(std::string_view name) const {
  if (const auto found = values_.find(name); found != values_.end()) {
    return found->second;
  }
  for (const PredefinedArg& arg : AllPredefinedArgs()) {
    if (arg.kind == ArgKind::kPlatform && arg.name == name) {
      return PlatformValue(name);
    }
  }
  return std::nullopt;
}

}  // namespace cacheplan::lint
