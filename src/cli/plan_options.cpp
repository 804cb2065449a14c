#include "src/cli/plan_options.h"

#include <algorithm>
#include <ostream>

#include <fmt/format.h>

#include "cacheplan/detect.h"
#include "cacheplan/knowledge.h"
#include "cacheplan/text.h"
#include "cacheplan/vocabulary.h"

#include "src/cli/inputs.h"
#include "src/cli/packages_option.h"

namespace cacheplan::cli {

std::vector<std::string> BuilderNames() {
  std::vector<std::string> names;
  for (const BuilderInfo& builder : AllBuilders()) {
    names.emplace_back(builder.name);
  }
  return names;
}

namespace {

std::vector<std::string> SplitCommas(const std::string& text) {
  std::vector<std::string> out;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t comma = std::min(text.find(',', begin), text.size());
    out.push_back(text.substr(begin, comma - begin));
    begin = comma + 1;
  }
  return out;
}

void AddList(CLI::App& app, const char* name, std::vector<std::string>& values, const char* value,
             const char* help) {
  app.add_option(name, values, help)->type_name(value)->allow_extra_args(false);
}

/// Words for every build: an option of docker's that changes no decision of the plan.
std::vector<std::string> BuildWords(const PlanFlags& flags, const std::vector<std::string>& rest) {
  std::vector<std::string> words;
  const auto one = [&](const char* option, const std::string& value) {
    if (!value.empty()) {
      words.insert(words.end(), {option, value});
    }
  };
  const auto each = [&](const char* option, const std::vector<std::string>& values) {
    for (const std::string& value : values) {
      words.insert(words.end(), {option, value});
    }
  };
  one("--network", flags.network);
  each("--add-host", flags.add_hosts);
  each("--label", flags.labels);
  one("--shm-size", flags.shm_size);
  each("--ulimit", flags.ulimits);
  if (flags.pull) {
    words.emplace_back("--pull");
  }
  words.insert(words.end(), rest.begin(), rest.end());
  return words;
}

Result<PlanOptions> ToPlanOptions(const PlanFlags& flags, const Io& io) {
  PlanOptions options;
  for (const BuilderInfo& builder : AllBuilders()) {
    if (builder.name == flags.builder) {
      options.builder = builder.kind;
    }
  }
  if (!flags.cache.empty() && !Info(options.builder).buildkit) {
    return Status::Usage(
        fmt::format("--cache {}: the classic builder has no cache but the images themselves; leave "
                    "the option out, "
                    "or plan for BuildKit (--builder docker)",
                    flags.cache));
  }
  options.context = flags.context.empty() ? "." : flags.context;
  options.dockerfile = flags.dockerfile;
  options.tags = flags.tags;
  options.target = flags.graph.target;
  options.stages = SplitCommas(flags.stages);
  options.cache_image = flags.cache_image;
  options.fallback_tags = flags.fallback_tags;
  options.push = flags.push == "always"  ? PushPolicy::kAlways
                 : flags.push == "cache" ? PushPolicy::kCache
                                         : PushPolicy::kNever;
  options.platform = flags.graph.platform;
  options.build_args = flags.graph.build_args;
  options.build_contexts = flags.graph.build_contexts;
  options.secrets = flags.secrets;
  options.ssh = flags.ssh;
  for (const std::string& value : flags.no_cache_filter) {  // docker takes several in one
    const std::vector<std::string> words = SplitCommas(value);
    options.no_cache_filter.insert(options.no_cache_filter.end(), words.begin(), words.end());
  }
  options.build_words = BuildWords(flags, io.rest);
  return options;
}

/// Where docker looks for the Dockerfile. The commands of a plan read it again, each for itself.
Result<std::string> DockerfilePath(const PlanFlags& flags, Io& io) {
  if (flags.dockerfile == "-" || flags.context == "-") {
    return Status::Usage(
        "a plan's commands read the Dockerfile again, so it cannot come from standard input; write "
        "it "
        "to a file and name that with -f");
  }
  if (flags.context.find("://") != std::string::npos || flags.context.compare(0, 4, "git@") == 0) {
    return Status::Usage(
        fmt::format("{}: the context is not on this machine, so its Dockerfile cannot be read; "
                    "check it out and "
                    "give the folder",
                    flags.context));
  }
  if (!flags.dockerfile.empty()) {
    return flags.dockerfile;
  }
  std::string folder;
  if (!flags.context.empty() && flags.context != ".") {
    folder = flags.context + (flags.context.back() == '/' ? "" : "/");
  }
  // docker's own second choice, see moby/buildkit frontend/dockerui/config.go.
  if (!io.files.Exists(folder + "Dockerfile") && io.files.Exists(folder + "dockerfile")) {
    return folder + "dockerfile";
  }
  return folder + "Dockerfile";
}

/// Docker takes a name that nothing in the file waits for in silence, or says so in the middle of
/// a build.
void WarnOfUnknownArgs(const Dockerfile& file, const std::vector<std::string>& build_args, Io& io) {
  std::vector<std::string_view> known;
  for (const PredefinedArg& arg : AllPredefinedArgs()) {
    known.push_back(arg.name);
  }
  const auto own = known.size();
  for (const Instruction& instruction : file.instructions) {
    const Instruction& inner = instruction.trigger == nullptr ? instruction : *instruction.trigger;
    if (inner.keyword != Keyword::kArg) {
      continue;
    }
    for (const KeyValue& pair : AsPairs(inner)) {
      known.push_back(pair.key.text);
    }
  }
  std::vector<std::string_view> said;
  for (const std::string_view arg : build_args) {
    const std::string_view name = arg.substr(0, arg.find('='));
    // The frontend has arguments of its own, such as BUILDKIT_SYNTAX and SOURCE_DATE_EPOCH.
    if (name.starts_with("BUILDKIT_") || name == "SOURCE_DATE_EPOCH" ||
        std::find(known.begin(), known.end(), name) != known.end() ||
        std::find(said.begin(), said.end(), name) != said.end()) {
      continue;
    }
    said.push_back(name);
    const std::string_view nearest =
        Nearest(name, {known.begin() + static_cast<std::ptrdiff_t>(own), known.end()});
    io.err << fmt::format("cacheplan: warning: --build-arg {}: no ARG of {} takes it{}\n", name,
                          file.source->name(),
                          nearest.empty() ? "" : fmt::format("; did you mean {}?", nearest));
  }
}

}  // namespace

