#include "src/detect/expansion.h"

#include <algorithm>
#include <array>

#include "cacheplan/byte_set.h"
#include "cacheplan/text.h"

namespace cacheplan::detect {
namespace {

constexpr ByteSet kNameBytes("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
constexpr int kMostNested = 8;
constexpr std::size_t kLongest = 65536;  // values of values must not grow without end

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

/// The bytes of a name that the text begins with; those of `$1` are none.
std::size_t NameEnd(std::string_view text) {
  return text.empty() || IsDigit(text.front()) ? 0 : kNameBytes.End(text);
}

/// Where the `}` of the `{` that the text begins with stands; npos without one.
std::size_t CloseOf(std::string_view text, char opens = '{', char closes = '}') {
  int open = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    open += text[i] == opens ? 1 : 0;
    if (text[i] == closes && --open == 0) {
      return i;
    }
  }
  return std::string_view::npos;
}

class PosixText {
 public:
  PosixText(VariableSource& source, std::string& out) : source_(source), out_(out) {}

  bool Put(std::string_view text, int depth) {
    while (!text.empty()) {
      static constexpr ByteSet kSpecial("$`");
      const std::size_t special = kSpecial.Find(text);
      out_ += text.substr(0, special);
      text.remove_prefix(special);
      if (text.empty()) {
        return true;
      }
      if (text.front() == '`' || text.size() == 1) {
        return false;
      }
      text.remove_prefix(1);
      if (text.front() == '{') {
        const std::size_t close = CloseOf(text);
        if (close == std::string_view::npos || depth == kMostNested ||
            !PutBraced(text.substr(1, close - 1), depth)) {
          return false;
        }
        text.remove_prefix(close + 1);
      } else if (IsDigit(text.front()) || text.front() == '@' || text.front() == '*') {
        if (!PutArgument(text.substr(0, 1))) {
          return false;
        }
        text.remove_prefix(1);
      } else {
        const std::size_t end = NameEnd(text);
        if (end == 0 || !PutValue(source_.Find(text.substr(0, end), ScriptDialect::kPosix))) {
          return false;
        }
        text.remove_prefix(end);
      }
    }
    return true;
  }

 private:
  bool PutValue(const KnownValue& value) {
    out_ += value.text;
    return value.known() && out_.size() <= kLongest;
  }

  bool PutArgument(std::string_view name) {
    const std::optional<ScriptWords> arguments = source_.Arguments();
    if (!arguments) {
      return false;
    }
    const bool all = !IsDigit(name.front());
    const std::size_t number = all ? 0 : static_cast<std::size_t>(name.front() - '0');
    if (!all && (number == 0 || number > arguments->size())) {
      return number != 0;
    }
    const ScriptWords words = all ? *arguments : arguments->subspan(number - 1, 1);
    bool first = true;
    for (const ScriptWord& word : words) {
      out_ += first ? "" : " ";
      out_ += word.text;
      first = false;
    }
    return std::all_of(words.begin(), words.end(), [](const ScriptWord& w) { return w.literal; });
  }

  /// `${…}`.
  bool PutBraced(std::string_view text, int depth) {
    if (text.size() == 1 && NameEnd(text) == 0) {
      return (IsDigit(text[0]) || text[0] == '@' || text[0] == '*') && PutArgument(text);
    }
    const std::size_t end = NameEnd(text);
    if (end == 0) {
      return false;
    }
    const std::string_view name = text.substr(0, end);
    std::string_view rest = text.substr(end);
    const KnownValue value = source_.Find(name, ScriptDialect::kPosix);
    if (rest.empty()) {
      return PutValue(value);
    }
    const bool colon = rest.front() == ':' && rest.size() > 1;
    const char does = rest[colon ? 1 : 0];
    rest.remove_prefix(colon ? 2 : 1);
    if (value.is == KnownValue::Is::kUnknown) {
      return false;
    }
    const bool has = value.known() && !(colon && value.text.empty());
    switch (does) {
      case '-':
        return has ? PutValue(value) : PutDefault(rest, depth);
      case '+':
        return !has || PutDefault(rest, depth);
      case '?':
        return has && PutValue(value);
      case '=': {
        if (has) {
          return PutValue(value);
        }
        const std::size_t begin = out_.size();
        if (!PutDefault(rest, depth)) {
          return false;
        }
        source_.AssignDefault(name, std::string_view(out_).substr(begin));
        return true;
      }
      default:
        return false;
    }
  }

