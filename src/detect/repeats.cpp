#include "src/detect/repeats.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace cacheplan::detect {
namespace {

constexpr std::size_t kMostChoices = 32;

}  // namespace

Repeats::Repeats(const Script& script, KnownVariables& variables)
    : script_(script), variables_(variables) {
  if (script.functions.empty()) {
    return;
  }
  for (const ScriptFunction& function : script.functions) {
    calls_[function.name].function = &function;
  }
  // A function's name anywhere else may call it: `retry f`, `export -f f`, "f; g" of a shell that
  // reads more than is told here.
  std::unordered_set<std::string_view> named;
  bool any = false;  // `install_$PM`
  for (std::size_t i = 0; i < script.commands.size(); ++i) {
    const SimpleCommand& command = script.commands[i];
    for (const ScriptWord& word : command.words) {
      if (calls_.contains(word.text)) {
        named.insert(word.text);
      }
    }
    any = any || (command.name().empty() && !command.words.empty());
    if (const auto called = calls_.find(command.name()); called != calls_.end()) {
      const auto& [function, arguments] = called->second;
      const bool own = i >= function->first && i < function->last;  // `npm() { command npm "$@"; }`
      if (!own && arguments.size() <= kMostChoices) {
        called->second.arguments.push_back(command.words.subspan(1));
      }
    }
  }
  for (const ScriptFunction& function : script.functions) {
    called_.push_back(any || named.contains(function.name));
  }
}

bool Repeats::Reach(std::size_t number) {
  while (!active_.empty() && active_.back().last <= number) {
    active_.pop_back();
  }
  const std::vector<ScriptLoop>& loops = script_.loops;
  const std::vector<ScriptFunction>& functions = script_.functions;
  while (true) {
    const bool loop = loop_ < loops.size() && loops[loop_].first <= number;
    const bool function = function_ < functions.size() && functions[function_].first <= number;
    if (!loop && !function) {
      break;
    }
    // Of those that start together the longer one is around the other.
    if (loop && (!function || loops[loop_].first < functions[function_].first ||
                 (loops[loop_].first == functions[function_].first &&
                  loops[loop_].last > functions[function_].last))) {
      if (loops[loop_].last > number) {
        Start(loops[loop_]);
      }
      ++loop_;
      continue;
    }
    if (functions[function_].last > number) {
      Start(functions[function_]);
      active_.back().runs = called_[function_];
    }
    ++function_;
  }
  BindCertain();
  return std::all_of(active_.begin(), active_.end(),
                     [](const Active& active) { return active.runs; });
}

void Repeats::Start(const ScriptLoop& loop) {
  Active active;
  active.last = loop.last;
  active.unknown.name = loop.name;
  if (loop.listed && loop.values.size() <= kMostChoices) {
    ArenaList<ScriptWord> values;
    for (const ScriptWord& value : loop.values) {
      variables_.ExpandWord(value, ScriptDialect::kPosix, values);
    }
    const bool known = values.size() <= kMostChoices &&
                       std::all_of(values.begin(), values.end(),
                                   [](const ScriptWord& value) { return value.literal; });
    for (const ScriptWord& value : values) {
      if (known) {
        active.choices.push_back({.name = loop.name,
                                  .value = KnownValue::Of(value.text),
                                  .stays = loop.stays || values.size() == 1});
      }
    }
  }
  active_.push_back(std::move(active));
}

void Repeats::Start(const ScriptFunction& function) {
  Active active;
  active.last = function.last;
  active.function = &function;
  const std::vector<ScriptWords>& calls = calls_.at(function.name).arguments;
  if (calls.size() <= kMostChoices) {
    for (const ScriptWords& arguments : calls) {
      active.choices.push_back({.arguments_known = true, .arguments = arguments});
    }
  }
  active_.push_back(std::move(active));
}

bool Repeats::IsCall(const SimpleCommand& command) const {
  const std::string_view name = command.name();
  return calls_.contains(name) &&
         std::none_of(active_.begin(), active_.end(), [name](const Active& active) {
           return active.function != nullptr && active.function->name == name;
         });
}

bool Repeats::Shift(const SimpleCommand& command) {
  const auto inner = std::find_if(active_.rbegin(), active_.rend(),
                                  [](const Active& active) { return active.function != nullptr; });
  if (inner == active_.rend()) {
    return false;
  }
  const std::optional<std::size_t> count = ShiftCount(command);
  for (Binding& choice : inner->choices) {
    // In a branch it may happen, or not.
    if (count && command.branch == inner->function->branch) {
      choice.arguments = choice.arguments.subspan(std::min(*count, choice.arguments.size()));
    } else {
      choice.arguments_known = false;
    }
  }
  BindCertain();
  return true;
}

void Repeats::BindFirst() {
  variables_.bindings.clear();
  for (const Active& active : active_) {
    variables_.bindings.push_back(active.choices.empty() ? active.unknown : active.choices.front());
  }
}

void Repeats::Bind(std::size_t round) {
  BindFirst();
  for (std::size_t i = active_.size(); i-- > 0;) {  // the inner ones change first
    if (active_[i].asked) {
      const std::vector<Binding>& choices = active_[i].choices;
      variables_.bindings[i] = choices[round % choices.size()];
      round /= choices.size();
    }
  }
}

void Repeats::BindCertain() {
  variables_.bindings.clear();
  for (const Active& active : active_) {
    variables_.bindings.push_back(active.choices.size() == 1 ? active.choices.front()
                                                             : active.unknown);
  }
}

std::size_t Repeats::CountRounds() {
  std::size_t rounds = 1;
  for (std::size_t i = 0; i < active_.size(); ++i) {
    active_[i].asked = variables_.bindings[i].used && active_[i].choices.size() > 1;
    rounds =
        active_[i].asked ? std::min(rounds * active_[i].choices.size(), kMostChoices + 1) : rounds;
  }
  if (rounds > kMostChoices || (rounds > 1 && rounds > budget_)) {
    return 0;
  }
  budget_ -= rounds > 1 ? rounds : 0;
  return rounds;
}

}  // namespace cacheplan::detect
