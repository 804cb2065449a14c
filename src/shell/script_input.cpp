// What a command of a POSIX script reads from others: pipes, files, here-strings; and what it
// writes.
#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "src/shell/script_posix.h"

namespace cacheplan::script {
/// `curl … | sh`: the shell runs what the others print. Where that is a text, it is read.
void PosixReader::ReadPipe(std::size_t slot) {
  const std::size_t start = std::max(pipeline_.first, pipeline_.marked);
  pipeline_.marked = slot;
  const bool shell = ReadsScripts(out_.At(slot).name());
  if (const auto text =
          shell && slot == start + 1 ? PrintedText(out_.At(start), out_.arena) : std::nullopt) {
    const std::size_t first = out_.size();
    ReadShown(*text, slot, out_);
    CloseCommand(first, pos_);
    return;
  }
  out_.MarkPipedIntoShell(start, slot);
}

/// `sh < FILE`: what it reads is run.
void PosixReader::ReadInput(std::size_t slot) {
  const SimpleCommand& reader = out_.At(slot);
  if (reader.redirections.back().op != "<" || !RunsStandardInput(reader)) {
    return;
  }
  const std::string_view file = input_.word.text;
  if (file.starts_with("<(")) {
    out_.MarkPipedIntoShell(input_.first_command, input_.last_command);
    return;
  }
  const Directory place =
      ChangeTo({reader.directory, reader.directory_known}, input_.word, out_.arena);
  const auto known =
      input_.word.literal ? out_.files.Run(place.path, reader.branch, out_.arena) : std::nullopt;
  if (!known) {
    out_.Opaque(fmt::format("{} is run, and what it does is not in this file", file),
                input_.word.offset);
  } else if (!known->read) {
    ReadShown(known->text, slot, out_);
  }
}

/// A file that the command writes: its text where that is known, else it is known no more.
void PosixReader::NoteFiles(std::size_t slot) {
  const SimpleCommand& writer = out_.At(slot);
  const bool tee = writer.name() == "tee";
  std::vector<ScriptWord> files;
  bool append = false;
  if (tee) {
    for (const ScriptWord& word : writer.words.subspan(1)) {
      append = append || word.text == "-a" || word.text == "--append";
      if (!word.text.starts_with('-')) {
        files.push_back(word);
      }
    }
  } else {
    ForgetChanged(slot, out_);
  }
  for (const Redirection& to : writer.redirections) {
    if (to.op.find('>') != std::string_view::npos && to.op.find(">&") == std::string_view::npos &&
        !to.target.text.starts_with("/dev/")) {
      files.push_back(to.target);
      append = append || to.op == ">>";
    }
  }
  if (files.empty()) {
    return;
  }
  const ScriptWord file = files.front();
  const bool plain = files.size() == 1 && file.literal && writer.directory_known &&
                     !file.text.starts_with("/dev/") && !pipeline_.after_or &&
                     (tee || std::ranges::any_of(writer.redirections, [](const Redirection& to) {
                        return to.op == ">" || to.op == ">>" || to.op == ">|";
                      }));
  std::optional<std::string_view> text;
  if (plain && (tee || (writer.name() == "cat" && writer.words.size() == 1))) {
    if (!heredocs_.empty() && heredocs_.back().slot == slot) {
      heredocs_.back().file =
          ChangeTo({writer.directory, writer.directory_known}, file, out_.arena).path;
      heredocs_.back().append = append;
      return;
    }
    if (pipeline_.piped && slot == std::max(pipeline_.first, pipeline_.marked) + 1) {
      text = PrintedText(out_.At(slot - 1), out_.arena);
    }
  } else if (plain) {
    text = PrintedText(writer, out_.arena);
  }
  if (text) {
    const Directory place = ChangeTo({writer.directory, writer.directory_known}, file, out_.arena);
    out_.files.Write(place.path, *text, append, writer.branch);
    return;
  }
  for (const ScriptWord& written : files) {
    out_.files.Forget(written);
  }
}

/// `bash <<< "…"`: the word is the script.
void PosixReader::ReadHereString(std::size_t slot) {
  const SimpleCommand reader = out_.At(slot);  // its place may move
  const auto here =
      std::find_if(reader.redirections.rbegin(), reader.redirections.rend(),
                   [](const Redirection& redirection) { return redirection.op == "<<<"; });
  if (here == reader.redirections.rend() || !RunsStandardInput(reader)) {
    return;
  }
  const ScriptWord& script = here->target;
  if (!ReadsScripts(reader.name())) {
    out_.Opaque("a program in another language is read from a here-string", script.offset);
  } else if (!script.literal) {
    out_.Opaque("a shell runs what a here-string expands to", script.offset);
  } else if (out_.depth >= kMaxDepth) {
    out_.Opaque("scripts are nested too deep", script.offset);
  } else {
    const std::size_t first = out_.size();
    ReadShown(script.text, slot, out_);
    for (std::size_t i = first; i < out_.size(); ++i) {
      out_.At(i).offset = script.offset;
    }
    CloseCommand(first, pos_);
  }
}

}  // namespace cacheplan::script
