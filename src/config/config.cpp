#include "cacheplan/config.h"

#include <array>
#include <functional>
#include <initializer_list>
#include <tuple>

#include <fmt/format.h>

// The header alone, whether or not the system has the library as well: one file reads
// configurations, and no program should need the library to start.
#undef TOML_HEADER_ONLY  // some packages define it, and TOML_SHARED_LIB, for their library
#undef TOML_SHARED_LIB
#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include "cacheplan/text.h"

namespace cacheplan {
namespace {

std::string_view TypeName(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "a list";
    case toml::node_type::string:
      return "a text";
    case toml::node_type::integer:
    case toml::node_type::floating_point:
      return "a number";
    case toml::node_type::boolean:
      return "true or false";
    default:
      return "a date or time";
  }
}

std::string Suggestion(std::string_view word, const std::vector<std::string_view>& options) {
  const std::string_view nearest = Nearest(word, options);
  return nearest.empty() ? "" : fmt::format(" (did you mean {}?)", nearest);
}

std::string Listed(const std::vector<std::string_view>& options) {
  std::string list;
  for (const std::string_view option : options) {
    list += list.empty() ? "" : ", ";
    list += option;
  }
  return list;
}

/// Reads one file. Of several errors the one that stands first is kept: toml++ walks a table by the
/// names of its keys.
class Reader {
 public:
  explicit Reader(std::string_view path) : path_(path) {}

  using Read = std::function<void(const toml::node&)>;
  struct Key {
    std::string_view name;
    Read read;
  };

  void Fail(const toml::source_region& at, const std::string& message) {
    const auto place = std::tuple(at.begin.line, at.begin.column);
    if (status_.ok() || place < first_) {
      first_ = place;
      status_ = Status::Usage(
          fmt::format("{}:{}:{}: {}", path_, at.begin.line, at.begin.column, message));
    }
  }

  void Table(const toml::node& node, std::string_view name, const std::vector<Key>& keys) {
    const toml::table* table = node.as_table();
    if (table == nullptr) {
      Fail(node.source(), fmt::format("{} must be a table, not {}", name, TypeName(node)));
      return;
    }
    for (const auto& [key, value] : *table) {
      const std::string_view word = key.str();
      const Key* found = nullptr;
      std::vector<std::string_view> names;
      for (const Key& known : keys) {
        names.push_back(known.name);
        found = known.name == word ? &known : found;
      }
      if (found != nullptr) {
        found->read(value);
      } else {
        Fail(key.source(), fmt::format("unknown key '{}' in {}{}; known are {}", Printable(word),
                                       name, Suggestion(word, names), Listed(names)));
      }
    }
  }

  /// A text, or a list of texts where `list`.
  std::vector<std::pair<std::string, const toml::node*>> Texts(const toml::node& node,
                                                               std::string_view what, bool one) {
    std::vector<std::pair<std::string, const toml::node*>> texts;
    if (const toml::value<std::string>* text = node.as_string(); text != nullptr && one) {
      texts.emplace_back(text->get(), &node);
      return texts;
    }
    const toml::array* array = node.as_array();
    if (array == nullptr) {
      Fail(node.source(), fmt::format("{} must be a list of texts, not {}", what, TypeName(node)));
      return texts;
    }
    for (const toml::node& item : *array) {
      if (const toml::value<std::string>* text = item.as_string()) {
        texts.emplace_back(text->get(), &item);
      } else {
        Fail(item.source(),
             fmt::format("{} must be a list of texts, not {}", what, TypeName(item)));
      }
    }
    return texts;
  }

  /// One of the words, by its place among them.
  std::optional<std::size_t> Choice(const toml::node& node, std::string_view what,
                                    const std::vector<std::string_view>& words) {
    const toml::value<std::string>* text = node.as_string();
    if (text == nullptr) {
      Fail(node.source(), fmt::format("{} must be a text, not {}", what, TypeName(node)));
      return std::nullopt;
    }
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (words[i] == text->get()) {
        return i;
      }
    }
    Fail(node.source(), fmt::format("{} must be one of {}, not '{}'{}", what, Listed(words),
                                    Printable(text->get()), Suggestion(text->get(), words)));
    return std::nullopt;
  }

  std::optional<bool> Flag(const toml::node& node, std::string_view what) {
    const toml::value<bool>* flag = node.as_boolean();
    if (flag == nullptr) {
      Fail(node.source(), fmt::format("{} must be true or false, not {}", what, TypeName(node)));
      return std::nullopt;
    }
    return flag->get();
  }

  RuleSet Rules(const toml::node& node, std::string_view what) {
    RuleSet rules;
    for (const auto& [word, place] : Texts(node, what, false)) {
      const RuleSet some = FindRules(word);
      if (some.none()) {
        Fail(place->source(), UnknownRule(word));
      }
      rules |= some;
    }
    return rules;
  }

  [[nodiscard]] const Status& status() const { return status_; }

 private:
  std::string_view path_;
  Status status_;
  std::tuple<toml::source_index, toml::source_index> first_;
};

