// Words of a Dockerfile: quotes, escapes and variables.
#include "cacheplan/shell.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "support/cases.h"
#include "support/catch.h"

namespace cacheplan {
namespace {

/// The variables that the tables speak of.
std::optional<std::string_view> Variable(std::string_view name) {
  static const std::map<std::string, std::string, std::less<>> variables = {
      {"WORD", "hello"},   {"EMPTY", ""},
      {"SP", "two words"}, {"PAD", " x "},
      {"AA", "aaa"},       {"PATHY", "/usr/lib/libfoo.so.1"},
      {"STAR", "a*b?c"},   {"SLASH", "a/b/c"},
      {"BRACE", "a}b"},    {"UNI", "\xC3\xA4\xC3\xB6\xC3\xBC"},
      {"_x1", "under"},    {"LINES", "one\ntwo"},
      {"1", "one"},        {"DOLLAR", "$WORD"},
      {"12", "twelve"},    {"@", "all"},
  };
  const auto it = variables.find(name);
  return it == variables.end() ? std::nullopt : std::optional<std::string_view>(it->second);
}

std::optional<std::string_view> NoVariable(std::string_view /*name*/) { return std::nullopt; }

/// `error: why`, without the words that name the whole word again.
std::string Told(const Expansion& expansion) {
  if (expansion.ok()) {
    return expansion.text;
  }
  const std::size_t colon = expansion.error.find("\": ");
  return "error: " + expansion.error.substr(colon == std::string::npos ? 0 : colon + 3);
}

std::string Bracketed(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) {
    out += (out.empty() ? "[" : " [") + word + "]";
  }
  return out;
}

TEST_CASE("words expand as BuildKit's lexer expands them", "[shell]") {
  struct Table {
    const char* name;
    char escape;
  };
  const Table table = GENERATE(Table{"expand.table", '\\'}, Table{"expand_backtick.table", '`'});
  LexOptions options;
  options.escape = table.escape;
  for (const test::Row& row : test::ReadTable(table.name)) {
    INFO(table.name << ":" << row.line << ": " << row.in);
    CHECK(Told(Expand(row.in, Variable, options)) == row.want);
  }
}

TEST_CASE("expanded text is cut into words", "[shell]") {
  for (const test::Row& row : test::ReadTable("words.table")) {
    INFO("words.table:" << row.line << ": " << row.in);
    const Expansion expansion = Expand(row.in, Variable);
    CHECK(expansion.error.empty());
    CHECK(Bracketed(expansion.words) == row.want);
  }
}

TEST_CASE("an error names the whole word, quoted", "[shell]") {
  CHECK(Expand("a\t${", Variable).error ==
        R"(failed to process "a\t${": syntax error: missing '}')");
  CHECK(Expand("a\t${", Variable).text.empty());
  CHECK(Expand("a b ${", Variable).words.empty());
}

TEST_CASE("quotes and escapes can be kept", "[shell]") {
  LexOptions quotes;
  quotes.raw_quotes = true;
  CHECK(Expand(R"("a" 'b' \c)", Variable, quotes).text == R"("a" 'b' c)");
  LexOptions plain;
  plain.plain_quotes = true;
  CHECK(Expand(R"("$WORD' '$EMPTY \c)", Variable, plain).text == R"("hello' ' c)");
  CHECK(Told(Expand("'${a[@]}'", Variable, plain)) ==
        "error: unsupported modifier ([) in substitution");
  LexOptions escapes;
  escapes.raw_escapes = true;
  // A back-slash that escapes nothing inside double quotes is written twice, by BuildKit too.
  CHECK(Expand(R"(\a "\b\"")", Variable, escapes).text == R"(\a \\b\")");
  CHECK(Bracketed(Expand(R"(a\ b)", Variable, escapes).words) == R"([a\ b])");
  // Inside ${…} escapes are removed, but in patterns.
  CHECK(Expand(R"(${UNSET:-\a}\b)", Variable, escapes).text == R"(a\b)");
}

TEST_CASE("unset variables can be left as they stand", "[shell]") {
  LexOptions options;
  options.skip_unset = true;
  struct Row {
    std::string in;
    std::string want;
  };
  const Row row = GENERATE(values<Row>({
      {"$A ${A} $WORD", "$A ${A} hello"},
      {"${A:-x$WORD}", "${A:-xhello}"},
      {"${A-x}${A+y}${A:+z}", "${A-x}${A+y}${A:+z}"},
      {"${A:?x}", "${A:?x}"},
      {"${A#*/}${A%%x}", "${A#*/}${A%%x}"},
      {"${A/x/y}", "${A/x/y}"},
      {"${A//x/y}", "${A/x/y}"},
      {"${A:=x}", "${A:=x}"},
      {"${A:0:2}", "${A:0:2}"},
      {"${A:-${B:-${WORD}}}", "${A:-${B:-hello}}"},
      {"${WORD:-${B}}", "hello"},
      {"$", "$"},
  }));
  INFO(row.in);
  CHECK(Told(Expand(row.in, Variable, options)) == row.want);
}

TEST_CASE("an expansion tells which variables it read", "[shell]") {
  const Expansion expansion = Expand("$B $WORD ${A:-$SP} $WORD $B ${EMPTY:+$A}", Variable);
  CHECK(Bracketed(expansion.matched) == "[WORD] [SP] [EMPTY]");
  CHECK(Bracketed(expansion.unmatched) == "[B] [A]");
  // Also where it fails.
  CHECK(Bracketed(Expand("$WORD $A ${", Variable).unmatched) == "[A]");
}

std::string Nested(int depth) {
  std::string word = "x";
  for (int i = 0; i < depth; ++i) {
    word = "${A:-" + word + "}";
  }
  return word;
}

TEST_CASE("nesting has a bound, and is no error below it", "[shell]") {
  CHECK(Told(Expand(Nested(900), NoVariable)) == "x");
  CHECK(Told(Expand(Nested(1001), NoVariable)) ==
        "error: substitutions are nested deeper than 1000");
  // Deep enough to end any recursion without a bound.
  std::string open;
  for (int i = 0; i < 200000; ++i) {
    open += "${A:-";
  }
  CHECK_FALSE(Expand(open, NoVariable).ok());
  CHECK_FALSE(Expand(open + "x" + std::string(200000, '}'), NoVariable).ok());
}

TEST_CASE("variables cannot make a word grow without end", "[shell]") {
  const std::string large(600000, 'x');
  const VariableLookup lookup = [&](std::string_view) -> std::optional<std::string_view> {
    return large;
  };
  CHECK(Expand("$A", lookup).text.size() == large.size());
  CHECK(Told(Expand("$A$A", lookup)) ==
        "error: the variables make the word more than 1048576 bytes longer");
  CHECK_FALSE(Expand("${A//x/" + std::string(1000, 'y') + "}", lookup).ok());
  CHECK_FALSE(Expand("${A#" + std::string(2000, '*') + "}", lookup).ok());
  // Text that is there already may be of any length.
  const std::string written(5000000, 'y');
  CHECK(Expand(written, lookup).text == written);
}

TEST_CASE("names are not cut short and values are not read again", "[shell]") {
  const std::string name(100000, 'N');
  const VariableLookup lookup = [&](std::string_view asked) -> std::optional<std::string_view> {
    return asked == name ? std::optional<std::string_view>("$WORD ${") : std::nullopt;
  };
  CHECK(Expand("$" + name, lookup).text == "$WORD ${");
  CHECK(Expand("\"${" + name + "}\"", lookup).words.size() == 1);
}

}  // namespace
}  // namespace cacheplan