  /// The word behind the sign, which may be quoted as a whole.
  bool PutDefault(std::string_view text, int depth) {
    if (text.size() > 1 && text.front() == '"' && text.back() == '"') {
      text = text.substr(1, text.size() - 2);
    }
    static constexpr ByteSet kDoesMore("\\'\"");
    return !kDoesMore.HasAnyOf(text) && Put(text, depth + 1);
  }

  VariableSource& source_;
  std::string& out_;
};

/// `$env:NAME`, `${env:NAME}` and `$name`.
bool PutPowerShell(std::string_view text, bool quoted, VariableSource& source, std::string& out) {
  while (!text.empty()) {
    const std::size_t sign = std::min(text.find('$'), text.size());
    out += text.substr(0, sign);
    text.remove_prefix(sign);
    if (text.empty()) {
      return true;
    }
    text.remove_prefix(1);
    const bool braces = text.starts_with('{');
    text.remove_prefix(braces ? 1 : 0);
    constexpr std::string_view kEnvironment = "env:";
    std::size_t end =
        EqualFold(text.substr(0, kEnvironment.size()), kEnvironment) ? kEnvironment.size() : 0;
    end += NameEnd(text.substr(end));
    const std::string_view name = text.substr(0, end);
    text.remove_prefix(end);
    if (name.empty() || (braces && !text.starts_with('}')) ||
        (!braces && !text.empty() && (text[0] == ':' || text[0] == '[' || text[0] == '(')) ||
        (!quoted && text.starts_with('.'))) {
      return false;
    }
    text.remove_prefix(braces ? 1 : 0);
    const KnownValue value = source.Find(name, ScriptDialect::kPowerShell);
    if (!value.known()) {
      return false;
    }
    out += value.text;
  }
  return true;
}

/// `%NAME%`.
bool PutCmd(std::string_view text, VariableSource& source, std::string& out) {
  while (!text.empty()) {
    const std::size_t sign = std::min(text.find('%'), text.size());
    out += text.substr(0, sign);
    text.remove_prefix(sign);
    if (text.empty()) {
      return true;
    }
    const std::size_t close = text.find('%', 1);
    if (close == std::string_view::npos || close == 1) {
      return false;
    }
    const KnownValue value = source.Find(text.substr(1, close - 1), ScriptDialect::kCmd);
    if (!value.known()) {
      return false;
    }
    out += value.text;
    text.remove_prefix(close + 1);
  }
  return true;
}

}  // namespace

bool PutVariables(std::string_view text, bool quoted, ScriptDialect dialect, VariableSource& source,
                  std::string& out) {
  switch (dialect) {
    case ScriptDialect::kPosix:
      return PosixText(source, out).Put(text, 0);
    case ScriptDialect::kPowerShell:
      return PutPowerShell(text, quoted, source, out);
    case ScriptDialect::kCmd:
      return PutCmd(text, source, out);
  }
  return false;
}

std::size_t ExpansionSize(std::string_view text) {
  if (text.front() == '`') {
    return std::min(text.find('`', 1), text.size() - 1) + 1;
  }
  const char open = text.size() > 1 ? text[1] : '\0';
  if (open != '(' && open != '{') {
    const bool one = IsDigit(open) || open == '@' || open == '*';
    return one ? 2 : 1 + NameEnd(text.substr(1));
  }
  const std::size_t close = CloseOf(text.substr(1), open, open == '(' ? ')' : '}');
  return close == std::string_view::npos ? text.size() : close + 2;
}

bool PutKnownVariables(std::string_view text, bool splits, VariableSource& source,
                       std::string& out) {
  static constexpr ByteSet kSpecial("$`");
  static constexpr ByteSet kDoesMore(" \t\n*?[{");
  // Most of them have what a command prints, and nothing else.
  const bool ticks = text.find('`') != std::string_view::npos;
  if (ticks ? text.find('$') == std::string_view::npos
            : text.find('$') == text.rfind('$') || text.find("$(") == std::string_view::npos) {
    return false;
  }
  bool put = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t special =
        ticks ? kSpecial.Find(text, at) : std::min(text.find('$', at), text.size());
    out += text.substr(at, special - at);
    const std::string_view rest = text.substr(special);
    if (rest.empty()) {
      break;
    }
    const std::size_t size = ExpansionSize(rest);
    const std::string_view piece = rest.substr(0, size);
    const std::size_t mark = out.size();
    const bool variable = rest.front() == '$' && size > 1 && rest[1] != '(';
    const bool known = variable && PosixText(source, out).Put(piece, 0);
    const std::string_view value = std::string_view(out).substr(mark);
    if (known && !(splits && (value.empty() || kDoesMore.HasAnyOf(value)))) {
      put = true;
    } else {
      out.resize(mark);
      out += piece;
    }
    at = special + size;
  }
  return put;
}

