#include "src/detect/paths.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace cacheplan::detect {

std::string_view ParentOf(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view()
         : slash == 0                    ? path.substr(0, 1)
                                         : path.substr(0, slash);
}

std::string_view JoinPath(std::string_view folder, std::string_view name, Arena& arena) {
  const std::size_t slash = folder.ends_with('/') ? 0 : 1;
  char* const room = arena.Room(folder.size() + slash + name.size());
  char* out = std::copy(folder.begin(), folder.end(), room);
  if (slash > 0) {
    *out++ = '/';
  }
  return {room, static_cast<std::size_t>(std::copy(name.begin(), name.end(), out) - room)};
}

std::string_view Absolute(std::string_view path, std::string_view workdir, Arena& arena) {
  if (path.find('$') != std::string_view::npos) {
    return "";
  }
  if (path.starts_with("/")) {
    return PlainPath(WithoutSlash(path), arena);
  }
  if (workdir.empty()) {
    return "";
  }
  while (path.starts_with("./") || path.starts_with(".\\")) {  // the second on Windows
    path.remove_prefix(2);
  }
  return path.empty() || path == "."
             ? WithoutSlash(workdir)
             : PlainPath(JoinPath(workdir, WithoutSlash(path), arena), arena);
}

bool IsUnder(std::string_view path, std::string_view folder) {
  return folder == "/" ||
         (path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/'));
}

bool IsSystemPlace(std::string_view place) {
  if (!place.starts_with('/')) {
    return false;
  }
  const auto is_under = [place](std::string_view folder) {  // most differ in their second byte
    return place.size() > 1 && place[1] == folder[1] && IsUnder(place, folder);
  };
  if (is_under("/usr/local/src") || is_under("/usr/local/app")) {
    return false;
  }
  static constexpr std::array<std::string_view, 14> kPlaces = {
      "/etc",     "/bin",         "/sbin",        "/lib",       "/usr/bin",         "/usr/sbin",
      "/usr/lib", "/usr/libexec", "/usr/include", "/usr/local", "/usr/share/fonts", "/scripts",
      "/run",     "/boot"};
  if (std::any_of(kPlaces.begin(), kPlaces.end(), is_under)) {
    return true;
  }
  return place.starts_with("/root/.") || place.starts_with("/docker-entrypoint") ||
         (place.starts_with("/home/") && place.find("/.") != std::string_view::npos);
}

bool IsArchive(std::string_view path) {
  static constexpr std::array<std::string_view, 9> kEndings = {
      ".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tbz", ".tar.zst"};
  // ADD looks into the file; a name without one of these is none that people give an archive.
  return std::any_of(kEndings.begin(), kEndings.end(),
                     [path](std::string_view ending) { return path.ends_with(ending); });
}

std::string_view Cleaned(std::string_view path, Arena& arena) {
  std::vector<std::string_view> parts;
  for (std::string_view rest = path; !rest.empty();) {
    const std::string_view part = rest.substr(0, rest.find('/'));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    if (part == ".." && !parts.empty() && parts.back() != "..") {
      parts.pop_back();
    } else if (!part.empty() && part != "." && !(part == ".." && path.starts_with('/'))) {
      parts.push_back(part);
    }
  }
  std::string out;
  for (const std::string_view part : parts) {
    out += out.empty() && !path.starts_with('/') ? "" : "/";
    out += part;
  }
  return arena.Copy(out.empty() && path.starts_with('/') ? "/" : out);
}

}  // namespace cacheplan::detect
