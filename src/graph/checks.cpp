#include "src/graph/checks.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "cacheplan/text.h"

namespace cacheplan::graph {
namespace {

std::optional<unsigned> ParsePort(std::string_view text) {
  unsigned value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') {
      return std::nullopt;
    }
    value = value * 10 + static_cast<unsigned>(c - '0');
    if (value > 65535) {
      return std::nullopt;
    }
  }
  return text.empty() ? std::nullopt : std::optional(value);
}

struct PortRange {
  unsigned first;
  unsigned last;
};
std::optional<PortRange> ParsePortRange(std::string_view text) {
  const std::size_t dash = text.find('-');
  const std::optional<unsigned> first = ParsePort(text.substr(0, dash));
  const std::optional<unsigned> last =
      dash == std::string_view::npos ? first : ParsePort(text.substr(dash + 1));
  if (!first || !last || *last < *first) {
    return std::nullopt;
  }
  return PortRange{*first, *last};
}

bool IsIpAddress(const std::string& text) {
  std::array<unsigned char, 16> bytes = {};
  return ::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1;
}

constexpr std::string_view kSignals[] = {
    "ABRT", "ALRM",   "BUS",  "CHLD",   "CLD",   "CONT", "FPE",  "HUP",  "ILL",
    "INT",  "IO",     "IOT",  "KILL",   "PIPE",  "POLL", "PROF", "PWR",  "QUIT",
    "SEGV", "STKFLT", "STOP", "SYS",    "TERM",  "TRAP", "TSTP", "TTIN", "TTOU",
    "URG",  "USR1",   "USR2", "VTALRM", "WINCH", "XCPU", "XFSZ"};

/// RTMIN, RTMIN+1 … RTMIN+15, RTMAX-14 … RTMAX.
bool IsRealTime(std::string_view name) {
  const bool min = name.substr(0, 5) == "RTMIN";
  if (!min && name.substr(0, 5) != "RTMAX") {
    return false;
  }
  name.remove_prefix(5);
  if (name.empty()) {
    return true;
  }
  const std::optional<unsigned> offset = ParsePort(name.substr(1));
  return name.front() == (min ? '+' : '-') && offset && *offset >= 1 &&
         *offset <= (min ? 15U : 14U) && name[1] != '0';
}

template <std::size_t N>
bool IsOneOf(const std::string_view (&names)[N], std::string_view name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

}  // namespace

std::string CheckPort(std::string_view spec) {
  if (ParsePort(spec)) {  // a number alone: most are
    return {};
  }
  // [ip:][hostPort:]containerPort[/proto], the ip with colons of its own perhaps.
  const std::size_t last = spec.rfind(':');
  std::string_view container = last == std::string_view::npos ? spec : spec.substr(last + 1);
  std::string_view before =
      last == std::string_view::npos ? std::string_view() : spec.substr(0, last);
  const std::size_t middle = before.rfind(':');
  const std::string_view host =
      middle == std::string_view::npos ? before : before.substr(middle + 1);
  std::string ip(middle == std::string_view::npos ? std::string_view() : before.substr(0, middle));

  const std::size_t slash = container.find('/');
  const std::string proto =
      slash == std::string_view::npos ? "" : ToLower(container.substr(slash + 1));
  const std::string_view raw = container;
  container = container.substr(0, slash);
  if (container.empty()) {
    return fmt::format("no port specified: {}<empty>", raw);
  }
  if (!proto.empty() && proto != "tcp" && proto != "udp" && proto != "sctp") {
    return "invalid proto: " + proto;
  }
  if (ip.size() > 1 && ip.front() == '[' && ip.back() == ']') {
    ip = ip.substr(1, ip.size() - 2);
  }
  if (!ip.empty() && !IsIpAddress(ip)) {
    return "invalid IP address: " + ip;
  }
  const std::optional<PortRange> inside = ParsePortRange(container);
  if (!inside) {
    return fmt::format("invalid containerPort: {}", container);
  }
  if (host.empty()) {
    return {};
  }
  const std::optional<PortRange> outside = ParsePortRange(host);
  if (!outside) {
    return fmt::format("invalid hostPort: {}", host);
  }
  if (inside->last - inside->first != outside->last - outside->first &&
      inside->first != inside->last) {
    return fmt::format("invalid ranges specified for container and host Ports: {} and {}",
                       container, host);
  }
  return {};
}

std::string CheckSignal(std::string_view signal) {
  std::string_view digits = signal;
  if (!digits.empty() && (digits.front() == '+' || digits.front() == '-')) {
    digits.remove_prefix(1);
  }
  const bool number = !digits.empty() && std::all_of(digits.begin(), digits.end(),
                                                     [](char c) { return c >= '0' && c <= '9'; });
  if (number) {
    const bool zero = digits.find_first_not_of('0') == std::string_view::npos;
    return zero ? fmt::format("invalid signal: {}", signal) : std::string();
  }
  const std::string upper = ToUpper(signal);
  const std::string_view name = std::string_view(upper).substr(upper.substr(0, 3) == "SIG" ? 3 : 0);
  return IsOneOf(kSignals, name) || IsRealTime(name) ? std::string()
                                                     : fmt::format("invalid signal: {}", signal);
}

}  // namespace cacheplan::graph
