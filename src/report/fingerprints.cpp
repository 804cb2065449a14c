#include <fmt/format.h>

#include "cacheplan/text.h"

#include "src/report/findings.h"

namespace cacheplan {
namespace {

/// FNV-1a, each part closed by a byte that no text holds.
std::uint64_t Hash(std::initializer_list<std::string_view> parts) {
  std::uint64_t hash = 14695981039346656037U;
  const auto add = [&hash](unsigned char byte) {
    hash ^= byte;
    hash *= 1099511628211U;
  };
  for (const std::string_view part : parts) {
    for (const char c : part) {
      add(static_cast<unsigned char>(c));
    }
    add(0xFF);
  }
  return hash;
}

}  // namespace

std::string Fingerprints::Next(std::string_view path, const Source& source,
                               const ReportedFinding& finding) {
  if (source_ != &source || line_ != finding.line) {
    source_ = &source;
    line_ = finding.line;
    text_ = fmt::format("{:x}", Hash({line_ == 0 ? "" : Trim(source.Line(line_))}));
  }
  const std::uint64_t same = Hash({finding.code, path, text_});
  const std::uint32_t ordinal = seen_[same]++;
  return fmt::format(
      "{:016x}", ordinal == 0 ? same : Hash({finding.code, path, text_, std::to_string(ordinal)}));
}

}  // namespace cacheplan
