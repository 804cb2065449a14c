#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cacheplan/plan.h"
#include "cacheplan/text.h"

namespace cacheplan {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kVersion = 1;

Json InputsJson(const PlanStep& step) {
  if (!step.inputs) {
    return Json::object();
  }
  const BuildInputs& inputs = *step.inputs;
  return {{"context", inputs.context},       {"dockerfile", inputs.dockerfile},
          {"target", inputs.target},         {"platform", inputs.platform},
          {"build_args", inputs.build_args}, {"cache_from", inputs.cache_from}};
}

Json StepJson(const PlanStep& step) {
  return {{"id", step.id},         {"kind", Name(step.kind)},
          {"stage", step.stage},   {"optional", step.optional},
          {"needs", step.needs},   {"argv", step.argv},
          {"env", step.env},       {"inputs", InputsJson(step)},
          {"images", step.images}, {"why", step.why}};
}

/// Reads one object strictly: every key must be known, every value of its type. The first thing
/// wrong is kept and everything after it is skipped.
class ObjectReader {
 public:
  ObjectReader(const Json& json, std::string place, std::string& error)
      : json_(json), place_(std::move(place)), error_(error) {
    if (!json.is_object()) {
      Fail("", "must be an object");
    }
  }

  template <typename T>
  void Get(const char* key, T& out) {
    const Json* value = Find(key);
    if (value == nullptr) {
      return;
    }
    try {
      // nlohmann turns numbers into text, booleans and each other; a plan must say what it means.
      if (!Fits(*value, out)) {
        Fail(key, "has the wrong type");
        return;
      }
      out = value->get<T>();
    } catch (const nlohmann::json::exception&) {
      Fail(key, "has the wrong type");
    }
  }

  const Json* Find(const char* key) {
    known_.insert(key);
    if (!error_.empty()) {
      return nullptr;
    }
    const auto it = json_.find(key);
    if (it == json_.end()) {
      Fail(key, "is missing");
      return nullptr;
    }
    return &*it;
  }

  /// After all keys were asked for: any other one is an error.
  void Close() {
    if (!error_.empty()) {
      return;
    }
    for (const auto& item : json_.items()) {
      if (known_.count(item.key()) == 0) {
        Fail(item.key(), "is not known");
        return;
      }
    }
  }

  void Fail(const std::string& key, const std::string& what) {
    if (error_.empty()) {
      error_ = place_ + (place_.empty() || key.empty() ? "" : ".") + key + " " + what;
    }
  }

 private:
  static bool Fits(const Json& json, const std::string&) { return json.is_string(); }
  static bool Fits(const Json& json, bool) { return json.is_boolean(); }
  static bool Fits(const Json& json, std::uint32_t) { return json.is_number_unsigned(); }
  static bool Fits(const Json& json, const std::vector<std::string>&) {
    return json.is_array() &&
           std::all_of(json.begin(), json.end(), [](const Json& item) { return item.is_string(); });
  }
  static bool Fits(const Json& json, const std::map<std::string, std::string>&) {
    return json.is_object() &&
           std::all_of(json.begin(), json.end(), [](const Json& item) { return item.is_string(); });
  }

