// Image references as distribution/reference reads them.
#include "cacheplan/image_ref.h"

#include <string>

#include "support/cases.h"
#include "support/catch.h"

namespace cacheplan {
namespace {

TEST_CASE("references are read and completed", "[image_ref]") {
  for (const test::Row& row : test::ReadTable("image_ref.table")) {
    INFO("image_ref.table:" << row.line << ": " << row.in);
    const Result<ImageRef> ref = ParseImageRef(row.in);
    CHECK((ref.ok() ? ref.value().Canonical() : "error: " + ref.status().message) == row.want);
    if (!ref.ok()) {
      CHECK(ref.status().code == StatusCode::kInvalid);
      continue;
    }
    // What was completed reads as itself.
    const Result<ImageRef> again = ParseImageRef(ref.value().Canonical());
    REQUIRE(again.ok());
    CHECK(again.value().Canonical() == row.want);
  }
}

TEST_CASE("a name has at most 255 characters, its host not counted", "[image_ref]") {
  const std::string host = "registry.example.org/";
  CHECK(ParseImageRef(host + std::string(255, 'a')).ok());
  CHECK(ParseImageRef(host + std::string(256, 'a')).status().message ==
        "repository name must not be more than 255 characters");
  CHECK_FALSE(ParseImageRef(std::string(1000000, 'a')).ok());
}

TEST_CASE("a reference in docker's own words", "[image_ref]") {
  CHECK(ParseImageRef("docker.io/library/alpine:3").value().Familiar() == "alpine");
  CHECK(ParseImageRef("a/b").value().Familiar() == "a/b");
  CHECK(ParseImageRef("ghcr.io/library/b:c").value().Familiar() == "ghcr.io/library/b");
}

TEST_CASE("tags", "[image_ref]") {
  CHECK(IsValidTag("latest"));
  CHECK(IsValidTag("_1.0-RC"));
  CHECK(IsValidTag(std::string(128, 'a')));
  CHECK_FALSE(IsValidTag(std::string(129, 'a')));
  CHECK_FALSE(IsValidTag(""));
  CHECK_FALSE(IsValidTag(".a"));
  CHECK_FALSE(IsValidTag("-a"));
  CHECK_FALSE(IsValidTag("a/b"));
  CHECK_FALSE(IsValidTag("a\n"));
}

}  // namespace
}  // namespace cacheplan
