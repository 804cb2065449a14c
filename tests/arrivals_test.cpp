// What has come to where a step works: files by the names that commands give them, archives, files
// that the Dockerfile writes, however many they are.
#include "src/detect/arrivals.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "cacheplan/detect.h"

#include "support/catch.h"
#include "support/detected.h"

namespace cacheplan::test {
namespace {

const DependencyStep& LastStep(const Detected& detected) {
  REQUIRE_FALSE(detected.deps.stages.back().steps.empty());
  return detected.deps.stages.back().steps.back();
}

/// "first: req.txt, after: app.tgz", then the files that the last step sees.
std::string Shown(const std::string& text) {
  const Detected detected("FROM a\nWORKDIR /w\n" + text);
  const DependencyStep& step = LastStep(detected);
  std::string shown = !step.manifests_first ? "null" : *step.manifests_first ? "first" : "after";
  for (const VisibleFile& file : step.files) {
    if (file.in_directory) {
      shown += " " + std::string(file.path) + (file.how == Arrived::kWritten ? "*" : "");
    }
  }
  return shown;
}

std::string Manifests(const std::string& text) {
  const Detected detected("FROM a\nWORKDIR /s\n" + text);
  std::string all;
  for (const std::string_view manifest : LastStep(detected).manifests) {
    all += (all.empty() ? "" : " ") + std::string(manifest);
  }
  return all;
}

TEST_CASE("a manifest by the name that the command has for it", "[arrivals]") {
  CHECK(Shown("COPY req.txt .\nRUN pip install -r req.txt\n") == "first req.txt");
  CHECK(Shown("COPY my.pom .\nRUN mvn -f my.pom dependency:go-offline\n") == "first my.pom");
  CHECK(Shown("COPY reqs/prod.txt requirements.txt\nRUN pip install -r requirements.txt\n") ==
        "first reqs/prod.txt");
  CHECK(Shown("COPY package.prod.json package.json\nRUN npm install\n") ==
        "first package.prod.json");
  CHECK(Shown("ENV BUNDLE_GEMFILE=ci.gemfile\nCOPY ci.gemfile .\nRUN bundle install\n") ==
        "first ci.gemfile");
  CHECK(Shown("COPY ci.gems .\nRUN BUNDLE_GEMFILE=ci.gems bundle\n") == "first ci.gems");
  CHECK(Shown("COPY --from=b /req.txt .\nRUN pip install -r req.txt\n") == "first /req.txt");
  // In a base image's folder, that is not known.
  const Detected unknown("FROM a\nCOPY req.txt .\nRUN pip install -r req.txt\n");
  CHECK(LastStep(unknown).files.size() == 1);
}

TEST_CASE("a lock file counts by the name that it gets", "[arrivals]") {
  for (const std::string head : {"WORKDIR /w\n", ""}) {
    const Detected detected("FROM a\n" + head +
                            "COPY package.json ./\nCOPY ci/yarn.lock.prod yarn.lock\nRUN yarn\n");
    CHECK(LastStep(detected).commands[0].lock == LockState::kSeen);
  }
}

TEST_CASE("the folder of a named list is a folder of manifests", "[arrivals]") {
  CHECK(Shown("COPY reqs/ reqs/\nRUN pip install -r reqs/prod.txt\n") == "first reqs/");
  CHECK(Shown("COPY reqs reqs\nRUN pip install -r reqs/prod.txt\n") == "first reqs");
  CHECK(Shown("COPY pip/ /pip/\nRUN pip install -r /pip/prod.txt\n") == "first pip/");
  CHECK(Shown("COPY lists /x/\nRUN pip install -r /x/a.txt\n") == "first lists");
  // A project has its requirements.txt at its top.
  CHECK(Shown("COPY backend/ backend/\nRUN pip install -r backend/requirements.txt\n") == "after");
  CHECK(Shown("COPY src /opt/\nCOPY x.txt /opt/\nRUN pip install -r /opt/x.txt\n") ==
        "after x.txt");
  CHECK(Shown("COPY src/ ./\nRUN pip install -r prod.txt\n") == "after");
  CHECK(Shown("COPY . .\nRUN pip install -r reqs/prod.txt\n") == "after");
  CHECK(Shown("COPY app/ app/\nRUN cd app && pip install -r lists/prod.txt\n") == "after");
}

TEST_CASE("what a RUN with mounts had no room for is known to be missing", "[arrivals]") {
  detect::LookBudget none{0};
  detect::Arrivals stage;
  stage.budget = &none;
  stage.files.resize(50);
  stage.sources.resize(50);
  detect::Arrivals mounted = stage.Copy();
  stage.KeepOf(std::move(mounted));
  CHECK(stage.left_out == 0);  // all of that is still here
  CHECK_FALSE(stage.mounted_source);
  stage.written.resize(47);
  stage.fetches.resize(45);
  mounted = stage.Copy();
  mounted.written.emplace_back();
  mounted.mounted_source = true;
  stage.KeepOf(std::move(mounted));
  CHECK(stage.written.size() == 41);
  CHECK(stage.left_out == 7 + 5);
  CHECK(stage.mounted_source);
}

TEST_CASE("files that the Dockerfile itself writes", "[arrivals]") {
  CHECK(Shown("COPY <<EOF requirements.txt\nflask\nEOF\nRUN pip install -r requirements.txt\n") ==
        "null requirements.txt*");
  CHECK(Shown("COPY <<requirements.txt /w/\nflask\nrequirements.txt\n"
              "RUN pip install -r requirements.txt\n") == "null requirements.txt*");
  CHECK(Shown("RUN echo flask > r.txt && pip install -r r.txt\n") == "null r.txt*");
  CHECK(Shown("RUN echo flask > r.txt\nRUN pip install -r r.txt 2>/dev/null\n") == "null r.txt*");
  CHECK(Shown("RUN echo a >> r.txt && echo b >> r.txt && pip install -r r.txt\n") == "null r.txt*");
  const Detected detected("FROM a\nRUN echo '{}' > package.json && npm install\n");
  CHECK(LastStep(detected).commands[0].lock == LockState::kUnknown);
}

TEST_CASE("what a build tool or a manifest reads is no source", "[arrivals]") {
  for (const std::string name :
       {"webpack.mix.js", "webpack.*.js", "rollup.config.dev.js", "tsup.config.mts",
        "next-config.js", "karma.conf.cjs", "gulpfile.babel.js", "Gruntfile.js", ".eleventy.js",
        ".lintstagedrc.mjs", "ember-cli-build.js", "decorate-angular-cli.js", "gulpfile.js/",
        "versioneer.py", "pkg/_version.py", "jupyter_config.py"}) {
    INFO(name);
    CHECK(Shown("COPY package.json " + name + " ./\nRUN npm ci\n").starts_with("first"));
  }
  for (const std::string name : {"server.js", "version.js", "webpacker/", "build.js", "conf.py"}) {
    INFO(name);
    CHECK(Shown("COPY package.json " + name + " ./\nRUN npm ci\n").starts_with("after"));
  }
  // Cargo stops where its manifest names one that is not there.
  const Detected dummy(
      "FROM a\nWORKDIR /w\nCOPY Cargo.toml Cargo.lock build.rs ./\n"
      "RUN mkdir src && echo 'fn main() {}' > src/main.rs && cargo build\nCOPY src src\n");
  CHECK(LastStep(dummy).manifests_first == true);
  CHECK(LastStep(dummy).mode == StepMode::kDownload);
}

TEST_CASE("manifests are named for the folder that the command works in", "[arrivals]") {
  const std::string copy = "COPY web/package.json web/\n";
  CHECK(Manifests(copy + "RUN npm --prefix api ci\n") ==
        "api/package.json api/package-lock.json api/npm-shrinkwrap.json");
  CHECK(Manifests(copy + "RUN cd web && npm ci\n") == "web/package.json");
  // A way up leads back.
  const std::string lock = "COPY web/package.json web/package-lock.json web/\nWORKDIR api\n";
  for (const std::string run : {"RUN cd ../web && npm ci\n", "RUN npm --prefix ../web ci\n",
                                "RUN npm --prefix ./../../s//web/. ci\n"}) {
    const Detected detected("FROM a\nWORKDIR /s\n" + lock + run);
    INFO(run);
    CHECK(LastStep(detected).commands[0].directory == "/s/web");
    CHECK(LastStep(detected).commands[0].lock == LockState::kSeen);
  }
}

TEST_CASE("an unpacked archive is source where it was unpacked", "[arrivals]") {
  for (const std::string name : {"app.tar", "app.tar.gz", "app.tgz", "app.tar.xz", "app.tar.zst"}) {
    INFO(name);
    CHECK(Shown("ADD " + name + " .\nRUN npm ci\n") == "after");
  }
  CHECK(Shown("ADD app.tar.gz /w/app\nRUN cd app && npm ci\n") == "after");
  CHECK(Shown("COPY app.tar.gz .\nRUN tar xzf app.tar.gz && npm ci\n") == "after");
  CHECK(Shown("COPY app.tar.gz .\nRUN tar xzf app.tar.gz\nRUN npm ci\n") == "after");
  CHECK(Shown("COPY app.zip /tmp/\nRUN unzip /tmp/app.zip -d /w/x && cd x && npm ci\n") == "after");
  // Elsewhere, or as it is.
  CHECK(Shown("COPY package.json .\nADD jdk.tar.gz /opt/\nRUN npm ci\n") == "first package.json");
  CHECK(Shown("COPY package.json .\nADD x.tar.gz /\nRUN npm ci\n") == "first package.json");
  CHECK(Shown("COPY package.json .\nADD x.tar.gz /usr/local\nRUN npm ci\n") ==
        "first package.json");
  CHECK(Shown("COPY package.json app.tgz .\nRUN npm ci\n") == "first package.json");
  CHECK(
      Shown(
          "COPY package.json .\nCOPY x.tgz /tmp/\nRUN tar xzf /tmp/x.tgz -C /opt\nRUN npm ci\n") ==
      "first package.json");
}

TEST_CASE("a folder of an image or a named context may be the project", "[arrivals]") {
  CHECK(Shown("COPY --from=x.org/app /app/ /w/\nRUN npm ci\n") == "after");
  CHECK(Shown("COPY --from=sources . .\nRUN npm ci\n") == "after");
  CHECK(Shown("COPY --from=sources . .\nCOPY package.json .\nRUN npm ci\n") ==
        "after package.json");
  CHECK(Shown("COPY --from=composer /usr/bin/composer /usr/bin/\nRUN npm ci\n") == "null");
  CHECK(Shown("COPY --from=composer /usr/bin/composer .\nRUN composer install\n") == "null");
  CHECK(Shown("COPY --from=x.org/uv /uv /uvx /bin/\nCOPY pyproject.toml .\nRUN uv sync\n") ==
        "first pyproject.toml");
  CHECK(Shown("COPY --from=x.org/app /data/ /data/\nRUN npm ci\n") == "null");
}

TEST_CASE("no file is lost, however many there are", "[arrivals]") {
  std::string text = "FROM a\nWORKDIR /w\n";
  for (int i = 0; i < 60; ++i) {
    text += "COPY p" + std::to_string(i) + "/package.json p" + std::to_string(i) + "/\n";
  }
  const Detected detected(text + "COPY package.json package-lock.json ./\nRUN npm ci\n");
  const DependencyStep& step = LastStep(detected);
  CHECK(step.files.size() == 62);
  CHECK(step.files_left_out == 0);
  CHECK(step.commands[0].lock == LockState::kSeen);
  std::string opaque = "FROM a\nRUN true";
  for (int i = 0; i < 50; ++i) {
    opaque += " && ./x" + std::to_string(i) + ".sh";
  }
  CHECK(Detected(opaque + "\n").deps.stages[0].unknown.size() == 50);
}

TEST_CASE("of very many files seen by very many steps some are left out, and it is said",
          "[arrivals]") {
  constexpr int kMany = 3000;
  std::string text = "FROM a\nWORKDIR /w\n";
  for (int i = 0; i < kMany; ++i) {
    text +=
        "COPY p" + std::to_string(i) + "/package.json p" + std::to_string(i) + "/\nRUN npm ci\n";
  }
  const Detected detected(text);
  std::size_t files = 0;
  for (const DependencyStep& step : detected.deps.stages[0].steps) {
    files += step.files.size();
  }
  CHECK(files < 400000);
  const DependencyStep& last = LastStep(detected);
  CHECK(last.files.size() + last.files_left_out == kMany);
  CHECK(last.commands[0].lock == LockState::kUnknown);
}

}  // namespace
}  // namespace cacheplan::test
