#include "src/detect/command_text.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "cacheplan/byte_set.h"

#include "src/detect/expansion.h"

namespace cacheplan::detect {
namespace {

constexpr std::size_t kMaxText = 200;

/// The words as they stand in the script, where a blank is all that parts each from the next;
/// nothing where it is not. Most commands have neither quotes nor continuations.
std::string_view AsWritten(ScriptWords words) {
  if (words.empty() || words.front().text.empty()) {
    return {};
  }
  const char* const begin = words.front().text.data();
  const char* end = begin + words.front().text.size();
  for (const ScriptWord& word : words.subspan(1)) {
    if (word.text.data() != end + 1 || *end != ' ') {
      return {};
    }
    end = word.text.data() + word.text.size();
  }
  return {begin, static_cast<std::size_t>(end - begin)};
}

bool IsShown(std::string_view text) {
  return text.size() <= kMaxText && text.find('\n') == std::string_view::npos;
}

/// What parts words, wherever it stands.
constexpr ByteSet kParts(" \t\n;&|<>()'\"");
/// What means something in a word that is not quoted.
constexpr ByteSet kMeans(" \t\n;&|<>()'\"\\$`*?[");
constexpr ByteSet kMeansToPowerShell(" \t\n;&|<>(){},'\"`$");
constexpr ByteSet kMeansToCmd(" \t\n&|<>^");

/// Whether something in the text would part it, or mean more, outside of what is expanded in it.
bool PartsOutside(std::string_view text) {
  for (std::size_t at = kMeans.Find(text); at < text.size(); at = kMeans.Find(text, at)) {
    if (text[at] != '$' && text[at] != '`') {
      return true;
    }
    at += ExpansionSize(text.substr(at));
  }
  return false;
}

bool MeansMore(const ScriptWord& word, ScriptDialect dialect) {
  if (word.text.empty()) {
    return true;
  }
  switch (dialect) {
    case ScriptDialect::kCmd:
      return kMeansToCmd.HasAnyOf(word.text);
    case ScriptDialect::kPowerShell:
      return word.literal ? kMeansToPowerShell.HasAnyOf(word.text) : PartsOutside(word.text);
    case ScriptDialect::kPosix:
      break;
  }
  return word.literal ? kMeans.HasAnyOf(word.text) : PartsOutside(word.text);
}

/// `number`: of the word in the command.
bool NeedsQuotes(const SimpleCommand& command, std::size_t number) {
  const ScriptWord& word = command.words[number];
  if (!word.quoted) {
    // In an exec form no word is, and all of them begin where the command does.
    return number > 0 && word.offset == command.offset && word.literal &&
           (word.text.empty() || kParts.HasAnyOf(word.text));
  }
  if (!MeansMore(word, command.dialect)) {
    return false;
  }
  const ScriptWord& before = command.words[number > 0 ? number - 1 : 0];
  return before.quoted || !before.text.starts_with("<<");  // else it is the text of a heredoc
}

/// The word in quotes, as its shell takes it.
void AppendQuoted(const ScriptWord& word, ScriptDialect dialect, std::string& out) {
  const bool single = dialect == ScriptDialect::kPosix
                          ? word.literal && word.text.find('\'') == std::string_view::npos
                          : dialect == ScriptDialect::kPowerShell && word.literal;
  if (single) {
    out += '\'';
    std::string_view text = word.text.substr(0, kMaxText + 1);
    for (std::size_t quote = text.find('\''); quote != std::string_view::npos;
         quote = text.find('\'')) {
      out.append(text.substr(0, quote + 1)) += '\'';  // PowerShell doubles it
      text.remove_prefix(quote + 1);
    }
    out += text;
    out += '\'';
    return;
  }
  static constexpr ByteSet kLiteral("\"\\$`");
  const char escape = dialect == ScriptDialect::kPowerShell ? '`'
                      : dialect == ScriptDialect::kCmd      ? '"'
                                                            : '\\';
  const bool escapes_all = dialect == ScriptDialect::kPosix && word.literal;
  const std::string_view text = word.text.substr(0, kMaxText + 1);
  out += '"';
  for (std::size_t at = 0; at < text.size();) {
    if (!word.literal && (text[at] == '$' || text[at] == '`')) {
      const std::size_t size = ExpansionSize(text.substr(at));
      out += text.substr(at, size);  // as it was written
      at += size;
      continue;
    }
    if (escapes_all ? kLiteral.Has(text[at]) : text[at] == '"') {
      out += escape;
    }
    out += text[at++];
  }
  out += '"';
}

/// The words with quotes where they need them, the first at `quoted`; cut where it gets long.
std::string_view QuotedText(const SimpleCommand& command, std::size_t quoted, Arena& arena) {
  std::string text;
  text.reserve(kMaxText + 1);
  for (std::size_t i = 0; i < command.words.size() && text.size() <= kMaxText; ++i) {
    text += i == 0 ? "" : " ";
    if (i >= quoted && NeedsQuotes(command, i)) {
      AppendQuoted(command.words[i], command.dialect, text);
    } else {
      text += command.words[i].text.substr(0, kMaxText + 1);
    }
  }
  return IsShown(text) ? arena.Copy(text) : CutText(text, arena);
}

}  // namespace

std::string_view CutText(std::string_view text, Arena& arena) {
  std::size_t end = std::min(text.size(), kMaxText);
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
    --end;  // not within a character
  }
  const std::string_view more = end < text.size() ? "…" : "";
  char* const room = arena.Room(end + more.size());
  std::replace_copy(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), room, '\n', ' ');
  std::copy(more.begin(), more.end(), room + end);
  return {room, end + more.size()};
}

std::string_view CommandText(const SimpleCommand& command, Arena& arena) {
  const std::string_view written = AsWritten(command.words);
  if (!written.empty() && IsShown(written)) {
    return written;
  }
  std::size_t size = 0;
  for (std::size_t i = 0; i < command.words.size(); ++i) {
    const ScriptWord& word = command.words[i];
    if ((word.quoted || word.offset == command.offset) && size <= kMaxText &&
        NeedsQuotes(command, i)) {
      return QuotedText(command, i, arena);
    }
    size += (size == 0 ? 0 : 1) + word.text.size();
  }
  // One byte more than is shown, so that what is left out is seen to be.
  size = std::min(size, kMaxText + 1);
  char* const begin = arena.Room(size);
  char* at = begin;
  for (const ScriptWord& word : command.words) {
    if (at == begin + size) {
      break;
    }
    if (at != begin) {
      *at++ = ' ';
    }
    at = std::copy_n(word.text.data(), std::min<std::size_t>(word.text.size(), begin + size - at),
                     at);
  }
  const std::string_view text(begin, size);
  return IsShown(text) ? text : CutText(text, arena);
}

}  // namespace cacheplan::detect
