// `cacheplan plan` and `cacheplan run` as a person calls them.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <sys/stat.h>

#include "cacheplan/cli.h"
#include "cacheplan/plan.h"

#include "support/catch.h"
#include "support/plans.h"
#include "support/recorder.h"

namespace cacheplan {
namespace {

using test::Folder;
using test::Slurp;
using test::Spill;
using test::WriteRecorder;

using Words = std::vector<std::string>;

struct Ran {
  int status = 0;
  std::string out;
  std::string err;
};

Ran Call(const Words& words, const std::string& input = "") {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  const int status = Main(words, in, out, err);
  return {status, out.str(), err.str()};
}

Words Join(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

/// A project beside a docker that only records, which is the only thing on PATH that is called so.
class Project {
 public:
  explicit Project(const std::string& text = test::kSeed) {
    const char* path = std::getenv("PATH");
    path_ = path == nullptr ? "" : path;
    ::setenv("PATH", ((folder / "") + ":" + path_).c_str(), 1);
    ::unsetenv("DOCKER_BUILDKIT");
    ::unsetenv("BUILDX_NO_DEFAULT_ATTESTATIONS");
    Spill(folder / "Dockerfile", text);
    WriteRecorder(folder);
  }
  ~Project() { ::setenv("PATH", path_.c_str(), 1); }
  Project(const Project&) = delete;
  Project& operator=(const Project&) = delete;

  /// The options that every call of `plan` and `run` has here.
  [[nodiscard]] Words Base(const std::string& builder = "docker") const {
    return {folder / "", "-t", "registry.example.com/app:1", "--builder", builder};
  }
  [[nodiscard]] Words Plan(const Words& more = {}) const {
    return Join(Join({"plan"}, Base()), more);
  }
  /// The log so far, which then starts anew.
  [[nodiscard]] std::string TakeLog() const {
    std::string log = Slurp(folder / "log");
    std::filesystem::remove(folder / "log");
    return log;
  }

  Folder folder;

 private:
  std::string path_;
};

TEST_CASE("the script, the plan's JSON and a run of the same options do the same") {
  const Project project;
  const Words awkward = {"--build-arg", "A=it's $HOME `id` *", "--build-arg=-B=\n-",
                         "--label",     "note=\"a  b\\",       "--network",
                         "host",        "--fallback-tag",      "main",
                         "--",          "--progress",          "plain",
                         "two words"};
  for (const std::string builder : {"classic", "docker"}) {
    INFO(builder);
    const std::string script = project.folder / "build.sh";
    const std::string json = project.folder / "plan.json";
    const Words base = project.Base(builder);
    REQUIRE(Call(Join(Join({"plan", "-o", script}, base), awkward)).status == 0);
    REQUIRE(Call(Join(Join({"plan", "--format", "json", "-o", json}, base), awkward)).status == 0);

    REQUIRE(std::system((script + " >/dev/null 2>&1").c_str()) == 0);
    const std::string by_script = project.TakeLog();
    REQUIRE(Call({"run", json}).status == 0);
    const std::string by_json = project.TakeLog();
    REQUIRE(Call({"run", "-"}, Slurp(json)).status == 0);
    const std::string by_input = project.TakeLog();
    REQUIRE(Call(Join(Join({"run"}, base), awkward)).status == 0);
    const std::string by_options = project.TakeLog();

    const Result<Plan> plan = PlanFromJson(Slurp(json));
    REQUIRE(plan.ok());
    CHECK(by_script == test::ExpectedLog(plan.value()));
    CHECK(by_json == by_script);
    CHECK(by_input == by_script);
    CHECK(by_options == by_script);
  }
}

TEST_CASE("-o writes a script that can be run; --check tells when it is out of date") {
  const Project project;
  const std::string script = project.folder / "build.sh";
  const Words write = project.Plan({"-o", script});
  const Words check = Join(write, {"--check"});

  const Ran missing = Call(check);
  CHECK(missing.status == 1);
  CHECK_THAT(missing.err, ContainsSubstring("is not there yet"));
  CHECK_FALSE(std::filesystem::exists(script));

  CHECK(Call(write).status == 0);
  struct stat info = {};
  REQUIRE(::stat(script.c_str(), &info) == 0);
  CHECK((info.st_mode & 0100U) != 0);
  const Ran same = Call(check);
  CHECK(same.status == 0);
  CHECK(same.out.empty());
  CHECK(same.err.empty());

  const std::string before = Slurp(script);
  Spill(project.folder / "Dockerfile", test::kTwo);
  const Ran stale = Call(check);
  CHECK(stale.status == 1);
  CHECK_THAT(stale.out, ContainsSubstring("|| docker push registry.example.com/app:packages"));
  CHECK_THAT(stale.err, ContainsSubstring("out of date"));
  CHECK(Slurp(script) == before);

  CHECK(Call(project.Plan({"-o", project.folder / "", "--check"})).status == 3);
  CHECK(Call(project.Plan({"-o", project.folder / "no/such/folder"})).status == 3);
}

TEST_CASE("wrong usage is said with what to do, and writes nothing") {
  const Project project;
  const std::string file = project.folder / "out";
  const std::string here = project.folder / "";
  struct Case {
    Words words;
    int status;
    const char* error;
  };
  const Case cases[] = {
      {{"plan", here}, 2, "give -t IMAGE"},
      {{"plan", here, "-t", "App"}, 2, "must be lowercase"},
      {project.Plan({"--builder", "buildx"}), 2, "classic|docker"},
      {project.Plan({"--cache", "registry"}), 2, "'registry' is not one of inline"},
      {project.Plan({"--format", "bake"}), 2, "sh|json"},
      {project.Plan({"--push", "sometimes"}), 2, "always|cache|never"},
      {project.Plan({"--stages", "bulider"}), 2, "did you mean builder?"},
      {project.Plan({"--target", "sever"}), 2, "did you mean server?"},
      {project.Plan({"--platform", "bogus"}), 2, "bogus: is no platform; write OS/ARCH"},
      {project.Plan({"--platform", "linux/a/b/c"}), 2, "is no platform"},
      {project.Plan({"--platform", "linux/amd64,linux/arm64"}), 2, "one platform at a time"},
      {project.Plan({"--no-cache-filter", "bulider"}), 2, "there are builder, compile, server"},
      {project.Plan({"--check", "-o", "-"}), 2, "name it with -o FILE"},
      {project.Plan({"--explain"}), 2, "leave --format, -o and --check out"},
      {project.Plan({"--build-arg", "BUILDKIT_INLINE_CACHE=0"}), 2, "leave it out"},
      {project.Plan({"--build-arg", "A=\xff"}), 2, "no UTF-8"},
      {project.Plan({"-f", "-"}), 2, "cannot come from standard input"},
      {project.Plan({"-f", here}), 3, "is a directory"},
      {project.Plan({"-f", here + "none"}), 3, "none: cannot be read"},
      {{"plan", here + "sub", "-t", "a"}, 3, "sub/Dockerfile: cannot be read"},
      {{"plan", "https://example.com/a.git", "-t", "a"}, 2, "not on this machine"},
      {{"plan", here, "-t", "a", "--builder", "classic", "--cache", "inline"}, 2, "has no cache"},
      {{"plan", here, "-t", "a", "--builder", "classic", "--ssh", "default"},
       2,
       "has no such option"},
  };
  for (const Case& c : cases) {
    INFO(c.error);
    const bool names_output = std::find(c.words.begin(), c.words.end(), "-o") != c.words.end();
    const Ran ran = Call(names_output ? c.words : Join(c.words, {"-o", file}));
    CHECK(ran.status == c.status);
    CHECK(ran.out.empty());
    CHECK_THAT(ran.err, ContainsSubstring(c.error));
    CHECK_FALSE(std::filesystem::exists(file));
  }
}

TEST_CASE("a file that has no plan is shown with its place") {
  struct Case {
    const char* text;
    const char* error;
  };
  const Case cases[] = {
      {"", "no instructions"},
      {"ARG REGISTRY\nFROM ${REGISTRY}/base:1\n",
       "= ARG REGISTRY (line 1) has no value: give --build-arg REGISTRY=…"},
      {"FROM ${REGISTRY}/base:1\n", "= REGISTRY has no value: write ARG REGISTRY=… before the"},
      {"RUN true\n", ":1:"},
      {"FROM a\nRUN --mount=type=cache,target=/c true\n", ":2:5: error: the classic builder"},
      {"FROM a AS b\nFROM a AS b\n", "refuses a second stage of the name b"},
      {"FROM a\nADD https://example.com/x/y.git /y\n", "does not read a repository"},
  };
  for (const Case& c : cases) {
    const Project project(c.text);
    const Ran ran = Call(Join({"plan"}, project.Base("classic")));
    INFO(c.text);
    CHECK(ran.status == 1);
    CHECK(ran.out.empty());
    CHECK_THAT(ran.err, ContainsSubstring(c.error));
  }
}

TEST_CASE("a stage that could have an image and has none is pointed out beside the plan") {
  const Project project("FROM node\nCOPY package.json ./\nRUN npm ci\nFROM scratch\n");
  const Ran ran = Call(Join({"plan"}, project.Base("classic")));
  CHECK(ran.status == 0);
  CHECK_THAT(ran.out, ContainsSubstring("docker build"));
  CHECK_THAT(ran.err, ContainsSubstring(":1:1: warning: stage 0 downloads dependencies, and gets "
                                        "no image: it has no name [CP203 no-image-for-stage]"));
  CHECK_THAT(ran.err, ContainsSubstring("= write AS NAME in this FROM"));
}

TEST_CASE("a download that no image brings back for a cache mount is pointed out") {
  const std::string mount = "RUN --mount=type=cache,target=/go/pkg/mod ";
  const auto err = [](const std::string& text) {
    const Project project(text);
    const Ran ran = Call(project.Plan());
    CHECK(ran.status == 0);
    return ran.err;
  };
  const std::string stays = err("FROM golang AS d\nCOPY go.mod go.sum ./\n" + mount +
                                "go mod download\nFROM d\nCOPY . .\n" + mount + "go build .\n");
  CHECK_THAT(stays, ContainsSubstring(":3:1: warning: what `go mod download` brings stays on the "
                                      "cache mount /go/pkg/mod, and no image brings it to a fresh "
                                      "machine [CP204 download-on-mount]"));
  CHECK_THAT(stays, ContainsSubstring("= without that mount the layer holds it"));
  CHECK(stays.find(":6:") == std::string::npos);
  const std::string hides =
      err("FROM golang AS d\nCOPY go.mod go.sum ./\nRUN go mod download\n"
          "FROM d\nCOPY . .\n" +
          mount + "go build .\n");
  CHECK_THAT(hides, ContainsSubstring(":6:1: warning: the cache mount /go/pkg/mod hides from `go "
                                      "build .` what line 3 downloaded"));
  CHECK(err("FROM node AS d\nCOPY package.json ./\nRUN --mount=type=cache,target=/root/.npm npm "
            "ci\nFROM node\nCOPY --from=d /n /n\n")
            .empty());
}

TEST_CASE("a build argument that nothing takes is pointed out once") {
  const Project project("ARG BASE=a\nFROM ${BASE}\nARG VERSION\nONBUILD ARG LATER\n");
  const auto err = [&](const Words& names) {
    Words words = project.Plan({"--platform", "linux/arm64"});
    for (const std::string& name : names) {
      words.insert(words.end(), {"--build-arg", name + "=1"});
    }
    const Ran ran = Call(words);
    CHECK(ran.status == 0);
    return ran.err;
  };
  CHECK(err({"BASE", "VERSION", "LATER", "HTTP_PROXY", "TARGETARCH", "BUILDKIT_SYNTAX",
             "SOURCE_DATE_EPOCH"})
            .empty());
  const std::string typo = err({"VERSON", "OTHER", "VERSON"});
  CHECK_THAT(typo, ContainsSubstring("cacheplan: warning: --build-arg VERSON: no ARG of "));
  CHECK_THAT(typo, ContainsSubstring("Dockerfile takes it; did you mean VERSION?\n"));
  CHECK_THAT(typo, ContainsSubstring("--build-arg OTHER: no ARG of "));
  CHECK(std::count(typo.begin(), typo.end(), '\n') == 2);
}

TEST_CASE("docker's second choice for the file's name is taken") {
  const Project project;
  std::filesystem::rename(project.folder / "Dockerfile", project.folder / "dockerfile");
  const Ran ran = Call(project.Plan());
  CHECK(ran.status == 0);
  CHECK(ran.out.find("--file") == std::string::npos);  // docker finds it too
}

TEST_CASE("a secret in a plan is pointed out, and never shown by run") {
  const Project project;
  const Ran plan = Call(project.Plan({"--build-arg", "NPM_TOKEN=abc123"}));
  CHECK_THAT(plan.err, ContainsSubstring("give --build-arg NPM_TOKEN alone"));
  const Words options = Join(Join({"run"}, project.Base()), {"--build-arg", "NPM_TOKEN=abc123"});
  const Ran dry = Call(Join(options, {"--dry-run"}));
  CHECK(dry.status == 0);
  CHECK((dry.out + dry.err).find("abc123") == std::string::npos);
  CHECK(project.TakeLog().empty());  // nothing ran
  const Ran ran = Call(options);
  CHECK((ran.out + ran.err).find("abc123") == std::string::npos);
  CHECK(project.TakeLog().find("NPM_TOKEN=abc123") != std::string::npos);
}

TEST_CASE("run: a pull may fail, a build may not, and docker must be there") {
  const Project project;
  const Words words = Join({"run"}, project.Base("classic"));
  WriteRecorder(project.folder, "pull");
  const Ran pulled = Call(words);
  CHECK(pulled.status == 0);
  CHECK_THAT(pulled.err, ContainsSubstring("going on without it"));
  CHECK_THAT(pulled.out, ContainsSubstring("pull-builder   failed, fine"));

  (void)project.TakeLog();
  WriteRecorder(project.folder, "build");
  const Ran failed = Call(words);
  CHECK(failed.status == 1);
  CHECK_THAT(failed.err, ContainsSubstring("step build-builder: ended with status 1"));
  CHECK_THAT(failed.out, ContainsSubstring("push-builder   skipped"));
  CHECK(project.TakeLog().find("push") == std::string::npos);

  std::filesystem::remove(project.folder / "docker");
  ::setenv("PATH", (project.folder / "").c_str(), 1);
  const Ran absent = Call(words);
  CHECK(absent.status == 3);
  CHECK_THAT(absent.err, ContainsSubstring("is docker installed and on PATH?"));
}

TEST_CASE("run: a file is a plan, and takes no options of its own") {
  const Project project;
  const std::string file = project.folder / "saved-plan";
  REQUIRE(Call(project.Plan({"--format", "json", "-o", file})).status == 0);
  const Ran dry = Call({"run", "--dry-run", file});
  CHECK(dry.status == 0);
  CHECK_THAT(dry.out, ContainsSubstring("docker push registry.example.com/app:builder"));

  const Ran option = Call({"run", file, "-t", "a"});
  CHECK(option.status == 2);
  CHECK_THAT(option.err, ContainsSubstring("is a finished plan"));
  CHECK(Call({"run", file, "--", "--quiet"}).status == 2);

  std::string text = Slurp(file);
  text.replace(text.find("\"version\": 1"), 12, "\"version\": 9");
  Spill(file, text);
  const Ran other = Call({"run", file});
  CHECK(other.status == 1);
  CHECK_THAT(other.err, ContainsSubstring("saved-plan: is a plan of version 9"));
  CHECK(Call({"run", project.folder / "none.json"}).status == 3);
  CHECK(project.TakeLog().empty());
}

}  // namespace
}  // namespace cacheplan
