// The script does what the JSON plan says: it is run against a docker that only records.
#include "cacheplan/emit.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <sys/stat.h>

#include "cacheplan/text.h"

#include "support/catch.h"
#include "support/plans.h"

namespace cacheplan {
namespace {

namespace fs = std::filesystem;
using test::Options;
using test::PlanOf;

/// A folder of its own, gone at the end.
class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "cacheplan-emit-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() { fs::remove_all(path_); }
  [[nodiscard]] std::string operator/(const std::string& name) const {
    return (path_ / name).string();
  }

 private:
  fs::path path_;
};

std::string Slurp(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// A docker that writes each call to a log: its environment, then its words, NUL after each. The
/// words in `fail` make it end with status 1.
void WriteRecorder(const Folder& folder, const std::string& fail) {
  std::ofstream(folder / "docker")
      << "#!/bin/sh\n"
      << "{ printf 'DOCKER_BUILDKIT=%s\\0' \"${DOCKER_BUILDKIT-unset}\"\n"
      << "  printf '%s\\0' docker \"$@\"; printf '\\n\\0'; } >>" << folder / "log"
      << "\ncase $1 in " << fail << ") exit 1;; esac\n";
  ::chmod((folder / "docker").c_str(), 0755);
}

std::string Expected(const Plan& plan) {
  std::string out;
  for (const PlanStep& step : plan.steps) {
    const auto it = step.env.find("DOCKER_BUILDKIT");
    out += "DOCKER_BUILDKIT=" + (it == step.env.end() ? std::string("unset") : it->second) + '\0';
    for (const std::string& word : step.argv) {
      out += word + '\0';
    }
    out += std::string("\n\0", 2);
  }
  return out;
}

bool Has(const std::string& program) {
  return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0;
}

int Run(const Folder& folder, const std::string& shell, const std::string& script) {
  const std::string path = folder / "script.sh";
  std::ofstream(path, std::ios::binary) << script;
  fs::remove(folder / "log");
  return std::system(("env -u DOCKER_BUILDKIT PATH=" + (folder / "") + ":\"$PATH\" " + shell + " " +
                      path + " >/dev/null 2>&1")
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
    WriteRecorder(folder, "nothing");
    for (const std::string shell : {"sh", "dash", "bash", "busybox sh"}) {
      if (!Has(shell.substr(0, shell.find(' ')))) {
        WARN("skipped: " << shell << " is not installed");
        continue;
      }
      INFO(shell);
      CHECK(Run(folder, shell, Emit(plan, EmitterId::kSh)) == 0);
      CHECK(Slurp(folder / "log") == Expected(plan));
    }
  }
}

TEST_CASE("the script goes on when a pull fails, and stops when a build does") {
  const Plan plan = Awkward(BuilderKind::kClassic);
  const Folder folder;
  WriteRecorder(folder, "pull");
  CHECK(Run(folder, "sh", Emit(plan, EmitterId::kSh)) == 0);
  CHECK(Slurp(folder / "log") == Expected(plan));

  WriteRecorder(folder, "build");
  CHECK(Run(folder, "sh", Emit(plan, EmitterId::kSh)) != 0);
  Plan stopped = plan;
  stopped.steps.resize(2);  // the pull and the build that failed
  CHECK(Slurp(folder / "log") == Expected(stopped));
}

TEST_CASE("the script is clean under sh -n and shellcheck") {
  const Folder folder;
  for (const BuilderKind builder : {BuilderKind::kClassic, BuilderKind::kDocker}) {
    const std::string path = folder / "script.sh";
    std::ofstream(path, std::ios::binary) << Emit(Awkward(builder), EmitterId::kSh);
    CHECK(std::system(("sh -n " + path).c_str()) == 0);
    if (Has("shellcheck")) {
      // SC2016: words in single quotes are meant as they stand.
      CHECK(std::system(("shellcheck --exclude=SC2016 " + path).c_str()) == 0);
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
  WriteRecorder(folder, "nothing");
  CHECK(Run(folder, "sh", Emit(plan, EmitterId::kSh)) == 0);
  CHECK(Slurp(folder / "log") == Expected(plan));
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
  CHECK_THAT(UnifiedDiff("a", "a\n", "x", "y"), ContainsSubstring("newline at the end"));
}

}  // namespace
}  // namespace cacheplan
