// Writes the package tables as rows in C++, so that no start of the program has to read them: run
// by the build. write_rows OUT ROOT, for the tables in ROOT/grammar/packages.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <fmt/format.h>

#include "src/knowledge/rows.h"

namespace cacheplan::knowledge {
namespace {

/// The lists that rows point to, each written once and before those that want it.
class Writer {
 public:
  [[nodiscard]] const std::string& text() const { return text_; }

  /// What stands for the list where a row wants it.
  template <typename Items>
  std::string List(std::string_view type, const Items& items) {
    if (items.empty()) {
      return "{}";
    }
    std::string list = fmt::format("constexpr {} NAME[] = {{", type);
    for (const auto& item : items) {
      list += Item(item) + ", ";
    }
    list.replace(list.size() - 2, 2, "};\n");
    const auto [known, added] = names_.try_emplace(list, fmt::format("k{}", names_.size()));
    if (added) {
      list.replace(list.find("NAME"), 4, known->second);
      text_ += list;
    }
    return known->second;
  }

  std::string Item(std::string_view text) {
    std::string literal = "\"";
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      const bool plain = byte >= ' ' && byte < 0x7F && c != '"' && c != '\\' && c != '?';
      literal += plain ? std::string(1, c) : fmt::format("\\{:03o}", byte);
    }
    return literal + '"';
  }
  std::string Item(const Glob& glob) { return fmt::format("Glob({})", Item(glob.pattern())); }
  std::string Item(Texts texts) { return List("std::string_view", texts); }
  std::string Item(const Choice& choice) {
    return fmt::format("{{{}, {}, {}, {:#x}U}}", choice.rule, choice.verb, choice.words,
                       choice.flag_bits);
  }
  std::string Item(const Lengths& lengths) {
    return fmt::format("{{{{{}}}}}", fmt::join(lengths.starts, ", "));
  }
  std::string Item(const VerbChoices& row) {
    return fmt::format("{{{}, {}, {}}}", Item(row.word), row.first, row.count);
  }
  std::string Item(const Condition& condition) {
    return fmt::format("{{Condition::Kind{{{}}}, {}}}", static_cast<int>(condition.kind),
                       List("Glob", condition.globs));
  }
  std::string Item(const Rule& rule) {
    std::string row;
    Add(row, "verbs", Item(rule.verbs));
    Add(row, "conditions", List("Condition", rule.conditions));
    Add(row, "text", Item(rule.text));
    Add(row, "text_needs", Item(rule.text_needs));
    Add(row, "folders", List("Glob", rule.folders));
    Add(row, "ecosystem", Item(rule.ecosystem));
    Add(row, "activity", fmt::format("Activity{{{}}}", static_cast<int>(rule.activity)));
    Add(row, "packages", fmt::format("PackageCount{{{}}}", static_cast<int>(rule.packages)));
    Add(row, "frozen", Item(rule.frozen));
    Add(row, "freezes", Item(rule.freezes));
    Add(row, "no_frozen_flag", Item(rule.no_frozen_flag));
    Add(row, "compiles", Item(rule.compiles));
    Add(row, "brings_source", Item(rule.brings_source));
    Add(row, "needs_lock", Item(rule.needs_lock));
    Add(row, "reads_no_lock", Item(rule.reads_no_lock));
    Add(row, "reads_project", Item(rule.reads_project));
    Add(row, "names_files", Item(rule.names_files));
    Add(row, "no_dependencies", Item(rule.no_dependencies));
    Add(row, "lone_tool", Item(rule.lone_tool));
    Add(row, "writes_lock", Item(rule.writes_lock));
    Add(row, "on", Item(rule.on));
    return "{" + row + "}";
  }
  std::string Item(const Manager& manager) {
    std::string row;
    Add(row, "commands", List("Texts", manager.commands));
    Add(row, "taking_values", Item(manager.taking_values));
    Add(row, "value_lengths", Item(manager.value_lengths));
    Add(row, "value_bits", fmt::format("{:#x}U", manager.value_bits));
    Add(row, "ignore_words", List("Glob", manager.ignore_words));
    Add(row, "rules", List("Rule", manager.rules));
    Add(row, "by_verb", List("VerbChoices", manager.by_verb));
    Add(row, "verb_lengths", Item(manager.verb_lengths));
    Add(row, "choices", List("Choice", manager.choices));
    Add(row, "of_any_verb", List("Choice", manager.of_any_verb));
    Add(row, "without_word", List("Choice", manager.without_word));
    Add(row, "takes_verbs", Item(manager.takes_verbs));
    return "{" + row + "}";
  }
  /// Without its examples, which only tests ask for, and which they read from the table.
  std::string Item(const PackageManager& manager) {
    std::string row;
    Add(row, "name", Item(manager.name));
    Add(row, "title", Item(manager.title));
    Add(row, "ecosystem", Item(manager.ecosystem));
    Add(row, "commands", Item(manager.commands));
    Add(row, "versioned", Item(manager.versioned));
    Add(row, "any_case", Item(manager.any_case));
    Add(row, "short_bundles", Item(manager.short_bundles));
    Add(row, "flags_first", Item(manager.flags_first));
    Add(row, "value_flags", Item(manager.value_flags));
    Add(row, "directory_flags", Item(manager.directory_flags));
    Add(row, "manifest_flags", Item(manager.manifest_flags));
    Add(row, "manifest_folders", Item(manager.manifest_folders));
    Add(row, "input_flags", Item(manager.input_flags));
    Add(row, "output_flags", Item(manager.output_flags));
    Add(row, "output_folder_flags", Item(manager.output_folder_flags));
    Add(row, "own_name_flags", Item(manager.own_name_flags));
    Add(row, "prints", Item(manager.prints));
    Add(row, "needs_lock_flags", Item(manager.needs_lock_flags));
    Add(row, "ignore_words", Item(manager.ignore_words));
    Add(row, "manifests", Item(manager.manifests));
    Add(row, "locks", Item(manager.locks));
    Add(row, "lock_optional", Item(manager.lock_optional));
    Add(row, "may_fetch", Item(manager.may_fetch));
    Add(row, "lock_is_checksums", Item(manager.lock_is_checksums));
    Add(row, "looks_up", Item(manager.looks_up));
    Add(row, "named_alone", Item(manager.named_alone));
    Add(row, "other_files", Item(manager.other_files));
    Add(row, "config", Item(manager.config));
    Add(row, "frozen_flags", Item(manager.frozen_flags));
    Add(row, "frozen_forms", Item(manager.frozen_forms));
    Add(row, "download_forms", Item(manager.download_forms));
    Add(row, "frozen_env", Item(manager.frozen_env));
    Add(row, "manifest_env", Item(manager.manifest_env));
    Add(row, "offline_env", Item(manager.offline_env));
    Add(row, "vendored_env", Item(manager.vendored_env));
    Add(row, "caches", Item(manager.caches));
    Add(row, "clean", Item(manager.clean));
    Add(row, "examples", "{}");
    return "{" + row + "}";
  }

