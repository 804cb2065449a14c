#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "cacheplan/text.h"
#include "cacheplan/vocabulary.h"

#include "src/plan/parts.h"

namespace cacheplan::plan {
namespace {

constexpr std::string_view kUseBuildKit =
    "plan for BuildKit (--builder docker), or write the file without it";

/// What only BuildKit reads. Source: moby/moby daemon/builder/dockerfile.
class FeatureCheck {
 public:
  explicit FeatureCheck(const Inputs& in) : in_(in) {}

  std::vector<Diagnostic> Run() {
    std::set<std::string_view> names;
    for (const std::size_t index : BuiltStages(in_)) {
      const Stage& stage = in_.graph.stages[index];
      if (!stage.name.empty() && !names.insert(stage.name).second) {
        Report(
            stage.from->span, stage.line,
            fmt::format("the classic builder refuses a second stage of the name {}", stage.name));
      }
      CheckPlatform(stage);
      const StageDecl& decl = in_.file.stages[index];
      for (std::size_t i = decl.from + 1; i < decl.end; ++i) {
        Check(in_.file.instructions[i]);
      }
      CheckRepositories(index);
    }
    return std::move(found_);
  }

 private:
  void Report(Span span, std::uint32_t line, std::string message) {
    found_.push_back(
        {Diag::kNeedsBuildKit, span, line, std::move(message), std::string(kUseBuildKit)});
  }

  /// `FROM --platform=$BUILDPLATFORM`: the classic builder gives this argument no value.
  void CheckPlatform(const Stage& stage) {
    const FromCommand from = AsFrom(*stage.from);
    if (from.platform == nullptr || !from.platform->value) {
      return;
    }
    for (const std::string_view name : Variables(*from.platform->value)) {
      if (IsPlatformArg(name) && !IsGiven(in_.options, name) && !HasDefault(name)) {
        Report(from.platform->span, stage.line,
               fmt::format("the classic builder gives ${} no value", name));
      }
    }
  }

  /// `ARG name=…` before the first FROM.
  [[nodiscard]] bool HasDefault(std::string_view name) const {
    for (std::size_t i = 0; i < in_.file.stages.front().from; ++i) {
      const Instruction& instruction = in_.file.instructions[i];
      if (instruction.keyword != Keyword::kArg) {
        continue;
      }
      for (const KeyValue& pair : AsPairs(instruction)) {
        if (pair.key.text == name && pair.value) {
          return true;
        }
      }
    }
    return false;
  }

  /// The classic builder fetches the address of a repository as one file.
  void CheckRepositories(std::size_t stage) {
    for (const DependencyStep& step : in_.deps.stages[stage].steps) {
      if (step.instruction != nullptr && step.instruction->keyword == Keyword::kAdd &&
          step.manager == "git") {
        Report(step.instruction->span, step.line,
               "the classic builder does not read a repository as the source of ADD");
      }
    }
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

  const Inputs& in_;
  std::vector<Diagnostic> found_;
};

/// BuildKit takes the name of a stage that is not there in silence.
Status CheckFilters(const Inputs& in) {
  for (const std::string& word : in.options.no_cache_filter) {
    if (FilteredStage(in.graph, word) != nullptr) {
      continue;
    }
    const std::vector<std::string_view> names = StageNames(in.graph);
    return Status::Usage(fmt::format(
        "--no-cache-filter {}: no stage has this name; {}", word,
        names.empty() ? "none has one" : fmt::format("there are {}", fmt::join(names, ", "))));
  }
  return Status::Ok();
}

/// What JSON cannot carry, and a process cannot be given.
Status CheckText(const PlanOptions& options) {
  const std::vector<std::string>* const lists[] = {
      &options.tags,       &options.stages,          &options.fallback_tags,
      &options.build_args, &options.build_contexts,  &options.secrets,
      &options.ssh,        &options.no_cache_filter, &options.build_words};
  std::vector<std::string> words = {options.context, options.dockerfile, options.target,
                                    options.cache_image, options.platform};
  for (const std::vector<std::string>* list : lists) {
    words.insert(words.end(), list->begin(), list->end());
  }
  for (const std::string& word : words) {
    if (ToValidUtf8(word) != word || word.find('\0') != std::string::npos) {
      return Status::Usage(fmt::format(
          "{}: holds bytes that are no UTF-8, which a plan cannot carry; write it in UTF-8",
          Quoted(word)));
    }
  }
  return Status::Ok();
}

}  // namespace

bool IsGiven(const PlanOptions& options, std::string_view name) {
  return std::any_of(options.build_args.begin(), options.build_args.end(),
                     [&](const std::string& arg) {
                       return std::string_view(arg).substr(0, arg.find('=')) == name;
                     });
}

const Stage* FilteredStage(const Graph& graph, std::string_view word) {
  if (const Stage* named = graph.Find(word)) {
    return named;
  }
  const auto found =
      std::find_if(graph.stages.begin(), graph.stages.end(), [&](const Stage& stage) {
        return stage.name.empty() && word == fmt::format("stage-{}", stage.index);
      });
  return found == graph.stages.end() ? nullptr : &*found;
}

bool IsPlatformArg(std::string_view name) {
  const auto& args = AllPredefinedArgs();
  return std::any_of(args.begin(), args.end(), [&](const PredefinedArg& arg) {
    return arg.kind == ArgKind::kPlatform && arg.name == name;
  });
}

std::vector<Diagnostic> CheckFeatures(const Inputs& in) {
  return Info(in.options.builder).buildkit ? std::vector<Diagnostic>() : FeatureCheck(in).Run();
}

Status CheckOptions(const Inputs& in) {
  const PlanOptions& options = in.options;
  if (options.tags.empty()) {
    return Status::Usage("a plan needs the name of the image: give -t IMAGE[:TAG]");
  }
  Status text = CheckText(options);
  if (!text.ok()) {
    return text;
  }
  if (options.platform.find(',') != std::string::npos) {
    return Status::Usage(fmt::format(
        "--platform {}: 'docker build' makes one platform at a time; make a plan for each",
        options.platform));
  }
  if (Info(options.builder).buildkit) {
    if (IsGiven(options, "BUILDKIT_INLINE_CACHE")) {
      return Status::Usage(
          "--build-arg BUILDKIT_INLINE_CACHE: the plan sets it to 1 itself, for it is what puts "
          "the "
          "cache into the images; leave it out");
    }
    return CheckFilters(in);
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
