// What a package table may not say, though its form is right: refused with the place, and with what
// to do.
#include <string>
#include <vector>

#include "cacheplan/knowledge.h"

#include "support/catch.h"
#include "support/program.h"

namespace cacheplan {
namespace {

/// A table of one rule, with more keys of the manager, and of the rule.
std::string Table(const std::string& more, const std::string& rule = R"("verbs": ["get"])",
                  const std::string& commands = R"(["zap", "zapx zap"])") {
  return R"({"manager": "zap", "title": "Zap", "ecosystem": "zap", "commands": )" + commands +
         (more.empty() ? "" : ", " + more) + R"(, "rules": [{)" + rule +
         (rule.find("\"is\"") == std::string::npos ? R"(, "is": "project")" : "") + "}]}";
}
std::string RuleOf(const std::string& rule) { return Table("", rule); }
std::string CommandsOf(const std::string& commands) {
  return Table("", R"("verbs": ["get"])", commands);
}

std::string Complaint(const std::string& json) {
  const Result<Knowledge> result = Knowledge::BuiltIn().With("t.json", json);
  return result.ok() ? "fine" : result.status().message;
}

TEST_CASE("what would never fit a command, or makes no sense, is refused", "[knowledge]") {
  struct Row {
    std::string json;
    std::string message;
  };
  const std::string rule = "t.json, rule 1, key ";
  const Row rows[] = {
      {CommandsOf(R"(["/usr/bin/zap"])"),
       R"(t.json, key "commands": "/usr/bin/zap" is a path; "zap")"},
      {CommandsOf(R"(["zap --x"])"), R"(t.json, key "commands": "zap --x" holds a flag)"},
      {CommandsOf(R"(["-zap"])"), R"(t.json, key "commands": "-zap" holds a flag)"},
      {CommandsOf(R"(["zap;"])"), R"(t.json, key "commands": "zap;" holds ;)"},
      {CommandsOf(R"(["zap", "zap"])"), R"(t.json, key "commands": "zap" stands here twice)"},
      {R"({"manager": "zap", "title": "Z", "ecosystem": "z", "commands": ["zap"], "rules": []})",
       R"(t.json, key "rules": is empty)"},
      {RuleOf(R"("verbs": [])"), rule + R"("verbs": is an empty list)"},
      {RuleOf(R"("verbs": [" "])"), rule + R"("verbs": holds blanks alone)"},
      {RuleOf(R"("verbs": ["--get"])"), rule + R"("verbs": "--get": --get is a flag)"},
      {RuleOf(R"("verbs": ["get -a"])"), rule + R"("verbs": "get -a": -a is a flag)"},
      {RuleOf(R"("with": [])"), rule + R"("with": is an empty list)"},
      {RuleOf(R"("with": ["get"])"), rule + R"("with": "get" is no flag)"},
      {RuleOf(R"("without": ["--"])"), rule + R"("without": "--" is no flag)"},
      {RuleOf(R"("with": ["-a", "-b"], "without": ["-b"])"),
       rule + R"("without": "-b" is in "with" too)"},
      {RuleOf(R"("words": [""])"), rule + R"("words": holds an empty text)"},
      {RuleOf(R"("not_words": [])"), rule + R"("not_words": is an empty list)"},
      {RuleOf(R"("words": ["a"], "packages": "none")"), rule + R"("words": wants a word)"},
      {RuleOf(R"("called": [])"), rule + R"("called": is an empty list)"},
      {RuleOf(R"("called": ["zip"])"),
       rule + R"("called": "zip" is none of its commands (zap, zapx zap))"},
      {RuleOf(R"("first": [])"), rule + R"("first": is an empty list)"},
      {RuleOf(R"("last": [""])"), rule + R"("last": holds an empty text)"},
      {RuleOf(R"("hosts": ["a"], "packages": "none")"), rule + R"("hosts": wants a word)"},
      {RuleOf(R"("text": "")"), rule + R"("text": is empty)"},
      {RuleOf(R"("verbs": ["a"], "ecosystem": "")"), rule + R"("ecosystem": is empty)"},
      {RuleOf(R"("verbs": ["a"], "ecosystem": "a b")"), rule + R"("ecosystem": "a b" has a blank)"},
      {RuleOf(R"("is": "tool", "frozen": true)"), rule + R"("frozen": only what reads)"},
      {RuleOf(R"("is": "system", "frozen": true)"), rule + R"("frozen": only what reads)"},
      {RuleOf(R"("is": "fetch", "frozen": true)"), rule + R"("frozen": only what reads)"},
      {RuleOf(R"("is": "tool", "no_frozen_flag": true)"),
       rule + R"("no_frozen_flag": is for what reads)"},
      {RuleOf(R"("is": "tool", "reads_no_lock": true)"),
       rule + R"("reads_no_lock": is for what reads)"},
      {RuleOf(R"("needs_lock": true, "reads_no_lock": true)"),
       rule + R"("reads_no_lock": is for what reads)"},
      {RuleOf(R"("is": "project", "lone_tool": true)"),
       rule + R"("lone_tool": is for a "project build" or a "compile" that fetches what it names )"
              "where there is no project; leave it out"},
      {RuleOf(R"("is": "tool", "no_dependencies": true)"),
       rule + R"("no_dependencies": is for a "project" or a "project build")"},
      {RuleOf(R"("verbs": ["a"], "freezes": true)"), rule + R"("freezes": says that the command)"},
      {RuleOf(R"("verbs": ["a"], "on": true)"), rule + R"("on": there is no rule below)"},
      {RuleOf(R"("verbs": ["a\nb"])"), rule + R"("verbs": "a\nb" holds a control character)"},
      {RuleOf(R"("is": "tool"}, {"is": "tool")"), "t.json, rule 2: stands above already"},
      {Table(R"("value_flags": ["x"])"), R"(t.json, key "value_flags": "x" is no flag)"},
      {Table(R"("manifest_folders": true)"),
       R"(t.json, key "manifest_folders": the first of "manifests" is what stands in the folder)"},
      {Table(R"("own_name_flags": ["O"])"), R"(t.json, key "own_name_flags": "O" is no flag)"},
      {Table(R"("output_flags": ["o"])"), R"(t.json, key "output_flags": "o" is no flag)"},
      {Table(R"("output_flags": ["-o"], "output_folder_flags": ["-o"])"),
       R"(t.json, key "output_folder_flags": "-o" is in "output_flags" too)"},
      {Table(R"("value_flags": ["--x=y"])"), R"(t.json, key "value_flags": "--x=y" is no flag)"},
      {Table(R"("value_flags": ["--x="])"), R"(t.json, key "value_flags": "--x=" is no flag)"},
      {Table(R"("directory_flags": ["--x=y"])"),
       R"(t.json, key "directory_flags": "--x=y" is no flag)"},
      {Table(R"("value_flags": [""])"), R"(t.json, key "value_flags": "" is no flag)"},
      {Table(R"("value_flags": ["-C"], "directory_flags": ["-C"])"),
       R"(t.json, key "directory_flags": "-C" is in "value_flags" too)"},
      {Table(R"("frozen_flags": ["frozen"])"),
       R"(t.json, key "frozen_flags": "frozen" is no flag)"},
      {Table(R"("manifests": ["zap.x"], "locks": ["zap.x"])"),
       R"(t.json, key "locks": "zap.x" is in "manifests" too)"},
      {Table(R"("manifests": ["*"])"), R"(t.json, key "manifests": "*" fits every file)"},
      {Table(R"("config": ["*/"])"), R"(t.json, key "config": "*/" fits every file)"},
      {Table(R"("caches": [".zap"])"), R"(t.json, key "caches": ".zap" is no absolute path)"},
      {Table(R"("frozen_env": ["A B"])"), R"(t.json, key "frozen_env": "A B" is no name)"},
      {Table(R"("offline_env": ["=x"])"), R"(t.json, key "offline_env": "=x" is no name)"},
      {Table(R"("clean": ["npm cache clean"])"),
       R"(t.json, key "clean": "npm cache clean" begins with none of its commands (zap, zapx zap))"},
      {Table(R"("frozen_forms": ["npm ci"])"), R"(t.json, key "frozen_forms": "npm ci" begins)"},
      {Table(R"("download_forms": ["npm ci"])"),
       R"(t.json, key "download_forms": "npm ci" begins)"},
      {Table(R"("examples": {"project": ["npm ci"]})"),
       R"(t.json, examples of "zap": `npm ci` is a command of "npm"; give one of its own)"},
      {Table(R"("examples": {"projekt": ["zap get"]})"),
       R"(t.json, key "examples": "projekt" is nothing that a command can be; it is one of project, )"},
      {R"({"manager": "zap", "title": "Z\u001b[1m", "ecosystem": "z", "commands": ["zap"], "rules": [{"is": "tool"}]})",
       R"(t.json, key "title": "Z\x1b[1m" holds a control character)"},
      {R"({"manager": "zap", "title": "Z", "ecosystem": "a b", "commands": ["zap"], "rules": [{"is": "tool"}]})",
       R"(t.json, key "ecosystem": "a b" has a blank)"},
  };
  for (const Row& row : rows) {
    INFO(row.json);
    const std::string complaint = Complaint(row.json);
    INFO(complaint);
    CHECK(complaint.rfind(row.message, 0) == 0);
  }
}

TEST_CASE("a complaint shows nothing that a terminal would obey", "[knowledge]") {
  const std::string complaint = Complaint(R"([{"manager": "z\u001b[31m", "titl\u0007e": "t"}])");
  CHECK(complaint.rfind(R"(t.json, manager "z?[31m", key "titl?e": unknown)", 0) == 0);
}

TEST_CASE("what is near to it and has a meaning is taken", "[knowledge]") {
  for (const std::string& json :
       {Table(""),
        CommandsOf(R"(["zap", "ruby -S zap", "python -m zap", "npx @zap/zap", "zap*.cjs"])"),
        RuleOf(R"("verbs": ["", "get"], "not_words": ["x*"])"), RuleOf(R"("verbs": ["-"])"),
        RuleOf(R"("is": "nothing", "freezes": true)"),
        Table(R"("clean": ["rm -rf /var/zap", "zapx zap clean"], "frozen_forms": ["zap ci"])"),
        Table(R"("caches": ["~/.zap", "$HOME/.zap", "/zap", "C:\\zap"])"),
        Table(R"("offline_env": ["ZAP_OFFLINE", "ZAP_MODE=off*"], "config": ["zap/", "*.zap"])"),
        Table(R"("examples": {"project": ["zap get"], "nothing": ["zap", "ls"]})")}) {
    INFO(json);
    CHECK(Complaint(json) == "fine");
  }
}

TEST_CASE("in an array a complaint says of which manager it is", "[knowledge]") {
  const std::string good =
      R"({"manager": "a", "title": "A", "ecosystem": "a", "commands": ["a"], "rules": [{"is": "tool"}]})";
  CHECK(Complaint("[" + good + ", " + RuleOf(R"("verbs": [])") + "]")
            .rfind(R"(t.json, manager "zap", rule 1, key "verbs": is an empty list)", 0) == 0);
  CHECK(Complaint("[" + good + R"(, {"title": "x"}])")
            .rfind(R"(t.json, element 2, key "manager": is missing or empty)", 0) == 0);
  CHECK(Complaint("[" + good + ", " + good + "]")
            .rfind(R"(t.json, element 2, key "manager": "a" is in this file already)", 0) == 0);
  CHECK(Complaint(R"(["x"])") == "t.json, element 1: is a string; a package manager is an object");
  for (const char* json : {"null", "7", "\"x\""}) {
    CHECK_THAT(Complaint(json), ContainsSubstring("a package manager is an object, and a file "
                                                  "holds one or an array of them"));
  }
}

TEST_CASE("--packages with a folder asks for a table in it", "[packages]") {
  const test::TempFolder folder;
  folder.Write("Dockerfile", "FROM a\n");
  folder.Write("tables/zap.json", "{}");
  const test::InFolder here(folder.path());
  const test::Ran ran = test::RunMain({"deps", "--packages", "tables"});
  CHECK(ran.status == 3);
  CHECK(ran.err ==
        "cacheplan: --packages tables: is a directory; name a JSON file of package managers in "
        "it\n");
}

TEST_CASE("packages NAME: in full, by any name that it is called by", "[packages]") {
  using test::RunMain;
  const std::string pip = RunMain({"packages", "pip"}).out;
  CHECK_THAT(pip, ContainsSubstring("a number may follow its name"));
  CHECK_THAT(pip, ContainsSubstring("value flags"));
  CHECK_THAT(pip, ContainsSubstring("file flags"));
  CHECK(RunMain({"packages", "pip3"}).out == pip);
  CHECK(RunMain({"packages", "pip3.11"}).out == pip);
  CHECK_THAT(RunMain({"packages", "npm"}).out, ContainsSubstring("folder flags"));
  const std::string json = RunMain({"packages", "cargo", "--format", "json"}).out;
  for (const char* key :
       {"\"versioned\":", "\"any_case\":", "\"short_bundles\":", "\"value_flags\":",
        "\"directory_flags\":", "\"manifest_flags\":", "\"ignore_words\":[\"+*\"]"}) {
    CHECK_THAT(json, ContainsSubstring(key));
  }
  // The text leaves out nothing that the JSON has.
  const std::string npm = RunMain({"packages", "npm"}).out;
  CHECK_THAT(npm, ContainsSubstring("; fails without a lock file"));
  CHECK_THAT(npm, ContainsSubstring("; reads files of the project"));
  CHECK_THAT(RunMain({"packages", "go"}).out, ContainsSubstring("frozen flags do not go with it"));
  const std::string curl = RunMain({"packages", "curl"}).out;
  for (const char* key : {"input flags", "writes to      -o, --output", "own name by    -O",
                          "writes into    --output-dir", "prints what it brings"}) {
    CHECK_THAT(curl, ContainsSubstring(key));
  }
  CHECK_THAT(RunMain({"packages", "maven"}).out, ContainsSubstring("file, folder   -f, --file"));
  CHECK_THAT(RunMain({"packages", "go"}).out,
             ContainsSubstring("takes the manifests of one above"));
  CHECK_THAT(pip, ContainsSubstring("; works in a word like ./* or ../*"));
  CHECK_THAT(RunMain({"packages", "bundler"}).out, ContainsSubstring("needs lock by"));
  CHECK_THAT(RunMain({"packages", "NPM"}).err, ContainsSubstring("did you mean npm?"));
  const test::Ran none = RunMain({"packages", ""});
  CHECK(none.status == 2);
  CHECK_THAT(none.err, ContainsSubstring("NAME"));
}

}  // namespace
}  // namespace cacheplan
