// The rules that look at the build context.
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "cacheplan/detect.h"
#include "cacheplan/knowledge.h"
#include "cacheplan/lint.h"

#include "support/cases.h"
#include "support/catch.h"
#include "support/context_files.h"
#include "support/program.h"

namespace cacheplan {
namespace {

/// "3 CP350: message", a line each, of the rules with that code.
std::string Findings(const std::string& code, const std::string& dockerfile,
                     const std::string& files, const std::optional<std::string>& ignore) {
  const BuildContext context = test::ContextOf(files, ignore);
  const Dockerfile file = Parse(std::make_shared<const Source>("Dockerfile", dockerfile));
  REQUIRE_FALSE(file.rejected());
  const Graph graph = BuildGraph(file);
  const Dependencies deps = Detect(file, graph, Knowledge::BuiltIn());
  LintOptions options;
  options.rules = FindRules(code);
  std::string out;
  for (const Finding& finding : Lint(file, graph, deps, &context, options).findings) {
    out += (out.empty() ? "" : "\n") + std::to_string(finding.line) + " " +
           std::string(Info(finding.rule).code) + ": " + finding.message;
  }
  return out;
}

const std::string kNode = "FROM node\nCOPY . .\nRUN npm ci\n";
const std::string kNodeFiles = ".git/HEAD\nDockerfile\npackage.json\nindex.js\n";

TEST_CASE("CopyIgnoredFile is BuildKit's", "[lint][context]") {
  const auto check = [](const std::string& line, const std::string& ignore) {
    return Findings("CopyIgnoredFile", "FROM a AS x\nFROM a\n" + line + "\n", "a\n", ignore);
  };
  CHECK(check("COPY a /", "a") ==
        "3 CopyIgnoredFile: Attempting to Copy file \"a\" that is excluded by .dockerignore");
  CHECK(check("ADD a /", "a") ==
        "3 CopyIgnoredFile: Attempting to Add file \"a\" that is excluded by .dockerignore");
  CHECK(check("COPY ./a/ /", "a").find("file \"a\"") != std::string::npos);
  CHECK(check("COPY dir/a /", "dir").find("file \"dir/a\"") != std::string::npos);
  CHECK(check("COPY dir/deep/a /", "**/deep").find("\"dir/deep/a\"") != std::string::npos);
  CHECK(check("COPY dir/a /", "**/a").find("\"dir/a\"") != std::string::npos);
  CHECK(check("COPY . /", "*").find("file \".\"") != std::string::npos);
  CHECK(check("COPY a b c /", "[ab]").find("\"b\"") != std::string::npos);
  CHECK(check("COPY a /", "b") == "");
  CHECK(check("COPY . /", "a") == "");
  CHECK(check("COPY /a /", "a") == "");  // Docker compares the path as it stands
  CHECK(check("COPY --from=x a /", "a") == "");
  CHECK(check("ADD https://example.org/a /", "**") == "");
  CHECK(check("COPY a /", "a\n!b") == "");  // with an exception anywhere it keeps silent
  CHECK(check("COPY <<a /\nx\na", "a") == "");
}

TEST_CASE("no ignore file and a broad copy", "[lint][context]") {
  const std::string want =
      "2 CP350: 'COPY . .' takes the whole context, and there is no .dockerignore";
  CHECK(Findings("CP350", kNode, kNodeFiles, std::nullopt) == want);
  for (const char* line : {"COPY ./ /a/", "COPY / /a/", "COPY * /a/", "ADD . /a", "COPY ./* /a/",
                           "RUN --mount=type=bind,target=. make"}) {
    INFO(line);
    CHECK(Findings("CP350", "FROM node\n" + std::string(line) + "\n", kNodeFiles, std::nullopt) !=
          "");
  }
  for (const char* line :
       {"COPY src /a/", "COPY package.json ./", "COPY --from=node . /a/", "COPY *.json ./", "RUN x",
        "RUN --mount=type=bind,from=node,target=/x x", "RUN --mount=type=cache,target=/x x"}) {
    INFO(line);
    CHECK(Findings("CP350", "FROM node\n" + std::string(line) + "\n", kNodeFiles, std::nullopt) ==
          "");
  }
  CHECK(Findings("CP350", kNode, kNodeFiles, "") == "");
  CHECK(Findings("CP350", kNode, "index.js\n", std::nullopt) == "");  // nothing to leave out
  CHECK(Findings("CP350", "FROM node\nCOPY --exclude=.git --exclude=Dockerfile . .\n", kNodeFiles,
                 std::nullopt) == "");
}

/// What CP351 names in a context with these files beside index.js and an ignore file.
std::string Volatile(const std::string& files, const std::string& ignore = "",
                     const std::string& dockerfile = kNode) {
  const std::string found = Findings("CP351", dockerfile, files + "index.js\n", ignore);
  const std::size_t begin = found.find(" takes ");
  return begin == std::string::npos
             ? found
             : found.substr(begin + 7, found.find(" too,", begin) - begin - 7);
}

TEST_CASE("what changes by itself, where the context shows that it is that", "[lint][context]") {
  CHECK(Findings("CP351", kNode, kNodeFiles, "") ==
        "2 CP351: 'COPY . .' takes .git and Dockerfile too, which the source does not need");
  CHECK(Findings("CP351", kNode, kNodeFiles, std::nullopt) == "");  // CP350's
  CHECK(Volatile("a\n") == "");
  CHECK(Volatile(".github/x\n.gitlab-ci.yml\nJenkinsfile\n") ==
        ".github, .gitlab-ci.yml and Jenkinsfile");
  CHECK(Volatile("third/.github/x\n") == "");
  CHECK(Volatile("package.json\nnode_modules/a/b\n") == "node_modules");
  CHECK(Volatile("node_modules/a/b\n") == "");
  CHECK(Volatile("a/package.json\na/node_modules/b/node_modules/c\n") == "a/node_modules");
  CHECK(Volatile("target/x\nCargo.toml\n") == "target");
  CHECK(Volatile("target/x\n") == "");
  CHECK(Volatile("a/__pycache__/x\nb/__pycache__/y\n") == "a/__pycache__ and b/__pycache__");
  CHECK(Volatile("? obj/x\n? bin/x\napp.csproj\n") == "bin and obj");
  CHECK(Volatile("bin/run\napp.csproj\n") == "");  // tracked: a script
  CHECK(Volatile("? bin/x\n") == "");
  CHECK(Volatile("? build/x\npackage.json\n") == "build");
  CHECK(Volatile("build/x\npackage.json\n") == "");
  CHECK(Volatile("? build/__pycache__/x\n") == "build/__pycache__");
}

TEST_CASE("what is left out, wanted or part of the image is no finding", "[lint][context]") {
  CHECK(Volatile(".git/HEAD\n", ".git") == "");
  CHECK(Volatile(".git/HEAD\n", ".git/*") == "");
  CHECK(Volatile(".git/HEAD\n", "**/.git/**") == "");
  CHECK(Volatile(".git/HEAD\nDockerfile\n", "*\n!index.js") == "");
  CHECK(Volatile(".git/HEAD\n", ".git/objects") == ".git");
  CHECK(Volatile(".git/HEAD\n", "", kNode + "RUN git describe --tags > VERSION\n") == "");
  CHECK(Volatile("package.json\nnode_modules/a\n", "", kNode + "COPY node_modules /x/\n") == "");
  CHECK(Volatile("package.json\n? dist/a\n", "", "FROM nginx\nCOPY . /srv\n") == "");
  CHECK(Volatile("Dockerfile\n", "", "FROM nginx\nCOPY . /srv\n") == "Dockerfile");
  CHECK(Volatile(".git/HEAD\n", "", "FROM a\nCOPY src .\n") == "");
  // Said once: the pattern of that name means the top alone (CP353).
  CHECK(Volatile("package.json\na/package.json\na/node_modules/b\n", "node_modules") == "");
}

TEST_CASE("dead patterns: refused, undone, a letter off, gone", "[lint][context]") {
  const auto dead = [](const std::string& ignore) {
    return Findings("CP352", kNode, "Dockerfile\nREADME.md\nsrc/main.c\nfrontend/index.html\n",
                    ignore);
  };
  CHECK(dead("src\n[a-") ==
        "0 CP352: .dockerignore:2: '[a-' is no pattern: syntax error in pattern");
  CHECK(dead("!").find("is no pattern: illegal exclusion pattern: \"!\"") != std::string::npos);
  CHECK(dead("!README.md\n*.md") ==
        "0 CP352: .dockerignore:1: '!README.md' is undone by line 2, '*.md'");
  CHECK(dead("src/main.c\n!src") ==
        "0 CP352: .dockerignore:1: 'src/main.c' is undone by line 2, '!src'");
  CHECK(dead("*.md\n!README.md") ==
        "");  // the only one on disk, but the line is not about it alone
  CHECK(dead("!README.md\n*.md\n!README.md") == "");
  CHECK(dead("src\n!src/main.c\nDockerfile") == "");
  CHECK(dead("frontned") ==
        "0 CP352: .dockerignore:1: 'frontned' matches nothing; there is frontend");
  CHECK(dead("Readme.md") ==
        "0 CP352: .dockerignore:1: 'Readme.md' matches nothing; there is README.md");
  CHECK(dead("frontends") == "");             // a plural may be another thing
  CHECK(dead("README.md\nReadme.md") == "");  // both spellings, to be sure
  CHECK(dead("src/mainn.c") ==
        "0 CP352: .dockerignore:1: 'src/mainn.c' matches nothing; there is src/main.c");
  CHECK(dead("backend/secrets") ==
        "0 CP352: .dockerignore:1: 'backend/secrets' matches nothing: there is no backend");
  CHECK(dead(".git\n*.log\nnode_modules\n.env\ndist\ntmp/pids\ncoverage\n**/x\nLICENSE\nsrc/gen\n"
             "backend/node_modules\n.vscode/settings\nvendor/bundle\n!keep") == "");
}

TEST_CASE("nothing is dead in a tree that was not read completely", "[lint][context]") {
  BuildContext context = test::ContextOf("frontend/a\n", "frontned");
  context.complete = false;
  const Dockerfile file = Parse(std::make_shared<const Source>("Dockerfile", kNode));
  const Graph graph = BuildGraph(file);
  const Dependencies deps = Detect(file, graph, Knowledge::BuiltIn());
  LintOptions options;
  options.rules = FindRules("CP352");
  CHECK(Lint(file, graph, deps, &context, options).findings.empty());
  context.complete = true;
  CHECK(Lint(file, graph, deps, &context, options).findings.size() == 1);
  CHECK(Lint(file, graph, deps, nullptr, options).findings.empty());
}

TEST_CASE("patterns that do something else than they look like", "[lint][context]") {
  const auto odd = [](const std::string& ignore, const std::string& dockerfile = kNode) {
    return Findings("CP353", dockerfile,
                    "a.pyc\napp/b.pyc\napp/c.md\npackage.json\nweb/package.json\n"
                    "web/node_modules/x/y\nother/node_modules/z\n",
                    ignore);
  };
  CHECK(
      odd("*.pyc") ==
      "0 CP353: .dockerignore:1: '*.pyc' means the top of the context alone; app/b.pyc is copied");
  CHECK(odd("*.pyc\n**/*.pyc") == "");
  CHECK(odd("*.pyc", "FROM a\nCOPY web .\n") == "");
  CHECK(odd("node_modules") ==
        "0 CP353: .dockerignore:1: 'node_modules' means the top of the context alone; "
        "web/node_modules is copied");
  CHECK(odd("*.md") == "");
  CHECK(odd("!app") ==
        "0 CP353: .dockerignore:1: '!app' brings nothing back: no line before it leaves it out");
  CHECK(odd("*.md\n!app/c.md").find("'!app/c.md' brings nothing back") != std::string::npos);
  CHECK(odd("app/*\n!app/c.md") == "");
  CHECK(odd("app/*.md\n!app") == "");
  CHECK(odd("**/*.md\n!app") == "");
  CHECK(odd("*\n!app") == "");
  CHECK(odd("!app\napp") == "");  // CP352's
  CHECK(odd("web # the site").find("takes the comment for a part of the name") !=
        std::string::npos);
  CHECK(odd("../shared").find("outside the context") != std::string::npos);
  CHECK(odd("app\\b.pyc").find("has a backslash") != std::string::npos);
  CHECK(odd("\\!app") == "");
  CHECK(odd("*.{js,ts}").find("has braces") != std::string::npos);
}

TEST_CASE("executable bits that differ from git's", "[lint][context]") {
  const auto modes = [](const std::string& files, const std::string& ignore = "",
                        const std::string& dockerfile = "FROM a\nCOPY a.sh b.sh src /\n") {
    return Findings("CP354", dockerfile, files, ignore);
  };
  CHECK(modes("x! a.sh") ==
        "2 CP354: 'COPY a.sh b.sh src /' takes a.sh, which is executable here and not in git");
  CHECK(modes("x! a.sh\nx! src/c\n") ==
        "2 CP354: 'COPY a.sh b.sh src /' takes files whose executable bit differs from git's: a.sh "
        "and src/c");
  CHECK(modes("x a.sh\nb.sh") == "");
  CHECK(modes("x! other.sh") == "");
  CHECK(modes("x! a.sh", "a.sh") == "");
  CHECK(modes("x! a.sh", "", "FROM a\nRUN x\nADD *.sh /\n").find("3 CP354") == 0);
  CHECK(modes("x! a.sh", "", "FROM a\nCOPY --from=a a.sh /\n") == "");
  CHECK(modes("x a.sh\nx! b.sh", "", "FROM a\nCOPY a.sh /\nCOPY b.sh /\n") ==
        "3 CP354: 'COPY b.sh /' takes b.sh, which is executable here and not in git");
}

/// The fences of a section: "dockerfile", "dockerignore", "files".
std::map<std::string, std::string> Fences(const std::string& page, const std::string& title) {
  std::map<std::string, std::string> fences;
  std::string section;
  std::string fence;
  for (const std::string& line : test::LinesOf(page)) {
    if (line.compare(0, 3, "```") == 0) {
      fence = fence.empty() ? line.substr(3) : "";
      if (section == title && !fence.empty()) {
        fences[fence] = "";
      }
    } else if (!fence.empty()) {
      if (section == title) {
        fences[fence] += line + "\n";
      }
    } else if (line.compare(0, 3, "## ") == 0) {
      section = line.substr(3);
    }
  }
  return fences;
}

TEST_CASE("the pages of the context rules show what they say", "[lint][context]") {
  for (const char* code : {"CP350", "CP351", "CP352", "CP353", "CP354"}) {
    const std::string page =
        test::ReadFile(test::SourcePath("docs/rules/" + std::string(code) + ".md"));
    for (const char* title : {"Bad", "Good"}) {
      INFO(code << " " << title);
      std::map<std::string, std::string> fences = Fences(page, title);
      const std::optional<std::string> ignore =
          fences.count("dockerignore") > 0 ? std::optional(fences["dockerignore"]) : std::nullopt;
      const std::string found = Findings(code, fences["dockerfile"], fences["files"], ignore);
      CHECK(found.empty() == (title == std::string("Good")));
    }
  }
}

TEST_CASE("lint --context", "[lint][context][cli]") {
  const test::TempFolder folder;
  const test::InFolder in(folder.path());
  folder.Write("Dockerfile", kNode);
  folder.Write("package.json", "{}");
  const std::vector<std::string> words = {"lint", "--no-config", "--select", "CP350,CP351,CP352"};
  const auto run = [&](std::vector<std::string> more) {
    more.insert(more.begin(), words.begin(), words.end());
    return test::RunMain(more);
  };
  CHECK(run({}).out == "No findings in 1 file.\n");  // no context but what is asked for
  test::Ran ran = run({"--context", "."});
  CHECK(ran.status == 1);
  CHECK(ran.out.find("CP350 no-dockerignore") != std::string::npos);
  folder.Write(".dockerignore", "Dockerfil\n");
  ran = run({"--context", "."});
  CHECK(ran.out.find("CP350") == std::string::npos);
  CHECK(ran.out.find("takes Dockerfile too") != std::string::npos);
  CHECK(ran.out.find(".dockerignore:1: 'Dockerfil' matches nothing") != std::string::npos);
  // A Dockerfile's own ignore file comes first.
  folder.Write("Dockerfile.dockerignore", "Dockerfile\n");
  CHECK(run({"--context", "."}).status == 0);
  folder.Write("other.Dockerfile", kNode);
  ran = run({"--context", ".", "Dockerfile", "other.Dockerfile"});
  CHECK(ran.out.find("takes other.Dockerfile too") != std::string::npos);
  CHECK(ran.out.find("\nDockerfile:") == std::string::npos);

  std::filesystem::remove(folder.path() + "/Dockerfile.dockerignore");
  std::filesystem::remove(folder.path() + "/.dockerignore");
  ran = run({"--context", ".", "--fix-unsafe", "--diff", "Dockerfile", "other.Dockerfile"});
  CHECK(ran.out ==
        "--- /dev/null\n+++ .dockerignore\n@@ -0,0 +1,2 @@\n+Dockerfile\n+other.Dockerfile\n");

  // Names that mean something in an ignore file are written so that they do not.
  folder.Write("#a*.Dockerfile", kNode);
  run({"--context", ".", "--fix-unsafe", "#a*.Dockerfile"});
  CHECK(test::ReadFile(folder.path() + "/.dockerignore").find("\\#a\\*.Dockerfile\n") !=
        std::string::npos);
  CHECK(run({"--context", ".", "#a*.Dockerfile"}).status == 0);
  // What a line brings back is wanted.
  folder.Write(".dockerignore", "**/*ockerfile*\n!Dockerfile\n");
  CHECK(run({"--context", ".", "Dockerfile"}).status == 0);

  CHECK(run({"--context", ""}).status == 2);
  ran = run({"--context", "nowhere"});
  CHECK(ran.status == 3);
  CHECK(ran.out == "");
  CHECK(ran.err == "cacheplan: --context nowhere: cannot be read: No such file or directory\n");
  CHECK(run({"--context", "package.json"}).status == 3);
}

}  // namespace
}  // namespace cacheplan
