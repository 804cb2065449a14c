#include "src/cli/lint_baseline.h"

#include <algorithm>
#include <map>
#include <ostream>
#include <set>

#include <fmt/format.h>

#include "cacheplan/baseline.h"

#include "src/cli/paths.h"

namespace cacheplan::cli {
namespace {

Result<std::vector<BaselineEntry>> ReadBaseline(const std::string& path, Io& io) {
  const Result<std::string> text = io.files.Read(path);
  if (!text.ok()) {
    return text.status();
  }
  return ParseBaseline(path, text.value());
}

/// The findings of a file as entries, in their order.
std::vector<BaselineEntry> EntriesOf(const LintedFile& file, const std::string& name) {
  Fingerprints fingerprints;
  std::vector<BaselineEntry> entries;
  for (const ReportedFinding& finding : file.report.findings) {
    entries.push_back(
        {name, std::string(finding.code), fingerprints.Next(name, *file.report.source, finding)});
  }
  return entries;
}

/// A file of this run.
struct Seen {
  const LintedFile* file = nullptr;
  bool broken = false;  ///< builders cannot read it, and rules say little about it
};

bool IsBroken(const std::vector<BaselineEntry>& found) {
  return std::any_of(found.begin(), found.end(), [](const BaselineEntry& entry) {
    return entry.code.starts_with("CP0");  // what parsing finds
  });
}

/// This run would have found it again. Another selection of rules says nothing about an entry.
bool WasAsked(const Seen& seen, const BaselineEntry& entry) {
  const RuleInfo* rule = FindRule(entry.code);
  return rule == nullptr || (!seen.broken && seen.file->asked[static_cast<std::size_t>(rule->id)]);
}

std::string NameOf(const LintedFile& file, const std::string& baseline) {
  return PathFrom(FolderOf(baseline), std::string(file.report.source->name()));
}

}  // namespace

Status ApplyBaseline(const std::string& path, Io& io, std::vector<LintedFile>& files) {
  const Result<std::vector<BaselineEntry>> known = ReadBaseline(path, io);
  if (!known.ok()) {
    Status status = known.status();
    status.message +=
        status.code == StatusCode::kNotFound ? "; --write-baseline makes it from the findings" : "";
    return status;
  }
  const std::set<BaselineEntry> all(known.value().begin(), known.value().end());
  std::map<std::string, std::set<BaselineEntry>> left;
  for (const BaselineEntry& entry : all) {
    left[entry.file].insert(entry);
  }
  std::size_t hidden = 0;
  std::vector<BaselineEntry> stale;
  std::map<std::string, Seen> looked_at;
  for (LintedFile& file : files) {
    const std::string name = NameOf(file, path);
    const std::vector<BaselineEntry> found = EntriesOf(file, name);
    std::vector<ReportedFinding> fresh;
    for (std::size_t i = 0; i < found.size(); ++i) {
      if (all.count(found[i]) > 0) {
        ++hidden;
        left[name].erase(found[i]);
      } else {
        fresh.push_back(std::move(file.report.findings[i]));
      }
    }
    file.report.findings = std::move(fresh);
    looked_at.emplace(name, Seen{&file, IsBroken(found)});
  }
  for (const auto& [name, seen] : looked_at) {
    for (const BaselineEntry& entry : left[name]) {
      if (WasAsked(seen, entry)) {
        stale.push_back(entry);
      }
    }
  }
  io.err << fmt::format("{}: {} known finding{} not shown\n", path, hidden, hidden == 1 ? "" : "s");
  for (const BaselineEntry& entry : stale) {
    io.err << fmt::format("{}: stale entry: {} in {} is fixed\n", path, entry.code, entry.file);
  }
  if (!stale.empty()) {
    io.err << fmt::format("{}: --write-baseline takes what is stale out of it\n", path);
  }
  return Status::Ok();
}

Status WriteBaseline(const std::string& path, Io& io, const std::vector<LintedFile>& files) {
  std::vector<BaselineEntry> entries;
  std::map<std::string, Seen> looked_at;
  for (const LintedFile& file : files) {
    const std::string name = NameOf(file, path);
    const std::vector<BaselineEntry> found = EntriesOf(file, name);
    if (looked_at.emplace(name, Seen{&file, IsBroken(found)}).second) {
      entries.insert(entries.end(), found.begin(), found.end());
    }
  }
  const std::size_t count = entries.size();
  if (io.files.Exists(path)) {
    const Result<std::vector<BaselineEntry>> old = ReadBaseline(path, io);
    if (!old.ok()) {
      return old.status();
    }
    for (const BaselineEntry& entry : old.value()) {
      const auto seen = looked_at.find(entry.file);
      const bool there = io.files.Exists((FolderOf(path) / entry.file).string());
      if (there && (seen == looked_at.end() || !WasAsked(seen->second, entry))) {
        entries.push_back(entry);
      }
    }
  }
  const std::size_t kept = entries.size() - count;
  Status written = io.files.Write(path, RenderBaseline(std::move(entries)), false);
  if (written.ok()) {
    io.err << fmt::format("{}: holds {} finding{} of this run", path, count, count == 1 ? "" : "s")
           << (kept > 0 ? fmt::format(", and {} that it did not look for\n", kept) : "\n");
  }
  return written;
}

}  // namespace cacheplan::cli