  const Json& json_;
  std::string place_;
  std::string& error_;
  std::set<std::string> known_;
};

/// Steps that build nothing have none.
std::optional<BuildInputs> ReadInputs(const Json& json, bool build, const std::string& place,
                                      std::string& error) {
  ObjectReader reader(json, place + ".inputs", error);
  std::optional<BuildInputs> inputs;
  if (build) {
    inputs.emplace();
    reader.Get("context", inputs->context);
    reader.Get("dockerfile", inputs->dockerfile);
    reader.Get("target", inputs->target);
    reader.Get("platform", inputs->platform);
    reader.Get("build_args", inputs->build_args);
    reader.Get("cache_from", inputs->cache_from);
  }
  reader.Close();
  return inputs;
}

/// Words reach a process as C strings, and names of variables a shell.
std::string CheckWords(const PlanStep& step, const std::string& place) {
  const auto has_nul = [](const std::string& text) { return text.find('\0') != std::string::npos; };
  if (step.argv.empty() || step.argv.front().empty()) {
    return place + ".argv is empty: there is nothing to run";
  }
  if (std::any_of(step.argv.begin(), step.argv.end(), has_nul)) {
    return place + ".argv holds a NUL character, which no program can be given";
  }
  for (const auto& [name, value] : step.env) {
    constexpr std::string_view kDigits = "0123456789";
    constexpr std::string_view kNameChars =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    if (name.empty() || kDigits.find(name.front()) != std::string_view::npos ||
        name.find_first_not_of(kNameChars) != std::string::npos) {
      return fmt::format("{}.env has the name {}, which is none of a variable", place,
                         Quoted(name));
    }
    if (has_nul(value)) {
      return fmt::format("{}.env.{} holds a NUL character, which no program can be given", place,
                         name);
    }
  }
  return {};
}

PlanStep ReadStep(const Json& json, const std::string& place, std::string& error) {
  PlanStep step;
  std::string kind;
  ObjectReader reader(json, place, error);
  reader.Get("id", step.id);
  reader.Get("kind", kind);
  bool known = false;
  for (const PlanStepKind candidate :
       {PlanStepKind::kPull, PlanStepKind::kBuild, PlanStepKind::kPush}) {
    if (kind == Name(candidate)) {
      step.kind = candidate;
      known = true;
    }
  }
  if (error.empty() && !known) {
    error = fmt::format("{}.kind is '{}'; it must be pull, build or push", place, kind);
  }
  reader.Get("stage", step.stage);
  reader.Get("optional", step.optional);
  reader.Get("needs", step.needs);
  reader.Get("argv", step.argv);
  reader.Get("env", step.env);
  if (const Json* inputs = reader.Find("inputs")) {
    step.inputs = ReadInputs(*inputs, kind == Name(PlanStepKind::kBuild), place, error);
  }
  reader.Get("images", step.images);
  reader.Get("why", step.why);
  reader.Close();
  if (error.empty()) {
    error = CheckWords(step, place);
  }
  return step;
}

Coverage ReadCoverage(const Json& json, const std::string& place, std::string& error) {
  Coverage item;
  ObjectReader reader(json, place, error);
  reader.Get("stage", item.stage);
  reader.Get("line", item.line);
  reader.Get("command", item.command);
  reader.Get("image", item.image);
  reader.Get("reason", item.reason);
  reader.Close();
  return item;
}

PlannedStage ReadStage(const Json& json, const std::string& place, std::string& error) {
  PlannedStage item;
  ObjectReader reader(json, place, error);
  reader.Get("stage", item.stage);
  reader.Get("line", item.line);
  reader.Get("image", item.image);
  reader.Get("reason", item.reason);
  reader.Close();
  return item;
}

/// Words that only some values of stand for anything.
std::string CheckNames(const Plan& plan) {
  const auto& builders = AllBuilders();
  const auto builder = std::find_if(builders.begin(), builders.end(), [&](const BuilderInfo& info) {
    return info.name == plan.builder;
  });
  if (builder == builders.end()) {
    return fmt::format("builder is '{}', which this program does not know", plan.builder);
  }
  if (plan.cache != "image" && plan.cache != "inline") {
    return fmt::format("cache is '{}'; it must be image or inline", plan.cache);
  }
  if (plan.context.empty()) {
    return "context is empty";
  }
  return plan.results.empty() ? "images.results is empty" : "";
}

/// Each step once, and each need a step that stands before it: then there is no circle either.
std::string CheckNeeds(const std::vector<PlanStep>& steps) {
  std::set<std::string> all;
  for (const PlanStep& step : steps) {
    all.insert(step.id);
  }
  std::set<std::string> before;
  for (const PlanStep& step : steps) {
    if (step.id.empty()) {
      return "a step has an empty id";
    }
    for (const std::string& need : step.needs) {
      if (all.count(need) == 0) {
        return fmt::format("step '{}' needs '{}', which is no step of the plan", step.id, need);
      }
      if (before.count(need) == 0) {
        return fmt::format("step '{}' needs '{}', which does not stand before it", step.id, need);
      }
    }
    if (!before.insert(step.id).second) {
      return fmt::format("two steps have the id '{}'", step.id);
    }
  }
  return {};
}

Status Bad(const std::string& what) {
  return Status::Invalid(what + "; make the plan anew with 'cacheplan plan --format json'");
}

}  // namespace

