// What each option changes of a plan, and what is wrong with options.
#include <algorithm>

#include "cacheplan/plan.h"

#include "support/catch.h"
#include "support/plans.h"

namespace cacheplan {
namespace {

using test::kSeed;
using test::kTwo;
using test::Lines;
using test::Options;
using test::PlanOf;

using Words = std::vector<std::string>;

TEST_CASE("--stages") {
  const auto stages = [](const std::string& choice, BuilderKind builder = BuilderKind::kDocker) {
    PlanOptions options = Options(builder);
    options.stages = {choice};
    if (const std::size_t comma = choice.find(','); comma != std::string::npos) {
      options.stages = {choice.substr(0, comma), choice.substr(comma + 1)};
    }
    const PlanOutcome outcome = PlanOf(kTwo, options);
    REQUIRE(outcome.plan);
    Words names;
    for (const auto& [stage, image] : outcome.plan->images) {
      names.push_back(stage);
    }
    return names;
  };
  CHECK(stages("deps") == Words{"modules", "packages"});
  CHECK(stages("tips") == Words{"assets"});  // modules is below the target itself
  CHECK(stages("all") == Words{"assets", "modules", "packages"});
  CHECK(stages("none").empty());
  CHECK(stages("assets") == Words{"assets"});
  CHECK(stages("ASSETS") == Words{"assets"});
  CHECK(stages("deps,assets") == Words{"assets", "modules", "packages"});
  CHECK(stages("assets,tips") == Words{"assets"});
  CHECK(stages("none,modules") == Words{"modules"});
}

TEST_CASE("a word of --stages is never a name, which another case names") {
  const std::string text =
      "FROM debian AS deps\nRUN apt-get install -y curl\nFROM node AS n\nCOPY package.json ./\n"
      "RUN npm ci\nFROM debian\nCOPY --from=deps /x /x\nCOPY --from=n /n /n\n";
  PlanOptions options = Options(BuilderKind::kDocker);
  const auto why = [&] {
    const PlanOutcome outcome = PlanOf(text, options);
    REQUIRE(outcome.plan);
    return outcome.plan->stages.at(0).reason;
  };
  CHECK(why() ==
        "only system packages: `apt-get install -y curl` (line 2); --stages deps,DEPS takes it");
  options.stages = {"deps", "DEPS"};
  CHECK(why() == "--stages names it");
  CHECK(PlanOf(text, options).plan->images.size() == 2);
}

TEST_CASE("--stages all does without a stage that cannot be built alone and downloads nothing") {
  PlanOptions options = Options(BuilderKind::kDocker);
  options.stages = {"all"};
  const PlanOutcome outcome = PlanOf(
      "FROM a\nRUN echo hi\nFROM b AS n\nRUN true\n"
      "FROM c\nCOPY --from=0 /x /x\nCOPY --from=n /y /y\n",
      options);
  REQUIRE(outcome.plan);
  CHECK(outcome.plan->images == std::map<std::string, std::string>{{"n", "app:n"}});
  CHECK(outcome.plan->stages[0].reason == "it has no name of its own, and nothing in it downloads");
}

TEST_CASE("the target decides what is needed, and --target is passed on") {
  PlanOptions options = Options(BuilderKind::kDocker);
  options.target = "assets";
  const PlanOutcome outcome = PlanOf(kTwo, options);
  REQUIRE(outcome.plan);
  CHECK(outcome.plan->images == std::map<std::string, std::string>{{"packages", "app:packages"}});
  CHECK(Lines(*outcome.plan)[1] ==
        "build-assets: docker build --target assets --cache-from app:latest --build-arg "
        "BUILDKIT_INLINE_CACHE=1 --tag app:latest .");
}

TEST_CASE("names of images") {
  PlanOptions options = Options(BuilderKind::kDocker, "registry.example.com:5000/team/app:1.2");
  options.platform = "linux/arm64";
  options.cache_image = "registry.example.com/cache/app-{stage}-{target}:{platform}";
  options.fallback_tags = {"main"};
  const PlanOutcome outcome = PlanOf(kSeed, options);
  REQUIRE(outcome.plan);
  CHECK(outcome.plan->images.at("builder") ==
        "registry.example.com/cache/app-builder-server:linux-arm64");
  // The image is the same for every tag.
  CHECK(outcome.plan->steps[0].inputs->cache_from ==
        Words{"registry.example.com/cache/app-builder-server:linux-arm64"});
  CHECK(outcome.plan->steps[1].inputs->cache_from ==
        Words{"registry.example.com:5000/team/app:1.2", "registry.example.com:5000/team/app:main"});
}

TEST_CASE("a fallback is what the same plan leaves under that tag, and no image is named twice") {
  const auto from = [](const std::string& tag, const std::string& pattern,
                       const Words& fallbacks = {"main"}) {
    PlanOptions options = Options(BuilderKind::kDocker, tag);
    options.cache_image = pattern;
    options.fallback_tags = fallbacks;
    options.platform = "linux/arm64";
    const PlanOutcome outcome = PlanOf(kSeed, options);
    INFO(pattern << ": " << outcome.status.message);
    REQUIRE(outcome.plan);
    Words images = outcome.plan->steps.at(0).inputs->cache_from;
    images.emplace_back("|");
    const Words& result = outcome.plan->steps.at(1).inputs->cache_from;
    images.insert(images.end(), result.begin(), result.end());
    return images;
  };
  struct Case {
    const char* pattern;
    const char* feat;
    const char* main;  // "" = the image is the same under every tag
  };
  const Case cases[] = {
      {"", "r:builder", ""},
      {"r:{stage}", "r:builder", ""},
      {"r/{stage}", "r/builder", ""},
      {"h:5000/{stage}", "h:5000/builder", ""},
      {"r/{stage}:{platform}", "r/builder:linux-arm64", ""},
      {"r:{stage}-{tag}", "r:builder-feat", "r:builder-main"},
      {"r/{tag}/{stage}", "r/feat/builder", "r/main/builder"},
      {"r/{stage}:feat", "r/builder:feat", "r/builder:main"},
      {"r:{stage}-feat", "r:builder-feat", "r:builder-main"},
      {"r:feat-{stage}", "r:feat-builder", "r:main-builder"},
      {"r:{stage}-feat-1.x_{platform}", "r:builder-feat-1.x_linux-arm64",
       "r:builder-main_linux-arm64"},
      {"r:a-{stage}-b", "r:a-builder-b", ""},
  };
  for (const Case& c : cases) {
    INFO(c.pattern);
    Words feat = {c.feat, c.main, "|", "r:feat", "r:main"};
    feat.erase(std::remove(feat.begin(), feat.end(), ""), feat.end());
    CHECK(from("r:feat", c.pattern) == feat);
  }
  // On the branch that others fall back to, and where one is given twice.
  CHECK(from("r:main", "r:{stage}-{tag}") == Words{"r:builder-main", "|", "r:main"});
  CHECK(from("r", "r:{stage}-{tag}", {"latest", "main", "main"}) ==
        Words{"r:builder-latest", "r:builder-main", "|", "r", "r:main"});
}

TEST_CASE("--push") {
  const auto pushes = [](PushPolicy push) {
    PlanOptions options = Options(BuilderKind::kDocker);
    options.push = push;
    const PlanOutcome outcome = PlanOf(kSeed, options);
    REQUIRE(outcome.plan);
    Words images;
    for (const PlanStep& step : outcome.plan->steps) {
      if (step.kind == PlanStepKind::kPush) {
        images.push_back(step.images.front());
      }
    }
    return images;
  };
  CHECK(pushes(PushPolicy::kAlways) == Words{"app:latest", "app:builder"});
  CHECK(pushes(PushPolicy::kCache) == Words{"app:builder"});
  CHECK(pushes(PushPolicy::kNever).empty());
}

TEST_CASE("options of docker's go to every build") {
  PlanOptions options = Options(BuilderKind::kDocker);
  options.build_args = {"A=1", "TOKEN"};
  options.secrets = {"id=npm,src=.npmrc"};
  options.build_words = {"--network", "host", "--quiet"};
  options.dockerfile = "docker/Dockerfile";
  options.context = "sub dir";
  const PlanOutcome outcome = PlanOf(kSeed, options);
  REQUIRE(outcome.plan);
  for (const PlanStep& step : outcome.plan->steps) {
    if (step.kind == PlanStepKind::kBuild) {
      CHECK(step.argv[2] == "--file");
      CHECK(step.argv.back() == "sub dir");
      const std::string line = ShellCommand(step);
      CHECK_THAT(line,
                 ContainsSubstring("--build-arg A=1 --build-arg TOKEN --secret id=npm,src=.npmrc "
                                   "--network host --quiet --tag"));
    }
  }
}

TEST_CASE("--no-cache-filter goes to the first build that comes past the stage, and no other") {
  PlanOptions options = Options(BuilderKind::kDocker);
  const auto filters = [&](const std::string& text, const Words& words) {
    options.no_cache_filter = words;
    const PlanOutcome outcome = PlanOf(text, options);
    INFO(outcome.status.message);
    REQUIRE(outcome.plan);
    Words found;
    for (const PlanStep& step : outcome.plan->steps) {
      for (std::size_t i = 0; i < step.argv.size(); ++i) {
        if (step.argv[i] == "--no-cache-filter") {
          found.push_back(step.id + " " + step.argv.at(i + 1));
        }
      }
    }
    return found;
  };
  CHECK(filters(test::kTwo, {"Packages", "assets"}) ==
        Words{"build-packages Packages", "build-result assets"});
  CHECK(filters(test::kTwo, {"stage-3", "modules"}) ==
        Words{"build-modules modules", "build-result stage-3"});
  const std::string below =
      "FROM node AS base\nRUN apt-get install -y git\nFROM base AS deps\n"
      "COPY package.json ./\nRUN npm ci\nFROM node AS server\n"
      "COPY --from=deps /n /n\nCOPY --from=base /x /x\n";
  CHECK(filters(below, {"base"}) == Words{"build-deps base"});

  options.no_cache_filter = {"moduls"};
  const PlanOutcome outcome = PlanOf(test::kTwo, options);
  CHECK_FALSE(outcome.plan);
  CHECK(outcome.status.code == StatusCode::kUsage);
  CHECK(outcome.status.message ==
        "--no-cache-filter moduls: no stage has this name; there are modules, packages, assets");
}

TEST_CASE("what is wrong with the options is said with what to do") {
  struct Case {
    const char* what;
    void (*change)(PlanOptions&);
    const char* text;
    const char* error;
  };
  const Case cases[] = {
      {"no tag", [](PlanOptions& o) { o.tags.clear(); }, kSeed, "give -t IMAGE"},
      {"bad tag", [](PlanOptions& o) { o.tags = {"App"}; }, kSeed, "must be lowercase"},
      {"bad tag text", [](PlanOptions& o) { o.tags = {"a b"}; }, kSeed, "is no image reference"},
      {"digest", [](PlanOptions& o) { o.tags = {"a@sha256:" + std::string(64, 'a')}; }, kSeed,
       "cannot carry a digest"},
      {"twice",
       [](PlanOptions& o) {
         o.tags = {"app", "app:latest"};
       },
       kSeed, "given twice"},
      {"clash", [](PlanOptions& o) { o.tags = {"app:builder"}; }, kSeed, "which -t names too"},
      {"shared", [](PlanOptions& o) { o.cache_image = "cache"; }, kTwo, "put {stage} into it"},
      {"no platform", [](PlanOptions& o) { o.cache_image = "c:{platform}"; }, kSeed,
       "no --platform"},
      {"unknown stage", [](PlanOptions& o) { o.stages = {"bulider"}; }, kSeed,
       "did you mean builder?"},
      {"target", [](PlanOptions& o) { o.stages = {"server"}; }, kSeed, "the target itself"},
      {"not needed", [](PlanOptions& o) { o.stages = {"compile"}, o.target = "builder"; }, kSeed,
       "does not need this stage"},
      {"fallback", [](PlanOptions& o) { o.fallback_tags = {"a/b"}; }, kSeed, "is no tag"},
      {"classic secret",
       [](PlanOptions& o) { o.builder = BuilderKind::kClassic, o.secrets = {"id=x"}; }, kSeed,
       "--secret: the classic builder has no such option"},
      {"platforms", [](PlanOptions& o) { o.platform = "linux/amd64,linux/arm64"; }, kSeed,
       "one platform at a time"},
  };
  for (const Case& c : cases) {
    INFO(c.what);
    PlanOptions options = Options(BuilderKind::kDocker);
    c.change(options);
    const PlanOutcome outcome = PlanOf(c.text, options);
    CHECK_FALSE(outcome.plan);
    CHECK(outcome.status.code == StatusCode::kUsage);
    CHECK_THAT(outcome.status.message, ContainsSubstring(c.error));
  }
}

}  // namespace
}  // namespace cacheplan
