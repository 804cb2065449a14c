#include <algorithm>

#include <fmt/format.h>

#include "cacheplan/emit.h"

namespace cacheplan {
namespace {

constexpr std::size_t kContext = 3;
/// Texts with more lines than this in their differing middles are shown as replaced whole: the
/// table below grows with the product of both.
constexpr std::size_t kLargest = 2000;

/// Each with its newline, which the last one may lack.
std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    lines.push_back(text.substr(0, newline == std::string_view::npos ? newline : newline + 1));
    text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
  }
  return lines;
}

struct Line {
  char mark;  ///< ' ', '-' or '+'
  std::string_view text;
};

/// A shortest edit from `a` to `b` by the longest common subsequence of lines.
void Middle(const std::vector<std::string_view>& a, const std::vector<std::string_view>& b,
            std::vector<Line>& out) {
  if (a.size() > kLargest || b.size() > kLargest) {
    for (const std::string_view line : a) {
      out.push_back({'-', line});
    }
    for (const std::string_view line : b) {
      out.push_back({'+', line});
    }
    return;
  }
  std::vector<std::vector<std::uint32_t>> common(a.size() + 1,
                                                 std::vector<std::uint32_t>(b.size() + 1));
  for (std::size_t i = a.size(); i-- > 0;) {
    for (std::size_t j = b.size(); j-- > 0;) {
      common[i][j] =
          a[i] == b[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
    }
  }
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < a.size() || j < b.size()) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      out.push_back({' ', a[i++]});
      ++j;
    } else if (j == b.size() || (i < a.size() && common[i + 1][j] >= common[i][j + 1])) {
      out.push_back({'-', a[i++]});
    } else {
      out.push_back({'+', b[j++]});
    }
  }
}

/// A tab ends a name with a blank in it.
std::string Name(std::string_view name) {
  return fmt::format("{}{}", name, name.find(' ') == std::string_view::npos ? "" : "\t");
}

}  // namespace

std::string UnifiedDiff(std::string_view before, std::string_view after,
                        std::string_view before_name, std::string_view after_name) {
  if (before == after) {
    return {};
  }
  std::vector<std::string_view> a = Lines(before);
  std::vector<std::string_view> b = Lines(after);
  std::size_t head = 0;
  while (head < a.size() && head < b.size() && a[head] == b[head]) {
    ++head;
  }
  std::size_t tail = 0;
  while (tail < a.size() - head && tail < b.size() - head &&
         a[a.size() - 1 - tail] == b[b.size() - 1 - tail]) {
    ++tail;
  }
  std::vector<Line> edit;
  for (std::size_t i = 0; i < head; ++i) {
    edit.push_back({' ', a[i]});
  }
  const auto cut = [&](const std::vector<std::string_view>& lines) {
    return std::vector<std::string_view>(lines.begin() + static_cast<std::ptrdiff_t>(head),
                                         lines.end() - static_cast<std::ptrdiff_t>(tail));
  };
  Middle(cut(a), cut(b), edit);
  for (std::size_t i = a.size() - tail; i < a.size(); ++i) {
    edit.push_back({' ', a[i]});
  }

  std::string out = fmt::format("--- {}\n+++ {}\n", Name(before_name), Name(after_name));
  std::size_t line_a = 1;
  std::size_t line_b = 1;
  for (std::size_t i = 0; i < edit.size();) {
    if (edit[i].mark == ' ') {
      ++line_a, ++line_b, ++i;
      continue;
    }
    // A hunk: from a little before this change to a little after the last one near it.
    const std::size_t begin = i - std::min({kContext, i, line_a - 1, line_b - 1});
    std::size_t end = i;
    for (std::size_t k = i; k < edit.size() && k <= end + 2 * kContext; ++k) {
      end = edit[k].mark == ' ' ? end : k;
    }
    end = std::min(end + 1 + kContext, edit.size());
    const std::size_t first_a = line_a - (i - begin);
    const std::size_t first_b = line_b - (i - begin);
    std::string body;
    std::size_t count_a = 0;
    std::size_t count_b = 0;
    for (std::size_t k = begin; k < end; ++k) {
      body += fmt::format("{}{}{}", edit[k].mark, edit[k].text,
                          edit[k].text.ends_with('\n') ? "" : "\n\\ No newline at end of file\n");
      count_a += edit[k].mark != '+' ? 1 : 0;
      count_b += edit[k].mark != '-' ? 1 : 0;
    }
    out += fmt::format("@@ -{},{} +{},{} @@\n{}", count_a == 0 ? first_a - 1 : first_a, count_a,
                       count_b == 0 ? first_b - 1 : first_b, count_b, body);
    line_a = first_a + count_a;
    line_b = first_b + count_b;
    i = end;
  }
  return out;
}

}  // namespace cacheplan
