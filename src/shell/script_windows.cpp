// PowerShell and cmd scripts, cut at their separators. Neither language is read any deeper: blocks
// and parentheses only separate, so that every command in them shows up.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cacheplan/byte_set.h"
#include "cacheplan/name_table.h"
#include "cacheplan/text.h"

#include "src/shell/script_output.h"

namespace cacheplan::script {
namespace {

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return lower;
}

/// Gathers words into commands and tracks the directory; both languages share it.
class Collector {
 public:
  /// In PowerShell a command line that starts with a variable or a string is an expression, unless
  /// `&` calls it.
  Collector(Output& out, const Directory& start, std::optional<std::uint32_t> offset,
            ScriptDialect dialect)
      : out_(out), directory_(start), offset_(offset), dialect_(dialect) {}

  [[nodiscard]] bool empty() const { return words_.empty(); }
  [[nodiscard]] std::string_view first() const { return words_.front().word.text; }

  void Add(std::string_view text, bool literal, bool quoted, std::size_t pos) {
    ShellWord word;
    word.word = {out_.arena.Copy(text), At(pos), literal, quoted};
    words_.push_back(word);
  }
  /// The word added last, or about to be, ends here.
  void Reach(std::size_t pos) { end_ = pos; }
  void Forget() { words_.clear(); }
  /// `$x =`: what follows is its value.
  void Assign(bool adds) {
    adds_ = adds;
    const bool one = words_.size() == 1 && words_.front().word.text.starts_with('$');
    assigned_ = one ? std::optional(words_.front().word) : std::nullopt;
    words_.clear();
  }
  /// What is assigned in a block may not be.
  void Enter(bool block) { blocks_ += block ? 1 : blocks_ > 0 ? -1 : 0; }
  void Call() { called_ = true; }
  void Opaque(const char* reason, std::size_t pos) { out_.Opaque(reason, At(pos)); }

  void End() {
    if (words_.empty()) {
      return;
    }
    const bool called = std::exchange(called_, false);
    const std::optional<ScriptWord> assigned = std::exchange(assigned_, std::nullopt);
    const std::size_t slot = out_.Open();
    SimpleCommand& command = out_.At(slot);
    command.offset = words_.front().word.offset;
    command.directory = directory_.path;
    command.directory_known = directory_.known;
    command.dialect = dialect_;
    if (dialect_ == ScriptDialect::kPowerShell && !called && IsValue(words_.front().word)) {
      SetAssignment(assigned, command);
      words_.clear();
      return;
    }
    const std::string name = Lower(ProgramName(first()));
    if ((name == "cd" || name == "chdir" || name == "set-location" || name == "sl" ||
         name == "pushd" || name == "push-location") &&
        words_.size() > 1) {
      directory_ = ChangeTo(directory_, words_.back().word, out_.arena);
    } else if (name == "popd" || name == "pop-location") {
      directory_.known = false;
    }
    if ((name == "invoke-expression" || name == "iex") && words_.size() == 2 &&
        words_.back().word.literal && words_.back().word.quoted && out_.depth < kMaxDepth) {
      out_.Drop(slot);
      ++out_.depth;
      const ScriptWord script = std::exchange(words_, {}).back().word;
      ReadPowerShell(script.text, out_, directory_, script.offset);
      --out_.depth;
    } else {
      Finish(slot, words_, out_);
      words_.clear();
    }
    if (!offset_) {
      out_.EndFrom(slot, end_);
    }
  }

 private:
  /// `$x = 'npm'`, as an assignment of a shell: x=npm.
  void SetAssignment(const std::optional<ScriptWord>& name, SimpleCommand& command) {
    const ScriptWord& first = words_.front().word;
    const std::size_t sign = first.text.find('=');
    ScriptWord word = first;
    if (name) {
      word.text = out_.arena.Concat({name->text, "=", first.text});
    } else if (sign == std::string_view::npos || !first.text.starts_with('$')) {
      return;
    }
    word.literal = words_.size() == 1 && blocks_ == 0 && !(name && adds_) &&
                   word.text.find('$', 1) == std::string_view::npos;
    word.text.remove_prefix(1);
    command.assignments = out_.arena.Copy(std::vector<ScriptWord>{word});
  }
  static bool IsValue(const ScriptWord& word) {
    constexpr std::string_view kStarts = "$[-+0123456789@!";
    return word.quoted || word.text.empty() || kStarts.find(word.text[0]) != std::string_view::npos;
  }
  [[nodiscard]] std::uint32_t At(std::size_t pos) const {
    return offset_ ? *offset_ : static_cast<std::uint32_t>(pos);
  }

  Output& out_;
  Directory directory_;
  std::optional<std::uint32_t> offset_;
  ScriptDialect dialect_;
  bool called_ = false;
  int blocks_ = 0;
  bool adds_ = false;
  std::optional<ScriptWord> assigned_;
  std::size_t end_ = 0;
  std::vector<ShellWord> words_;
};

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/// What ends a command of PowerShell, and what means something within a word of it.
constexpr ByteSet kSeparators("\n;|&(){}");
constexpr ByteSet kSpecial(" \t\r\n;|&(){},`'\"$");

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
      for (++pos; pos < text.size(); ++pos) {
        if (text[pos] == c) {
          if (pos + 1 < text.size() && text[pos + 1] == c) {
            ++pos;  // a doubled quote is one
          } else {
            break;
          }
        } else if (c == '"' && text[pos] == '`' && pos + 1 < text.size()) {
          ++pos;
        } else if (c == '"' && text[pos] == '$') {
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

/// if, for and else of cmd: what stands in parentheses after them are commands.
bool TakesGroup(std::string_view name) { return EqualFold(name, "if") || EqualFold(name, "for"); }

/// `Start-Process choco -ArgumentList 'install -y git' -Wait` is `choco install -y git`.
bool StartsProcess(std::string_view name) {
  return EqualFold(name, "start-process") || EqualFold(name, "saps") || EqualFold(name, "start");
}

}  // namespace

void ReadPowerShell(std::string_view text, Output& out, const Directory& start,
                    std::optional<std::uint32_t> offset) {
  Collector commands(out, start, offset, ScriptDialect::kPowerShell);
  bool arguments_of_process = false;
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
      commands.End();
      if (c == '&') {
        commands.Call();
      } else if (c == '{' || c == '}') {
        commands.Enter(c == '{');
      }
      arguments_of_process = false;
      ++pos;
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
        commands.Assign(word.text == "+=");  // $x = command
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
  commands.End();
}

namespace {

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
      const char d = text[pos];
      if (d == '"') {
        open = !open;
        quoted = true;
      } else if (!open && d == '^' && pos + 1 < text.size()) {
        word += text[++pos];
      } else if (!open &&
                 (IsBlank(d) || d == '\n' || d == '&' || d == '|' || (d == ')' && groups > 0))) {
        break;
      } else {
        word += d;
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
