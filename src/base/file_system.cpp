#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cacheplan/io.h"
#include "cacheplan/source.h"

namespace cacheplan {
namespace {

/// Closes a file descriptor at the end of its scope.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) {
      ::close(fd_);
    }
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }
  /// False when the bytes could not all be kept (a full disk tells at close).
  bool Close() {
    const int fd = fd_;
    fd_ = -1;
    return ::close(fd) == 0;
  }

 private:
  int fd_;
};

std::string Reason() { return std::strerror(errno); }

constexpr std::size_t kSmallFile = std::size_t{32} * 1024;

/// Fills `to` as far as the file goes: fewer bytes than `size` are its end, less than 0 is an
/// error.
ssize_t ReadUpTo(int fd, char* to, std::size_t size) {
  std::size_t used = 0;
  while (used < size) {
    const ssize_t count = ::read(fd, to + used, size - used);
    if (count == 0) {
      break;
    }
    if (count > 0) {
      used += static_cast<std::size_t>(count);
    } else if (errno != EINTR) {  // else a signal came between
      return count;
    }
  }
  return static_cast<ssize_t>(used);
}

Status TooLarge(const std::string& path) {
  return Status::Unreadable(fmt::format("{}: larger than 1 GiB, which no Dockerfile is", path));
}

class Disk final : public FileSystem {
 public:
  Result<std::string> Read(const std::string& path) override {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) {
      const std::string message = fmt::format("{}: cannot be read: {}", path, Reason());
      return errno == ENOENT || errno == ENOTDIR ? Status::NotFound(message)
                                                 : Status::Unreadable(message);
    }
    // Nearly every file fits in here, and is read without asking for its size.
    std::array<char, kSmallFile> room;
    ssize_t count = ReadUpTo(file.get(), room.data(), room.size());
    auto used = static_cast<std::size_t>(std::max<ssize_t>(count, 0));
    std::string text(room.data(), used);
    if (used == room.size()) {
      struct stat info = {};  // of a pipe or a device the size is not known before
      if (::fstat(file.get(), &info) == 0 &&
          static_cast<std::size_t>(info.st_size) > Source::kMaxSize) {
        return TooLarge(path);
      }
      text.resize(std::max(static_cast<std::size_t>(info.st_size) + 1, 2 * used));
    }
    while (used < text.size()) {
      count = ReadUpTo(file.get(), text.data() + used, text.size() - used);
      used += static_cast<std::size_t>(std::max<ssize_t>(count, 0));
      if (used > Source::kMaxSize) {
        return TooLarge(path);
      }
      if (used < text.size()) {
        break;
      }
      text.resize(2 * used);
    }
    if (count < 0) {
      return Status::Unreadable(
          errno == EISDIR
              ? fmt::format("{}: is a directory; name the file in it, such as {}/Dockerfile", path,
                            path)
              : fmt::format("{}: cannot be read: {}", path, Reason()));
    }
    text.resize(used);
    return text;
  }

  Status Write(const std::string& path, std::string_view text, bool executable) override {
    struct stat info = {};
    const bool exists = ::stat(path.c_str(), &info) == 0;
    if (exists && S_ISDIR(info.st_mode)) {
      return Status::Unreadable(fmt::format("{}: is a directory; name a file in it", path));
    }
    if (exists && !S_ISREG(info.st_mode)) {
      return WriteStraight(path, text);  // /dev/stdout, a pipe: nothing to rename over
    }
    const std::string target = exists ? Resolved(path) : path;
    std::string temporary = target + ".XXXXXX";
    Descriptor file(::mkstemp(temporary.data()));
    if (file.get() < 0) {
      return Status::Unreadable(fmt::format("{}: cannot be written: {}", path, Reason()));
    }
    const mode_t mask = ::umask(0);
    ::umask(mask);
    const mode_t mode = exists ? info.st_mode & 07777U : (executable ? 0777U : 0666U) & ~mask;
    const bool written = WriteAll(file.get(), text) && ::fchmod(file.get(), mode) == 0;
    const bool kept = file.Close() && written;
    if (!kept || ::rename(temporary.c_str(), target.c_str()) != 0) {
      const std::string reason = Reason();
      ::unlink(temporary.c_str());
      return Status::Unreadable(fmt::format("{}: cannot be written: {}", path, reason));
    }
    return Status::Ok();
  }

  bool Exists(const std::string& path) override { return ::access(path.c_str(), F_OK) == 0; }

  Result<std::vector<DirectoryItem>> List(const std::string& path) override {
    std::error_code error;
    std::vector<DirectoryItem> items;
    std::filesystem::directory_iterator next(path.empty() ? "." : path, error);
    for (; !error && next != std::filesystem::directory_iterator(); next.increment(error)) {
      struct stat info = {};
      if (::lstat(next->path().c_str(), &info) == 0) {  // else it went in this moment
        items.push_back({next->path().filename().string(), S_ISDIR(info.st_mode),
                         static_cast<std::uint32_t>(info.st_mode & 07777U),
                         static_cast<std::uint64_t>(info.st_size)});
      }
    }
    if (error) {
      const std::string message = fmt::format("{}: cannot be read: {}", path, error.message());
      return error == std::errc::no_such_file_or_directory ? Status::NotFound(message)
                                                           : Status::Unreadable(message);
    }
    std::sort(items.begin(), items.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
    return items;
  }

 private:
  static bool WriteAll(int fd, std::string_view text) {
    while (!text.empty()) {
      const ssize_t count = ::write(fd, text.data(), text.size());
      if (count < 0 && errno == EINTR) {
        continue;
      }
      if (count < 0) {
        return false;
      }
      text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  static Status WriteStraight(const std::string& path, std::string_view text) {
    Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (file.get() < 0 || !WriteAll(file.get(), text) || !file.Close()) {
      return Status::Unreadable(fmt::format("{}: cannot be written: {}", path, Reason()));
    }
    return Status::Ok();
  }

  /// A link stays a link: what it points to is what is replaced.
  static std::string Resolved(const std::string& path) {
    char* real = ::realpath(path.c_str(), nullptr);
    if (real == nullptr) {
      return path;
    }
    std::string out = real;
    std::free(real);  // NOLINT: realpath allocates with malloc
    return out;
  }
};

}  // namespace

FileSystem& RealFileSystem() {
  static Disk disk;
  return disk;
}

}  // namespace cacheplan
