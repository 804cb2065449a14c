#include "src/detect/variables.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "cacheplan/byte_set.h"
#include "cacheplan/commands.h"

namespace cacheplan::detect {
namespace {

constexpr ByteSet kNameBytes("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

bool IsName(std::string_view word) {
  return !word.empty() && !(word.front() >= '0' && word.front() <= '9') &&
         kNameBytes.End(word) == word.size();
}

/// NAME of "NAME" and of "NAME:-x": what stands for a NAME without a value counts for nothing where
/// it has one. "" for any other text in braces.
std::string_view NameInBraces(std::string_view text) {
  const std::size_t end = kNameBytes.End(text);
  const std::string_view rest = text.substr(end);
  const bool name = rest.empty() || rest.starts_with(":-") || rest.starts_with(":=") ||
                    rest.starts_with('-') || rest.starts_with('=');
  return name && IsName(text.substr(0, end)) ? text.substr(0, end) : std::string_view();
}

/// `$NAME`, `${NAME}` or `${NAME:-x}`, and nothing else; "" for any other word.
std::string_view VariableName(std::string_view word) {
  if (word.size() < 2 || word.front() != '$') {
    return {};
  }
  word.remove_prefix(1);
  if (word.front() == '{' && word.back() == '}') {
    return NameInBraces(word.substr(1, word.size() - 2));
  }
  return IsName(word) ? word : std::string_view();
}

constexpr ByteSet kDoesMore("`\\*?[\"'");
constexpr ByteSet kDoesAnything("`\\*?[\"'$");

/// The text with its variables put in; nothing when one of them is not known, or when the shell
/// would do more with it. `value_of` gives "" for what is not known.
template <typename ValueOf>
std::optional<std::string> Substituted(std::string_view text, const ValueOf& value_of) {
  if (kDoesMore.HasAnyOf(text)) {
    return std::nullopt;
  }
  std::string out;
  while (!text.empty()) {
    const std::size_t sign = std::min(text.find('$'), text.size());
    out += text.substr(0, sign);
    text.remove_prefix(sign);
    if (text.empty()) {
      break;
    }
    std::size_t end = 1;
    if (text.size() > 1 && text[1] == '{') {
      end = std::min(text.find('}'), text.size() - 1) + 1;
    } else {
      end = kNameBytes.End(text, end);
    }
    const std::string_view name = VariableName(text.substr(0, end));
    const std::string_view value = name.empty() ? std::string_view() : value_of(name);
    if (value.empty()) {
      return std::nullopt;
    }
    out += value;
    text.remove_prefix(end);
  }
  return out;
}

}  // namespace

void LearnVariables(const Instruction& instruction, Arena& arena, Variables& variables) {
  for (const KeyValue& pair : AsPairs(instruction)) {
    if (!pair.value) {
      continue;  // ARG NAME: the value it had, or one from outside
    }
    std::string_view value = pair.value->text;
    if (value.size() > 1 && (value.front() == '"' || value.front() == '\'') &&
        value.back() == value.front()) {
      value = value.substr(1, value.size() - 2);
    }
    if (kDoesAnything.HasAnyOf(value)) {
      constexpr std::size_t kLongest = 4096;  // values of values must not grow without end
      const std::optional<std::string> known =
          Substituted(value, [&](std::string_view name) { return variables.ValueOf(name); });
      value = known && known->size() <= kLongest ? arena.Copy(*known) : std::string_view();
    }
    variables.Set(pair.key.text, value);
  }
}

std::string_view Variables::ValueOf(std::string_view name) const {
  const auto found = std::ranges::find(all_, name, &Variable::name);
  return found == all_.end() ? std::string_view() : found->value;
}

void Variables::Set(std::string_view name, std::string_view value) {
  const auto found = std::ranges::find(all_, name, &Variable::name);
  if (found != all_.end()) {
    found->value = value;
  } else if (all_.size() < kMost) {
    all_.push_back({name, value});
  }
}

void KnownVariables::Learn(const SimpleCommand& command, const Program& program) {
  if (command.words.empty()) {
    for (const ScriptWord& assignment : command.assignments) {
      Assign(assignment);
    }
    return;
  }
  if (program.assigns) {
    std::for_each(command.words.begin() + 1, command.words.end(),
                  [this](const ScriptWord& word) { Assign(word); });
  } else if (program.forgets) {
    std::for_each(command.words.begin() + 1, command.words.end(),
                  [this](const ScriptWord& word) { own_[word.text] = {}; });
  }
}

void KnownVariables::Expand(SimpleCommand& command) {
  if (!command.directory_known && !command.directory.empty()) {
    ExpandDirectory(command);
  }
  const auto value_of = [this](const ScriptWord& word) {
    const std::string_view name = word.literal ? std::string_view() : VariableName(word.text);
    return name.empty() ? std::string_view() : ValueOf(name);
  };
  if (std::all_of(command.words.begin(), command.words.end(),
                  [&](const ScriptWord& word) { return value_of(word).empty(); })) {
    ExpandName(command);
    return;
  }
  std::vector<ScriptWord> words;
  words.reserve(command.words.size());
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
  ExpandName(command);
}

/// `pip${VERSION} install`: which program it is.
void KnownVariables::ExpandName(SimpleCommand& command) {
  if (command.words.empty() || command.words.front().literal || !command.name().empty()) {
    return;
  }
  const std::optional<std::string> name = Put(command.words.front().text);
  if (name) {
    const std::span<ScriptWord> words = arena_.Copy(command.words);
    words.front().text = arena_.Copy(*name);
    words.front().literal = true;
    command.SetWords(words);
  }
}

void KnownVariables::ExpandDirectory(SimpleCommand& command) {
  const std::optional<std::string> path = Put(command.directory);
  // Where a relative value would lead from is not known.
  command.directory_known = path && (path->starts_with('/') || !command.directory.starts_with('$'));
  command.directory = command.directory_known ? arena_.Copy(*path) : std::string_view();
}

/// The text with its variables put in, within the budget.
std::optional<std::string> KnownVariables::Put(std::string_view text) {
  std::optional<std::string> known =
      Substituted(text, [this](std::string_view name) { return ValueOf(name); });
  if (!known || known->size() > budget_) {
    return std::nullopt;
  }
  budget_ -= known->size();
  return known;
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
  const auto [own, added] = own_.try_emplace(name, value);
  if (!added && own->second != value) {
    own->second = {};
  }
}

std::string_view KnownVariables::ValueOf(std::string_view name) const {
  if (const auto own = own_.find(name); own != own_.end()) {
    return own->second;
  }
  return stage_.ValueOf(name);
}

}  // namespace cacheplan::detect
