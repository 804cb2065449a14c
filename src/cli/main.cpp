#include <iostream>
#include <string>
#include <vector>

#include "cacheplan/cli.h"

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  const std::vector<std::string> args(argv + (argc > 0 ? 1 : 0), argv + argc);
  const int status = cacheplan::Main(args, std::cin, std::cout, std::cerr);
  std::cout.flush();
  // A product that could not be written (a full disk, a closed pipe) must not look like success.
  return status == 0 && !std::cout ? static_cast<int>(cacheplan::ExitCode::kUnreadable) : status;
}
