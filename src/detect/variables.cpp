#include "src/detect/variables.h"

#include <algorithm>
#include <utility>

#include "cacheplan/byte_set.h"
#include "cacheplan/paths.h"
#include "cacheplan/secret_names.h"
#include "cacheplan/text.h"

#include "src/detect/paths.h"

namespace cacheplan::detect {
namespace {

constexpr ByteSet kBlanks(" \t\n");
constexpr ByteSet kGlobs("*?[{");
constexpr ByteSet kOperators(";&|<>()");
constexpr ByteSet kMeansMore("*?[{;&|<>()");  // those of both

/// Most words say themselves that there is nothing in them to put in.
inline bool MayHaveVariable(const ScriptWord& word) { return !word.literal && !word.mixed; }

bool HasVariable(const ScriptWord& word, ScriptDialect dialect) {
  return MayHaveVariable(word) &&
         word.text.find(dialect == ScriptDialect::kCmd ? '%' : '$') != std::string_view::npos;
}

/// Flags or nothing, whatever else it is.
bool IsFlags(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = kBlanks.End(text, at);
    if (begin < text.size() && text[begin] != '-') {
      return false;
    }
    at = kBlanks.Find(text, begin);
  }
  return true;
}

bool MayBeFlagsOnly(const KnownValue& value) {
  return value.is == KnownValue::Is::kUnset ||
         (value.known() ? IsFlags(value.text) : value.only_flags);
}

/// One of both.
KnownValue Either(const KnownValue& a, const KnownValue& b) {
  if (a.is == b.is && a.text == b.text && a.is != KnownValue::Is::kUnknown) {
    return a;
  }
  KnownValue either;
  either.only_flags = MayBeFlagsOnly(a) && MayBeFlagsOnly(b);
  return either;
}

}  // namespace

void KnownVariables::Change(std::uint32_t branch) {
  path_.clear();
  std::uint32_t to = branch;
  while (this->branch() != to) {  // a branch has a greater number than the one it stands in
    if (this->branch() > to) {
      Leave();
    } else {
      path_.push_back(to);
      to = branches_[to - 1];
    }
  }
  for (auto next = path_.rbegin(); next != path_.rend(); ++next) {
    levels_.push_back({*next, before_.size()});
  }
}

void KnownVariables::Leave() {
  const Level level = levels_.back();
  levels_.pop_back();
  std::size_t kept = level.first;
  for (std::size_t i = level.first; i < before_.size(); ++i) {
    const Before before = before_[i];
    Entry& entry = own_.at(before.name);
    // Where the script had not assigned it, what the stage has counts, if it has something.
    const KnownValue stage = before.value ? *before.value : stage_.Find(before.name);
    if (before.value || stage.is != KnownValue::Is::kUnknown) {
      entry.value = Either(stage, entry.value);
    } else {
      KnownValue either;
      either.only_flags = MayBeFlagsOnly(entry.value);
      entry.value = either;
    }
    entry.noted = before.noted;
    if (branch() != 0 && before.noted != branch()) {
      entry.noted = branch();
      before_[kept++] = before;
    }
  }
  before_.resize(kept);
}

void KnownVariables::SetOwn(std::string_view name, const KnownValue& value) {
  const auto [own, added] = own_.try_emplace(name);
  Entry& entry = own->second;
  if (branch() != 0 && entry.noted != branch()) {
    before_.push_back({own->first, added ? std::nullopt : std::optional(entry.value), entry.noted});
    entry.noted = branch();
  }
  entry.value = value;
}

void KnownVariables::Learn(const SimpleCommand& command, const Program& program) {
  // In PowerShell those before a command are no environment of it, but what it gives.
  if (command.words.empty() || command.dialect == ScriptDialect::kPowerShell) {
    for (const ScriptWord& assignment : command.assignments) {
      Assign(assignment, command.dialect);
    }
  }
  if (command.words.empty()) {
    return;
  }
  const ScriptWords words = command.words.subspan(1);
  if (program.assigns) {
    for (const ScriptWord& word : words) {
      Assign(word, command.dialect);
    }
  } else if (program.forgets) {
    for (const ScriptWord& word : words) {
      SetOwn(word.text, command.name() == "unset" ? KnownValue::Unset() : KnownValue());
    }
  } else if (command.name() == "set") {
    if (command.dialect == ScriptDialect::kCmd) {
      for (const ScriptWord& word : words) {
        const std::string_view name = word.text.substr(0, word.text.find('='));
        SetOwn(arena_.Copy(ToLower(name)), {});
      }
    } else if (const auto end = std::ranges::find(words, "--", &ScriptWord::text);
               end != words.end()) {
      SetArguments(ScriptWords(end + 1, words.end()));
    }
  } else if (command.name() == "shift" && arguments_) {
    const std::optional<std::size_t> count = ShiftCount(command);
    arguments_ = count && branch() == 0
                     ? std::optional(arguments_->subspan(std::min(*count, arguments_->size())))
                     : std::nullopt;
  }
}

