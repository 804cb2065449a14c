// What commands do to the network and to the project: the package managers, fetchers and build
// tools of grammar/packages/*.json, as a matcher for simple commands.
//
// The tables are part of the program; a user's file of the same form adds rows or replaces the row
// of the same manager. The loader refuses what it does not know, naming the file and the key; what
// each key means is written at the structs of src/knowledge/rows.h.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/arena.h"
#include "cacheplan/globs.h"
#include "cacheplan/result.h"
#include "cacheplan/script.h"

namespace cacheplan {

/// What one command does, as far as dependencies go.
enum class Activity {
  kProject,       ///< fetches what the project's own manifest declares
  kProjectBuild,  ///< the same, and builds the project
  kProjectTest,   ///< the same, and tests it
  kTool,          ///< fetches packages of a language that the command names
  kSystem,        ///< installs packages of the operating system
  kFetch,         ///< brings a file, a key or a repository from the network
  kCompile,       ///< builds something, fetching nothing
  kTest,          ///< runs tests or linters, fetching nothing
  kClean,         ///< throws a cache away
  kIndex,         ///< refreshes an index of packages
  kNothing,       ///< known, and none of the above
};
/// "project", "project build", "project test", "tool", … : the words of the tables.
std::string_view Name(Activity activity);

using Texts = std::span<const std::string_view>;

/// A command line and what it must be read as; a test runs all of them.
struct PackageExample {
  std::string_view command;
  std::string_view
      is;  ///< an activity's name; several joined by " + " where a command is several things
};

/// One row: a file of grammar/packages. It lives as long as the Knowledge and its copies.
struct PackageManager {
  std::string_view name;           ///< "yarn"
  std::string_view title;          ///< one line for a person
  std::string_view ecosystem;      ///< "npm"
  Texts commands;                  ///< "yarn", "corepack yarn"
  bool versioned = false;          ///< a number may follow its name: pip3.11
  bool any_case = false;           ///< its name is not case-sensitive
  bool short_bundles = false;      ///< -qyr x is -q -y -r x
  bool flags_first = false;        ///< flags behind the first word are another program's
  Texts value_flags;               ///< flags whose value is the next word
  Texts directory_flags;           ///< whose value is the folder it works in
  Texts manifest_flags;            ///< whose value is a manifest
  bool manifest_folders = false;   ///< or the folder of it
  Texts input_flags;               ///< whose value is another file that it reads
  Texts output_flags;              ///< whose value is the file that it writes; - prints it
  Texts output_folder_flags;       ///< whose value is the folder of that file
  Texts own_name_flags;            ///< with one of these the file is called as in its address
  bool prints = false;             ///< without any of those it prints what it brings
  Texts needs_lock_flags;          ///< with one of these it fails without a lock file
  Texts ignore_words;              ///< patterns of words that are no packages
  Texts manifests;                 ///< file name patterns: "package.json", "*.csproj"
  Texts locks;                     ///< "yarn.lock"
  bool lock_optional = false;      ///< most projects have none of them: they are opted into
  bool may_fetch = false;          ///< its builds fetch only what their manifests tell them to
  bool lock_is_checksums = false;  ///< the manifests fix the versions, a lock file checks them
  bool looks_up = false;           ///< where its folder has none, it takes those of one above
  bool named_alone = false;        ///< of the manifests a command reads those that it names
  Texts other_files;               ///< those of other managers that it takes over
  Texts config;                    ///< what an install reads besides; "dir/" is a directory,
                                   ///< "dir/**" one with all that is in it
  Texts frozen_flags;              ///< with one of these it fails rather than resolve anew
  Texts frozen_forms;              ///< commands that never resolve anew: "npm ci"
  Texts download_forms;            ///< that download with the manifests alone, where others build
                                   ///< as well: "go mod download"
  Texts frozen_env;                ///< variables that do the same, set to a true value
  Texts manifest_env;              ///< variables that name its manifest
  Texts offline_env;               ///< variables that keep it off the network: NAME, set to
                                   ///< a true value, or NAME=PATTERN
  Texts vendored_env;              ///< with these its builds and tests take a vendored copy
  Texts caches;                    ///< where downloads are kept, for a cache mount
  Texts clean;                     ///< commands that throw them away
  std::span<const PackageExample> examples;
};

/// One thing that a package manager's command can be: a line of its table.
struct CommandForm {
  std::vector<std::string> called;  ///< by one of these of the manager's commands; empty: by any
  std::vector<std::string> verbs;   ///< any of them; empty: whatever stands there
  std::vector<std::string> with;    ///< one of these flags is there
  std::vector<std::string> without;
  std::vector<std::string> words;  ///< a word after the verb fits one of these patterns
  std::vector<std::string> first;  ///< the first of them does
  std::vector<std::string> last;   ///< the last of them does
  std::vector<std::string> hosts;  ///< it names an address of one of these hosts, and no other
  std::string packages;            ///< "none", "some", or "" where it does not matter
  std::string text;                ///< RE2, found in the command; "" for any
  std::string ecosystem;           ///< where it is not the manager's
  Activity activity = Activity::kNothing;
  std::vector<std::string> not_words;  ///< no word after the verb fits one of these
  std::vector<std::string> folders;    ///< a word that fits one of these is where it works
  bool frozen = false;
  bool freezes = false;
  bool no_frozen_flag = false;
  bool compiles = false;
  bool brings_source = false;
  bool needs_lock = false;
  bool reads_no_lock = false;
  bool reads_project = false;
  bool names_files = false;
  bool no_dependencies = false;
  bool lone_tool = false;
  bool writes_lock = false;
  bool on = false;  ///< the forms below are tried as well
};

/// What a row says of a command. It lives as long as the command, the Knowledge and the arena that
/// it was made with.
struct CommandFact {
  const PackageManager* manager = nullptr;
  Activity activity = Activity::kNothing;
  bool frozen = false;          ///< cannot resolve anew: by its nature or by a flag
  bool freezes = false;         ///< from here on no command of the manager can: it sets that
  bool maybe_frozen = false;    ///< one of its words may be such a flag, or nothing
  bool no_frozen_flag = false;  ///< none of the manager's frozen flags goes with it
  bool compiles = false;        ///< a tool that is built from its source
  bool brings_source = false;   ///< it brings a source tree to work in (git clone, go get)
  bool needs_lock = false;      ///< without a lock file it fails
  bool reads_no_lock = false;   ///< though the manager has lock files
  bool reads_project = false;   ///< it reads or edits files where it works, or that it is told
  bool names_files = false;     ///< its words are the files that it installs, or the project itself
  bool no_dependencies = false;  ///< it fetches at most what its build itself requires
  bool lone_tool = false;        ///< where nothing of a project came before it is a tool
  bool writes_lock = false;      ///< it makes the lock file that those after it read
  /// By its version or a setting it reads no manifest: Go before modules. Detect finds that out.
  bool without_manifests = false;
  std::string_view ecosystem;                   ///< the row's, or the rule's where it has one
  std::span<const std::string_view> manifests;  ///< that the command line names (`-r FILE`)
  std::span<const std::string_view> packages;   ///< its words after the verb
  std::string_view directory;                   ///< `--prefix DIR`, `-C DIR`, or a word; "" = none
  std::string_view output;                      ///< the file that it names to be written; "" = none
  std::string_view output_folder;               ///< the folder that it names for it; "" = none
  bool prints = false;  ///< what it brings goes to standard output, not into a file
};

/// What a file is to a package manager.
enum class FileKind { kManifest, kLock, kConfig };
struct FileFact {
  const PackageManager* manager = nullptr;
  FileKind kind = FileKind::kManifest;
};

/// Immutable; copies share their tables. Safe to use from several threads.
class Knowledge {
 public:
  /// The tables in the program. Read at the first call.
  static const Knowledge& BuiltIn();

