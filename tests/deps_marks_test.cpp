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

TEST_CASE("what an earlier step, a mount or another stage already brought is no fault", "[deps]") {
  // uv's and poetry's own layout: the manifests alone, the source, the rest.
  CHECK(Marks("FROM a\nCOPY pyproject.toml uv.lock ./\nRUN uv sync --frozen --no-install-project\n"
              "COPY . .\nRUN uv sync --frozen\n") == "");
  CHECK(Marks("FROM a\nCOPY . .\nRUN --mount=type=cache,target=/go/pkg/mod go build\n") == "");
  CHECK(Marks("FROM a\nCOPY . .\nRUN --mount=type=cache,target=/root/.cache/go-build go build\n") ==
        "downloads with every change of the source");
  CHECK(Marks("FROM a AS d\nCOPY go.mod go.sum ./\nRUN go mod download\nFROM a\n"
              "COPY --from=d /go/pkg/mod /go/pkg/mod\nCOPY . .\nRUN go build\n") == "");
  // A mount that the earlier one had not shows nothing of it.
  const std::string go = "FROM a\nCOPY go.mod go.sum ./\nRUN go mod download\nCOPY . .\n";
  CHECK(Marks(go + "RUN --mount=type=cache,target=/go/pkg/mod go build\n") == "downloads again");
  CHECK(Marks(go + "RUN --mount=type=cache,target=/root/.cache/go-build go build\n") == "");
  CHECK(Marks("FROM a\nCOPY package.json package-lock.json ./\nRUN npm ci\nCOPY . .\n"
              "RUN --mount=type=cache,target=/root/.npm npm ci && npm run build\n") == "");
  // What was downloaded is another folder's.
  CHECK(Marks("FROM a\nWORKDIR /s\nCOPY a/go.mod a/go.sum a/\nRUN cd a && go mod download\n"
              "COPY . .\nRUN cd b && go build\n") == "downloads with every change of the source");
  CHECK(Marks("FROM a\nWORKDIR /s\nCOPY a/go.mod a/go.sum a/\nRUN cd a && go mod download\n"
              "COPY . .\nRUN cd a/cmd && go build\n") == "");
}

TEST_CASE("what a hidden recipe may have downloaded is not said to come with the source",
          "[deps]") {
  const std::string build = "COPY . .\nRUN go build\n";
  CHECK(Marks("FROM a\nCOPY go.mod go.sum Makefile ./\nRUN make deps\n" + build) == "");
  CHECK(Marks("FROM a AS d\nCOPY go.mod go.sum get.sh ./\nRUN ./get.sh\nFROM d\n" + build) == "");
  CHECK(Marks("FROM a\nCOPY . .\nRUN make deps\nRUN go build\n") ==
        "downloads with every change of the source");
  CHECK(Marks("FROM a AS d\nRUN ./get.sh\nFROM b\n" + build) ==
        "downloads with every change of the source");
}

TEST_CASE("what resolves the source brings nothing with the manifests alone", "[deps]") {
  const std::string alone = "FROM a\nCOPY go.mod go.sum ./\nRUN ";
  for (const std::string run :
       {"go mod vendor", "go mod tidy", "go get ./...", "go list -deps ./..."}) {
    INFO(run);
    CHECK(Marks(alone + run + "\n") == "brings nothing");
    CHECK(Marks("FROM a\nCOPY . .\nRUN " + run + "\n") == "source before install");
    const Detected detected(alone + run + "\n");
    CHECK_FALSE(detected.deps.stages[0].is_dependency_stage);
  }
  CHECK(Marks(alone + "go mod download\n") == "");
  CHECK(Marks(alone + "go list -m all\n") == "");
}

TEST_CASE("what brings a compiler alone is no download of the project", "[deps]") {
  CHECK(Marks("FROM haskell\nCOPY . .\nRUN stack setup\nRUN stack build\n") ==
        "downloads with every change of the source");
  const Detected setup("FROM haskell\nCOPY stack.yaml ./\nRUN stack setup\nCOPY . .\n");
  CHECK_FALSE(setup.deps.stages[0].is_dependency_stage);
}

