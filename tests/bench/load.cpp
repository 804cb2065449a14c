#include "load.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>

namespace cacheplan::bench {
namespace {

namespace fs = std::filesystem;

constexpr int kGenerated = 5000;

/// A Dockerfile with what real ones have, a little different for every number.
std::string Generate(int number) {
  std::string text = fmt::format(
      "# Service {0}: built from source, run without a shell.\n"
      "ARG VERSION=1.{0}\n"
      "FROM node:20-bookworm-slim AS deps\n"
      "WORKDIR /srv/app{0}\n"
      "ENV NODE_ENV=production \\\n    PATH=/srv/app{0}/node_modules/.bin:$PATH\n"
      "RUN apt-get update && apt-get install -y --no-install-recommends \\\n"
      "      build-essential \\\n      python3 \\\n    && rm -rf /var/lib/apt/lists/*\n"
      "COPY package.json package-lock.json ./\n"
      "RUN --mount=type=cache,target=/root/.npm npm ci --omit=dev\n\n",
      number);
  for (int i = 0; i < number % 7; ++i) {
    text += fmt::format(
        "# Step {0}\nCOPY --chown=node:node packages/p{0} ./packages/p{0}\n"
        "RUN if [ -f packages/p{0}/build.sh ]; then sh packages/p{0}/build.sh "
        "\"${{VERSION:-dev}}\"; "
        "else npm run --workspace p{0} build | tee \"build-{0}.log\"; fi\n",
        i);
  }
  text += fmt::format(
      "FROM gcr.io/distroless/nodejs20-debian12\n"
      "LABEL org.opencontainers.image.version=\"$VERSION\" maintainer='team {0}'\n"
      "COPY --from=deps /srv/app{0} /srv/app{0}\nWORKDIR /srv/app{0}\nUSER 1000\nEXPOSE {1}/tcp\n"
      "HEALTHCHECK --interval=30s CMD [\"node\", \"health.js\"]\n"
      "ENTRYPOINT [\"node\", \"--enable-source-maps\"]\nCMD [\"server.js\"]\n",
      number, 1024 + number);
  return text;
}

/// The files of the set, unpacked; none when there is no set or nothing to unpack it with.
std::vector<std::string> Unpack(const fs::path& archive, const fs::path& folder) {
  std::vector<std::string> paths;
  const std::string command =
      fmt::format("tar -xJf '{}' -C '{}' >/dev/null 2>&1", archive.string(), folder.string());
  if (!fs::exists(archive) || std::system(command.c_str()) != 0) {  // NOLINT: our own words
    return paths;
  }
  for (const fs::directory_entry& entry : fs::directory_iterator(folder / "files")) {
    paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace

Load MakeLoad(const std::string& folder) {
  Load load;
  const fs::path archive =
      fs::path(CACHEPLAN_SOURCE_DIR).parent_path() / "shared" / "corpus" / "dev.tar.xz";
  load.paths = Unpack(archive, folder);
  load.name = "files of the conformance set";
  if (load.paths.empty()) {
    load.name = "generated files";
    for (int i = 0; i < kGenerated; ++i) {
      load.paths.push_back((fs::path(folder) / fmt::format("Dockerfile.{}", i)).string());
      std::ofstream(load.paths.back(), std::ios::binary) << Generate(i);
    }
  }
  for (const std::string& path : load.paths) {
    std::ifstream in(path, std::ios::binary);
    load.texts.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    load.bytes += load.texts.back().size();
  }
  return load;
}

}  // namespace cacheplan::bench
