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
/// row: their length and their ends tell that.
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
        may_have_[Place(name.substr(0, end))] = true;
      }
    }
  }

  /// The rows whose names begin with the same byte; none for a name that is surely neither that of
  /// a row nor the first words of one.
  [[nodiscard]] constexpr std::span<const Row> Near(std::string_view name) const {
    if (name.empty() || !may_have_[Place(name)]) {
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
  /// Of names of that length and with those ends.
  static constexpr std::size_t Place(std::string_view name) {
    const std::size_t last = static_cast<unsigned char>(name.back());
    return (FirstByte(name) * 37 + last * 5 + name.size()) % kPlaces;
  }

  static constexpr std::size_t kPlaces = 1024;
  const Row* rows_;
  std::array<std::uint16_t, 257> starts_{};
  std::array<bool, kPlaces> may_have_{};
};

}  // namespace cacheplan
