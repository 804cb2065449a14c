// The Dockerfiles that the bench works on.
#pragma once

#include <string>
#include <vector>

namespace cacheplan::bench {

struct Load {
  std::string name;
  std::vector<std::string> paths;
  std::vector<std::string> texts;  ///< of the paths
  std::size_t bytes = 0;
};

/// The conformance set where it stands beside the checkout, unpacked into `folder`; generated files
/// there where it does not.
Load MakeLoad(const std::string& folder);

}  // namespace cacheplan::bench
