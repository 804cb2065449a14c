// Every rule's function, and every rule's page.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "src/lint/checker.h"

namespace cacheplan::lint {

#define RULE(id_, ...) void Check##id_(Checker& check);
#include "grammar/rules.def"
#undef RULE

using CheckFunction = void (*)(Checker&);
/// One a row of grammar/rules.def, in its order.
std::span<const CheckFunction> AllChecks();

struct Page {
  std::string_view code;
  std::string_view text;
};
/// docs/rules/*.md, built in.
const std::vector<Page>& Pages();

}  // namespace cacheplan::lint
