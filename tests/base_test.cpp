// Texts, places in them, and Go's idea of characters.
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <sys/stat.h>

#include "cacheplan/arena.h"
#include "cacheplan/byte_set.h"
#include "cacheplan/diagnostic.h"
#include "cacheplan/io.h"
#include "cacheplan/name_table.h"
#include "cacheplan/source.h"
#include "cacheplan/text.h"

#include "support/catch.h"
#include "support/program.h"

namespace cacheplan {
namespace {

TEST_CASE("places in a text", "[base]") {
  const Source source("f", "ab\n\r\ncd\r\ne");
  CHECK(source.LineCount() == 4);
  CHECK(source.At(0) == Position{1, 1});
  CHECK(source.At(2) == Position{1, 3});
  CHECK(source.At(3) == Position{2, 1});
  CHECK(source.At(5) == Position{3, 1});
  CHECK(source.At(10) == Position{4, 2});
  CHECK(source.At(999) == Position{4, 2});
  CHECK(source.Line(1) == "ab");
  CHECK(source.Line(2).empty());
  CHECK(source.Line(3) == "cd");
  CHECK(source.Line(4) == "e");
  CHECK(source.Line(0).empty());
  CHECK(source.Line(5).empty());
  CHECK(source.Slice({5, 7}) == "cd");
}

TEST_CASE("texts without lines, and with a last line end", "[base]") {
  CHECK(Source("f", "").LineCount() == 0);
  CHECK(Source("f", "").At(0) == Position{1, 1});
  CHECK(Source("f", "\n").LineCount() == 1);
  CHECK(Source("f", "a\nb\n").LineCount() == 2);
  CHECK(Source("f", "a\nb\n").At(4) == Position{3, 1});
}

TEST_CASE("where lines begin, wherever their ends fall", "[base]") {
  const auto check = [](const std::string& text) {
    std::vector<std::uint32_t> starts = {0};
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text[i] == '\n') {
        starts.push_back(static_cast<std::uint32_t>(i) + 1);
      }
    }
    const Source source("f", text);
    REQUIRE(source.LineStarts() == starts);
  };
  for (std::size_t size = 0; size <= 200; ++size) {
    check(std::string(size, 'x'));
    check(std::string(size, '\n'));
    for (std::size_t step = 2; step < 70; ++step) {
      std::string text(size, '\x8a');  // a newline but for its highest bit
      for (std::size_t i = 0; i < size; i += step) {
        text[i] = '\n';
      }
      check(text);
    }
  }
  check(std::string(100000, '\n') + std::string(100000, 'x') + "\n");
}

TEST_CASE("a file of any size is read whole", "[base]") {
  const test::TempFolder folder;
  const std::string path = folder.path() + "/f";
  for (const std::size_t size : {0U, 1U, 32767U, 32768U, 32769U, 65536U, 1000001U}) {
    const std::string text = std::string(size / 2, 'a') + std::string(size - size / 2, 'b');
    folder.Write("f", text);
    const Result<std::string> read = RealFileSystem().Read(path);
    REQUIRE(read.ok());
    CHECK(read.value() == text);
  }
  CHECK(RealFileSystem().Read(folder.path()).status().message.find("is a directory") !=
        std::string::npos);
  CHECK(RealFileSystem().Read(path + "/x").status().code == StatusCode::kNotFound);
}

TEST_CASE("a pipe is read to its end, however it is filled", "[base]") {
  const test::TempFolder folder;
  const std::string path = folder.path() + "/pipe";
  REQUIRE(mkfifo(path.c_str(), S_IRUSR | S_IWUSR) == 0);
  const std::string text(200000, 'p');
  std::jthread writer([&] {
    std::ofstream out(path, std::ios::binary);
    for (std::size_t at = 0; at < text.size(); at += 999) {
      out << text.substr(at, 999) << std::flush;
    }
  });
  const Result<std::string> read = RealFileSystem().Read(path);
  REQUIRE(read.ok());
  CHECK(read.value() == text);
}

TEST_CASE("an excerpt shows the place", "[base]") {
  const Source source("f", "x\nRUN\t--mout=a \xC3\xA4\x01 go\n");
  CHECK(Excerpt(source, {6, 14}) ==
        "    2 | RUN --mout=a \xC3\xA4? go\n"
        "      |     ^~~~~~~~\n");
  // Columns count characters as they are shown; an empty place gets a caret too.
  CHECK(Excerpt(source, {17, 17}) ==
        "    2 | RUN --mout=a \xC3\xA4? go\n"
        "      |               ^\n");
  CHECK(Excerpt(source, {0, 1}) == "    1 | x\n      | ^\n");
}

