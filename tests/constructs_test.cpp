// Every shell construct and wrapper that a RUN may hold around a package manager, and what stays
// opaque. One row each: the body of a RUN and the steps that come of it.
#include <string>
#include <vector>

#include "cacheplan/detect.h"

#include "support/catch.h"
#include "support/detected.h"

namespace cacheplan::test {
namespace {

std::string Steps(const StageDependencies& stage) {
  std::string text;
  for (const DependencyStep& step : stage.steps) {
    text += (text.empty() ? "" : " ") + std::string(Name(step.kind)) + "/" +
            std::string(step.ecosystem);
    text += step.mode == StepMode::kBuild ? "/build" : "";
  }
  return text;
}

struct Row {
  const char* run;
  const char* want;
};

void Check(const std::vector<Row>& rows, const std::string& head, bool opaque = false) {
  for (const Row& row : rows) {
    INFO(row.run);
    const Detected detected(head + "RUN " + row.run + "\n");
    const StageDependencies& stage = detected.deps.stages.at(0);
    CHECK(Steps(stage) == row.want);
    CHECK(stage.unknown.empty() == !opaque);
  }
}

TEST_CASE("compound commands, functions, substitutions and here-documents", "[constructs]") {
  Check({{"(cd web && npm ci)", "project/npm"},
         {"{ npm ci; }", "project/npm"},
         {"if [ -f x ]; then npm ci; else yarn install; fi", "project/npm"},
         {"for p in a b; do pip install $p; done", "tool/python"},
         {"until npm ci; do sleep 1; done", "project/npm"},
         {"case $A in x) curl -O http://x/a ;; *) wget http://x/b ;; esac", "fetch/url"},
         {"get() { curl -O http://x/$1; }; get a", "fetch/url"},
         {"V=$(curl -s http://x/latest) && echo $V", "fetch/url"},
         {"V=`curl -s http://x/latest`", "fetch/url"},
         {"curl -sL http://x | sudo -E bash -", "fetch/url"},
         {"bash -c \"$(curl -fsSL http://x)\"", "fetch/url"},
         {"bash <(curl -s http://x)", "fetch/url"},
         {"cat pk.txt | xargs apt-get install -y", "system/apt"},
         {"[[ -f a && -f b ]] && npm ci", "project/npm"},
         {"if ! npm ci; then exit 1; fi", "project/npm"},
         {"bash <<E\nnpm ci\nE", "project/npm"},
         {"<<E\n#!/bin/bash -e\nnpm ci\nE", "project/npm"},
         {"echo 'npm ci' > x.sh", ""},
         {"((npm ci))", "project/npm"},
         {"((i = 1 + 2)); npm ci", "project/npm"},
         {"time { npm ci; }", "project/npm"},
         {"time (npm ci)", "project/npm"},
         {"for x do npm ci; done", "project/npm"},
         {"declare -a x=(a b) && npm ci", "project/npm"},
         {"declare -A m=([a]=b); npm ci", "project/npm"},
         {"readonly x=(a b); export y=(c d); npm ci", "project/npm"},
         {"f() { local -a x=(a b); npm ci; }; f", "project/npm"},
         {"trap 'npm ci' EXIT", "project/npm"},
         {"trap - EXIT", ""},
         {"<<X su app\nnpm ci\nX", "project/npm"},
         {"<<E\n#!/bin/busybox sh\nnpm ci\nE", "project/npm"},
         {"npm ci 2>&1 | tee log", "project/npm"}},
        "FROM a\n");
}

TEST_CASE("wrappers are peeled off", "[constructs]") {
  for (const char* wrapper :
       {"sudo -E", "env A=b", "exec", "time", "nice -n 10", "gosu app", "xvfb-run -a",
        "timeout 300", "timeout -k 5 300s", "retry 3", "retry -t 5 --", "flock /l", "flock -w 5 /l",
        "runuser -u app --", "setpriv --reuid 1", "ssh-agent", "su-exec app", "command", "nohup"}) {
    INFO(wrapper);
    const Detected detected(std::string("FROM a\nRUN ") + wrapper + " npm ci\n");
    CHECK(Steps(detected.deps.stages[0]) == "project/npm");
  }
  Check({{"su -c 'npm ci' app", "project/npm"},
         {"su - app -s /bin/bash -c \"npm ci\"", "project/npm"},
         {"runuser -l app -c 'npm ci'", "project/npm"},
         {"bash -lc 'npm ci'", "project/npm"},
         {"sudo -u app -H bash -lc 'cd /a && npm ci'", "project/npm"},
         {"flock /l -c 'npm ci'", "project/npm"},
         {"sg docker -c 'npm ci'", "project/npm"},
         {"sudo -iu x npm ci", "project/npm"},
         {"sudo -ux npm ci", "project/npm"},
         {"env -S 'npm ci'", "project/npm"},
         {"env -S'npm ci'", "project/npm"},
         {"env -C /web npm ci", "project/npm"},
         {"parallel ::: 'npm ci' 'pip install x'", "project/npm tool/python"},
         {"rustup run nightly cargo fetch", "project/rust"},
         {"nvm exec 18 npm ci", "project/npm"},
         {"nvm exec npm ci", "project/npm"},
         {"nvm exec --lts npm ci", "project/npm"},
         {"nvm exec 'lts/*' -- npm ci", "project/npm"},
         {"mise exec node@20 -- npm ci", "tool/other project/npm"},
         {"devenv shell npm ci", "project/nix project/npm"},
         {"devenv shell -- npm ci", "project/nix project/npm"},
         {"nix develop -c npm ci", "project/nix project/npm"},
         {"fvm exec npm ci", "project/npm"},
         {"mise exec node@20 -c 'npm ci'", "project/npm"},
         {"mise x -- npm ci -c 'pip install x'", "project/npm"},
         {"mise x -C /web -- npm ci", "project/npm"},
         {"/usr/local/bin/mvn-entrypoint.sh mvn package", "project/java/build"},
         {"sccache cargo fetch", "project/rust"},
         {"npx cross-env A=b npm ci", "project/npm"},
         {"npx -y cross-env A=b npm ci", "project/npm"},
         {"nix --experimental-features 'nix-command flakes' develop -c npm ci",
          "project/nix project/npm"},
         {"nix --offline develop", ""},
         {"npx dotenv -e .env -- npm ci", "project/npm"},
         {"npx -p yarn@1 yarn install", "project/npm"},
         {"npx --package pnpm@9 pnpm install", "project/npm"},
         {"npm exec --package pnpm@9 -- pnpm install", "project/npm"},
         {"npx -p typescript tsc", "tool/npm"},
         {"uvx poetry install", "tool/python project/python"},
         {"uvx poetry@1.8 install", "tool/python project/python"},
         {"uv tool run poetry install", "tool/python project/python"},
         {"uv tool install poetry", "tool/python"},
         {"pipx run 'poetry==1.8' install", "tool/python project/python"},
         {"uv run --with x npm ci", "project/python/build project/npm/build"}},
        "FROM a\n");
}

TEST_CASE("flags before the verb, paths and interpreters", "[constructs]") {
  Check({{"npm --prefix web ci", "project/npm"},
         {"go -C dir mod download", "project/go"},
         {"mvn -f x/pom.xml dependency:go-offline", "project/java"},
         {"cargo --manifest-path a/Cargo.toml fetch", "project/rust"},
         {"git -C dir submodule update --init", "fetch/git"},
         {"python3.12 -m pip install -r r.txt", "project/python"},
         {"python3 -mpip install -r r.txt", "project/python"},
         {"./mvnw -B dependency:go-offline", "project/java"},
         {"bash ./gradlew dependencies", "project/java"},
         {"/usr/bin/pip3 install x", "tool/python"},
         {"$VENV/bin/pip install -r r.txt", "project/python"}},
        "FROM a\n");
}

TEST_CASE("a RUN without a network downloads nothing", "[constructs]") {
  const Detected none("FROM a\nRUN --network=none npm ci\nRUN --network=none go build\n");
  CHECK(Steps(none.deps.stages[0]).empty());
  for (const std::string set : {"ENV GOFLAGS=-mod=vendor\nRUN ", "RUN GOFLAGS='-mod=vendor -v' ",
                                "ENV GOPROXY=off\nRUN ", "RUN export GOPROXY=off; "}) {
    const Detected offline("FROM a\n" + set + "go build ./...\n");
    CHECK(Steps(offline.deps.stages[0]).empty());
  }
  const Detected vendored("FROM a\nENV GOFLAGS=-mod=vendor\nRUN go get x.org/tool\n");
  CHECK(Steps(vendored.deps.stages[0]) == "tool/go");
  const Detected host("FROM a\nRUN --network=host npm ci\n");
  CHECK(Steps(host.deps.stages[0]) == "project/npm");
}

TEST_CASE("variables whose value the file says", "[constructs]") {
  Check({{"PIP=pip3; $PIP install x", "tool/python"},
         {"PM=npm && ${PM} ci", "project/npm"},
         {"export PM=\"npm --prefix web\"; $PM ci", "project/npm"},
         {"R=-r; pip install $R r.txt", "project/python"}},
        "FROM a\n");
  Check({{"$PM ci", "project/npm"}, {"${PIP} install x", "tool/python"}},
        "FROM a\nENV PIP=\"python3 -m pip\"\nARG PM=npm\n");
  // What is set anew, or not known, stays opaque.
  Check({{"PM=npm; ${PM:-yarn} ci", "project/npm"}, {"PM=npm; ${PM-yarn} ci", "project/npm"}},
        "FROM a\n");
  // Within the name too, and in a value that another variable has.
  Check({{"python${PV} -m pip install x", "tool/python"},
         {"sudo pip$PV install x", "tool/python"},
         {"$PY -m pip install x", "tool/python"}},
        "FROM a\nARG PV=3.9\nENV PY=python${PV}\n");
  Check({{"PM=npm; ${PM:+yarn} install", "project/npm"}}, "FROM a\n");
  // What is set outside the file might be anything.
  Check({{"${PM:-npm} ci", ""}, {"PM=npm; ${PM%x} ci", ""}}, "FROM a\n", true);
  Check({{"PM=$(x); $PM ci", ""},
         {"read PM; $PM ci", ""},
         {"PM=npm; if x; then PM=yarn; fi; $PM install", ""},
         {"$OTHER ci", ""}},
        "FROM a\nENV PM=npm\n", true);
  const Detected below("FROM a AS b\nENV PM=npm\nFROM b\nRUN $PM ci\nFROM a\nRUN $PM ci\n");
  CHECK(Steps(below.deps.stages[1]) == "project/npm");
  CHECK(Steps(below.deps.stages[2]).empty());
}

TEST_CASE("variables do not make a script grow", "[constructs]") {
  std::string text = "FROM a\nRUN <<EOF\nX='npm " + std::string(2000, 'x') + "'\n";
  for (int i = 0; i < 20000; ++i) {
    text += "$X ci\n$Y ci\n";
  }
  const Detected detected(text + "EOF\n");
  CHECK(detected.deps.stages[0].unknown.size() <= 20);
  std::string copies = "FROM a\n";
  for (int i = 0; i < 5000; ++i) {
    copies += "# cacheplan: deps=go manifests=m" + std::to_string(i) + "\nRUN ./x\nCOPY m" +
              std::to_string(i) + " .\n";
  }
  CHECK(Detected(copies).deps.stages[0].steps.size() == 5000);
}

TEST_CASE("what is nested too deep is said to be", "[constructs]") {
  const auto repeat = [](const std::string& text, int count) {
    std::string all;
    for (int i = 0; i < count; ++i) {
      all += text;
    }
    return all;
  };
  const std::string braces = repeat("( ", 250) + "npm ci" + repeat(" )", 250);
  for (const std::string& run : {repeat("sudo ", 50) + "npm ci", braces}) {
    const Detected detected("FROM a\nRUN " + run + "\n");
    REQUIRE_FALSE(detected.deps.stages[0].unknown.empty());
    CHECK(detected.deps.stages[0].unknown[0].reason.ends_with("are nested too deep"));
  }
  CHECK(Steps(Detected("FROM a\nRUN " + repeat("(", 50) + "npm ci" + repeat(")", 50) + "\n")
                  .deps.stages[0]) == "project/npm");
}

TEST_CASE("what the file does not show is opaque", "[constructs]") {
  Check({{"eval \"$(x)\"", ""},
         {"make deps", ""},
         {"just deps", ""},
         {"task deps", ""},
         {"./install.sh", ""},
         {"bash install.sh", ""},
         {". ./setup.sh", ""},
         {"source setup.sh", ""},
         {"$TOOL install", ""},
         {"<<E\n#!/usr/bin/env python3\nimport x\nE", ""},
         {"python3 <<E\nimport x\nE", ""}},
        "FROM a\n", true);
  // Environments of tools set variables and nothing else.
  Check({{"eval \"$(ssh-agent)\"", ""},
         {". /etc/profile.d/x.sh", ""},
         {". ~/.nvm/nvm.sh", ""},
         {"eval $(opam env) && dune build", ""}},
        "FROM a\n");
}

TEST_CASE("a script that is called build builds", "[constructs]") {
  const auto role = [](const std::string& script) {
    const Detected detected("FROM a AS x\nRUN apk add git\nRUN " + script +
                            "\nFROM b\nCOPY --from=x /o /o\n");
    return std::string(Name(detected.deps.stages[0].role));
  };
  CHECK(role("./build.sh") == "build");
  CHECK(role("bash scripts/make-all.sh") == "build");
  CHECK(role("./install.sh") == "fetch");
  CHECK(Steps(Detected("FROM a\nCOPY . .\nRUN npm ci && ./build.sh\n").deps.stages[0]) ==
        "project/npm/build");
}

TEST_CASE("cmd and PowerShell under a Windows SHELL", "[constructs]") {
  const std::string windows = "FROM mcr.microsoft.com/windows/servercore\n";
  Check({{"if exist x (npm ci) else (yarn install)", "project/npm"},
         {"call npm ci", "project/npm"},
         {"for %i in (a b) do pip install %i", "tool/python"},
         {"npm.cmd ci", "project/npm"}},
        windows);
  Check({{"iwr http://x -OutFile y", "fetch/url"},
         {"(New-Object Net.WebClient).DownloadFile('http://x','y')", "fetch/url"},
         {"if (Test-Path x) { npm ci }", "project/npm"},
         {"foreach ($p in 'a','b') { pip install $p }", "tool/python"},
         {"$x = Invoke-WebRequest http://x", "fetch/url"},
         {"cmd /c npm ci", "project/npm"},
         {"Invoke-Expression 'npm ci'", "project/npm"}},
        windows + "SHELL [\"powershell\", \"-Command\"]\n");
}

}  // namespace
}  // namespace cacheplan::test
