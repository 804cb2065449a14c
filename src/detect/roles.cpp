// What a stage is for.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "cacheplan/byte_set.h"
#include "cacheplan/text.h"

#include "src/detect/stage_facts.h"

namespace cacheplan::detect {
namespace {

/// A word of "unit-tests", "go_lint" or "build.base".
template <std::size_t N>
bool HasToken(std::string_view name, const std::array<std::string_view, N>& tokens) {
  static constexpr ByteSet kBetween("-_.");
  while (!name.empty()) {
    const std::size_t end = kBetween.Find(name);
    if (std::find(tokens.begin(), tokens.end(), name.substr(0, end)) != tokens.end()) {
      return true;
    }
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return false;
}

constexpr std::array<std::string_view, 17> kTestNames = {
    "test", "tests",  "testing",  "lint", "linter",     "check",    "checks", "verify", "vet",
    "unit", "tester", "validate", "e2e",  "testrunner", "coverage", "spec",   "specs"};
constexpr std::array<std::string_view, 7> kBuildNames = {
    "build", "builder", "compile", "compiler", "building", "bundle", "publish"};
constexpr std::array<std::string_view, 8> kDepsNames = {
    "deps", "dependencies", "dependency", "packages", "modules", "vendor", "cache", "install"};
constexpr std::array<std::string_view, 2> kBaseNames = {"base", "common"};

struct Role {
  StageRole role;
  std::string_view why;
  std::string_view command = {};  ///< that stands behind it, and
  std::string_view more = {};     ///< behind that
};

constexpr Role kOwnImage = {StageRole::kRuntime,
                            "no other stage uses it: it is an image of its own"};

bool Has(const StageDependencies& dependencies, StepKind kind) {
  return std::any_of(dependencies.steps.begin(), dependencies.steps.end(),
                     [kind](const DependencyStep& step) { return step.kind == kind; });
}

/// Its projects' dependencies come with tests, and with nothing else.
bool FetchesForTests(const StageDependencies& dependencies) {
  return std::all_of(dependencies.steps.begin(), dependencies.steps.end(),
                     [](const DependencyStep& step) {
                       return step.kind != StepKind::kProject ||
                              std::all_of(step.commands.begin(), step.commands.end(),
                                          [](const StepCommand& command) {
                                            return command.activity == Activity::kProjectTest;
                                          });
                     });
}

/// The last stage, which is what a build gives unless another target is asked for.
Role LastRole(const Stage& stage, const StageFacts& facts) {
  if (facts.copies_tests_only) {
    return {StageRole::kTest, "it only gathers what stages that test leave behind"};
  }
  if (!facts.compiles && HasToken(stage.name, kTestNames)) {
    if (facts.runs && !facts.starts) {
      return {StageRole::kTest, "its name says so, and it is no image to start"};
    }
    if (!facts.started_test.empty()) {
      return {StageRole::kTest, "its name says so, and it starts `", facts.started_test, "`"};
    }
  }
  return {StageRole::kRuntime, "it is the last stage: the image that a build gives"};
}

Role MiddleRole(const Stage& stage, const StageFacts& facts, const StageDependencies& deps) {
  const bool project = Has(deps, StepKind::kProject);
  const bool tool = Has(deps, StepKind::kTool);
  const bool system = Has(deps, StepKind::kSystem);
  const bool fetch = Has(deps, StepKind::kFetch);
  const bool named_base = HasToken(stage.name, kBaseNames);
  const bool named_test = HasToken(stage.name, kTestNames) && !named_base;

  const bool named_deps = HasToken(stage.name, kDepsNames);
  const bool used = facts.is_base || facts.is_copied;
  if (facts.tests && !facts.compiles && !facts.starts &&
      (named_test || !project || !used ||
       (!facts.is_base && !facts.copies_source && FetchesForTests(deps)))) {
    return {StageRole::kTest, "it runs `", facts.test_command, "` and builds nothing"};
  }
  if (!facts.started_test.empty() && !facts.compiles) {
    return {StageRole::kTest, "it starts `", facts.started_test, "`, and no other stage uses it"};
  }
  if (facts.compiles) {
    if (named_test && !facts.is_base && !facts.is_copied) {
      return {StageRole::kTest, "its name says so, and no other stage uses what it builds"};
    }
    if (facts.starts && !facts.is_base && !facts.is_copied) {
      return {StageRole::kRuntime, "it builds and starts a program, and no other stage uses it"};
    }
    return {StageRole::kBuild, "it runs `", facts.compile_command, "`"};
  }
  if (named_test && !project && !facts.is_base && !(fetch && facts.is_copied) &&
      (facts.runs || (facts.starts && !used))) {
    return {StageRole::kTest, "its name says so, and it only runs something"};
  }
  if (project && !facts.copies_source) {
    if (facts.starts && !used) {
      return {StageRole::kRuntime, "it starts a program, and no other stage uses it"};
    }
    if (!used && !named_deps && !HasToken(stage.name, kBuildNames)) {
      return kOwnImage;
    }
    return {StageRole::kDeps,
            facts.holds_source
                ? "it fetches what the project declares, and does not build it"
                : "it fetches what the project declares and holds none of its source"};
  }
  if (facts.runs_unknown && !facts.copies_source && named_deps && used && !facts.starts &&
      !(fetch && facts.is_copied)) {
    return {StageRole::kDeps, "its name says so, and what it runs is not in this file"};
  }
  if (facts.copies_stages_only && !used && stage.base.kind != SourceKind::kScratch) {
    return kOwnImage;
  }
  if (facts.copies_stages_only) {
    return {StageRole::kOther, "it only gathers files of other stages"};
  }
  const bool base = facts.is_base || (named_base && !facts.is_copied);
  if (base && !project && !facts.project_above && (!facts.starts || named_base) &&
      (!facts.copies_all || facts.starts)) {
    return {StageRole::kBase,
            facts.runs_unknown
                ? "other stages are built from it, and all that is known of it prepares that"
                : "other stages are built from it, and it fetches nothing that the project "
                  "declares"};
  }
  if (facts.starts) {
    return {StageRole::kRuntime, "it has a CMD or ENTRYPOINT of its own"};
  }
  if (facts.copies_source && facts.is_copied && (project || facts.runs_unknown) &&
      (!facts.is_base || HasToken(stage.name, kBuildNames))) {
    return {StageRole::kBuild,
            "it holds the source, runs something, and others copy what comes of it"};
  }
  if (project && !used && named_test) {
    return {StageRole::kTest, "its name says so, and no other stage uses it"};
  }
  if (project && !used) {
    return kOwnImage;
  }
  if (project) {
    return {StageRole::kOther, "it holds dependencies and source for the stages built from it"};
  }
  const bool unpacks = facts.unpacks && !facts.mounts;  // tar packs and selects, too
  if (!facts.copies_source && (fetch || unpacks) && !tool && facts.is_copied) {
    return {StageRole::kFetch, "it only downloads or unpacks files for other stages"};
  }
  if (!facts.copies_source && (fetch || unpacks) && !tool && !system && !facts.is_base) {
    return {StageRole::kFetch, "it only downloads or unpacks files"};
  }
  if (!facts.copies_source && !facts.tool_command.empty() && facts.is_copied) {
    return {StageRole::kBuild, "it builds a tool from source: `", facts.tool_command, "`"};
  }
  if (!facts.copies_source && system && !tool && facts.is_copied && !named_deps) {
    return {StageRole::kFetch, "other stages copy files of the packages that it installs"};
  }
  if (!facts.copies_source && (tool || system) && facts.is_copied) {
    return {StageRole::kDeps, "it installs packages, and other stages copy from it"};
  }
  if (facts.is_copied && facts.runs && HasToken(stage.name, kBuildNames)) {
    return {StageRole::kBuild, "its name says so, and other stages copy what comes of it"};
  }
  if (facts.is_base && (facts.copies_all || (facts.copies_source && facts.project_above))) {
    return {StageRole::kOther, "it holds the source for the stages built from it"};
  }
  if (facts.is_base) {
    return {StageRole::kBase, "other stages are built from it"};
  }
  if (!facts.is_copied && (tool || system || facts.copies_source || facts.starts_above)) {
    return kOwnImage;
  }
  return {StageRole::kOther,
          facts.is_copied ? "other stages copy files from it, and nothing else says what it is for"
                          : "nothing in it says what it is for"};
}

}  // namespace

void DecideRole(const Graph& graph, const Stage& stage, const StageFacts& facts, Arena& arena,
                StageDependencies& dependencies) {
  const auto decide = [&]() -> Role {
    const bool used = facts.is_base || facts.is_copied;
    if (facts.instructions == 0 && facts.labels && !used) {
      return {StageRole::kRuntime, "it labels an image of its own"};
    }
    if (facts.instructions == 0) {
      return {StageRole::kAlias,
              used || !stage.name.empty()
                  ? "nothing in it changes a file: it gives its base another name"
                  : "nothing in it changes a file, and no other stage uses it"};
    }
    if (stage.index + 1 == graph.stages.size()) {
      return LastRole(stage, facts);
    }
    // A last stage without instructions only names the image that is really shipped.
    const Stage& last = graph.stages.back();
    if (last.steps.empty() && last.base.kind == SourceKind::kStage &&
        last.base.stage == stage.index && !facts.compiles) {
      return {StageRole::kRuntime, "the last stage is another name for it"};
    }
    return MiddleRole(stage, facts, dependencies);
  };
  const Role role = decide();
  dependencies.role = role.role;
  dependencies.why.Add(
      arena, arena.Concat("Role ", Name(role.role), ": ", role.why, role.command, role.more, "."));
}

}  // namespace cacheplan::detect
