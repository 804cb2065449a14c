// What a rule's pattern is never found without: to look for that costs less than to compile it.
#include <algorithm>
#include <string>
#include <vector>

#include <re2/filtered_re2.h>

#include "src/knowledge/rows.h"

namespace cacheplan::knowledge {

Texts NeededBy(std::string_view pattern, Arena& arena) {
  constexpr int kShortest = 3;  // shorter ones are in most commands
  re2::FilteredRE2 filter(kShortest);
  re2::RE2::Options options;
  options.set_log_errors(false);
  int id = 0;
  if (filter.Add({pattern.data(), pattern.size()}, options, &id) != re2::RE2::NoError) {
    return {};
  }
  std::vector<std::string> found;
  filter.Compile(&found);
  std::vector<int> without_any;
  filter.AllPotentials({}, &without_any);
  if (!without_any.empty()) {
    return {};
  }
  std::vector<std::string_view> texts(found.size());
  std::ranges::transform(found, texts.begin(),
                         [&arena](const std::string& text) { return arena.Copy(text); });
  return arena.Copy(texts);
}

}  // namespace cacheplan::knowledge
