// What a command is given by words: wheels and archives, lists of packages by lines, manifests by
// flags; and what it reads then and what not.
#include <string>

#include "cacheplan/detect.h"
#include "cacheplan/report.h"

#include "support/cases.h"
#include "support/catch.h"
#include "support/detected.h"

namespace cacheplan::test {
namespace {

/// "project: requirements.txt; …" of each step of the last stage.
std::string Steps(const std::string& text) {
  const Detected detected("FROM a\nWORKDIR /w\n" + text);
  std::string shown;
  for (const DependencyStep& step : detected.deps.stages.back().steps) {
    shown += (shown.empty() ? "" : "; ") + std::string(Name(step.kind));
    for (const VisibleFile& file : step.files) {
      shown += file.in_directory ? " " + std::string(file.path) : "";
    }
  }
  return shown;
}

/// The line that begins with "It reads", and the marks.
std::string Reads(const std::string& text) {
  const Detected detected("FROM a AS b\nCOPY . .\nFROM a\nWORKDIR /w\n" + text);
  std::string shown;
  for (const std::string& line :
       LinesOf(RenderDepsText(detected.file, detected.graph, detected.deps))) {
    if (line.find("It reads ") != std::string::npos || line.find("! ") != std::string::npos) {
      shown += line.substr(6) + "|";
    }
  }
  return shown;
}

TEST_CASE("packages that a manifest lists and another program hands over", "[named]") {
  const std::string copy = "COPY requirements.txt .\nRUN ";
  const std::string project = "project requirements.txt";
  for (const char* run :
       {"pip install `cat requirements.txt`", "pip install $(cat requirements.txt)",
        "pip install $(< requirements.txt)", "pip install $(grep -v torch requirements.txt)",
        "cat requirements.txt | xargs -n 1 pip install",
        "cat requirements.txt | grep -v '#' | xargs -n 1 pip install",
        "xargs pip install < requirements.txt",
        "while read r; do pip install \"$r\"; done < requirements.txt",
        "cat requirements.txt | while read -r r; do pip install $r; done"}) {
    INFO(run);
    CHECK(Steps(copy + run + "\n") == project);
  }
  for (const char* run :
       {"pip install $(cat names.txt)", "xargs pip install < names.txt",
        "pip install $(list requirements.txt)", "cat requirements.txt; pip install flask",
        "while read r; do pip install $x; done < requirements.txt", "pip install $PACKAGES"}) {
    INFO(run);
    CHECK(Steps(copy + run + "\n") == "tool");
  }
}

TEST_CASE("a folder of lists that another program hands over holds manifests", "[named]") {
  for (const char* run :
       {"cat reqs/requirements.txt | xargs pip install", "pip install $(cat reqs/requirements.txt)",
        "pip install -r reqs/requirements.txt"}) {
    INFO(run);
    const Detected detected("FROM a\nWORKDIR /w\nCOPY reqs reqs\nRUN " + std::string(run) + "\n");
    const DependencyStep& step = detected.deps.stages.back().steps.back();
    CHECK(step.manifests_first == true);
    CHECK(Steps("COPY reqs reqs\nRUN " + std::string(run) + "\n") == "project reqs");
  }
}

TEST_CASE("of manifests a command reads those that it names", "[named]") {
  const std::string copy =
      "COPY environment.yml pyproject.toml setup.py other-requirements.txt ./\n"
      "COPY requirements.txt constraints.txt ./\n";
  CHECK(Steps(copy + "RUN pip install -r requirements.txt\n") == "project requirements.txt");
  CHECK(Steps(copy + "RUN pip install -r requirements.txt -c constraints.txt\n") ==
        "project requirements.txt constraints.txt");
  CHECK(Steps("COPY req*.txt setup.py ./\nRUN pip install -r requirements.txt\n") ==
        "project req*.txt");
  // The project itself is installed too, or what is named came under another name.
  CHECK(Steps("COPY requirements.txt setup.py ./\nRUN pip install -r requirements.txt ./\n") ==
        "project requirements.txt setup.py");
  CHECK(Steps("COPY requirements.txt setup.py /x/\nRUN cp /x/* . && pip install -r other.txt\n") ==
        "project");
  // Each command of a step its own.
  CHECK(Steps(copy + "RUN pip install -r requirements.txt && pip install -r "
                     "other-requirements.txt\n") ==
        "project requirements.txt other-requirements.txt");
  CHECK(Steps("COPY pylock.toml .\nRUN uv pip sync --system pylock.toml\n") ==
        "project pylock.toml");
  CHECK(Reads("RUN pip install -r https://x.org/requirements.txt\n") ==
        "It reads https://x.org/requirements.txt.|");
  CHECK(Reads("COPY requirements/*.txt /r/\nRUN for f in /r/*.txt; do pip install -r $f; done\n") ==
        "It reads $f.|");
}

TEST_CASE("a file that the command itself writes is none that it reads", "[named]") {
  CHECK(Steps("COPY Cargo.toml Cargo.lock ./\nRUN cargo vendor --locked > .cargo/config.toml\n") ==
        "project Cargo.toml Cargo.lock");
  CHECK(Steps("COPY Cargo.toml Cargo.lock ./\nRUN echo x > .cargo/config.toml && cargo fetch\n") ==
        "project Cargo.toml Cargo.lock .cargo/config.toml");
}

TEST_CASE("wheels and archives are what a command installs", "[named]") {
  CHECK(Steps("COPY --from=b /w /w\nRUN pip install --no-cache-dir --no-deps /w/*.whl\n") == "");
  CHECK(Steps("COPY --from=b /w /w\nRUN pip install --no-deps /w/*.whl flask\n") == "project");
  CHECK(Reads("COPY --from=b /w /w\nRUN pip install /w/*.whl\n") ==
        "It reads /w/*.whl; what is there of them comes with COPY --from=b (line 5).|");
  CHECK(Reads("COPY --from=b /wheels /wheels\nCOPY --from=b requirements.txt .\n"
              "RUN pip install /wheels/*\n") == "It reads /wheels/*.|");
  CHECK(Steps("COPY a.tgz ./\nRUN npm install ./a.tgz\n") == "project a.tgz");
  CHECK(Reads("COPY a.tgz ./\nRUN npm install ./a.tgz\n") == "");
  const std::string global = Reads("COPY . .\nRUN npm install -g .\n");
  CHECK(global.find('!') == std::string::npos);
}

TEST_CASE("launchers, profiles and triplets are no source", "[named]") {
  const auto first = [](const std::string& text) {
    const Detected detected("FROM a\nWORKDIR /w\n" + text);
    return detected.deps.stages.back().steps.back().manifests_first;
  };
  CHECK(first("COPY conanfile.txt conan.lock profiles/linux ./\nRUN conan install .\n") == true);
  CHECK(first("COPY vcpkg.json ./\nCOPY triplets/ triplets/\n"
              "RUN vcpkg install --overlay-triplets=triplets\n") == true);
  CHECK(first("COPY mill build.mill ./\nRUN ./mill __.prepareOffline\n") == true);
}

TEST_CASE("R and julia run here-documents", "[named]") {
  CHECK(Steps("COPY Project.toml .\nRUN julia --project=. <<EOF\nusing Pkg\nPkg.instantiate()\n"
              "EOF\n") == "project Project.toml");
  CHECK(Steps("RUN R --no-save <<'EOF'\ninstall.packages(\"shiny\")\nEOF\n") == "tool");
  CHECK(Steps("RUN Rscript - <<'EOF'\ninstall.packages(\"shiny\")\nEOF\n") == "tool");
  CHECK(Steps("RUN <<EOF R --vanilla\ninstall.packages(\"shiny\")\nEOF\n") == "tool");
  CHECK(Steps("RUN Rscript run.R <<'EOF'\ninstall.packages(\"shiny\")\nEOF\n") == "");
}

}  // namespace
}  // namespace cacheplan::test
