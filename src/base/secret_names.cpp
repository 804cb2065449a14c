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
/// Their first bytes and their second ones, in either case: most names have none of them.
constexpr ByteSet kFirst("aAcCpPsStT");
constexpr ByteSet kSecond("aAeEoOpPrRuU");

constexpr bool AllBegin() {
  return std::all_of(std::begin(kSecretNames), std::end(kSecretNames), [](std::string_view word) {
    return kFirst.Has(word[0]) && kSecond.Has(word[1]);
  });
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
  for (std::size_t at = kFirst.Find(name); at + 1 < name.size(); at = kFirst.Find(name, at + 1)) {
    if (!kSecond.Has(name[at + 1])) {
      continue;
    }
    for (const std::string_view word : kSecretNames) {
      if (BeginsWith(name.substr(at), word)) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace cacheplan
