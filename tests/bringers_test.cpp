// Which line brings the manifests that a step reads where no line names them, and what old versions
// of a manager do not read at all.
#include <string>

#include "cacheplan/report.h"

#include "support/catch.h"
#include "support/detected.h"

namespace cacheplan::test {
namespace {

const DependencyStep& LastProject(const Detected& detected) {
  const DependencyStep* last = nullptr;
  for (const StageDependencies& stage : detected.deps.stages) {
    for (const DependencyStep& step : stage.steps) {
      last = step.kind == StepKind::kProject ? &step : last;
    }
  }
  REQUIRE(last != nullptr);
  return *last;
}

/// "git clone … (fetched)"; "none".
std::string Bringer(const std::string& text) {
  const Detected detected("FROM a\n" + text);
  const DependencyStep& step = LastProject(detected);
  std::string shown;
  for (const SourceTrigger& bringer : step.bringers) {
    shown += (shown.empty() ? "" : ", ") + std::string(bringer.what) + " (" +
             std::string(Name(bringer.cause)) + ")";
  }
  return shown.empty() ? "none" : shown;
}

std::string Report(const std::string& text) {
  const Detected detected(text);
  return RenderDepsText(detected.file, detected.graph, detected.deps);
}

void CheckSays(const std::string& text, const std::string& part, bool says = true) {
  const std::string report = Report(text);
  INFO(report);
  INFO(part);
  CHECK((report.find(part) != std::string::npos) == says);
}

TEST_CASE("manifests come with what holds the folder of the command", "[bringers]") {
  struct Row {
    const char* text;
    const char* want;
  };
  const Row rows[] = {
      {"RUN curl -LO https://x.org/t.tar.gz\nRUN git clone https://x.org/r /r && cd /r && cargo "
       "build\n",
       "git clone https://x.org/r /r (fetched)"},
      {"COPY bin/ /opt/bin/\nWORKDIR /w\nRUN git clone https://x.org/r.git\nWORKDIR /w/r\n"
       "RUN mvn install\n",
       "git clone https://x.org/r.git (fetched)"},
      // The folder of the image is not known, and the same all over the stage.
      {"RUN wget https://x.org/t.zip -O /tmp/t.zip && git clone https://x.org/r && cd r && npm i\n",
       "git clone https://x.org/r (fetched)"},
      {"WORKDIR /w\nCOPY . .\nCOPY web /w/web\nRUN cd web && npm i\n", "web (copied)"},
      {"WORKDIR /w\nCOPY . .\nCOPY web /w/web\nRUN npm i\n", ". (copied)"},
      {"WORKDIR /w\nCOPY a .\nCOPY . .\nCOPY b .\nRUN npm i\n", ". (copied)"},
      {"WORKDIR /w\nCOPY a .\nCOPY b .\nRUN npm i\n", "b (copied)"},
      {"COPY a /srv/a\nWORKDIR /w\nRUN npm i\n", "none"},
      {"COPY src ./src\nRUN cargo build\n", "none"},
      {"RUN git clone https://x.org/r\nRUN pip install -r /o/r/req.txt\n",
       "git clone https://x.org/r (fetched)"},               // the image may work in /o
      {"COPY src /src\nRUN cargo build\n", "src (copied)"},  // the image may work there
      {"WORKDIR $X\nCOPY src src\nRUN cargo build\n", "none"},
      {"WORKDIR $X\nCOPY src .\nRUN cd a && cargo build\n", "src (copied)"},
      {"WORKDIR /w\nCOPY cmd cmd\nRUN go build -o /m /w/cmd/x/main.go\n", "none"},
      {"WORKDIR /w\nCOPY app app\nRUN dotnet publish app/app.csproj\n", "app (copied)"},
      {"COPY . /src\nRUN pip install -r /src/requirements.txt\n", ". (copied)"},
      {"WORKDIR /w\nCOPY --from=x.org/i /src /w\nRUN npm i\n", "COPY --from=x.org/i (from stage)"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(Bringer(row.text) == row.want);
  }
}

TEST_CASE("each folder of one RUN has what brings its manifests", "[bringers]") {
  const std::string text =
      "WORKDIR /w\nCOPY web web\nCOPY api api\n"
      "RUN cd web && npm ci && cd ../api && npm ci && npm ci\n";
  CHECK(Bringer(text) == "web (copied), api (copied)");
  CHECK(Bringer("WORKDIR /w\nCOPY . .\nRUN cd web && npm ci && cd ../api && npm ci\n") ==
        ". (copied)");
  CheckSays("FROM a\n" + text, "comes with web (line 3) and api (line 4).");
  CheckSays("FROM a\n" + text, "$ npm ci (in /w/web)\n      $ npm ci (in /w/api)\n");
  CheckSays("FROM a\nWORKDIR /w\nCOPY . .\nRUN npm ci && npm run build\n", "(in ", false);
}

TEST_CASE("a lone file of source brings no manifest", "[bringers]") {
  CHECK(Bringer("WORKDIR /w\nCOPY main.go .\nRUN go build\n") == "none");
  CHECK(Bringer("WORKDIR /w\nCOPY *.go ./\nRUN go build\n") == "none");
  CHECK(Bringer("WORKDIR /w\nCOPY lib main.go ./\nRUN go build\n") == "lib (copied)");
  CHECK(Bringer("COPY main.go /x/\nRUN go build\n") == "none");
  CHECK(Bringer("WORKDIR /w\nCOPY app.py /w/\nRUN pip install .\n") == "none");
  CheckSays("FROM a\nWORKDIR /w\nCOPY main.go .\nRUN go build\n",
            "It reads go.mod, go.work, go.sum, go.work.sum; no line of the file names one of them");
  CheckSays("FROM a\nWORKDIR /w\nCOPY main.go .\nRUN go build\n", "! ", false);
}

TEST_CASE("archives are source where they are unpacked", "[bringers]") {
  const std::string fetch = "RUN curl -LO https://x.org/node.tar.gz && tar xf node.tar.gz\n";
  CHECK(Bringer("WORKDIR /n\n" + fetch +
                "WORKDIR /w\nRUN wget https://x.org/$T.tar.gz -O p-$T.tar.gz && mkdir /p && "
                "tar -xzf p-$T.tar.gz -C /p && /p/gradlew build -p /p\n") ==
        "wget https://x.org/$T.tar.gz -O p-$T.tar.gz (fetched)");
  CHECK(Bringer("WORKDIR /n\n" + fetch +
                "RUN curl -sL https://x.org/a.tar.gz | tar -xzC /a --strip 1 && cd /a && yarn\n") ==
        "curl -sL https://x.org/a.tar.gz (fetched)");
  CHECK(Bringer("WORKDIR /t\nRUN curl -LO https://x.org/a.zip && unzip a.zip && mv a-1 /a\n"
                "RUN cd /a && npm ci\n") == "curl -LO https://x.org/a.zip (fetched)");
  CHECK(Bringer("WORKDIR /w\nRUN --mount=target=/context cp -r /context/. . && npm i\n") ==
        ". (mounted)");
  CHECK(Bringer("WORKDIR /t\n" + fetch + "WORKDIR /w\nRUN npm ci\n") == "none");
  CHECK(Bringer("WORKDIR /w\nCOPY --from=b /o/a.tar.gz /t/\nRUN tar xf /t/a.tar.gz && yarn\n") ==
        "/o/a.tar.gz (from stage)");
  // Where the file lies is said by its flags, however they are written.
  const std::string elsewhere = "WORKDIR /n\n" + fetch + "WORKDIR /w\nRUN ";
  for (const char* get :
       {"curl -fsSLo /t/b.tgz https://x.org/b.tgz", "curl -s --output=/t/b.tgz https://x.org/v1",
        "curl -sO --output-dir /t https://x.org/b.tgz", "wget -O/t/b.tgz https://x.org/v1",
        "wget -q -P /t https://x.org/b.tgz", "wget --directory-prefix=/t https://x.org/b.tgz",
        "aria2c -x 16 -d /t -o b.tgz https://x.org/v1", "axel -qo /t/b.tgz https://x.org/v1"}) {
    const std::string text(get);
    CHECK(Bringer(elsewhere + text + " && tar xzf /t/b.tgz -C /w\nRUN npm i\n") ==
          text + " (fetched)");
    CHECK(Bringer(elsewhere + text + "\nRUN npm i\n") == "none");  // it lies elsewhere
  }
  CHECK(
      Bringer(elsewhere + "curl https://x.org/v1 >/t/b.tgz && tar xzf /t/b.tgz -C /w && npm i\n") ==
      "curl https://x.org/v1 (fetched)");
  for (const char* get : {"wget -O - https://x.org/b", "wget -qO- https://x.org/b",
                          "curl -so - https://x.org/b", "curl https://x.org/b"}) {
    const std::string text(get);
    CHECK(Bringer(elsewhere + text + " | tar xz\nRUN npm i\n") == text + " (fetched)");
  }
  // A program, however it is called, is not what a project is built of.
  CHECK(Bringer("WORKDIR /w\nRUN curl -o jq.sh https://x.org/jq && npm ci\n") == "none");
}

TEST_CASE("go get brings the source of what it names alone", "[bringers]") {
  const std::string tool = "RUN go get -u github.com/golang/dep/cmd/dep\n";
  CHECK(Bringer(tool + "RUN go get -d github.com/a/b/cmd/c\nRUN cd src/github.com/a/b && dep "
                       "ensure\n") == "go get -d github.com/a/b/cmd/c (fetched)");
  CHECK(Bringer(tool + "WORKDIR /go/src/github.com/a/b\nRUN dep ensure\n") == "none");
  CHECK(
      Bringer(tool + "COPY . /go/src/github.com/a/b\nWORKDIR /x\nRUN go build github.com/a/b\n") ==
      ". (copied)");
  CheckSays("FROM a\n" + tool + "WORKDIR /w\nRUN dep ensure\n",
            "Before it, go get -u github.com/golang/dep/cmd/dep (line 2) brought files from the "
            "network.");
}

TEST_CASE("Go without modules reads no manifests", "[bringers]") {
  const std::string build = "\nWORKDIR /go/src/x\nCOPY . .\nRUN go build\n";
  const std::string says = "`go build` builds what lies in GOPATH";
  for (const char* image : {"golang:1.8", "golang:1.10.3-alpine", "x.org/b/golang:1.9",
                            "golang:1.11 AS b\nFROM b", "golang\nENV GO111MODULE=off"}) {
    CheckSays("FROM " + std::string(image) + build, says);
    CheckSays("FROM " + std::string(image) + build, "go.work", false);
    CheckSays("FROM " + std::string(image) + build, "! ", false);
  }
  for (const char* image : {"golang", "golang:1", "golang:1.13", "golang:alpine", "node:1.8",
                            "golang:1.12\nENV GO111MODULE=on"}) {
    CheckSays("FROM " + std::string(image) + build, says, false);
  }
  CheckSays("FROM golang:1.11\nWORKDIR /w\nCOPY . .\nRUN go build\n", says, false);
  CheckSays("FROM golang:1.20\nWORKDIR /w\nCOPY . .\nRUN GO111MODULE=off go build\n", says);
  CheckSays("FROM golang:1.9\nCOPY . /go/src/x\nWORKDIR /go/src/x\nRUN go get ./...\n",
            "`go get ./...` brings what the source imports to GOPATH");
}

TEST_CASE("what resolves the imports of the source needs it", "[bringers]") {
  const std::string source = "FROM golang\nWORKDIR /w\nCOPY . .\n";
  CheckSays(source + "RUN go get ./...\n",
            "! source before install: it resolves what the source imports, and with the manifests "
            "alone brings nothing; `go mod download` with them, above . (line 3), would stay");
  CheckSays(source + "RUN dep ensure\n", "; `dep ensure -vendor-only` with them");
  CheckSays(source + "RUN dep ensure --vendor-only\n", "! source before install: bring the");
  CheckSays(source + "RUN go mod download\n", "! source before install: bring the manifests alone");
}

TEST_CASE("what an old npm or a new Go lacks is not asked of it", "[bringers]") {
  const auto frozen = [](const std::string& image) {
    return Report("FROM " + image + "\nWORKDIR /w\nCOPY . .\nRUN npm install\n").find("`npm ci`") !=
           std::string::npos;
  };
  for (const char* image : {"node:4", "node:7-alpine", "node:8.11", "node:9", "node:10.2"}) {
    INFO(image);
    CHECK_FALSE(frozen(image));
  }
  for (const char* image : {"node", "node:8", "node:8.12.0", "node:10", "node:lts", "node:20.1"}) {
    INFO(image);
    CHECK(frozen(image));
  }
  CheckSays("FROM golang:1.26\nWORKDIR /w\nCOPY go.mod go.sum ./\nRUN go list -m all\n",
            "not frozen", false);
  CheckSays("FROM a\nWORKDIR /w\nCOPY Gopkg.toml Gopkg.lock ./\nRUN dep ensure\n",
            "! not frozen: with `-vendor-only` it takes what the lock file says, or fails\n");
}

TEST_CASE("files of other managers are not depended on", "[bringers]") {
  const std::string chef =
      "FROM a AS p\nCOPY . .\nFROM a\nWORKDIR /w\n"
      "COPY --from=p /w/recipe.json .\nRUN cargo chef cook\n";
  CheckSays(chef, "Depends on /w/recipe.json");
  CheckSays(chef + "COPY . .\nRUN cargo build\n", "cargo does not read /w/recipe.json");
  const std::string maven = "FROM a\nCOPY pom.xml build.gradle ./\nRUN mvn verify\n";
  CheckSays(maven, "Depends on pom.xml (line 2).");
  CheckSays(maven, "mvn does not read build.gradle", false);
  CheckSays(maven, "maven does not read build.gradle");
  const std::string conda =
      "FROM a\nCOPY environment.yml requirements.txt Pipfile ./\n"
      "RUN conda env update\n";
  CheckSays(conda, "Depends on environment.yml (line 2), requirements.txt (line 2).");
  CheckSays(conda, "conda does not read Pipfile");
  CheckSays("FROM a\nCOPY requirements.* setup.py ./\nRUN pip install .\n",
            "Depends on requirements.* (line 2), setup.py (line 2).");
  // Whatever it is, a file that the command names is read.
  CheckSays("FROM a\nCOPY uv.lock ./\nRUN pip install -r uv.lock\n", "Depends on uv.lock");
  const std::string made =
      "FROM a\nCOPY r.txt requirements-core.txt ./\n"
      "RUN grep -v x r.txt > requirements-a.txt && "
      "grep x r.txt > requirements-b.txt && ";
  CheckSays(made + "pip install -r requirements-b.txt\n", "requirements-a.txt", false);
}

TEST_CASE("where a folder cannot be told, what was unpacked last may be it", "[bringers]") {
  const std::string data = "curl -o /usr/share/G.gz https://x.org/G.gz && ";
  CHECK(Bringer("RUN cd $HOME && " + data + "git clone https://x.org/y && cd y && npm ci\n") ==
        "git clone https://x.org/y (fetched)");
  CHECK(
      Bringer("RUN cd && " + data + "wget -qO- https://x.org/a.tgz | tar xz && cd a && npm ci\n") ==
      "wget -qO- https://x.org/a.tgz (fetched)");
  CHECK(Bringer("COPY . .\nRUN cd $X && git clone https://x.org/y && cd y && npm ci\n") ==
        ". (copied)");
}

TEST_CASE("a lock file that nothing can have brought is missing", "[bringers]") {
  const auto lock = [](const std::string& before) {
    const Detected detected("FROM a\nWORKDIR /app\nCOPY package.json ./\n" + before +
                            "RUN npm install\n");
    return LastProject(detected).commands.front().lock;
  };
  for (const std::string before :
       {"", "COPY index.js ./\n", "COPY src src/\n", "ADD https://x.org/p.jar /opt/p.jar\n",
        "RUN wget -O /opt/p.tgz https://x.org/p.tgz\n", "RUN git clone https://x.org/y /y\n",
        "COPY --from=b /o /usr/share/o\n"}) {
    INFO(before);
    CHECK(lock(before) == LockState::kMissing);
  }
  for (const std::string before :
       {"COPY . .\n", "COPY web ./\n", "COPY * ./\n", "RUN wget https://x.org/p.tgz\n",
        "RUN git clone https://x.org/y .\n", "RUN git clone https://x.org/y $DIR\n",
        "COPY --from=b /o ./\n", "ADD https://x.org/p /\n"}) {
    INFO(before);
    CHECK(lock(before) == LockState::kUnknown);
  }
}

TEST_CASE("programs of a Go module do not have its manifest beside them", "[bringers]") {
  const std::string go = "FROM golang\nWORKDIR /src\nCOPY . .\nRUN cd ";
  CHECK_THAT(Report(go + "cmd/app && go build\n"), ContainsSubstring("It reads go.mod, "));
  CHECK_THAT(Report(go + "a/cmd/app && go build\n"), ContainsSubstring("It reads a/go.mod, "));
  CHECK_THAT(Report(go + "tools && go build\n"), ContainsSubstring("It reads tools/go.mod, "));
}

}  // namespace
}  // namespace cacheplan::test
