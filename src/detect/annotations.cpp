#include "src/detect/annotations.h"

#include <algorithm>
#include <array>
#include <iterator>
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
    std::size_t annotations = 0;
    for (const std::string_view comment : instruction.comments) {
      if (comment.substr(0, kMark.size()) == kMark) {
        ++annotations;
        ReadOne(instruction, comment);
      } else if (const std::string_view keys = KeysOfMisspelt(comment); !keys.empty()) {
        Report(comment, "an annotation starts with 'cacheplan:'",
               fmt::format("write it in small letters, with the colon: # cacheplan: {}", keys));
      }
    }
    if (annotations > 1) {
      const auto found = out_.of.find(&instruction);
      if (found != out_.of.end() && found->second.size() > 1) {
        CheckTogether(found->second);
      }
    }
  }

  /// Comments behind the last instruction stand above none.
  void ReadEnd() {
    if (file_.instructions.empty()) {
      return;
    }
    const Instruction& last = file_.instructions.back();
    const std::string_view text = file_.source->text();
    std::size_t at = last.span.end;
    for (const Heredoc& heredoc : last.heredocs) {
      at = std::max<std::size_t>({at, heredoc.content_span.end, heredoc.terminator.end});
    }
    while ((at = text.find('#', at)) != std::string_view::npos) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      const std::string_view comment = Trim(text.substr(at + 1, end - at - 1));
      if (comment.substr(0, kMark.size()) == kMark || !KeysOfMisspelt(comment).empty()) {
        Report(comment, "no instruction follows it",
               "an annotation belongs right above a RUN or an ADD");
      }
      at = end;
    }
  }

 private:
  /// `cacheplan deps=go`, `CACHEPLAN: deps=go`; `cacheplan ignore=…` is a suppression and none of
  /// ours. What follows the name; "" when it is no misspelt annotation.
  static std::string_view KeysOfMisspelt(std::string_view comment) {
    constexpr std::string_view kName = "cacheplan";
    if (!EqualFold(comment.substr(0, kName.size()), kName)) {
      return {};
    }
    const std::string_view rest =
        comment.substr(std::min(comment.find_first_not_of(" \t:", kName.size()), comment.size()));
    const bool ours = std::any_of(kKeys.begin(), kKeys.end(), [rest](std::string_view key) {
      return EqualFold(rest.substr(0, key.size()), key) && rest.substr(key.size(), 1) == "=";
    });
    return ours ? rest : std::string_view();
  }

  /// deps=none says that nothing is downloaded: no other annotation goes with it.
  void CheckTogether(std::vector<Annotation>& annotations) {
    const auto none = std::find_if(annotations.begin(), annotations.end(),
                                   [](const Annotation& annotation) { return annotation.none; });
    if (none != annotations.end()) {
      Report(none->text, "deps=none stands with another annotation of the instruction",
             "leave one of them out");
      annotations.erase(none);
    }
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
    annotation.text = comment;
    bool deps = false;
    std::string_view kind;
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
      } else if (value.find_first_of("\"'") != std::string_view::npos) {
        Report(pair, fmt::format("{} has quotes in its value", key),
               fmt::format("write {}=VALUE without quotes and blanks", key));
        break;  // what follows may be the rest of the value
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
      kind = key == "kind" ? value : kind;
    }
    if (out_.diagnostics.size() == before && !annotation.ecosystem.empty()) {
      CheckKind(kind, annotation);
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

  /// The kind that goes with the ecosystem, where none is given, or whether the given one does.
  void CheckKind(std::string_view given, Annotation& annotation) {
    std::vector<StepKind> kinds;
    const auto has = [&kinds](StepKind kind) {
      return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
    };
    for (const PackageManager& manager : knowledge_.managers()) {
      if (manager.ecosystem != annotation.ecosystem) {
        continue;
      }
      for (const CommandForm& form : knowledge_.FormsOf(manager)) {
        if (!form.ecosystem.empty() && form.ecosystem != annotation.ecosystem) {
          continue;
        }
        if (form.activity == Activity::kSystem && !has(StepKind::kSystem)) {
          kinds.push_back(StepKind::kSystem);
        } else if (form.activity == Activity::kFetch && !has(StepKind::kFetch)) {
          kinds.push_back(StepKind::kFetch);
        } else if (form.activity <= Activity::kTool && !has(StepKind::kProject)) {
          kinds.insert(kinds.end(), {StepKind::kProject, StepKind::kTool});
        }
      }
    }
    if (given.empty()) {
      annotation.kind = kinds.empty() || has(StepKind::kProject) ? StepKind::kProject
                        : has(StepKind::kSystem)                 ? StepKind::kSystem
                                                                 : StepKind::kFetch;
    } else if (!kinds.empty() && !has(annotation.kind)) {
      std::vector<std::string_view> names;
      std::transform(kinds.begin(), kinds.end(), std::back_inserter(names),
                     [](StepKind kind) { return Name(kind); });
      Report(given, fmt::format("kind={} does not go with deps={}", given, annotation.ecosystem),
             fmt::format("write kind={}, or leave kind= out", fmt::join(names, " or kind=")));
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
  reader.ReadEnd();
  return annotations;
}

}  // namespace cacheplan::detect