  /// These tables and those of `json` (one object or an array of them), which come first and
  /// replace rows of the same name. kInvalid names `file` and the key that is wrong.
  [[nodiscard]] Result<Knowledge> With(std::string_view file, std::string_view json) const;

  /// Everything that the command is known to do, in the table's order; empty when no row speaks of
  /// it. A command with no literal name is never known, nor is one whose verb is a variable:
  /// `hidden_verb` is set for that.
  [[nodiscard]] std::span<CommandFact> Match(const SimpleCommand& command, Arena& arena,
                                             bool* hidden_verb = nullptr) const;

  /// What a path's last component is, for the first row that knows it; a path that ends in a slash
  /// is a directory.
  [[nodiscard]] std::optional<FileFact> FileAt(std::string_view path) const;
  /// The same for a directory, however its path is written.
  [[nodiscard]] std::optional<FileFact> FolderAt(std::string_view path) const;
  /// What `package*.json` stands for: the first row with a name that fits the pattern. Nothing
  /// where it holds hardly more than stars.
  [[nodiscard]] std::optional<FileFact> FileForPattern(std::string_view pattern) const;

  [[nodiscard]] std::span<const PackageManager> managers() const;
  /// The manager of that name, or else the first that is called so ("mvn", "pip3.11"); null for
  /// neither.
  [[nodiscard]] const PackageManager* Find(std::string_view name) const;
  /// What the commands of one of `managers()` are, in the order in which they are tried.
  [[nodiscard]] std::vector<CommandForm> FormsOf(const PackageManager& manager) const;

 private:
  struct Tables;
  explicit Knowledge(std::shared_ptr<const Tables> tables) : tables_(std::move(tables)) {}
  std::shared_ptr<const Tables> tables_;
};

}  // namespace cacheplan
