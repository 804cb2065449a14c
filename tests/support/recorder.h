// A docker that only writes down how it was called, in a folder of its own.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <sys/stat.h>

#include "cacheplan/plan.h"

namespace cacheplan::test {

/// A folder that is gone at the end.
class Folder {
 public:
  Folder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "cacheplan-test-XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string operator/(const std::string& name) const {
    return (path_ / name).string();
  }

 private:
  std::filesystem::path path_;
};

/// What a file holds; nothing where it is not there.
inline std::string Slurp(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline void Spill(const std::string& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

/// Puts FOLDER/docker there, which adds to FOLDER/log: what the plan may set of its environment,
/// then its words, a NUL after each. Where its first word is `fail` it ends with status 1.
inline void WriteRecorder(const Folder& folder, const std::string& fail = "nothing") {
  Spill(folder / "docker",
        "#!/bin/sh\n"
        "{ printf 'DOCKER_BUILDKIT=%s\\0' \"${DOCKER_BUILDKIT-unset}\"\n"
        "  printf 'ATTESTATIONS=%s\\0' \"${BUILDX_NO_DEFAULT_ATTESTATIONS-unset}\"\n"
        "  printf '%s\\0' docker \"$@\"; printf '\\n\\0'; } >>'" +
            (folder / "log") + "'\ncase $1 in " + fail + ") exit 1;; esac\n");
  ::chmod((folder / "docker").c_str(), 0755);
}

/// The log after all steps of a plan.
inline std::string ExpectedLog(const Plan& plan) {
  const auto variable = [](const PlanStep& step, const char* name) {
    const auto it = step.env.find(name);
    return (it == step.env.end() ? "unset" : it->second) + '\0';
  };
  std::string out;
  for (const PlanStep& step : plan.steps) {
    out += "DOCKER_BUILDKIT=" + variable(step, "DOCKER_BUILDKIT");
    out += "ATTESTATIONS=" + variable(step, "BUILDX_NO_DEFAULT_ATTESTATIONS");
    for (const std::string& word : step.argv) {
      out += word + '\0';
    }
    out += std::string("\n\0", 2);
  }
  return out;
}

}  // namespace cacheplan::test
