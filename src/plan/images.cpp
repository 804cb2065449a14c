#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "cacheplan/image_ref.h"

#include "src/plan/parts.h"

namespace cacheplan::plan {
namespace {

std::string Replace(std::string text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size()) {
    text.replace(at, what.size(), with);
  }
  return text;
}

Status BadImage(std::string_view option, std::string_view value, std::string_view why) {
  return Status::Usage(
      fmt::format("{} {}: is no image reference ({}); write [HOST[:PORT]/]PATH[:TAG], all but the "
                  "tag in lower case",
                  option, value, why));
}

/// The reference in full, so that "app" and "docker.io/library/app:latest" are seen to be one.
std::string Full(ImageRef ref) {
  if (ref.tag.empty() && ref.digest.empty()) {
    ref.tag = "latest";
  }
  return ref.Canonical();
}

constexpr std::string_view kPlaceholders[] = {"{stage}", "{target}", "{platform}"};

/// What begins at `at` in the text: the length of a placeholder, else 0.
std::size_t PlaceholderAt(std::string_view text, std::size_t at) {
  for (const std::string_view placeholder : kPlaceholders) {
    if (text.substr(at).starts_with(placeholder)) {
      return placeholder.size();
    }
  }
  return 0;
}

/// The pattern of what the same plan leaves under another tag: with {tag} for the one word of its
/// own tag that is no placeholder. "" where the image is the same whatever the tag.
std::string PatternOfTags(const std::string& pattern) {
  constexpr std::string_view kBetween = "-_.";
  if (pattern.find("{tag}") != std::string::npos) {
    return pattern;
  }
  const std::size_t colon = pattern.rfind(':');
  const std::size_t slash = pattern.rfind('/');
  if (colon == std::string::npos || (slash != std::string::npos && colon < slash)) {
    return "";
  }
  std::size_t begin = std::string::npos;  // of the word
  std::size_t end = 0;
  std::size_t placeholder_end = colon + 1;
  for (std::size_t at = colon + 1; at < pattern.size();) {
    const std::size_t length = PlaceholderAt(pattern, at);
    if (length > 0) {
      at += length;
      placeholder_end = at;
      continue;
    }
    if (kBetween.find(pattern[at]) == std::string_view::npos) {
      if (begin != std::string::npos && begin < placeholder_end) {
        return "";  // a second word: which one is the tag?
      }
      begin = std::min(begin, at);
      end = at + 1;
    }
    ++at;
  }
  return begin == std::string::npos ? "" : pattern.substr(0, begin) + "{tag}" + pattern.substr(end);
}

/// The text before the tag, as the user wrote it.
std::string RepositoryOf(const std::string& text, const ImageRef& ref) {
  return ref.tag.empty() ? text : text.substr(0, text.size() - ref.tag.size() - 1);
}

class Namer {
 public:
  Namer(const Inputs& in, const std::vector<std::size_t>& stages) : in_(in), stages_(stages) {}

  Images Run() {
    images_.status = Results();
    if (images_.status.ok()) {
      images_.status = StageImages();
    }
    if (images_.status.ok()) {
      LocalImages();
    }
    return std::move(images_);
  }

 private:
  Status Results() {
    for (const std::string& tag : in_.options.tags) {
      const Result<ImageRef> ref = ParseImageRef(tag);
      if (!ref.ok()) {
        return BadImage("-t", tag, ref.status().message);
      }
      if (!ref.value().digest.empty()) {
        return Status::Usage(
            fmt::format("-t {}: a name to build cannot carry a digest; give a tag instead", tag));
      }
      if (images_.repository.empty()) {
        images_.repository = RepositoryOf(tag, ref.value());
        tag_ = ref.value().tag.empty() ? "latest" : ref.value().tag;
      }
      if (!taken_.insert(Full(ref.value())).second) {
        return Status::Usage(fmt::format("-t {}: is given twice; keep one of them", tag));
      }
      images_.results.push_back(tag);
    }
    for (const std::string& tag : in_.options.fallback_tags) {
      if (!IsValidTag(tag)) {
        return Status::Usage(fmt::format(
            "--fallback-tag {}: is no tag; use at most 128 letters, digits, '_', '.' and '-'",
            tag));
      }
      const std::string fallback = images_.repository + ":" + tag;
      if (!IsNamed(fallback)) {  // as in the plan of the branch that the others fall back to
        images_.fallbacks.push_back(fallback);
        named_.insert(FullOf(fallback));
      }
    }
    return Status::Ok();
  }

