// What a command of a POSIX script reads from others: pipes, files, here-strings; and what it
// writes.
#include <algorithm>
#include <optional>
#include <string_view>

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
  const auto known = input_.word.literal ? out_.files.Run(place.path, out_.arena) : std::nullopt;
  if (!known) {
    out_.Opaque(fmt::format("{} is run, and what it does is not in this file", file),
                input_.word.offset);
  } else if (!known->read) {
    ReadShown(known->text, slot, out_);
  }
}

/// A file that the command writes, where its text is known.
void PosixReader::NoteFiles(std::size_t slot) {
  const SimpleCommand& writer = out_.At(slot);
  ScriptWord file;
  bool append = false;
  if (writer.name() == "tee") {
    append = writer.words.size() > 2 && writer.words[1].text == "-a";
    file = writer.words.size() == (append ? 3U : 2U) ? writer.words.back() : ScriptWord();
  } else {
    for (const Redirection& to : writer.redirections) {
      if (to.op == ">" || to.op == ">>" || to.op == ">|") {
        file = to.target;
        append = to.op == ">>";
      }
    }
  }
  if (file.text.empty() || !file.literal || file.text.starts_with("/dev/") ||
      !writer.directory_known) {
    return;
  }
  const auto path = [&] {
    return ChangeTo({writer.directory, writer.directory_known}, file, out_.arena).path;
  };
  const bool copies =
      writer.name() == "tee" || (writer.name() == "cat" && writer.words.size() == 1);
  if (copies) {
    if (!heredocs_.empty() && heredocs_.back().slot == slot) {
      heredocs_.back().file = path();
      heredocs_.back().append = append;
    } else if (pipeline_.piped && slot == std::max(pipeline_.first, pipeline_.marked) + 1) {
      if (const auto text = PrintedText(out_.At(slot - 1), out_.arena)) {
        out_.files.Write(path(), *text, append);
      }
    }
  } else if (const auto text = PrintedText(writer, out_.arena)) {
    out_.files.Write(path(), *text, append);
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
