// PowerShell scripts, cut at their separators. Little of the language is read any deeper: blocks
// and parentheses only separate, so that every command in them shows up.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "cacheplan/byte_set.h"
#include "cacheplan/name_table.h"
#include "cacheplan/text.h"

#include "src/shell/powershell_value.h"
#include "src/shell/script_collector.h"
#include "src/shell/script_output.h"

namespace cacheplan::script {
namespace {

/// What ends a command of PowerShell, and what means something within a word of it.
constexpr ByteSet kSeparators("\n;|&(){}");
constexpr ByteSet kSpecial(" \t\r\n;|&(){},`'\"$");
constexpr ByteSet kInQuotes("\"`$");  // a '…' has nothing but its end

/// Words that only steer what follows them, in lower case.
struct SteeringWord {
  std::string_view name;
};
constexpr SteeringWord kSteering[] = {
    {"&"},       {"."},  {"catch"},  {"do"},    {"else"}, {"elseif"}, {"finally"},
    {"foreach"}, {"if"}, {"return"}, {"throw"}, {"try"},  {"while"},
};
constexpr NameTable kSteeringByName(kSteering);

/// One PowerShell word at `pos`; moves `pos` behind it.
struct PowerShellWord {
  std::string text;
  bool literal = true;
  bool quoted = false;
  bool closed = true;
};

/// Bytes of the `${NAME}` that the text begins with; of anything else, or of one that goes on and
/// on, only the first.
constexpr std::size_t kLongestVariable = 256;  // bytes looked at: a text of `${` alone is read once
std::size_t SizeOfVariable(std::string_view text) {
  const std::size_t close = text.starts_with("${") ? text.find('}') : std::string_view::npos;
  return close == std::string_view::npos ? 1 : close + 1;
}

PowerShellWord ReadPowerShellWord(std::string_view text, std::size_t& pos) {
  PowerShellWord word;
  while (pos < text.size()) {
    const std::size_t special = kSpecial.Find(text, pos);
    word.text += text.substr(pos, special - pos);
    pos = special;
    if (pos == text.size()) {
      break;
    }
    const char c = text[pos];
    if (IsBlank(c) || kSeparators.Has(c) || (c == ',' && !word.text.empty())) {
      break;
    }
    if (c == '`' && pos + 1 < text.size()) {
      word.text += text[pos + 1];
      pos += 2;
    } else if (c == '\'' || c == '"') {
      word.quoted = true;
      for (++pos;; ++pos) {
        const std::size_t plain = c == '"' ? kInQuotes.Find(text, pos) : text.find('\'', pos);
        word.text += text.substr(pos, plain - pos);
        pos = std::min(plain, text.size());
        if (pos == text.size()) {
          break;
        }
        if (text[pos] == c) {
          if (pos + 1 < text.size() && text[pos + 1] == c) {
            ++pos;  // a doubled quote is one
          } else {
            break;
          }
        } else if (text[pos] == '`' && pos + 1 < text.size()) {
          ++pos;
        } else if (text[pos] == '$') {
          word.literal = false;
        }
        word.text += text[pos];
      }
      word.closed = pos < text.size();
      pos += word.closed ? 1 : 0;
    } else {
      word.literal = word.literal && c != '$';
      const std::size_t size = SizeOfVariable(text.substr(pos, kLongestVariable));
      word.text += text.substr(pos, size);
      pos += size;
    }
  }
  return word;
}

/// `Start-Process choco -ArgumentList 'install -y git' -Wait` is `choco install -y git`.
bool StartsProcess(std::string_view name) {
  return EqualFold(name, "start-process") || EqualFold(name, "saps") || EqualFold(name, "start");
}

/// What the separator that the text begins with ends; gives its size.
std::size_t Separate(std::string_view text, std::size_t& parentheses, Collector& commands) {
  const char c = text.front();
  switch (c) {
    case '{':
      commands.Enter();
      return 1;
    case '}':
      commands.Leave();
      return 1;
    case '(':
    case ')':
      commands.End();
      parentheses += c == '(' ? 1 : 0;
      parentheses -= c == ')' && parentheses > 0 ? 1 : 0;
      return 1;
    case '\n':
      if (parentheses > 0 || commands.GoesOn()) {
        commands.End();
        return 1;
      }
      break;
    case '&':
    case '|':
      if (text.size() > 1 && text[1] == c) {
        commands.EndStatement();
        return 2;
      }
      if (c == '|') {
        commands.Pipe();
      } else {
        commands.End();
        commands.Call();
      }
      return 1;
    default:
      break;
  }
  commands.EndStatement();
  return 1;
}

/// `$x = …`: its value, where that is known, else the sign; false for anything else.
bool ReadAssignment(std::string_view text, std::size_t& pos, Collector& commands) {
  const std::optional<PowerShellAssignment> assignment = ReadPowerShellAssignment(text, pos);
  if (!assignment) {
    return false;
  }
  const std::size_t at = std::exchange(pos, assignment->end);
  if (const std::optional<PowerShellValue> value = ReadPowerShellValue(text, pos)) {
    pos = value->end;
    commands.Reach(pos);
    commands.Assign(*assignment, *value, at);
  } else {
    commands.Assign(assignment->name, at);
  }
  return true;
}

}  // namespace

void ReadPowerShell(std::string_view text, Output& out, const Directory& start,
                    std::optional<std::uint32_t> offset) {
  Collector commands(out, start, offset, ScriptDialect::kPowerShell);
  bool arguments_of_process = false;
  std::size_t parentheses = 0;
  for (std::size_t pos = 0; pos < text.size();) {
    const char c = text[pos];
    if (IsBlank(c) || c == ',') {
      ++pos;
    } else if (c == '#') {
      pos = std::min(text.find('\n', pos), text.size());
    } else if (c == '<' && pos + 1 < text.size() && text[pos + 1] == '#') {
      const std::size_t close = text.find("#>", pos);
      pos = close == std::string_view::npos ? text.size() : close + 2;
    } else if (c == '`' && pos + 1 < text.size() &&
               (text[pos + 1] == '\n' || text[pos + 1] == '\r')) {
      pos += 2;
    } else if (kSeparators.Has(c)) {
      pos += Separate(text.substr(pos), parentheses, commands);
      arguments_of_process = false;
    } else if (c == '$' && commands.empty() && ReadAssignment(text, pos, commands)) {
      continue;
    } else {
      const std::size_t at = pos;
      PowerShellWord word = ReadPowerShellWord(text, pos);
      if (pos == at) {
        ++pos;
        continue;
      }
      commands.Reach(pos);
      if (!word.closed) {
        commands.Opaque("a quote is never closed", at);
      }
      const std::string lower = Lower(word.text);
      const bool call = pos < text.size() && text[pos] == '(' && !word.quoted;
      const std::size_t dot = call ? word.text.find_last_of(".:") : std::string::npos;
      if (dot != std::string::npos) {
        // $client.DownloadFile('url', 'file'): the method is the command.
        commands.End();
        commands.Add("." + word.text.substr(dot + 1), true, false, at);
        ++pos;
      } else if (commands.empty() && !word.quoted && kSteeringByName.Find(lower) != nullptr) {
        continue;
      } else if (!word.quoted && (word.text == "=" || word.text == "+=")) {
        commands.Assign();  // $x[0] = command
      } else if (arguments_of_process || (lower == "-argumentlist" || lower == "-filepath")) {
        if (arguments_of_process) {
          std::size_t begin = 0;
          while (begin < word.text.size()) {  // one string may hold several arguments
            const std::size_t end = std::min(word.text.find(' ', begin), word.text.size());
            if (end > begin) {
              commands.Add(word.text.substr(begin, end - begin), word.literal, true, at);
            }
            begin = end + 1;
          }
        }
        arguments_of_process =
            lower != "-filepath" && (lower == "-argumentlist" || lower[0] != '-');
      } else if (!commands.empty() && lower[0] != '-' && StartsProcess(commands.first())) {
        commands.Forget();
        commands.Add(word.text, word.literal, word.quoted, at);
      } else {
        commands.Add(word.text, word.literal, word.quoted, at);
      }
    }
  }
  commands.Close();
}

}  // namespace cacheplan::script