TEST_CASE("an excerpt of a long line is cut around the place", "[base]") {
  const std::string line(100000, 'x');
  const Source source("f", line + "Y" + line);
  const std::string excerpt = Excerpt(source, {100000, 100001});
  CHECK(excerpt.size() < 400);
  CHECK(excerpt.find("xYx") != std::string::npos);
  // A span over many lines is marked on its first.
  const Source two("f", "ab\ncd");
  CHECK(Excerpt(two, {1, 5}) == "    1 | ab\n      |  ^\n");
}

TEST_CASE("a diagnostic about the whole file has no place", "[base]") {
  const Source source("dir/f", "x");
  CHECK(FormatDiagnostic(source, {Diag::kUnknownTarget, {}, 0, "no such stage", "name one"}) ==
        "dir/f: error: no such stage [CP101 unknown-target]\n      = name one\n");
}

TEST_CASE("codes and names of diagnostics are each given once", "[base]") {
  for (const DiagInfo& info : AllDiagnostics()) {
    CHECK(&Info(info.diag) == &info);
    CHECK(info.code.substr(0, 2) == "CP");
    for (const DiagInfo& other : AllDiagnostics()) {
      CHECK((&info == &other || (info.code != other.code && info.name != other.name)));
    }
  }
}

TEST_CASE("characters are decoded as Go decodes them", "[base]") {
  struct Row {
    std::string bytes;
    char32_t value;
    std::size_t width;
  };
  const Row row = GENERATE(values<Row>({
      {"a", 'a', 1},
      {"\xC3\xA9", 0xE9, 2},
      {"\xE2\x82\xAC", 0x20AC, 3},
      {"\xF0\x9F\x98\x80", 0x1F600, 4},
      {"\xF4\x8F\xBF\xBF", 0x10FFFF, 4},
      {"\xEF\xBF\xBD", kRuneError, 3},
      {"\x80", kRuneError, 1},
      {"\xC3", kRuneError, 1},
      {"\xC3(", kRuneError, 1},
      {"\xC0\x80", kRuneError, 1},
      {"\xC1\xBF", kRuneError, 1},
      {"\xE0\x80\x80", kRuneError, 1},
      {"\xED\xA0\x80", kRuneError, 1},
      {"\xED\x9F\xBF", 0xD7FF, 3},
      {"\xE2\x82", kRuneError, 1},
      {"\xF0\x8F\xBF\xBF", kRuneError, 1},
      {"\xF4\x90\x80\x80", kRuneError, 1},
      {"\xF5\x80\x80\x80", kRuneError, 1},
      {"\xFF", kRuneError, 1},
  }));
  const Rune rune = DecodeRune(row.bytes, 0);
  CHECK(rune.value == row.value);
  CHECK(rune.width == row.width);
  std::string again;
  AppendRune(again, row.value);
  CHECK((row.value == kRuneError || again == row.bytes));
}

TEST_CASE("surrogates and what is no character are written as U+FFFD", "[base]") {
  for (const char32_t rune : {0xD800U, 0xDFFFU, 0x110000U, 0xFFFFFFFFU}) {
    std::string out;
    AppendRune(out, rune);
    CHECK(out == "\xEF\xBF\xBD");
  }
  CHECK(ToValidUtf8("a\xFF\xC3z") == "a\xEF\xBF\xBD\xEF\xBF\xBDz");
}

