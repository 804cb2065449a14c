// What the commands write as JSON is as docs/schema/*.json say, line by line and in every case.
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/cases.h"
#include "support/catch.h"
#include "support/program.h"
#include "support/schema.h"

namespace cacheplan::test {
namespace {

using Json = nlohmann::json;

const std::vector<std::string>& Commands() {
  static const std::vector<std::string> commands = {"parse", "graph", "deps", "lint"};
  return commands;
}

Schema SchemaOf(const std::string& command) {
  return Schema(ReadFile(SourcePath("docs/schema/" + command + ".schema.json")));
}

TEST_CASE("every case's JSON is one line and as its schema says") {
  for (const std::string& command : Commands()) {
    const Schema schema = SchemaOf(command);
    for (const std::string& folder : CaseFolders()) {
      const InFolder here(folder);
      const Ran ran = RunMain({command, "--format", "json", "Dockerfile"});
      INFO(command << " in " << folder << "\n" << ran.out);
      REQUIRE(LinesOf(ran.out).size() == 1);
      CHECK(schema.Accepts(Json::parse(ran.out)));
    }
  }
}

TEST_CASE("the package managers as JSON are as their schema says") {
  const Schema schema = SchemaOf("packages");
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"packages", "--format", "json"}, {"packages", "go", "--format", "json"}}) {
    const Ran ran = RunMain(words);
    REQUIRE(LinesOf(ran.out).size() == 1);
    CHECK(schema.Accepts(Json::parse(ran.out)));
  }
}

TEST_CASE("bytes that are no text still give JSON") {
  const TempFolder folder;
  folder.Write("Dockerfile", "FROM a\xff\nRUN \x01\x02 \xc3(\nCOPY \"\\ \xf0\x9f\x98\x80 /\n");
  const InFolder here(folder.path());
  for (const std::string& command : Commands()) {
    const Ran ran = RunMain({command, "--format", "json", "Dockerfile"});
    INFO(ran.out);
    CHECK(SchemaOf(command).Accepts(Json::parse(ran.out)));
  }
}

TEST_CASE("JSON written by hand is what the library would write") {
  std::string odd =
      "FROM a\n# check=x\nONBUILD RUN <<-'E' x\n\tb\nE\nCOPY --from=\"q\\\"\" \x7f\xc3(\xff /\nENV "
      "a=\"";
  for (char c = 1; c < ' '; ++c) {
    odd += c == '\n' ? ' ' : c;
  }
  const TempFolder folder;
  folder.Write("Dockerfile", odd + "\xe2\x80\xa8\"\nNOPE \xf4\x90\x80\x80\n");
  std::vector<std::string> folders = CaseFolders();
  folders.push_back(folder.path());
  for (const std::string& path : folders) {
    const InFolder here(path);
    const std::string out = RunMain({"parse", "--format", "json", "Dockerfile"}).out;
    CHECK(nlohmann::ordered_json::parse(out).dump() + "\n" == out);
  }
}

TEST_CASE("a text of any length is escaped wherever it must be") {
  // Words of 1 to 20 bytes, plain or with an odd one at each place.
  std::string copy = "FROM a\nCOPY";
  std::vector<std::string> shown;
  const auto add = [&](const std::string& word) {
    copy += " " + word;
    shown.push_back(Json::parse(Json(word).dump(-1, ' ', false, Json::error_handler_t::replace)));
  };
  for (std::size_t size = 1; size <= 20; ++size) {
    add(std::string(size, '~'));
    for (std::size_t place = 0; place < size; ++place) {
      for (const std::string odd : {"\"", "\\x", "\x01", "\x7f", "\x80", "\xc3\xa4"}) {
        add(std::string(size, '~').replace(place, 1, odd));
      }
    }
  }
  const TempFolder folder;
  folder.Write("Dockerfile", copy + "\n");
  const InFolder here(folder.path());
  const std::string out = RunMain({"parse", "--format", "json", "Dockerfile"}).out;
  CHECK(nlohmann::ordered_json::parse(out).dump() + "\n" == out);
  CHECK(Json::parse(out)["instructions"][1]["args"].get<std::vector<std::string>>() == shown);
}

/// Every object of a document.
void Objects(const Json& value, const Json::json_pointer& at,
             std::vector<Json::json_pointer>& places) {
  if (value.is_object()) {
    places.push_back(at);
    for (const auto& [key, item] : value.items()) {
      Objects(item, at / key, places);
    }
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      Objects(value[i], at / i, places);
    }
  }
}

TEST_CASE("a schema refuses a key that it does not know, anywhere") {
  const InFolder here(SourcePath("testdata/cases/heredocs"));
  for (const std::string& command : Commands()) {
    const Schema schema = SchemaOf(command);
    const Json good = Json::parse(RunMain({command, "--format", "json", "Dockerfile"}).out);
    REQUIRE(schema.Accepts(good));
    std::vector<Json::json_pointer> places;
    Objects(good, Json::json_pointer(), places);
    for (const Json::json_pointer& place : places) {
      Json more = good;
      more[place]["one-too-many"] = 1;
      INFO(command << place.to_string());
      CHECK(!schema.Accepts(more));
    }
    Json newer = good;
    newer["version"] = 2;
    CHECK(!schema.Accepts(newer));
  }
}

}  // namespace
}  // namespace cacheplan::test
