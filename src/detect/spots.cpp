#include "src/detect/spots.h"

#include "cacheplan/byte_set.h"

#include "src/detect/paths.h"

namespace cacheplan::detect {
namespace {

/// Stands for the folder of an image that only the image tells.
constexpr std::string_view kImageFolder = "/?";

/// It means the same folder wherever it is written.
bool IsCertain(std::string_view spot) {
  static constexpr ByteSet kUncertain("$~\\:");
  return !spot.empty() && !kUncertain.HasAnyOf(spot) && !IsUnder(spot, kImageFolder);
}

/// What a spot begins with that only the image or a shell could tell; "" where that is nothing.
std::string_view UnknownPart(std::string_view spot) {
  return spot.starts_with("/$") || spot.starts_with("/?") ? spot.substr(0, spot.find('/', 1))
                                                          : std::string_view();
}

/// `${NAME}/x` as `$NAME/x`; variables that images set to the same folder nearly always, as that.
std::string_view PlainVariable(std::string_view path, Arena& arena) {
  const std::size_t end = path.find('}');
  if (path.starts_with("${") && end != std::string_view::npos) {
    path = arena.Concat({"$", path.substr(2, end - 2), path.substr(end + 1)});
  }
  struct Row {
    std::string_view variable;
    std::string_view folder;
  };
  static constexpr Row kRows[] = {{"$GOPATH", "/go"}, {"$HOME", "/root"}, {"~", "/root"}};
  for (const Row& row : kRows) {
    if (IsUnder(path, row.variable)) {
      return arena.Concat({row.folder, path.substr(row.variable.size())});
    }
  }
  return arena.Concat({"/", path});
}

std::string_view SpotOfWorkdir(const Value& workdir, Arena& arena) {
  if (workdir.known) {
    return workdir.text;
  }
  static const Value kBase{kImageFolder, true, {}};
  return workdir.text.empty() ? kImageFolder : Spot(workdir.text, kBase, arena);
}

}  // namespace

std::string_view Spot(std::string_view path, const Value& workdir, Arena& arena) {
  if (path.starts_with('$') || path.starts_with('~')) {
    path = PlainVariable(path, arena);
  }
  if (!path.starts_with('/')) {
    while (path.starts_with("./")) {
      path.remove_prefix(2);
    }
    const std::string_view folder = SpotOfWorkdir(workdir, arena);
    path = path.empty() || path == "." ? folder : JoinPath(folder, path, arena);
  }
  return PlainPath(WithoutSlash(path), arena);
}

std::string_view SpotOf(const Step& step, const SimpleCommand& command, std::string_view flag,
                        Arena& arena) {
  if (!command.directory_known && command.directory.empty()) {
    return "";
  }
  const std::string_view moved =
      Spot(command.directory.empty() ? "." : command.directory, *step.workdir, arena);
  return flag.empty() ? moved : Spot(flag, Value{moved, true, {}}, arena);
}

bool AreComparable(std::string_view a, std::string_view b) {
  const std::string_view part = UnknownPart(a);
  const auto plain = [&part](std::string_view spot) {
    return spot.find('$', part.size()) == std::string_view::npos;
  };
  return (IsCertain(a) && IsCertain(b)) ||
         (!part.empty() && part == UnknownPart(b) && plain(a) && plain(b));
}

}  // namespace cacheplan::detect
