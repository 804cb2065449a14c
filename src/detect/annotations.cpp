#include "src/detect/annotations.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "cacheplan/text.h"

namespace cacheplan::detect {
namespace {

constexpr std::string_view kMark = "cacheplan:";
constexpr std::array<std::string_view, 4> kKeys = {"deps", "kind", "mode", "manifests"};

std::string DidYouMean(std::string_view word, const std::vector<std::string_view>& known) {
  const std::string_view nearest = Nearest(word, known);
  return nearest.empty() ? "" : fmt::format(" (did you mean {}?)", nearest);
}

std::vector<std::string_view> Split(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(separators), text.size());
    if (end > 0) {
      parts.push_back(text.substr(0, end));
    }
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

class Reader {
 public:
  Reader(const Dockerfile& file, const Knowledge& knowledge, Annotations& out)
      : file_(file), knowledge_(knowledge), out_(out) {}

  void Read(const Instruction& instruction) {
    for (const std::string_view comment : instruction.comments) {
      if (comment.substr(0, kMark.size()) == kMark) {
        ReadOne(instruction, comment);
      } else if (LacksColon(comment)) {
        Report(comment, "an annotation starts with 'cacheplan:'",
               "write the colon: # cacheplan: " + std::string(Trim(comment.substr(9))));
      }
    }
  }

 private:
  /// `cacheplan deps=go`; `cacheplan ignore=…` is a suppression and none of ours.
  static bool LacksColon(std::string_view comment) {
    if (comment.substr(0, 10) != "cacheplan ") {
      return false;
    }
    const std::string_view rest = Trim(comment.substr(10));
    return std::any_of(kKeys.begin(), kKeys.end(), [rest](std::string_view key) {
      return rest.substr(0, key.size()) == key && rest.substr(key.size(), 1) == "=";
    });
  }

  void ReadOne(const Instruction& instruction, std::string_view comment) {
    const std::size_t before = out_.diagnostics.size();
    if (instruction.keyword != Keyword::kRun && instruction.keyword != Keyword::kAdd) {
      Report(comment,
             fmt::format("it stands above {}, which downloads nothing", instruction.name.text),
             "an annotation belongs right above a RUN or an ADD");
      return;
    }
    Annotation annotation;
    annotation.line = LineOf(comment);
    bool deps = false;
    std::vector<std::string_view> seen;
    for (const std::string_view pair : Split(comment.substr(kMark.size()), " \t")) {
      const std::size_t sign = std::min(pair.find('='), pair.size());
      const std::string_view key = pair.substr(0, sign);
      const std::string_view value = pair.substr(std::min(sign + 1, pair.size()));
      if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end()) {
        Report(
            pair,
            fmt::format("unknown key '{}'{}", key, DidYouMean(key, {kKeys.begin(), kKeys.end()})),
            key == "ignore" ? "a suppression has no colon: # cacheplan ignore=…"
                            : "the keys are deps, kind, mode and manifests");
      } else if (value.empty()) {
        Report(pair, fmt::format("{} has no value", key),
               fmt::format("write {}=VALUE without blanks", key));
      } else if (std::find(seen.begin(), seen.end(), key) != seen.end()) {
        Report(pair, fmt::format("{} is given twice", key), "leave one of them out");
      } else {
        ReadValue(key, value, annotation);
      }
      seen.push_back(key);
      deps = deps || key == "deps";
    }
    if (!deps && out_.diagnostics.size() == before) {
      Report(comment, "it does not say deps=",
             "write deps=ECOSYSTEM, or deps=none where nothing is downloaded");
    } else if (annotation.none && seen.size() > 1) {
      Report(comment, "deps=none goes with no other key", "leave the others out");
    } else if (annotation.mode && annotation.kind != StepKind::kProject) {
      Report(comment, "mode= goes with kind=project alone", "leave mode= out");
    }
    if (out_.diagnostics.size() == before) {
      for (const std::string_view manifest : annotation.manifests) {
        const std::string_view path = manifest.substr(
            0, manifest.find_last_not_of('/') + 1);  // a folder may be written with its slash
        out_.manifests.emplace(path.substr(path.find_last_of('/') + 1));
      }
      out_.of[&instruction].push_back(std::move(annotation));
    }
  }

