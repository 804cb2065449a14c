#include "src/cli/graph_options.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "cacheplan/platform.h"

namespace cacheplan::cli {

void AddGraphOptions(CLI::App& app, GraphFlags& flags) {
  app.add_option("--target", flags.target, "The stage to build (default: the last one)")
      ->type_name("STAGE");
  app.add_option(
         "--build-arg", flags.build_args,
         "A build argument; without a value it takes the one in the environment; repeatable")
      ->type_name("K[=V]")
      ->allow_extra_args(false);
  app.add_option("--platform", flags.platform, "The platform to build for, such as linux/arm64")
      ->type_name("OS/ARCH");
  app.add_option("--build-context", flags.build_contexts, "A further build context; repeatable")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
}

Result<GraphOptions> ToGraphOptions(const GraphFlags& flags) {
  GraphOptions options;
  options.target = flags.target;
  options.platform = flags.platform;
  for (std::string_view rest = flags.platform; !rest.empty();) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view platform = rest.substr(0, comma);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    if (platform != "local" && !CheckPlatform(platform).empty()) {  // buildx knows that word
      return Status::Usage(fmt::format(
          "--platform {}: is no platform; write OS/ARCH or OS/ARCH/VARIANT, such as linux/amd64 or "
          "linux/arm/v7",
          platform));
    }
  }
  for (const std::string& arg : flags.build_args) {
    const std::size_t equals = arg.find('=');
    const std::string name = arg.substr(0, equals);
    if (name.empty()) {
      return Status::Usage(
          fmt::format("--build-arg '{}': has no name; write --build-arg NAME=VALUE", arg));
    }
    if (equals != std::string::npos) {
      options.build_args[name] = arg.substr(equals + 1);
    } else if (const char* value = std::getenv(name.c_str())) {
      options.build_args[name] = value;
    }
  }
  for (const std::string& context : flags.build_contexts) {
    const std::size_t equals = context.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Status::Usage(
          fmt::format("--build-context '{}': write --build-context NAME=PATH-OR-URL", context));
    }
    options.build_contexts.push_back(context.substr(0, equals));
  }
  return options;
}

}  // namespace cacheplan::cli
