// What the values are called, in JSON and in sentences.
#include "cacheplan/detect.h"

namespace cacheplan {

std::string_view Name(StepKind kind) {
  switch (kind) {
    case StepKind::kProject:
      return "project";
    case StepKind::kTool:
      return "tool";
    case StepKind::kSystem:
      return "system";
    case StepKind::kFetch:
      return "fetch";
  }
  return "";
}

std::string_view Name(StepMode mode) { return mode == StepMode::kDownload ? "download" : "build"; }

std::string_view Name(StageRole role) {
  switch (role) {
    case StageRole::kDeps:
      return "deps";
    case StageRole::kBuild:
      return "build";
    case StageRole::kTest:
      return "test";
    case StageRole::kBase:
      return "base";
    case StageRole::kFetch:
      return "fetch";
    case StageRole::kRuntime:
      return "runtime";
    case StageRole::kAlias:
      return "alias";
    case StageRole::kOther:
      return "other";
  }
  return "";
}

std::string_view Name(Arrived how) {
  switch (how) {
    case Arrived::kCopied:
      return "copied";
    case Arrived::kMounted:
      return "mounted";
    case Arrived::kFromStage:
      return "from stage";
    case Arrived::kWritten:
      return "written";
  }
  return "";
}

std::string_view Name(SourceCause cause) {
  switch (cause) {
    case SourceCause::kCopied:
      return "copied";
    case SourceCause::kMounted:
      return "mounted";
    case SourceCause::kFromStage:
      return "from stage";
    case SourceCause::kFetched:
      return "fetched";
  }
  return "";
}

std::string_view Name(LockState state) {
  switch (state) {
    case LockState::kNone:
      return "none";
    case LockState::kSeen:
      return "seen";
    case LockState::kMissing:
      return "missing";
    case LockState::kUnknown:
      return "unknown";
  }
  return "";
}

std::string_view Name(FileKind kind) {
  switch (kind) {
    case FileKind::kManifest:
      return "manifest";
    case FileKind::kLock:
      return "lock";
    case FileKind::kConfig:
      return "config";
  }
  return "";
}

}  // namespace cacheplan
