#include "cacheplan/secret_names.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>

namespace cacheplan {
namespace {

constexpr std::string_view kSecretNames[] = {
#define SECRET_NAME(word_) word_,
#include "grammar/secret_names.def"
#undef SECRET_NAME
};
using WordSet = std::uint16_t;  ///< a bit for each of them
static_assert(std::size(kSecretNames) <= std::numeric_limits<WordSet>::digits);

/// For each byte, in either case, the words that have it at that place.
consteval std::array<WordSet, 256> WordsWith(std::size_t place) {
  std::array<WordSet, 256> all = {};
  for (std::size_t word = 0; word < std::size(kSecretNames); ++word) {
    const auto bit = static_cast<WordSet>(1U << word);
    const auto byte = static_cast<unsigned char>(kSecretNames[word][place]);
    all[byte] |= bit;
    if (byte >= 'a' && byte <= 'z') {
      all[byte - 'a' + 'A'] |= bit;
    }
  }
  return all;
}
/// At most places of a name no word has both its first bytes.
constexpr auto kFirst = WordsWith(0);
constexpr auto kSecond = WordsWith(1);

bool BeginsWith(std::string_view text, std::string_view word) {
  return text.size() >= word.size() &&
         std::equal(word.begin(), word.end(), text.begin(), [](char lower, char c) {
           return c == lower || (c >= 'A' && c <= 'Z' && c - 'A' + 'a' == lower);
         });
}

}  // namespace

bool LooksSecret(std::string_view name) {
  const auto byte = [name](std::size_t at) { return static_cast<unsigned char>(name[at]); };
  for (std::size_t at = 0; at + 1 < name.size(); ++at) {
    for (unsigned words = kFirst[byte(at)] & kSecond[byte(at + 1)]; words != 0;
         words &= words - 1) {
      const auto word = static_cast<std::size_t>(std::countr_zero(words));
      if (BeginsWith(name.substr(at), kSecretNames[word])) {
        return true;
      }
    }
  }
  return false;
}

}  // namespace cacheplan
