// What must hold for the plan to work, in sentences.
#include <algorithm>
#include <charconv>
#include <iterator>
#include <map>

#include <fmt/format.h>

#include "cacheplan/text.h"
#include "cacheplan/vocabulary.h"

#include "src/plan/parts.h"

namespace cacheplan::plan {
namespace {

/// The version of the Dockerfile's syntax, 1.N, that an engine reads by itself.
struct Release {
  unsigned syntax;
  std::string_view docker;
};
constexpr Release kReleases[] = {{2, "20.10"}, {4, "23.0"}, {5, "24.0"}, {6, "25.0"}, {7, "26.0"}};

/// Which Docker can run the plan, and what it is in the file and the options that older ones lack.
class Engine {
 public:
  explicit Engine(const Inputs& in) : in_(in) {
    const std::vector<Directive>& directives = in.file.directives;
    // A frontend that the file names is fetched, and reads what it will.
    if (std::none_of(directives.begin(), directives.end(),
                     [](const Directive& directive) { return directive.name == "syntax"; })) {
      ReadFile();
    }
    Option(!in.options.no_cache_filter.empty(), "--no-cache-filter");
    Option(!in.options.build_contexts.empty(), "--build-context");
  }

  void Assume(std::vector<std::string>& out) const {
    // Options that 'docker build' has since it is buildx.
    constexpr unsigned kBuildx = 4;
    const unsigned needed = std::max(syntax_, options_.empty() ? 0 : kBuildx);
    const auto* const release =
        std::find_if(std::begin(kReleases), std::end(kReleases) - 1,
                     [&](const Release& known) { return known.syntax >= needed; });
    out.push_back(fmt::format("The engine's 'docker build' has BuildKit (Docker {} or later).",
                              release->docker));
    if (!options_.empty()) {
      out.push_back(
          fmt::format("'docker build' has {} since Docker 23.0.", fmt::join(options_, " and ")));
    }
    if (!feature_.empty()) {
      out.push_back(fmt::format(
          "{} (line {}) is syntax of Dockerfiles since 1.{}{}; an older engine reads it with a "
          "line '# syntax=docker/dockerfile:1' at the top.",
          feature_, line_, syntax_,
          syntax_ > release->syntax ? "" : fmt::format(", which Docker {} has", release->docker)));
    }
  }

 private:
  void ReadFile() {
    for (const Instruction& instruction : in_.file.instructions) {
      const Instruction& inner =
          instruction.trigger == nullptr ? instruction : *instruction.trigger;
      for (const Flag& flag : inner.flags) {
        const FlagInfo* const info = FindFlagInfo(inner.keyword, flag.name);
        if (info != nullptr) {
          Feature(Minor(info->since), instruction.start_line,
                  [&] { return fmt::format("{} --{}", KeywordName(inner.keyword), flag.name); });
        }
      }
      if (!instruction.heredocs.empty()) {
        constexpr unsigned kHeredocs = 4;
        Feature(kHeredocs, instruction.start_line, [] { return std::string("a heredoc"); });
      }
    }
  }

  /// 4 of "1.4"; 0 of "" and of what only a labs frontend has, which a file must name anyway.
  static unsigned Minor(std::string_view since) {
    unsigned minor = 0;
    const char* const end = since.data() + since.size();
    return since.starts_with("1.") && std::from_chars(since.data() + 2, end, minor).ptr == end
               ? minor
               : 0;
  }

  template <typename Text>
  void Feature(unsigned syntax, std::uint32_t line, const Text& text) {
    if (syntax > std::max(syntax_, kReleases[0].syntax)) {
      syntax_ = syntax;
      line_ = line;
      feature_ = text();
    }
  }

  void Option(bool given, std::string_view name) {
    if (given) {
      options_.push_back(name);
    }
  }