std::string PlanToJson(const Plan& plan) {
  Json steps = Json::array();
  for (const PlanStep& step : plan.steps) {
    steps.push_back(StepJson(step));
  }
  Json coverage = Json::array();
  for (const Coverage& item : plan.coverage) {
    coverage.push_back({{"stage", item.stage},
                        {"line", item.line},
                        {"command", item.command},
                        {"image", item.image},
                        {"reason", item.reason}});
  }
  Json stages = Json::array();
  for (const PlannedStage& item : plan.stages) {
    stages.push_back({{"stage", item.stage},
                      {"line", item.line},
                      {"image", item.image},
                      {"reason", item.reason}});
  }
  const Json json = {{"version", kVersion},
                     {"dockerfile", plan.dockerfile},
                     {"context", plan.context},
                     {"target", plan.target},
                     {"builder", plan.builder},
                     {"cache", plan.cache},
                     {"images", {{"results", plan.results}, {"stages", plan.images}}},
                     {"steps", std::move(steps)},
                     {"assumptions", plan.assumptions},
                     {"coverage", std::move(coverage)},
                     {"stages", std::move(stages)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Result<Plan> PlanFromJson(std::string_view text) {
  Json json;
  try {
    json = Json::parse(text.begin(), text.end());
  } catch (const nlohmann::json::parse_error& error) {
    return Bad(fmt::format("is no JSON (at byte {})", error.byte));
  } catch (const nlohmann::json::exception&) {
    return Bad("is no JSON that can be read");  // a number larger than any
  }
  if (!json.is_object() || !json.contains("version")) {
    return Bad("is no plan: it has no \"version\"");
  }
  if (json["version"] != kVersion) {
    return Bad(fmt::format("is a plan of version {}, and this program reads version {}",
                           json["version"].dump(), kVersion));
  }
  std::string error;
  Plan plan;
  ObjectReader reader(json, "", error);
  reader.Find("version");
  reader.Get("dockerfile", plan.dockerfile);
  reader.Get("context", plan.context);
  reader.Get("target", plan.target);
  reader.Get("builder", plan.builder);
  reader.Get("cache", plan.cache);
  if (const Json* images = reader.Find("images")) {
    ObjectReader inner(*images, "images", error);
    inner.Get("results", plan.results);
    inner.Get("stages", plan.images);
    inner.Close();
  }
  const auto each = [&](const char* key, const auto& read) {
    const Json* list = reader.Find(key);
    if (list != nullptr && !list->is_array()) {
      reader.Fail(key, "must be an array");
    }
    for (std::size_t i = 0; error.empty() && list != nullptr && i < list->size(); ++i) {
      read((*list)[i], fmt::format("{}[{}]", key, i));
    }
  };
  each("steps", [&](const Json& item, const std::string& place) {
    plan.steps.push_back(ReadStep(item, place, error));
  });
  reader.Get("assumptions", plan.assumptions);
  each("coverage", [&](const Json& item, const std::string& place) {
    plan.coverage.push_back(ReadCoverage(item, place, error));
  });
  if (json.contains("stages")) {  // plans of older programs have none
    each("stages", [&](const Json& item, const std::string& place) {
      plan.stages.push_back(ReadStage(item, place, error));
    });
  }
  reader.Close();
  if (error.empty()) {
    error = CheckNames(plan);
  }
  if (error.empty()) {
    error = CheckNeeds(plan.steps);
  }
  if (!error.empty()) {
    return Bad(error);
  }
  return plan;
}

}  // namespace cacheplan
