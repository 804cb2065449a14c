// Rows found by their names: for small tables that very many names are looked up in.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace cacheplan {

/// A view of rows that have a `name`, in the order of its first byte. Made at compile time; rows
/// out of order do not compile. The rows must outlive it. Most names that are looked up are in no
/// row: their length and three of their bytes tell that.
template <typename Row, std::size_t N>
class NameTable {
 public:
  consteval explicit NameTable(const Row (&rows)[N]) : rows_(rows) {
    std::size_t row = 0;
    for (std::size_t byte = 0; byte < 256; ++byte) {
      starts_[byte] = static_cast<std::uint16_t>(row);
      while (row < N && FirstByte(rows[row].name) == byte) {
        ++row;
      }
    }
    starts_[256] = static_cast<std::uint16_t>(row);
    if (row != N) {
      throw "the rows are not in the order of their first bytes";
    }
    for (const Row& named : rows) {
      const std::string_view name = named.name;
      for (std::size_t end = 0; end < name.size();) {
        end = name.find(' ', end + 1);
        end = end == std::string_view::npos ? name.size() : end;
        const std::uint32_t place = PlaceOf(name.substr(0, end));
        may_have_[place / 64] |= std::uint64_t{1} << place % 64;
      }
    }
  }

  /// The rows whose names begin with the same byte; none for a name that is surely neither that of
  /// a row nor the first words of one.
  [[nodiscard]] constexpr std::span<const Row> Near(std::string_view name) const {
    if (name.empty() || !MayHave(name)) {
      return {};
    }
    const std::size_t byte = FirstByte(name);
    return {rows_ + starts_[byte], rows_ + starts_[byte + 1]};
  }
  /// Null when there is none.
  [[nodiscard]] constexpr const Row* Find(std::string_view name) const {
    for (const Row& row : Near(name)) {
      // Most differ in their length or last byte: no need to call a comparison for them.
      if (row.name.size() == name.size() && row.name.back() == name.back() && row.name == name) {
        return &row;
      }
    }
    return nullptr;
  }

 private:
  static constexpr std::size_t FirstByte(std::string_view name) {
    return static_cast<unsigned char>(name.front());
  }
  /// The same for names that are alike in their length and three of their bytes.
  static constexpr std::uint32_t PlaceOf(std::string_view name) {
    const auto byte = [name](std::size_t at) -> std::uint32_t {
      return static_cast<unsigned char>(name[at]);
    };
    const std::size_t last = name.size() - 1;
    const std::uint32_t key = byte(0) | byte(last) << 8U | byte(name.size() / 2) << 16U |
                              static_cast<std::uint32_t>(name.size()) << 24U;
    return (key * 0x9E3779B1U) >> (32U - kPlaceBits);
  }
  [[nodiscard]] constexpr bool MayHave(std::string_view name) const {
    const std::uint32_t place = PlaceOf(name);
    return (may_have_[place / 64] >> place % 64 & 1U) != 0;
  }

  static constexpr std::uint32_t kPlaceBits = 11;
  const Row* rows_;
  std::array<std::uint16_t, 257> starts_{};
  std::array<std::uint64_t, (1U << kPlaceBits) / 64> may_have_{};
};

}  // namespace cacheplan
