#include "phases.h"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "cacheplan/commands.h"
#include "cacheplan/detect.h"
#include "cacheplan/knowledge.h"
#include "cacheplan/lint.h"
#include "cacheplan/report.h"
#include "cacheplan/script.h"
#include "cacheplan/shell.h"

namespace cacheplan::bench {
namespace {

constexpr int kRuns = 7;

using Texts = std::vector<std::string>;

/// What the work has found: printed, so that no compiler leaves the work out.
std::size_t found = 0;

double BestSeconds(const std::function<void()>& work) {
  double best = 0;
  for (int i = 0; i < kRuns; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    best = i == 0 ? took.count() : std::min(best, took.count());
  }
  return best;
}

std::size_t CountNewlines(std::string_view text) {
  std::size_t count = 0;
  const char* const end = text.data() + text.size();
  for (const char* p = text.data(); p != end; ++p, ++count) {
    p = static_cast<const char*>(std::memchr(p, '\n', static_cast<std::size_t>(end - p)));
    if (p == nullptr) {
      break;
    }
  }
  return count;
}

/// The same scan over the texts that the phase reads: the yardstick beside every figure.
void Show(const char* name, const Texts& texts, const std::function<void()>& work) {
  std::size_t bytes = 0;
  for (const std::string& text : texts) {
    bytes += text.size();
  }
  const double scan = BestSeconds([&] {
    for (const std::string& text : texts) {
      found += CountNewlines(text);
    }
  });
  const double seconds = BestSeconds(work);
  const double megabytes = static_cast<double>(bytes) / 1e6;
  fmt::print("{:<44} {:>10.2f} {:>10.0f} {:>10.1f}\n", name, megabytes, megabytes / seconds,
             seconds / scan);
}

/// Every word that BuildKit would expand, and every script that a shell would read.
struct Pieces {
  Texts words;
  Texts scripts;
};
void Cut(const Dockerfile& file, Pieces& pieces) {
  for (const Instruction& instruction : file.instructions) {
    switch (instruction.keyword) {
      case Keyword::kRun:
        if (instruction.form == Form::kShell && !instruction.args.empty()) {
          const RunCommand run = AsRun(instruction);
          const Heredoc* script = run.heredoc_script();
          pieces.scripts.emplace_back(script != nullptr ? script->content : run.script.text);
        }
        break;
      case Keyword::kCmd:
      case Keyword::kEntrypoint:
      case Keyword::kHealthcheck:
      case Keyword::kShell:
      case Keyword::kOnbuild:
      case Keyword::kUnknown:
        break;
      default:
        for (const Word& word : instruction.args) {
          pieces.words.emplace_back(word.text);
        }
    }
  }
}

}  // namespace

void ShowPhases(const Load& load) {
  // A Source remembers where its lines begin: each run reads new ones.
  const auto each = [&](const auto& use) {
    for (std::size_t i = 0; i < load.texts.size(); ++i) {
      use(std::make_shared<const Source>(load.paths[i], load.texts[i]));
    }
  };
  Pieces pieces;
  std::size_t tree = 0;
  each([&](const std::shared_ptr<const Source>& source) {
    const Dockerfile file = Parse(source);
    tree += file.bytes();
    Cut(file, pieces);
  });
  fmt::print("\n{} {}, {:.1f} MB, best of {} runs\n", load.texts.size(), load.name,
             static_cast<double>(load.bytes) / 1e6, kRuns);
  fmt::print("{:<44} {:>10} {:>10} {:>10}\n", "", "MB", "MB/s", "x scan");
  Show("scan for newlines", load.texts, [&] {
    for (const std::string& text : load.texts) {
      found += CountNewlines(text);
    }
  });
  Show("parse", load.texts, [&] {
    each([&](const std::shared_ptr<const Source>& source) {
      found += Parse(source).instructions.size();
    });
  });
  Show("parse, graph", load.texts, [&] {
    each([&](const std::shared_ptr<const Source>& source) {
      const Dockerfile file = Parse(source);
      found += BuildGraph(file).stages.size();
    });
  });
  Show("parse, graph, dependencies", load.texts, [&] {
    each([&](const std::shared_ptr<const Source>& source) {
      const Dockerfile file = Parse(source);
      const Graph graph = BuildGraph(file);
      found += Detect(file, graph, Knowledge::BuiltIn()).stages.size();
    });
  });
  LintOptions checks;
  checks.rules = RulesOf(RuleGroup::kBuildkit);
  Show("parse, graph, BuildKit's checks", load.texts, [&] {
    each([&](const std::shared_ptr<const Source>& source) {
      const Dockerfile file = Parse(source);
      const Graph graph = BuildGraph(file);
      found += Lint(file, graph, Dependencies(), nullptr, checks).findings.size();
    });
  });
  LintOptions all;
  all.rules.set();
  Show("parse, graph, dependencies, all rules", load.texts, [&] {
    each([&](const std::shared_ptr<const Source>& source) {
      const Dockerfile file = Parse(source);
      const Graph graph = BuildGraph(file);
      const Dependencies deps = Detect(file, graph, Knowledge::BuiltIn());
      found += Lint(file, graph, deps, nullptr, all).findings.size();
    });
  });
  Show("parse, graph, dependencies, JSON", load.texts, [&] {
    each([&](const std::shared_ptr<const Source>& source) {
      const Dockerfile file = Parse(source);
      const Graph graph = BuildGraph(file);
      found += RenderDepsJson(file, graph, Detect(file, graph, Knowledge::BuiltIn())).size();
    });
  });
  Show("parse, JSON", load.texts, [&] {
    each([&](const std::shared_ptr<const Source>& source) {
      found += RenderParseJson(Parse(source)).size();
    });
  });
  Show("expand words", pieces.words, [&] {
    for (const std::string& word : pieces.words) {
      found += Expand(word, [](std::string_view) {
                 return std::optional<std::string_view>("x");
               }).text.size();
    }
  });
  Show("split scripts", pieces.scripts, [&] {
    for (const std::string& script : pieces.scripts) {
      Arena arena;
      found += ParseScript(script, arena).commands.size();
    }
  });
  fmt::print("{:<44} {:>10.2f} times the text ({} things found)\n", "memory of the trees",
             static_cast<double>(tree) / static_cast<double>(load.bytes), found);
}

}  // namespace cacheplan::bench
