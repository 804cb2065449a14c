#include "src/shell/powershell_value.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "cacheplan/byte_set.h"
#include "cacheplan/text.h"

namespace cacheplan::script {
namespace {

constexpr ByteSet kNameBytes("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
constexpr int kMostNested = 8;
constexpr std::size_t kLongest = 4096;  // a format may name a long operand very often

/// Bytes of the NAME or env:NAME that the text begins with.
std::size_t NameSize(std::string_view text) {
  constexpr std::string_view kEnvironment = "env:";
  const bool environment = (text.starts_with('e') || text.starts_with('E')) &&
                           EqualFold(text.substr(0, kEnvironment.size()), kEnvironment);
  const std::size_t begin = environment ? kEnvironment.size() : 0;
  const std::size_t size = kNameBytes.End(text.substr(begin));
  return size == 0 ? 0 : begin + size;
}

struct Variable {
  std::string_view name{};
  std::size_t size = 0;  ///< of all that stands for it; 0: none
};

/// `$name`, `${name}`, and `$($name)` at the begin of the text.
Variable VariableAt(std::string_view text) {
  const bool within = text.starts_with("$($");
  const std::size_t sign = within ? 2 : 0;
  const bool braces = text.substr(sign + 1).starts_with('{');
  const std::size_t begin = sign + (braces ? 2 : 1);
  const std::size_t length = NameSize(text.substr(std::min(begin, text.size())));
  if (length == 0) {
    return {};
  }
  std::size_t end = begin + length;
  for (const char close : {braces ? '}' : '\0', within ? ')' : '\0'}) {
    if (close != '\0' && (end >= text.size() || text[end++] != close)) {
      return {};
    }
  }
  return {text.substr(begin, length), end};
}

class ValueReader {
 public:
  ValueReader(std::string_view text, std::size_t pos) : text_(text), pos_(pos) {}

  std::optional<PowerShellValue> Read() {
    Part all;
    if (!ReadSum(all, 0) || (all.variable && all.sign)) {
      return std::nullopt;
    }
    SkipBlanks(false);
    static constexpr ByteSet kEnds(";\n})#");
    if (pos_ < text_.size() && !kEnds.Has(text_[pos_])) {
      return std::nullopt;
    }
    return PowerShellValue{std::move(all.text), !all.variable, pos_};
  }

 private:
  struct Part {
    std::string text;
    bool variable = false;
    bool sign = false;    ///< it has a `$` that stands for itself
    bool string = false;  ///< it has a string
  };

  void SkipBlanks(bool lines) {
    while (pos_ < text_.size()) {
      const char c = text_[pos_];
      if (c == '`' && pos_ + 1 < text_.size() &&
          (text_[pos_ + 1] == '\n' || text_[pos_ + 1] == '\r')) {
        pos_ += 2;
      } else if (c == ' ' || c == '\t' || c == '\r' || (lines && c == '\n')) {
        ++pos_;
      } else {
        return;
      }
    }
  }

  bool Take(char c) {
    const bool there = pos_ < text_.size() && text_[pos_] == c;
    pos_ += there ? 1 : 0;
    return there;
  }

  static bool Append(Part& all, const Part& next) {
    all.text += next.text;
    all.variable = all.variable || next.variable;
    all.sign = all.sign || next.sign;
    all.string = all.string || next.string;
    return all.text.size() <= kLongest;
  }

  /// `+` joins texts, where one of them surely is one; of numbers it would be a sum.
  bool ReadSum(Part& all, int depth) {
    if (!ReadFormat(all, depth)) {
      return false;
    }
    for (bool more = false;; more = true) {
      SkipBlanks(depth > 0);
      if (!Take('+')) {
        return !more || all.string;
      }
      SkipBlanks(true);
      Part next;
      if (!ReadFormat(next, depth) || !Append(all, next)) {
        return false;
      }
    }
  }

  /// A part, or `'…{0}…' -f PART, PART`.
  bool ReadFormat(Part& all, int depth) {
    if (!ReadPart(all, depth)) {
      return false;
    }
    SkipBlanks(depth > 0);
    if (!EqualFold(text_.substr(pos_, 2), "-f") || NameSize(text_.substr(pos_ + 1)) != 1) {
      return true;
    }
    pos_ += 2;
    std::vector<Part> parts;
    do {
      SkipBlanks(true);
      if (!ReadPart(parts.emplace_back(), depth)) {
        return false;
      }
      SkipBlanks(depth > 0);
    } while (Take(','));
    const Part format = std::exchange(all, Part{});
    return PutInto(format, parts, all);
  }

  static bool PutInto(const Part& format, const std::vector<Part>& parts, Part& all) {
    all.variable = format.variable;
    all.sign = format.sign;
    all.string = true;
    const std::string_view text = format.text;
    for (std::size_t at = 0; at < text.size();) {
      const std::string_view rest = text.substr(at);
      if (rest.starts_with("{{") || rest.starts_with("}}")) {
        all.text += rest.front();
        at += 2;
      } else if (rest.front() == '{') {
        const bool one = rest.size() > 2 && rest[1] >= '0' && rest[1] <= '9' && rest[2] == '}';
        const std::size_t number = one ? static_cast<std::size_t>(rest[1] - '0') : parts.size();
        if (number >= parts.size() || !Append(all, parts[number])) {
          return false;  // also `{0:x2}`
        }
        at += 3;
      } else if (const Variable variable = VariableAt(rest); variable.size > 0 && format.variable) {
        all.text += rest.substr(0, variable.size);
        at += variable.size;
      } else {
        all.text += rest.front();
        ++at;
      }
    }
    return all.text.size() <= kLongest;
  }

  bool ReadPart(Part& part, int depth) {
    if (pos_ >= text_.size()) {
      return false;
    }
    const char c = text_[pos_];
    if (c == '\'' || c == '"') {
      part.string = true;
      return ReadString(part, c);
    }
    if (c == '(' && depth < kMostNested) {
      ++pos_;
      SkipBlanks(true);
      if (!ReadSum(part, depth + 1)) {
        return false;
      }
      SkipBlanks(true);
      return Take(')') && EndsHere();
    }
    const Variable variable = c == '$' ? VariableAt(text_.substr(pos_)) : Variable{};
    pos_ += variable.size;
    PutVariable(variable, part);
    return variable.size > 0 && EndsHere();
  }

  /// No `.Method()` or `[0]` goes on with it.
  [[nodiscard]] bool EndsHere() const {
    static constexpr ByteSet kEnds(" \t\r\n;,+)}");
    return pos_ >= text_.size() || kEnds.Has(text_[pos_]);
  }

  static void PutVariable(const Variable& variable, Part& part) {
    part.variable = true;
    part.text += "${";
    part.text += variable.name;
    part.text += '}';
  }

  bool ReadString(Part& part, char quote) {
    static constexpr ByteSet kMeans("'\"`$");
    const bool expands = quote == '"';
    for (++pos_; pos_ < text_.size() && part.text.size() <= kLongest;) {
      const std::size_t plain = kMeans.Find(text_, pos_);
      part.text += text_.substr(pos_, plain - pos_);
      pos_ = plain;
      const std::string_view rest = text_.substr(pos_);
      if (rest.empty()) {
        return false;
      }
      if (rest.front() == quote) {
        if (rest.size() == 1 || rest[1] != quote) {
          ++pos_;
          return EndsHere();
        }
        part.text += quote;  // a doubled quote is one
        pos_ += 2;
      } else if (expands && rest.front() == '`' && rest.size() > 1) {
        if (kNameBytes.Has(rest[1])) {
          return false;  // a newline, a tab …
        }
        part.sign = part.sign || rest[1] == '$';
        part.text += rest[1];
        pos_ += 2;
      } else if (expands && rest.front() == '$') {
        const Variable variable = VariableAt(rest);
        const std::string_view behind = rest.substr(variable.size);
        if (variable.size == 0 || behind.starts_with(':') || behind.starts_with('[')) {
          return false;
        }
        PutVariable(variable, part);
        pos_ += variable.size;
      } else {
        part.sign = part.sign || rest.front() == '$';
        part.text += rest.front();
        ++pos_;
      }
    }
    return false;
  }

  std::string_view text_;
  std::size_t pos_;
};

}  // namespace

std::optional<PowerShellValue> ReadPowerShellValue(std::string_view text, std::size_t pos) {
  pos = std::min(text.find_first_not_of(" \t\r", pos), text.size());
  return ValueReader(text, pos).Read();
}

std::optional<PowerShellAssignment> ReadPowerShellAssignment(std::string_view text,
                                                             std::size_t pos) {
  if (text.substr(pos).starts_with("$(")) {
    return std::nullopt;
  }
  const Variable variable = VariableAt(text.substr(pos));
  std::size_t sign = text.find_first_not_of(" \t", pos + variable.size);
  if (variable.size == 0 || sign == std::string_view::npos) {
    return std::nullopt;
  }
  const bool adds = text[sign] == '+';
  sign += adds ? 1 : 0;
  if (sign == text.size() || text[sign] != '=' || text.substr(sign + 1).starts_with('=')) {
    return std::nullopt;
  }
  return PowerShellAssignment{variable.name, adds, sign + 1};
}

}  // namespace cacheplan::script
