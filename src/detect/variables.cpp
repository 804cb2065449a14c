#include "src/detect/variables.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "cacheplan/commands.h"

#include "src/detect/programs.h"

namespace cacheplan::detect {
namespace {

/// `$NAME` and `${NAME}`, and nothing else; "" for any other word. What `${NAME:-x}` has for a NAME
/// without a value counts for nothing where it has one.
std::string_view VariableName(std::string_view word) {
  if (word.size() < 2 || word.front() != '$') {
    return {};
  }
  word.remove_prefix(1);
  if (word.front() == '{' && word.back() == '}') {
    word = word.substr(1, word.size() - 2);
    const std::size_t end = std::min(word.find_first_of(":-="), word.size());
    const std::string_view rest = word.substr(end);
    if (rest.starts_with(":-") || rest.starts_with(":=") || rest.starts_with('-') ||
        rest.starts_with('=')) {
      word = word.substr(0, end);
    }
  }
  const bool name = !word.empty() && !(word.front() >= '0' && word.front() <= '9') &&
                    std::all_of(word.begin(), word.end(), [](char c) {
                      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                             (c >= '0' && c <= '9') || c == '_';
                    });
  return name ? word : std::string_view();
}

}  // namespace

void LearnVariables(const Instruction& instruction, Variables& variables) {
  for (const KeyValue& pair : AsPairs(instruction)) {
    if (!pair.value) {
      continue;  // ARG NAME: the value it had, or one from outside
    }
    std::string_view value = pair.value->text;
    if (value.size() > 1 && (value.front() == '"' || value.front() == '\'') &&
        value.back() == value.front()) {
      value = value.substr(1, value.size() - 2);
    }
    const bool plain = std::none_of(value.begin(), value.end(), [](char c) {
      return c == '$' || c == '"' || c == '\'' || c == '\\' || c == '`';
    });
    // Each stage on one base has a copy; a variable that is not learned is one that is not known.
    constexpr std::size_t kMostVariables = 256;
    if (variables.size() < kMostVariables || variables.count(pair.key.text) > 0) {
      variables[std::string(pair.key.text)] = plain ? value : std::string_view();
    }
  }
}

void KnownVariables::Learn(const SimpleCommand& command) {
  if (command.words.empty()) {
    for (const ScriptWord& assignment : command.assignments) {
      Assign(assignment);
    }
    return;
  }
  const Program& program = ProgramOf(command.name());
  if (program.assigns) {
    std::for_each(command.words.begin() + 1, command.words.end(),
                  [this](const ScriptWord& word) { Assign(word); });
  } else if (program.forgets) {
    std::for_each(command.words.begin() + 1, command.words.end(),
                  [this](const ScriptWord& word) { Own(word.text).clear(); });
  }
}

void KnownVariables::Expand(SimpleCommand& command) {
  const auto value_of = [this](const ScriptWord& word) {
    const std::string_view name = word.literal ? std::string_view() : VariableName(word.text);
    return name.empty() ? std::string_view() : ValueOf(name);
  };
  if (std::all_of(command.words.begin(), command.words.end(),
                  [&](const ScriptWord& word) { return value_of(word).empty(); })) {
    return;
  }
  std::vector<ScriptWord> words;
  for (const ScriptWord& word : command.words) {
    const std::string_view known = value_of(word);
    if (known.empty() || known.size() > budget_) {
      words.push_back(word);
      continue;
    }
    budget_ -= known.size();
    const std::string_view value = arena_.Copy(known);
    for (std::size_t at = 0; at < value.size();) {
      const std::size_t end =
          word.quoted ? value.size() : std::min(value.find(' ', at), value.size());
      if (end > at) {
        ScriptWord part = word;
        part.text = value.substr(at, end - at);
        part.literal = true;
        words.push_back(part);
      }
      at = end + 1;
    }
  }
  command.SetWords(arena_.Copy(words));
}

std::string_view KnownVariables::ValueFor(const SimpleCommand& command,
                                          std::string_view name) const {
  for (auto own = command.assignments.rbegin(); own != command.assignments.rend(); ++own) {
    if (own->text.starts_with(name) && own->text.substr(name.size()).starts_with('=')) {
      return own->literal ? own->text.substr(name.size() + 1) : std::string_view();
    }
  }
  return ValueOf(name);
}

/// NAME=value. What is not literal, or assigned twice (in branches, perhaps), is not known.
void KnownVariables::Assign(const ScriptWord& word) {
  const std::size_t sign = word.text.find('=');
  if (sign == std::string_view::npos) {
    return;
  }
  const std::string_view value = word.literal ? word.text.substr(sign + 1) : std::string_view();
  const std::string_view name = word.text.substr(0, sign);
  const auto own = own_.find(name);
  if (own == own_.end()) {
    own_.emplace(name, value);
  } else if (own->second != value) {
    own->second.clear();
  }
}

std::string& KnownVariables::Own(std::string_view name) {
  const auto own = own_.find(name);
  return own == own_.end() ? own_.emplace(name, "").first->second : own->second;
}

std::string_view KnownVariables::ValueOf(std::string_view name) const {
  if (const auto own = own_.find(name); own != own_.end()) {
    return own->second;
  }
  const auto found = stage_.find(name);
  return found == stage_.end() ? std::string_view() : std::string_view(found->second);
}

}  // namespace cacheplan::detect
