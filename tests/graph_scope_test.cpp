// Variables: where they come from, where they hold, and when they are not known.
#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/graph.h"
#include "cacheplan/text.h"

#include "support/catch.h"

namespace cacheplan {
namespace {

struct Built {
  Dockerfile file;
  Graph graph;
  explicit Built(const std::string& text, const GraphOptions& options = {})
      : file(Parse(std::make_shared<const Source>("Dockerfile", text))),
        graph(BuildGraph(file, options)) {}

  /// The source of the last COPY of the last stage: its text, or `? reason`.
  [[nodiscard]] std::string last() const {
    for (auto it = graph.stages.back().steps.rbegin(); it != graph.stages.back().steps.rend();
         ++it) {
      if (!it->sources.empty()) {
        const Value& value = it->sources.back();
        return Concat({value.known ? "" : "? ", value.known ? value.text : value.reason});
      }
    }
    return "no COPY";
  }
  [[nodiscard]] std::string base(std::size_t stage) const {
    const StageSource& source = graph.stages[stage].base;
    return Concat(
        {source.name.known ? "" : "? ", source.name.known ? source.name.text : source.name.reason});
  }
};

GraphOptions With(std::map<std::string, std::string> args) {
  GraphOptions options;
  options.build_args = std::move(args);
  return options;
}

TEST_CASE("arguments before FROM hold in FROM lines alone", "[graph]") {
  const std::string text =
      "ARG V=1\nARG W=x$V U\nFROM a:$W AS b\nFROM a:${U:-none}\nFROM scratch\nCOPY <$V> /\n"
      "ARG V\nCOPY <$V> /\n";
  CHECK(Built(text).base(0) == "a:x1");
  CHECK(Built(text).base(1) == "a:none");
  CHECK(Built(text).last() == "<1>");
  CHECK(Built(text, With({{"V", "2"}, {"U", "u"}})).base(0) == "a:x2");
  CHECK(Built(text, With({{"V", "2"}, {"U", "u"}})).base(1) == "a:u");
  CHECK(Built(text, With({{"V", "2"}})).last() == "<2>");
  // Not redeclared, not there; not declared at all, --build-arg gives nothing.
  CHECK(Built("ARG V=1\nFROM scratch\nCOPY <$V> /\n").last() == "<>");
  CHECK(Built("FROM scratch\nCOPY <$V> /\n", With({{"V", "1"}})).last() == "<>");
  // ENV and ARG of a stage do not reach later FROM lines.
  CHECK(Built("FROM scratch\nENV V=1\nARG W=2\nFROM a$V$W\n").base(1) == "a");
}

TEST_CASE("an argument's value: --build-arg, then its default, then the global one", "[graph]") {
  CHECK(Built("ARG A=g\nFROM scratch\nARG A=d\nCOPY $A /\n").last() == "d");
  CHECK(Built("ARG A=g\nFROM scratch\nARG A\nCOPY $A /\n").last() == "g");
  CHECK(Built("ARG A=g\nFROM scratch\nARG A=d\nCOPY $A /\n", With({{"A", "b"}})).last() == "b");
  CHECK(Built("FROM scratch\nARG A\nCOPY <$A> /\n").last() == "<>");
  CHECK(Built("FROM scratch\nARG A=1 B=$A\nCOPY $B /\n").last() == "1");
  CHECK(Built("FROM scratch\nARG A=\"1 2\"\nCOPY $A /\n").last() == "1 2");
  CHECK(Built("FROM scratch\nCOPY <$A> /\nARG A=1\n").last() == "<>");
}

TEST_CASE("ENV: old values within a line, ENV after ARG, ARG after ENV", "[graph]") {
  CHECK(Built("FROM scratch\nENV A=1\nENV A=2 B=$A\nCOPY $A$B /\n").last() == "21");
  CHECK(Built("FROM scratch\nARG A=1\nENV A=2\nCOPY $A /\n").last() == "2");
  CHECK(Built("FROM scratch\nENV A=2\nARG A=1\nCOPY $A /\n").last() == "1");
  CHECK(Built("FROM scratch\nENV A a  b\nCOPY $A /\n").last() == "a  b");
  CHECK(Built("FROM scratch\nENV $X=1 Y$Z=2\nCOPY $Y /\n").last() == "2");
}

TEST_CASE("a stage built on another one inherits its variables", "[graph]") {
  const std::string head = "FROM scratch AS a\nENV E=1\nARG F=2\nFROM a AS b\nENV E=3$E\nFROM ";
  CHECK(Built(head + "b\nCOPY $E$F /\n").last() == "312");
  CHECK(Built(head + "a\nCOPY $E$F /\n").last() == "12");
  CHECK(Built(head + "scratch\nCOPY <$E$F> /\n").last() == "<>");
}

TEST_CASE("what a base image may set is unknown, with the reason", "[graph]") {
  CHECK(Built("FROM img\nCOPY $A /\n").last() == "? $A may be set by image img");
  CHECK(Built("FROM img AS a\nFROM a\nCOPY $A /\n").last() == "? $A may be set by image img");
  CHECK(Built("FROM img\nENV A=1\nCOPY $A /\n").last() == "1");
  CHECK(Built("FROM img\nARG A\nCOPY $A /\n").last() == "? $A may be set by image img");
  CHECK(Built("FROM img\nENV B=x$A\nCOPY $B /\n").last() == "? $A may be set by image img");
  CHECK(Built("FROM img\nENV B=x$A\nENV B=2\nCOPY $B /\n").last() == "2");
  // An error that depends on it is none.
  const Built maybe("FROM img\nCOPY ${A:?gone} /\n");
  CHECK(maybe.graph.diagnostics.empty());
  GraphOptions empty;
  empty.empty_base_env = true;
  CHECK(Built("FROM img\nCOPY <$A> /\n", empty).last() == "<>");
  CHECK(Built("FROM img\nCOPY ${A:?gone} /\n", empty).graph.diagnostics.size() == 1);
}

TEST_CASE("PATH is set where no image sets it", "[graph]") {
  const std::string path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  CHECK(Built("FROM scratch\nENV PATH=/a:$PATH\nCOPY $PATH /\n").last() == "/a:" + path);
  GraphOptions windows;
  windows.platform = "windows/amd64";
  CHECK(Built("FROM scratch\nCOPY <$PATH> /\n", windows).last() == "<>");
  GraphOptions empty;
  empty.empty_base_env = true;
  CHECK(Built("FROM img\nCOPY $PATH /\n", empty).last() == path);
  CHECK(Built("FROM img\nCOPY $PATH /\n").last() == "? $PATH may be set by image img");
}

TEST_CASE("platform arguments", "[graph]") {
  GraphOptions arm;
  arm.platform = "linux/arm/v7";
  const std::string all =
      "ARG TARGETPLATFORM TARGETOS TARGETARCH TARGETVARIANT\nCOPY "
      "$TARGETPLATFORM-$TARGETOS-$TARGETARCH-$TARGETVARIANT /\n";
  CHECK(Built("FROM scratch\n" + all, arm).last() == "linux/arm/v7-linux-arm-v7");
  CHECK(Built("FROM img-$TARGETARCH\n", arm).base(0) == "img-arm");
  CHECK(Built("FROM img-$TARGETARCH\n").base(0) ==
        "? TARGETARCH depends on --platform, which was not given");
  CHECK(Built("FROM --platform=$BUILDPLATFORM img\n").graph.stages[0].platform->reason ==
        "BUILDPLATFORM depends on the machine that builds");
  CHECK(Built("FROM img-$BUILDARCH\n", With({{"BUILDARCH", "x"}})).base(0) == "img-x");
  // In a stage they must be declared.
  CHECK(Built("FROM scratch\nCOPY <$TARGETARCH> /\n", arm).last() == "<>");
  CHECK(Built("FROM scratch AS s\nARG TARGETSTAGE\nCOPY $TARGETSTAGE /\n").last() == "s");
  CHECK(Built("FROM scratch\nARG TARGETSTAGE\nCOPY $TARGETSTAGE /\n").last() == "default");
}

TEST_CASE("the base of a stage", "[graph]") {
  CHECK(Built("ARG A\nFROM $A\n").base(0) == "? base name ($A) should not be blank");
  CHECK(Built("FROM ${A:?gone}\n").graph.diagnostics[0].message ==
        "failed to process \"${A:?gone}\": A: gone");
  CHECK(Built("ARG S=b\nFROM x AS b\nFROM $S\n").graph.stages[1].base.stage == 0);
  CHECK(Built("ARG S=scratch\nFROM $S\n").graph.stages[0].base.kind == SourceKind::kScratch);
}

TEST_CASE("WORKDIR and SHELL hold from their line on", "[graph]") {
  const Built built(
      "FROM scratch AS a\nRUN 0\nWORKDIR b\nRUN 1\nWORKDIR /c/\nWORKDIR $X\nENV X=d\nWORKDIR $X/e\n"
      "SHELL [\"x\", \"-c\"]\nRUN 2\nFROM a\nRUN 3\nFROM img\nRUN 4\nWORKDIR f\nRUN 5\nWORKDIR /g\n"
      "RUN 6\nWORKDIR C:\\\\h\nRUN 7\n");
  const auto at = [&](std::string_view script) -> const Step* {
    for (const Stage& stage : built.graph.stages) {
      for (const Step& step : stage.steps) {
        if (step.instruction->keyword == Keyword::kRun &&
            step.instruction->args[0].text == script) {
          return &step;
        }
      }
    }
    return nullptr;
  };
  const auto workdir = [&](std::string_view script) {
    const Value& value = *at(script)->workdir;
    return Concat({value.known ? "" : "? ", value.known ? value.text : value.reason});
  };
  CHECK(workdir("0") == "/");
  CHECK(workdir("1") == "/b");
  CHECK(workdir("2") == "/c/d/e");
  CHECK(workdir("3") == "/c/d/e");
  CHECK(workdir("4") == "? the working directory of image img is not known");
  CHECK(workdir("5") == "? the working directory of image img is not known");
  CHECK(workdir("6") == "/g");
  CHECK(workdir("7") == "C:\\h");
  CHECK(at("1")->shell.empty());
  CHECK(std::ranges::equal(at("3")->shell, std::vector<std::string_view>{"x", "-c"}));
  CHECK(at("5")->shell.empty());
  // One value for all the steps that it holds for.
  CHECK(at("2")->workdir == at("3")->workdir);
}

TEST_CASE("variables that double with every line run out, and end no program", "[graph]") {
  std::string text = "FROM scratch\nENV A=xxxxxxxxxxxxxxxx\n";
  for (int i = 0; i < 64; ++i) {
    text += "ENV A=$A$A\n";
  }
  const Built built(text + "COPY $A /\n");
  CHECK(built.last().substr(0, 2) == "? ");
  CHECK_FALSE(built.graph.diagnostics.empty());
  // Many uses of one long value, too.
  std::string many = "FROM scratch\nENV A=" + std::string(60000, 'x') + "\n";
  for (int i = 0; i < 20000; ++i) {
    many += "ENV B" + std::to_string(i) + "=$A\n";
  }
  CHECK(Built(many + "COPY $A /\n").last() ==
        "? the variables of this file add up to too much text");
}

}  // namespace
}  // namespace cacheplan
