#include "cacheplan/syntax.h"
#include "cacheplan/text.h"
#include "cacheplan/vocabulary.h"

namespace cacheplan {
namespace {

void Dump(const Instruction& instruction, std::string& out) {
  if (instruction.keyword == Keyword::kUnknown) {
    out += ToLower(instruction.name.text);
  } else {
    for (const char c : Info(instruction.keyword).keyword) {
      out += static_cast<char>(c | 0x20);
    }
  }
  if (!instruction.flags.empty()) {
    out += " [";
    for (const Flag& flag : instruction.flags) {
      if (&flag != &instruction.flags.front()) {
        out += ' ';
      }
      AppendQuoted(out, flag.raw);
    }
    out += ']';
  }
  if (instruction.keyword == Keyword::kUnknown) {
    out += " \"\"";  // BuildKit gives an instruction that it does not know one empty argument
    return;
  }
  if (instruction.trigger != nullptr) {
    out += " (";
    Dump(*instruction.trigger, out);  // as deep as the parser reads
    out += ')';
    return;
  }
  for (const Word& word : instruction.args) {
    out += ' ';
    AppendQuoted(out, word.text);
  }
}

}  // namespace

std::string DumpSexp(const Dockerfile& file) {
  std::string out;
  for (const Instruction& instruction : file.instructions) {
    if (!out.empty()) {
      out += '\n';
    }
    out += '(';
    Dump(instruction, out);
    out += ')';
  }
  return out;
}

}  // namespace cacheplan
