// What stands around the commands of a POSIX script: groups, loops, branches, lists, pipelines.
#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "src/shell/script_posix.h"

namespace cacheplan::script {
namespace {

/// Groups, loops and branches around one command.
constexpr std::size_t kMaxFrames = 200;

/// `for d in a b; do cd $d && …; cd ..; done`: it ends where it started.
bool ReturnsFrom(const Directory& end, const Directory& start, const ScriptLoop& loop) {
  std::string_view path = end.path;
  if (!start.known || !path.ends_with("/..") || !path.starts_with(start.path)) {
    return false;
  }
  path.remove_suffix(3);
  path.remove_prefix(start.path.size() + (start.path.empty() ? 0 : 1));
  constexpr std::string_view kVariable = "./$";
  if (!path.starts_with(kVariable)) {
    return false;
  }
  path.remove_prefix(kVariable.size());
  if (path.starts_with('{') && path.ends_with('}')) {
    path = path.substr(1, path.size() - 2);
  }
  return path == loop.name &&
         std::all_of(loop.values.begin(), loop.values.end(), [](const ScriptWord& value) {
           return value.literal && value.text.find('/') == std::string_view::npos &&
                  !value.text.starts_with('.');
         });
}

}  // namespace

void PosixReader::PushFrame(std::vector<Frame>& frames, FrameKind kind) {
  if (frames.size() >= kMaxFrames) {
    Opaque("compound commands are nested too deep", pos_);
    frames.clear();
  }
  Frame frame{.kind = kind,
              .directory = directory_,
              .pipeline = pipeline_,
              .list = std::exchange(list_, {}),
              .branch = out_.branch(),
              .function = std::exchange(function_next_, std::nullopt),
              .loop = std::exchange(loop_next_, std::nullopt),
              .first_refused = refused_.size()};
  negated_ = false;  // the whole is, no command in it
  pipeline_ = {out_.size(), directory_};
  if (frame.function) {
    directory_ = {"", false};  // wherever it is called
  }
  if (frame.function || kind == FrameKind::kSubshell) {
    out_.OpenBranch();
  }
  if (frame.function) {
    out_.StartFunction(*frame.function);
  }
  frames.push_back(frame);
}

void PosixReader::PopFrame(std::vector<Frame>& frames) {
  if (frames.empty()) {
    return;
  }
  EndPipeline();
  const Frame frame = frames.back();
  frames.pop_back();
  pipeline_ = frame.pipeline;
  list_ = frame.list;
  refused_.resize(std::min(refused_.size(), frame.first_refused));
  const bool group = frame.kind == FrameKind::kSubshell || frame.kind == FrameKind::kBrace;
  if (!group || frame.function || list_.joined || list_.tests) {
    asked_ = {};  // what it answers is not the answer of the whole
    list_asked_.clear();
  }
  out_.SetBranch(frame.branch);
  if (frame.loop && ReturnsFrom(directory_, frame.directory, out_.LoopAt(*frame.loop))) {
    directory_ = frame.directory;
  }
  const bool moved = frame.moved || directory_ != frame.directory;
  if (frame.function) {
    out_.EndFunction(*frame.function);
  }
  if (frame.loop) {
    out_.EndLoop(*frame.loop, !moved);
  }
  if (frame.kind == FrameKind::kSubshell || frame.function) {
    directory_ = frame.directory;
  } else if (frame.kind != FrameKind::kBrace && moved) {
    directory_ = {"", false};  // whether the branch is taken is not known
  }
}

/// What follows may not run, or more than once.
void PosixReader::NewBranch(const Frame& frame) {
  list_ = {};
  out_.SetBranch(frame.branch);
  out_.OpenBranch();
}

/// What follows in the list may not run.
void PosixReader::BranchList() {
  EndList();
  list_ = {.tests = true, .joined = true, .branched = true, .outer = out_.branch()};
  out_.OpenBranch();
}

/// `[ -f FILE ]`, `test ! -e FILE`: what the command in `slot` asks.
void PosixReader::NoteAsked(std::size_t slot) {
  const bool negated = negated_;
  const bool after_or = pipeline_.after_or;
  ForgetAsked();
  const SimpleCommand& command = out_.At(slot);
  const std::string_view name = command.name();
  const bool brackets = name == "[" || name == "[[";
  if ((!brackets && name != "test") || pipeline_.piped) {
    return;
  }
  ScriptWords words = command.words.subspan(1);
  words = words.first(words.size() - (brackets && !words.empty() ? 1 : 0));
  bool there = !negated;
  if (!words.empty() && words.front().text == "!") {
    there = !there;
    words = words.subspan(1);
  }
  if (words.size() == 2 && words[1].literal &&
      (words[0].text == "-f" || words[0].text == "-e" || words[0].text == "-s" ||
       words[0].text == "-r")) {
    const Question question{words[1].text, there};
    if (!after_or) {
      asked_ = question;
    }
    if (after_or || !list_.joined) {  // behind && it may not even be asked
      list_asked_.push_back(question);
    }
  }
}

/// The current branch runs where the answer to the last question is yes, or no.
void PosixReader::Guard(bool holds) {
  if (!asked_.file.empty()) {
    out_.Guard(asked_.file, asked_.there == holds);
  }
  asked_ = {};
}

/// The current branch runs where the conditions of the frame failed. Of a second `else` nothing is
/// known.
void PosixReader::GuardElse(const Frame& frame) {
  for (std::size_t i = frame.first_refused; i < refused_.size(); ++i) {
    out_.Guard(refused_[i].file, !refused_[i].there);
  }
  refused_.resize(std::min(refused_.size(), frame.first_refused));
}

void PosixReader::EndList() {
  if (list_.branched) {
    out_.SetBranch(list_.outer);
  }
  list_ = {};
  negated_ = false;
}

void PosixReader::NextBranch(Frame& frame) {
  frame.moved = frame.moved || directory_ != frame.directory;
  directory_ = frame.directory;
}

/// Leaves what is open inside the nearest frame of that kind; a script that closes what it did not
/// open leaves the frames as they are.
void PosixReader::PopTo(std::vector<Frame>& frames, FrameKind kind) {
  const bool found = std::any_of(frames.begin(), frames.end(),
                                 [kind](const Frame& frame) { return frame.kind == kind; });
  while (found && frames.back().kind != kind) {
    PopFrame(frames);
  }
}

void PosixReader::EndPipeline() {
  if (pipeline_.piped) {
    directory_ = pipeline_.directory;  // each part of a pipeline is a shell of its own
  }
  pipeline_ = {out_.size(), directory_};
}

}  // namespace cacheplan::script
