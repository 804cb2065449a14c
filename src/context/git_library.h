// libgit2, loaded when it is first asked for.
//
// It brings two dozen libraries with it, for transports that nothing here uses: linked in the
// ordinary way they make the start of every command several times as long.
#pragma once

#include <string>

namespace cacheplan::context {

/// Loads the library and sets it up, once; afterwards the functions of <git2.h> that git.cpp uses
/// may be called. "" when it is there, else why it is not.
const std::string& LoadGit();

}  // namespace cacheplan::context
