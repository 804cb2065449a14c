#include "cacheplan/secret_names.h"

#include <algorithm>
#include <iterator>

#include "cacheplan/byte_set.h"

namespace cacheplan {
namespace {

constexpr std::string_view kSecretNames[] = {
#define SECRET_NAME(word_) word_,
#include "grammar/secret_names.def"
#undef SECRET_NAME
};
/// What they begin with, in either case.
constexpr ByteSet kBegins("aAcCpPsStT");

constexpr bool AllBegin() {
  return std::all_of(std::begin(kSecretNames), std::end(kSecretNames),
                     [](std::string_view word) { return kBegins.Has(word.front()); });
}
static_assert(AllBegin());

bool BeginsWith(std::string_view text, std::string_view word) {
  return text.size() >= word.size() &&
         std::equal(word.begin(), word.end(), text.begin(), [](char lower, char c) {
           return c == lower || (c >= 'A' && c <= 'Z' && c - 'A' + 'a' == lower);
         });
}

}  // namespace

bool LooksSecret(std::string_view name) {
  for (std::size_t at = kBegins.Find(name); at < name.size(); at = kBegins.Find(name, at + 1)) {
    for (const std::string_view word : kSecretNames) {
      if (BeginsWith(name.substr(at), word)) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace cacheplan
