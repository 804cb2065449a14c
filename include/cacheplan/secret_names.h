// Names of variables whose values are not shown.
#pragma once

#include <string_view>

namespace cacheplan {

/// "NPM_TOKEN", "db_password": by the words of grammar/secret_names.def.
bool LooksSecret(std::string_view name);

}  // namespace cacheplan