void KnownVariables::SetArguments(ScriptWords words) {
  arguments_.reset();
  if (branch() == 0) {  // in a branch it may happen, or not
    ArenaList<ScriptWord> known;
    for (const ScriptWord& word : words) {
      ExpandWord(word, ScriptDialect::kPosix, known);
    }
    arguments_ = known;
  }
}

/// NAME=value and NAME+=value.
void KnownVariables::Assign(const ScriptWord& word, ScriptDialect dialect) {
  const std::size_t sign = word.text.find('=');
  if (sign == std::string_view::npos) {
    return;
  }
  std::string_view name = word.text.substr(0, sign);
  const bool adds = name.ends_with('+');
  name.remove_suffix(adds ? 1 : 0);
  if (const std::size_t index = name.find('['); index != std::string_view::npos) {
    SetOwn(name.substr(0, index), {});
    return;
  }
  if (dialect == ScriptDialect::kPowerShell) {
    name = arena_.Copy(ToLower(name));
  }
  const std::string_view text = word.text.substr(sign + 1);
  KnownValue value;
  if (word.literal) {
    value = text.starts_with('~') && !word.quoted ? KnownValue() : KnownValue::Of(text);
  } else if (HasVariable(word, dialect) || kGlobs.HasAnyOf(text)) {
    if (const auto put = word.mixed ? std::nullopt : Put(text, dialect)) {
      value = KnownValue::Of(*put);
    }
  }
  if (adds) {
    const KnownValue before = FindOwn(name, dialect);
    const bool known =
        before.known() && value.known() && before.text.size() + value.text.size() <= budget_;
    if (known) {
      budget_ -= before.text.size() + value.text.size();
    }
    value = known ? KnownValue::Of(arena_.Concat({before.text, value.text})) : KnownValue();
  }
  SetOwn(name, value);
}

std::optional<std::string_view> KnownVariables::Put(std::string_view text, ScriptDialect dialect) {
  scratch_.clear();
  if (!PutVariables(text, true, dialect, *this, scratch_) || scratch_.size() > budget_) {
    return std::nullopt;
  }
  budget_ -= scratch_.size();
  return arena_.Copy(scratch_);
}

void KnownVariables::Expand(SimpleCommand& command) {
  if (!command.directory_known && !command.directory.empty()) {
    ExpandDirectory(command);
  }
  const auto first = std::find_if(command.words.begin(), command.words.end(), MayHaveVariable);
  if (first == command.words.end()) {
    return;
  }
  ArenaList<ScriptWord> words;
  words.Reserve(arena_, command.words.size());
  words.Append(arena_, {command.words.begin(), first});
  bool changed = false;
  for (auto word = first; word != command.words.end(); ++word) {
    if (MayHaveVariable(*word)) {
      changed = ExpandWord(*word, command.dialect, words) || changed;
    } else {
      words.Add(arena_, *word);
    }
  }
  if (changed) {
    command.SetWords(words);
  }
}

bool KnownVariables::ExpandWord(const ScriptWord& word, ScriptDialect dialect,
                                ArenaList<ScriptWord>& words) {
  const std::size_t sign = word.text.find(dialect == ScriptDialect::kCmd ? '%' : '$');
  // What a command prints is not known: most words that are not plain have some of that.
  if (sign == std::string_view::npos ||
      (dialect == ScriptDialect::kPosix && word.text.substr(sign).starts_with("$("))) {
    words.Add(arena_, word);
    return sign != std::string_view::npos && PutKnown(words.back());
  }
  if (const std::optional<std::size_t> first = FirstArgument(word.text)) {
    if (const std::optional<ScriptWords> arguments = Arguments()) {
      words.Append(arena_, arguments->subspan(std::min(*first, arguments->size())));
      return true;
    }
  }
  scratch_.clear();
  const bool put = PutVariables(word.text, word.quoted, dialect, *this, scratch_);
  const bool blanks = put && kBlanks.HasAnyOf(scratch_);
  const bool splits = word.splits && dialect == ScriptDialect::kPosix;
  // Of `a"$B"$C` it is not told which part is quoted.
  const bool unsure = splits && word.quoted && (blanks || scratch_.empty());
  if (!put || unsure || scratch_.size() > budget_) {
    words.Add(arena_, word);
    if (!put && dialect == ScriptDialect::kPosix && PutKnown(words.back())) {
      return true;
    }
    if (const std::string_view name = OneVariable(word.text, dialect); !name.empty()) {
      words.back().only_flags = NameSaysFlags(name) || FindOwn(name, dialect).only_flags;
    }
    return words.back().only_flags != word.only_flags;
  }
  budget_ -= scratch_.size();
  const std::string_view text = arena_.Copy(scratch_);
  ScriptWord part = word;
  if (word.quoted && !word.splits) {
    part.literal = true;
  } else {
    const bool more = kMeansMore.HasAnyOf(text);
    part.literal = !more || !kGlobs.HasAnyOf(text);                    // it would do more
    part.quoted = word.quoted || (more && kOperators.HasAnyOf(text));  // they are no operators
  }
  if (!splits) {
    part.text = text;
    words.Add(arena_, part);
    return true;
  }
  for (std::size_t at = kBlanks.End(text); at < text.size();) {
    const std::size_t end = kBlanks.Find(text, at);
    part.text = text.substr(at, end - at);
    words.Add(arena_, part);
    at = kBlanks.End(text, end);
  }
  return true;
}

