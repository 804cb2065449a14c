#include "src/report/json_writer.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <memory>
#include <utility>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <nlohmann/json.hpp>

#include "cacheplan/byte_set.h"
#include "cacheplan/text.h"

namespace cacheplan::report {
namespace {

constexpr std::size_t kFirstRoom = std::size_t{16} * 1024;
constexpr std::size_t kMostKept = std::size_t{1} << 20U;

/// What the thread's last writer left.
struct Spare {
  std::unique_ptr<char[]> bytes;
  std::size_t size = 0;
};
thread_local Spare spare;

/// ASCII that stands for itself between quotes.
constexpr ByteSet kPlain(' ', 0x7F, "\"\\");

/// Copies one word of bytes.
template <typename Word>
Word Copy(const char* from, char* to) {
  Word word;
  std::memcpy(&word, from, sizeof(word));
  std::memcpy(to, &word, sizeof(word));
  return word;
}

/// Not zero: not all bytes of the word stand for themselves.
std::uint64_t Special(std::uint64_t word) {
  constexpr std::uint64_t kOnes = static_cast<std::uint64_t>(-1) / 0xFF;
  constexpr std::uint64_t kHighs = 0x80 * kOnes;
  const std::uint64_t low = (word - ' ' * kOnes) & ~word;
  const auto zero = [](std::uint64_t bytes) { return (bytes - kOnes) & ~bytes; };
  return (word | low | zero(word ^ ('"' * kOnes)) | zero(word ^ ('\\' * kOnes))) & kHighs;
}

#if defined(__SSE2__)
using Block = __m128i;
/// All ones where a byte does not stand for itself.
Block Special(Block bytes) {
  // As signed bytes those beyond ASCII are below the blank as well. Without the bit in which they
  // differ the quote is the blank; what is below stays there, and the two behind it stay behind.
  const Block turned = _mm_xor_si128(bytes, _mm_set1_epi8('"' - ' '));
  const Block low = _mm_cmplt_epi8(turned, _mm_set1_epi8(' ' + 1));
  const Block slash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
  return _mm_or_si128(low, slash);
}
Block Either(Block a, Block b) { return _mm_or_si128(a, b); }
/// A bit for each byte, the lowest for the first.
unsigned Bits(Block special) { return static_cast<unsigned>(_mm_movemask_epi8(special)); }
bool IsZero(Block block) { return Bits(block) == 0; }
#else
using Block = std::uint64_t;
Block Either(Block a, Block b) { return a | b; }
bool IsZero(Block block) { return block == 0; }
#endif

/// Copies a text of which each byte stands for itself; false for any other, of which it copies what
/// it likes. The last block overlaps the one before, so that no byte is left to look at alone; most
/// texts are plain, so that one question at the end is enough.
bool CopyPlain(std::string_view text, char* to) {
  const char* const from = text.data();
  const std::size_t size = text.size();
  constexpr std::size_t kBlock = sizeof(Block);
  constexpr std::size_t kShort = sizeof(std::uint32_t);
  if (size >= kBlock) {
    Block special = Special(Copy<Block>(from + size - kBlock, to + size - kBlock));
    for (std::size_t pos = 0; pos < size - kBlock; pos += kBlock) {
      special = Either(special, Special(Copy<Block>(from + pos, to + pos)));
    }
    return IsZero(special);
  }
#if defined(__SSE2__)
  constexpr std::size_t kLong = sizeof(std::int64_t);
  if (size >= kLong) {
    const auto first = Copy<std::int64_t>(from, to);
    const auto last = Copy<std::int64_t>(from + size - kLong, to + size - kLong);
    return IsZero(Special(_mm_set_epi64x(last, first)));
  }
#endif
  if (size >= kShort) {
    const std::uint64_t first = Copy<std::uint32_t>(from, to);
    const std::uint64_t last = Copy<std::uint32_t>(from + size - kShort, to + size - kShort);
    return Special(first | last << 32U) == 0;
  }
  if (size == 0) {
    return true;
  }
  // Of up to three bytes these are all; which of them are the same is not asked.
  const auto copy = [from, to](std::size_t at) {
    to[at] = from[at];
    return kPlain.Has(from[at]) ? 1U : 0U;
  };
  return (copy(0) & copy(size / 2) & copy(size - 1)) != 0;
}

/// Copies bytes up to the first that does not stand for itself, and says where that is. May write
/// behind it, but no more than the text has.
std::size_t CopyPlainStart(std::string_view text, char* to) {
  std::size_t pos = 0;
#if defined(__SSE2__)
  for (; text.size() - pos >= sizeof(Block); pos += sizeof(Block)) {
    const unsigned special = Bits(Special(Copy<Block>(text.data() + pos, to + pos)));
    if (special != 0) {
      return pos + static_cast<std::size_t>(std::countr_zero(special));
    }
  }
#endif
  for (; pos < text.size() && kPlain.Has(text[pos]); ++pos) {
    to[pos] = text[pos];
  }
  return pos;
}

/// The digits of a number below 1000, and how many they are: those of lines and columns, most of
/// what is written. It cannot be guessed, so that a look at the table is sooner than questions.
struct ShortNumber {
  std::array<char, 3> digits;
  unsigned char count;
};
constexpr auto kShortNumbers = [] {
  std::array<ShortNumber, 1000> all = {};
  for (std::size_t number = 0; number < all.size(); ++number) {
    ShortNumber& one = all[number];
    for (std::size_t unit = number > 99 ? 100 : number > 9 ? 10 : 1; unit > 0; unit /= 10) {
      one.digits[one.count++] = static_cast<char>('0' + number / unit % 10);
    }
  }
  return all;
}();

/// The character as JSON writes it: two bytes for those with a name, else six.
std::string_view Escaped(char c, std::array<char, 6>& room) {
  constexpr std::string_view kNamed = "\"\\\b\f\n\r\t";
  constexpr std::string_view kNames = "\"\\bfnrt";
  constexpr std::string_view kHex = "0123456789abcdef";
  const std::size_t named = kNamed.find(c);
  if (named != std::string_view::npos) {
    room = {'\\', kNames[named]};
    return {room.data(), 2};
  }
  const auto byte = static_cast<unsigned char>(c);
  room = {'\\', 'u', '0', '0', kHex[byte >> 4U], kHex[byte & 0xFU]};
  return {room.data(), room.size()};
}

}  // namespace

JsonWriter::JsonWriter() {
  if (spare.bytes == nullptr) {
    spare = {std::make_unique_for_overwrite<char[]>(kFirstRoom), kFirstRoom};
  }
  bytes_ = std::move(spare.bytes);
  at_ = bytes_.get();
  end_ = at_ + spare.size;
}

JsonWriter::~JsonWriter() {
  const auto size = static_cast<std::size_t>(end_ - bytes_.get());
  if (size <= kMostKept) {
    spare = {std::move(bytes_), size};
  }
}

void JsonWriter::Grow(std::size_t bytes) {
  const auto used = static_cast<std::size_t>(at_ - bytes_.get());
  const std::size_t size =
      std::max(2 * static_cast<std::size_t>(end_ - bytes_.get()), used + bytes);
  auto more = std::make_unique_for_overwrite<char[]>(size);
  std::memcpy(more.get(), bytes_.get(), used);
  bytes_ = std::move(more);
  at_ = bytes_.get() + used;
  end_ = bytes_.get() + size;
}

void JsonWriter::Add(std::string_view bytes) {
  std::memcpy(Room(bytes.size()), bytes.data(), bytes.size());
  at_ += bytes.size();
}

JsonWriter& JsonWriter::NameAt(char* at, std::string_view name) {
  at_ = at;
  at = Room(name.size() + kAround);
  *at++ = '"';
  at = Put(at, name);
  *at++ = '"';
  return GoOn(at, kComma);
}

JsonWriter& JsonWriter::TextAt(char* at, std::string_view text) {
  at_ = at;
  char* const begin = Room(text.size() + kAround);
  *begin = '"';
  at_ = begin + 1;
  before_ = kComma;
  if (CopyPlain(text, at_)) {
    at_ += text.size();
    *at_++ = '"';
    return *this;
  }
  Escape(text, static_cast<std::size_t>(begin - bytes_.get()));
  return *this;
}

void JsonWriter::Escape(std::string_view text, std::size_t before) {
  for (std::string_view rest = text;;) {
    const std::size_t plain = CopyPlainStart(rest, Room(rest.size() + kAround));
    at_ += plain;
    rest.remove_prefix(plain);
    if (rest.empty()) {
      break;
    }
    if (static_cast<unsigned char>(rest.front()) < 0x80) {
      std::array<char, 6> room;
      Add(Escaped(rest.front(), room));
      rest.remove_prefix(1);
      continue;
    }
    const Rune rune = DecodeRune(rest, 0);
    if (rune.value == kRuneError && rune.width == 1) {
      // How many U+FFFD stand for bytes that are no UTF-8 is the library's to say.
      at_ = bytes_.get() + before;
      Add(nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
      return;
    }
    Add(rest.substr(0, rune.width));
    rest.remove_prefix(rune.width);
  }
  *at_++ = '"';
}

JsonWriter& JsonWriter::NumberAt(char* at, std::uint64_t number) {
  constexpr std::size_t kDigits = 20;
  at_ = at;
  at = Room(kDigits + kAround);
  before_ = kComma;
  if (number < kShortNumbers.size()) {
    const ShortNumber& short_number = kShortNumbers[number];
    std::memcpy(at, &short_number, sizeof(short_number));  // of which only the digits stay
    at_ = at + short_number.count;
    return *this;
  }
  at_ = std::to_chars(at, at + kDigits, number).ptr;
  return *this;
}

std::string JsonWriter::Take() {
  std::string text;
  TakeOnto(text);
  return text;
}

void JsonWriter::TakeOnto(std::string& text) {
  Add("\n");
  text.append(bytes_.get(), at_);
  at_ = bytes_.get();
}

}  // namespace cacheplan::report
