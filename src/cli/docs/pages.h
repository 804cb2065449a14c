// The generated reference pages: written from the tables, never by hand.
#pragma once

#include <string>
#include <vector>

#include "cacheplan/io.h"
#include "cacheplan/result.h"

namespace cacheplan::cli {

struct Page {
  std::string path;  ///< below the checkout: "docs/reference/instructions.md"
  std::string text;
};

/// Every page. `root` is the checkout, whose grammar/dockerfile.ebnf and usage page are read.
Result<std::vector<Page>> ReferencePages(const std::string& root, FileReader& files);

/// The help text of a command, "" for the program itself.
std::string HelpOf(const std::string& command);

}  // namespace cacheplan::cli
