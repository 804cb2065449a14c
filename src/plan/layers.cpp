// Which image keeps the layers of a stage, and what keeps them from coming back.
#include <algorithm>

#include "src/plan/parts.h"

namespace cacheplan::plan {
namespace {

/// COPY, or an ADD of files, from the build context.
bool CopiesContext(const Step& step) {
  const Keyword keyword = step.instruction->keyword;
  if ((keyword != Keyword::kCopy && keyword != Keyword::kAdd) || step.from) {
    return false;
  }
  return std::any_of(step.sources.begin(), step.sources.end(), [&](const Value& source) {
    return keyword == Keyword::kCopy ||
           (source.text.find("://") == std::string_view::npos && !source.text.starts_with("git@"));
  });
}

}  // namespace

Layers::Layers(const Inputs& in, const Images& images)
    : in_(in),
      names_(in.graph.stages.size()),
      kept_(in.graph.stages.size()),
      declared_(in.graph.stages.size()) {
  for (const Images::Stage& stage : images.stages) {
    names_[stage.stage] = stage.image;
    Spread(stage.stage);
  }
  if (ReusesResult(in, images)) {
    names_[in.graph.target] = images.results.front();
    Spread(in.graph.target);
  }
  if (Info(in.options.builder).buildkit) {
    for (const Stage& stage : in.graph.stages) {  // bases stand above what is built FROM them
      ReadArgs(stage);
      ReadMounts(stage);
    }
  }
}

/// What is below a stage that has a holder already got one at least as near.
void Layers::Spread(std::size_t stage) {
  std::uint32_t copy_above = 0;
  bool run_above = false;
  for (std::size_t at = stage; at != kNoStage && kept_[at].holder == kNoStage;) {
    Kept& kept = kept_[at];
    kept.holder = stage;
    kept.copy_above = copy_above;
    const std::span<const Step> steps = in_.graph.stages[at].steps;
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
      run_above = run_above || step->instruction->keyword == Keyword::kRun;
      if (run_above && CopiesContext(*step)) {
        kept.copies.push_back(step->instruction->start_line);
      }
    }
    std::reverse(kept.copies.begin(), kept.copies.end());
    copy_above = kept.copies.empty() ? copy_above : kept.copies.front();
    const StageSource& base = in_.graph.stages[at].base;
    at = base.kind == SourceKind::kStage ? base.stage : kNoStage;
  }
}

void Layers::ReadArgs(const Stage& stage) {
  Declared& own = declared_[stage.index];
  if (stage.base.kind == SourceKind::kStage && stage.base.stage < stage.index) {
    own = declared_[stage.base.stage];
  }
  for (const Step& step : stage.steps) {
    if (step.instruction->keyword != Keyword::kArg) {
      continue;
    }
    for (const KeyValue& pair : AsPairs(*step.instruction)) {
      const std::string_view name = pair.key.text;
      VaryingArg* const arg = name == "TARGETSTAGE"         ? &own.target
                              : name == "SOURCE_DATE_EPOCH" ? &own.time
                                                            : nullptr;
      // One with a value of its own, or given one, has that in every build of the plan.
      if (arg != nullptr && arg->line == 0 && !pair.value && !IsGiven(in_.options, name)) {
        *arg = {step.instruction->start_line, name};
      }
    }
  }
}

void Layers::ReadMounts(const Stage& stage) {
  auto step = stage.steps.begin();
  for (const RunCommands& run : in_.deps.stages[stage.index].runs) {
    while (step != stage.steps.end() && step->instruction != run.instruction) {
      ++step;
    }
    if (step == stage.steps.end()) {
      return;
    }
    std::vector<MountedDownload> found = MountedDownloads(*step, run);
    if (!found.empty()) {
      mounted_.emplace(run.instruction, std::move(found.front()));
    }
  }
}

const std::string& Layers::Image(std::size_t stage) const {
  static const std::string none;
  const std::size_t holder = kept_[stage].holder;
  return holder == kNoStage ? none : names_[holder];
}

std::uint32_t Layers::CopyBelow(std::size_t stage, std::uint32_t line) const {
  const Kept& kept = kept_[stage];
  const auto found = std::upper_bound(kept.copies.begin(), kept.copies.end(), line);
  return found == kept.copies.end() ? kept.copy_above : *found;
}

VaryingArg Layers::Above(VaryingArg Declared::*which, std::size_t stage, std::uint32_t line) const {
  // An ARG of a base stage stands above it in the file too.
  const VaryingArg& arg = declared_[stage].*which;
  return arg.line < line ? arg : VaryingArg();
}

VaryingArg Layers::DiffersInResult(std::size_t stage, std::uint32_t line) const {
  const std::size_t holder = kept_[stage].holder;
  return holder == kNoStage || holder == in_.graph.target ? VaryingArg()
                                                          : Above(&Declared::target, stage, line);
}

VaryingArg Layers::DiffersByTime(std::size_t stage, std::uint32_t line) const {
  return Above(&Declared::time, stage, line);
}

const MountedDownload* Layers::OnMount(const Instruction* run) const {
  const auto found = mounted_.find(run);
  return found == mounted_.end() ? nullptr : &found->second;
}

}  // namespace cacheplan::plan
