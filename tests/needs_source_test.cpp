// Steps behind the source that need none of it, and those of which that cannot be said.
#include <algorithm>
#include <string>

#include "cacheplan/detect.h"

#include "support/catch.h"
#include "support/detected.h"

namespace cacheplan::test {
namespace {

/// Whether every step of the last instruction that has steps could stand above the source.
bool NeedsNoSource(const std::string& text) {
  const Detected detected(text);
  const std::vector<DependencyStep>& steps = detected.deps.stages.back().steps;
  REQUIRE_FALSE(steps.empty());
  return std::all_of(steps.begin(), steps.end(), [&](const DependencyStep& step) {
    return step.instruction != steps.back().instruction || step.needs_no_source;
  });
}

TEST_CASE("a step that reads no copied file could stand above the source", "[needs_source]") {
  for (const char* run :
       {"apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*",
        "pip install flask==2.0",
        "npm install -g yarn",
        "curl -fsSL https://x.org/f -o /usr/bin/f",
        "curl -sL https://deb.nodesource.com/setup_18.x | bash - && apt-get install -y nodejs",
        "echo \"deb https://x.org/$(lsb_release -cs) main\" > /etc/apt/sources.list.d/x.list && "
        "apt-get update && apt-get install -y x",
        "cd /tmp && curl -O https://x.org/x.tgz && tar xzf x.tgz && ./x/configure",
        "go install x.org/tool@v1",
        "apt-get install -y $PACKAGES",
        "pip install -c https://x.org/constraints.txt flask",
        "nvm install 18",
        "n 18",
        "asdf install nodejs 18",
        "uv python install 3.12",
        "pecl install redis",
        "yum-builddep -y bash",
        "choco install -y git",
        "nix profile install nixpkgs#hello",
        "pnpm add -g turbo",
        "mk-build-deps -i bash",
        "brew bundle --global",
        "uv tool install ruff",
        "pipx install poetry",
        "Rscript -e 'install.packages(\"shiny\")'",
        "julia -e 'using Pkg; Pkg.add(\"X\")'",
        "dvc get https://x.org/r data",
        "git clone https://x.org/r /opt/r"}) {
    INFO(run);
    CHECK(NeedsNoSource(std::string("FROM a\nWORKDIR /app\nCOPY . .\nRUN ") + run + "\n"));
  }
  CHECK(NeedsNoSource("FROM a\nWORKDIR /app\nCOPY . .\nADD https://x.org/f /f\n"));
  CHECK(NeedsNoSource("FROM a\nCOPY . .\nRUN apt-get install -y git\n"));  // wherever it works
}

TEST_CASE("a step that may read a copied file is none that could stand above it",
          "[needs_source]") {
  for (const char* run : {"xargs -a apt.txt apt-get install -y",
                          "cat apt.txt | xargs apt-get install -y",
                          "apt-get install -y $(cat apt.txt)",
                          "apt-get install -y $(< apt.txt)",
                          "while read p; do pip install $p; done < list.txt",
                          "apt-get install -y ./x.deb",
                          "gem install ./pkg/x.gem",
                          "gem install /app/pkg/x.gem",
                          "npm install -g ./pkg",
                          "luarocks install x.all.rock",
                          "n auto",
                          "asdf install nodejs",
                          "nix-env -if default.nix",
                          "pacman -U --noconfirm x.pkg.tar.zst",
                          "mix archive.install x.ez --force",
                          "code-server --install-extension x.vsix",
                          "deno install -g -n x cli.ts",
                          "pip install -c constraints.txt flask",
                          "pip install --constraint=constraints.txt flask",
                          "wget -i urls.txt",
                          "curl -K conf",
                          "curl -d @body https://x.org/",
                          "git submodule update --init",
                          "git pull",
                          "npm install foo",
                          "yarn add foo",
                          "pnpm add foo",
                          "bun add foo",
                          "composer require a/b",
                          "poetry add x",
                          "uv add x",
                          "dotnet add package X",
                          "bundle add x",
                          "go get x.org/y@v1",
                          "apt-get build-dep -y .",
                          "V=$(cat version) && apt-get install -y x=$V",
                          ". ./versions.env && apt-get install -y x=$V",
                          ". /app/versions.env && apt-get install -y x=$V",
                          "nvm install",
                          "pyenv install",
                          "rosdep install --from-paths src --ignore-src -y",
                          "pnpm dlx turbo prune web --docker",
                          "yarn dlx vite build",
                          "bun x vite@5 build",
                          "go run x.org/tool@v1 generate",
                          "deno run -A npm:vite build",
                          "pipx run build",
                          "uv tool run mkdocs build",
                          "uvx --from build pyproject-build",
                          "nix run nixpkgs#hugo",
                          "nix shell nixpkgs#hugo -c hugo",
                          "mk-build-deps -i -r debian/control",
                          "mk-build-deps -i",
                          "dnf builddep -y x.spec",
                          "yum-builddep -y x.spec",
                          "dvc pull",
                          "brew bundle",
                          "choco install packages.config -y",
                          "uv python install",
                          "pecl install package.xml",
                          "nix profile install .#app",
                          "sdk env install",
                          "Rscript -e 'install.packages(readLines(\"p.txt\"))'",
                          "Rscript -e 'pak::pkg_install(readLines(\"p.txt\"))'",
                          "julia -e 'using Pkg; Pkg.add(readlines(\"p.txt\"))'",
                          "julia -e 'using Pkg; p = readlines(\"p.txt\"); Pkg.add(p)'",
                          "./pre.sh && apt-get install -y x",
                          "cp sources.list /etc/apt/ && apt-get update && apt-get install -y x",
                          "sh ./conf && apt-get install -y x",
                          "make && apt-get install -y x",
                          "apt-get install -y $HERE/x.deb",
                          "apt-get install -y git && npm ci"}) {
    INFO(run);
    CHECK_FALSE(NeedsNoSource(std::string("FROM a\nWORKDIR /app\nCOPY . .\nRUN ") + run + "\n"));
  }
  CHECK_FALSE(NeedsNoSource("FROM a\nCOPY . .\nRUN gem install x.gem\n"));
  CHECK_FALSE(
      NeedsNoSource("FROM a\nWORKDIR /app\nCOPY . .\nRUN --mount=target=. apt-get install -y x\n"));
  // Elsewhere, but in what was copied.
  CHECK_FALSE(
      NeedsNoSource("FROM a\nWORKDIR /w\nCOPY . /app\nRUN apt-get install -y /app/x.deb\n"));
  CHECK_FALSE(
      NeedsNoSource("FROM a\nWORKDIR /app\nCOPY . .\nCOPY pk.txt /tmp/\n"
                    "RUN cat /tmp/pk.txt > /tmp/y && apt-get install -y x\n"));
}

/// Whether the first step of the last instruction that has steps could, in a RUN of its own.
bool InstallNeedsNoSource(const std::string& run) {
  const Detected detected("FROM a\nWORKDIR /app\nCOPY . .\nRUN " + run + "\n");
  const std::vector<DependencyStep>& steps = detected.deps.stages.back().steps;
  REQUIRE_FALSE(steps.empty());
  CHECK((steps.front().install_needs_no_source || !steps.front().needs_no_source));
  return steps.front().install_needs_no_source;
}

TEST_CASE("what an instruction installs before it reads the source could stand above it",
          "[needs_source]") {
  for (const char* run :
       {"apt-get update && apt-get install -y cmake && cd /app && cmake . && make",
        "apk add nodejs && npm install && npm run build", "apk add bash && ./build.sh",
        "apt-get install -y git", "apk update && apk add make && make build"}) {
    INFO(run);
    CHECK(InstallNeedsNoSource(run));
  }
  for (const char* run :
       {"./pre.sh && apk add git && make",       // it may prepare what follows
        "apk add git && make && apk add bash",   // a part of the step comes after the build
        "apk add make && make && apk del make",  // in a layer above, it would stay in the image
        "apt-get install -y make && make && apt purge -y make",
        "xargs -a apt.txt apt-get install -y && make", "$BEFORE && apk add git && ./build.sh"}) {
    INFO(run);
    CHECK_FALSE(InstallNeedsNoSource(run));
  }
}

TEST_CASE("what a RUN before may have prepared stays below the source", "[needs_source]") {
  const std::string head = "FROM a\nWORKDIR /app\nCOPY . .\n";
  const std::string install = "RUN apt-get install -y x\n";
  CHECK_FALSE(NeedsNoSource(head + "RUN ./repositories.sh\n" + install));
  CHECK_FALSE(NeedsNoSource(head + "RUN cp x.list /etc/apt/sources.list.d/\n" + install));
  CHECK(NeedsNoSource(head + "RUN npm ci && npm run build\n" + install));
  // What the install substitutes is read as well, and stands behind it.
  CHECK_FALSE(NeedsNoSource(head + "RUN apt-get install -y $(uname -r) && ./x.sh\n"));
  CHECK(NeedsNoSource("FROM a\nWORKDIR /app\nRUN ./x.sh\nCOPY . .\n" + install));
}

TEST_CASE("files of a copied folder land where it is copied to", "[needs_source]") {
  CHECK_FALSE(NeedsNoSource("FROM a\nWORKDIR /p\nCOPY hello /p\nRUN luarocks install x.rock\n"));
  CHECK(NeedsNoSource("FROM a\nWORKDIR /p\nCOPY hello /q\nRUN luarocks install x.rock\n"));
  CHECK(NeedsNoSource("FROM a\nWORKDIR /p\nCOPY hello.c /p\nRUN luarocks install x.rock\n"));
}

}  // namespace
}  // namespace cacheplan::test
