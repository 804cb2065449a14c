#include "src/detect/arrivals.h"

#include <algorithm>
#include <utility>

#include "src/detect/paths.h"

namespace cacheplan::detect {
namespace {

/// Of every list, whatever the budget.
constexpr std::size_t kAlwaysSeen = 40;

template <typename T>
std::span<const T> First(const std::vector<T>& list, std::size_t& left_out) {
  const std::size_t count = std::min(list.size(), kAlwaysSeen);
  left_out += list.size() - count;
  return std::span<const T>(list).first(count);
}

template <typename T>
void Cut(const std::vector<T>& list, std::vector<T>& into, std::size_t& left_out) {
  const std::span<const T> first = First(list, left_out);
  into.assign(first.begin(), first.end());
}

}  // namespace

bool Arrivals::Add(Content content) {
  if (content.kind == ContentKind::kSource && named != nullptr &&
      named->contains(LastComponent(content.path))) {
    content.kind = ContentKind::kSupport;
  }
  const bool source = content.kind == ContentKind::kSource;
  programs = programs || (!source && content.place.find("bin/") != std::string_view::npos);
  (source ? sources : files).push_back(content);
  return source;
}

void Arrivals::DropFetches(const Instruction& instruction) {
  std::erase_if(fetches,
                [&](const Arrival& arrival) { return arrival.instruction == &instruction; });
  if (fetched && fetched->instruction == &instruction) {
    fetched.reset();
  }
}

bool Arrivals::MayRead(std::size_t things) const {
  if (things <= kAlwaysSeen || budget == nullptr) {
    return true;
  }
  if (budget->left < things) {
    return false;
  }
  budget->left -= things;
  return true;
}

Seen Arrivals::Look() const {
  if (MayRead(files.size() + stage_manifests.size() + written.size() + stage_sources.size())) {
    return {files, stage_manifests, written, stage_sources, left_out};
  }
  Seen seen;
  seen.left_out = left_out;
  seen.files = First(files, seen.left_out);
  seen.stage_manifests = First(stage_manifests, seen.left_out);
  seen.written = First(written, seen.left_out);
  seen.stage_sources = First(stage_sources, seen.left_out);
  return seen;
}

Arrivals Arrivals::Copy() const {
  if (MayRead(files.size() + sources.size() + stage_manifests.size() + written.size() +
              stage_sources.size() + stage_files.size() + picked.size() + fetches.size())) {
    return *this;
  }
  Arrivals few;
  few.left_out = left_out;
  few.fetched = fetched;
  few.installed = installed;
  few.named = named;
  few.source_stages = source_stages;
  few.stages = stages;
  few.mounted_source = mounted_source;
  few.unpacked = unpacked;
  few.programs = programs;
  few.whole_folders = whole_folders;
  few.budget = budget;
  Cut(files, few.files, few.left_out);
  Cut(sources, few.sources, few.left_out);
  Cut(stage_manifests, few.stage_manifests, few.left_out);
  Cut(stage_files, few.stage_files, few.left_out);
  Cut(written, few.written, few.left_out);
  Cut(picked, few.picked, few.left_out);
  Cut(stage_sources, few.stage_sources, few.left_out);
  Cut(fetches, few.fetches, few.left_out);
  return few;
}

void Arrivals::KeepOf(Arrivals&& mounted) {
  if (mounted.left_out > left_out) {  // a copy that was cut: of these it has the first alone
    First(fetches, left_out);
    First(written, left_out);
  }
  fetched = mounted.fetched;
  installed = mounted.installed;
  fetches = std::move(mounted.fetches);
  written = std::move(mounted.written);
  mounted_source = mounted.mounted_source || mounted.unpacked > unpacked;
  // A change of it runs that RUN again, and with it what follows. Whether and where some of it was
  // left behind is not known.
  if (std::ranges::all_of(sources, &Content::IsHeld)) {
    const auto first = std::ranges::find_if_not(mounted.sources, &Content::IsHeld);
    if (first != mounted.sources.end()) {
      sources.push_back(*first);
      sources.back().place = sources.back().into = {};
    }
  }
}

}  // namespace cacheplan::detect
