#include "src/graph/words.h"

#include <charconv>

#include "cacheplan/text.h"

namespace cacheplan::graph {
namespace {

bool IsAbsolute(std::string_view path) {
  const bool drive = path.size() >= 3 && IsLetter(static_cast<unsigned char>(path[0])) &&
                     path[1] == ':' && (path[2] == '/' || path[2] == '\\');
  return drive || (!path.empty() && (path[0] == '/' || path[0] == '\\'));
}

}  // namespace

std::optional<long> ParseIndex(std::string_view text) {
  if (!text.empty() && text.front() == '+') {
    text.remove_prefix(1);
  }
  long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

Value Join(const Value& workdir, const Value& path) {
  if (!path.known || IsAbsolute(path.text)) {
    return path;
  }
  if (!workdir.known) {
    return {path.text, false, workdir.reason};
  }
  const bool slash = !workdir.text.empty() && workdir.text.back() == '/';
  return {workdir.text + (slash ? "" : "/") + path.text, true, {}};
}

}  // namespace cacheplan::graph