 private:
  template <typename Flag, typename = std::enable_if_t<std::is_same_v<Flag, bool>>>
  std::string Item(Flag flag) {
    return flag ? "true" : "false";
  }
  static void Add(std::string& row, std::string_view field, std::string_view value) {
    row += fmt::format("{}.{} = {}", row.empty() ? "" : ", ", field, value);
  }

  std::map<std::string, std::string> names_;
  std::string text_;
};

int Write(const std::filesystem::path& out, const std::filesystem::path& root) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(root / "grammar" / "packages")) {
    if (entry.path().extension() == ".json") {
      names.push_back("grammar/packages/" + entry.path().filename().string());
    }
  }
  std::sort(names.begin(), names.end());
  LoadedRows rows;
  for (const std::string& name : names) {
    std::ifstream in(root / name, std::ios::binary);
    const std::string json{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    const Status status = LoadRows(name, json, rows);
    if (!status.ok()) {
      fmt::print(stderr, "{}\n", status.message);
      return 1;
    }
  }
  Writer writer;
  const std::string managers = writer.List("PackageManager", rows.managers);
  const std::string rules = writer.List("Manager", rows.rules);
  std::ofstream file(out, std::ios::binary);
  file << "// Made from grammar/packages/*.json by src/knowledge/write_rows.cpp.\n"
          "#include \"src/knowledge/rows.h\"\n\n"
          "namespace cacheplan::knowledge {\nnamespace {\n\n"
       << writer.text() << "\n}  // namespace\n\nRows BuiltInRows() { return {" << managers << ", "
       << rules << "}; }\n\n}  // namespace cacheplan::knowledge\n";
  file.close();
  if (!file.good() || names.empty()) {
    fmt::print(stderr, "{}: {}\n", out.string(),
               names.empty() ? "there are no tables to write" : "cannot be written");
    return 1;
  }
  return 0;
}

}  // namespace
}  // namespace cacheplan::knowledge

int main(int argc, char** argv) {
  return argc == 3 ? cacheplan::knowledge::Write(argv[1], argv[2]) : 2;
}
