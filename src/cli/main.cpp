#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "cacheplan/cli.h"

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  std::vector<std::string> args(argv + (argc > 0 ? 1 : 0), argv + argc);
  const int status = cacheplan::Main(std::move(args), std::cin, std::cout, std::cerr);
  std::cout.flush();
  // A product that could not be written (a full disk, a closed pipe) must not look like success.
  if (std::cout) {
    return status;
  }
  std::cerr
      << "cacheplan: standard output: cannot be written; what was written of it is not whole\n";
  return status == 0 ? static_cast<int>(cacheplan::ExitCode::kUnreadable) : status;
}
