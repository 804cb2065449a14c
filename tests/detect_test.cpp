// Dependency steps, their mode and order, stage roles and what is not known, with the reasons.
#include "cacheplan/detect.h"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/graph.h"
#include "cacheplan/knowledge.h"
#include "cacheplan/report.h"
#include "cacheplan/syntax.h"

#include "support/catch.h"
#include "support/detected.h"

namespace cacheplan {
namespace {

using test::Detected;

std::string Show(const DependencyStep& step) {
  std::string text = std::to_string(step.line) + " " + std::string(Name(step.kind)) + "/" +
                     std::string(step.ecosystem);
  if (step.mode) {
    text += " " + std::string(Name(*step.mode));
  }
  if (step.kind == StepKind::kProject) {
    text += !step.manifests_first ? " null" : *step.manifests_first ? " first" : " after";
  }
  return text;
}

/// The steps of all stages, one a line of the answer: "3 project/npm download first; …".
std::string Steps(const Detected& detected) {
  std::string text;
  for (const StageDependencies& stage : detected.deps.stages) {
    for (const DependencyStep& step : stage.steps) {
      text += (text.empty() ? "" : "; ") + Show(step);
    }
  }
  return text;
}

std::string Steps(std::string text) { return Steps(Detected(std::move(text))); }

TEST_CASE("one step a kind and ecosystem of an instruction", "[detect]") {
  CHECK(Steps("FROM a\nRUN apt-get update && apt-get install -y curl && curl -O http://x.org/f && "
              "pip install flask && apt-get install -y jq\n") ==
        "2 system/apt; 2 fetch/url; 2 tool/python");
  CHECK(Steps("FROM a\nRUN apt-get update\nRUN rm -rf /x\nRUN npm run build\n").empty());
  CHECK(Steps("FROM a\nONBUILD RUN npm ci\n").empty());
  CHECK(Steps("FROM a\nRUN [\"npm\", \"ci\"]\n") == "2 project/npm download null");
}

TEST_CASE("where nothing of a project came, what runs a package fetches it", "[detect]") {
  CHECK(Steps("FROM a\nRUN npx serve\n") == "2 tool/npm");
  CHECK(Steps("FROM a\nRUN npx create-react-app app && npx serve\n") == "2 tool/npm");
  CHECK(Steps("FROM a\nCOPY . .\nRUN npm ci\nRUN npx create-react-app app\n") ==
        "3 project/npm download after; 4 tool/npm");
  CHECK(Steps("FROM a\nRUN go install example.com/x/cmd/y\n") == "2 tool/go");
  // A project has it, or what was installed before.
  CHECK(Steps("FROM a\nCOPY package.json .\nRUN npm i\nRUN npx tsc\n") ==
        "3 project/npm download first");
  CHECK(Steps("FROM a AS b\nRUN npm i -g serve\nFROM b\nRUN npx serve\n") == "2 tool/npm");
  CHECK(Steps("FROM a\nRUN --mount=type=cache,target=/c npm i -g x\nRUN npx x\n") == "2 tool/npm");
  CHECK(Steps("FROM a\nCOPY --from=b /app/node_modules node_modules\nRUN npx tsc\n").empty());
  CHECK(Steps("FROM a\nCOPY . .\nRUN go install example.com/me/x/cmd/x\n") ==
        "3 project/go build after");
  CHECK(Steps("FROM a\nRUN npx tsc\nRUN npx @scope/foo x\n") == "2 tool/npm; 3 tool/npm");
  CHECK(Steps("FROM a\nRUN go install x.org/a/x && go install x.org/b/y\n") == "2 tool/go");
  CHECK(Steps("FROM a\nRUN git clone https://x.org/x && go install example.com/me/x\n") ==
        "2 fetch/git; 2 project/go build after");
  CHECK(Steps("FROM a\nRUN go install ./cmd/x.y/z\n") == "2 project/go build null");
  // A tool that is built from its source, and no project.
  const Detected detected(
      "FROM a AS b\nRUN go install example.com/x/y\nFROM s\nCOPY --from=b /x /\n");
  CHECK(detected.deps.stages[0].role == StageRole::kBuild);
}

TEST_CASE("ADD of an address or a repository is a fetch", "[detect]") {
  CHECK(
      Steps("FROM a\nADD https://x.org/a.tgz /a\nADD https://x.org/r.git#v1 /r\nADD a.tgz /b\n") ==
      "2 fetch/url; 3 fetch/git");
  CHECK(Steps("FROM a\nARG V=1\nADD https://x.org/$V.tgz /a\n") == "3 fetch/url");
  const Detected unknown("FROM a\nARG U\nADD $U /a\n");
  CHECK(Steps(unknown).empty());
  REQUIRE(unknown.deps.stages[0].unknown.size() == 1);
  CHECK(unknown.deps.stages[0].unknown[0].line == 3);
}

TEST_CASE("manifests first or after the source", "[detect]") {
  struct Row {
    const char* before;
    const char* want;
  };
  const Row rows[] = {
      {"COPY package.json yarn.lock ./\n", "first"},
      {"COPY package*.json ./\n", "first"},
      {"COPY web/package.json .npmrc tsconfig.json ./\n", "first"},
      {"COPY package.json ./\nCOPY scripts/install.sh /usr/local/bin/\n", "first"},
      {"COPY . .\n", "after"},
      {"COPY ./ /app/\n", "after"},
      {"COPY package.json ./\nCOPY src src\n", "after"},
      {"COPY package.json index.js ./\n", "after"},
      {"COPY packages/api packages/api\n", "after"},
      {"COPY .git .git\n", "after"},
      {"RUN git clone https://x.org/r /app\n", "after"},
      {"RUN curl -L https://x.org/a.tgz | tar xz\n", "after"},
      {"RUN curl https://x.org/setup | sh\n", "null"},
      {"RUN curl -o /usr/local/bin/tini https://x.org/tini\n", "null"},
      {"COPY package.json ./\nRUN git clone https://x.org/tools /opt/tools\n", "first"},
      {"", "null"},
      {"ENV A=b\nWORKDIR /app\n", "null"},
  };
  for (const Row& row : rows) {
    INFO(row.before);
    const Detected detected(std::string("FROM a\nWORKDIR /app\n") + row.before +
                            "RUN npm install\n");
    const std::string shown = Show(detected.deps.stages[0].steps.back());
    CHECK(shown.substr(shown.rfind(' ') + 1) == row.want);
    CHECK(detected.deps.stages[0].is_dependency_stage == (std::string(row.want) == "first"));
  }
}

TEST_CASE("source that was fetched counts where the manifest is not", "[detect]") {
  const std::string copied = "FROM a\nWORKDIR /w\nCOPY package.json ./\n";
  const std::string fetch = "RUN curl https://x.org/y.tgz | tar xz";
  CHECK(Steps(copied + fetch + " && cd y && npm install\n") ==
        "4 fetch/url; 4 project/npm download after");
  CHECK(Steps(copied + fetch + "\nRUN cd y && npm install\n") ==
        "4 fetch/url; 5 project/npm download after");
  CHECK(Steps(copied + fetch + "\nRUN npm install\n") ==
        "4 fetch/url; 5 project/npm download first");
}

TEST_CASE("what is built of the project's source brings it along", "[detect]") {
  const std::string source = "FROM a AS src\nCOPY . /s\n";
  const auto after = [&](const std::string& stage) { return Steps(source + stage); };
  const std::string install = "COPY package.json package-lock.json ./\nRUN npm ci\n";
  CHECK(after("FROM a\nWORKDIR /app\nCOPY --from=src /s/src ./src\n" + install) ==
        "7 project/npm download after");
  CHECK(after("FROM a\nWORKDIR /app\nCOPY --from=src /s/dist ./dist\n" + install) ==
        "7 project/npm download after");
  // It lands elsewhere, or that stage holds none.
  CHECK(after("FROM a\nWORKDIR /app\nCOPY --from=src /s/passed /tmp/passed\n" + install) ==
        "7 project/npm download first");
  CHECK(Steps("FROM node AS n\nFROM a\nWORKDIR /app\nCOPY --from=n /opt/tool ./tool\n" + install) ==
        "6 project/npm download first");
}

TEST_CASE("a clone counts where it was made, and what is only printed does not", "[detect]") {
  const std::string install = "COPY package.json ./\nRUN npm ci\n";
  CHECK(Steps("FROM a\nWORKDIR /app\nRUN git clone https://x/y .\n" + install) ==
        "3 fetch/git; 5 project/npm download after");
  CHECK(Steps("FROM a\nWORKDIR /app\nRUN git clone https://x/y.git /opt/y\n" + install) ==
        "3 fetch/git; 5 project/npm download first");
  CHECK(Steps("FROM a\nRUN curl -fsSL https://x/key | apt-key add -\nRUN yarn\n") ==
        "2 fetch/url; 3 project/npm download null");
  CHECK(Steps("FROM a\nRUN wget -qO- https://x/key | gpg --dearmor > /k.gpg\nRUN yarn\n") ==
        "2 fetch/url; 3 project/npm download null");
  CHECK(Steps("FROM a\nRUN curl -fsSL https://x/a.tgz | tar xz\nRUN yarn\n") ==
        "2 fetch/url; 3 project/npm download after");
  CHECK(Steps("FROM a\nRUN wget https://x/a.tgz\nRUN yarn\n") ==
        "2 fetch/url; 3 project/npm download after");
}

TEST_CASE("base stages, COPY --from and mounts count for the order", "[detect]") {
  CHECK(Steps("FROM a AS x\nCOPY . .\nFROM x\nRUN npm ci\n") == "4 project/npm download after");
  CHECK(Steps("FROM a AS x\nCOPY package.json .\nFROM x\nRUN npm ci\n") ==
        "4 project/npm download first");
  CHECK(Steps("FROM a AS x\nCOPY . .\nFROM b\nRUN npm ci\n") == "4 project/npm download null");
  CHECK(Steps("FROM a AS x\nCOPY . /s\nFROM b\nCOPY --from=x /s /s\nRUN cd /s && npm ci\n") ==
        "5 project/npm download after");
  CHECK(Steps("FROM a AS x\nRUN true\nFROM b\nCOPY --from=x /r.txt requirements.txt ./\n"
              "RUN pip install -r requirements.txt\n") == "5 project/python download first");
  CHECK(Steps("FROM composer AS c\nFROM b\nCOPY --from=c /usr/bin/composer /usr/bin/\n"
              "COPY composer.json .\nRUN composer install\n") == "5 project/php download first");
  CHECK(Steps("FROM a\nRUN --mount=type=bind,target=. go vet ./...\n") ==
        "2 project/go build after");
  CHECK(Steps("FROM a\nRUN --mount=type=bind,source=go.mod,target=go.mod go mod download\n") ==
        "2 project/go download first");
  CHECK(Steps("FROM a\nRUN --mount=type=cache,target=/root/.npm npm ci\n") ==
        "2 project/npm download null");
}

TEST_CASE("an instruction that also builds is a build", "[detect]") {
  CHECK(Steps("FROM a\nCOPY . .\nRUN npm ci && npm run build\n") == "3 project/npm build after");
  CHECK(Steps("FROM a\nCOPY . .\nRUN npm ci\nRUN npm run build\n") ==
        "3 project/npm download after");
  CHECK(Steps("FROM a\nCOPY . .\nRUN npm ci && npm cache clean --force\n") ==
        "3 project/npm download after");
  CHECK(Steps("FROM a\nCOPY . .\nRUN pip install -r requirements.txt && pytest\n") ==
        "3 project/python build after");
  // A build before the source is there only gets dependencies.
  CHECK(Steps("FROM a\nCOPY Cargo.toml Cargo.lock ./\n"
              "RUN mkdir src && echo 'fn main() {}' > src/main.rs && cargo build --release\n"
              "COPY src src\nRUN cargo build --release\n") ==
        "3 project/rust download first; 5 project/rust build after");
  CHECK(Steps("FROM a\nCOPY . .\nRUN dotnet publish --no-restore\nRUN cargo build --offline\n")
            .empty());
}

TEST_CASE("heredocs and SHELL are read as the shell would", "[detect]") {
  CHECK(Steps("FROM a\nRUN <<EOF\napt-get update\napt-get install -y git\nEOF\n") ==
        "2 system/apt");
  CHECK(Steps("FROM a\nRUN <<EOF bash\nset -e\nnpm ci\nEOF\n") == "2 project/npm download null");
  CHECK(Steps("FROM a\nRUN <<EOF\n#!/usr/bin/env python3\nimport os\nEOF\n").empty());
  CHECK(Steps("FROM a\nRUN cat <<EOF > /x\nnpm ci\nEOF\n").empty());
  CHECK(
      Steps(
          "FROM mcr.microsoft.com/windows/servercore\n"
          "RUN powershell -Command Invoke-WebRequest http://x.org/f -OutFile f; Expand-Archive f\n"
          "SHELL [\"powershell\", \"-Command\"]\n"
          "RUN choco install -y git; npm install\n") ==
      "2 fetch/url; 4 system/other-system; 4 project/npm download after");
}

TEST_CASE("what cannot be read is listed, not guessed", "[detect]") {
  const Detected detected(
      "FROM a\nCOPY . .\nRUN ./install.sh\nRUN make deps\nRUN $TOOL install\nRUN echo ok\n");
  const StageDependencies& stage = detected.deps.stages[0];
  CHECK(stage.steps.empty());
  REQUIRE(stage.unknown.size() == 3);
  CHECK(stage.unknown[0].line == 3);
  CHECK(stage.unknown[0].reason.find("./install.sh") != std::string::npos);
  CHECK(stage.unknown[1].line == 4);
  CHECK(stage.unknown[2].line == 5);
  // A text that is here is read, however it comes to the shell.
  for (const std::string text : {"RUN cat <<EOF | sh\nnpm ci\nEOF\n", "RUN bash <<< 'npm ci'\n"}) {
    const Detected shown("FROM a\n" + text);
    CHECK(Steps(shown) == "2 project/npm download null");
    CHECK(shown.deps.stages[0].unknown.empty());
  }
}

TEST_CASE("a command is shown as its words, one blank between them", "[detect]") {
  const auto command = [](const std::string& script) {
    const Detected detected("FROM a\nENV V=x\nRUN " + script + "\n");
    return std::string(detected.deps.stages[0].steps.at(0).command);
  };
  CHECK(command("apt-get update && apt-get install -y curl") == "apt-get install -y curl");
  CHECK(command("sudo npm install  a\tb") == "npm install a b");
  CHECK(command("npm install \\\n a") == "npm install a");
  CHECK(command("npm install 'a' \"b c\" d") == "npm install a 'b c' d");
  CHECK(command("npm install a '' b") == "npm install a '' b");
  CHECK(command("npm install a'b' c >/dev/null d") == "npm install ab c d");
  CHECK(command("npm install a # b") == "npm install a");
}

TEST_CASE("a step carries its command, its manifests and its reasons", "[detect]") {
  const Detected detected(
      "FROM a\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci --omit=dev\n");
  const DependencyStep& step = detected.deps.stages[0].steps.at(0);
  CHECK(step.manager == "npm");
  CHECK(step.command == "npm ci --omit=dev");
  CHECK(step.manifests == std::vector<std::string_view>{"package.json", "package-lock.json"});
  CHECK(step.why.size() >= 2);
  CHECK(std::all_of(step.why.begin(), step.why.end(),
                    [](std::string_view why) { return why.back() == '.'; }));
}

TEST_CASE("deps reports are valid and say the same", "[detect][report]") {
  const Detected detected(
      "FROM a AS b\nCOPY go.mod .\nRUN go mod download\nRUN ./x.sh\nFROM scratch\nCOPY --from=b / "
      "/\n");
  const std::string json = RenderDepsJson(detected.file, detected.graph, detected.deps);
  CHECK(json.rfind("{\"version\":1,\"file\":\"Dockerfile\",\"stages\":[{\"index\":0,\"name\":\"b\","
                   "\"line\":1,\"role\":\"deps\",\"dependency_stage\":true,\"steps\":[{\"line\":3,"
                   "\"kind\":\"project\",\"mode\":\"download\",\"ecosystem\":\"go\"",
                   0) == 0);
  CHECK(std::count(json.begin(), json.end(), '\n') == 1);
  const std::string text = RenderDepsText(detected.file, detected.graph, detected.deps);
  for (const char* part : {"stage 0 b, line 1: deps", "$ go mod download", "go.mod",
                           "line 4: ./x.sh is run", "Worth an image of its own: b"}) {
    INFO(part);
    CHECK(text.find(part) != std::string::npos);
  }
}

TEST_CASE("many stages take time in proportion", "[detect]") {
  std::string text = "FROM a AS s0\n";
  for (int i = 1; i < 3000; ++i) {
    const std::string number = std::to_string(i);
    text += "FROM s" + std::to_string(i - 1) + " AS s" + number + "\nCOPY f" + number +
            ".json .\nRUN npm ci\n";
  }
  const Detected detected(text);
  CHECK(detected.deps.stages.size() == 3000);
}

TEST_CASE("folders of a stage with source are source, but for what was installed", "[detect]") {
  const auto after = [](const std::string& copies) {
    return Steps(
        "FROM a AS x\nCOPY . .\nFROM b\nWORKDIR /w\n"
        "COPY --from=x /w/package.json /w/pnpm-lock.yaml ./\n" +
        copies + "RUN pnpm install\n");
  };
  CHECK(after("COPY --from=x /w/packages packages\n") == "7 project/npm download after");
  CHECK(after("COPY --from=x /w/node_modules node_modules\n") == "7 project/npm download first");
  CHECK(after("COPY --from=x /root/.nuget/packages /root/.nuget/packages\n") ==
        "7 project/npm download first");
  CHECK(after("COPY --from=x /w/bin bin\n") == "7 project/npm download after");
  CHECK(after("COPY --from=x /usr/local/bin tools/bin\n") == "7 project/npm download first");
  CHECK(after("COPY --from=x /go/bin bin\n") == "7 project/npm download first");
  CHECK(after("") == "6 project/npm download first");
}

TEST_CASE("all files of a folder are what the folder is", "[detect]") {
  const std::string bundle = "COPY Gemfile Gemfile.lock ./\nRUN bundle install\n";
  CHECK(Steps("FROM a\nCOPY vendor/* ./vendor/\n" + bundle) == "4 project/ruby download first");
  CHECK(Steps("FROM a\nCOPY vendor/ ./vendor/\n" + bundle) == "4 project/ruby download first");
  CHECK(Steps("FROM a\nCOPY lib/* ./lib/\n" + bundle) == "4 project/ruby download after");
  CHECK(Steps("FROM a\nCOPY * ./\n" + bundle) == "4 project/ruby download after");
}

TEST_CASE("a RUN that mounts source runs again with it, and so does what follows", "[detect]") {
  const std::string mount = "RUN --mount=type=bind,source=ts,target=/c cp -r /c/. .\n";
  CHECK(Steps("FROM a\nCOPY yarn.lock .\n" + mount + "RUN yarn install\n") ==
        "4 project/npm download after");
  CHECK(Steps("FROM a AS b\nCOPY yarn.lock .\n" + mount + "FROM b\nRUN yarn install\n") ==
        "5 project/npm download after");
  CHECK(Steps("FROM a\nRUN --mount=type=bind,source=yarn.lock,target=/yarn.lock true\n"
              "COPY yarn.lock .\nRUN yarn install\n") == "4 project/npm download first");
}

TEST_CASE("a manifest in a fetched folder is not the project's", "[detect]") {
  const std::string first = "FROM a\nWORKDIR /w\nCOPY requirements.txt ./\n";
  const std::string clone = "RUN git clone https://x.org/ui && ";
  CHECK(Steps(first + clone + "pip install -r ui/requirements.txt\n") ==
        "4 fetch/git; 4 project/python download after");
  CHECK(Steps(first + clone + "pip install -r requirements.txt\n") ==
        "4 fetch/git; 4 project/python download first");
  CHECK(Steps(first + "RUN curl https://x.org/ui.tgz | tar xz && pip install -r ui/r.txt\n") ==
        "4 fetch/url; 4 project/python download after");
  // What was copied there is.
  CHECK(Steps(first + "COPY requirements.txt ui/\nRUN git clone https://x.org/ui /o && "
                      "pip install -r ui/requirements.txt\n") ==
        "5 fetch/git; 5 project/python download first");
}

TEST_CASE("a wheel that was built of the source changes with it", "[detect]") {
  const auto last = [](const std::string& copied) {
    return Steps("FROM a AS x\nCOPY " + copied +
                 " ./\nRUN uv build\nFROM b\n"
                 "COPY --from=x /w/dist/*.whl /tmp/\nRUN pip install /tmp/*.whl\n");
  };
  CHECK(last(".") == "6 project/python download after");
  CHECK(last("pyproject.toml") == "6 project/python download null");
}

}  // namespace
}  // namespace cacheplan
