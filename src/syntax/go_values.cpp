#include "src/syntax/go_values.h"

#include <limits>

#include <fmt/format.h>

#include "cacheplan/text.h"

namespace cacheplan::syntax {
namespace {

constexpr std::uint64_t kTooLarge = std::uint64_t{1} << 63U;

struct Unit {
  std::string_view name;
  std::uint64_t nanoseconds;
};
constexpr Unit kUnits[] = {
    {"ns", 1},           {"us", 1000},      {"\xC2\xB5s", 1000},  // micro sign
    {"\xCE\xBCs", 1000},                                          // Greek mu
    {"ms", 1000000},     {"s", 1000000000}, {"m", 60000000000},  {"h", 3600000000000},
};

bool IsAsciiDigit(char c) { return c >= '0' && c <= '9'; }

ParsedNumber Error(std::string_view what, std::string_view text) {
  return {0, fmt::format("time: {} duration {}", what, Quoted(text))};
}

/// Digits up to the first other character; false when they do not fit.
bool TakeDigits(std::string_view& rest, std::uint64_t& value) {
  value = 0;
  while (!rest.empty() && IsAsciiDigit(rest.front())) {
    if (value > kTooLarge / 10) {
      return false;
    }
    value = value * 10 + static_cast<std::uint64_t>(rest.front() - '0');
    if (value > kTooLarge) {
      return false;
    }
    rest.remove_prefix(1);
  }
  return true;
}

}  // namespace

ParsedNumber ParseDuration(std::string_view text) {
  std::string_view rest = text;
  bool negative = false;
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) {
    negative = rest.front() == '-';
    rest.remove_prefix(1);
  }
  if (rest == "0") {
    return {};
  }
  if (rest.empty()) {
    return Error("invalid", text);
  }
  std::uint64_t total = 0;
  while (!rest.empty()) {
    if (rest.front() != '.' && !IsAsciiDigit(rest.front())) {
      return Error("invalid", text);
    }
    std::uint64_t whole = 0;
    const std::size_t before = rest.size();
    if (!TakeDigits(rest, whole)) {
      return Error("invalid", text);
    }
    const bool has_whole = rest.size() != before;
    std::uint64_t fraction = 0;
    double scale = 1;
    bool has_fraction = false;
    if (!rest.empty() && rest.front() == '.') {
      rest.remove_prefix(1);
      while (!rest.empty() && IsAsciiDigit(rest.front())) {
        has_fraction = true;
        if (fraction < kTooLarge / 10 - 1) {  // further digits are too small to count
          fraction = fraction * 10 + static_cast<std::uint64_t>(rest.front() - '0');
          scale *= 10;
        }
        rest.remove_prefix(1);
      }
    }
    if (!has_whole && !has_fraction) {
      return Error("invalid", text);
    }
    std::size_t length = 0;
    while (length < rest.size() && rest[length] != '.' && !IsAsciiDigit(rest[length])) {
      ++length;
    }
    if (length == 0) {
      return Error("missing unit in", text);
    }
    const Unit* unit = nullptr;
    for (const Unit& candidate : kUnits) {
      if (candidate.name == rest.substr(0, length)) {
        unit = &candidate;
      }
    }
    if (unit == nullptr) {
      return {0, fmt::format("time: unknown unit {} in duration {}", Quoted(rest.substr(0, length)),
                             Quoted(text))};
    }
    rest.remove_prefix(length);
    if (whole > kTooLarge / unit->nanoseconds) {
      return Error("invalid", text);
    }
    whole *= unit->nanoseconds;
    whole += static_cast<std::uint64_t>(static_cast<double>(fraction) *
                                        (static_cast<double>(unit->nanoseconds) / scale));
    total += whole;
    if (whole > kTooLarge || total > kTooLarge) {
      return Error("invalid", text);
    }
  }
  if (negative) {
    return {total == kTooLarge ? std::numeric_limits<std::int64_t>::min()
                               : -static_cast<std::int64_t>(total),
            {}};
  }
  if (total == kTooLarge) {
    return Error("invalid", text);
  }
  return {static_cast<std::int64_t>(total), {}};
}

ParsedNumber ParseInt32(std::string_view text) {
  std::string_view digits = text;
  bool negative = false;
  if (!digits.empty() && (digits.front() == '-' || digits.front() == '+')) {
    negative = digits.front() == '-';
    digits.remove_prefix(1);
  }
  const auto fail = [&](std::string_view why) {
    return ParsedNumber{0, fmt::format("strconv.ParseInt: parsing {}: {}", Quoted(text), why)};
  };
  if (digits.empty()) {
    return fail("invalid syntax");
  }
  std::int64_t value = 0;
  bool too_large = false;
  for (const char c : digits) {
    if (!IsAsciiDigit(c)) {
      return fail("invalid syntax");
    }
    value = value * 10 + (c - '0');
    if (value > std::int64_t{1} << 31U) {
      too_large = true;
      value = 0;
    }
  }
  if (too_large || value > (std::int64_t{1} << 31U) - (negative ? 0 : 1)) {
    return fail("value out of range");
  }
  return {negative ? -value : value, {}};
}

}  // namespace cacheplan::syntax
