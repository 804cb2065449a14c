#include "src/graph/git_ref.h"

#include <algorithm>
#include <map>
#include <vector>

#include <fmt/format.h>

#include "cacheplan/text.h"

namespace cacheplan::graph {
namespace {

constexpr std::string_view kGithub = "github.com/";

/// The parts of a URL that count here, as written.
struct Url {
  std::string_view path;
  std::string_view query;
  std::string_view fragment;
};
Url CutUrl(std::string_view text) {
  Url url;
  if (const std::size_t hash = text.find('#'); hash != std::string_view::npos) {
    url.fragment = text.substr(hash + 1);
    text = text.substr(0, hash);
  }
  if (const std::size_t mark = text.find('?'); mark != std::string_view::npos) {
    url.query = text.substr(mark + 1);
    text = text.substr(0, mark);
  }
  url.path = text;
  return url;
}

std::optional<unsigned> HexDigit(char c) {
  if (c >= '0' && c <= '9') {
    return static_cast<unsigned>(c - '0');
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? std::optional(static_cast<unsigned>(lower - 'a' + 10))
                                      : std::nullopt;
}

/// url.QueryUnescape: nothing for a malformed escape.
std::optional<std::string> Unescape(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i] == '+' ? ' ' : text[i];
      continue;
    }
    const auto high = i + 2 < text.size() ? HexDigit(text[i + 1]) : std::nullopt;
    const auto low = high ? HexDigit(text[i + 2]) : std::nullopt;
    if (!low) {
      return std::nullopt;
    }
    out += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return out;
}

/// url.Query: what cannot be read is left out. By key, so that errors come in one order.
std::map<std::string, std::vector<std::string>> ReadQuery(std::string_view query) {
  std::map<std::string, std::vector<std::string>> out;
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
    if (pair.empty() || pair.find(';') != std::string_view::npos) {
      continue;
    }
    const std::size_t equals = std::min(pair.find('='), pair.size());
    std::optional<std::string> key = Unescape(pair.substr(0, equals));
    std::optional<std::string> value = Unescape(pair.substr(std::min(equals + 1, pair.size())));
    if (key && value) {
      out[*std::move(key)].push_back(*std::move(value));
    }
  }
  return out;
}

/// strconv.ParseBool
std::optional<bool> ParseBool(std::string_view text) {
  for (const char* yes : {"1", "t", "T", "TRUE", "true", "True"}) {
    if (text == yes) {
      return true;
    }
  }
  for (const char* no : {"0", "f", "F", "FALSE", "false", "False"}) {
    if (text == no) {
      return false;
    }
  }
  return std::nullopt;
}

/// What the query says on top of the fragment (`#ref:subdir`).
class QueryReader {
 public:
  QueryReader(GitRef& git, std::string_view fragment) : git_(git) {
    const std::size_t colon = fragment.find(':');
    ref_ = fragment.substr(0, colon);
    subdir_ = colon == std::string_view::npos ? std::string_view() : fragment.substr(colon + 1);
  }

  std::string Read(std::string_view query) {
    for (const auto& [key, values] : ReadQuery(query)) {
      std::string error = values.size() > 1
                              ? fmt::format("query {} has multiple values", Quoted(key))
                              : Field(key, values.front());
      if (!error.empty()) {
        return error;
      }
    }
    if (!tag_.empty() && !branch_.empty()) {
      return "branch conflicts with tag";
    }
    std::string error = tag_.empty() ? "" : Name("refs/tags/", tag_);
    return error.empty() && !branch_.empty() ? Name("refs/heads/", branch_) : error;
  }

 private:
  std::string Field(const std::string& key, const std::string& value) {
    const bool flag = key == "submodules" || key == "keep-git-dir";
    if (value.empty() && !flag) {
      return fmt::format("query {} has no value", Quoted(key));
    }
    if (flag) {
      const std::optional<bool> on = value.empty() ? true : ParseBool(value);
      if (!on) {
        return fmt::format("invalid {} value: {}", key, Quoted(value));
      }
      if (key == "keep-git-dir") {
        git_.keep_git_dir = on;
      }
    } else if (key == "ref") {
      return Agree("ref", ref_, value);
    } else if (key == "subdir") {
      return Agree("subdir", subdir_, value);
    } else if (key == "tag") {
      tag_ = value;
    } else if (key == "branch") {
      branch_ = value;
    } else if (key == "checksum" || key == "commit") {
      git_.checksum = value;
    } else {
      return fmt::format("unexpected query {}", Quoted(key));
    }
    return {};
  }