void ReadSeverities(Reader& reader, const toml::node& node, LintConfig& config) {
  const toml::table* table = node.as_table();
  if (table == nullptr) {
    reader.Fail(node.source(),
                fmt::format("[lint.severity] must be a table, not {}", TypeName(node)));
    return;
  }
  const std::vector<std::string_view> words = {"error", "warning", "info"};
  constexpr Severity kSeverities[] = {Severity::kError, Severity::kWarning, Severity::kInfo};
  // What is said of one rule counts more than what is said of its group.
  std::vector<std::pair<RuleId, Severity>> single;
  for (const auto& [key, value] : *table) {
    const RuleSet rules = FindRules(key.str());
    if (rules.none()) {
      reader.Fail(key.source(), UnknownRule(key.str()));
    }
    const std::optional<std::size_t> choice = reader.Choice(value, key.str(), words);
    for (const RuleInfo& rule : AllRules()) {
      if (choice && rules[static_cast<std::size_t>(rule.id)]) {
        (FindRule(key.str()) != nullptr ? single : config.severities)
            .emplace_back(rule.id, kSeverities[*choice]);
      }
    }
  }
  config.severities.insert(config.severities.end(), single.begin(), single.end());
}

IgnoreFile ReadPatterns(Reader& reader, const toml::node& node) {
  std::string lines;
  for (const auto& [text, place] : reader.Texts(node, "path", true)) {
    const IgnoreFile one = IgnoreFile::Parse(text);
    if (one.patterns().size() != 1) {
      reader.Fail(place->source(), fmt::format("'{}' is no pattern", Printable(text)));
    } else if (!one.patterns().front().error.empty()) {
      reader.Fail(place->source(), fmt::format("'{}' matches nothing: {}", Printable(text),
                                               one.patterns().front().error));
    }
    lines += text + "\n";
  }
  return IgnoreFile::Parse(lines);
}

void ReadFiles(Reader& reader, const toml::node& node, LintConfig& config) {
  const toml::array* array = node.as_array();
  if (array == nullptr) {
    reader.Fail(node.source(), "[[lint.files]] has two brackets on each side: it is a list");
    return;
  }
  for (const toml::node& item : *array) {
    FileRules rules;
    bool has_path = false;
    reader.Table(item, "[[lint.files]]",
                 {{"path",
                   [&](const toml::node& value) {
                     has_path = true;
                     rules.paths = ReadPatterns(reader, value);
                   }},
                  {"ignore", [&](const toml::node& value) {
                     rules.ignore = reader.Rules(value, "ignore");
                   }}});
    if (!has_path) {
      reader.Fail(item.source(), "[[lint.files]] needs a path, such as path = \"docker/**\"");
    }
    config.files.push_back(std::move(rules));
  }
}

void ReadLint(Reader& reader, const toml::node& node, LintConfig& config) {
  const std::vector<std::string_view> fail_on(FailOnNames().begin(), FailOnNames().end());
  std::vector<std::string_view> builders;
  for (const BuilderInfo& builder : AllBuilders()) {
    builders.push_back(builder.name);
  }
  reader.Table(
      node, "[lint]",
      {{"select", [&](const toml::node& value) { config.select = reader.Rules(value, "select"); }},
       {"ignore", [&](const toml::node& value) { config.ignore = reader.Rules(value, "ignore"); }},
       {"fail-on",
        [&](const toml::node& value) {
          if (const auto choice = reader.Choice(value, "fail-on", fail_on)) {
            config.fail_on = static_cast<FailOn>(*choice);
          }
        }},
       {"base-env",
        [&](const toml::node& value) {
          if (const auto choice = reader.Choice(value, "base-env", {"unknown", "empty"})) {
            config.empty_base_env = *choice == 1;
          }
        }},
       {"builder",
        [&](const toml::node& value) {
          if (const auto choice = reader.Choice(value, "builder", builders)) {
            config.builder = AllBuilders()[*choice].kind;
          }
        }},
       {"ephemeral",
        [&](const toml::node& value) { config.ephemeral = reader.Flag(value, "ephemeral"); }},
       {"severity", [&](const toml::node& value) { ReadSeverities(reader, value, config); }},
       {"files", [&](const toml::node& value) { ReadFiles(reader, value, config); }}});
}

}  // namespace

const std::vector<std::string>& FailOnNames() {
  static const std::vector<std::string> names = {"error", "warning", "info", "never"};
  return names;
}

FailOn ToFailOn(std::string_view name) {
  std::size_t i = 0;
  while (FailOnNames()[i] != name) {
    ++i;
  }
  return static_cast<FailOn>(i);
}

bool Fails(FailOn fail_on, Severity severity) {
  switch (fail_on) {
    case FailOn::kError:
      return severity == Severity::kError;
    case FailOn::kWarning:
      return severity != Severity::kInfo;
    case FailOn::kInfo:
      return true;
    case FailOn::kNever:
      return false;
  }
  return false;
}

Result<LintConfig> ParseConfig(std::string_view path, std::string_view text) {
  const toml::parse_result parsed = toml::parse(text, path);
  Reader reader(path);
  if (!parsed) {
    reader.Fail(parsed.error().source(), std::string(parsed.error().description()));
    return reader.status();
  }
  LintConfig config;
  config.path = path;
  reader.Table(parsed.table(), "the file",
               {{"lint", [&](const toml::node& value) { ReadLint(reader, value, config); }}});
  if (!reader.status().ok()) {
    return reader.status();
  }
  return config;
}

RuleSet Ignored(const LintConfig& config, std::string_view relative_path) {
  RuleSet ignored = config.ignore;
  for (const FileRules& rules : config.files) {
    if (rules.paths.Matches(relative_path)) {
      ignored |= rules.ignore;
    }
  }
  return ignored;
}

}  // namespace cacheplan
