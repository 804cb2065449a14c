// Which image keeps the layers of a stage, and what keeps them from coming back.
#include <algorithm>

#include "src/plan/parts.h"

namespace cacheplan::plan {

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
  const bool buildkit = Info(in.options.builder).buildkit;
  for (const Stage& stage : in.graph.stages) {  // bases stand above what is built FROM them
    ReadArgs(stage, buildkit);
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

void Layers::ReadArgs(const Stage& stage, bool buildkit) {
  Declared& own = declared_[stage.index];
  // Only BuildKit hands arguments on to the stages that are built FROM this one.
  if (buildkit && stage.base.kind == SourceKind::kStage && stage.base.stage < stage.index) {
    own = declared_[stage.base.stage];
  }
  std::uint32_t last_run = stage.line;
  for (const Step& step : stage.steps) {
    switch (step.instruction->keyword) {
      case Keyword::kArg:
        ReadArg(*step.instruction, buildkit, own);
        break;
      case Keyword::kRun:
        last_run = step.instruction->start_line;
        break;
      case Keyword::kEnv:
        // One that is overridden before any RUN reads it counts for nothing.
        for (const KeyValue& pair : AsPairs(*step.instruction)) {
          std::erase_if(own.arguments, [&](const Argument& arg) {
            return arg.line > last_run && arg.name == pair.key.text && pair.value &&
                   pair.value->text.find('$') == std::string_view::npos;
          });
        }
        break;
      default:
        break;
    }
  }
}

void Layers::ReadArg(const Instruction& instruction, bool buildkit, Declared& own) const {
  constexpr std::size_t kMostArguments = 64;
  for (const KeyValue& pair : AsPairs(instruction)) {
    const std::string_view name = pair.key.text;
    const bool given = IsGiven(in_.options, name);
    VaryingArg* const arg = name == "TARGETSTAGE"         ? &own.target
                            : name == "SOURCE_DATE_EPOCH" ? &own.time
                                                          : nullptr;
    if (arg != nullptr) {
      // One with a value of its own, or given one, has that in every build of the plan.
      if (buildkit && arg->line == 0 && !pair.value && !given) {
        *arg = {instruction.start_line, name};
      }
      continue;
    }
    const bool known = std::any_of(own.arguments.begin(), own.arguments.end(),
                                   [&](const Argument& other) { return other.name == name; });
    if (!known && !IsPlatformArg(name) && own.arguments.size() < kMostArguments) {
      own.arguments.push_back({instruction.start_line, name, !pair.value || given});
    }
  }
}

std::vector<std::string_view> Layers::Arguments(std::size_t stage,
                                                const Instruction& instruction) const {
  std::vector<std::string_view> names;
  const std::vector<Argument>& declared = declared_[stage].arguments;
  if (declared.empty()) {
    return names;
  }
  const std::vector<std::string_view> named = Variables(instruction.logical);
  for (const Argument& arg : declared) {
    // A RUN is given all of them, whether it names them or not.
    const bool counts = (arg.open && instruction.keyword == Keyword::kRun) ||
                        std::find(named.begin(), named.end(), arg.name) != named.end();
    if (counts && arg.line < instruction.start_line) {
      names.push_back(arg.name);
    }
  }
  return names;
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

}  // namespace cacheplan::plan
