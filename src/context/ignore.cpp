#include "cacheplan/context.h"

namespace cacheplan {

const IgnorePattern* IgnoreFile::Decider(std::string_view /*path*/) const { return nullptr; }

}  // namespace cacheplan
cacheplan::IgnoreFile cacheplan::IgnoreFile::Parse(std::string_view) { return {}; }
