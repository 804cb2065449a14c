#include "src/detect/step_sentences.h"

#include <algorithm>

#include "cacheplan/text.h"

#include "src/detect/limits.h"

namespace cacheplan::detect {
namespace {

/// A system's packages are named to be installed; without names all of them are upgraded.
bool Upgrades(const SimpleCommand& command, const CommandFact& fact) {
  return fact.packages.empty() &&
         std::any_of(command.words.begin(), command.words.end(), [](const ScriptWord& word) {
           return IsOneOf(word.text, "upgrade", "dist-upgrade", "full-upgrade", "update", "dup");
         });
}

/// What a command brings that fetches one thing by its address; else "".
std::string_view AddressOf(const CommandFact& fact) {
  std::string_view address;
  if (fact.activity == Activity::kFetch) {
    for (const std::string_view word : fact.packages) {
      if (word.find("://") == std::string_view::npos && !word.starts_with("git@")) {
        continue;
      }
      if (!address.empty()) {
        return {};
      }
      address = word;
    }
  }
  return address;
}

std::string_view Doing(const SimpleCommand& command, const CommandFact& fact) {
  switch (fact.activity) {
    case Activity::kProject:
      if (fact.names_files) {
        return "` installs what it names, and fetches what that needs.";
      }
      return "` fetches what the project's manifests declare.";
    case Activity::kProjectBuild:
      return "` builds, and fetches what is missing of the project's dependencies.";
    case Activity::kProjectTest:
      return "` tests, and fetches what is missing of the project's dependencies.";
    case Activity::kTool:
      return "` fetches packages that the command names.";
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
  const bool builds =
      fact.activity == Activity::kProjectBuild || fact.activity == Activity::kProjectTest;
  if (fact.without_manifests && (builds || fact.activity == Activity::kProject)) {
    return arena.Concat({"`", text, "` ", WithoutManifests(*fact.manager, builds), "."});
  }
  if (const std::string_view address = AddressOf(fact); !address.empty()) {
    return arena.Concat({"`", text, "` brings ", address, " from the network."});
  }
  return arena.Concat({"`", text, Doing(command, fact)});
}

}  // namespace cacheplan::detect