TEST_CASE("blanks, letters, digits, what can be printed", "[base]") {
  for (const char32_t rune : {0x9U, 0xAU, 0xBU, 0xCU, 0xDU, 0x20U, 0x85U, 0xA0U, 0x1680U, 0x2000U,
                              0x200AU, 0x2028U, 0x2029U, 0x202FU, 0x205FU, 0x3000U}) {
    INFO(static_cast<unsigned>(rune));
    CHECK(IsSpace(rune));
  }
  for (const char32_t rune : {0x8U, 0xEU, 0x1CU, 0x1FU, 0x200BU, 0xFEFFU, 0x180EU}) {
    INFO(static_cast<unsigned>(rune));
    CHECK_FALSE(IsSpace(rune));
  }
  CHECK(IsLetter('z'));
  CHECK(IsLetter(0xE9));
  CHECK(IsLetter(0x4E00));
  CHECK_FALSE(IsLetter('_'));
  CHECK_FALSE(IsLetter('0'));
  CHECK_FALSE(IsLetter(0x2160));  // ROMAN NUMERAL ONE is a number
  CHECK(IsDigit('9'));
  CHECK(IsDigit(0x0663));
  CHECK_FALSE(IsDigit(0xB2));
  CHECK(IsPrint(' '));
  CHECK(IsPrint(0xE9));
  CHECK_FALSE(IsPrint(0x7F));
  CHECK_FALSE(IsPrint(0xA0));
  CHECK_FALSE(IsPrint(0xAD));
  CHECK_FALSE(IsPrint(0xE000));
}

TEST_CASE("case", "[base]") {
  CHECK(ToLower("A\xC3\x84Z\xFF") == "a\xC3\xA4z\xEF\xBF\xBD");
  CHECK(ToUpper("a\xC3\xA4z") == "A\xC3\x84Z");
  CHECK(ToLower("\xE2\x84\xAA") == "k");
  CHECK(IsLower("a-1_\xC3\xA4"));
  CHECK_FALSE(IsLower("aB"));
  CHECK_FALSE(IsLower("a\xFF"));
  CHECK(IsUpper("A1"));
  CHECK_FALSE(IsUpper("Aa"));
  CHECK(EqualFold("aS", "As"));
  CHECK(EqualFold("\xC3\xA4", "\xC3\x84"));
  CHECK(EqualFold("K", "\xE2\x84\xAA"));
  CHECK_FALSE(EqualFold("a", "ab"));
  CHECK_FALSE(EqualFold("a", "b"));
}

TEST_CASE("trimming", "[base]") {
  CHECK(Trim(" \t\r\n a b \v\f") == "a b");
  CHECK(Trim("\xC2\xA0\xE3\x80\x80x\xE2\x80\xA8") == "x");
  CHECK(Trim("\xA0x\x85") == "\xA0x\x85");  // bytes, not characters
  CHECK(TrimRight("x\xC2").size() == 2);
  CHECK(Trim(" \xC2\xA0 ").empty());
  CHECK(Trim("").empty());
}

TEST_CASE("Go's quotes", "[base]") {
  CHECK(Quoted("a\"b\\c") == R"("a\"b\\c")");
  CHECK(Quoted("\a\b\f\n\r\t\v") == R"("\a\b\f\n\r\t\v")");
  CHECK(Quoted(std::string("\0\x1B\x7F", 3)) == R"("\x00\x1b\x7f")");
  CHECK(Quoted("\xC3\xA9\xC2\xA0\xEF\xBB\xBF") == "\"\xC3\xA9\\u00a0\\ufeff\"");
  CHECK(Quoted("\xF0\x9F\x98\x80\xF3\xA0\x80\x81") == "\"\xF0\x9F\x98\x80\\U000e0001\"");
  CHECK(Quoted("\xFF\xEF\xBF\xBD") == "\"\\xff\xEF\xBF\xBD\"");
  CHECK(Quoted("'") == "\"'\"");
}

TEST_CASE("distances and the nearest of several", "[base]") {
  CHECK(EditDistance("kitten", "sitting", 9) == 3);
  CHECK(EditDistance("a", "a", 3) == 0);
  CHECK(EditDistance("", "abc", 9) == 3);
  CHECK(EditDistance("\xC3\xA4", "a", 9) == 1);
  CHECK(EditDistance("a", "bcdefg", 3) == 3);
  CHECK(Nearest("mout", {"mount", "network"}) == "mount");
  CHECK(Nearest("xyz", {"mount", "network"}).empty());
  CHECK(Nearest("mount", {"mont", "mount"}).empty());
  CHECK(Nearest("ab", {"abc", "abd"}) == "abc");
  // A word of any length costs little.
  CHECK(Nearest(std::string(10000000, 'x'), {"mount", std::string(100, 'x')}).empty());
}

