// Where the words end that a command is called by: `python -m pip`, `npx pnpm`.
#include <cstddef>
#include <string_view>

#include "cacheplan/byte_set.h"
#include "cacheplan/globs.h"
#include "cacheplan/text.h"

#include "src/knowledge/tables.h"

namespace cacheplan::knowledge {
namespace {

/// `-m`, `-Im`: flags of Python without a value, the last of which says that a module's name
/// follows.
bool IsModuleFlag(std::string_view word) {
  static constexpr ByteSet kPlainFlags("bBdEiIOPqsSuvx");
  return word.size() > 1 && word.front() == '-' && word.back() == 'm' &&
         kPlainFlags.End(word, 1) == word.size() - 1;
}

/// A flag with a value of what runs the manager, whose own flags these are not: `python -W x -m
/// pip`, `npx -p yarn@1 yarn`.
bool IsOfRunner(Texts form, std::size_t at, std::string_view word) {
  return form[at] == "-m"
             ? word == "-W" || word == "-X"
             : (word == "-p" || word == "--package") &&
                   (form.front() == "npx" || form.front() == "bunx" || form.front() == "pnpx" ||
                    (at > 1 && (form[1] == "exec" || form[1] == "dlx" || form[1] == "x")));
}

}  // namespace

std::size_t FormEnd(const Manager& manager, Texts form, const SimpleCommand& command) {
  std::size_t at = 1;
  for (std::size_t i = 1; i < form.size(); ++at) {
    if (at >= command.words.size()) {
      return 0;
    }
    const std::string_view word = command.words[at].text;
    const bool pattern = form[i].find('*') != std::string_view::npos;  // node yarn-*.cjs
    if (word == form[i] || (form[i] == "-m" && IsModuleFlag(word)) ||
        ProgramName(word) == ProgramName(form[i]) ||
        (pattern && GlobMatches(form[i], LastComponent(word))) ||
        (word.starts_with(form[i]) && word[form[i].size()] == '@')) {  // npx pnpm@9
      ++i;
    } else if (form[i] == "-m" && i + 1 < form.size() && word.size() == 2 + form[i + 1].size() &&
               word.starts_with("-m") && word.ends_with(form[i + 1])) {
      i += 2;  // python -mpip
    } else if (IsOfRunner(form, i, word) || (word.starts_with('-') && manager.TakesValue(word))) {
      ++at;  // python -W x -m pip, uv --cache-dir /c pip
    } else if (word.empty() ||
               (word[0] != '-' && word[0] != '+' && word.find('=') == std::string_view::npos)) {
      return 0;
    }
  }
  return at;
}

}  // namespace cacheplan::knowledge
