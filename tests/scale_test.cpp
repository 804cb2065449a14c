// Large and hostile inputs: time linear in the text, memory within bounds.
//
// Each case is run at one size and at four times that size. The larger one may take some twelve
// times as long, which a slow machine keeps and quadratic work (sixteen times, and more with size)
// does not; what takes no time at all is not compared.
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>

#include "cacheplan/detect.h"
#include "cacheplan/graph.h"
#include "cacheplan/knowledge.h"
#include "cacheplan/lint.h"
#include "cacheplan/script.h"

#include "support/catch.h"
#include "support/cpu_time.h"

namespace cacheplan {
namespace {

std::string Repeat(const std::string& text, std::size_t count) {
  std::string out;
  out.reserve(text.size() * count);
  for (std::size_t i = 0; i < count; ++i) {
    out += text;
  }
  return out;
}

/// Lines with a number in them: `$` stands for it, `%` for the one before.
std::string Numbered(const std::string& line, std::size_t count) {
  std::string out;
  for (std::size_t i = 1; i <= count; ++i) {
    for (const char c : line) {
      out += c == '$' ? std::to_string(i) : c == '%' ? std::to_string(i - 1) : std::string(1, c);
    }
  }
  return out;
}

/// Seconds of CPU time for everything that is done with a file before it is planned.
double Seconds(const std::string& text) {
  const CpuTime time;
  const Dockerfile file = Parse(std::make_shared<const Source>("Dockerfile", text));
  CHECK(!Tokenize(file).empty());
  DumpSexp(file);
  const Graph graph = BuildGraph(file);
  const Dependencies deps = Detect(file, graph, Knowledge::BuiltIn());
  LintOptions options;
  options.rules.set();
  options.classic = true;
  options.ephemeral = true;
  Lint(file, graph, deps, nullptr, options);
  return time.seconds();
}

struct Case {
  std::string name;
  std::function<std::string(std::size_t)> make;  ///< a text of about that many bytes
};

const Case kCases[] = {
    {"stages that install",
     [](std::size_t n) {
       return "FROM a AS s0\n" + Numbered(
                                     "FROM s% AS s$\nCOPY . .\nRUN npm ci || true\nRUN apt-get "
                                     "update\nRUN apt-get install -y a\nWORKDIR b\n",
                                     n / 110);
     }},
    {"manifests and installs",
     [](std::size_t n) { return Numbered("COPY p$/package.json p$/\nRUN npm ci\n", n / 40); }},
    {"lists by their names",
     [](std::size_t n) { return Numbered("COPY l$ x$\nRUN pip install -r x$/a -r y$\n", n / 50); }},
    {"installs after the source",
     [](std::size_t n) {
       return "WORKDIR /w\nCOPY . .\n" +
              Numbered("COPY f$.conf /c/\nRUN apt-get install ./x$.deb /y$\n", n / 60);
     }},
    {"installs in one script",
     [](std::size_t n) {
       return Numbered("COPY p$/go.mod p$/\n", n / 40) + "RUN true" +
              Numbered(" && cd p$ && go mod download && cd ..", n / 70);
     }},
    {"annotations that name much",
     [](std::size_t n) {
       return Numbered("COPY f$.a .\n", n / 30) + "# cacheplan: deps=go manifests=a" +
              Numbered(",m$.x", n / 16) + "\nRUN ./x\n";
     }},
    {"continued lines", [](std::size_t n) { return "RUN a" + Repeat(" \\\n b", n / 5); }},
    {"continued words", [](std::size_t n) { return "COPY a" + Repeat(" \\\n b", n / 5); }},
    {"continued pairs", [](std::size_t n) { return "ENV " + Repeat("\\\n a=b ", n / 7); }},
    {"blank lines in an instruction",
     [](std::size_t n) { return "RUN a \\\n" + Repeat("\n", n) + "b"; }},
    {"comments in an instruction",
     [](std::size_t n) { return "RUN a \\\n" + Repeat("# c\n", n / 4) + "b"; }},
    {"heredocs", [](std::size_t n) { return Repeat("RUN <<A\nx\nA\n", n / 12); }},
    {"heredocs on one line",
     [](std::size_t n) { return "RUN" + Repeat(" <<A", n / 8) + "\n" + Repeat("A\n", n / 8); }},
    {"heredocs that never end", [](std::size_t n) { return "RUN" + Repeat(" <<A", n / 4); }},
    {"flags", [](std::size_t n) { return "COPY" + Repeat(" --exclude=a", n / 12) + " b c"; }},
    {"unknown flags", [](std::size_t n) { return "COPY" + Repeat(" --x", n / 4) + " b c"; }},
    {"mounts", [](std::size_t n) { return "RUN" + Repeat(" --mount=target=/a", n / 18) + " b"; }},
    {"mount keys", [](std::size_t n) { return "RUN --mount=ro" + Repeat(",ro", n / 3) + " b"; }},
    {"nested defaults",
     [](std::size_t n) {
       return Repeat("ENV A=" + Repeat("${A:-", 900) + Repeat("}", 900) + "\n", n / 5407);
     }},
    {"defaults that never end", [](std::size_t n) { return "ENV A=" + Repeat("${A:-", n / 5); }},
    {"variables", [](std::size_t n) { return "ENV A=x B=" + Repeat("$A", n / 2); }},
    {"different variables", [](std::size_t n) { return "ENV" + Numbered(" V$=1", n / 9); }},
    {"patterns", [](std::size_t n) { return "ENV A=" + Repeat("${A#b}", n / 60); }},
    {"values that grow", [](std::size_t n) { return Repeat("ENV A=x$A\n", n / 10); }},
    {"folders that grow", [](std::size_t n) { return Repeat("WORKDIR a\n", n / 10); }},
    {"a long folder held long",
     [](std::size_t n) {
       return "WORKDIR /" + std::string(n / 2, 'a') + "\n" + Repeat("RUN b\n", n / 12);
     }},
    {"stages in a chain",
     [](std::size_t n) { return Numbered("FROM s% AS s$\nENV V$=1\n", n / 30); }},
    {"stages on one base",
     [](std::size_t n) {
       return "FROM a AS s\n" + Numbered("ENV V$=1\n", n / 20) +
              Repeat("FROM s\nENV X=1\n", n / 30);
     }},
    {"triggers on one base",
     [](std::size_t n) {
       return "FROM a AS s\n" + Repeat("ONBUILD RUN a\n", n / 28) + Repeat("FROM s\n", n / 14);
     }},
    {"errors", [](std::size_t n) { return Repeat("FOO\n", n / 4); }},
    {"errors on one line", [](std::size_t n) { return "ENV a=b" + Repeat(" c", n / 2); }},
    {"JSON", [](std::size_t n) { return "RUN [" + Repeat("\"a\",", n / 4) + "\"b\"]"; }},
    {"JSON that never ends", [](std::size_t n) { return "RUN " + Repeat("[", n); }},
    {"zero bytes", [](std::size_t n) { return "RUN " + std::string(n, '\0'); }},
    {"blanks", [](std::size_t n) { return "RUN a" + std::string(n, ' '); }},
    {"quotes", [](std::size_t n) { return "ENV a=" + Repeat("\"'", n / 2); }},
    {"heredoc marks", [](std::size_t n) { return "RUN a" + Repeat("<< ", n / 3); }},
    {"installs in one script",
     [](std::size_t n) { return "RUN <<E\n" + Numbered("npm ci --prefix p$\n", n / 22) + "E"; }},
    {"downloads in one script",
     [](std::size_t n) {
       return "RUN <<E\n" + Numbered("pip install p$; curl https://x/$\n", n / 38) + "E";
     }},
    {"files in one ADD",
     [](std::size_t n) { return "ADD" + Numbered(" https://x.org/$", n / 22) + " /d/"; }},
    {"functions",
     [](std::size_t n) {
       return "RUN <<E\n" + Numbered("f$() { npm ci --prefix p$; ./x$; }\nf$ a\n", n / 45) + "E";
     }},
    {"loops in loops",
     [](std::size_t n) {
       const std::string loops = "for a in 1 2 3; do for b in 1 2 3; do npm i $a$b; done; done\n";
       return "RUN <<E\n" + Repeat(loops, n / 62) + "E";
     }},
    {"branches that assign",
     [](std::size_t n) {
       return "RUN <<E\n" + Repeat("if x; then V=\"$V\"1; W=1; fi; $V ci\n", n / 36) + "E";
     }},
    {"branches in branches",
     [](std::size_t n) {
       return "RUN <<E\n" + Repeat("if a; then X=1\n", n / 20) + Repeat("fi\n", n / 20) + "E";
     }},
    {"branches for a file in branches for it",
     [](std::size_t n) {
       return "COPY package.json .\nRUN <<E\n" +
              Repeat("if [ -f package-lock.json ]; then npm ci\n", n / 40) + "E";
     }},
    {"installs where none of many files is there",
     [](std::size_t n) {
       return "COPY package.json .\nRUN <<E\nif [ -f package-lock.json ]; then x\n" +
              Repeat("elif [ -f package-lock.json ]; then x\n", n / 80) + "else\n" +
              Repeat("npm ci\n", n / 14) + "fi\nE";
     }},
    {"an else after an else",  // each doubled what was known
     [](std::size_t n) {
       return "RUN <<E\nif [ -f a ]; then x\n" + Repeat("else y\n", n / 23000) + "fi\nE";
     }},
    {"functions and wrapped commands",
     [](std::size_t n) {
       return "RUN <<E\n" + Numbered("f$(){ x;}\n", n / 9) + Repeat("sudo x\n", n / 5) + "E";
     }},
    {"files that grow",
     [](std::size_t n) { return "RUN <<E\n" + Repeat("echo a >> x; sh x\n", n / 18) + "E"; }},
    {"folders that finds fill",
     [](std::size_t n) {
       return "COPY . /a\nRUN <<E\n" +
              Numbered("find /a -name go.mod -exec cp --parents {} /m$ \\;\n", n / 90) +
              "E\nFROM b\n" + Numbered("COPY --from=s0 /m$ /m$\n", n / 45) +
              "RUN go mod download\n";
     }},
    {"source below folders that a find empties",
     [](std::size_t n) {
       return Numbered("COPY a$ /s/$/\n", n / 50) + "RUN find" + Numbered(" /s/$", n / 30) +
              " ! -name go.mod -delete\nFROM b\n" +
              Repeat("COPY --from=s0 /s /s\nRUN go mod download\n", 30);
     }},
    {"clones that are copied on",
     [](std::size_t n) {
       return "RUN git clone https://x.org/a /a && cp -r" + Numbered(" /a/$", n / 12) + " /b\n";
     }},
    {"clones",
     [](std::size_t n) { return Numbered("RUN git clone https://x.org/$ /$\n", n / 38); }},
    {"pulls in many folders",
     [](std::size_t n) { return Numbered("RUN git -C /x$ pull\n", n / 26); }},
    {"what was fetched and unpacked",
     [](std::size_t n) {
       return "RUN <<E\n" + Numbered("curl -O http://x/a$.tgz; tar xf a$.tgz -C /o$\n", n / 55) +
              "E";
     }},
    {"files of a stage and words that remove them",
     [](std::size_t n) {
       return "FROM b\n" + Numbered("COPY --from=s0 /a$ /s/$\n", n / 40) + "RUN rm" +
              Numbered(" /x/$", n / 12) + " && apt-get install a\n";
     }},
    {"parentheses of PowerShell that never end",
     [](std::size_t n) {
       return "SHELL [\"powershell\"]\nRUN " + Repeat("npm ci (Get-X (1 ; ", n / 19);
     }},
    {"blocks of PowerShell that never end",
     [](std::size_t n) {
       return "SHELL [\"powershell\"]\nRUN <<E\n" + Repeat("npm ci (Get-X) {1\n", n / 18) + "E";
     }},
    {"variables of PowerShell that never end",
     [](std::size_t n) {
       return "SHELL [\"powershell\"]\nRUN <<E\n" + Repeat("a${", n / 3) + "\nE";
     }},
    {"values of PowerShell that never end",
     [](std::size_t n) {
       return "SHELL [\"powershell\"]\nRUN <<E\n" + Repeat("$a='b'+(", n / 8) + "\nE";
     }},
    {"blocks of PowerShell that are evaluated",
     [](std::size_t n) {
       return "SHELL [\"powershell\"]\nRUN <<E\n" + Repeat("iex {", n / 5) + "\nE";
     }},
    {"classes in patterns",
     [](std::size_t n) { return "COPY " + Repeat("[ab]", n / 4) + " /d/\nRUN npm ci"; }},
    {"ONBUILD in ONBUILD", [](std::size_t n) { return Repeat("ONBUILD ", n / 8) + "RUN a"; }},
};

TEST_CASE("time is linear in the text", "[scale]") {
  constexpr std::size_t kSize = 150000;
  for (const Case& one : kCases) {
    INFO(one.name);
    const double small = Seconds("FROM a AS s0\n" + one.make(kSize) + "\n");
    const double large = Seconds("FROM a AS s0\n" + one.make(4 * kSize) + "\n");
    INFO(small << " s, then " << large << " s");
    CHECK((large < 0.5 || large < 12 * small));
    CHECK(large < 60);
  }
}

TEST_CASE("a hundred thousand stages in a chain", "[scale]") {
  constexpr std::size_t kStages = 100000;
  const Dockerfile file = Parse(std::make_shared<const Source>(
      "Dockerfile", "FROM a AS s0\n" + Numbered("FROM s% AS s$\nCOPY --from=s% x y\n", kStages)));
  REQUIRE(file.diagnostics.empty());
  const Graph graph = BuildGraph(file);
  CHECK(graph.diagnostics.empty());
  REQUIRE(graph.order.size() == kStages + 1);
  for (std::size_t i = 0; i < graph.order.size(); ++i) {
    REQUIRE(graph.order[i] == i);
  }
  CHECK(graph.BaseChain(kStages).size() == kStages + 1);
}

TEST_CASE("a line of 100 MB, and a million instructions", "[scale]") {
  constexpr std::size_t kLine = 100000000;
  const Dockerfile line = Parse(std::make_shared<const Source>(
      "Dockerfile", "FROM a\nRUN " + std::string(kLine, 'x') + "\nRUN b\n"));
  CHECK(line.instructions.size() == 3);
  REQUIRE(line.diagnostics.size() == 1);
  CHECK(line.diagnostics[0].diag == Diag::kLineTooLong);
  CHECK(line.bytes() < 1000000);  // it points into the text
  const Dockerfile many =
      Parse(std::make_shared<const Source>("Dockerfile", "FROM a\n" + Repeat("RUN b\n", 1000000)));
  CHECK(many.diagnostics.empty());
  CHECK(BuildGraph(many).stages[0].steps.size() == 1000000);
}

/// A Dockerfile as people write them, again and again. An instruction with the comments and blank
/// lines around it takes some 95 bytes in real files; here as well.
std::string Usual(std::size_t times) {
  const std::string text =
      R"(# Builds the service. The toolchain is pinned so that a build tomorrow gives what one gave today.
FROM golang:1.22-bookworm AS builder
ARG VERSION=dev
ENV CGO_ENABLED=0 \
    GOFLAGS=-mod=readonly
WORKDIR /src

# What the build needs of the system: certificates for the module proxy, git for versions.
RUN apt-get update && apt-get install -y --no-install-recommends \
      ca-certificates \
      git \
      libpq-dev \
      pkg-config \
      protobuf-compiler \
 && rm -rf /var/lib/apt/lists/*

# Modules first: they change seldom.
COPY go.mod go.sum ./
RUN --mount=type=cache,target=/go/pkg/mod go mod download
COPY . .
RUN protoc --proto_path=api --go_out=internal/api --go_opt=paths=source_relative api/*.proto \
 && go vet ./... \
 && go build -trimpath -ldflags "-s -w -X main.version=${VERSION}" -o /out/server ./cmd/server

FROM gcr.io/distroless/static:nonroot
LABEL org.opencontainers.image.source="https://example.com/team/service" \
      org.opencontainers.image.description="The service behind the front door"
COPY --from=builder --chown=nonroot:nonroot /out/server /server
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=3s CMD ["/server", "healthcheck", "--quiet"]
ENTRYPOINT ["/server", "--listen", ":8080"]

)";
  return Repeat(text, times);
}

TEST_CASE("a tree takes at most four times its text", "[scale]") {
  for (const std::size_t times : {10U, 1000U}) {  // of a small file a chunk or two is much
    const std::string text = Usual(times);
    const Dockerfile file = Parse(std::make_shared<const Source>("Dockerfile", text));
    CHECK(file.diagnostics.empty());
    INFO(times << " times: " << file.bytes() << " bytes for " << text.size());
    CHECK(file.bytes() <= 4 * text.size());
  }
}

TEST_CASE("a file of 256 MiB takes four times as long as one of 64 MiB", "[scale]") {
  if (std::getenv("CACHEPLAN_LARGE_TESTS") == nullptr) {
    WARN("skipped: takes half a minute and 3 GB; set CACHEPLAN_LARGE_TESTS=1");
    return;
  }
  const auto measure = [](std::size_t bytes) {
    const std::string text = Usual(bytes / Usual(1).size() + 1);
    const CpuTime time;
    const Dockerfile file = Parse(std::make_shared<const Source>("Dockerfile", text));
    CHECK(file.diagnostics.empty());
    CHECK(file.bytes() <= 4 * text.size());
    const Graph graph = BuildGraph(file);
    CHECK(graph.stages.size() == file.stages.size());
    return time.seconds();
  };
  const double small = measure(std::size_t{64} << 20U);
  const double large = measure(std::size_t{256} << 20U);
  INFO(small << " s, then " << large << " s");
  CHECK(large < 12 * small);
}

TEST_CASE("ONBUILD lines that add up to too much are said to", "[scale]") {
  const Dockerfile file = Parse(std::make_shared<const Source>(
      "Dockerfile", "FROM a AS s\n" + Repeat("ONBUILD RUN a\n", 1000) + Repeat("FROM s\n", 1000)));
  const Graph graph = BuildGraph(file);
  REQUIRE(graph.diagnostics.size() == 1);
  CHECK(graph.diagnostics[0].diag == Diag::kTooLarge);
  CHECK(graph.stages[100].steps.size() == 1000);
  CHECK(graph.stages[102].steps.empty());
}

}  // namespace
}  // namespace cacheplan
