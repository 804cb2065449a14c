// Texts found among some hundred others, by very many that are mostly none of them.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

namespace cacheplan::knowledge {

/// Numbers of texts. A slot is so small that a text that is not there costs one cache line.
class TextIndex {
 public:
  static constexpr std::size_t kNone = ~std::size_t{0};

  /// The number of the text, which is a new one for a new text. The text must outlive the index.
  std::size_t Add(std::string_view text) {
    if (kRoom * (texts_.size() + 1) > slots_.size()) {
      Grow();
    }
    Slot& slot = slots_[At(text)];
    if (slot.number == 0) {
      texts_.push_back(text);
      slot = {TagOf(Hash(text)), static_cast<std::uint32_t>(texts_.size())};
    }
    return slot.number - 1;
  }
  [[nodiscard]] std::size_t Find(std::string_view text) const {
    return slots_.empty() ? kNone : std::size_t{slots_[At(text)].number} - 1;
  }
  [[nodiscard]] std::size_t size() const { return texts_.size(); }
  /// By their numbers.
  [[nodiscard]] std::span<const std::string_view> texts() const { return texts_; }

 private:
  static constexpr std::size_t kRoom = 4;  // slots a text
  struct Slot {
    std::uint32_t tag = 0;     // more bits of the hash
    std::uint32_t number = 0;  // from 1; 0: nothing is here
  };

  /// Its ends and its length: names differ in them.
  static std::uint64_t Hash(std::string_view text) {
    std::uint64_t head = 0;
    std::uint64_t tail = 0;
    const std::size_t size = text.size();
    if (size > 2 * sizeof(head)) {  // few names: those of a table may differ in their middle
      head = std::hash<std::string_view>()(text);
    } else if (size >= sizeof(head)) {
      std::memcpy(&head, text.data(), sizeof(head));
      std::memcpy(&tail, text.data() + size - sizeof(tail), sizeof(tail));
    } else if (size >= sizeof(std::uint32_t)) {
      std::memcpy(&head, text.data(), sizeof(std::uint32_t));
      std::memcpy(&tail, text.data() + size - sizeof(std::uint32_t), sizeof(std::uint32_t));
    } else if (size > 0) {
      head = static_cast<unsigned char>(text[size / 2]);
      tail = static_cast<unsigned char>(text.front()) |
             static_cast<unsigned>(static_cast<unsigned char>(text.back())) << 8U;
    }
    const std::uint64_t hash = (head + size) * 0x9E3779B97F4A7C15U ^ tail * 0xC2B2AE3D27D4EB4FU;
    return (hash ^ hash >> 32U) * 0x9E3779B97F4A7C15U;
  }
  static std::uint32_t TagOf(std::uint64_t hash) { return static_cast<std::uint32_t>(hash); }

  /// Where the text is, or would be.
  [[nodiscard]] std::size_t At(std::string_view text) const {
    const std::uint64_t hash = Hash(text);
    std::size_t at = hash >> shift_;
    while (slots_[at].number != 0 &&
           (slots_[at].tag != TagOf(hash) || texts_[slots_[at].number - 1] != text)) {
      at = (at + 1) & (slots_.size() - 1);
    }
    return at;
  }
  void Grow() {
    slots_.assign(slots_.empty() ? 64 : 2 * slots_.size(), Slot());
    shift_ = 64 - std::countr_zero(slots_.size());
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      slots_[At(texts_[i])] = {TagOf(Hash(texts_[i])), static_cast<std::uint32_t>(i + 1)};
    }
  }

  std::vector<Slot> slots_;  // a power of two of them
  int shift_ = 0;            // what is left of a hash is a place among them
  std::vector<std::string_view> texts_;
};

}  // namespace cacheplan::knowledge