TEST_CASE("a flag is not advised to what does not have it", "[deps]") {
  CHECK(Marks("FROM elixir:1.7-alpine\nCOPY mix.exs mix.lock ./\nRUN mix deps.get\n") == "");
  CHECK(Marks("FROM elixir:1.17\nCOPY mix.exs mix.lock ./\nRUN mix deps.get\n") == "not frozen");
  const std::string dart = "COPY pubspec.yaml pubspec.lock ./\nRUN ";
  CHECK(Marks("FROM dart:2.17\n" + dart + "dart pub get\n") == "");
  CHECK(Marks("FROM dart:3.4\n" + dart + "dart pub get\n") == "not frozen");
  CHECK(Marks("FROM flutter\n" + dart + "flutter build web\n") == "");
}

TEST_CASE("an install by a name that may be the project's own needs the source", "[deps]") {
  for (const std::string run :
       {"opam install app", "stack install app --local-bin-path /o", "cabal install app"}) {
    INFO(run);
    CHECK(Marks("FROM a\nWORKDIR /src\nCOPY lib lib\nRUN " + run + "\n") == "");
  }
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
      {"COPY . .\nRUN apt-get install -y make && make\n", "after the source"},
      {"COPY . .\nRUN apk add make && make && apk del make\n", ""},
      {"COPY . .\nRUN go build\n", "downloads with every change of the source"},
      {"COPY deno.json deno.lock ./\nCOPY src src\nRUN deno cache --frozen src/main.ts\n", ""},
      {"COPY . .\nRUN deno install --frozen\n", "source before install"},
      {"COPY . .\nRUN pip install .\n", "downloads with every change of the source"},
      {"COPY . .\nRUN pip install --no-deps .\n", ""},
      {"COPY go.mod go.sum ./\nRUN go mod download\nCOPY . .\nRUN go build\n", ""},
      {"COPY Cargo.toml Cargo.lock ./\nRUN cargo fetch --locked\nCOPY . .\nRUN cargo build\n", ""},
      {"RUN git clone https://x.org/r /r\nRUN cd /r && npm ci\n", ""},
      {"COPY requirements.txt ./\nRUN pip install -r requirements.txt\n", ""},
      {"COPY . .\nRUN xargs -a pk.txt apt-get install -y\n", ""},
      {"COPY go.mod ./\nRUN go mod download\n", "no checksums"},
      {"COPY go.mod go.sum ./\nRUN go list -m all && go list -deps ./...\n", ""},
      {"COPY DESCRIPTION ./\nRUN Rscript -e 'remotes::install_deps()'\n", ""},
      {"COPY DESCRIPTION ./\nRUN Rscript -e 'renv::hydrate()'\n", "no lock file"},
      {"COPY elm.json ./\nRUN elm make src/Main.elm\n", ""},
      {"COPY info.rkt ./\nRUN raco pkg install --auto\n", ""},
      {"COPY default.nix ./\nRUN nix-build\n", ""},
      {"COPY package.json bun.lock ./\nRUN bun install --production\n", ""},
      {"COPY package.json bun.lock ./\nRUN bun install\n", "not frozen"},
      {"COPY package.json pnpm-lock.yaml ./\nRUN pnpm --filter=web deploy --prod /out\n", ""},
      {"COPY package.json package-lock.json ./\nRUN npm cit\n", ""},
      {"COPY package.json package-lock.json ./\nRUN npm install-test\n", "not frozen"},
      {"COPY pyproject.toml pdm.lock ./\nRUN pdm install --frozen-lockfile\n", "not frozen"},
      {"COPY pyproject.toml pdm.lock ./\nRUN pdm install --check\n", ""},
      {"COPY pyproject.toml requirements.lock ./\nRUN rye sync\n", ""},
      {"COPY pixi.toml pixi.lock ./\nRUN PIXI_FROZEN=true pixi install\n", ""},
      {"COPY pixi.toml pixi.lock ./\nRUN pixi install\n", "not frozen"},
      {"COPY Cargo.toml ./\nRUN wasm-pack build\n", "no lock file"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(Marks(std::string("FROM a\n") + row.text) == row.want);
  }
}

