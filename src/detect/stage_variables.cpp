// What the ENV and ARG of a stage set.
#include <algorithm>
#include <utility>

#include "cacheplan/text.h"

#include "src/detect/variables.h"

namespace cacheplan::detect {
namespace {

/// Looks at the variables of a stage alone.
class StageSource : public VariableSource {
 public:
  explicit StageSource(const Variables& stage) : stage_(stage) {}
  KnownValue Find(std::string_view name, ScriptDialect /*dialect*/) override {
    return stage_.Find(name);
  }
  void AssignDefault(std::string_view /*name*/, std::string_view /*value*/) override {}
  std::optional<ScriptWords> Arguments() override { return std::nullopt; }

 private:
  const Variables& stage_;
};

}  // namespace

KnownValue Variables::Find(std::string_view name) const {
  const auto found = std::ranges::find(all_, name, &Variable::name);
  return found == all_.end() ? KnownValue() : found->value;
}

KnownValue Variables::FindAnyCase(std::string_view name) const {
  const auto found = std::find_if(all_.begin(), all_.end(), [name](const Variable& variable) {
    return EqualFold(variable.name, name);
  });
  return found == all_.end() ? KnownValue() : found->value;
}

void Variables::Set(std::string_view name, const KnownValue& value) {
  const auto found = std::ranges::find(all_, name, &Variable::name);
  if (found != all_.end()) {
    found->value = value;
  } else if (all_.size() < kMost) {
    if (all_.empty()) {
      constexpr std::size_t kUsual = 8;
      all_.reserve(kUsual);
    }
    all_.push_back({name, value});
  }
}

void Variables::Learn(const Step& step) {
  for (const VariableSetting& setting : step.settings) {
    if (!setting.set) {
      if (Find(setting.name).is == KnownValue::Is::kUnknown) {
        Set(setting.name, KnownValue::Unset());
      }
    } else {
      Set(setting.name, setting.value.known ? KnownValue::Of(setting.value.text) : KnownValue());
    }
  }
}

void PutVariables(const Variables& stage, std::string& text) {
  if (text.find('$') == std::string::npos) {
    return;
  }
  StageSource source(stage);
  std::string out;
  if (PutVariables(text, true, ScriptDialect::kPosix, source, out)) {
    text = std::move(out);
  }
}

}  // namespace cacheplan::detect
