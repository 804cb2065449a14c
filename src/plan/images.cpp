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
      images_.fallbacks.push_back(images_.repository + ":" + tag);
    }
    return Status::Ok();
  }

  [[nodiscard]] std::string Name(const std::string& stage) const {
    const std::string& target = in_.graph.stages[in_.graph.target].name;
    std::string image =
        in_.options.cache_image.empty() ? images_.repository + ":{stage}" : in_.options.cache_image;
    image = Replace(std::move(image), "{stage}", stage);
    image = Replace(std::move(image), "{target}", target.empty() ? "target" : target);
    return Replace(std::move(image), "{platform}", Replace(in_.options.platform, "/", "-"));
  }

  Status StageImages() {
    const std::string& pattern = in_.options.cache_image;
    if (pattern.find("{platform}") != std::string::npos && in_.options.platform.empty()) {
      return Status::Usage(
          fmt::format("--cache-image {}: has {{platform}}, and no --platform is given", pattern));
    }
    for (const std::size_t index : stages_) {
      const std::string& stage = in_.graph.stages[index].name;
      const std::string image = Name(stage);
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
      Images::Stage entry{index, stage, image, {}};
      for (const std::string& tag : in_.options.fallback_tags) {
        const std::string fallback = fmt::format("{}-{}", stage, tag);
        if (!IsValidTag(fallback)) {
          return Status::Usage(
              fmt::format("--fallback-tag {}: '{}' is too long for a tag", tag, fallback));
        }
        entry.fallbacks.push_back(RepositoryOf(image, ref.value()) + ":" + fallback);
      }
      images_.stages.push_back(std::move(entry));
    }
    return Status::Ok();
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
  std::set<std::string> taken_;
};

}  // namespace

Images NameImages(const Inputs& in, const std::vector<std::size_t>& stages) {
  return Namer(in, stages).Run();
}

}  // namespace cacheplan::plan
