#include "cacheplan/text.h"

#include "src/report/findings.h"

namespace cacheplan::report {
namespace {

/// Char of XML 1.0 without the blanks below ' '.
bool IsXmlChar(char32_t rune) {
  return (rune >= 0x20 && rune <= 0xD7FF) || (rune >= 0xE000 && rune <= 0xFFFD) || rune >= 0x10000;
}

}  // namespace

void AppendXml(std::string& out, std::string_view text) {
  for (std::size_t pos = 0; pos < text.size();) {
    const Rune rune = DecodeRune(text, pos);
    pos += rune.width;
    switch (rune.value) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\t':  // as they stand, a reader turns them into blanks
        out += "&#9;";
        break;
      case '\n':
        out += "&#10;";
        break;
      case '\r':
        out += "&#13;";
        break;
      default:
        AppendRune(out, IsXmlChar(rune.value) ? rune.value : kRuneError);
    }
  }
}

std::string Xml(std::string_view text) {
  std::string out;
  AppendXml(out, text);
  return out;
}

}  // namespace cacheplan::report
