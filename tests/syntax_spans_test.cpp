// Each piece's span is exactly its bytes; the tokens give the file back, whatever is in it.
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "fuzz/tree_checks.h"
#include "support/cases.h"
#include "support/catch.h"

namespace cacheplan {
namespace {

Dockerfile Read(const std::string& text) {
  return Parse(std::make_shared<const Source>("Dockerfile", text));
}

std::string_view At(const Dockerfile& file, Span span) { return file.source->Slice(span); }

TEST_CASE("spans of a plain instruction", "[syntax]") {
  const Dockerfile file = Read("# c\n  Copy --from=a  --chown=b:c  d e/\t \r\nRUN x");
  const Instruction& copy = file.instructions[0];
  CHECK(At(file, copy.span) == "Copy --from=a  --chown=b:c  d e/\t ");
  CHECK(At(file, copy.name.span) == "Copy");
  CHECK(At(file, copy.flags[0].span) == "--from=a");
  CHECK(At(file, copy.flags[1].span) == "--chown=b:c");
  CHECK(At(file, copy.args[0].span) == "d");
  CHECK(At(file, copy.args[1].span) == "e/");
  CHECK(At(file, file.instructions[1].args[0].span) == "x");
}

TEST_CASE("spans where the text is not what BuildKit sees", "[syntax]") {
  const Dockerfile file = Read(
      "FROM a\nCMD [ \"x\\u0041\" , \"y\" ]\nCOPY --chown=\"a b\"\\ c d e\nENV A=\"1 2\" B=\xFF "
      "C=\n"
      "ENV K some value \n");
  const Instruction& cmd = file.instructions[1];
  CHECK(cmd.args[0].text == "xA");
  CHECK(At(file, cmd.args[0].span) == "\"x\\u0041\"");
  CHECK(At(file, cmd.args[1].span) == "\"y\"");
  const Flag& flag = file.instructions[2].flags[0];
  CHECK(flag.raw == "--chown=a b c");
  CHECK(flag.value == "a b c");
  CHECK(At(file, flag.span) == "--chown=\"a b\"\\ c");
  const Instruction& env = file.instructions[3];
  CHECK(At(file, env.args[0].span) == "A");
  CHECK(At(file, env.args[1].span) == "\"1 2\"");
  CHECK(At(file, env.args[2].span) == "A=\"1 2\"");
  CHECK(At(file, env.args[4].span) == "B=\xFF");  // the text differs, so the whole pair
  CHECK(At(file, env.args[7].span).empty());
  CHECK(env.args[7].span.begin == env.args[6].span.end + 1);
  const Instruction& old = file.instructions[4];
  CHECK(At(file, old.args[0].span) == "K");
  CHECK(At(file, old.args[1].span) == "some value");
}

TEST_CASE("spans across continuations and comments", "[syntax]") {
  const std::string text =
      "FROM a\nRUN --mount=type=cache,\\\ntarget=/c \\\n  # why\n\n  go \\\n  build\nEN\\\nV "
      "A\\\n=\\\n1 \\\n  B=2\n";
  const Dockerfile file = Read(text);
  REQUIRE(file.diagnostics.empty());
  const Instruction& run = file.instructions[1];
  CHECK(At(file, run.flags[0].span) == "--mount=type=cache,\\\ntarget=/c");
  CHECK(run.flags[0].value == "type=cache,target=/c");
  CHECK(run.args[0].text == "go   build");
  CHECK(At(file, run.args[0].span) == "go \\\n  build");
  CHECK(run.start_line == 2);
  CHECK(run.end_line == 7);
  const Instruction& env = file.instructions[2];
  CHECK(env.keyword == Keyword::kEnv);
  CHECK(At(file, env.name.span) == "EN\\\nV");
  CHECK(At(file, env.args[0].span) == "A");
  CHECK(At(file, env.args[1].span) == "1");
  CHECK(At(file, env.args[3].span) == "B");
  CHECK(At(file, env.span) == "EN\\\nV A\\\n=\\\n1 \\\n  B=2");
}

TEST_CASE("heredocs: content, terminator, chomp, quotes", "[syntax]") {
  const std::string text =
      "FROM a\nRUN <<A 3<<-\"B C\" cat\nx\\\n# y\nA\n\tz\n\tB C\r\nCOPY <<'$D' <<E$F "
      "/g\n$D\nh\nE$F\n"
      "ONBUILD RUN <<I\nj\nI\nRUN k\n";
  const Dockerfile file = Read(text);
  REQUIRE(file.diagnostics.empty());
  const Instruction& run = file.instructions[1];
  REQUIRE(run.heredocs.size() == 2);
  CHECK(run.heredocs[0].name == "A");
  CHECK(run.heredocs[0].content == "x\\\n# y\n");
  CHECK(run.heredocs[0].expand);
  CHECK_FALSE(run.heredocs[0].chomp);
  CHECK(At(file, run.heredocs[0].content_span) == run.heredocs[0].content);
  CHECK(At(file, run.heredocs[0].terminator) == "A");
  CHECK(run.heredocs[1].name == "B C");
  CHECK(run.heredocs[1].file_descriptor == 3);
  CHECK(run.heredocs[1].chomp);
  CHECK_FALSE(run.heredocs[1].expand);
  CHECK(run.heredocs[1].content == "\tz\n");
  CHECK(At(file, run.heredocs[1].terminator) == "\tB C");
  CHECK(At(file, run.span) == text.substr(7, text.find("\r\nCOPY") - 7));
  CHECK(run.end_line == 7);
  const Instruction& copy = file.instructions[2];
  REQUIRE(copy.heredocs.size() == 2);
  CHECK(copy.heredocs[0].name == "$D");
  CHECK(copy.heredocs[0].content.empty());
  CHECK_FALSE(copy.heredocs[0].expand);
  CHECK(copy.heredocs[1].name == "E$F");
  CHECK(copy.heredocs[1].expand);
  const Instruction& onbuild = file.instructions[3];
  REQUIRE(onbuild.trigger != nullptr);
  REQUIRE(onbuild.trigger->heredocs.size() == 1);
  CHECK(At(file, onbuild.trigger->span) == "RUN <<I\nj\nI");
  CHECK(onbuild.trigger->end_line == onbuild.end_line);
}

TEST_CASE("a heredoc with blanks before its name", "[syntax]") {
  const Dockerfile file =
      Read("FROM a\nRUN cat << EOF > /x\nb\nEOF\nRUN cat << \"E F\"\n$c\nE F\n");
  REQUIRE(file.diagnostics.empty());
  CHECK(file.instructions[1].heredocs[0].name == "EOF");
  CHECK(file.instructions[1].heredocs[0].content == "b\n");
  CHECK(file.instructions[2].heredocs[0].name == "E F");
  CHECK_FALSE(file.instructions[2].heredocs[0].expand);
}

TEST_CASE("what is no heredoc", "[syntax]") {
  for (const char* line : {"RUN a <<< b", "RUN a <<", "RUN a b<<c", "RUN \"<<A\"", "RUN '<<A'",
                           "RUN \\<<A", "RUN a <<\"\"", "RUN <<A\\ B <<<c d'", "CMD <<A",
                           "ENV <<A=b", "RUN [\"<<A\"]", "RUN a <<- A", "RUN 'it <<A"}) {
    INFO(line);
    const Dockerfile file = Read(std::string("FROM a\n") + line + "\nRUN x");
    CHECK(file.instructions.size() == 3);
    CHECK(file.instructions[1].heredocs.empty());
  }
}

/// Each token as `kind:its bytes`, blanks and line ends left out.
std::vector<std::string> TokensOf(const Dockerfile& file) {
  static const std::map<TokenKind, std::string> names = {{TokenKind::kBom, "bom"},
                                                         {TokenKind::kComment, "comment"},
                                                         {TokenKind::kDirective, "directive"},
                                                         {TokenKind::kKeyword, "keyword"},
                                                         {TokenKind::kFlag, "flag"},
                                                         {TokenKind::kWord, "word"},
                                                         {TokenKind::kContinuation, "continuation"},
                                                         {TokenKind::kHeredocBody, "body"},
                                                         {TokenKind::kHeredocEnd, "end"}};
  std::vector<std::string> tokens;
  for (const Token& token : Tokenize(file)) {
    if (token.kind != TokenKind::kBlank && token.kind != TokenKind::kNewline) {
      tokens.push_back(names.at(token.kind) + ":" + std::string(At(file, token.span)));
    }
  }
  return tokens;
}

TEST_CASE("tokens say what each byte belongs to", "[syntax]") {
  const Dockerfile file = Read(
      "\xEF\xBB\xBF# escape=`\n# c\nRUN --a=b `\n  # d\n  e `\n f <<G\nh\nG\n  ONBUILD USER i\n");
  CHECK(TokensOf(file) ==
        std::vector<std::string>{"bom:\xEF\xBB\xBF", "directive:# escape=`", "comment:# c",
                                 "keyword:RUN", "flag:--a=b", "continuation:`", "comment:# d",
                                 "word:e ", "continuation:`", "word: f <<G", "body:h\n", "end:G",
                                 "keyword:ONBUILD", "keyword:USER", "word:i"});
}

/// "" when the tree, the tokens and the graph are as they must be.
std::string Broken(const std::string& text) {
  const Dockerfile file = Read(text);
  std::string broken = fuzz::CheckTree(file);
  broken = broken.empty() ? fuzz::CheckTokens(file) : broken;
  return broken.empty() ? fuzz::CheckGraph(file, {}) : broken;
}

/// One change of the kind that people and broken tools make.
void Mutate(std::string& text, const std::string& other, std::mt19937& random) {
  const auto below = [&](std::size_t end) { return end == 0 ? 0 : random() % end; };
  static const std::vector<std::string> pieces = {
      "\\\n",     "\n",       "\r\n", "#",  "\"",    "'",   "<<EOF",    "\nEOF\n",
      "[\"",      "\"]",      "--",   "${", "}",     "`",   "\xC2\xA0", "\t",
      "ONBUILD ", "FROM a\n", "\xFF", "=",  "COPY ", "\0x", ",",        "\\"};
  const std::size_t at = below(text.size() + 1);
  switch (random() % 4) {
    case 0:
      text.insert(at, pieces[below(pieces.size())]);
      break;
    case 1:
      text.erase(at, below(20));
      break;
    case 2: {
      const std::size_t from = below(other.size());
      text.insert(at, other, from, below(80));
      break;
    }
    default:
      if (at < text.size()) {
        text[at] = static_cast<char>(random());
      }
  }
}

TEST_CASE("printing back is the identity for every Dockerfile here, and for broken ones",
          "[syntax]") {
  const char* given = std::getenv("CACHEPLAN_SEED");
  const unsigned long seed = given == nullptr ? std::random_device{}() : std::stoul(given);
  INFO("CACHEPLAN_SEED=" << seed << " gives this run again");
  std::mt19937 random(static_cast<std::uint32_t>(seed));
  std::vector<std::string> texts;
  for (const std::string& path : test::FilesBelow({"testdata/cases", "testdata/fuzz/dockerfile"})) {
    texts.push_back(test::ReadFile(test::SourcePath(path)));
  }
  REQUIRE(texts.size() > 20);
  for (const std::string& text : texts) {
    INFO(text);
    REQUIRE(Broken(text) == "");
    std::string changed = text;
    for (int round = 0; round < 20; ++round) {
      Mutate(changed, texts[random() % texts.size()], random);
      INFO("changed:\n" << changed);
      REQUIRE(Broken(changed) == "");
    }
  }
}

TEST_CASE("printing back is the identity for a folder of Dockerfiles", "[syntax][corpus]") {
  const char* folder = std::getenv("CACHEPLAN_CORPUS");
  if (folder == nullptr) {
    WARN("skipped: CACHEPLAN_CORPUS names no folder of Dockerfiles");
    return;
  }
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) {
      INFO(entry.path().string());
      REQUIRE(Broken(test::ReadFile(entry.path().string())) == "");
      ++count;
    }
  }
  CHECK(count > 0);
}

}  // namespace
}  // namespace cacheplan
