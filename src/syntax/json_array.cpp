#include "src/syntax/json_array.h"

#include <cstdint>
#include <optional>
#include <string>

#include "cacheplan/byte_set.h"
#include "cacheplan/text.h"

namespace cacheplan::syntax {
namespace {

constexpr int kMaxDepth = 10000;              // encoding/json's own bound
constexpr ByteSet kPlain(' ', 0x7F, "\"\\");  // bytes of a string that stand for themselves

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  JsonKind Run(Arena& arena, Gathered<JsonString>& strings) {
    strings.Clear();
    if (Peek() != '[') {
      return JsonKind::kNotJson;
    }
    ++pos_;
    bool only_strings = true;
    SkipBlanks();
    if (Peek() == ']') {
      ++pos_;
    } else {
      for (;;) {
        SkipBlanks();
        if (Peek() == '"') {
          if (!AddString(arena, strings)) {
            return JsonKind::kNotJson;
          }
        } else {
          only_strings = false;
          if (!SkipValue()) {
            return JsonKind::kNotJson;
          }
        }
        SkipBlanks();
        const char c = Peek();
        ++pos_;
        if (c == ']') {
          break;
        }
        if (c != ',') {
          return JsonKind::kNotJson;
        }
      }
    }
    SkipBlanks();
    return pos_ < text_.size() ? JsonKind::kNotJson
           : only_strings      ? JsonKind::kStrings
                               : JsonKind::kNotStrings;
  }

 private:
  bool AddString(Arena& arena, Gathered<JsonString>& strings) {
    const std::size_t begin = pos_;
    const std::size_t end = kPlain.End(text_, begin + 1);
    if (end < text_.size() && text_[end] == '"') {
      pos_ = end + 1;
      strings.Add({text_.substr(begin + 1, end - begin - 1), text_.substr(begin, pos_ - begin)});
      return true;
    }
    std::string decoded;
    if (!ReadString(&decoded)) {
      return false;
    }
    const std::string_view span = text_.substr(begin, pos_ - begin);
    const std::string_view inner = span.substr(1, span.size() - 2);
    // The bytes between the quotes serve where nothing was escaped.
    strings.Add({inner == decoded ? inner : arena.Copy(decoded), span});
    return true;
  }

  [[nodiscard]] char Peek() const { return pos_ < text_.size() ? text_[pos_] : '\0'; }

  void SkipBlanks() {
    while (pos_ < text_.size() && (text_[pos_] == ' ' || text_[pos_] == '\t' ||
                                   text_[pos_] == '\r' || text_[pos_] == '\n')) {
      ++pos_;
    }
  }

  std::optional<char32_t> ReadHex4() {
    if (text_.size() - pos_ < 4) {
      return std::nullopt;
    }
    char32_t value = 0;
    for (int i = 0; i < 4; ++i) {
      const char c = text_[pos_++];
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) {
        return std::nullopt;
      }
      value = value * 16 + static_cast<char32_t>(digit);
    }
    return value;
  }

  /// After `\u`. Halves of surrogate pairs that stand alone become U+FFFD.
  bool ReadUnicode(std::string* out) {
    const std::optional<char32_t> first = ReadHex4();
    if (!first) {
      return false;
    }
    char32_t rune = *first;
    if (rune >= 0xD800 && rune < 0xDC00 && text_.substr(pos_, 2) == "\\u") {
      const std::size_t back = pos_;
      pos_ += 2;
      const std::optional<char32_t> second = ReadHex4();
      if (!second) {
        return false;
      }
      if (*second >= 0xDC00 && *second < 0xE000) {
        rune = 0x10000 + ((rune - 0xD800) << 10U) + (*second - 0xDC00);
      } else {
        pos_ = back;
      }
    }
    if (out != nullptr) {
      AppendRune(*out, rune);
    }
    return true;
  }

