#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <utility>

#include "cacheplan/lint.h"
#include "cacheplan/text.h"

namespace cacheplan {
namespace {

/// The edits taken so far. Two may not both be done when they share bytes or insert at one place.
class TakenEdits {
 public:
  [[nodiscard]] bool Collides(const TextEdit& edit) const {
    const auto next = ends_.lower_bound(edit.span.begin);
    if (next != ends_.end() && (next->first == edit.span.begin || next->first < edit.span.end)) {
      return true;
    }
    return next != ends_.begin() && std::prev(next)->second > edit.span.begin;
  }
  void Take(const TextEdit& edit) { ends_[edit.span.begin] = edit.span.end; }

 private:
  std::map<std::uint32_t, std::uint32_t> ends_;  // by where they begin
};

std::string Apply(std::string_view text, std::vector<TextEdit> edits) {
  std::sort(edits.begin(), edits.end(),
            [](const TextEdit& a, const TextEdit& b) { return a.span.begin < b.span.begin; });
  std::string out;
  std::uint32_t done = 0;
  for (const TextEdit& edit : edits) {
    out += text.substr(done, edit.span.begin - done);
    out += edit.text;
    done = edit.span.end;
  }
  out += text.substr(done);
  return out;
}

/// A safe fix changes how something is written, never what is built: the same stages from the same
/// bases, and the same instructions in the same order, MAINTAINER as a LABEL.
bool SameMeaning(const Dockerfile& before, const Dockerfile& after) {
  const auto same_stage = [](const StageDecl& a, const StageDecl& b) {
    return a.base == b.base && (a.name == b.name || a.name.empty());
  };
  const auto same_instruction = [](const Instruction& a, const Instruction& b) {
    const bool label = a.keyword == Keyword::kMaintainer && b.keyword == Keyword::kLabel;
    return label ||
           (a.keyword == b.keyword && a.form == b.form && a.heredocs.size() == b.heredocs.size());
  };
  return std::equal(before.stages.begin(), before.stages.end(), after.stages.begin(),
                    after.stages.end(), same_stage) &&
         std::equal(before.instructions.begin(), before.instructions.end(),
                    after.instructions.begin(), after.instructions.end(), same_instruction);
}

}  // namespace

std::optional<Fixed> ApplyFixes(const Dockerfile& file, std::span<const Finding> findings,
                                bool unsafe) {
  Fixed fixed;
  std::vector<TextEdit> edits;
  TakenEdits taken;
  bool all_safe = true;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const std::optional<Fix>& fix = findings[i].fix;
    if (!fix || (!fix->safe && !unsafe) ||
        std::any_of(fix->edits.begin(), fix->edits.end(),
                    [&](const TextEdit& edit) { return taken.Collides(edit); })) {
      continue;
    }
    for (const TextEdit& edit : fix->edits) {
      taken.Take(edit);
    }
    if (fix->append) {
      fixed.appends.push_back(*fix->append);
    }
    all_safe = all_safe && fix->safe;
    edits.insert(edits.end(), fix->edits.begin(), fix->edits.end());
    fixed.applied.push_back(i);
  }
  if (fixed.applied.empty()) {
    return std::nullopt;
  }
  fixed.text = Apply(file.source->text(), std::move(edits));
  const Dockerfile after =
      Parse(std::make_shared<const Source>(std::string(file.source->name()), fixed.text));
  const bool broken = after.rejected() && !file.rejected();
  return broken || (all_safe && !SameMeaning(file, after)) ? std::nullopt
                                                           : std::optional(std::move(fixed));
}

}  // namespace cacheplan
