// What a step depends on, as values: visible files, lock files, frozen forms, what runs it again,
// and where its commands stand in the file.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/detect.h"

#include "support/catch.h"
#include "support/detected.h"

namespace cacheplan::test {
namespace {

const DependencyStep& LastStep(const Detected& detected) {
  return detected.deps.stages.back().steps.back();
}

std::string TextOf(const Detected& detected, const StepCommand& command) {
  return std::string(detected.file.source->Slice(command.span));
}

TEST_CASE("a command's span is what is written, wrappers included", "[detect][values]") {
  struct Row {
    const char* run;
    std::vector<std::string> want;
  };
  const Row rows[] = {
      {"RUN npm ci\n", {"npm ci"}},
      {"RUN  cd web &&   npm ci --omit=dev ; ls\n", {"npm ci --omit=dev"}},
      {"RUN --mount=type=cache,target=/c set -e; npm ci 2>/dev/null || true\n",
       {"npm ci 2>/dev/null"}},
      {"RUN cd web \\\n && npm ci \\\n  # why\n   --omit=dev \\\n && npm i -g serve\n",
       {"npm ci \\\n  # why\n   --omit=dev", "npm i -g serve"}},
      {"RUN cd web \\\r\n  && npm ci \\\r\n\r\n  --omit=dev\r\n",
       {"npm ci \\\r\n\r\n  --omit=dev"}},
      {"  RUN --network=host \\\n cd web && \\\n npm \\\n ci\n", {"npm \\\n ci"}},
      {"ONBUILD RUN cd web \\\n && npm ci \\\n && ls\nFROM a\nRUN ls\n", {}},
      {"RUN cd web \\\n && cat <<EOF | sh && npm i -g x\nnpm ci\nEOF\n",
       {"npm i -g x", "npm ci\n"}},
      {"RUN cd \xFF \\\n && npm ci\n", {"npm ci"}},
      {"RUN sudo -E npm ci\n", {"sudo -E npm ci"}},
      {"RUN sh -c 'set -e; npm ci' && ls\n", {"'set -e; npm ci'"}},
      {"RUN (npm ci) && echo \"$(npm i -g x)\"\n", {"npm ci", "npm i -g x"}},
      {"RUN <<EOF\nset -e\nnpm ci\nEOF\n", {"npm ci"}},
      {"RUN <<-EOF bash\n\tset -e\n\tnpm ci \n\tEOF\n", {"\tset -e\n\tnpm ci \n"}},
      {"RUN [\"npm\", \"ci\"]\n", {"\"npm\", \"ci\""}},
      {"SHELL [\"powershell\"]\nRUN cd web; npm ci --x; ls\n", {"npm ci --x"}},
  };
  for (const Row& row : rows) {
    INFO(row.run);
    const Detected detected(std::string("FROM a\n") + row.run);
    std::vector<std::string> got;
    for (const DependencyStep& step : detected.deps.stages[0].steps) {
      for (const StepCommand& command : step.commands) {
        got.push_back(TextOf(detected, command));
      }
    }
    CHECK(got == row.want);
  }
  const Detected add("FROM a\nADD https://x.org/a.tgz https://x.org/b.tgz /d/\n");
  REQUIRE(LastStep(add).commands.size() == 2);
  CHECK(TextOf(add, LastStep(add).commands[1]) == "https://x.org/b.tgz");
}

TEST_CASE("files of the ecosystem, where they stand and how they came", "[detect][values]") {
  const Detected detected(
      "FROM a AS lock\nRUN true\nFROM a\nWORKDIR /app\nCOPY web/package.json web/\n"
      "COPY tools/package.json /tools/\nCOPY --from=lock /out/yarn.lock web/\nCOPY go.mod .\n"
      "RUN --mount=type=bind,source=web/.npmrc,target=web/.npmrc cd web && yarn install\n");
  const DependencyStep& step = LastStep(detected);
  REQUIRE(step.files.size() == 4);
  CHECK(step.files[0].path == "web/.npmrc");
  CHECK(step.files[0].how == Arrived::kMounted);
  CHECK(step.files[0].kind == FileKind::kConfig);
  CHECK(step.files[1].place == "/app/web/package.json");
  CHECK(step.files[1].in_directory);
  CHECK(step.files[1].how == Arrived::kCopied);
  CHECK(step.files[1].instruction->start_line == 5);
  CHECK(step.files[2].place == "/tools/package.json");
  CHECK_FALSE(step.files[2].in_directory);
  CHECK(step.files[3].how == Arrived::kFromStage);
  CHECK(step.files[3].kind == FileKind::kLock);
  CHECK(step.commands[0].directory == "/app/web");
  CHECK(step.commands[0].lock == LockState::kSeen);
}

TEST_CASE("a file is seen where it landed, and by the name the command has for it",
          "[detect][values]") {
  const auto files = [](const std::string& text) {
    std::string shown;
    const Detected detected("FROM a\nWORKDIR /app\n" + text);
    for (const VisibleFile& file : LastStep(detected).files) {
      shown += std::string(shown.empty() ? "" : " ") + std::string(file.path) + "@" +
               std::string(file.place) + (file.in_directory ? "" : "!") + ":" +
               std::string(file.manager);
    }
    return shown;
  };
  CHECK(files("COPY requirements.txt /tmp/\nRUN pip install -r /tmp/requirements.txt\n") ==
        "requirements.txt@/tmp/requirements.txt:pip");
  CHECK(files("COPY requirements.txt /tmp/\nRUN pip install -r other.txt\n") ==
        "requirements.txt@/tmp/requirements.txt!:pip");
  // Of a folder its files are copied.
  for (const std::string folder : {"requirements/ /r/", "requirements /r", "./requirements/ /r"}) {
    const std::string seen = files("COPY " + folder + "\nRUN pip install -r /r/prod.txt\n");
    CHECK(seen.substr(seen.find('@')) == "@/r:pip");
  }
  CHECK(files("COPY --parents package.json packages/*/package.json ./\nRUN npm install\n") ==
        "package.json@/app/package.json:npm "
        "packages/*/package.json@/app/packages/*/package.json:npm");
  CHECK(files("COPY a/package.json a/\nCOPY b/package.json b/\n"
              "RUN (cd a && yarn) && (cd b && yarn)\n") ==
        "a/package.json@/app/a/package.json:yarn b/package.json@/app/b/package.json:yarn");
}

TEST_CASE("a variable that the file sets leads cd where it says", "[detect][values]") {
  const std::pair<std::string, std::string> rows[] = {
      {"cd $D && npm ci", "/opt/app"},
      {"cd ${D}/web; npm ci", "/opt/app/web"},
      {"E=/e; cd $E && npm ci", "/e"},
      {"cd sub/$V && npm ci", "/w/sub/3"},
      {"cd $D; cd sub; npm ci", "/opt/app/sub"},
      {"cd $V; npm ci", "/w/3"},
      {"cd sub/$V/..; npm ci", "/w/sub"},
      {"cd sub/$V; cd ..; npm ci", "/w/sub"},
      {"cd $U; cd $V; npm ci", ""},
      {"cd $U && npm ci", ""},
      {"if x; then cd $D; fi; npm ci", ""},
      {"cd `pwd` && npm ci", ""},
      {"for d in a b; do cd $d && npm ci; done", ""}};
  for (const auto& [script, directory] : rows) {
    INFO(script);
    const Detected detected("FROM a\nARG D=/opt/app\nENV V=3\nWORKDIR /w\nRUN " + script + "\n");
    CHECK(LastStep(detected).commands.back().directory == directory);
  }
}

TEST_CASE("lock files: seen, missing, not known", "[detect][values]") {
  struct Row {
    const char* before;
    const char* command;
    const char* want;
  };
  const Row rows[] = {
      {"COPY package.json ./\n", "npm install", "missing"},
      {"COPY package.json yarn.lock ./\n", "npm install", "missing"},
      {"COPY package*.json ./\n", "npm install", "seen"},
      {"COPY package.json package-lock.json ./\n", "npm ci", "seen"},
      {"COPY package.json yarn.lock* ./\n", "yarn", "seen"},
      {"COPY . .\n", "npm install", "unknown"},
      {"COPY package.json ./\nCOPY src src\n", "npm install", "missing"},
      {"COPY package.json ./\nCOPY web .\n", "npm install", "unknown"},
      {"", "npm install", "unknown"},
      {"COPY requirements.txt ./\n", "pip install -r requirements.txt", "none"},
      {"COPY go.mod ./\n", "go mod download", "missing"},
      {"COPY Cargo.toml Cargo.lock ./\n", "cargo fetch", "seen"},
      {"COPY build.gradle ./\n", "gradle dependencies", "none"},  // one has to ask Gradle for it
      {"COPY a.csproj packages.lock.json ./\n", "dotnet restore", "seen"},
      {"COPY app.opam app.opam.locked ./\n", "opam install --deps-only .", "seen"},
      {"COPY web/package.json web/\nCOPY api/package.json api/package-lock.json api/\n",
       "cd web && npm install", "missing"},
  };
  for (const Row& row : rows) {
    INFO(row.before << row.command);
    const Detected detected(std::string("FROM a\nWORKDIR /app\n") + row.before + "RUN " +
                            row.command + "\n");
    CHECK(Name(LastStep(detected).commands.front().lock) == row.want);
  }
}

TEST_CASE("frozen commands, and what would make the others so", "[detect][values]") {
  struct Row {
    const char* command;
    bool frozen;
    const char* form;
  };
  const Row rows[] = {
      {"npm ci", true, ""},
      {"npm install", false, "npm ci"},
      {"yarn install", false, "--frozen-lockfile"},
      {"yarn install --immutable", true, ""},
      {"pnpm fetch", true, ""},
      {"go mod download", true, ""},
      {"go mod tidy", false, ""},
      {"go list -m all", true, ""},
      {"go list -m -mod=mod all", false, ""},
      {"yarn workspaces focus", false, ""},
      {"dotnet publish", false, ""},
      {"go list -m -mod=readonly all", true, ""},
      {"cargo build", false, "--locked"},
      {"cargo fetch --locked", true, ""},
      {"composer install", true, ""},
      {"composer update", false, "composer install"},
      {"bundle install", false, "bundle config set --local frozen true"},
      {"bundle install --deployment", true, ""},
      {"terraform init -lockfile=readonly", true, ""},
      {"terraform init -lockfile=update", false, "-lockfile=readonly"},
      {"dotnet restore", false, "--locked-mode"},
      {"mvn package", false, ""},
      {"yarn install $([ -f yarn.lock ] && echo --frozen-lockfile)", false, ""},
      {"pnpm install `[ -f pnpm-lock.yaml ] && echo --frozen-lockfile`", false, ""},
      {"yarn install $(echo --production)", false, "--frozen-lockfile"},
  };
  for (const Row& row : rows) {
    INFO(row.command);
    const Detected detected(std::string("FROM a\nCOPY . .\nRUN ") + row.command + "\n");
    const StepCommand& command = LastStep(detected).commands.front();
    CHECK(command.frozen == row.frozen);
    CHECK(command.frozen_form == row.form);
  }
}

TEST_CASE("what was set before a command may freeze it", "[detect][values]") {
  struct Row {
    const char* before;
    const char* command;
    bool frozen;
  };
  const Row rows[] = {
      {"RUN bundle config set --local frozen true\n", "bundle install", true},
      {"RUN bundle config set --local frozen false\n", "bundle install", false},
      {"RUN bundle config set --local path vendor\n", "bundle install", false},
      {"", "bundle config --global frozen 1 && bundle install", true},
      {"RUN bundle config deployment true\n", "npm install", false},
      {"ENV BUNDLE_DEPLOYMENT=1\n", "bundle install", true},
      {"ENV BUNDLE_DEPLOYMENT=false\n", "bundle install", false},
      {"ENV BUNDLE_FROZEN=1\n", "BUNDLE_FROZEN=0 bundle install", false},
      {"ARG frozen\nENV BUNDLE_FROZEN=$frozen\n", "bundle install", false},
      {"ENV UV_LOCKED=1\n", "uv sync", true},
      {"", "UV_FROZEN=true uv sync --no-dev", true},
      {"", "UV_FROZEN=$X uv sync", false},
      {"", "export UV_FROZEN=1; uv sync", true},
      {"ENV CI=true\n", "pnpm install", true},
      {"ENV CI=true\n", "npm install", false},
      {"RUN yarn config set enableImmutableInstalls true\n", "yarn install", true},
  };
  for (const Row& row : rows) {
    INFO(row.before << row.command);
    const Detected detected(std::string("FROM b AS base\n") + row.before +
                            "FROM base\nCOPY . .\nRUN " + row.command + "\n");
    CHECK(LastStep(detected).commands.back().frozen == row.frozen);
  }
}

TEST_CASE("what runs a step again, and which instruction brings it", "[detect][values]") {
  struct Row {
    const char* text;
    const char* cause;
    const char* what;
    unsigned line;
  };
  const Row rows[] = {
      {"FROM a\nCOPY go.mod .\nCOPY . .\nRUN go mod download\n", "copied", ".", 3},
      {"FROM a\nRUN --mount=type=bind,target=. go build\n", "mounted", ".", 2},
      {"FROM a AS s\nCOPY . /s\nFROM b\nCOPY --from=s /s /s\nRUN cd /s && npm ci\n", "from stage",
       "COPY --from=s", 4},
      {"FROM a\nRUN git clone https://x.org/r /r\nRUN cd /r && npm ci\n", "fetched",
       "git clone https://x.org/r /r", 2},
      {"FROM a\nCOPY . .\nRUN apt-get install -y x\n", "copied", ".", 2},
      {"FROM a\nCOPY src src\nADD https://x.org/f /f\n", "copied", "src", 2},
      {"FROM a\nCOPY go.mod .\nRUN go mod download\n", "", "", 0},
      {"FROM a\nRUN apt-get install -y x\nCOPY . .\n", "", "", 0},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    const Detected detected(row.text);
    const DependencyStep& step = LastStep(detected);
    CHECK(step.source.has_value() == (row.line != 0));
    if (step.source) {
      CHECK(Name(step.source->cause) == row.cause);
      CHECK(step.source->what == row.what);
      CHECK(step.source->instruction->start_line == row.line);
    }
  }
}

}  // namespace
}  // namespace cacheplan::test