  /// Characters that stand for themselves, at least one; an invalid byte becomes U+FFFD.
  void CopyPlain(std::string* out) {
    std::size_t end = pos_;
    while (end < text_.size() && text_[end] != '"' && text_[end] != '\\' &&
           static_cast<signed char>(text_[end]) >= ' ') {
      ++end;  // as a signed char, what is not ASCII is below ' '
    }
    if (end > pos_) {
      if (out != nullptr) {
        out->append(text_, pos_, end - pos_);
      }
      pos_ = end;
      return;
    }
    const Rune rune = DecodeRune(text_, pos_);
    if (out != nullptr) {
      AppendRune(*out, rune.value);
    }
    pos_ += rune.width;
  }

  bool ReadString(std::string* out) {
    ++pos_;
    while (pos_ < text_.size()) {
      const char c = text_[pos_];
      if (c == '"') {
        ++pos_;
        return true;
      }
      if (static_cast<unsigned char>(c) < 0x20) {
        return false;
      }
      if (c != '\\') {
        CopyPlain(out);
        continue;
      }
      ++pos_;
      const char escape = Peek();
      ++pos_;
      static constexpr std::string_view kEscapes = "\"\\/bfnrt";
      static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
      if (escape == 'u') {
        if (!ReadUnicode(out)) {
          return false;
        }
        continue;
      }
      const std::size_t which = kEscapes.find(escape);
      if (escape == '\0' || which == std::string_view::npos) {
        return false;
      }
      if (out != nullptr) {
        *out += kMeanings[which];
      }
    }
    return false;
  }

  bool SkipDigits() {
    const std::size_t start = pos_;
    while (Peek() >= '0' && Peek() <= '9') {
      ++pos_;
    }
    return pos_ != start;
  }

  bool SkipNumber() {
    if (Peek() == '-') {
      ++pos_;
    }
    if (Peek() == '0') {
      ++pos_;
    } else if (!SkipDigits()) {
      return false;
    }
    if (Peek() == '.') {
      ++pos_;
      if (!SkipDigits()) {
        return false;
      }
    }
    if (Peek() == 'e' || Peek() == 'E') {
      ++pos_;
      if (Peek() == '+' || Peek() == '-') {
        ++pos_;
      }
      return SkipDigits();
    }
    return true;
  }

  bool SkipScalar() {
    if (Peek() == '"') {
      return ReadString(nullptr);
    }
    for (const std::string_view word : {"true", "false", "null"}) {
      if (text_.substr(pos_, word.size()) == word) {
        pos_ += word.size();
        return true;
      }
    }
    return SkipNumber();
  }

  /// One value that is not a string at the top: nested arrays and objects without recursion.
  bool SkipValue() {
    std::vector<char> open;
    for (;;) {
      SkipBlanks();
      const char c = Peek();
      if (c == '[' || c == '{') {
        ++pos_;
        open.push_back(c);
        if (open.size() > kMaxDepth) {
          return false;
        }
        SkipBlanks();
        if (Peek() == (c == '[' ? ']' : '}')) {
          ++pos_;
          open.pop_back();
        } else if (c == '{') {
          if (!SkipKey()) {
            return false;
          }
          continue;
        } else {
          continue;
        }
      } else if (!SkipScalar()) {
        return false;
      }
      // A value is complete: close what ends here, or go on to the next one.
      for (;;) {
        if (open.empty()) {
          return true;
        }
        SkipBlanks();
        const char next = Peek();
        ++pos_;
        if (next == ',') {
          if (open.back() == '{' && !SkipKey()) {
            return false;
          }
          break;
        }
        if (next != (open.back() == '[' ? ']' : '}')) {
          return false;
        }
        open.pop_back();
      }
    }
  }

  bool SkipKey() {
    SkipBlanks();
    if (Peek() != '"' || !ReadString(nullptr)) {
      return false;
    }
    SkipBlanks();
    return text_.substr(pos_++, 1) == ":";
  }

  std::string_view text_;
  std::size_t pos_ = 0;
};

}  // namespace

JsonKind ParseJsonArray(std::string_view text, Arena& arena, Gathered<JsonString>& strings) {
  return Reader(text).Run(arena, strings);
}

}  // namespace cacheplan::syntax
