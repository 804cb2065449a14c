#include "cacheplan/baseline.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "src/report/json_writer.h"

namespace cacheplan {

std::string RenderBaseline(std::vector<BaselineEntry> entries) {
  std::sort(entries.begin(), entries.end());
  report::JsonWriter json;
  json.Open('{').Number("version", 1).Open("findings", '[');
  for (const BaselineEntry& entry : entries) {
    json.Line().Open('{').Text("file", entry.file).Text("code", entry.code);
    json.Text("fingerprint", entry.fingerprint).Close('}');
  }
  return json.Close(']').Close('}').Take();
}

Result<std::vector<BaselineEntry>> ParseBaseline(std::string_view path, std::string_view text) {
  using Json = nlohmann::json;
  const auto wrong = [&](std::string_view what) {
    return Status::Usage(fmt::format(
        "{}: is no baseline: {}; remove it, and make it anew with --write-baseline", path, what));
  };
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("findings") || !json["findings"].is_array()) {
    return wrong("it holds no JSON object with a list of findings");
  }
  if (!json.contains("version") || json["version"] != 1) {
    return wrong("its version is not 1");
  }
  std::vector<BaselineEntry> entries;
  for (const Json& item : json["findings"]) {
    const auto text_of = [&item](const char* key) {
      return item.is_object() && item.contains(key) && item[key].is_string()
                 ? item[key].get<std::string>()
                 : std::string();
    };
    entries.push_back({text_of("file"), text_of("code"), text_of("fingerprint")});
    if (entries.back().file.empty() || entries.back().code.empty() ||
        entries.back().fingerprint.empty()) {
      return wrong(fmt::format("finding {} has no file, code or fingerprint", entries.size()));
    }
  }
  return entries;
}

}  // namespace cacheplan
