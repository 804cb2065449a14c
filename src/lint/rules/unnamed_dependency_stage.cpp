#include <algorithm>
#include <cctype>
#include <optional>
#include <unordered_set>

#include <fmt/format.h>

#include "src/lint/reading.h"
#include "src/lint/registry.h"

namespace cacheplan::lint {
namespace {

/// Names for stages: deps, deps-2 and so on, but no word of the file. A stage of such a name would
/// change what a FROM, a --from or a variable's value means.
class FreeNames {
 public:
  explicit FreeNames(std::string_view text) {
    const auto in_name = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
    };
    const auto same = [](char a, char b) {
      return std::tolower(static_cast<unsigned char>(a)) == b;
    };
    for (auto at = text.begin();;) {
      at = std::search(at, text.end(), kName.begin(), kName.end(), same);
      if (at == text.end()) {
        return;
      }
      const auto rest = at + static_cast<std::ptrdiff_t>(kName.size());
      const auto end = std::find_if_not(rest, text.end(), in_name);
      if (at == text.begin() || !in_name(*(at - 1))) {
        taken_.emplace(rest, end);
      }
      at = end;
    }
  }

  std::string Next() {
    for (;;) {
      const std::string ending = number_ == 1 ? "" : fmt::format("-{}", number_);
      ++number_;
      if (!taken_.contains(ending)) {
        return std::string(kName) + ending;
      }
    }
  }

 private:
  static constexpr std::string_view kName = "deps";
  std::unordered_set<std::string> taken_;  // what follows kName in words of the file
  std::size_t number_ = 1;
};

}  // namespace

void CheckUnnamedDependencyStage(Checker& check) {
  std::optional<FreeNames> names;
  for (const StageDependencies& deps : check.deps.stages) {
    const Stage& stage = check.graph.stages[deps.stage];
    const bool last = deps.stage + 1 == check.graph.stages.size();
    if (!deps.is_dependency_stage || !stage.name.empty() || last || !stage.reachable) {
      continue;
    }
    if (!names) {
      names.emplace(check.file.source->text());
    }
    const std::string name = names->Next();
    const Word& base = stage.from->args.front();
    check.At(RuleId::kUnnamedDependencyStage, *stage.from, FirstLine(check.file, *stage.from),
             {"this stage downloads dependencies and has no name",
              "--target takes names alone, so no plan can build and keep this stage on its own: a "
              "fresh machine downloads everything again",
              fmt::format("write AS {} after the image", name),
              Fix{fmt::format("name it {}", name),
                  true,
                  {{{base.span.end, base.span.end}, fmt::format(" AS {}", name)}}}});
  }
}

}  // namespace cacheplan::lint
