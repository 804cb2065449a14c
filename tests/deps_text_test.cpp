// What `cacheplan deps` marks as wrong, and what it does not.
#include <string>
#include <vector>

#include "cacheplan/report.h"

#include "support/cases.h"
#include "support/catch.h"
#include "support/detected.h"

namespace cacheplan::test {
namespace {

/// The marks of a file, without their explanations: "no lock file; not frozen".
std::string Marks(const std::string& text) {
  const Detected detected(text);
  std::string marks;
  for (const std::string& line :
       LinesOf(RenderDepsText(detected.file, detected.graph, detected.deps))) {
    const std::size_t at = line.find("! ");
    if (at != std::string::npos) {
      marks += (marks.empty() ? "" : "; ") + line.substr(at + 2, line.find(':') - at - 2);
    }
  }
  return marks;
}

TEST_CASE("marks of what makes a cache wrong or useless", "[deps]") {
  struct Row {
    const char* text;
    const char* want;
  };
  const Row rows[] = {
      {"COPY package.json package-lock.json ./\nRUN npm ci\n", ""},
      {"COPY package.json package-lock.json ./\nRUN npm install\n", "not frozen"},
      {"COPY package.json ./\nRUN npm install\n", "no lock file"},
      {"COPY . .\nRUN npm ci\n", "source before install"},
      {"COPY . .\nRUN yarn\n", "source before install; not frozen"},
      {"COPY . .\nRUN apt-get install -y x\n", "after the source"},
      {"RUN apt-get install -y x\nCOPY . .\n", ""},
      {"COPY . .\nRUN go build\n", "downloads with every change of the source"},
      {"COPY go.mod go.sum ./\nRUN go mod download\nCOPY . .\nRUN go build\n", ""},
      {"COPY Cargo.toml Cargo.lock ./\nRUN cargo fetch --locked\nCOPY . .\nRUN cargo build\n", ""},
      {"RUN git clone https://x.org/r /r\nRUN cd /r && npm ci\n", ""},
      {"COPY requirements.txt ./\nRUN pip install -r requirements.txt\n", ""},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(Marks(std::string("FROM a\n") + row.text) == row.want);
  }
}

TEST_CASE("a step shows all its commands and the lines that bring its files", "[deps]") {
  const Detected detected(
      "FROM a\nCOPY go.mod go.sum ./\nRUN --mount=type=bind,source=go.work,target=go.work go mod "
      "download && go mod verify && go mod vendor\nRUN ./x.sh\n");
  const std::string text = RenderDepsText(detected.file, detected.graph, detected.deps);
  for (const char* part :
       {"      $ go mod download\n      $ go mod vendor\n",
        "Depends on go.work (mounted, line 3), go.mod (line 2), go.sum (line 2).",
        "Not known (a comment '# cacheplan: deps=…' above the line can say it):"}) {
    INFO(text);
    CHECK(text.find(part) != std::string::npos);
  }
}

}  // namespace
}  // namespace cacheplan::test
