#include "src/report/json_writer.h"

#include <utility>

#include "cacheplan/text.h"

namespace cacheplan::report {
namespace {

void AppendEscaped(std::string& out, unsigned char c) {
  constexpr char kHex[] = "0123456789abcdef";
  switch (c) {
    case '"':
    case '\\':
      out += '\\';
      out += static_cast<char>(c);
      break;
    case '\n':
      out += "\\n";
      break;
    case '\t':
      out += "\\t";
      break;
    case '\r':
      out += "\\r";
      break;
    default:
      out += "\\u00";
      out += kHex[c >> 4U];
      out += kHex[c & 0xFU];
  }
}

bool IsPlain(unsigned char c) { return c >= 0x20 && c < 0x7F && c != '"' && c != '\\'; }

}  // namespace

void JsonWriter::Separate() {
  if (comma_) {
    out_ += ',';
  }
  if (line_) {
    out_ += '\n';
  }
  comma_ = true;
  line_ = false;
}

JsonWriter& JsonWriter::Open(char bracket) {
  Separate();
  out_ += bracket;
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::Close(char bracket) {
  comma_ = false;
  Separate();
  out_ += bracket;
  return *this;
}

JsonWriter& JsonWriter::Key(std::string_view key) {
  Text(key);
  out_ += ':';
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::Text(std::string_view text) {
  Separate();
  out_ += '"';
  for (std::size_t pos = 0; pos < text.size();) {
    std::size_t end = pos;
    while (end < text.size() && IsPlain(static_cast<unsigned char>(text[end]))) {
      ++end;
    }
    out_ += text.substr(pos, end - pos);
    if (end == text.size()) {
      break;
    }
    const auto c = static_cast<unsigned char>(text[end]);
    if (c < 0x80) {
      AppendEscaped(out_, c);
      pos = end + 1;
    } else {
      const Rune rune = DecodeRune(text, end);
      AppendRune(out_, rune.value);
      pos = end + rune.width;
    }
  }
  out_ += '"';
  return *this;
}

JsonWriter& JsonWriter::Number(std::uint64_t number) {
  Separate();
  out_ += std::to_string(number);
  return *this;
}

JsonWriter& JsonWriter::Bool(bool value) {
  Separate();
  out_ += value ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::Null() {
  Separate();
  out_ += "null";
  return *this;
}

JsonWriter& JsonWriter::Line() {
  line_ = true;
  return *this;
}

std::string JsonWriter::Take() { return std::exchange(out_, {}) + "\n"; }

}  // namespace cacheplan::report