  const Inputs& in_;
  unsigned syntax_ = 0;  ///< the newest that the file needs
  std::uint32_t line_ = 0;
  std::string feature_;  ///< what needs it first; "" = nothing that Docker 20.10 does not read
  std::vector<std::string_view> options_;
};

/// Arguments to which the classic builder gives no value.
void AssumeArgs(const Inputs& in, const Instruction& arg, std::vector<std::string>& out) {
  for (const KeyValue& pair : AsPairs(arg)) {
    const std::string_view name = pair.key.text;
    if (!pair.value && IsPlatformArg(name) && !IsGiven(in.options, name)) {
      out.push_back(
          fmt::format("Line {} declares {}, which the classic builder leaves empty: give it with "
                      "--build-arg {}=VALUE where a step needs it.",
                      arg.start_line, name, name));
    }
  }
}

/// An argument that differs between the builds of the plan: what AddCoverage says of single steps.
void AssumeVarying(const Stage& stage, const Layers& layers, std::vector<std::string>& out) {
  if (stage.steps.empty()) {
    return;
  }
  const std::uint32_t last = stage.steps.back().instruction->start_line;
  const VaryingArg target = layers.DiffersInResult(stage.index, last);
  if (target.line > stage.line) {
    out.push_back(
        fmt::format("Line {} declares {}, which differs from build to build: the RUN steps below "
                    "it in {} are never reused by the result.",
                    target.line, target.name, stage.Label()));
  }
  const VaryingArg time = layers.DiffersByTime(stage.index, last);
  if (time.line > stage.line) {
    out.push_back(fmt::format(
        "Line {} declares {}, which the engine takes from its environment: each new value runs "
        "the steps below it in {} again.",
        time.line, time.name, stage.Label()));
  }
}

/// Docker 20.10 loses a step whose image also holds what changes: measured, about every other build
/// after a change.
void AssumeSplit(const Inputs& in, const Layers& layers, std::vector<std::string>& out) {
  std::vector<bool> said(in.graph.stages.size(), false);
  for (const std::size_t index : in.graph.order) {
    const std::size_t holder = layers.Holder(index);
    if (holder == kNoStage || said[holder]) {
      continue;
    }
    for (const DependencyStep& step : in.deps.stages[index].steps) {
      const std::uint32_t copy = layers.CopyBelow(index, step.line);
      if (copy == 0 || RunsWithSource(step)) {
        continue;
      }
      said[holder] = true;
      out.push_back(fmt::format(
          "The image of {} holds a download (line {}) and what comes of files that are copied "
          "later (line {}): Docker 20.10 loses its inline cache at about every other change of "
          "them; a stage for the download alone does not.",
          in.graph.stages[holder].Label(), step.line, copy));
      break;
    }
  }
}

/// The first instruction that makes a layer, as written; empty when there is none.
std::string_view FirstLayer(const Stage& stage) {
  for (const Step& step : stage.steps) {
    const Keyword keyword = step.instruction->keyword;
    if (keyword == Keyword::kRun || keyword == Keyword::kCopy || keyword == Keyword::kAdd ||
        keyword == Keyword::kWorkdir) {
      return step.instruction->logical;
    }
  }
  return {};
}

/// Two stages that start with the same step share a cache record, and Docker 20.10 now and then
/// finds the wrong image behind it: measured, about one build in thirty; none in a hundred where
/// they differ.
void AssumeStarts(const Inputs& in, const Images& images, std::vector<std::string>& out) {
  std::map<std::pair<std::string_view, std::string_view>, std::string> seen;
  for (const Images::Stage& entry : images.stages) {
    const Stage& stage = in.graph.stages[entry.stage];
    const std::string_view first = FirstLayer(stage);
    if (first.empty() || stage.base.kind == SourceKind::kStage) {
      continue;
    }
    const auto [it, fresh] = seen.emplace(std::pair(stage.base.name.text, first), entry.name);
    if (!fresh) {
      out.push_back(fmt::format(
          "Stages {} and {} start with the same step on the same base: Docker 20.10 now "
          "and then loses the cache of one; another WORKDIR for each avoids it.",
          it->second, entry.name));
    }
  }
}

/// The stages that the plan cannot name to the classic builder.
void AssumePassed(const Inputs& in, const Images& images, std::vector<std::string>& out) {
  std::vector<std::size_t> kept;
  for (const Images::Stage& stage : images.stages) {
    kept.push_back(stage.stage);
  }
  std::vector<std::string> labels;
  auto local = images.locals.begin();
  for (const std::size_t passed : PassedStages(in, kept)) {
    if (local != images.locals.end() && local->stage == passed) {
      ++local;
    } else {
      labels.push_back(in.graph.stages[passed].Label());
    }
  }
  if (!labels.empty()) {
    out.push_back(fmt::format(
        "The classic builder runs {} again in every build below; a stage with a name of its own "
        "is built once.",
        Listed(std::vector<std::string_view>(labels.begin(), labels.end()))));
  }
}

}  // namespace

void AddAssumptions(const Inputs& in, const Images& images, const Layers& layers, Plan& plan) {
  std::vector<std::string>& out = plan.assumptions;
  const bool classic = !Info(in.options.builder).buildkit;
  if (classic) {
    out.emplace_back("The engine still has the classic builder (DOCKER_BUILDKIT=0).");
  } else {
    Engine(in).Assume(out);
  }
  if (in.options.push == PushPolicy::kNever) {
    out.emplace_back(
        "Nothing is pushed: another machine finds only what was pushed by other means.");
  } else {
    out.push_back(fmt::format("docker may pull from and push to {}.", images.repository));
  }
  if (in.options.push == PushPolicy::kCache && ReusesResult(in, images)) {
    out.push_back(fmt::format(
        "{} is pushed by other means: until then the steps of the result itself run anew.",
        images.results.front()));
  }
  if (classic) {
    out.emplace_back(
        "The plan is for a fresh machine: where an image that a build names is not there, the "
        "classic "
        "builder does not use its local cache either.");
    AssumePassed(in, images, out);
  }
  std::vector<std::string_view> bases;
  for (const std::size_t index : BuiltStages(in)) {
    const Stage& stage = in.graph.stages[index];
    if (stage.base.kind == SourceKind::kUnknown) {
      out.push_back(fmt::format("The base of {} is not known here: {}.", stage.Label(),
                                stage.base.name.reason));
    } else if (stage.base.kind == SourceKind::kImage &&
               std::find(bases.begin(), bases.end(), stage.base.name.text) == bases.end()) {
      bases.push_back(stage.base.name.text);
    }
    if (!classic) {
      AssumeVarying(stage, layers, out);
      continue;
    }
    for (const Step& step : stage.steps) {
      if (step.instruction->keyword == Keyword::kArg) {
        AssumeArgs(in, *step.instruction, out);
      }
    }
  }
  if (!bases.empty()) {
    out.push_back(
        fmt::format("The base images stay as they are ({}): a new one runs all steps again.",
                    fmt::join(bases, ", ")));
  }
  if (!classic) {
    AssumeStarts(in, images, out);
    AssumeSplit(in, layers, out);
  }
}

}  // namespace cacheplan::plan