  void ReadValue(std::string_view key, std::string_view value, Annotation& annotation) {
    if (key == "deps") {
      ReadEcosystem(value, annotation);
    } else if (key == "kind") {
      ReadWord(value, {StepKind::kProject, StepKind::kTool, StepKind::kSystem, StepKind::kFetch},
               "kind", annotation.kind);
    } else if (key == "mode") {
      StepMode mode = StepMode::kDownload;
      ReadWord(value, {StepMode::kDownload, StepMode::kBuild}, "mode", mode);
      annotation.mode = mode;
    } else {
      for (const std::string_view manifest : Split(value, ",")) {
        annotation.manifests.emplace_back(manifest);
      }
    }
  }

  template <typename T>
  void ReadWord(std::string_view value, std::initializer_list<T> all, std::string_view key,
                T& result) {
    std::vector<std::string_view> names;
    for (const T one : all) {
      if (Name(one) == value) {
        result = one;
        return;
      }
      names.push_back(Name(one));
    }
    Report(value, fmt::format("unknown {} '{}'{}", key, value, DidYouMean(value, names)),
           fmt::format("{} is one of {}", key, fmt::join(names, ", ")));
  }

  void ReadEcosystem(std::string_view value, Annotation& annotation) {
    if (value == "none") {
      annotation.none = true;
      return;
    }
    std::vector<std::string_view> known = {"none"};
    for (const PackageManager& manager : knowledge_.managers()) {
      if (manager.ecosystem == value) {
        annotation.ecosystem = value;
        return;
      }
      if (std::find(known.begin(), known.end(), manager.ecosystem) == known.end()) {
        known.emplace_back(manager.ecosystem);
      }
    }
    for (const PackageManager& manager : knowledge_.managers()) {
      if (manager.name == value) {
        Report(value, fmt::format("'{}' is a package manager, no ecosystem", value),
               fmt::format("write deps={}", manager.ecosystem));
        return;
      }
    }
    std::sort(known.begin(), known.end());
    Report(value, fmt::format("unknown ecosystem '{}'{}", value, DidYouMean(value, known)),
           fmt::format("deps is one of {}", fmt::join(known, ", ")));
  }

  /// `text` is a view into the file.
  void Report(std::string_view text, std::string message, std::string hint) {
    const auto begin = static_cast<std::uint32_t>(text.data() - file_.source->text().data());
    out_.diagnostics.push_back({Diag::kBadAnnotation,
                                {begin, begin + static_cast<std::uint32_t>(text.size())},
                                LineOf(text),
                                std::move(message),
                                std::move(hint)});
  }
  std::uint32_t LineOf(std::string_view text) const {
    return file_.source->At(static_cast<std::size_t>(text.data() - file_.source->text().data()))
        .line;
  }

  const Dockerfile& file_;
  const Knowledge& knowledge_;
  Annotations& out_;
};

}  // namespace

Annotations ReadAnnotations(const Dockerfile& file, const Knowledge& knowledge) {
  Annotations annotations;
  Reader reader(file, knowledge, annotations);
  for (const Instruction& instruction : file.instructions) {
    if (!instruction.comments.empty()) {
      reader.Read(instruction);
    }
  }
  return annotations;
}

void ApplyAnnotations(const std::vector<Annotation>& annotations, const DependencyStep& blank,
                      Arena& arena, std::vector<DependencyStep>& steps) {
  for (const Annotation& annotation : annotations) {
    if (annotation.none) {
      steps.clear();
      continue;
    }
    auto found = std::find_if(steps.begin(), steps.end(), [&](const DependencyStep& step) {
      return step.kind == annotation.kind && step.ecosystem == annotation.ecosystem;
    });
    if (found == steps.end()) {
      DependencyStep step = blank;
      step.kind = annotation.kind;
      step.ecosystem = annotation.ecosystem;
      step.mode.reset();
      if (step.kind == StepKind::kProject) {
        step.mode = StepMode::kDownload;
      } else {
        step.manifests_first.reset();
      }
      found = steps.insert(steps.end(), std::move(step));
    }
    found->annotated = true;
    if (annotation.mode) {
      found->mode = annotation.mode;
    }
    if (!annotation.manifests.empty()) {
      found->manifests = annotation.manifests;
    }
    std::string says = fmt::format("The annotation at line {} says so: a {} step of {}",
                                   annotation.line, Name(found->kind), found->ecosystem);
    if (!annotation.manifests.empty()) {
      says += fmt::format(" that depends on {}", fmt::join(annotation.manifests, ", "));
    }
    found->why.insert(found->why.begin(), arena.Concat({says, "."}));
  }
}

}  // namespace cacheplan::detect
