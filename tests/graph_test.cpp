// Stages, what joins them, which are needed, and in what order.
#include "cacheplan/graph.h"

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "cacheplan/platform.h"

#include "src/graph/checks.h"
#include "src/graph/git_ref.h"
#include "support/cases.h"
#include "support/catch.h"

namespace cacheplan {
namespace {

/// A graph with the file it points into.
struct Built {
  Dockerfile file;
  Graph graph;
  explicit Built(const std::string& text, const GraphOptions& options = {})
      : file(Parse(std::make_shared<const Source>("Dockerfile", text))),
        graph(BuildGraph(file, options)) {}

  [[nodiscard]] std::vector<std::string> errors() const {
    std::vector<std::string> out;
    for (const Diagnostic& diagnostic : graph.diagnostics) {
      out.push_back(std::to_string(diagnostic.line) + " " + diagnostic.message);
    }
    return out;
  }
  /// `stage kind source`: "1 base stage:0", "0 base image:alpine", "2 copy context:c".
  [[nodiscard]] std::vector<std::string> edges() const {
    static const char* const kinds[] = {"base", "copy", "mount"};
    static const char* const sources[] = {"stage", "image", "context", "scratch", "unknown"};
    std::vector<std::string> out;
    for (const Stage& stage : graph.stages) {
      for (const Edge& edge : stage.edges) {
        CHECK(edge.stage == stage.index);
        out.push_back(std::to_string(stage.index) + " " + kinds[static_cast<int>(edge.kind)] + " " +
                      sources[static_cast<int>(edge.source.kind)] + ":" +
                      (edge.source.kind == SourceKind::kStage
                           ? std::to_string(edge.source.stage)
                           : std::string(edge.source.name.text)));
      }
    }
    return out;
  }
};

using Lines = std::vector<std::string>;
using Order = std::vector<std::size_t>;

TEST_CASE("every kind of edge", "[graph]") {
  GraphOptions options;
  options.build_contexts = {"ctx"};
  const Built built(
      "FROM alpine AS A\nFROM a AS b\nCOPY --from=a x y\nCOPY --from=0 x y\nCOPY --from=B2 x y\n"
      "RUN --mount=from=A,target=/x --mount=type=cache,from=ctx,target=/y z\n"
      "COPY --from=CTX p q\nCOPY --from=scratch p q\nFROM scratch\nCOPY --from=+1 x y\n",
      options);
  CHECK(built.edges() ==
        Lines{"0 base image:alpine", "1 base stage:0", "1 copy stage:0", "1 copy stage:0",
              "1 copy unknown:B2", "1 mount stage:0", "1 mount context:ctx", "1 copy context:CTX",
              "1 copy scratch:scratch", "2 base scratch:scratch", "2 copy stage:1"});
  CHECK(built.errors() == Lines{"5 failed to parse stage name \"B2\": invalid reference format: "
                                "repository name (library/B2) must be lowercase"});
}

TEST_CASE("FROM finds earlier stages as they are written, --from in any case", "[graph]") {
  const Built built(
      "FROM x AS Build\nFROM build\nFROM Build\nCOPY --from=BUILD a b\nFROM later\n"
      "FROM y AS later\n");
  CHECK(built.edges() == Lines{"0 base image:x", "1 base stage:0", "2 base unknown:Build",
                               "2 copy stage:0", "3 base image:later", "4 base image:y"});
  REQUIRE(built.graph.diagnostics.size() == 1);
  CHECK(built.graph.diagnostics[0].diag == Diag::kBadReference);
  CHECK(built.graph.diagnostics[0].hint.find("build") != std::string::npos);
}

TEST_CASE("of two stages with one name FROM takes the last before it, --from the last of all",
          "[graph]") {
  const Built built("FROM x AS s\nFROM y AS s\nFROM s\nCOPY --from=s a b\nFROM z AS s\n");
  CHECK(built.edges() == Lines{"0 base image:x", "1 base image:y", "2 base stage:1",
                               "2 copy stage:3", "3 base image:z"});
  CHECK(built.graph.Find("S")->index == 3);
  CHECK(built.errors() == Lines{"4 cannot copy from stage \"s\", it needs to be defined before "
                                "current stage \"stage-2\""});
}

TEST_CASE("stages that cannot be used", "[graph]") {
  CHECK(Built("FROM a AS b\nCOPY --from=b x y\n").errors() ==
        Lines{"2 circular dependency detected on stage: b"});
  CHECK(Built("FROM a\nCOPY --from=0 x y\n").errors() ==
        Lines{"2 circular dependency detected on stage: stage-0"});
  CHECK(Built("FROM a\nCOPY --from=1 x y\nFROM b\n").errors() ==
        Lines{"2 cannot copy from stage \"1\", it needs to be defined before current stage "
              "\"stage-0\""});
  CHECK(Built("FROM a\nCOPY --from=2 x y\nFROM b\n").errors() == Lines{"2 invalid stage index 2"});
  CHECK(Built("FROM a\nCOPY --from=-1 x y\n").errors() == Lines{"2 invalid stage index -1"});
  CHECK(Built("FROM a\nFROM b AS c\nRUN --mount=from=c,target=/x y\n").errors() ==
        Lines{"3 circular dependency detected on stage: c"});
  CHECK(Built("FROM a AS b\nCOPY --from=$b x y\n").errors() ==
        Lines{"2 variable expansion is not supported for --from, define a new stage with FROM "
              "using ARG from global scope as a workaround"});
  // A mount takes names alone: 0 is an image.
  CHECK(Built("FROM a\nFROM b\nRUN --mount=from=0,target=/x y\n").edges()[2] == "1 mount image:0");
  CHECK(Built("FROM a\nRUN --mount=from=c,target=/x y\nFROM b AS c\n").errors() ==
        Lines{"2 cannot mount from stage \"c\" to \"/x\", stage needs to be defined before current "
              "command"});
  // Secrets, ssh and tmpfs come from nowhere.
  CHECK(Built("FROM a AS b\nFROM c\nRUN --mount=type=ssh,from=b y\n").edges().size() == 2);
}

TEST_CASE("what the target needs, each after all it needs", "[graph]") {
  const std::string text =
      "FROM a AS base\nFROM base AS deps\nFROM b AS unused\nFROM unused AS tools\nFROM base AS "
      "app\n"
      "COPY --from=deps x y\nRUN --mount=from=tools,target=/t z\nFROM app AS last\n";
  CHECK(Built(text).graph.order == Order{0, 1, 2, 3, 4, 5});
  GraphOptions deps;
  deps.target = "DEPS";
  const Built built(text, deps);
  CHECK(built.graph.order == Order{0, 1});
  CHECK(built.graph.target == 1);
  CHECK(built.graph.stages[1].reachable);
  CHECK_FALSE(built.graph.stages[2].reachable);
  CHECK(built.graph.Needs(3) == Order{2, 3});
  CHECK(built.graph.BaseChain(5) == Order{5, 4, 0});
  // Something is wrong, and there still is an order.
  const Built circle("FROM a AS x\nCOPY --from=y a b\nFROM x AS y\n");
  CHECK(circle.graph.order.size() == 2);
  CHECK_FALSE(circle.errors().empty());
}

TEST_CASE("a target that is no stage", "[graph]") {
  const auto told = [](const std::string& text, const std::string& target) {
    GraphOptions options;
    options.target = target;
    const Built built(text, options);
    CHECK(built.graph.target == kNoStage);
    CHECK(built.graph.order.empty());
    REQUIRE(built.graph.diagnostics.size() == 1);
    CHECK(built.graph.diagnostics[0].diag == Diag::kUnknownTarget);
    return built.graph.diagnostics[0].message + " / " + built.graph.diagnostics[0].hint;
  };
  CHECK(
      told("FROM a AS builder\nFROM b\n", "bilder") ==
      "target stage \"bilder\" could not be found (did you mean builder?) / the file has builder");
  CHECK(told("FROM a\nFROM b\n", "0") ==
        "target stage \"0\" could not be found / builders take a stage's name as target, not its "
        "number; no stage of this file has a name; write FROM … AS NAME");
  CHECK(told("FROM a AS b\n", "c d").find("could not be found") != std::string::npos);
}

TEST_CASE("no stage at all", "[graph]") {
  CHECK(Built("ARG a\n").errors() == Lines{"0 dockerfile contains no stages to build"});
  CHECK(Built("").errors().empty());  // the parser has said it
  CHECK(Built("").graph.target == kNoStage);
}

TEST_CASE("named contexts take the place of stages and images", "[graph]") {
  GraphOptions options;
  options.build_contexts = {"Deps", "alpine", "docker.io/library/golang:1.22"};
  const Built built(
      "FROM alpine:latest\nFROM x AS deps\nRUN y\nFROM golang:1.22\nCOPY --from=deps a b\n"
      "COPY --from=golang:1.21 a b\nFROM docker.io/library/alpine\n",
      options);
  CHECK(built.edges() == Lines{"0 base context:alpine:latest", "1 base context:deps",
                               "2 base context:golang:1.22", "2 copy stage:1",
                               "2 copy image:golang:1.21",
                               "3 base context:docker.io/library/alpine"});
  CHECK(built.graph.stages[1].steps.empty());  // the context is the whole stage
}

TEST_CASE("ONBUILD lines of a base stage run in the stages built on it, not further", "[graph]") {
  const Built built(
      "FROM a AS src\nFROM b AS base\nONBUILD COPY --from=src x y\nONBUILD ENV A=1\nRUN z\n"
      "FROM base AS child\nRUN echo\nCOPY $A /\nFROM child AS grandchild\nRUN echo\n");
  REQUIRE(built.graph.stages[2].steps.size() == 4);
  CHECK(built.graph.stages[2].steps[0].instruction->keyword == Keyword::kCopy);
  CHECK(built.graph.stages[2].steps[3].sources[0].text == "1");
  CHECK(built.graph.stages[3].steps.size() == 1);
  CHECK(built.edges() == Lines{"0 base image:a", "1 base image:b", "2 base stage:1",
                               "2 copy stage:0", "3 base stage:2"});
  CHECK(built.graph.order == Order{0, 1, 2, 3});
}

TEST_CASE("signals", "[graph]") {
  for (const char* good : {"TERM", "SIGTERM", "sigterm", "9", "15", "RTMIN", "SIGRTMIN+3",
                           "RTMAX-14", "RTMIN+15", "999"}) {
    INFO(good);
    CHECK(graph::CheckSignal(good).empty());
  }
  for (const char* bad : {"", "0", "FOO", "SIG", "RTMIN+0", "RTMIN+16", "RTMAX-15", "RTMAX+1",
                          "RTMIN-1", "TERM ", "-TERM"}) {
    INFO(bad);
    CHECK(graph::CheckSignal(bad) == "invalid signal: " + std::string(bad));
  }
}

TEST_CASE("platforms", "[graph]") {
  for (const char* good : {"linux", "linux/amd64", "linux/arm/v7", "Linux/ARM64", "arm64", "386",
                           "windows(10.0.17763)/amd64", "foo/bar", "wasm"}) {
    INFO(good);
    CHECK(CheckPlatform(good).empty());
  }
  for (const char* bad : {"", "foo", "linux/", "/amd64", "linux/a b", "a/b/c/d", "linux/$x"}) {
    INFO(bad);
    CHECK_FALSE(CheckPlatform(bad).empty());
  }
}

/// testdata/tables/<name>, each row through the check: its error, or "ok".
template <typename Check>
void CheckTable(const std::string& name, Check check) {
  for (const test::Row& row : test::ReadTable(name)) {
    INFO(name << ":" << row.line << ": " << row.in);
    const std::string error = check(row.in);
    CHECK((error.empty() ? "ok" : error) == row.want);
  }
}

TEST_CASE("ports", "[graph]") { CheckTable("ports.table", graph::CheckPort); }

TEST_CASE("modes of --chmod", "[graph]") { CheckTable("modes.table", graph::CheckMode); }

TEST_CASE("digests of --checksum", "[graph]") {
  CheckTable("digests.table", graph::CheckDigest);
  for (const auto& [name, digits] : {std::pair("sha256:", 64), {"sha384:", 96}, {"sha512:", 128}}) {
    const std::string hex(static_cast<std::size_t>(digits), 'a');
    CHECK(graph::CheckDigest(name + hex).empty());
    CHECK(graph::CheckDigest(name + hex + "a") == "invalid checksum digest length");
    CHECK(graph::CheckDigest(name + hex.substr(1) + "A") == "invalid checksum digest format");
  }
}

TEST_CASE("repositories as sources", "[graph]") {
  CheckTable("git_refs.table", [](const std::string& source) {
    const graph::GitRef git = graph::ReadGitRef(source);
    if (!git.is_git) {
      return std::string(graph::IsHttpSource(source) ? "file" : "path");
    }
    std::string out = git.like_local ? "path or git" : "git";
    out += git.checksum.empty() ? "" : " commit=" + git.checksum;
    out += !git.keep_git_dir ? "" : *git.keep_git_dir ? " keep" : " drop";
    return git.error.empty() ? out : git.error;
  });
}

TEST_CASE("where a mount may be", "[graph]") {
  for (const char* bad : {"/", "", ".", "x/..", ".."}) {
    INFO(bad);
    CHECK(graph::CheckMountTarget(bad, "/") == "invalid mount target \"/\"");
  }
  CHECK(graph::CheckMountTarget("", "/app").empty());
  CHECK(graph::CheckMountTarget("..", "/app/x").empty());
  CHECK_FALSE(graph::CheckMountTarget("../..", "/app/x").empty());
  CHECK(graph::CheckMountTarget("//", "/").empty());                    // BuildKit lets it through
  CHECK(Built("FROM a\nRUN --mount=type=cache x\n").errors().empty());  // its WORKDIR is not known
  CHECK(Built("FROM a\nWORKDIR /\nRUN --mount=type=cache x\nRUN --mount=type=ssh x\n").errors() ==
        Lines{"3 invalid mount target \"/\""});
}

TEST_CASE("flags and sources of COPY and ADD", "[graph]") {
  const std::string sha = "sha256:" + std::string(64, 'a');
  const auto told = [](const std::string& line) {
    return Built("FROM scratch\nARG A\nARG M=u+q\n" + line + "\n").errors();
  };
  const auto says = [](const std::string& message) { return Lines{"4 " + message}; };
  CHECK(told("COPY --chmod=0755 --chown=who:ever a b").empty());
  CHECK(told("COPY --chmod=$A --chown=$A a b").empty());
  CHECK(told("ADD --chmod=$M a b") == says("invalid syntax"));
  CHECK(told("COPY --chmod=08 a b") == says("invalid chmod parameter: '08'. it should be octal "
                                            "string and between 0 and 07777"));
  CHECK(told("COPY --chown=${ a b") == says("failed to process \"${\": syntax error: missing '}'"));
  CHECK(told("COPY http://h/a b") == says("source can't be a URL for COPY"));
  CHECK(told("COPY https://h/a.git b") == says("source can't be a git ref for COPY"));
  CHECK(told("COPY git@h:a b") == says("source can't be a git ref for COPY"));
  CHECK(told("COPY github.com/a/b b").empty());
  CHECK(told("ADD https://h/a.git?nope=1 b") == says("unexpected query \"nope\""));
  CHECK(told("ADD --keep-git-dir https://h/a.git?keep-git-dir=0 b") ==
        says("inconsistent keep-git-dir configuration"));
  CHECK(told("ADD --keep-git-dir=false https://h/a.git?keep-git-dir=0 b").empty());
  CHECK(told("ADD --checksum=" + sha + " http://h/a b").empty());
  CHECK(told("ADD --checksum=$A http://h/a b").empty());
  CHECK(told("ADD --checksum=md5:0 http://h/a b") == says("unsupported digest algorithm"));
  CHECK(told("ADD --checksum=0123 https://h/a.git b").empty());  // a commit
  CHECK(told("ADD --checksum=0123 https://h/a.git?commit=456 b") ==
        says("checksum mismatch \"0123\" != \"456\""));
  CHECK(told("ADD --checksum=" + sha + " a b") == says("checksum requires HTTP(S) or Git sources"));
  CHECK(told("ADD --checksum=" + sha + " http://h/a http://h/b c") ==
        says("checksum can't be specified for multiple sources"));
  // What the base image may set is not known, and no error.
  CHECK(Built("FROM a\nADD --chmod=$X --checksum=$X $X b\n").errors().empty());
}

TEST_CASE("variables in heredocs of COPY and ADD", "[graph]") {
  CHECK(
      Built("FROM a\nCOPY <<A <<'B' <<-C /x/\n'${a[@]}\nA\n${b[@]}\nB\n\t$c \"\n\tC\n").errors() ==
      Lines{"2 failed to process \"'${a[@]}\\n\": unsupported modifier ([) in substitution"});
  CHECK(Built("# escape=`\nFROM a\nADD <<A /x\n\\${ `\nA\n").errors().empty());
}

TEST_CASE("an ONBUILD is checked in the stages that inherit it", "[graph]") {
  CHECK(Built("FROM a AS b\nONBUILD COPY --nope x y\nONBUILD WHAT\nONBUILD ADD --chmod=9 x y\n"
              "FROM c\n")
            .errors()
            .empty());
  CHECK(Built("FROM a AS b\nONBUILD COPY --nope x y\nONBUILD WHAT\nONBUILD EXPOSE x\nFROM c\n"
              "FROM b AS d\nFROM d\n")
            .errors() == Lines{"6 unknown flag: --nope", "6 unknown instruction: WHAT",
                               "6 invalid containerPort: x"});
  const Built built("FROM a AS b\nONBUILD STOPSIGNAL NOPE\nFROM b\n");
  REQUIRE(built.graph.diagnostics.size() == 1);
  CHECK(built.graph.diagnostics[0].hint == "this stage inherits the ONBUILD of line 2");
}

TEST_CASE("what only building would find has its line", "[graph]") {
  CHECK(Built("FROM scratch\nEXPOSE 80 \\\n  70000 x\nSTOPSIGNAL BYE\nVOLUME [\"\\t$E\", \"a\"]\n"
              "ENV E=\nVOLUME $E\nUSER ${\nRUN --mount=type=cach x\nFROM --platform=x y\n"
              "FROM --platform=$E y\nFROM $E\n")
            .errors() == Lines{"2 invalid containerPort: 70000", "2 invalid containerPort: x",
                               "4 invalid signal: BYE",
                               "7 VOLUME specified can not be an empty string",
                               "8 failed to process \"${\": syntax error: missing '}'",
                               "9 unsupported mount type \"cach\" (did you mean cache?)",
                               "10 failed to parse platform x: \"x\": unknown operating system or "
                               "architecture: invalid argument",
                               "11 empty platform value from expression $E",
                               "12 base name ($E) should not be blank"});
}

}  // namespace
}  // namespace cacheplan