void AddPlanOptions(CLI::App& app, PlanFlags& flags) {
  app.add_option("CONTEXT", flags.context, "The build context (default: .)");
  app.add_option("-f,--file", flags.dockerfile, "The Dockerfile (default: CONTEXT/Dockerfile)")
      ->type_name("FILE");
  AddList(app, "-t,--tag", flags.tags, "IMAGE[:TAG]", "Name of the result; repeatable");
  AddGraphOptions(app, flags.graph);
  AddPackagesOption(app, flags.packages);
  app.add_option("--builder", flags.builder, "Which builder the commands are for")
      ->capture_default_str()
      ->check(OneOf(BuilderNames()));
  app.add_option("--cache", flags.cache, "Where BuildKit keeps the cache (default: inline)")
      ->check(OneOf({"inline"}));
  app.add_option("--stages", flags.stages, "Which stages get an image of their own")
      ->type_name("deps|tips|all|none|NAME,…")
      ->capture_default_str();
  app.add_option("--cache-image", flags.cache_image,
                 "Name of a stage's image, with {stage}, {tag}, {target}, {platform} (default: "
                 "REPOSITORY:{stage})")
      ->type_name("IMAGE");
  AddList(app, "--fallback-tag", flags.fallback_tags, "TAG",
          "Also look for REPOSITORY:TAG and for what --cache-image is under this tag; "
          "repeatable");
  app.add_option("--push", flags.push,
                 "What is pushed: the result and the cache images, the latter alone, nothing")
      ->capture_default_str()
      ->check(OneOf({"always", "cache", "never"}));
  app.add_option("--network", flags.network, "Passed on to every build")->type_name("MODE");
  AddList(app, "--add-host", flags.add_hosts, "HOST:IP", "Passed on to every build; repeatable");
  AddList(app, "--label", flags.labels, "KEY=VALUE", "Passed on to every build; repeatable");
  app.add_option("--shm-size", flags.shm_size, "Passed on to every build")->type_name("SIZE");
  AddList(app, "--ulimit", flags.ulimits, "LIMIT", "Passed on to every build; repeatable");
  AddList(app, "--secret", flags.secrets, "SECRET",
          "Passed on to every build (BuildKit); repeatable");
  AddList(app, "--ssh", flags.ssh, "AGENT", "Passed on to every build (BuildKit); repeatable");
  AddList(app, "--no-cache-filter", flags.no_cache_filter, "STAGE",
          "Run the steps of this stage anew (BuildKit): passed on to the first build that comes "
          "past it; repeatable");
  app.add_flag("--pull", flags.pull, "Passed on to every build");
  app.footer("Words after -- go to every build as they stand.");
}

PlanAttempt PlanFromFlags(const PlanFlags& flags, Io& io) {
  PlanAttempt attempt;
  const auto fail = [&](const Status& status) {
    attempt.status = Fail(io, status);
    return attempt;
  };
  const Result<PlanOptions> options = ToPlanOptions(flags, io);
  if (!options.ok()) {
    return fail(options.status());
  }
  const Result<GraphOptions> graph_options = ToGraphOptions(flags.graph);
  if (!graph_options.ok()) {
    return fail(graph_options.status());
  }
  const Result<Knowledge> knowledge = LoadKnowledge(flags.packages, io);
  if (!knowledge.ok()) {
    return fail(knowledge.status());
  }
  const Result<std::string> path = DockerfilePath(flags, io);
  if (!path.ok()) {
    return fail(path.status());
  }
  const Result<std::shared_ptr<const Source>> source = ReadDockerfile(path.value(), io);
  if (!source.ok()) {
    return fail(source.status());
  }
  attempt.source = source.value();
  const Dockerfile file = Parse(attempt.source);
  const Graph graph = BuildGraph(file, graph_options.value());
  const Dependencies deps = Detect(file, graph, knowledge.value());
  if (!deps.diagnostics.empty()) {  // a plan made of what was misread would be a wrong one
    Outcome printed;
    AddDiagnostics(file, deps.diagnostics, printed);
    io.err << printed.err;
    attempt.status = printed.status;
    return attempt;
  }
  PlanOutcome outcome = MakePlan(file, graph, deps, options.value());
  if (!outcome.diagnostics.empty()) {
    Outcome printed;
    AddDiagnostics(file, outcome.diagnostics, printed);
    io.err << printed.err;
    attempt.status = printed.status;
  } else if (!outcome.status.ok()) {
    return fail(outcome.status);
  }
  for (const Diagnostic& warning : outcome.warnings) {
    io.err << FormatDiagnostic(*attempt.source, warning);
  }
  if (outcome.plan) {
    WarnOfUnknownArgs(file, flags.graph.build_args, io);
  }
  attempt.plan = std::move(outcome.plan);
  return attempt;
}

}  // namespace cacheplan::cli
