#include "src/detect/command_text.h"

#include <algorithm>
#include <cstddef>

namespace cacheplan::detect {
namespace {

constexpr std::size_t kMaxText = 200;

/// The words as they stand in the script, where a blank is all that parts each from the next;
/// nothing where it is not. Most commands have neither quotes nor continuations.
std::string_view AsWritten(ScriptWords words) {
  if (words.empty() || words.front().text.empty()) {
    return {};
  }
  const char* const begin = words.front().text.data();
  const char* end = begin + words.front().text.size();
  for (const ScriptWord& word : words.subspan(1)) {
    if (word.text.data() != end + 1 || *end != ' ') {
      return {};
    }
    end = word.text.data() + word.text.size();
  }
  return {begin, static_cast<std::size_t>(end - begin)};
}

bool IsShown(std::string_view text) {
  return text.size() <= kMaxText && text.find('\n') == std::string_view::npos;
}

}  // namespace

std::string_view CutText(std::string_view text, Arena& arena) {
  std::size_t end = std::min(text.size(), kMaxText);
  while (end > 0 && end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
    --end;  // not within a character
  }
  const std::string_view more = end < text.size() ? "…" : "";
  char* const room = arena.Room(end + more.size());
  std::replace_copy(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), room, '\n', ' ');
  std::copy(more.begin(), more.end(), room + end);
  return {room, end + more.size()};
}

std::string_view CommandText(const SimpleCommand& command, Arena& arena) {
  const std::string_view written = AsWritten(command.words);
  if (!written.empty() && IsShown(written)) {
    return written;
  }
  std::size_t size = 0;
  for (const ScriptWord& word : command.words) {
    size += (size == 0 ? 0 : 1) + word.text.size();
  }
  // One byte more than is shown, so that what is left out is seen to be.
  size = std::min(size, kMaxText + 1);
  char* const begin = arena.Room(size);
  char* at = begin;
  for (const ScriptWord& word : command.words) {
    if (at == begin + size) {
      break;
    }
    if (at != begin) {
      *at++ = ' ';
    }
    at = std::copy_n(word.text.data(), std::min<std::size_t>(word.text.size(), begin + size - at),
                     at);
  }
  const std::string_view text(begin, size);
  return IsShown(text) ? text : CutText(text, arena);
}

}  // namespace cacheplan::detect
