// Every file of testdata/fuzz, and every Dockerfile of testdata, through all that takes any bytes.
#include <string>

#include "fuzz/entry_points.h"
#include "support/cases.h"
#include "support/catch.h"

namespace cacheplan {
namespace {

TEST_CASE("what was found once holds ever after", "[fuzz]") {
  const std::vector<std::string> files = test::FilesBelow({"testdata/fuzz", "testdata/cases"});
  REQUIRE(files.size() > 10);
  for (const std::string& path : files) {
    INFO(path);
    const std::string text = test::ReadFile(test::SourcePath(path));
    CHECK(fuzz::CheckDockerfile(text) == "");
    CHECK(fuzz::CheckPlanJson(text) == "");
    // The first byte picks the options, so that each file is read with several.
    for (const char first : {'\0', '\1', '\2', '\3', '\5', '\x8', '\xF'}) {
      CHECK(fuzz::CheckWords(first + text) == "");
    }
    CHECK(fuzz::CheckWords(text) == "");
    CHECK(fuzz::CheckScript(text) == "");
    CHECK(fuzz::CheckIgnore(text) == "");
    CHECK(fuzz::CheckConfig(text) == "");
    CHECK(fuzz::CheckPackages(text) == "");
  }
}

}  // namespace
}  // namespace cacheplan
