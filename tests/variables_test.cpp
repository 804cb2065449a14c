// What commands become once the variables that the file sets are put in.
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cacheplan/detect.h"

#include "support/catch.h"
#include "support/detected.h"

namespace cacheplan::test {
namespace {

/// The commands of all steps, each with its kind: "project npm ci; tool pip install x".
std::string Commands(const Dependencies& deps) {
  std::string text;
  for (const StageDependencies& stage : deps.stages) {
    for (const DependencyStep& step : stage.steps) {
      for (const StepCommand& command : step.commands) {
        text += (text.empty() ? "" : "; ") + std::string(Name(step.kind)) + " ";
        text += command.text;
      }
    }
  }
  return text;
}

struct Row {
  const char* text;
  const char* want;
};

void Check(const std::vector<Row>& rows, const std::string& head = "", bool unknown = false) {
  for (const Row& row : rows) {
    INFO(row.text);
    const Detected detected(head + row.text + "\n");
    CHECK(Commands(detected.deps) == row.want);
    bool any = false;
    for (const StageDependencies& stage : detected.deps.stages) {
      any = any || !stage.unknown.empty();
    }
    CHECK(any == unknown);
  }
}

TEST_CASE("what ENV and ARG set reaches the commands", "[variables]") {
  Check(
      {{"ARG V=npm\nFROM a\nARG V\nRUN $V ci", "project npm ci"},
       {"FROM a\nARG V=npm\nARG V\nRUN $V ci", "project npm ci"},
       {"FROM a\nENV A=npm\nENV A=yarn B=$A\nRUN $B ci", "project npm ci"},
       {"FROM a\nENV E=prod\nRUN pip install -r req/$E.txt", "project pip install -r req/prod.txt"},
       {"FROM a\nENV E=\"a b\"\nRUN pip install $E", "tool pip install a b"},
       {"FROM a\nENV E=\"a<2 b\"\nRUN pip install $E", "tool pip install 'a<2' b"},
       {"FROM a\nENV E=x\nRUN pip install 'a'\"$E\"", "tool pip install ax"},
       {"FROM a AS b\nENV P=npm\nFROM b\nRUN ${P} ci", "project npm ci"}});
  const Dockerfile file = Parse(std::make_shared<const Source>(
      "Dockerfile", "ARG V=npm\nFROM a\nARG V\nARG W=x\nRUN $V install --prefix /$W\n"));
  GraphOptions options;
  options.build_args = {{"V", "yarn"}, {"W", "web"}};
  const Graph graph = BuildGraph(file, options);
  const Dependencies deps = Detect(file, graph, Knowledge::BuiltIn());
  CHECK(Commands(deps) == "project yarn install --prefix /web");
}

TEST_CASE("a word stays as it is where a part of it is not known", "[variables]") {
  Check({{"RUN pip install a==$V", "tool pip install a==$V"},
         {"RUN pip install a==$E$V", "tool pip install a==$E$V"},
         {"RUN pip install '$E'", "tool pip install '$E'"},
         {"RUN pip install '$E'\"$E\"", "tool pip install $E$E"},
         {"RUN pip install a\\$E$E", "tool pip install a$E$E"},
         {"RUN pip install x$(id)", "tool pip install x$(id)"},
         {"RUN pip install x$(id $E)$(a ${E})", "tool pip install x$(id $E)$(a ${E})"},
         {"RUN pip install $V$(id)$E", "tool pip install $V$(id)1"},
         {"RUN pip install $E-$(a \"$(b $E)\")-${E}$V", "tool pip install 1-$(a \"$(b $E)\")-1$V"},
         {"RUN B='x y' && pip install $B$(id) \"$B`id`$B\"",
          "tool pip install $B$(id) \"x y`id`x y\""},
         {"RUN pip install ${E%x}", "tool pip install ${E%x}"}},
        "FROM a\nENV E=1\n");
  // What is shown must not show a secret.
  Check({{"RUN npm ci --x=$NPM_TOKEN", "project npm ci --x=$NPM_TOKEN"}},
        "FROM a\nARG NPM_TOKEN=abc\n");
}

TEST_CASE("what is empty or a flag is no package", "[variables]") {
  Check({{"ENV F=\"\"\nRUN npm install $F", "project npm install"},
         {"ARG F=\nRUN npm install $F", "project npm install"},
         {"RUN FLAGS=\"\" && npm install $FLAGS", "project npm install"},
         {"RUN F=; npm install $F", "project npm install"},
         {"RUN F=--omit=dev; npm install $F", "project npm install --omit=dev"},
         {"RUN if x; then F=--omit=dev; else F=; fi; npm install $F", "project npm install $F"},
         {"RUN if x; then F=--omit=dev; fi; npm install $F", "project npm install $F"},
         {"RUN if x; then F=left-pad; fi; npm install $F", "tool npm install $F"},
         {"ARG NPM_ARGS\nRUN npm install $NPM_ARGS", "project npm install $NPM_ARGS"},
         {"RUN npm install ${INSTALL_OPTIONS:-}", "project npm install ${INSTALL_OPTIONS:-}"},
         {"RUN npm install \"${FLAGS[@]}\"", "project npm install ${FLAGS[@]}"},
         {"RUN npm install $PACKAGES", "tool npm install $PACKAGES"}},
        "FROM a\n");
  Check({{"RUN $SUDO npm ci", "project npm ci"}, {"RUN $RUN_AS npm ci", "project npm ci"}},
        "FROM a\nENV SUDO=\"\" RUN_AS=\"sudo -E\"\n");
}

TEST_CASE("defaults of variables", "[variables]") {
  Check({{"RUN ${PM:-npm} ci", "project npm ci"},
         {"RUN ${PM-npm} ci", "project npm ci"},
         {"RUN : ${PM:=npm}; $PM ci", "project npm ci"},
         {"RUN ${E:-npm} ci", "project npm ci"},
         {"RUN ${PM:-${N}pm} ci", "project npm ci"},
         {"RUN ${N:+npm} ci", "project npm ci"},
         {"RUN npm install ${PM:+left-pad}", "project npm install"},
         {"RUN P=n; P+=pm; $P ci", "project npm ci"}},
        "FROM a\nARG PM\nENV E= N=n\n");
  // What is declared nowhere may come from the base image.
  Check({{"RUN ${PM:-npm} ci", ""}, {"RUN : ${PM:=npm}; $PM ci", ""}, {"RUN ${PM:+npm} ci", ""}},
        "FROM a\n", true);
}

TEST_CASE("what may not run sets nothing for sure", "[variables]") {
  Check({{"RUN PM=npm; if x; then PM=npm; fi; $PM ci", "project npm ci"},
         {"RUN if x; then PM=npm; $PM ci; fi", "project npm ci"},
         {"RUN case $x in a) PM=npm; $PM ci;; b) PM=yarn; $PM install;; esac",
          "project npm ci; project yarn install"},
         {"RUN PM=npm && $PM ci || true; $PM install", "project npm ci; project npm install"},
         {"RUN PM=npm; (PM=npm); $PM ci", "project npm ci"}},
        "FROM a\n");
  Check({{"RUN [ -f x ] && PM=npm; $PM ci", ""},
         {"RUN x || PM=npm; $PM ci", ""},
         {"RUN if x; then PM=npm; fi; $PM ci", ""},
         {"RUN f() { PM=npm; }; f; $PM ci", ""},
         {"RUN sh -c 'PM=npm'; $PM ci", ""},
         {"RUN (PM=npm); $PM ci", ""}},
        "FROM a\n", true);
}

TEST_CASE("loops over known values, functions with known arguments", "[variables]") {
  Check({{"RUN for f in a.txt b.txt; do pip install -r \"$f\"; done",
          "project pip install -r a.txt; project pip install -r b.txt"},
         {"RUN for f in $L; do pip install -r $f; done",
          "project pip install -r x.txt; project pip install -r y.txt"},
         {"RUN for a in 1 2; do for b in 3 4; do pip install $a$b; done; done",
          "tool pip install 13; tool pip install 14; tool pip install 23; tool pip install 24"},
         {"RUN f() { npm \"$1\"; }; f ci", "project npm ci"},
         {"RUN f() { npm \"$@\"; }; f install left-pad", "tool npm install left-pad"},
         {"RUN set -- ci; npm \"$@\"", "project npm ci"}},
        "FROM a\nENV L=\"x.txt y.txt\"\n");
  const Detected files("FROM a\nRUN for f in a.txt b.txt; do pip install -r \"$f\"; done\n");
  CHECK(files.deps.stages[0].steps.at(0).manifests ==
        std::vector<std::string_view>{"a.txt", "b.txt"});
  Check({{"RUN for f in *.txt; do pip install -r $f; done", "project pip install -r $f"},
         {"RUN for f in $(ls); do pip install -r $f; done", "project pip install -r $f"}},
        "FROM a\nENV f=c.txt\n");
}

TEST_CASE("a shift takes arguments away, where it surely happens", "[variables]") {
  Check({{"RUN set -- x npm ci; shift; \"$@\"", "project npm ci"},
         {"RUN set -- x y npm ci; shift 2; \"$@\"", "project npm ci"},
         {"RUN set -- x npm ci; \"${@:2}\"", "project npm ci"},
         {"RUN f() { n=$1; shift; \"$@\"; }; f 3 npm ci; f 4 yarn", "project npm ci; project yarn"},
         {"RUN f() { shift; npm \"$1\"; }; f x ci", "project npm ci"},
         {"RUN f() { \"${@:2}\"; }; f x npm ci", "project npm ci"},
         {"RUN f() { for i in 1 2; do \"$@\" && return; sleep 1; done; }; f npm ci",
          "project npm ci"}},
        "FROM a\n");
  // In a branch or a loop it may happen, or more than once.
  Check({{"RUN set -- npm ci; if x; then shift; fi; \"$@\"", ""},
         {"RUN set -- npm ci; shift $N; \"$@\"", ""},
         {"RUN f() { while [ $# -gt 2 ]; do shift; done; \"$@\"; }; f x npm ci", ""}},
        "FROM a\n", true);
}

TEST_CASE("a function is called by its name, whatever program has that name", "[variables]") {
  Check({{"RUN retry() { n=$1; shift; for i in $(seq $n); do \"$@\" && return; done; }; "
          "retry 3 npm ci",
          "project npm ci"},
         {"RUN retry() { \"$@\" || \"$@\"; }; retry npm ci", "project npm ci; project npm ci"},
         {"RUN fetch() { curl -o \"$2\" \"$1\"; }; fetch http://x.org/a /a",
          "fetch curl -o /a http://x.org/a"},
         {"RUN npm() { command npm --no-audit \"$@\"; }; npm ci", "project npm --no-audit ci"},
         {"RUN retry 3 npm ci", "project npm ci"}},
        "FROM a\n");
}

TEST_CASE("where commands of loops and functions work", "[variables]") {
  const std::pair<std::string, std::string> rows[] = {
      {"for d in web api; do cd /src/$d && npm ci; done", "/src/web /src/api"},
      {"for d in web api; do (cd $d && npm ci); done", "/w/web /w/api"},
      {"for d in web api; do (cd src/$d && npm ci); done", "/w/src/web /w/src/api"},
      {"for d in /web api; do (cd $d && npm ci); done", "/web /w/api"},
      {"for d in web api; do pushd $d; npm ci; popd; done", "/w/web /w/api"},
      {"for d in web api; do npm --prefix $d ci; done", "/w/web /w/api"},
      {"for d in web api; do cd $d && npm ci && cd ..; done", "/w/web /w/api"},
      {"cd x; for d in web api; do cd ${d}; npm ci; cd ..; done", "/w/x/web /w/x/api"},
      {"for d in web a/b; do cd $d && npm ci && cd ..; done", " "},
      {"for d in web api; do cd $d && npm ci; done", " "},
      {"f() { cd \"$1\" && npm ci; }; f /web; f /api", "/web /api"},
      {"cd /x && cd - && npm ci", "/w"},
      {"cd x; cd $D; npm ci", "/d"},
      {"cd $D; npm ci; D=/e; npm ci; cd $D; npm ci", "/d /d /e"},
      {"x=/d; cd $x; npm ci; for x in *; do npm i $x; done; npm ci", "/d /d"},
      {"env -C /web npm ci", "/web"},
      {"sudo --chdir=web npm ci", "/w/web"}};
  for (const auto& [script, want] : rows) {
    INFO(script);
    const Detected detected("FROM a\nENV D=/d\nWORKDIR /w\nRUN " + script + "\n");
    std::string got;
    for (const StepCommand& command : detected.deps.stages[0].steps.at(0).commands) {
      got += (&command == detected.deps.stages[0].steps[0].commands.begin() ? "" : " ");
      got += command.directory;
    }
    CHECK(got == want);
  }
}

TEST_CASE("variables of cmd and PowerShell", "[variables]") {
  const std::string windows = "FROM mcr.microsoft.com/windows/servercore\nENV P=npm\n";
  Check({{"RUN %P% ci", "project npm ci"}, {"RUN %p% ci", "project npm ci"}}, windows);
  Check({{"RUN & $env:P ci", "project npm ci"},
         {"RUN $p = 'npm'; & $p ci", "project npm ci"},
         {"RUN $p='npm'; & $p ci", "project npm ci"},
         {"RUN $f='r.txt'; pip install -r \"$f\"", "project pip install -r r.txt"},
         {"RUN $f = $env:P + '.txt'; pip install -r $f", "project pip install -r npm.txt"},
         {"RUN $f = ('{0}-{1}.txt' -f $env:P, 'r'); pip install -r $f",
          "project pip install -r npm-r.txt"},
         {"RUN $f = 'a'; $f += $env:P; pip install $f", "tool pip install anpm"},
         {"RUN if ($x) { $f = 'a'; pip install $f }", "tool pip install a"},
         // What a command gives, and what a block may have assigned, is not known.
         {"RUN $f = 'a'; $f = Get-It; pip install $f", "tool pip install $f"},
         {"RUN $f = 'a'; if ($x) { $f = 'b' }; pip install $f", "tool pip install $f"},
         {"RUN $f = @('a'); pip install $f", "tool pip install $f"}},
        windows + "SHELL [\"powershell\", \"-Command\"]\n");
  Check({{"RUN %Q% ci", ""}, {"RUN set P=yarn&& %P% ci", ""}}, windows, true);
}

TEST_CASE("mounts with variables", "[variables]") {
  const Detected detected(
      "FROM a\nARG F=package.json\nWORKDIR /s\n"
      "RUN --mount=type=bind,source=${F},target=/s/${F} npm ci\n");
  const DependencyStep& step = detected.deps.stages[0].steps.at(0);
  REQUIRE(step.files.size() == 1);
  CHECK(step.files[0].path == "package.json");
  CHECK(step.files[0].place == "/s/package.json");
  CHECK(step.manifests_first == true);
}

}  // namespace
}  // namespace cacheplan::test
