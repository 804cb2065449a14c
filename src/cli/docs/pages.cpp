#include "src/cli/docs/pages.h"

#include <sstream>

#include <fmt/format.h>

#include "cacheplan/cli.h"
#include "cacheplan/diagnostic.h"
#include "cacheplan/emit.h"
#include "cacheplan/findings.h"
#include "cacheplan/knowledge.h"
#include "cacheplan/plan.h"
#include "cacheplan/rules.h"
#include "cacheplan/vocabulary.h"

#include "src/cli/command.h"

namespace cacheplan::cli {
namespace {

constexpr std::string_view kMark = "<!-- Made by 'cacheplan docs --write'; do not edit. -->\n";

std::string Head(std::string_view title, std::string_view intro) {
  return fmt::format("{}\n# {}\n\n{}\n\n", kMark, title, intro);
}

/// Text for a cell of a table.
std::string Cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    out += c == '|' ? "\\|" : std::string(1, c);
  }
  return out;
}

std::string List(Texts items) {
  std::string out;
  for (const std::string_view item : items) {
    out += (out.empty() ? "`" : ", `") + Cell(item) + "`";
  }
  return out;
}

std::string_view ShapeText(ArgShape shape) {
  switch (shape) {
    case ArgShape::kCommandOrJson:
      return "a command line, or a JSON array of strings";
    case ArgShape::kHealthcheck:
      return "NONE, or CMD with a command line or JSON array";
    case ArgShape::kInstruction:
      return "an instruction";
    case ArgShape::kList:
      return "words";
    case ArgShape::kNames:
      return "NAME or NAME=value, several";
    case ArgShape::kPairs:
      return "NAME=value, several; or NAME and the rest of the line";
    case ArgShape::kPathsOrJson:
      return "words, or a JSON array of strings";
    case ArgShape::kText:
      return "the rest of the line";
  }
  return "";
}

Page Instructions() {
  std::string out =
      Head("Instructions",
           "What the parser knows of each instruction, from `grammar/instructions.def`, "
           "`grammar/flags.def` and `grammar/predefined_args.def`.");
  out += "| instruction | arguments | heredocs |\n|---|---|---|\n";
  for (const InstructionInfo& info : AllInstructions()) {
    out += fmt::format("| `{}` | {} | {} |\n", info.keyword, ShapeText(info.shape),
                       info.heredoc ? "yes" : "");
  }
  out +=
      "\n## Flags\n\n`since` is the first version of the Dockerfile frontend that reads the flag; "
      "nothing "
      "there means always. A flag that the classic builder does not read makes a plan for it "
      "impossible.\n\n| instruction | flag | value | since | classic | meaning "
      "|\n|---|---|---|---|---|---|\n";
  for (const FlagInfo& flag : AllFlags()) {
    const std::string_view value = flag.type == FlagType::kBool     ? "none, or true or false"
                                   : flag.type == FlagType::kString ? "one"
                                                                    : "one, repeatable";
    out += fmt::format("| `{}` | `--{}` | {} | {} | {} | {} |\n", KeywordName(flag.instruction),
                       flag.name, value, flag.since, flag.classic ? "yes" : "no", Cell(flag.help));
  }
  out += "\n## Keys of RUN --mount\n\nFrom `grammar/mounts.def`.\n\n| key | means |\n|---|---|\n";
#define MOUNT_KEY(key_, means_, type_) out += fmt::format("| `{}` | `{}` |\n", key_, means_);
#include "grammar/mounts.def"
#undef MOUNT_KEY
  out += "\n## Predefined arguments\n\n| name | kind | meaning |\n|---|---|---|\n";
  for (const PredefinedArg& arg : AllPredefinedArgs()) {
    out += fmt::format("| `{}` | {} | {} |\n", arg.name,
                       arg.kind == ArgKind::kPlatform ? "platform" : "proxy", Cell(arg.help));
  }
  return {"docs/reference/instructions.md", out};
}

Page Diagnostics() {
  std::string out =
      Head("Diagnostics",
           "Every code that the tool reports, from `grammar/diagnostics.def`. Codes are "
           "never reused.");
  out += "| code | name | severity | meaning |\n|---|---|---|---|\n";
  for (const DiagInfo& info : AllDiagnostics()) {
    out += fmt::format("| `{}` | {} | {} | {} |\n", info.code, info.name,
                       SeverityName(info.severity), Cell(info.summary));
  }
  return {"docs/reference/diagnostics.md", out};
}

Page Packages() {
  std::string out =
      Head("Package managers",
           "What is known of each, from `grammar/packages/*.json`: how it is called, what "
           "it reads, and where it keeps downloads. [packages.md](../packages.md) says how such "
           "a file is written.");
  out +=
      "| name | ecosystem | commands | manifests | lock files | caches "
      "|\n|---|---|---|---|---|---|\n";
  for (const PackageManager& row : Knowledge::BuiltIn().managers()) {
    out += fmt::format("| {} | {} | {} | {} | {} | {} |\n", row.name, row.ecosystem,
                       List(row.commands), List(row.manifests), List(row.locks), List(row.caches));
  }
  return {"docs/reference/packages.md", out};
}

Page Plans() {
  std::string out = Head("Builders and forms of a plan",
                         "From `grammar/builders.def` and `grammar/emitters.def`.");
  out += "| `--builder` | |\n|---|---|\n";
  for (const BuilderInfo& builder : AllBuilders()) {
    out += fmt::format("| `{}` | {} |\n", builder.name, Cell(builder.help));
  }
  out += "\n| `--format` | |\n|---|---|\n";
  for (const EmitterInfo& emitter : AllEmitters()) {
    out += fmt::format("| `{}` | {} |\n", emitter.name, Cell(emitter.help));
  }
  return {"docs/reference/plans.md", out};
}

