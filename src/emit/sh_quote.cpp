#include <algorithm>

#include "cacheplan/emit.h"

namespace cacheplan {
namespace {

/// Characters that no shell treats specially anywhere in an argument.
bool IsPlain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_-./:@%+,=").find(c) != std::string_view::npos;
}

}  // namespace

std::string ShellQuote(std::string_view word) {
  if (!word.empty() && std::all_of(word.begin(), word.end(), IsPlain)) {
    return std::string(word);
  }
  std::string out = "'";
  for (const char c : word) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

std::string ShellCommand(const PlanStep& step) {
  std::string out;
  for (const auto& [name, value] : step.env) {
    out += name + "=" + ShellQuote(value) + " ";
  }
  for (std::size_t i = 0; i < step.argv.size(); ++i) {
    out += (i == 0 ? "" : " ") + ShellQuote(step.argv[i]);
  }
  return out;
}

}  // namespace cacheplan
