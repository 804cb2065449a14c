#include "src/detect/local_script.h"

#include <algorithm>
#include <array>

#include "cacheplan/byte_set.h"
#include "cacheplan/text.h"

namespace cacheplan::detect {
namespace {

bool IsScriptFile(std::string_view word) {
  static constexpr std::array<std::string_view, 15> kEndings = {
      ".sh", ".bash", ".py", ".pl",  ".rb",  ".js",  ".mjs", ".cjs",
      ".R",  ".r",    ".jl", ".php", ".ps1", ".bat", ".cmd"};
  const std::size_t dot = word.rfind('.');
  return dot != std::string_view::npos && dot > 0 &&
         std::find(kEndings.begin(), kEndings.end(), word.substr(dot)) != kEndings.end();
}

/// On Windows too.
std::string_view FileOf(std::string_view path) {
  static constexpr ByteSet kSlashes("/\\");
  return path.substr(kSlashes.FindLastEnd(path));
}

/// A name that a file may have, and not a piece of a program.
bool IsFileName(std::string_view word) {
  static constexpr ByteSet kNames(
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-+${}");
  return !word.empty() && kNames.End(word) == word.size();
}

/// A path where programs stand, not scripts of the project.
bool IsPlaceOfPrograms(std::string_view path) {
  static constexpr std::array<std::string_view, 9> kSystem = {
      "/usr/", "/bin/", "/sbin/", "/lib/", "/etc/", "/var/", "/nix/", "/snap/", "/proc/"};
  if (std::any_of(kSystem.begin(), kSystem.end(),
                  [path](std::string_view place) { return path.starts_with(place); })) {
    return true;
  }
  const bool below = path.starts_with('/');
  path = path.substr(0, path.rfind('/'));
  for (bool first = !below; !path.empty(); first = false) {
    const std::string_view folder = path.substr(0, path.find('/'));
    const bool of_programs = IsOneOf(folder, "bin", "sbin", "libexec", ".bin", "Scripts");
    if ((of_programs && !first) || (folder.size() > 1 && folder.front() == '.' && folder != "..")) {
      return true;
    }
    path.remove_prefix(std::min(folder.size() + 1, path.size()));
  }
  return false;
}

/// What `.` and `source` read that sets variables and nothing else: the environments of tools, in
/// places of the system or of the user, or by their names.
bool IsEnvironment(std::string_view file) {
  const std::string_view name = FileOf(file);
  return file.empty() || file[0] == '/' || file[0] == '~' || file[0] == '$' ||
         name.starts_with('.') || name.find("activate") != std::string_view::npos ||
         name.ends_with("env") || name.ends_with("profile") || name.ends_with(".conf") ||
         name.ends_with("environment");
}

/// The consoles of frameworks: they run what the project defines, and download nothing of their own
/// accord. Nor do the scripts that configure a Perl module.
bool IsConsole(std::string_view file) {
  return IsOneOf(FileOf(file), "manage.py", "artisan", "console", "yii", "occ", "think", "spark",
                 "ace", "rails", "rake", "Makefile.PL", "Build.PL");
}

/// The script that an interpreter is given, by its name without a version.
std::string_view InterpretedFile(const SimpleCommand& command, std::string_view program) {
  const bool by_name = IsOneOf(program, "python", "node", "ruby", "perl", "php", "Rscript");
  for (const ScriptWord& own : command.words.subspan(1)) {
    const std::string_view word = own.text;
    if (IsOneOf(word, "-c", "-e", "-m")) {
      return {};
    }
    if (program == "powershell" || program == "pwsh") {  // -ExecutionPolicy Bypass -File x.ps1
      if (IsScriptFile(word)) {
        return word;
      }
      continue;
    }
    if (word.size() > 1 && word.front() == '-') {
      // `perl -pe …`: the program is a word.
      if (by_name && word[1] != '-' && word.find_first_of("ecmrpnlSi") != std::string_view::npos) {
        return {};
      }
      continue;
    }
    if (IsConsole(word) || word == "-" || (program == "php" && word.starts_with("--r"))) {
      return {};
    }
    const bool script = IsScriptFile(word) && word.find_first_of("`(") == std::string_view::npos;
    const bool file = script || program == "run-parts" ||
                      (by_name && IsFileName(word) && !IsPlaceOfPrograms(word));
    return file ? word : std::string_view();
  }
  return {};
}

}  // namespace

std::string_view LocalScript(const SimpleCommand& command, const Program& program) {
  const ScriptWord& own = command.words.front();
  const std::string_view first = own.text;
  static constexpr ByteSet kMayBeFile("/\\.");
  const bool version =
      !command.name().empty() && command.name().back() >= '0' && command.name().back() <= '9';
  if (!command.script_file && !program.runs_file && !version && !kMayBeFile.HasAnyOf(first)) {
    return {};  // most programs
  }
  if (command.name() == "configure") {
    return {};  // it looks at the system
  }
  if (command.script_file || first.starts_with("./") || first.starts_with("../") ||
      IsScriptFile(first)) {
    return first;
  }
  if (own.literal && first.find('/') != std::string_view::npos && !IsPlaceOfPrograms(first) &&
      !IsConsole(first) && command.dialect == ScriptDialect::kPosix) {
    return first;
  }
  std::string_view plain = command.name();
  while (plain.size() > 1 &&
         ((plain.back() >= '0' && plain.back() <= '9') || plain.back() == '.')) {
    plain.remove_suffix(1);
  }
  const bool runs_file =
      plain.size() == command.name().size() ? program.runs_file : ProgramOf(plain).runs_file;
  if (!runs_file) {
    return {};
  }
  if (plain == "." || plain == "source") {
    const bool environment = command.words.size() < 2 || command.words[1].text.starts_with('`') ||
                             IsEnvironment(command.words[1].text);
    return environment ? std::string_view() : command.words[1].text;
  }
  return InterpretedFile(command, plain);
}

bool NameSaysBuild(std::string_view script) {
  script = FileOf(script);
  while (!script.empty()) {
    static constexpr ByteSet kBetween("-_.");
    const std::size_t end = kBetween.Find(script);
    if (IsOneOf(script.substr(0, end), "build", "rebuild", "compile", "make")) {
      return true;
    }
    script.remove_prefix(std::min(end + 1, script.size()));
  }
  return false;
}

}  // namespace cacheplan::detect
