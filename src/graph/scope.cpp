#include "src/graph/scope.h"

#include <utility>

#include "cacheplan/shell.h"
#include "cacheplan/text.h"
#include "cacheplan/vocabulary.h"

namespace cacheplan::graph {
namespace {

constexpr std::string_view kTooMuch = "the variables of this file add up to too much text";

/// "linux/arm/v7" -> os, architecture, variant.
std::string Part(std::string_view platform, std::size_t index) {
  for (; index > 0; --index) {
    const std::size_t slash = platform.find('/');
    if (slash == std::string_view::npos) {
      return {};
    }
    platform.remove_prefix(slash + 1);
  }
  return std::string(platform.substr(0, platform.find('/')));
}

/// Why the build's own arguments have no value that is known here.
std::string UnknownPlatform(std::string_view name) {
  std::string reason(name);
  return reason.append(name.substr(0, 6) == "TARGET" ? " depends on --platform, which was not given"
                                                     : " depends on the machine that builds");
}

/// All of them without a value: where most graphs begin.
const Scope& UnknownPlatforms() {
  static const Scope scope = [] {
    Scope all(nullptr);
    for (const PredefinedArg& arg : AllPredefinedArgs()) {
      if (arg.kind == ArgKind::kPlatform) {
        all.Set(arg.name, {"$" + std::string(arg.name), false, UnknownPlatform(arg.name)});
      }
    }
    return all.Child();
  }();
  return scope;
}

Scope PlatformArgs(const Dockerfile& file, const GraphOptions& options, Budget& budget) {
  Scope scope(UnknownPlatforms(), &budget);
  // The name given to --target, else the last stage's, else "default".
  std::string stage = options.target;
  if (stage.empty() && !file.stages.empty()) {
    stage = file.stages.back().name;
  }
  scope.Set("TARGETSTAGE", {stage.empty() ? "default" : stage, true, {}});
  if (!options.platform.empty()) {
    scope.Set("TARGETPLATFORM", {options.platform, true, {}});
    scope.Set("TARGETOS", {Part(options.platform, 0), true, {}});
    scope.Set("TARGETOSVERSION", {"", true, {}});
    scope.Set("TARGETARCH", {Part(options.platform, 1), true, {}});
    scope.Set("TARGETVARIANT", {Part(options.platform, 2), true, {}});
  }
  return scope;
}

}  // namespace

Scope Scope::Child() {
  if (!values_.empty()) {
    auto layer = std::make_shared<Layer>();
    layer->values = std::exchange(values_, {});
    while (below_ != nullptr && below_->values.size() <= 2 * layer->values.size()) {
      layer->values.insert(below_->values.begin(), below_->values.end());
      below_ = below_->below;
    }
    layer->below = std::move(below_);
    below_ = std::move(layer);
  }
  Scope child(budget_);
  child.open_what_ = open_what_;
  child.open_base_ = open_base_;
  child.below_ = below_;
  return child;
}

void Scope::Set(std::string_view name, Value value) {
  const auto place = values_.lower_bound(name);
  if (place != values_.end() && place->first == name) {
    place->second = {std::move(value), true};
  } else {
    values_.try_emplace(place, std::string(name), Entry{std::move(value), true});
  }
}

const Value* Scope::Find(std::string_view name) const {
  const Entry* entry = FindEntry(name);
  return entry != nullptr && entry->set ? &entry->value : nullptr;
}

std::string Scope::Nearest(std::string_view name) const {
  std::vector<std::string_view> names;
  const auto add = [&](const std::map<std::string, Entry, std::less<>>& values) {
    for (const auto& [other, entry] : values) {
      if (entry.set) {
        names.push_back(other);
      }
    }
  };
  add(values_);
  for (const Layer* layer = below_.get(); layer != nullptr; layer = layer->below.get()) {
    add(layer->values);
  }
  return std::string(cacheplan::Nearest(name, names));
}

const Scope::Entry* Scope::FindEntry(std::string_view name) const {
  const auto it = values_.find(name);
  if (it != values_.end()) {
    return &it->second;
  }
  for (const Layer* layer = below_.get(); layer != nullptr; layer = layer->below.get()) {
    const auto found = layer->values.find(name);
    if (found != layer->values.end()) {
      return &found->second;
    }
  }
  return nullptr;
}

Expanded Scope::Expand(std::string_view word, const LexOptions& options) const {
  if (!options.split && IsPlain(word)) {
    Expanded same;
    same.value.text = word;
    return same;
  }
  std::string unknown;
  const VariableLookup lookup = [&](std::string_view name) -> std::optional<std::string_view> {
    const Value* value = Find(name);
    if (value != nullptr && value->known) {
      if (budget_->Take(value->text.size())) {
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
      unknown = Concat({"$", name, " may be set by ", open_what_, open_base_});
    }
    return std::nullopt;
  };
  Expansion expansion = cacheplan::Expand(word, lookup, options);
  Expanded out;
  if (open_what_.empty()) {
    for (std::string& name : expansion.unmatched) {
      if (Find(name) == nullptr) {
        out.unset.push_back(std::move(name));
      }
    }
  }
  if (!unknown.empty()) {
    // An error such as `${X:?must be set}` may come from the very variable that is unknown.
    out.value = {std::string(word), false, std::move(unknown)};
    return out;
  }
  if (!out.unset.empty() || !expansion.matched.empty()) {
    // A replacement may be longer than what it replaces.
    if (!budget_->Take(expansion.text.size())) {
      out.value = {std::string(word), false, std::string(kTooMuch)};
      return out;
    }
  }
  out.error = std::move(expansion.error);
  out.value.text = std::move(expansion.text);
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

GlobalArgs ReadGlobalArgs(const Dockerfile& file, const GraphOptions& options, Budget& budget) {
  GlobalArgs out(PlatformArgs(file, options, budget));
  for (const auto& [name, value] : options.build_args) {
    if (out.scope.Find(name) != nullptr) {
      out.scope.Set(name, {value, true, {}});
    }
  }
  const std::size_t end = file.stages.empty() ? file.instructions.size() : file.stages.front().from;
  for (std::size_t i = 0; i < end; ++i) {
    const Instruction& instruction = file.instructions[i];
    if (instruction.keyword != Keyword::kArg) {
      continue;
    }
    for (const KeyValue& pair : AsPairs(instruction)) {
      if (const std::string* given = GivenArg(options, pair.key.text)) {
        out.scope.Set(pair.key.text, {*given, true, {}});
      } else if (pair.value) {
        Expanded expanded = out.scope.Expand(pair.value->text, file.escape);
        if (!expanded.error.empty()) {
          out.diagnostics.push_back({Diag::kBadExpansion,
                                     pair.value->span,
                                     instruction.start_line,
                                     std::move(expanded.error),
                                     {}});
        }
        out.scope.Set(pair.key.text, std::move(expanded.value));
      } else {
        out.scope.Declare(pair.key.text);
      }
    }
  }
  return out;
}

}  // namespace cacheplan::graph
