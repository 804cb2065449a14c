// Scripts are cut into the commands that a shell would run (testdata/tables/commands.table).
#include "cacheplan/script.h"

#include <cstddef>
#include <cstdint>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "support/catch.h"
#include "support/cpu_time.h"

namespace cacheplan {
namespace {

std::string Replace(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

/// What the scripts of all tests need beside their own texts.
Arena& Memory() {
  static Arena arena;
  return arena;
}

Script Read(std::string_view script, ScriptDialect dialect = ScriptDialect::kPosix) {
  return ParseScript(script, Memory(), dialect);
}
Script ReadExec(const std::vector<std::string_view>& argv) { return ParseExec(argv, Memory()); }
Script ReadShellForm(std::string_view text, const std::vector<std::string_view>& shell,
                     bool windows) {
  return ParseShellForm(text, shell, windows, Memory());
}

std::string Show(std::string_view word) {
  const bool plain = !word.empty() && word.find_first_of(" []\n\t") == std::string::npos;
  return plain ? std::string(word) : "‹" + std::string(word) + "›";
}

std::string ShowAssignment(std::string_view word) {
  const std::size_t sign = word.find('=');
  const std::string_view value = word.substr(sign + 1);
  return std::string(word.substr(0, sign + 1)) + (value.empty() ? "" : Show(value));
}

std::string Show(const Script& script) {
  std::string text;
  for (const SimpleCommand& command : script.commands) {
    text += text.empty() ? "" : " ";
    for (const ScriptWord& word : command.assignments) {
      text += ShowAssignment(word.text) + " ";
    }
    if (!command.directory_known) {
      text += "?>";
    } else if (!command.directory.empty()) {
      text += std::string(command.directory) + ">";
    }
    std::string words;
    for (const ScriptWord& word : command.words) {
      words += (words.empty() ? "" : " ") + Show(word.text);
    }
    text += "[" + words + "]";
    text += command.piped_into_shell ? "|sh" : "";
    text += command.more_words ? "…" : "";
  }
  for (const OpaquePart& part : script.opaque) {
    text += (text.empty() ? "" : " ") + std::string("!(") + part.reason + ")";
  }
  return Replace(text, "\n", "⏎");
}

std::string Trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) {
    return "";
  }
  return std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

ScriptDialect TakeDialect(std::string& script) {
  if (script.rfind("<powershell> ", 0) == 0) {
    script.erase(0, 13);
    return ScriptDialect::kPowerShell;
  }
  if (script.rfind("<cmd> ", 0) == 0) {
    script.erase(0, 6);
    return ScriptDialect::kCmd;
  }
  return ScriptDialect::kPosix;
}

TEST_CASE("scripts are cut into commands", "[script]") {
  std::ifstream table(CACHEPLAN_SOURCE_DIR "/testdata/tables/commands.table");
  REQUIRE(table);
  int rows = 0;
  std::string line;
  for (int number = 1; std::getline(table, line); ++number) {
    const std::size_t arrow = line.rfind(" => ");
    if (arrow == std::string::npos) {
      REQUIRE((line.empty() || line[0] == '#'));
      continue;
    }
    if (line.rfind("# script => ", 0) == 0) {
      continue;
    }
    std::string script = Replace(Trimmed(line.substr(0, arrow)), "⏎", "\n");
    const std::string want = Trimmed(line.substr(arrow + 4));
    INFO("commands.table:" << number << ": " << script);
    const ScriptDialect dialect = TakeDialect(script);
    CHECK(Show(Read(script, dialect)) == want);
    ++rows;
  }
  CHECK(rows > 100);
}

TEST_CASE("an exec form is one command, or the script of its shell", "[script]") {
  CHECK(Show(ReadExec({"npm", "run", "a && b"})) == "[npm run ‹a && b›]");
  CHECK(Show(ReadExec({"/bin/bash", "-c", "cd x && npm ci"})) == "[cd x] x>[npm ci]");
  CHECK(Show(ReadExec({"sudo", "apt-get", "install", "x"})) == "[apt-get install x]");
  CHECK(Show(ReadExec({"echo", "$HOME"})) == "[echo $HOME]");
  CHECK(Show(ReadExec({})).empty());
}

TEST_CASE("SHELL decides how a script is read", "[script]") {
  const std::string text = "a && cd x; b";
  CHECK(Show(ReadShellForm(text, {}, false)) == "[a] [cd x] x>[b]");
  CHECK(Show(ReadShellForm(text, {"/bin/bash", "-o", "pipefail", "-c"}, false)) ==
        "[a] [cd x] x>[b]");
  CHECK(Show(ReadShellForm("dir & b", {}, true)) == "[dir] [b]");
  CHECK(Show(ReadShellForm("a; b", {"PowerShell.exe", "-Command"}, true)) == "[a] [b]");
  CHECK(Show(ReadShellForm(text, {"/usr/bin/scl", "enable", "x"}, false)) == "[a] [cd x] x>[b]");
  CHECK(Show(ReadShellForm("import os", {"python3", "-c"}, false)) ==
        "[python3 -c ‹import os›] !(the commands are run by python3, which is not read)");
}

TEST_CASE("offsets point at the command", "[script]") {
  const std::string text = "set -e; sudo npm ci && sh -c 'a; b'";
  const Script script = Read(text);
  REQUIRE(script.commands.size() == 4);
  CHECK(script.commands[1].offset == text.find("sudo"));
  CHECK(script.commands[1].words[0].offset == text.find("npm"));
  CHECK(script.commands[3].offset == text.find("'a; b'"));
}

TEST_CASE("the command's name is its last path component", "[script]") {
  CHECK(Read("/usr/bin/pip3 x").commands[0].name() == "pip3");
  CHECK(Read("$VENV/bin/pip x").commands[0].name() == "pip");
  CHECK(Read("C:/a/npm.cmd x").commands[0].name() == "npm");
  CHECK(Read("$X x").commands[0].name().empty());
  CHECK(Read("bin/$X x").commands[0].name().empty());
}

TEST_CASE("functions that a script defines are known", "[script]") {
  const Script script = Read("get() { curl $1; }; function put { a; }; get x");
  REQUIRE(script.functions.size() == 2);
  CHECK(script.functions[0].name == "get");
  CHECK(script.functions[1].name == "put");
}

TEST_CASE("no bytes crash the reader and it stays linear", "[script]") {
  const std::vector<std::string> nasty = {std::string("\0\0a\0", 4),
                                          "\xff\xfe\x80",
                                          "((((((",
                                          "))))))",
                                          "$((",
                                          "${${${",
                                          "`",
                                          "`\\`",
                                          "<<",
                                          "<<A <<B",
                                          "<<A\n",
                                          "&>",
                                          ">&",
                                          "2>",
                                          "case",
                                          "case x",
                                          "case x in",
                                          "case x in (",
                                          "for",
                                          "for x in",
                                          "function",
                                          "f(",
                                          "f()",
                                          "{",
                                          "}",
                                          "[[",
                                          "[[ x",
                                          "a=(",
                                          "a=(b",
                                          "\\",
                                          "'",
                                          "\"",
                                          "\"$(",
                                          "$'",
                                          "!(",
                                          "eval",
                                          "sudo",
                                          "sudo -u",
                                          "env -",
                                          "sh -c",
                                          "su -c",
                                          "xargs",
                                          "timeout",
                                          "find -exec",
                                          "esac",
                                          ";;",
                                          "fi done }",
                                          "scl enable a",
                                          "powershell",
                                          "cmd /c"};
  for (const std::string& text : nasty) {
    for (const ScriptDialect dialect :
         {ScriptDialect::kPosix, ScriptDialect::kPowerShell, ScriptDialect::kCmd}) {
      INFO(text);
      CHECK_NOTHROW(Read(text, dialect));
    }
  }
  const std::vector<std::string> pieces = {
      "$(",      "`",     "\"$(",   "((",   "{ ",          "$((",           "${a:-",
      "a|sh|",   "(",     ")",      "<<A ", "if a; then ", "case a in b) ", "sh -c '",
      "eval \"", "a && ", "cd a; ", "'",    "x=(",         "$(( \"(\" ) )"};
  for (const std::string& piece : pieces) {
    std::string text;
    while (text.size() < 100'000) {
      text += piece;
    }
    INFO(piece);
    const CpuTime time;
    CHECK_NOTHROW(Read(text));
    CHECK(time.seconds() < 5.0);  // a quadratic reader takes far longer
  }
}

/// What the last command runs for: "a" where that file is there, "!a" where it is not.
std::string Guards(const std::string& text) {
  const Script script = Read(text);
  std::string shown;
  for (std::uint32_t branch = script.commands.back().branch; branch != 0;
       branch = script.branches[branch - 1]) {
    for (const ScriptGuard& guard : script.guards) {
      if (guard.branch == branch) {
        shown += (shown.empty() ? "" : " ") + std::string(guard.there ? "" : "!");
        shown += guard.file;
      }
    }
  }
  return shown;
}

TEST_CASE("files that a branch runs with or without", "[script]") {
  struct Row {
    const char* text;
    const char* want;
  };
  const Row rows[] = {
      {"[ -f a ] && x", "a"},
      {"[ -f a ] || x", "!a"},
      {"if [ -f a ]; then y; else x; fi", "!a"},
      {"if ! [ -f a ]; then y; else x; fi", "a"},
      {"if ( [ -f a ] ); then y; else x; fi", "!a"},
      {"if [ -f a ]; then y; elif [ -f b ]; then y; else x; fi", "!a !b"},
      {"if [ -f a ]; then y; elif z; then y; else x; fi", "!a"},
      {"if [ -f a ]; then if [ -f b ]; then y; fi; else x; fi", "!a"},
      {"if [ -f a ]; then if [ -f b ]; then y; else x; fi; fi", "!b a"},
      // The `else` of several: each has failed of those with ||, but any of those with &&.
      {"if [ -f a ] && [ $b ]; then y; else x; fi", ""},
      {"if [ $b ] && [ -f a ]; then y; else x; fi", ""},
      {"if [ $b ] && [ -f a ]; then x; fi", "a"},
      {"if [ -f a ] && (( b )); then y; else x; fi", ""},
      {"if ( [ $b ] && [ -f a ] ); then y; else x; fi", ""},
      {"if [ $b ] && { [ -f a ]; }; then y; else x; fi", ""},
      {"if [ -f a ] || [ -f b ]; then x; fi", ""},
      {"if [ -f a ] || { [ -f b ]; }; then x; fi", ""},
      {"if [ -f a ] || [ -f b ]; then y; else x; fi", "!a !b"},
      {"if ! [ -f a ] || [ $b ]; then y; else x; fi", "a"},
      {"if [ -f a ] || [ \"$(test -f c)\" ]; then y; else x; fi", "!a"},
      {"if [ -f a ] || [ -f b ] && [ -f c ]; then y; else x; fi", ""},
      {"if [ -f a ] && [ -f b ] || [ -f c ]; then y; else x; fi", "!c"},
      {"if [ -f a ] | y; then y; else x; fi", ""},
      {"if [ -f a ]; y; then y; else x; fi", ""},
      {"if ! { y && [ -f a ]; }; then y; else x; fi", ""},
      // A ! is for one pipeline.
      {"! A=1; [ -f a ] && x", "a"},
      {"! A=1 && [ -f a ] && x", ""},
      {"! ((b)); [ -f a ] && x", "a"},
      {"! { b=1; [ -f a ] && x; }", "a"},
  };
  for (const Row& row : rows) {
    INFO(row.text);
    CHECK(Guards(row.text) == row.want);
  }
}

TEST_CASE("a second else is not known to run without what the first runs without", "[script]") {
  std::string text = "if [ -f a ]; then x; ";
  for (int i = 0; i < 18; ++i) {
    text += "else y; ";
  }
  CHECK(Read(text + "fi").guards.size() == 2);
}

}  // namespace
}  // namespace cacheplan