Page Rules() {
  std::string out =
      Head("Rules",
           "What `cacheplan lint` reports, from `grammar/rules.def`. A rule that needs something "
           "is silent without it.");
  for (const RuleGroup group : {RuleGroup::kBuildkit, RuleGroup::kCache}) {
    out +=
        fmt::format("## {}\n\n| rule | severity | needs | fix | meaning |\n|---|---|---|---|---|\n",
                    Name(group));
    for (const RuleInfo& rule : AllRules()) {
      if (rule.group != group) {
        continue;
      }
      const std::string name = rule.code == rule.name
                                   ? fmt::format("`{}`", rule.name)
                                   : fmt::format("`{}` {}", rule.code, rule.name);
      const std::string title =
          RulePage(rule).empty() ? name : fmt::format("[{}](../rules/{}.md)", name, rule.code);
      const std::string fix(FixText(rule.fix));
      out += fmt::format("| {} | {}{} | {} | {} | {} |\n", title, SeverityName(rule.severity),
                         rule.on ? "" : ", off", NeedsText(rule.needs),
                         fix.empty() ? fix : "`" + fix + "`", Cell(rule.summary));
    }
    out += "\n";
  }
  out.pop_back();
  return {"docs/reference/rules.md", out};
}

Page Reporters() {
  std::string out = Head("Forms of findings", "From `grammar/reporters.def`.");
  out += "| `--format` | |\n|---|---|\n";
  for (const ReporterInfo& reporter : AllReporters()) {
    out += fmt::format("| `{}` | {} |\n", reporter.name, Cell(reporter.help));
  }
  return {"docs/reference/findings.md", out};
}

Page ExitCodes() {
  struct Row {
    std::string_view meaning;
  };
  std::string out = Head("Exit statuses",
                         "From `grammar/exit_codes.def`; the same for every command and "
                         "every output format.");
  out += "| status | meaning |\n|---|---|\n";
#define EXIT_CODE(id_, number_, ...) \
  out += fmt::format("| {} | {} |\n", number_, Row{__VA_ARGS__}.meaning);
#include "grammar/exit_codes.def"
#undef EXIT_CODE
  return {"docs/reference/exit-codes.md", out};
}

Page Layers() {
  struct Row {
    std::string_view headers;
    std::string_view third_party;
  };
  std::string out = Head("Layers",
                         "From `grammar/layers.def`: a layer includes those of lower rank only, "
                         "and of other people's headers only those listed.");
  out += "| layer | rank | public headers | third-party headers |\n|---|---|---|---|\n";
#define LAYER(name_, rank_, ...)                                                               \
  out += fmt::format("| `src/{}` | {} | {} | {} |\n", #name_, rank_, Row{__VA_ARGS__}.headers, \
                     Row{__VA_ARGS__}.third_party);
#include "grammar/layers.def"
#undef LAYER
  return {"docs/reference/layers.md", out};
}

/// The usage page with the text between `<!-- help NAME -->` and `<!-- end -->` made anew.
Result<Page> Usage(const std::string& root, FileReader& files) {
  const std::string path = "docs/usage.md";
  const Result<std::string> text = files.Read(root + "/" + path);
  if (!text.ok()) {
    return text.status();
  }
  constexpr std::string_view kBegin = "<!-- help";
  constexpr std::string_view kEnd = "<!-- end -->";
  std::string out;
  std::istringstream lines(text.value());
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (inside && line != kEnd) {
      continue;
    }
    inside = false;
    out += line + "\n";
    if (line.compare(0, kBegin.size(), kBegin) == 0) {
      std::string name = line.substr(kBegin.size());
      name = name.substr(0, name.rfind("-->"));
      name.erase(0, name.find_first_not_of(' '));
      name.erase(name.find_last_not_of(' ') + 1);
      out += "```\n" + HelpOf(name) + "```\n";
      inside = true;
    }
  }
  return Page{path, out};
}

}  // namespace

std::string HelpOf(const std::string& command) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  std::vector<std::string> args = {"--help"};
  if (!command.empty()) {
    args.insert(args.begin(), command);
  }
  Main(args, in, out, err);
  // No blanks at the ends of lines: editors take them away.
  std::istringstream lines(out.str());
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  while (text.size() > 1 && text[text.size() - 2] == '\n') {
    text.pop_back();
  }
  return text;
}

Result<std::vector<Page>> ReferencePages(const std::string& root, FileReader& files) {
  std::vector<Page> pages = {Instructions(), Diagnostics(), Rules(),     Reporters(),
                             Packages(),     Plans(),       ExitCodes(), Layers()};
  const Result<std::string> grammar = files.Read(root + "/grammar/dockerfile.ebnf");
  if (!grammar.ok()) {
    return grammar.status();
  }
  pages.push_back({"docs/reference/grammar.md",
                   Head("Grammar",
                        "The accepted language, from `grammar/dockerfile.ebnf`; tests derive "
                        "sentences from it.") +
                       "```ebnf\n" + grammar.value() + "```\n"});
  Result<Page> usage = Usage(root, files);
  if (!usage.ok()) {
    return usage.status();
  }
  pages.push_back(std::move(usage.value()));
  return pages;
}

}  // namespace cacheplan::cli