bool KnownVariables::PutKnown(ScriptWord& word) {
  scratch_.clear();
  if (!PutKnownVariables(word.text, word.splits, *this, scratch_) || scratch_.size() > budget_) {
    return false;
  }
  budget_ -= scratch_.size();
  word.text = arena_.Copy(scratch_);
  return true;
}

/// What a `cd` leads to depends on what its variables were then: all commands behind it have the
/// directory of the first one.
void KnownVariables::ExpandDirectory(SimpleCommand& command) {
  const auto [known, added] = directories_.try_emplace(command.directory.data());
  if (added) {
    const std::optional<std::string_view> path = DirectoryOf(command.directory, command.dialect);
    known->second = {path.value_or(std::string_view()), path.has_value()};
  }
  command.directory = known->second.path;
  command.directory_known = known->second.known;
  // In a loop each round has its own.
  if (added && std::any_of(bindings.begin(), bindings.end(),
                           [](const Binding& binding) { return binding.used; })) {
    directories_.erase(known);
  }
}

std::optional<std::string_view> KnownVariables::DirectoryOf(std::string_view path,
                                                            ScriptDialect dialect) {
  // "a/./$D": from `a`, unless $D is absolute.
  const std::size_t pivot = path.starts_with("./") ? 0 : path.find("/./");
  const bool parted = pivot != std::string_view::npos;
  const std::string_view from = parted ? path.substr(0, pivot) : std::string_view();
  std::optional<std::string_view> known =
      Put(parted ? path.substr(pivot + (pivot == 0 ? 2 : 3)) : path, dialect);
  if (!known) {
    return std::nullopt;
  }
  known = WithoutSlash(*known);
  if (!known->starts_with('/')) {
    // Where a relative value would lead from is not known, or each round of a loop goes on from
    // where the last one ended.
    if ((!parted && path.starts_with('$')) ||
        std::any_of(bindings.begin(), bindings.end(),
                    [](const Binding& binding) { return binding.used && !binding.stays; })) {
      return std::nullopt;
    }
    if (!from.empty()) {
      known = arena_.Concat({from, "/", *known});
    }
  }
  return known->find("..") == std::string_view::npos ? *known : Cleaned(*known, arena_);
}

std::string_view KnownVariables::ValueFor(const SimpleCommand& command, std::string_view name) {
  for (auto own = command.assignments.rbegin(); own != command.assignments.rend(); ++own) {
    if (own->text.starts_with(name) && own->text.substr(name.size()).starts_with('=')) {
      return own->literal ? own->text.substr(name.size() + 1) : std::string_view();
    }
  }
  return FindOwn(name, ScriptDialect::kPosix).text;
}

KnownValue KnownVariables::Find(std::string_view name, ScriptDialect dialect) {
  const KnownValue value = FindOwn(name, dialect);
  // What is shown of a command must not show it.
  return value.known() && !value.text.empty() && LooksSecret(name) ? KnownValue() : value;
}

KnownValue KnownVariables::FindOwn(std::string_view name, ScriptDialect dialect) {
  if (dialect != ScriptDialect::kPosix) {
    constexpr std::string_view kEnvironment = "env:";
    if (const auto own = own_.find(ToLower(name)); own != own_.end()) {
      return own->second.value;
    }
    const bool environment = dialect == ScriptDialect::kCmd ||
                             EqualFold(name.substr(0, kEnvironment.size()), kEnvironment);
    name.remove_prefix(dialect == ScriptDialect::kCmd || !environment ? 0 : kEnvironment.size());
    return environment ? stage_.FindAnyCase(name) : KnownValue();
  }
  for (auto binding = bindings.rbegin(); binding != bindings.rend(); ++binding) {
    if (binding->name == name && !name.empty()) {
      binding->used = true;
      return binding->value;
    }
  }
  if (const auto own = own_.find(name); own != own_.end()) {
    return own->second.value;
  }
  return stage_.Find(name);
}

void KnownVariables::AssignDefault(std::string_view name, std::string_view value) {
  SetOwn(arena_.Copy(name), KnownValue::Of(arena_.Copy(value)));
}

std::optional<ScriptWords> KnownVariables::Arguments() {
  for (auto binding = bindings.rbegin(); binding != bindings.rend(); ++binding) {
    if (binding->name.empty()) {
      binding->used = true;
      return binding->arguments_known ? std::optional(binding->arguments) : std::nullopt;
    }
  }
  return arguments_;
}

}  // namespace cacheplan::detect
