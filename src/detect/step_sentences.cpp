#include "src/detect/step_sentences.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "cacheplan/byte_set.h"
#include "cacheplan/text.h"

#include "src/detect/limits.h"
#include "src/detect/step_values.h"

namespace cacheplan::detect {
namespace {

/// A system's packages are named to be installed; without names all of them are upgraded.
bool Upgrades(const SimpleCommand& command, const CommandFact& fact) {
  return fact.packages.empty() &&
         std::any_of(command.words.begin(), command.words.end(), [](const ScriptWord& word) {
           return IsOneOf(word.text, "upgrade", "dist-upgrade", "full-upgrade", "update", "dup");
         });
}

/// "https://x.org/a", "git@x.org:a": the word itself, not one that has an address in it.
bool IsAddress(std::string_view word) {
  static constexpr ByteSet kScheme("abcdefghijklmnopqrstuvwxyz0123456789+");
  const std::size_t end = kScheme.End(word);
  return (end > 0 && word.substr(end).starts_with("://")) || word.starts_with("git@");
}

/// Addresses of what a command brings: the first, and how many more there are.
struct Addresses {
  std::string_view first;
  std::size_t more = 0;
};

/// Those within program text: copy('https://x.org/a', 'b').
void FindInText(std::string_view text, Addresses& all) {
  static constexpr ByteSet kQuotes("'\"");
  static constexpr ByteSet kEnds("'\" \t\n");
  for (std::size_t at = kQuotes.Find(text); at < text.size(); at = kQuotes.Find(text, at)) {
    ++at;
    const std::string_view address = text.substr(at, kEnds.Find(text, at) - at);
    if (address.starts_with("http://") || address.starts_with("https://")) {
      all.more += all.first.empty() || all.first == address ? 0 : 1;
      all.first = all.first.empty() ? address : all.first;
    }
    at += address.size();
  }
}

/// What a command brings that fetches things by their addresses. Of a key the address is that of a
/// server for all of them.
Addresses AddressesOf(const SimpleCommand& command, const CommandFact& fact) {
  Addresses all;
  if (fact.activity != Activity::kFetch || fact.manager->name == "keys") {
    return all;
  }
  for (const std::string_view word : fact.packages) {
    if (IsAddress(word)) {
      all.more += all.first.empty() || all.first == word ? 0 : 1;
      all.first = all.first.empty() ? word : all.first;
    }
  }
  if (all.first.empty()) {
    for (const ScriptWord& word : command.words) {
      if (word.quoted) {
        FindInText(word.text, all);
      }
    }
  }
  return all;
}

std::string_view Doing(const SimpleCommand& command, const CommandFact& fact) {
  switch (fact.activity) {
    case Activity::kProject:
      if (fact.names_files) {
        return "` installs what it names, and fetches what that needs.";
      }
      return fact.no_dependencies ? "` fetches what the build itself requires, and none of the "
                                    "project's dependencies."
                                  : "` fetches what the project's manifests declare.";
    case Activity::kProjectBuild:
      if (fact.no_dependencies) {
        return "` builds, and fetches at most what the build itself requires.";
      }
      if (fact.manager->may_fetch) {
        return "` builds, and fetches what its manifests tell it to, if anything.";
      }
      return "` builds, and fetches what is missing of the project's dependencies.";
    case Activity::kProjectTest:
      return "` tests, and fetches what is missing of the project's dependencies.";
    case Activity::kTool:
      return fact.packages.empty()
                 ? "` fetches tools or packages, and nothing that the project declares."
                 : "` fetches packages that the command names.";
    case Activity::kSystem:
      return Upgrades(command, fact) ? "` upgrades packages of the operating system."
                                     : "` installs packages of the operating system.";
    default:
      return "` brings something from the network.";
  }
}

}  // namespace

std::string_view WhatItDoes(const SimpleCommand& command, std::string_view text,
                            const CommandFact& fact, Arena& arena) {
  if (fact.without_manifests && IsProject(fact.activity)) {
    return arena.Concat("`", text, "` ", WithoutManifests(*fact.manager, fact.activity), ".");
  }
  const Addresses addresses = AddressesOf(command, fact);
  if (addresses.first.empty()) {
    return arena.Concat("`", text, Doing(command, fact));
  }
  const std::string more =
      addresses.more == 0 ? "" : " and " + std::to_string(addresses.more) + " more";
  return arena.Concat("`", text, "` brings ", addresses.first, more, " from the network.");
}

}  // namespace cacheplan::detect