  /// A tag or branch is a ref under its prefix.
  std::string Name(std::string_view prefix, std::string name) {
    if (name.compare(0, prefix.size(), prefix) != 0) {
      name.insert(0, prefix);
    }
    return Agree("ref", ref_, name);
  }

  static std::string Agree(std::string_view what, std::string& held, const std::string& value) {
    if (!held.empty() && held != value) {
      return fmt::format("{} conflicts: {} vs {}", what, Quoted(held), Quoted(value));
    }
    held = value;
    return {};
  }

  GitRef& git_;
  std::string ref_;
  std::string subdir_;
  std::string tag_;
  std::string branch_;
};

bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

/// user@host:path; the path, or nothing for anything else.
std::optional<std::string_view> ScpPath(std::string_view text) {
  const auto user =
      std::find_if_not(text.begin(), text.end(), [](char c) { return IsWord(c) || c == '_'; });
  if (user == text.begin() || user == text.end() || *user != '@') {
    return std::nullopt;
  }
  const auto host =
      std::find_if_not(user + 1, text.end(), [](char c) { return IsWord(c) || c == '.'; });
  if (host == user + 1 || host == text.end() || *host != ':') {
    return std::nullopt;
  }
  return text.substr(static_cast<std::size_t>(host - text.begin()) + 1);
}

/// What stands behind "scheme://", with the scheme in lower case; nothing without one.
struct Schemed {
  std::string scheme;
  std::string_view rest;
};
std::optional<Schemed> CutScheme(std::string_view text) {
  const std::size_t end = text.find("://");
  if (end == std::string_view::npos || end == 0 ||
      !std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end),
                   [](char c) { return IsWord(c) && c != '-'; })) {
    return std::nullopt;
  }
  return Schemed{ToLower(text.substr(0, end)), text.substr(end + 3)};
}

bool StartsWith(std::string_view text, std::string_view head) {
  return text.substr(0, head.size()) == head;
}
bool EndsWith(std::string_view text, std::string_view tail) {
  return text.size() >= tail.size() && text.substr(text.size() - tail.size()) == tail;
}

}  // namespace

bool MayBeRemote(std::string_view source) {
  if (source.empty()) {
    return false;
  }
  if (source.front() == '.' && (StartsWith(source, "./") || StartsWith(source, "../"))) {
    return false;
  }
  return source.find(':') != std::string_view::npos ||
         (source.front() == kGithub.front() && StartsWith(source, kGithub));
}

GitRef ReadGitRef(std::string_view source) {
  GitRef git;
  if (!MayBeRemote(source)) {
    return git;
  }
  const bool github = StartsWith(source, kGithub);
  Url url;
  if (github) {
    git.like_local = true;
    url = CutUrl(source);
  } else if (const std::optional<Schemed> schemed = CutScheme(source)) {
    url = CutUrl(schemed->rest);
    const bool web = schemed->scheme == "http" || schemed->scheme == "https";
    if (web ? !EndsWith(url.path, ".git") : schemed->scheme != "ssh" && schemed->scheme != "git") {
      return git;
    }
  } else if (const std::optional<std::string_view> path = ScpPath(source)) {
    url = CutUrl(*path);
  } else {
    return git;
  }
  git.is_git = true;
  git.error = QueryReader(git, url.fragment).Read(url.query);
  return git;
}

bool IsHttpSource(std::string_view source) {
  if (!StartsWith(source, "http://") && !StartsWith(source, "https://")) {
    return false;
  }
  const GitRef git = ReadGitRef(source);
  return !git.is_git || !git.error.empty();
}

}  // namespace cacheplan::graph