  [[nodiscard]] bool IsNamed(const std::string& image) const {
    return taken_.contains(FullOf(image)) || named_.contains(FullOf(image));
  }
  static std::string FullOf(const std::string& image) {
    const Result<ImageRef> ref = ParseImageRef(image);
    return ref.ok() ? Full(ref.value()) : image;
  }

  [[nodiscard]] std::string Name(std::string image, const std::string& stage,
                                 const std::string& tag) const {
    const std::string& target = in_.graph.stages[in_.graph.target].name;
    image = Replace(std::move(image), "{tag}", tag);
    image = Replace(std::move(image), "{stage}", stage);
    image = Replace(std::move(image), "{target}", target.empty() ? "target" : target);
    return Replace(std::move(image), "{platform}", Replace(in_.options.platform, "/", "-"));
  }

  Status StageImages() {
    const std::string& pattern = in_.options.cache_image;
    const std::string of_tags = PatternOfTags(pattern);
    if (pattern.find("{platform}") != std::string::npos && in_.options.platform.empty()) {
      return Status::Usage(
          fmt::format("--cache-image {}: has {{platform}}, and no --platform is given", pattern));
    }
    for (const std::size_t index : stages_) {
      const std::string& stage = in_.graph.stages[index].name;
      const std::string image =
          Name(pattern.empty() ? images_.repository + ":{stage}" : pattern, stage, tag_);
      const std::string_view option = pattern.empty() ? "cache image" : "--cache-image";
      const Result<ImageRef> ref = ParseImageRef(image);
      if (!ref.ok()) {
        return BadImage(option, image, ref.status().message);
      }
      if (!ref.value().digest.empty()) {
        return Status::Usage(
            fmt::format("{} {}: a name to build cannot carry a digest", option, image));
      }
      if (!taken_.insert(Full(ref.value())).second) {
        return Clash(image, stage);
      }
      images_.stages.push_back({index, stage, image, {}});
    }
    // When all own images are known: none is a fallback as well.
    for (Images::Stage& entry : images_.stages) {
      for (const std::string& tag : in_.options.fallback_tags) {
        const std::string fallback = Name(of_tags, entry.name, tag);
        if (of_tags.empty() || IsNamed(fallback)) {
          continue;
        }
        if (!ParseImageRef(fallback).ok()) {
          return Status::Usage(fmt::format(
              "--fallback-tag {}: the image of stage {} would be {}, which is no image reference",
              tag, entry.name, fallback));
        }
        entry.fallbacks.push_back(fallback);
        named_.insert(FullOf(fallback));
      }
    }
    return Status::Ok();
  }

  /// One whose name is taken is left to run again: it is a matter of time alone.
  void LocalImages() {
    constexpr std::size_t kMost = 64;  // each is named in all builds below
    for (const std::size_t index : PassedStages(in_, stages_)) {
      if (images_.locals.size() == kMost) {
        return;
      }
      const std::string& stage = in_.graph.stages[index].name;
      const std::string image = images_.repository + ":" + stage;
      if (CanBeTarget(in_, index) && ParseImageRef(image).ok() && !IsNamed(image)) {
        images_.locals.push_back({index, stage, image, {}});
      }
    }
  }

  /// Two things under one name would overwrite each other at every push.
  [[nodiscard]] Status Clash(const std::string& image, const std::string& stage) const {
    const bool of_stage =
        std::any_of(images_.stages.begin(), images_.stages.end(),
                    [&](const Images::Stage& other) { return other.image == image; });
    if (of_stage) {
      return Status::Usage(
          fmt::format("--cache-image {}: two stages would share the image {}, and each push would "
                      "overwrite the other; put {{stage}} into it",
                      in_.options.cache_image, image));
    }
    return Status::Usage(fmt::format(
        "the cache image of stage {} would be {}, which -t names too, and each push would "
        "overwrite the other; use another tag, or --cache-image with {{stage}} in it",
        stage, image));
  }

  const Inputs& in_;
  const std::vector<std::size_t>& stages_;
  Images images_;
  std::string tag_;              ///< of the first -t
  std::set<std::string> taken_;  ///< what the plan builds, in full
  std::set<std::string> named_;  ///< what it only looks at
};

}  // namespace

Images NameImages(const Inputs& in, const std::vector<std::size_t>& stages) {
  return Namer(in, stages).Run();
}

}  // namespace cacheplan::plan