std::string_view OneVariable(std::string_view text, ScriptDialect dialect) {
  if (dialect == ScriptDialect::kCmd) {
    const bool one = text.size() > 2 && text.front() == '%' && text.back() == '%';
    return one ? text.substr(1, text.size() - 2) : std::string_view();
  }
  if (text.size() < 2 || text.front() != '$') {
    return {};
  }
  text.remove_prefix(1);
  if (text.front() != '{') {
    constexpr std::string_view kEnvironment = "env:";
    if (dialect == ScriptDialect::kPowerShell && text.starts_with(kEnvironment)) {
      text.remove_prefix(kEnvironment.size());
    }
    return NameEnd(text) == text.size() ? text : std::string_view();
  }
  if (CloseOf(text) != text.size() - 1) {
    return {};
  }
  text = text.substr(1, text.size() - 2);
  const std::size_t end = NameEnd(text);
  const std::string_view rest = text.substr(end);
  const bool one = rest.empty() || rest == "[@]" || rest == "[*]" || rest.starts_with(":-") ||
                   rest.starts_with('-') || rest.starts_with(":=") || rest.starts_with('=');
  return one ? text.substr(0, end) : std::string_view();
}

std::optional<std::size_t> FirstArgument(std::string_view text) {
  if (text == "$@" || text == "${@}" || text == "$*") {
    return 0;
  }
  constexpr std::string_view kFrom = "${@:";
  const bool from = text.size() == kFrom.size() + 2 && text.starts_with(kFrom) &&
                    text[kFrom.size()] > '0' && text[kFrom.size()] <= '9' && text.ends_with('}');
  return from ? std::optional<std::size_t>(text[kFrom.size()] - '1') : std::nullopt;
}

std::optional<std::size_t> ShiftCount(const SimpleCommand& command) {
  if (command.words.size() == 1) {
    return 1;
  }
  const std::string_view text = command.words[1].text;
  const bool digit = text.size() == 1 && text[0] >= '0' && text[0] <= '9';
  return digit ? std::optional<std::size_t>(text[0] - '0') : std::nullopt;
}

bool NameSaysFlags(std::string_view name) {
  static constexpr std::array<std::string_view, 4> kEndings = {"FLAGS", "OPTS", "ARGS", "OPTIONS"};
  return std::any_of(kEndings.begin(), kEndings.end(), [name](std::string_view ending) {
    return name.size() >= ending.size() &&
           EqualFold(name.substr(name.size() - ending.size()), ending);
  });
}

}  // namespace cacheplan::detect
