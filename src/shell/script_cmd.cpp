// cmd scripts, cut at their separators. The language is not read any deeper: parentheses only
// separate, so that every command in them shows up.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cacheplan/byte_set.h"
#include "cacheplan/text.h"

#include "src/shell/script_collector.h"
#include "src/shell/script_output.h"

namespace cacheplan::script {
namespace {

/// if, for and else of cmd: what stands in parentheses after them are commands.
bool TakesGroup(std::string_view name) { return EqualFold(name, "if") || EqualFold(name, "for"); }

/// What means something within a word that is not quoted.
constexpr ByteSet kSpecial(" \t\r\n&|)\"^");

bool IsPowerShell(std::string_view program) {
  const std::string_view name = ProgramName(program);
  return EqualFold(name, "powershell") || EqualFold(name, "pwsh");
}

/// The words of `if [/i] [not] exist FILE`, `… A==B`, `… A EQU B`: what comes behind is a command.
class CmdCondition {
 public:
  /// True when `word`, in lower case, is the last one of the condition.
  bool EndsWith(std::string_view word) {
    static constexpr std::array<std::string_view, 4> kUnary = {"exist", "defined", "errorlevel",
                                                               "cmdextversion"};
    static constexpr std::array<std::string_view, 7> kOperators = {"==",  "equ", "neq", "lss",
                                                                   "leq", "gtr", "geq"};
    const auto is_one_of = [word](const auto& list) {
      return std::find(list.begin(), list.end(), word) != list.end();
    };
    if (word == "if" || word == "/i" || word == "not") {
      return false;
    }
    if (!begun_) {
      begun_ = true;
      last_ = is_one_of(kUnary);
      return word.size() > 2 && word.find("==") != std::string_view::npos;
    }
    const bool ends = last_;
    last_ = is_one_of(kOperators);
    return ends;
  }

 private:
  bool begun_ = false;  ///< its first operand, or the word before its only one, was there
  bool last_ = false;   ///< the next word is its last
};

}  // namespace

void ReadCmd(std::string_view text, Output& out, const Directory& start,
             std::optional<std::uint32_t> offset) {
  Collector commands(out, start, offset, ScriptDialect::kCmd);
  CmdCondition condition;
  std::size_t groups = 0;
  for (std::size_t pos = 0; pos < text.size();) {
    const char c = text[pos];
    if (IsBlank(c) || (c == '@' && commands.empty())) {
      ++pos;
      continue;
    }
    // A ( groups where a command may stand; in the words of a command it is a plain character.
    const bool opens = c == '(' && (commands.empty() || TakesGroup(commands.first()));
    if (c == '\n' || c == '&' || c == '|' || opens || (c == ')' && groups > 0)) {
      commands.End();
      groups += opens ? 1 : 0;
      groups -= c == ')' ? 1 : 0;
      ++pos;
      continue;
    }
    const std::size_t at = pos;
    std::string word;
    bool quoted = false;
    bool open = false;
    for (; pos < text.size(); ++pos) {
      const std::size_t plain = open ? text.find('"', pos) : kSpecial.Find(text, pos);
      word += text.substr(pos, plain - pos);
      pos = std::min(plain, text.size());
      if (pos == text.size()) {
        break;
      }
      const char d = text[pos];
      if (d == '"') {
        open = !open;
        quoted = true;
        if (word.ends_with('\\') && !commands.empty() && IsPowerShell(commands.first())) {
          word.back() = d;  // to the program it is a quote, though for cmd that ends one
        }
      } else if (d == '^' && pos + 1 < text.size()) {
        word += text[++pos];
      } else if (d == '^' || (d == ')' && groups == 0)) {
        word += d;
      } else {
        break;
      }
    }
    commands.Reach(pos);
    if (open) {
      commands.Opaque("a quote is never closed", at);
    }
    const std::string lower = Lower(word);
    if (commands.empty() && !quoted && (lower == "call" || lower == "else" || lower == "do")) {
      continue;
    }
    if (!commands.empty() && EqualFold(commands.first(), "start") && !lower.empty()) {
      if (lower[0] != '/' && !quoted) {  // start "title" /wait program
        commands.Forget();
        commands.Add(word, true, quoted, at);
      }
      continue;
    }
    const bool literal = word.find('%') == std::string::npos;
    condition = commands.empty() ? CmdCondition() : condition;
    commands.Add(word, literal, quoted, at);
    if (EqualFold(commands.first(), "if") && condition.EndsWith(lower)) {
      commands.End();
    }
  }
  commands.End();
}

}  // namespace cacheplan::script
