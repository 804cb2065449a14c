// One object of a package table: its keys, read strictly, and where it stands for a complaint.
// Private to this layer.
#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cacheplan/text.h"

#include "src/knowledge/rows.h"

namespace cacheplan::knowledge {

using Json = nlohmann::json;

/// What is wrong, in full. Thrown inside the loader only; LoadRows turns it into a Status.
struct Refused {
  std::string message;
};

/// Where an object stands; put into words only when something is wrong with it.
struct Place {
  std::string_view file;
  std::size_t element = 0;     ///< of the file's array, from 1; 0 = the file holds one object
  std::string_view name = {};  ///< of the manager, for one of an array; "" = not known yet
  std::size_t rule = 0;        ///< from 1; 0 = the manager itself

  [[nodiscard]] std::string Text() const {
    std::string text(file);
    if (element != 0) {
      text += name.empty() ? fmt::format(", element {}", element)
                           : fmt::format(", manager \"{}\"", name);
    }
    return rule == 0 ? text : text + fmt::format(", rule {}", rule);
  }
  [[nodiscard]] std::string Key(std::string_view key) const {
    return fmt::format("{}, key \"{}\"", Text(), key);
  }
};

/// "a string", "an array", "null".
inline std::string KindOf(const Json& json) {
  return (json.is_null() ? "" : json.is_array() ? "an " : "a ") + std::string(json.type_name());
}

/// One JSON object with these keys and no others; the texts that it gives are in the arena. A key
/// that is none of them is refused before one that is missing: most often it is that one, misspelt.
class Object {
 public:
  Object(const Json& json, const Place& where, std::span<const std::string_view> keys, Arena& arena)
      : json_(json), where_(where), arena_(arena) {
    if (!json.is_object()) {
      throw Refused{fmt::format("{}: is {}; {} is an object", where_.Text(), KindOf(json),
                                where_.rule == 0 ? "a package manager" : "a rule")};
    }
    for (const auto& item : json.items()) {
      if (std::find(keys.begin(), keys.end(), item.key()) == keys.end()) {
        RefuseKey(item.key(), keys);
      }
    }
  }

  [[nodiscard]] std::string Where(std::string_view key) const { return where_.Key(key); }

  const Json* Find(std::string_view key) {
    const auto found = json_.find(key);
    return found == json_.end() ? nullptr : &*found;
  }
  std::string_view Text(std::string_view key) {
    const Json* value = Find(key);
    if (value == nullptr) {
      return {};
    }
    if (!value->is_string()) {
      throw Refused{Where(key) + ": a string is needed"};
    }
    return arena_.Copy(std::string_view(value->get_ref<const std::string&>()));
  }
  std::string_view NeedText(std::string_view key) {
    const std::string_view text = Text(key);
    if (text.empty()) {
      throw Refused{Where(key) + ": is missing or empty"};
    }
    return text;
  }
  bool Flag(std::string_view key) {
    const Json* value = Find(key);
    if (value == nullptr) {
      return false;
    }
    if (!value->is_boolean()) {
      throw Refused{Where(key) + ": true or false is needed"};
    }
    return value->get<bool>();
  }
  Texts List(std::string_view key) {
    const Json* value = Find(key);
    return value == nullptr ? Texts() : ListOf(*value, [&] { return Where(key); });
  }
  /// `where` is asked for the words for a complaint.
  template <typename Where>
  Texts ListOf(const Json& value, const Where& where) {
    const bool fine = value.is_array() && std::all_of(value.begin(), value.end(),
                                                      [](const Json& v) { return v.is_string(); });
    if (!fine) {
      throw Refused{where() + ": a list of strings is needed"};
    }
    std::vector<std::string_view> texts;
    for (const Json& item : value) {
      texts.push_back(arena_.Copy(std::string_view(item.get_ref<const std::string&>())));
    }
    return arena_.Copy(texts);
  }

 private:
  [[noreturn]] void RefuseKey(const std::string& key,
                              std::span<const std::string_view> keys) const {
    const std::string_view nearest = Nearest(key, {keys.begin(), keys.end()});
    throw Refused{
        fmt::format("{}: unknown{}; the keys here are {}", Where(key),
                    nearest.empty() ? "" : fmt::format(" (did you mean \"{}\"?)", nearest),
                    fmt::join(keys, ", "))};
  }

  const Json& json_;
  Place where_;
  Arena& arena_;
};

/// What a table may hold by its form and what yet would never fit a command, or makes no sense.
/// `json` is the object of one manager, and was read before. Throws Refused.
void CheckSense(const Json& json, const Place& where);

}  // namespace cacheplan::knowledge
