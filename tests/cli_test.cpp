// The command line as its users meet it: exit statuses, what goes to which stream, bad input.
#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "support/cases.h"
#include "support/catch.h"
#include "support/program.h"

namespace cacheplan::test {
namespace {

using Words = std::vector<std::string>;

constexpr const char* kService = R"(FROM golang:1.22 AS deps
COPY go.mod ./
RUN go mod download
FROM deps AS app
COPY . .
RUN go build -o /app .
)";

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string Edited(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  INFO(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

/// A folder with everything that the rows below name.
void Fill(const TempFolder& folder) {
  folder.Write("Dockerfile", kService);
  folder.Write("empty", "");
  folder.Write("binary", std::string("\x7f"
                                     "ELF\x02\x01\x00\x00\xff\xfe\n\x00\x01",
                                     14));
  folder.Write("arguments-only", "ARG A=1\n");
  folder.Write("unnamed",
               "FROM golang:1.22\nRUN go mod download\nFROM scratch\nCOPY --from=0 / /\n");
  folder.Write("mount",
               "FROM golang:1.22 AS deps\nRUN --mount=type=cache,target=/c go mod download\n");
  folder.Write("broken", "FROM golang:1.22 AS deps\nRNU true\n");
  folder.Write("no-plan.json", "[]\n");
  folder.Write("cut.json", "{\"version\": 1,\n");
  std::filesystem::create_directory(folder.path() + "/folder");
  const InFolder here(folder.path());
  const std::string plan = RunMain({"plan", ".", "-t", "r.example/app", "--format", "json"}).out;
  folder.Write("plan.json", plan);
  folder.Write("newer.json", Edited(plan, "\"version\": 1", "\"version\": 2"));
  folder.Write("need.json", Edited(plan, "\"build-deps\"\n", "\"build-nothing\"\n"));
  folder.Write("twice.json", Edited(plan, "\"id\": \"build-app\"", "\"id\": \"build-deps\""));
  folder.Write("unknown-key.json",
               Edited(plan, "\"optional\": false", "\"optional\": false, \"extra\": 1"));
  folder.Write("wrong-type.json", Edited(plan, "\"optional\": false", "\"optional\": \"no\""));
}

/// Bad input: what was typed, the exit status, and what the message must hold: the place, the
/// reason, what to do.
struct BadInput {
  Words words;
  int status;
  std::vector<std::string> says;
};
const std::vector<BadInput>& BadInputs() {
  static const std::vector<BadInput> rows = {
      // Files.
      {{"parse", "missing"}, 3, {"missing", "No such file", "-f FILE"}},
      {{"plan", "-f", "missing", ".", "-t", "a/b"}, 3, {"missing", "No such file", "-f FILE"}},
      {{"plan", "folder", "-t", "a/b"}, 3, {"folder/Dockerfile", "No such file", "-f FILE"}},
      {{"run", "missing.json"}, 3, {"missing.json", "No such file"}},
      {{"-f", "missing"}, 3, {"missing", "No such file", "-f FILE"}},
      {{"deps", "folder"}, 3, {"folder: is a directory", "folder/Dockerfile"}},
      {{"plan", "-f", "folder", ".", "-t", "a/b"}, 3, {"folder: is a directory"}},
      {{"parse", "binary"}, 1, {"binary:1:1: error:", "NUL"}},
      {{"plan", "-f", "binary", ".", "-t", "a/b"}, 1, {"binary:1:1: error:"}},
      {{"parse", "empty"}, 1, {"empty: error: file with no instructions", "FROM"}},
      {{"plan", "-f", "empty", ".", "-t", "a/b"}, 1, {"empty: error: file with no instructions"}},
      {{"graph", "arguments-only"}, 1, {"arguments-only: error: dockerfile contains no stages"}},
      {{"plan", "-f", "arguments-only", ".", "-t", "a/b"}, 1, {"contains no stages", "FROM"}},
      {{"deps", "broken"}, 1, {"broken:2:1: error: unknown instruction: RNU", "RNU true"}},
      {{"parse", "--files-from", "missing"}, 3, {"missing", "No such file"}},
      // What a plan cannot do.
      {{"plan", ".", "-t", "a/b", "--target", "ap"}, 2, {"target stage \"ap\"", "app"}},
      {{"plan", ".", "-t", "a/b", "--stages", "dep"}, 2, {"--stages dep", "did you mean"}},
      {{"plan", "-f", "unnamed", ".", "-t", "a/b", "--stages", "all"},
       1,
       {"unnamed:1:1: error:", "--target", "AS NAME"}},
      {{"plan", "-f", "mount", ".", "-t", "a/b", "--builder", "classic"},
       1,
       {"mount:2:5: error:", "--mount", "--builder docker"}},
      {{"plan", "."}, 2, {"-t IMAGE"}},
      {{"plan", ".", "-t", "a/b:c/d"}, 2, {"-t a/b:c/d", "no image reference", "lower case"}},
      {{"plan", ".", "-t", "a/B"}, 2, {"-t a/B", "no image reference", "lower case"}},
      {{"plan", ".", "-t", "a/b:deps"}, 2, {"a/b:deps", "--cache-image"}},
      {{"plan", ".", "-t", "a/b", "--fallback-tag", "not a tag"}, 2, {"--fallback-tag", "no tag"}},
      {{"plan", ".", "-t", "a/b", "--cache-image", "r/{stage"}, 2, {"--cache-image r/{stage"}},
      {{"plan", ".", "-t", "a/b", "--builder", "classic", "--secret", "id=x"},
       2,
       {"--secret", "--builder docker"}},
      {{"plan", ".", "-t", "a/b", "--builder", "classic", "--cache", "inline"},
       2,
       {"--cache inline", "--builder docker"}},
      {{"plan", "-", "-t", "a/b"}, 2, {"standard input", "-f"}},
      {{"plan", ".", "-t", "a/b", "--build-arg", "=x"}, 2, {"--build-arg '=x'", "NAME=VALUE"}},
      {{"plan", ".", "-t", "a/b", "--build-context", "x"}, 2, {"--build-context 'x'", "NAME="}},
      {{"plan", ".", "-t", "a/b", "-o", "nowhere/x.sh"}, 3, {"nowhere/x.sh", "No such file"}},
      {{"plan", ".", "-t", "a/b", "-o", "folder"}, 3, {"folder"}},
      {{"plan", ".", "-t", "a/b", "--check"}, 2, {"--check", "-o FILE"}},
      {{"plan", ".", "-t", "a/b", "--explain", "-o", "x"}, 2, {"--explain", "-o"}},
      // Plans that are read back.
      {{"run", "newer.json"}, 1, {"newer.json", "version 2", "cacheplan plan --format json"}},
      {{"run", "need.json"}, 1, {"need.json", "'build-nothing'", "cacheplan plan --format json"}},
      {{"run", "twice.json"}, 1, {"twice.json", "build-deps"}},
      {{"run", "unknown-key.json"}, 1, {"unknown-key.json", "extra"}},
      {{"run", "wrong-type.json"}, 1, {"wrong-type.json", "optional"}},
      {{"run", "cut.json"}, 1, {"cut.json", "no JSON"}},
      {{"run", "no-plan.json"}, 1, {"no-plan.json", "no plan"}},
      {{"run", "plan.json", "-t", "a/b"}, 2, {"--tag", "finished plan"}},
      {{"run", "plan.json", "--", "--progress"}, 2, {"--", "finished plan"}},
      // Words.
      {{"plam", "."}, 2, {"'plam'", "did you mean plan?"}},
      {{"--bogus"}, 2, {"--bogus", "cacheplan --help"}},
      {{"plan", "--bogus"}, 2, {"--bogus", "cacheplan plan --help"}},
      {{"plan", ".", "-t", "a/b", "--builder", "buildx"}, 2, {"'buildx'", "classic|docker"}},
      {{"plan", ".", "-t", "a/b", "--cache", "registry"}, 2, {"'registry'", "inline"}},
      {{"plan", ".", "-t", "a/b", "--format", "yaml"}, 2, {"'yaml'", "sh|json"}},
      {{"plan", ".", "-t", "a/b", "--push", "some"}, 2, {"'some'", "always|cache|never"}},
      {{"graph", "--format", "sexp"}, 2, {"'sexp'", "text|dot|json"}},
      {{"parse", "--jobs", "many"}, 2, {"--jobs", "many"}},
      {{"plan", ".", "-t"}, 2, {"--tag"}},
      {{"parse", "-", "--files-from", "-"}, 2, {"standard input", "--files-from"}},
      {{"deps", "--packages", "cut.json"}, 2, {"cut.json", "JSON"}},
      {{"docs"}, 2, {"--write", "--check"}},
  };
  return rows;
}

TEST_CASE("bad input: the status, the place, the reason, what to do; nothing written") {
  const TempFolder folder;
  Fill(folder);
  const InFolder here(folder.path());
  const Words before = folder.Names();
  for (const BadInput& row : BadInputs()) {
    const Ran ran = RunMain(row.words);
    INFO(CommandLine(row.words) << "\n" << ran.err);
    CHECK(ran.status == row.status);
    for (const std::string& part : row.says) {
      INFO(part);
      CHECK(Has(ran.err, part));
    }
    CHECK(!Has(ran.err, folder.path()));  // paths as they were given
    CHECK(folder.Names() == before);
    const std::string& command = row.words.front();
    if (command == "plan" || command == "run" || row.status > 1) {
      CHECK(ran.out.empty());
    }
    if (row.status > 1 && !Has(ran.err, "Try ")) {
      const auto lines = std::count(ran.err.begin(), ran.err.end(), '\n');
      CHECK(lines <= 2);  // one error, and perhaps a hint
    }
  }
}

TEST_CASE("help goes to standard output and says the same for every command") {
  for (const Words& words : {Words{"--help"}, Words{"-h"}, Words{"plan", "--help"},
                             Words{"run", "--help"}, Words{"deps", "-h"}, Words{"graph", "--help"},
                             Words{"parse", "--help"}, Words{"docs", "--help"}}) {
    const Ran ran = RunMain(words);
    INFO(CommandLine(words));
    CHECK(ran.status == 0);
    CHECK(ran.err.empty());
    CHECK(Has(ran.out, "Usage: cacheplan" + (words.size() == 2 ? " " + words[0] : std::string())));
    for (const std::string& line : LinesOf(ran.out)) {
      CHECK(line.size() <= 100);
      CHECK((line.empty() || line.back() != ' '));
    }
  }
  const Ran help = RunMain({"--help"});
  CHECK(Has(help.out, "plan "));
  CHECK(!Has(help.out, "docs "));  // for those who work on the program
}

TEST_CASE("--version names the program and the version") {
  const Ran ran = RunMain({"--version"});
  CHECK(ran.status == 0);
  CHECK(ran.out.compare(0, 10, "cacheplan ") == 0);
  CHECK(ran.err.empty());
}

TEST_CASE("without a command: a summary of ./Dockerfile, or what to do when there is none") {
  const TempFolder folder;
  const InFolder here(folder.path());
  const Ran none = RunMain({});
  CHECK(none.status == 3);
  CHECK(none.out.empty());
  CHECK(Has(none.err, "-f FILE"));
  folder.Write("Dockerfile", kService);
  const Ran some = RunMain({});
  CHECK(some.status == 0);
  CHECK(some.err.empty());
  CHECK(Has(some.out, "deps"));
  CHECK(Has(some.out, "go mod download"));
  CHECK(Has(some.out, "Next: cacheplan plan -f Dockerfile -t IMAGE\n"));
  CHECK(LinesOf(some.out).size() <= 24);  // one screen

  // With words that a shell reads, and the context where it is not plainly this folder.
  folder.Write("a b/Dockerfile", kService);
  folder.Write("Docker file", kService);
  CHECK(Has(RunMain({"-f", "a b/Dockerfile"}).out,
            "Next: cacheplan plan -f 'a b/Dockerfile' -t IMAGE CONTEXT\n"));
  CHECK(
      Has(RunMain({"-f", "Docker file"}).out, "Next: cacheplan plan -f 'Docker file' -t IMAGE\n"));
}

TEST_CASE("several files: output in their order, the worst status, one that fails stops no other") {
  const TempFolder folder;
  Fill(folder);
  const InFolder here(folder.path());
  const Ran ran =
      RunMain({"parse", "--format", "json", "Dockerfile", "missing", "broken", "empty"});
  CHECK(ran.status == 3);
  const Words lines = LinesOf(ran.out);
  REQUIRE(lines.size() == 3);
  CHECK(Has(lines[0], "\"file\":\"Dockerfile\""));
  CHECK(Has(lines[1], "\"file\":\"broken\""));
  CHECK(Has(lines[2], "\"file\":\"empty\""));
  CHECK(Has(ran.err, "missing"));
  CHECK(RunMain({"parse", "Dockerfile", "broken"}).status == 1);
  CHECK(RunMain({"parse", "Dockerfile", "Dockerfile"}).status == 0);

  const Ran dumps = RunMain({"parse", "--format", "sexp", "Dockerfile", "unnamed"});
  CHECK(dumps.out.compare(0, 19, "==> Dockerfile <==\n") == 0);
  CHECK(Has(dumps.out, "\n==> unnamed <==\n"));
  CHECK(!Has(RunMain({"parse", "--format", "sexp", "Dockerfile"}).out, "==>"));
}

TEST_CASE("many files on many threads give what one thread gives") {
  const TempFolder folder;
  std::string list;
  for (int i = 0; i < 300; ++i) {
    const std::string name = "file-" + std::to_string(i);
    // Some are so large that few are read in a row.
    const std::string comment = "#" + std::string(i % 50 == 0 ? 600000 : i, 'x') + "\n";
    folder.Write(name, comment + (i % 7 == 0 ? "RNU " + name + "\n"
                                             : "FROM image-" + std::to_string(i) + "\n"));
    list += name + "\n";
  }
  folder.Write("list", list);
  const InFolder here(folder.path());
  const Ran one = RunMain({"graph", "--format", "json", "--files-from", "list", "--jobs", "1"});
  CHECK(one.status == 1);
  CHECK(LinesOf(one.out).size() == 300);
  for (const std::string jobs : {"0", "3", "8", "1073741824"}) {
    const Ran many = RunMain({"graph", "--format", "json", "--files-from", "list", "--jobs", jobs});
    CHECK(one.status == many.status);
    CHECK(one.out == many.out);
    CHECK(one.err == many.err);
  }
}

TEST_CASE("standard input: a Dockerfile, or the list of files") {
  const TempFolder folder;
  Fill(folder);
  const InFolder here(folder.path());
  const Ran file = RunMain({"graph", "-"}, kService);
  CHECK(file.status == 0);
  CHECK(Has(file.out, "-: 2 stages"));
  const Ran list =
      RunMain({"deps", "--format", "json", "--files-from", "-"}, "Dockerfile\r\n\nunnamed\n");
  CHECK(list.status == 0);
  CHECK(LinesOf(list.out).size() == 2);
  const Ran plan = RunMain({"run", "-", "--dry-run"}, ReadFile(folder.path() + "/plan.json"));
  CHECK(plan.status == 0);
  CHECK(plan.out == RunMain({"run", "plan.json", "--dry-run"}).out);
  CHECK(plan.out == RunMain({"run", ".", "-t", "r.example/app", "--dry-run"}).out);
}

TEST_CASE("plan -o writes a file that can be run, and --check tells when it is out of date") {
  const TempFolder folder;
  folder.Write("Dockerfile", kService);
  const InFolder here(folder.path());
  const Words plan = {"plan", ".", "-t", "r.example/app", "-o", "build.sh"};
  Words check = plan;
  check.emplace_back("--check");

  const Ran absent = RunMain(check);
  CHECK(absent.status == 1);
  CHECK(folder.Names() == Words{"Dockerfile"});

  const Ran wrote = RunMain(plan);
  CHECK(wrote.status == 0);
  CHECK(wrote.out.empty());
  CHECK(folder.Names() == Words{"Dockerfile", "build.sh"});
  CHECK(ReadFile("build.sh") == RunMain({"plan", ".", "-t", "r.example/app"}).out);
  const auto mode = std::filesystem::status("build.sh").permissions();
  CHECK((mode & std::filesystem::perms::owner_exec) != std::filesystem::perms::none);
  CHECK(RunMain(check).status == 0);

  folder.Write("Dockerfile", Edited(kService, "AS deps", "AS modules") + "FROM modules\n");
  const std::string old = ReadFile("build.sh");
  const Ran stale = RunMain(check);
  CHECK(stale.status == 1);
  CHECK(Has(stale.out, "\n-  --target deps \\\n"));
  CHECK(Has(stale.out, "\n+  --target modules \\\n"));
  CHECK(Has(stale.err, "build.sh"));
  CHECK(ReadFile("build.sh") == old);

  // A plan that cannot be made leaves what was there.
  folder.Write("Dockerfile", "FROM golang:1.22 AS deps\nRNU x\n");
  CHECK(RunMain(plan).status == 1);
  CHECK(ReadFile("build.sh") == old);
  CHECK(folder.Names() == Words{"Dockerfile", "build.sh"});
}

TEST_CASE(
    "limits are findings: a line longer than BuildKit reads, nesting that no builder accepts") {
  const TempFolder folder;
  const InFolder here(folder.path());
  const std::string from = "FROM alpine\nRUN echo ";
  folder.Write("long", from + std::string(65535 - 9, 'x') + "\n");
  folder.Write("longer", from + std::string(65536 - 9, 'x') + "\n");
  CHECK(RunMain({"parse", "--format", "sexp", "long"}).status == 0);
  const Ran longer = RunMain({"parse", "--format", "sexp", "longer"});
  CHECK(longer.status == 1);
  CHECK(Has(longer.err, "longer:2:1: error:"));
  CHECK(Has(longer.err, "[CP011 line-too-long]"));
  CHECK(longer.err.size() < 1000);  // not the line again

  std::string nested = "FROM alpine\n";
  for (int i = 0; i < 200; ++i) {
    nested += "ONBUILD ";
  }
  folder.Write("nested", nested + "RUN true\n");
  const Ran deep = RunMain({"graph", "nested"});
  CHECK(deep.status == 1);
  CHECK(Has(deep.err, "[CP012 too-deep]"));
}

TEST_CASE("words after -- go to every build, and only there") {
  const TempFolder folder;
  folder.Write("Dockerfile", kService);
  const InFolder here(folder.path());
  const Ran ran =
      RunMain({"run", ".", "-t", "r.example/app", "--dry-run", "--", "--progress=plain", "-q"});
  REQUIRE(ran.status == 0);
  for (const std::string& line : LinesOf(ran.out)) {
    INFO(line);
    CHECK(Has(line, " --progress=plain -q ") == Has(line, "docker build"));
  }
  CHECK(RunMain({"parse", "Dockerfile", "--", "--progress=plain"}).status != 0);
}

TEST_CASE("a build argument without a value is passed by name, whatever the environment holds") {
  const TempFolder folder;
  folder.Write("Dockerfile", "ARG BASE=alpine\nFROM $BASE AS app\n");
  const InFolder here(folder.path());
  REQUIRE(::setenv("BASE", "from-the-environment", 1) == 0);
  const Ran plan = RunMain({"plan", ".", "-t", "r.example/x", "--build-arg", "BASE"});
  const Ran graph = RunMain({"graph", "--build-arg", "BASE"});
  ::unsetenv("BASE");
  CHECK(plan.status == 0);
  CHECK(Has(plan.out, "--build-arg BASE "));
  CHECK(!Has(plan.out, "--build-arg BASE="));
  CHECK(Has(graph.out, "from-the-environment"));
}

TEST_CASE("a user's package tables are read with the built-in ones") {
  const TempFolder folder;
  folder.Write("Dockerfile", "FROM alpine AS deps\nCOPY zap.toml ./\nRUN zap get\n");
  folder.Write("zap.json", R"({"manager": "zap", "title": "Zap", "ecosystem": "zap",
    "commands": ["zap"], "manifests": ["zap.toml"], "rules": [{"verbs": ["get"], "is": "project"}]})");
  folder.Write(
      "wrong.json",
      R"({"manager": "zap", "title": "Zap", "ecosystem": "zap", "commands": ["zap"], "lokcs": ["zap.lock"], "rules": []})");
  const InFolder here(folder.path());
  CHECK(!Has(RunMain({"deps", "Dockerfile"}).out, "zap project"));
  const Ran known = RunMain({"deps", "--packages", "zap.json", "Dockerfile"});
  CHECK(known.status == 0);
  CHECK(Has(known.out, "zap project"));
  const Ran wrong = RunMain({"deps", "--packages", "wrong.json", "Dockerfile"});
  CHECK(wrong.status == 2);
  CHECK(Has(wrong.err, "wrong.json"));
  CHECK(Has(wrong.err, "lokcs"));
}

}  // namespace
}  // namespace cacheplan::test
