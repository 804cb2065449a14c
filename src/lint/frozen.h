// The form of an install that takes the lock file as it is, or fails.
#pragma once

#include <optional>
#include <string_view>

#include "src/lint/checker.h"

namespace cacheplan::lint {

/// What makes an install take the lock file as it is.
struct Frozen {
  std::string_view manager;
  std::string_view verb;     ///< the verb that is replaced; "" when a flag is added
  std::string_view instead;  ///< the verb or the flag
};
/// The form for a command that is not frozen; null where its manager has none that a word makes, or
/// where the command adds packages. It lives as long as the program.
const Frozen* FrozenForm(const Checker& check, const RunRef& run, const KnownCommand& known,
                         const CommandFact& fact);

/// The word that says on purpose that it is not frozen; "" when there is none.
std::string_view Unfrozen(const SimpleCommand& command);

/// Nothing where the command's text does not show where the word goes.
std::optional<Fix> FreezeIt(const Checker& check, const RunRef& run, const KnownCommand& known,
                            const Frozen& frozen);

}  // namespace cacheplan::lint
