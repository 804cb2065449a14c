#include "src/report/json_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <utility>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <nlohmann/json.hpp>

#include "cacheplan/byte_set.h"
#include "cacheplan/text.h"

namespace cacheplan::report {
namespace {

/// ASCII that stands for itself between quotes.
constexpr ByteSet kPlain(' ', 0x7F, "\"\\");

/// Copies one word of bytes. Not zero: not all of them stand for themselves.
template <typename Word>
Word CopySpecial(const char* from, char* to) {
  constexpr Word kOnes = static_cast<Word>(-1) / 0xFF;
  constexpr Word kHighs = 0x80 * kOnes;
  Word word = 0;
  std::memcpy(&word, from, sizeof(word));
  std::memcpy(to, &word, sizeof(word));
  const auto below = [word](Word limit) { return (word - limit * kOnes) & ~word; };
  const auto zero = [](Word bytes) { return (bytes - kOnes) & ~bytes; };
  const Word special = word | below(' ') | zero(word ^ ('"' * kOnes)) | zero(word ^ ('\\' * kOnes));
  return special & kHighs;
}

#if defined(__SSE2__)
using Block = __m128i;
/// Of a block, all ones where a byte does not stand for itself.
Block CopyBlock(const char* from, char* to) {
  Block bytes;
  std::memcpy(&bytes, from, sizeof(bytes));
  std::memcpy(to, &bytes, sizeof(bytes));
  // As signed bytes those beyond ASCII are below the blank as well.
  const Block low = _mm_cmplt_epi8(bytes, _mm_set1_epi8(' '));
  const Block quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
  const Block slash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
  return _mm_or_si128(low, _mm_or_si128(quote, slash));
}
Block Either(Block a, Block b) { return _mm_or_si128(a, b); }
bool IsZero(Block block) { return _mm_movemask_epi8(block) == 0; }
#else
using Block = std::uint64_t;
Block CopyBlock(const char* from, char* to) { return CopySpecial<Block>(from, to); }
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
  constexpr std::size_t kLong = sizeof(std::uint64_t);
  constexpr std::size_t kShort = sizeof(std::uint32_t);
  if (size >= kBlock) {
    Block special = CopyBlock(from + size - kBlock, to + size - kBlock);
    for (std::size_t pos = 0; pos < size - kBlock; pos += kBlock) {
      special = Either(special, CopyBlock(from + pos, to + pos));
    }
    return IsZero(special);
  }
  if (size >= kLong) {
    return (CopySpecial<std::uint64_t>(from, to) |
            CopySpecial<std::uint64_t>(from + size - kLong, to + size - kLong)) == 0;
  }
  if (size >= kShort) {
    return (CopySpecial<std::uint32_t>(from, to) |
            CopySpecial<std::uint32_t>(from + size - kShort, to + size - kShort)) == 0;
  }
  std::copy_n(from, size, to);
  return kPlain.End(text) == size;
}

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

void JsonWriter::Grow(std::size_t bytes) { out_.resize(std::max(out_.size() * 2, used_ + bytes)); }

void JsonWriter::Add(std::string_view bytes) {
  std::memcpy(Room(bytes.size()), bytes.data(), bytes.size());
  used_ += bytes.size();
}

JsonWriter& JsonWriter::Word(std::string_view word) {
  char* const at = Separated(Room(word.size() + kAround));
  std::memcpy(at, word.data(), word.size());
  used_ = static_cast<std::size_t>(at - out_.data()) + word.size();
  return *this;
}

JsonWriter& JsonWriter::Name(std::string_view name) {
  char* at = Separated(Room(name.size() + kAround));
  *at++ = '"';
  std::memcpy(at, name.data(), name.size());
  Put(at + name.size(), '"');
  return *this;
}

JsonWriter& JsonWriter::Text(std::string_view text) {
  char* at = Separated(Room(text.size() + kAround));
  const auto begin = static_cast<std::size_t>(at - out_.data());
  *at++ = '"';
  if (CopyPlain(text, at)) {
    Put(at + text.size(), '"');
    return *this;
  }
  used_ = begin + 1;
  for (std::size_t pos = 0;;) {
    const std::size_t end = kPlain.End(text, pos);
    Add(text.substr(pos, end - pos));
    pos = end;
    if (pos == text.size()) {
      break;
    }
    if (static_cast<unsigned char>(text[pos]) < 0x80) {
      std::array<char, 6> room;
      Add(Escaped(text[pos++], room));
      continue;
    }
    const Rune rune = DecodeRune(text, pos);
    if (rune.value == kRuneError && rune.width == 1) {
      // How many U+FFFD stand for bytes that are no UTF-8 is the library's to say.
      used_ = begin;
      Add(nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
      return *this;
    }
    Add(text.substr(pos, rune.width));
    pos += rune.width;
  }
  Put(Room(1), '"');
  return *this;
}

JsonWriter& JsonWriter::Number(std::uint64_t number) {
  constexpr std::size_t kDigits = 20;
  char* const at = Separated(Room(kDigits + kAround));
  used_ = static_cast<std::size_t>(std::to_chars(at, at + kDigits, number).ptr - out_.data());
  return *this;
}

std::string JsonWriter::Take() {
  Put(Room(1), '\n');
  out_.resize(std::exchange(used_, 0));
  return std::move(out_);
}

}  // namespace cacheplan::report