TEST_CASE("no lock file is missed where a pattern may bring it, or a command makes it", "[deps]") {
  CHECK(Marks("FROM a\nCOPY package.json *.lock ./\nRUN yarn --frozen-lockfile\n") == "");
  CHECK(Marks("FROM a\nCOPY package.json *lock* ./\nRUN npm ci\n") == "");
  CHECK(Marks("FROM a\nCOPY *.toml *.lock ./\nRUN uv sync --frozen\n") == "");
  CHECK(Marks("FROM a\nCOPY go.[ms]* ./\nRUN go mod download\n") == "");
  CHECK(Marks("FROM a\nCOPY package.json *.txt ./\nRUN npm ci\n") == "no lock file");
  CHECK(Marks("FROM a\nCOPY package.json package-lock.json ./\n"
              "RUN pnpm import && pnpm install --frozen-lockfile\n") == "");
  CHECK(Marks("FROM a\nCOPY package.json package-lock.json ./\n"
              "RUN pnpm install --frozen-lockfile\n") == "no lock file");
  CHECK(Marks("FROM a\nCOPY package.json ./\nRUN npm install && npm ci\n") == "no lock file");
  // The same one made again and again, and very many.
  const auto imports = [](const std::string& folder) {
    std::string text = "FROM a\nWORKDIR /w\nCOPY package.json b/\nCOPY package.json ./\nRUN true";
    for (int i = 0; i < 70; ++i) {
      text += " && pnpm import" + (folder.empty() ? "" : " --dir " + folder + std::to_string(i));
    }
    return text;
  };
  const std::string install = " && pnpm install --frozen-lockfile\n";
  CHECK(Marks(imports("") + " && cd b && pnpm import" + install) == "");
  CHECK(Marks(imports("") + " && cd b" + install) == "no lock file");
  CHECK(Marks(imports("p") + " && cd b" + install) == "");
  const Detected twice(imports("") + " && cd b && pnpm install" + install);
  CHECK(twice.deps.stages[0].steps[0].commands.back().lock == LockState::kUnknown);
}

TEST_CASE("a branch for a lock file does not run without it", "[deps]") {
  const std::string copy = "FROM a\nCOPY package.json package-lock.json ./\nRUN ";
  CHECK(Marks(copy + "if [ -f yarn.lock ]; then yarn --frozen-lockfile; "
                     "elif [ -f package-lock.json ]; then npm ci; "
                     "elif [ -f pnpm-lock.yaml ]; then corepack enable pnpm && pnpm i "
                     "--frozen-lockfile; else npm i; fi\n") == "");
  CHECK(Marks(copy + "[ -f yarn.lock ] && yarn --frozen-lockfile || npm ci\n") == "");
  CHECK(Marks(copy + "if test -e yarn.lock; then yarn; else npm ci; fi\n") == "");
  CHECK(Marks(copy + "if [[ -f yarn.lock ]]; then echo yes && yarn; fi\n") == "");
  CHECK(Marks(copy + "[ -f package-lock.json ] || npm i\n") == "");
  CHECK(Marks(copy + "if [ ! -f package-lock.json ]; then npm i; fi\n") == "");
  CHECK(Marks(copy + "if ! [ -f package-lock.json ]; then npm i; fi\n") == "");
  CHECK(Marks(copy + "if [ -f package-lock.json ] || [ -f npm-shrinkwrap.json ]; then npm ci; "
                     "else npm install; fi\n") == "");
  // It runs, or may run.
  CHECK(Marks(copy + "if [ -f package-lock.json ] && [ \"$CI\" = 1 ]; then npm ci; "
                     "else npm install; fi\n") == "not frozen");
  CHECK(Marks(copy + "if [ \"$CI\" = 1 ] && [ -f package-lock.json ]; then npm ci; "
                     "else npm install; fi\n") == "not frozen");
  CHECK(Marks(copy + "! FOO=1; [ -f package-lock.json ] && npm install\n") == "not frozen");
  CHECK(Marks(copy + "if [ -f package-lock.json ]; then npm i; fi\n") == "not frozen");
  CHECK(Marks(copy + "if [ -f yarn.lock ]; then :; fi; yarn\n") == "no lock file");
  CHECK(Marks(copy + "if [ -f x ] || true; then yarn; fi\n") == "no lock file");
  CHECK(Marks(copy + "if [ -f yarn.lock ] || true; then yarn; fi\n") == "no lock file");
  CHECK(Marks(copy + "[ -f yarn.lock ] || yarn\n") == "no lock file");
  CHECK(Marks(copy + "if [ -f yarn.lock ]; then echo a; else yarn; fi\n") == "no lock file");
}

TEST_CASE("an install that stands in one RUN with a build is to be split off", "[deps]") {
  const Detected detected("FROM a\nCOPY . .\nRUN apt-get install -y make && make\n");
  CHECK_THAT(RenderDepsText(detected.file, detected.graph, detected.deps),
             ContainsSubstring("! after the source: it needs none of . (line 2), and would stay "
                               "cached in a RUN of its own above it\n"));
}

}  // namespace
}  // namespace cacheplan::test
