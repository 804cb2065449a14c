// The script does what the JSON plan says: it is run against a docker that only records.
#include "cacheplan/emit.h"

#include <cstdlib>
#include <filesystem>

#include "cacheplan/text.h"

#include "support/catch.h"
#include "support/plans.h"
#include "support/recorder.h"

namespace cacheplan {
namespace {

using test::ExpectedLog;
using test::Folder;
using test::Options;
using test::PlanOf;
using test::Slurp;
using test::Spill;
using test::WriteRecorder;

bool Has(const std::string& program) {
  return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0;
}

int Run(const Folder& folder, const std::string& shell, const std::string& script) {
  const std::string path = folder / "script.sh";
  Spill(path, script);
  std::filesystem::remove(folder / "log");
  return std::system(("env -u DOCKER_BUILDKIT -u BUILDX_NO_DEFAULT_ATTESTATIONS PATH=" +
                      (folder / "") + ":\"$PATH\" " + shell + " " + path + " >/dev/null 2>&1")
                         .c_str());
}

Plan Awkward(BuilderKind builder) {
  PlanOptions options = Options(builder);
  options.context = "a dir/with 'quotes' and $vars";
  options.dockerfile = "-f";
  options.build_args = {"A=x y",        "B=it's",   "C=\"$HOME\" `id` $(id)",
                        "D=two\nlines", "E=*?[a]~", "F=a\\b\\\\",
                        "G=!#%&;<>|",   "H=",       "I=\t",
                        "J=-n"};
  options.build_words = {"--label", "note=# no comment", ""};
  PlanOutcome outcome = PlanOf(test::kSeed, options);
  REQUIRE(outcome.plan);
  return *outcome.plan;
}

TEST_CASE("the script runs exactly the plan's commands, whatever is in the words") {
  for (const BuilderKind builder : {BuilderKind::kClassic, BuilderKind::kDocker}) {
    const Plan plan = Awkward(builder);
    const Folder folder;
    WriteRecorder(folder);
    for (const std::string shell : {"sh", "dash", "bash", "busybox sh"}) {
      if (!Has(shell.substr(0, shell.find(' ')))) {
        WARN("skipped: " << shell << " is not installed");
        continue;
      }
      INFO(shell);
      CHECK(Run(folder, shell, Emit(plan, EmitterId::kSh)) == 0);
      CHECK(Slurp(folder / "log") == ExpectedLog(plan));
    }
  }
}

TEST_CASE("the script goes on when a pull fails, and stops when a build does") {
  const Plan plan = Awkward(BuilderKind::kClassic);
  const Folder folder;
  WriteRecorder(folder, "pull");
  CHECK(Run(folder, "sh", Emit(plan, EmitterId::kSh)) == 0);
  CHECK(Slurp(folder / "log") == ExpectedLog(plan));

  WriteRecorder(folder, "build");
  CHECK(Run(folder, "sh", Emit(plan, EmitterId::kSh)) != 0);
  Plan stopped = plan;
  stopped.steps.resize(2);  // the pull and the build that failed
  CHECK(Slurp(folder / "log") == ExpectedLog(stopped));
}

TEST_CASE("a push that fails keeps the script from nothing, and its status is that of the script") {
  const Folder folder;
  for (const BuilderKind builder : {BuilderKind::kClassic, BuilderKind::kDocker}) {
    const Plan plan = Awkward(builder);
    WriteRecorder(folder, "push");
    CHECK(Run(folder, "sh", Emit(plan, EmitterId::kSh)) != 0);
    CHECK(Slurp(folder / "log") == ExpectedLog(plan));

    // Of the cache image alone, where the result's push goes well.
    WriteRecorder(folder, "push) test \"$2\" != app:builder || exit 1;; never");
    CHECK(Run(folder, "sh", Emit(plan, EmitterId::kSh)) != 0);
    CHECK(Slurp(folder / "log") == ExpectedLog(plan));
    WriteRecorder(folder);
    CHECK(Run(folder, "sh", Emit(plan, EmitterId::kSh)) == 0);
  }
}

TEST_CASE("the script pushes the cache images though a later build fails, and nothing else") {
  const Folder folder;
  for (const BuilderKind builder : {BuilderKind::kClassic, BuilderKind::kDocker}) {
    Plan plan = Awkward(builder);
    const std::string script = Emit(plan, EmitterId::kSh);
    WriteRecorder(folder, "build) test \"$4\" = --target || exit 3;; never");
    std::erase_if(plan.steps, [](const PlanStep& step) { return step.id == "push-server"; });
    CHECK(WEXITSTATUS(Run(folder, "sh", script)) == 3);
    CHECK(Slurp(folder / "log") == ExpectedLog(plan));
  }
}

TEST_CASE("the script pushes no cache image whose build failed, and each tag of the result") {
  const Folder folder;
  PlanOptions options = Options(BuilderKind::kDocker);
  options.tags.emplace_back("app:2");
  const Plan plan = *PlanOf(test::kTwo, options).plan;
  const std::string script = Emit(plan, EmitterId::kSh);
  const auto without = [&plan](const std::vector<std::string>& ids) {
    Plan less = plan;
    std::erase_if(less.steps, [&ids](const PlanStep& step) {
      return std::find(ids.begin(), ids.end(), step.id) != ids.end();
    });
    return ExpectedLog(less);
  };
  WriteRecorder(folder, "build) test \"$3\" != packages || exit 3;; never");
  CHECK(WEXITSTATUS(Run(folder, "sh", script)) == 3);
  CHECK(Slurp(folder / "log") ==
        without({"build-result", "push-result", "push-result-2", "push-packages"}));

  WriteRecorder(folder, "push) test \"$2\" != app:latest || exit 4;; never");
  CHECK(WEXITSTATUS(Run(folder, "sh", script)) == 4);
  CHECK(Slurp(folder / "log") == without({}));
}

TEST_CASE("an option and its value stand on one line of the script") {
  PlanOptions options =
      Options(BuilderKind::kDocker, "registry.example.com/team/application:latest");
  options.build_args = {"-B=1"};
  options.build_words = {"--pull", "--no-color", "--progress", "plain"};
  const std::string script = Emit(*PlanOf(test::kSeed, options).plan, EmitterId::kSh);
  CHECK_THAT(script, ContainsSubstring("\n  --build-arg -B=1 \\\n  --pull \\\n  --no-color \\\n"
                                       "  --progress plain \\\n  --tag registry.example.com/"));
}

TEST_CASE("the script is clean under sh -n and shellcheck") {
  const Folder folder;
  for (const BuilderKind builder : {BuilderKind::kClassic, BuilderKind::kDocker}) {
    const std::string path = folder / "script.sh";
    Spill(path, Emit(Awkward(builder), EmitterId::kSh));
    CHECK(std::system(("sh -n " + path).c_str()) == 0);
    if (Has("shellcheck")) {
      CHECK(std::system(("shellcheck " + path).c_str()) == 0);
    } else {
      WARN("skipped: shellcheck is not installed");
    }
  }
}

TEST_CASE("a newline in a name cannot leave a comment of the script") {
  Plan plan = Awkward(BuilderKind::kClassic);
  plan.steps[0].why = "first\nrm -rf /";
  plan.target = "x\ny";
  const Folder folder;
  WriteRecorder(folder);
  CHECK(Run(folder, "sh", Emit(plan, EmitterId::kSh)) == 0);
  CHECK(Slurp(folder / "log") == ExpectedLog(plan));
}

TEST_CASE("words are quoted only where a shell would change them") {
  CHECK(ShellQuote("docker") == "docker");
  CHECK(ShellQuote("registry.example.com:5000/a/b:1-2_3@x") ==
        "registry.example.com:5000/a/b:1-2_3@x");
  CHECK(ShellQuote("") == "''");
  CHECK(ShellQuote("a b") == "'a b'");
  CHECK(ShellQuote("it's") == "'it'\\''s'");
  CHECK(ShellQuote("~") == "'~'");
}

TEST_CASE("a difference is shown as unified lines") {
  CHECK(UnifiedDiff("a\nb\n", "a\nb\n", "x", "y").empty());
  CHECK(UnifiedDiff("a\nb\nc\n", "a\nB\nc\n", "x", "y") ==
        "--- x\n+++ y\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n");
  CHECK(UnifiedDiff("", "a\n", "x", "y") == "--- x\n+++ y\n@@ -0,0 +1,1 @@\n+a\n");
  CHECK(UnifiedDiff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\n5\n6\n7\n8\nX\n", "x", "y") ==
        "--- x\n+++ y\n@@ -6,4 +6,4 @@\n 6\n 7\n 8\n-9\n+X\n");
  CHECK(UnifiedDiff("a", "a\n", "x", "y") ==
        "--- x\n+++ y\n@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a\n");
  CHECK(UnifiedDiff("a\nb", "A\nb", "x", "y") ==
        "--- x\n+++ y\n@@ -1,2 +1,2 @@\n-a\n+A\n b\n\\ No newline at end of file\n");
  CHECK(UnifiedDiff("", "a\n", "/dev/null", "a b") ==
        "--- /dev/null\n+++ a b\t\n@@ -0,0 +1,1 @@\n+a\n");
}

}  // namespace
}  // namespace cacheplan
