// In which folder a command works, and which manifests it takes then: flags, words, folders above.
#include <string>

#include "cacheplan/detect.h"

#include "support/catch.h"
#include "support/detected.h"

namespace cacheplan::test {
namespace {

const DependencyStep& LastStep(const Detected& detected) {
  return detected.deps.stages.back().steps.back();
}

/// Where the last command of the RUN works.
std::string DirectoryOf(const std::string& run) {
  const Detected detected("FROM a\nWORKDIR /w\nCOPY . .\nRUN " + run + "\n");
  INFO(run);
  REQUIRE_FALSE(detected.deps.stages.back().steps.empty());
  return std::string(LastStep(detected).commands.back().directory);
}

/// The files that count as those of the last step's folder.
std::string Here(const std::string& text) {
  const Detected detected("FROM a\nWORKDIR /w\n" + text);
  std::string shown;
  for (const VisibleFile& file : LastStep(detected).files) {
    if (file.in_directory) {
      shown += (shown.empty() ? "" : " ") + std::string(file.path);
    }
  }
  return shown;
}

/// The manifests of the last step, with blanks between.
std::string ManifestsOf(const std::string& text) {
  const Detected detected("FROM a\nWORKDIR /w\n" + text);
  std::string shown;
  for (const std::string_view manifest : LastStep(detected).manifests) {
    shown += (shown.empty() ? "" : " ") + std::string(manifest);
  }
  return shown;
}

TEST_CASE("a word or a flag names the folder that a command works in", "[directories]") {
  for (const char* run :
       {"pip install ./api", "pip install -e api/", "pip install --no-cache-dir ./api[dev,test]",
        "pip install --no-deps /w/api", "pip install flask ./api", "uv pip install -e ./api",
        "conan install api --build=missing", "helm dependency update ./api", "helm dep build api",
        "opam install --deps-only ./api", "terraform -chdir=api init",
        "vcpkg install --x-manifest-root=api", "dub build --root=api",
        "julia --project=api -e 'using Pkg; Pkg.instantiate()'",
        "julia --project=api/Project.toml -e 'using Pkg; Pkg.instantiate()'",
        "JULIA_PROJECT=/w/api julia -e 'using Pkg; Pkg.instantiate()'", "python -m build -o /d api",
        "cmake -B b -S api -DCMAKE_TOOLCHAIN_FILE=/v/vcpkg.cmake",
        "cd b && cmake ../api --toolchain=/v/vcpkg.cmake"}) {
    INFO(run);
    CHECK(DirectoryOf(run) == "/w/api");
  }
  for (const char* run :
       {"julia --project -e 'using Pkg; Pkg.instantiate()'",
        "julia --project=@. -e 'using Pkg; Pkg.instantiate()'", "python -m build --wheel .",
        "pip install .", "pip install flask", "pip install https://x.org/a/b.tar.gz",
        "pip install ./dist/*", "pip install dist/app-1.0.tar.gz",
        "pip install -r api/requirements.txt", "dotnet restore api/api.csproj",
        "dotnet publish api.sln", "conan install .", "mvn -f api/pom.xml package", "mvn package",
        "mvn -f api package", "cargo install --path api", "dotnet restore api",
        "pip install ./api ./web", "bundle install --gemfile api/Gemfile"}) {
    INFO(run);
    CHECK(DirectoryOf(run) == "/w");
  }
  CHECK(DirectoryOf("cd /s && pip install ../api") == "/api");
  CHECK(DirectoryOf("pip install /srv/api") == "/srv/api");
}

TEST_CASE("the manifests of that folder are meant, and no others", "[directories]") {
  const std::string two = "COPY requirements.txt .\nCOPY api/setup.py api/\n";
  CHECK(Here(two + "RUN pip install ./api\n") == "api/setup.py");
  CHECK(ManifestsOf(two + "RUN pip install -r requirements.txt\n") == "requirements.txt");
  CHECK(ManifestsOf("COPY . .\nRUN mvn -f api package\n") == "api/pom.xml");
  CHECK(ManifestsOf("COPY . .\nRUN mvn --file=api/ verify\n") == "api/pom.xml");
  CHECK(ManifestsOf("COPY . .\nRUN mvn -f . verify\n") == "pom.xml");
  CHECK(ManifestsOf("COPY . .\nRUN tox -c api\n") == "api/tox.ini");
  CHECK(ManifestsOf("COPY . .\nRUN cargo install --path api\n") == "api/Cargo.toml");
  CHECK(ManifestsOf("COPY . .\nRUN cargo install --path .\n") == "Cargo.toml Cargo.lock");
  // What lies around them is read as well: parents, members of a workspace, projects beside it.
  CHECK(Here("COPY pom.xml .\nCOPY api/pom.xml api/\nRUN mvn -f api package\n") ==
        "pom.xml api/pom.xml");
  CHECK(Here("COPY Cargo.* .\nCOPY api/Cargo.toml api/\nRUN cargo install --path api\n") ==
        "Cargo.* api/Cargo.toml");
  CHECK(Here("COPY a/a.csproj a/\nCOPY b/b.csproj b/\nRUN dotnet restore a\n") ==
        "a/a.csproj b/b.csproj");
  CHECK(Here("COPY c.txt constraints.txt ./\nCOPY a/setup.py a/\n"
             "RUN pip install -c constraints.txt ./a\n") == "constraints.txt a/setup.py");
  CHECK(Here("COPY a/setup.py a/\nCOPY b/setup.py b/\nRUN pip install ./a ./b\n") ==
        "a/setup.py b/setup.py");
  CHECK(ManifestsOf("COPY . .\nRUN mvn -f api/other.xml package\n") == "api/other.xml");
  // Seen from where the stage works.
  CHECK(ManifestsOf("COPY . .\nRUN cd api && pip install -r r.txt\n") == "api/r.txt");
  CHECK(ManifestsOf("COPY . .\nRUN cd api && pip install -r /r/r.txt\n") == "/r/r.txt");
  CHECK(ManifestsOf("COPY . .\nRUN cd api && pip install -r ../r.txt\n") == "../r.txt");
  CHECK(ManifestsOf("COPY api/Gemfile api/\nRUN bundle install --gemfile api/Gemfile\n") ==
        "api/Gemfile");
}

TEST_CASE("some commands take the manifests of a folder above", "[directories]") {
  const std::string root = "COPY go.mod go.sum ./\nCOPY cmd cmd\n";
  CHECK(ManifestsOf(root + "RUN cd cmd/x && go build\n") == "go.mod go.sum");
  CHECK(ManifestsOf(root + "WORKDIR /w/cmd/x\nRUN go mod download\n") == "go.mod go.sum");
  const Detected detected("FROM a\nWORKDIR /w\n" + root + "RUN cd cmd/x && go build\n");
  CHECK(LastStep(detected).commands.back().lock == LockState::kSeen);
  // The nearest ones; and only those above, not beside.
  CHECK(Here(root + "COPY cmd/x/go.mod cmd/x/\nRUN cd cmd/x && go build\n") == "cmd/x/go.mod");
  CHECK(ManifestsOf("COPY go.mod /other/\nRUN go build\n") == "go.mod go.work go.sum go.work.sum");
  CHECK(ManifestsOf("COPY WORKSPACE ./\nCOPY a a\nRUN cd a && bazel build :x\n") == "WORKSPACE");
  // What is entered has its own with most others.
  CHECK(ManifestsOf("COPY package.json ./\nCOPY web web\nRUN cd web && npm i\n")
            .starts_with("web/package.json"));
}

TEST_CASE("a WORKDIR is the folder that an engine makes of it", "[directories]") {
  for (const char* workdir : {"./", ".", "/w/.", "/w/", "/w/../w", "//w", "\"/w/.\"", "../w"}) {
    INFO(workdir);
    CHECK(Here("COPY package.json ./\nWORKDIR " + std::string(workdir) + "\nRUN npm ci\n") ==
          "package.json");
  }
  CHECK(Here("COPY package.json ./\nWORKDIR /w/../v\nRUN npm ci\n").empty());
}

}  // namespace
}  // namespace cacheplan::test