TEST_CASE("an arena's views live as long as it does", "[base]") {
  Arena arena;
  std::vector<std::string_view> views;
  for (int i = 0; i < 5000; ++i) {
    views.push_back(arena.Copy(std::string(static_cast<std::size_t>(i), 'a')));
  }
  const std::string_view large = arena.Copy(std::string(5000000, 'b'));
  const std::uint64_t* number = arena.New<std::uint64_t>(7);
  CHECK(reinterpret_cast<std::uintptr_t>(number) % alignof(std::uint64_t) == 0);
  const Arena moved = std::move(arena);
  for (std::size_t i = 0; i < views.size(); ++i) {
    REQUIRE(views[i] == std::string(i, 'a'));
  }
  CHECK(large.back() == 'b');
  CHECK(*number == 7);
}

TEST_CASE("a list in an arena keeps its items while it grows", "[base]") {
  Arena arena;
  ArenaList<std::string_view> list;
  CHECK(list.empty());
  list.Add(arena, "a");
  for (int i = 0; i < 100; ++i) {
    list.Add(arena, list.front());  // one of its own, also where it has to move
  }
  CHECK(list == std::vector<std::string_view>(101, "a"));
  ArenaList<std::string_view> few;
  few.Add(arena, "b");
  few.Append(arena, std::vector<std::string_view>{"c", "d", "e"});
  few.Append(arena, {});
  CHECK(few == std::vector<std::string_view>{"b", "c", "d", "e"});
  CHECK_FALSE(few == std::vector<std::string_view>{"b", "c", "d"});
  few.Reserve(arena, 2);
  few.Reserve(arena, 200);
  CHECK(few.back() == "e");
  few.Shrink(few.begin() + 1);
  CHECK(few == std::vector<std::string_view>{"b"});
  const Arena moved = std::move(arena);
  CHECK(few.front() == "b");
  CHECK(list.size() == 101);
}

TEST_CASE("bytes of a set are found from both ends", "[base]") {
  constexpr ByteSet kSlashes("/\\");
  CHECK(kSlashes.Find("a/b\\c") == 1);
  CHECK(kSlashes.FindLastEnd("a/b\\c") == 4);
  CHECK(kSlashes.FindLastEnd("abc") == 0);
  CHECK(kSlashes.FindLastEnd("") == 0);
  CHECK(kSlashes.FindLastEnd("abc/") == 4);
}

TEST_CASE("each byte of a text is asked for, however long it is", "[text]") {
  constexpr ByteSet kDots(".");
  constexpr ByteSet kLetters('a', 'z', "x", "_");
  CHECK_FALSE(kDots.HasAnyOf(""));
  CHECK(kLetters.HasAllOf(""));
  CHECK(kLetters.HasAllOf("a_z"));
  CHECK_FALSE(kLetters.HasAllOf("axz"));
  for (std::size_t size = 1; size < 40; ++size) {
    const std::string plain(size, 'a');
    CHECK_FALSE(kDots.HasAnyOf(plain));
    CHECK(kLetters.HasAllOf(plain));
    for (std::size_t at = 0; at < size; ++at) {
      std::string text = plain;
      text[at] = '.';
      INFO(text);
      CHECK(kDots.HasAnyOf(text));
      CHECK_FALSE(kLetters.HasAllOf(text));
    }
  }
}

struct NamedRow {
  std::string_view name;
  int value;
};
constexpr NamedRow kNamedRows[] = {{"a", 1}, {"ab", 2}, {"abc", 3}, {"b", 4}, {"\xC3\xA9", 5}};
constexpr NameTable kNamedTable(kNamedRows);

TEST_CASE("a table finds rows by their whole names", "[base]") {
  for (const NamedRow& row : kNamedRows) {
    REQUIRE(kNamedTable.Find(row.name) != nullptr);
    CHECK(kNamedTable.Find(row.name)->value == row.value);
  }
  for (const std::string_view name : {"", "abcd", "A", "c", "\xC3", "\xFF"}) {
    CHECK(kNamedTable.Find(name) == nullptr);
  }
}

TEST_CASE("names are compared without their case, in any script", "[base]") {
  CHECK(EqualFold("CP301", "cp301"));
  CHECK(EqualFold("", ""));
  CHECK(EqualFold("STRASSE É", "strasse é"));
  CHECK(EqualFold("k", "\xE2\x84\xAA"));  // the Kelvin sign
  CHECK(EqualFold("\xE2\x84\xAAx", "KX"));
  CHECK_FALSE(EqualFold("a", "ab"));
  CHECK_FALSE(EqualFold("é", "e"));
  CHECK_FALSE(EqualFold("[", "{"));
}

}  // namespace
}  // namespace cacheplan
