#include <fmt/format.h>

#include "cacheplan/vocabulary.h"

#include "src/plan/parts.h"

namespace cacheplan::plan {
namespace {

/// `FROM --platform=$BUILDPLATFORM`: the classic builder has no such arguments.
bool NamesPlatformArg(std::string_view text) {
  for (const PredefinedArg& arg : AllPredefinedArgs()) {
    if (arg.kind == ArgKind::kPlatform && text.find(arg.name) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

constexpr std::string_view kUseBuildKit =
    "plan for BuildKit (--builder docker), or write the file without it";

class FeatureCheck {
 public:
  std::vector<Diagnostic> Run(const Inputs& in) {
    for (const std::size_t index : BuiltStages(in)) {
      const Stage& stage = in.graph.stages[index];
      const FromCommand from = AsFrom(*stage.from);
      if (from.platform != nullptr && from.platform->value &&
          NamesPlatformArg(*from.platform->value)) {
        Report(from.platform->span, stage.line,
               fmt::format("the classic builder has no {}", *from.platform->value));
      }
      const StageDecl& decl = in.file.stages[index];
      for (std::size_t i = decl.from + 1; i < decl.end; ++i) {
        Check(in.file.instructions[i]);
      }
    }
    return std::move(found_);
  }

 private:
  void Report(Span span, std::uint32_t line, std::string message) {
    found_.push_back(
        {Diag::kNeedsBuildKit, span, line, std::move(message), std::string(kUseBuildKit)});
  }

  void Check(const Instruction& instruction) {
    const Instruction& inner = instruction.trigger == nullptr ? instruction : *instruction.trigger;
    for (const Flag& flag : inner.flags) {
      const FlagInfo* info = FindFlagInfo(inner.keyword, flag.name);
      if (info != nullptr && !info->classic) {
        Report(flag.span, instruction.start_line,
               fmt::format("the classic builder does not read {} --{}", KeywordName(inner.keyword),
                           flag.name));
      }
    }
    if (!instruction.heredocs.empty()) {
      Report(instruction.span, instruction.start_line,
             fmt::format("the classic builder does not read heredocs (<<{})",
                         instruction.heredocs.front().name));
    }
  }

  std::vector<Diagnostic> found_;
};

}  // namespace

std::vector<Diagnostic> CheckFeatures(const Inputs& in) {
  return Info(in.options.builder).buildkit ? std::vector<Diagnostic>() : FeatureCheck().Run(in);
}

Status CheckOptions(const Inputs& in) {
  const PlanOptions& options = in.options;
  if (options.tags.empty()) {
    return Status::Usage("a plan needs the name of the image: give -t IMAGE[:TAG]");
  }
  if (options.platform.find(',') != std::string::npos) {
    return Status::Usage(fmt::format(
        "--platform {}: 'docker build' makes one platform at a time; make a plan for each",
        options.platform));
  }
  if (Info(options.builder).buildkit) {
    return Status::Ok();
  }
  const std::pair<const std::vector<std::string>&, std::string_view> lacking[] = {
      {options.secrets, "--secret"},
      {options.ssh, "--ssh"},
      {options.no_cache_filter, "--no-cache-filter"},
      {options.build_contexts, "--build-context"}};
  for (const auto& [values, name] : lacking) {
    if (!values.empty()) {
      return Status::Usage(fmt::format(
          "{}: the classic builder has no such option; plan for BuildKit (--builder docker)",
          name));
    }
  }
  return Status::Ok();
}

}  // namespace cacheplan::plan
