#include "src/graph/scope.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "cacheplan/shell.h"
#include "cacheplan/text.h"
#include "cacheplan/vocabulary.h"

namespace cacheplan::graph {
namespace {

constexpr std::string_view kTooMuch = "the variables of this file add up to too much text";

/// "linux/arm/v7" -> os, architecture, variant.
std::string_view Part(std::string_view platform, std::size_t index) {
  for (; index > 0; --index) {
    const std::size_t slash = platform.find('/');
    if (slash == std::string_view::npos) {
      return {};
    }
    platform.remove_prefix(slash + 1);
  }
  return platform.substr(0, platform.find('/'));
}

/// Why the build's own arguments have no value that is known here.
std::string_view UnknownPlatform(std::string_view name, Arena& arena) {
  return arena.Concat({name, name.starts_with("TARGET")
                                 ? " depends on --platform, which was not given"
                                 : " depends on the machine that builds"});
}

/// All of them without a value: where most graphs begin.
const Scope& UnknownPlatforms() {
  static Arena arena;
  static const Scope scope = [] {
    Scope all(nullptr);
    for (const PredefinedArg& arg : AllPredefinedArgs()) {
      if (arg.kind == ArgKind::kPlatform) {
        all.Set(arg.name, {arena.Concat({"$", arg.name}), false, UnknownPlatform(arg.name, arena)});
      }
    }
    return all.Child();
  }();
  return scope;
}

void AddPlatformArgs(const Dockerfile& file, const GraphOptions& options, Scope& scope) {
  Texts& texts = scope.texts();
  scope.StartFrom(UnknownPlatforms());
  // The name given to --target, else the last stage's, else "default".
  std::string_view stage = texts.arena.Copy(options.target);
  if (stage.empty() && !file.stages.empty()) {
    stage = file.stages.back().name;
  }
  scope.Set("TARGETSTAGE", {stage.empty() ? "default" : stage, true, {}});
  if (!options.platform.empty()) {
    const std::string_view platform = texts.arena.Copy(options.platform);
    scope.Set("TARGETPLATFORM", {platform, true, {}});
    scope.Set("TARGETOS", {Part(platform, 0), true, {}});
    scope.Set("TARGETOSVERSION", {"", true, {}});
    scope.Set("TARGETARCH", {Part(platform, 1), true, {}});
    scope.Set("TARGETVARIANT", {Part(platform, 2), true, {}});
  }
}

}  // namespace

Scope Scope::Child() {
  if (values_ != nullptr) {
    while (below_ != nullptr && below_->values->size() <= 2 * values_->size()) {
      values_->insert(below_->values->begin(), below_->values->end());
      below_ = below_->below;
    }
    below_ = Memory().new_object<Layer>(Layer{values_, below_});
    values_ = nullptr;
  }
  return *this;
}

Scope::Entries& Scope::Values() {
  if (values_ == nullptr) {
    values_ = Memory().new_object<Entries>();
  }
  return *values_;
}

void Scope::Set(std::string_view name, const Value& value) { Values()[name] = {value, true}; }

void Scope::Declare(std::string_view name) {
  if (!IsDeclared(name)) {
    Values().try_emplace(name, Entry{{}, false});
  }
}

const Value* Scope::Find(std::string_view name) const {
  const Entry* entry = FindEntry(name);
  return entry != nullptr && entry->set ? &entry->value : nullptr;
}

std::string_view Scope::Nearest(std::string_view name) const {
  std::vector<std::string_view> names;
  const auto add = [&](const Entries& values) {
    const auto before = static_cast<std::ptrdiff_t>(names.size());
    for (const auto& [other, entry] : values) {
      if (entry.set) {
        names.push_back(other);
      }
    }
    std::sort(names.begin() + before, names.end());  // of two as near the first is told
  };
  if (values_ != nullptr) {
    add(*values_);
  }
  for (const Layer* layer = below_; layer != nullptr; layer = layer->below) {
    add(*layer->values);
  }
  return cacheplan::Nearest(name, names);
}

const Scope::Entry* Scope::FindEntry(std::string_view name) const {
  const auto find = [name](const Entries& values) {
    const auto found = values.find(name);
    return found != values.end() ? &found->second : nullptr;
  };
  const Entry* entry = values_ != nullptr ? find(*values_) : nullptr;
  for (const Layer* layer = below_; entry == nullptr && layer != nullptr; layer = layer->below) {
    entry = find(*layer->values);
  }
  return entry;
}

Expanded Scope::Expand(std::string_view word, const LexOptions& options) const {
  const bool simple = !options.split && !options.plain_quotes && !options.raw_quotes;
  if (const std::optional<std::string_view> plain =
          simple ? PlainText(word) : std::optional<std::string_view>()) {
    return {{*plain, true, {}}, {}, {}, {}};
  }
  return ExpandParts(word, options);
}

Expanded Scope::ExpandParts(std::string_view word, const LexOptions& options) const {
  Expanded out;
  std::string_view unknown;
  const auto find = [&](std::string_view name) -> std::optional<std::string_view> {
    const Value* value = Find(name);
    if (value != nullptr && value->known) {
      if (texts_->Take(value->text.size())) {
        return value->text;
      }
      unknown = kTooMuch;
      return std::nullopt;
    }
    if (value != nullptr) {
      if (unknown.empty()) {
        unknown = value->reason;
      }
    } else if (!open_what_.empty() && unknown.empty()) {
      unknown = texts_->arena.Concat("$", name, " may be set by ", open_what_, open_base_);
    }
    return std::nullopt;
  };
  Expansion expansion = cacheplan::Expand(word, std::ref(find), options);
  if (open_what_.empty()) {
    for (const std::string& name : expansion.unmatched) {
      if (Find(name) == nullptr) {
        out.unset.push_back(texts_->arena.Copy(name));
      }
    }
  }
  if (!unknown.empty()) {
    // An error such as `${X:?must be set}` may come from the very variable that is unknown.
    out.value = {word, false, unknown};
    return out;
  }
  if (!out.unset.empty() || !expansion.matched.empty()) {
    // A replacement may be longer than what it replaces.
    if (!texts_->Take(expansion.text.size())) {
      out.value = {word, false, kTooMuch};
      return out;
    }
  }
  out.error = texts_->arena.Copy(expansion.error);
  out.value.text = texts_->arena.Copy(expansion.text);
  out.words = std::move(expansion.words);
  return out;
}

const std::string* GivenArg(const GraphOptions& options, std::string_view name) {
  if (options.build_args.empty()) {
    return nullptr;
  }
  const auto given = options.build_args.find(std::string(name));
  return given != options.build_args.end() ? &given->second : nullptr;
}

void ReadGlobalArgs(const Dockerfile& file, const GraphOptions& options, Scope& scope,
                    std::vector<Diagnostic>& diagnostics) {
  AddPlatformArgs(file, options, scope);
  Arena& arena = scope.texts().arena;
  for (const auto& [name, value] : options.build_args) {
    if (scope.Find(name) != nullptr) {
      scope.Set(arena.Copy(name), {arena.Copy(value), true, {}});
    }
  }
  const std::size_t end = file.stages.empty() ? file.instructions.size() : file.stages.front().from;
  for (std::size_t i = 0; i < end; ++i) {
    const Instruction& instruction = file.instructions[i];
    if (instruction.keyword != Keyword::kArg) {
      continue;
    }
    for (const Word& word : instruction.args) {
      const KeyValue pair = ArgPair(word);
      if (const std::string* given = GivenArg(options, pair.key.text)) {
        scope.Set(pair.key.text, {arena.Copy(*given), true, {}});
      } else if (pair.value) {
        const Expanded expanded = scope.Expand(pair.value->text, file.escape);
        if (!expanded.error.empty()) {
          diagnostics.push_back({Diag::kBadExpansion,
                                 pair.value->span,
                                 instruction.start_line,
                                 std::string(expanded.error),
                                 {}});
        }
        scope.Set(pair.key.text, expanded.value);
      } else {
        scope.Declare(pair.key.text);
      }
    }
  }
}

}  // namespace cacheplan::graph
