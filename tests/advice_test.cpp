// What a finding says of its cause and of what to do: the rule pages' examples tell only that it
// is there.
#include <set>
#include <string>

#include "cacheplan/lint.h"
#include "cacheplan/report.h"

#include "support/cases.h"
#include "support/catch.h"
#include "support/detected.h"

namespace cacheplan::test {
namespace {

/// "why; help" of each finding of the rule.
std::string Advice(RuleId rule, const std::string& text) {
  const Detected detected(text);
  LintOptions options;
  options.rules.reset();
  options.rules.set(static_cast<std::size_t>(rule));
  std::string shown;
  for (const Finding& finding :
       Lint(detected.file, detected.graph, detected.deps, nullptr, options).findings) {
    shown += (shown.empty() ? "" : "\n") + finding.why + "; " + finding.hint;
  }
  return shown;
}

TEST_CASE("an update is superfluous where the install fetches an index of its own", "[advice]") {
  const std::string update = "FROM alpine:3.20\nRUN apk update\n";
  const std::string own = "line 3 fetches an index of its own; remove it";
  for (const char* install :
       {"apk add --no-cache curl", "apk --no-cache add curl", "apk add -U curl",
        "apk --update-cache add curl", "apk --update add curl && apk add git"}) {
    INFO(install);
    CHECK(Advice(RuleId::kIndexUpdateAlone, update + "RUN " + install + "\n") == own);
  }
  CHECK(Advice(RuleId::kIndexUpdateAlone, update + "RUN apk add curl\n").find("fails") ==
        std::string::npos);
  CHECK(Advice(RuleId::kIndexUpdateAlone, update + "RUN apk add curl\n").find("left the archive") !=
        std::string::npos);
}

TEST_CASE("an index that nothing of its RUN uses", "[advice]") {
  const std::string why = "the install behind it fetches an index of its own";
  const std::string run = "FROM alpine:3.20\nRUN apk update && apk add --no-cache curl";
  CHECK(Advice(RuleId::kIndexUpdateAlone, run + "\n") ==
        why + ", and this one stays in the layer; remove it");
  CHECK(Advice(RuleId::kIndexUpdateAlone, "FROM alpine:3.20\nRUN apk update --no-cache\n")
            .find("the same step throws away") != std::string::npos);
  CHECK(Advice(RuleId::kIndexUpdateAlone, run + " && rm -rf /var/cache/apk/*\n") ==
        why + "; remove it");
  CHECK(Advice(RuleId::kIndexUpdateAlone, run + "\nRUN apk add git\n").find("; run both") !=
        std::string::npos);
  CHECK(Advice(RuleId::kIndexUpdateAlone,
               "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n"
               "RUN apt-get install -y git\n")
            .find("; run `apt-get update` here too, or install there") != std::string::npos);
}

TEST_CASE("an index is thrown away by the program that brought it", "[advice]") {
  const struct {
    std::string install;
    std::string clean;
  } cases[] = {
      {"yum install -y git",
       "yum clean all, or mount a cache on /var/cache/yum (/var/cache/dnf where it is dnf)"},
      {"dnf install -y git", "dnf clean all, or mount a cache on /var/cache/dnf"},
      {"tdnf install -y git", "tdnf clean all, or mount a cache on /var/cache/tdnf"},
      {"microdnf install -y git", "microdnf clean all"},
      {"rpm-ostree install git", "rpm-ostree cleanup -m"},
      {"zypper install -y git", "zypper clean -a, or mount a cache on /var/cache/zypp"},
      {"apt-get update && apt-get install -y git",
       "rm -rf /var/lib/apt/lists/*, or mount a cache on /var/lib/apt/lists"},
  };
  for (const auto& one : cases) {
    INFO(one.install);
    CHECK(Advice(RuleId::kCleanUpMissing, "FROM a\nRUN " + one.install + "\n") ==
          "every machine that gets this layer from the cache downloads it too; end the step with " +
              one.clean);
  }
}

/// The codes of the rules about the cache that have something to say, each once.
std::set<std::string> Codes(const std::string& text, bool classic) {
  const Detected detected(text);
  LintOptions options;
  options.rules = RulesOf(RuleGroup::kCache);
  options.classic = classic;
  std::set<std::string> codes;
  for (const Finding& finding :
       Lint(detected.file, detected.graph, detected.deps, nullptr, options).findings) {
    codes.emplace(Info(finding.rule).code);
  }
  return codes;
}

TEST_CASE("of a stage that is never built nothing else is said", "[advice]") {
  const std::string steps =
      "ARG BUILD_NUMBER\nADD https://example.org/x.tar.gz /x/\nCOPY package-lock.json ./\nCOPY . "
      ".\n"
      "RUN npm install || true\n"
      "RUN curl https://example.org/latest/x | tar -x\n"
      "RUN git clone https://github.com/acme/tool.git\n# cacheplan ignore=CP301\nRUN true\n";
  const std::set<std::string> all = {"CP301", "CP304", "CP311", "CP315",
                                     "CP316", "CP317", "CP318", "CP390"};
  const std::string target = "FROM alpine:3.20\nRUN true\n";
  CHECK(Codes("FROM node:22\n" + steps + target, false) == std::set<std::string>{"CP308"});
  CHECK(Codes("FROM node:22 AS one\n" + steps + target, false) == all);
  CHECK(Codes("FROM node:22\n" + steps + "FROM alpine:3.20 AS two\nCOPY --from=0 /x /x\n" + target,
              false) == all);
  CHECK(Codes("FROM node:22\n" + steps, false) == all);
  const std::set<std::string> classic = Codes("FROM node:22\n" + steps + target, true);
  CHECK((classic.count("CP301") == 1 && classic.count("CP308") == 1));  // it builds all stages
  // What a stage that is built has in common with it is no concern of that stage.
  CHECK(Codes("FROM node:22 AS one\nWORKDIR /a\nCOPY . .\nFROM one\nRUN npm ci\nFROM one\n"
              "RUN make\n",
              false) == std::set<std::string>{"CP308"});
}

TEST_CASE("a build is told the form of its manager that only downloads", "[advice]") {
  const struct {
    std::string build;
    std::string form;
  } cases[] = {{"go build", "go mod download"},
               {"lein uberjar", "lein deps"},
               {"cabal build", "cabal build --only-dependencies"},
               {"opam install .", "opam install --deps-only ."}};
  for (const auto& one : cases) {
    CHECK(Advice(RuleId::kDownloadAndCompile, "FROM a\nCOPY . .\nRUN " + one.build + "\n")
              .find(", run `" + one.form + "`, then copy the source and build") !=
          std::string::npos);
  }
}

/// What CP301 says of an install in a stage that works in /app.
std::string First(const std::string& text) {
  const std::string advice =
      Advice(RuleId::kBroadCopyBeforeDependencies, "FROM a AS b\nWORKDIR /app\n" + text);
  return advice.substr(advice.find("; ") + 2);
}

/// What `cacheplan deps` marks of the last stage, but for locks.
std::string Marks(const std::string& text) {
  const Detected detected("FROM a AS b\nWORKDIR /app\n" + text);
  std::string shown;
  for (const std::string& line :
       LinesOf(RenderDepsText(detected.file, detected.graph, detected.deps))) {
    shown += line.find("! source") != std::string::npos ? line.substr(line.find("! ") + 2) : "";
  }
  return shown;
}

TEST_CASE("an install without the source needs flags that leave the project out", "[advice]") {
  const struct {
    std::string command;
    std::string flags;
  } cases[] = {
      {"poetry install --only main", "--no-root"},
      {"poetry install --no-root", ""},
      {"poetry lock", ""},
      {"uv sync --frozen", "--no-install-project"},
      {"uv sync --no-install-workspace", ""},
      {"uv sync --only-group=docs", ""},
      {"uv lock", ""},
      {"pdm sync --prod", "--no-self"},
      {"composer install", "--no-scripts --no-autoloader"},
      {"composer install --no-scripts", "--no-autoloader"},
      {"npm ci", ""},
  };
  for (const auto& one : cases) {
    INFO(one.command);
    const std::string text = "COPY . .\nRUN " + one.command + "\n";
    const std::string install = "install with `" + one.flags + "`, ";
    const std::string first = First(text);
    const std::string marks = Marks(text);
    CHECK(first.find("first, " + (one.flags.empty() ? "install, then copy the rest"
                                                    : install + "then copy the rest and install "
                                                                "as now")) != std::string::npos);
    CHECK(marks == "source before install: bring the manifests alone first, " +
                       (one.flags.empty() ? "and " : install + "and bring ") +
                       ". (line 3) after it");
  }
}

TEST_CASE("what is to be copied first is all that the install reads", "[advice]") {
  CHECK(First("COPY uv.lock ./\nCOPY . .\nRUN uv sync --no-install-project\n") ==
        "copy the manifests (pyproject.toml, uv.lock) first, install, then copy the rest");
  CHECK(First("COPY web/package.json ./\nCOPY web/ ./\nRUN npm ci\n") ==
        "copy the manifests (web/package.json, web/package-lock.json) first, install, then copy "
        "the rest");
  // What lies beside it does not come with that source, or no source comes to where it works.
  for (const char* copies :
       {"COPY web/package.json ./\nCOPY . .\n", "COPY web/package.json ./\nCOPY server.js ./\n"}) {
    CHECK(First(copies + std::string("RUN npm install\n")) ==
          "copy the manifests (web/package.json) first, install, then copy the rest");
  }
}

TEST_CASE("a manifest that is named by its place is told by its path in the context", "[advice]") {
  const struct {
    std::string copy;
    std::string named;
    std::string manifests;
  } cases[] = {
      {"COPY . /src/", "/src/requirements/test.txt", "requirements/test.txt"},
      {"COPY . /", "/requirements.txt", "requirements.txt"},
      {"COPY . ..", "../requirements.txt", "requirements.txt"},
      {"COPY api/ ./", "/app/requirements.txt", "api/requirements.txt"},
      {"COPY api /srv/api", "../srv/api/requirements.txt", "api/requirements.txt"},
      // What cannot be told is named alone.
      {"COPY api web ./", "/app/requirements.txt", "requirements.txt"},
      {"COPY a* ./", "/app/requirements.txt", "requirements.txt"},
      {"COPY . ./", "/elsewhere/requirements.txt", "requirements.txt"},
      {"COPY . ./", "$HOME/requirements.txt", "requirements.txt"},
      // It is no place.
      {"COPY . ./", "api/requirements.txt", "api/requirements.txt"},
      {"COPY /requirements.txt /other/\nCOPY src ./src", "/other/requirements.txt",
       "/requirements.txt"},
  };
  for (const auto& one : cases) {
    INFO(one.copy << ", " << one.named);
    CHECK(First(one.copy + "\nRUN pip install -r " + one.named + "\n") ==
          "copy the manifests (" + one.manifests + ") first, install, then copy the rest");
  }
}

TEST_CASE("source that comes without manifests is copied below", "[advice]") {
  const std::string clone = "RUN git clone https://github.com/acme/editor.git /app\n";
  CHECK(First(clone + "COPY utils.js ./src/\nRUN yarn install\n") ==
        "copy it below line 5: the manifests do not come with it");
  for (const char* source : {"COPY src ./src\n", "ADD app.tar.gz ./\n", "COPY Acme.Web ./\n"}) {
    INFO(source);
    CHECK(First(clone + source + "RUN yarn install\n").find("copy the manifests (") == 0);
  }
}

TEST_CASE("what a build gave is copied below the install", "[advice]") {
  CHECK(Advice(RuleId::kBroadCopyBeforeDependencies,
               "FROM a AS b\nWORKDIR /app\nCOPY . .\nRUN npm run build\nFROM a\nWORKDIR /app\n"
               "COPY --from=b /app/dist ./dist\nCOPY package.json ./\nRUN npm ci\n") ==
        "a change of any file that it copies downloads all npm dependencies again; copy it below "
        "line 9");
}

TEST_CASE("no file of the context is what a step makes", "[advice]") {
  const std::string made =
      "COPY . .\nRUN grep -v x all.txt > requirements.txt\n"
      "RUN pip install -r requirements.txt\n";
  CHECK(First(made) ==
        "copy what line 4 makes requirements.txt of first, install, then copy the "
        "rest");
  CHECK(Marks(made) ==
        "source before install: bring what line 4 makes requirements.txt of first, and . (line 3) "
        "after the install");
  const std::string chef =
      "COPY . .\nRUN cargo chef prepare\nFROM b AS c\n"
      "COPY --from=b /app/recipe.json ./\nRUN cargo chef cook\n";
  CHECK(First(chef) ==
        "build c from an image without the source: /app/recipe.json comes at line 6");
  CHECK(Marks(chef) ==
        "source before install: /app/recipe.json comes from another stage, and in a stage that is "
        "built from an image without . (line 3) it would stay cached");
  // Where the source is the stage's own, the two can change places.
  CHECK(First("COPY . .\nCOPY --from=x /app/recipe.json ./\nRUN cargo chef cook\n") ==
        "copy the manifests (/app/recipe.json) first, install, then copy the rest");
}

TEST_CASE("Cargo needs a file for each crate beside the manifests", "[advice]") {
  const std::string fetch = "COPY . .\nRUN cargo fetch --locked\n";
  CHECK(First(fetch) ==
        "copy the manifests (Cargo.toml, Cargo.lock) and an empty src/main.rs or src/lib.rs first, "
        "install, then copy the rest");
  CHECK(Marks(fetch).find("manifests and an empty src/main.rs or src/lib.rs alone first") !=
        std::string::npos);
  CHECK(Advice(RuleId::kDownloadAndCompile, "FROM a AS b\nCOPY . .\nRUN cargo build\n")
            .find("copy the manifests and an empty src/main.rs or src/lib.rs, run `cargo fetch`") !=
        std::string::npos);
  CHECK(First("COPY . .\nRUN npm ci\n").find("empty") == std::string::npos);
}

}  // namespace
}  // namespace cacheplan::test
