#include "src/shell/script_collector.h"

#include <span>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "cacheplan/text.h"

namespace cacheplan::script {
namespace {

bool IsEvaluation(std::string_view name) { return name == "iex" || name == "invoke-expression"; }

}  // namespace

std::string Lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return lower;
}

std::size_t Collector::Open(std::uint32_t offset) {
  const std::size_t slot = out_.Open();
  SimpleCommand& command = out_.At(slot);
  command.offset = offset;
  command.directory = directory_.path;
  command.directory_known = directory_.known;
  command.dialect = dialect_;
  return slot;
}

void Collector::Add(std::string_view text, bool literal, bool quoted, std::size_t pos) {
  ShellWord word;
  word.word = {out_.arena.Copy(text), At(pos), literal, quoted};
  words_.push_back(word);
}

void Collector::Assign(std::string_view name, std::size_t pos) {
  words_.clear();
  assigned_ = ScriptWord{.text = out_.arena.Concat(name, "="), .offset = At(pos), .literal = false};
}

void Collector::Assign() {
  assigned_.reset();
  if (words_.size() == 1 && words_.front().word.text.starts_with('$')) {
    const ScriptWord name = words_.front().word;
    Assign(name.text.substr(1), name.offset);
  }
  words_.clear();
}

void Collector::Assign(const PowerShellAssignment& assignment, const PowerShellValue& value,
                       std::size_t pos) {
  const std::size_t slot = Open(At(pos));
  const std::string_view name = assignment.name;
  const std::string_view text = assignment.adds
                                    ? out_.arena.Concat(name, "=${", name, "}", value.text)
                                    : out_.arena.Concat(name, "=", value.text);
  const ScriptWord word{.text = text,
                        .offset = At(pos),
                        .literal = value.literal && !assignment.adds,
                        .quoted = true};
  out_.At(slot).assignments = out_.arena.Copy(std::span(&word, 1));
  if (!offset_) {
    out_.EndFrom(slot, end_);
  }
}

bool Collector::IsValue(const ScriptWord& word) {
  constexpr std::string_view kStarts = "$[-+0123456789@!";
  return word.quoted || word.text.empty() || kStarts.find(word.text[0]) != std::string_view::npos;
}

void Collector::Opaque(std::string_view reason, std::size_t pos) {
  out_.Opaque(std::string(reason), At(pos));
}

void Collector::End() {
  if (words_.empty()) {
    return;
  }
  const bool called = std::exchange(called_, false);
  const std::size_t slot = Open(words_.front().word.offset);
  if (assigned_) {
    out_.At(slot).assignments = out_.arena.Copy(std::span<const ScriptWord>(&*assigned_, 1));
    assigned_.reset();
  }
  const bool value =
      dialect_ == ScriptDialect::kPowerShell && !called && IsValue(words_.front().word);
  if (!value) {
    const std::string name = Lower(ProgramName(first()));
    if ((name == "cd" || name == "chdir" || name == "set-location" || name == "sl" ||
         name == "pushd" || name == "push-location") &&
        words_.size() > 1) {
      directory_ = ChangeTo(directory_, words_.back().word, out_.arena);
    } else if (name == "popd" || name == "pop-location") {
      directory_.known = false;
    }
    if (dialect_ == ScriptDialect::kPowerShell && IsEvaluation(name)) {
      Evaluate(slot);
    } else {
      Finish(slot, words_, out_);
    }
  }
  words_.clear();
  if (!offset_) {
    out_.EndFrom(slot, end_);
  }
}

void Collector::Evaluate(std::size_t slot) {
  const std::vector<ShellWord> words = std::exchange(words_, {});
  const std::size_t script = words.size() > 1 && EqualFold(words[1].word.text, "-command") ? 2 : 1;
  Finish(slot, words, out_);
  if (words.size() == script) {
    statement_.runs = slot;  // `… | iex`, `iex (…)`
    return;
  }
  const ScriptWord& word = words[script].word;
  const std::size_t first = out_.size();
  if (words.size() == script + 1 && out_.depth < kMaxDepth) {
    ++out_.depth;
    ReadPowerShell(word.text, out_, directory_, word.offset);
    --out_.depth;
    if (word.literal || AnyOf(first, out_.size())) {
      out_.Drop(slot);
      return;
    }
  }
  OpaqueEvaluation(slot, word.text);
}

bool Collector::Shows(std::size_t slot) const {
  return !out_.IsDropped(slot) && !out_.At(slot).words.empty();
}

bool Collector::AnyOf(std::size_t first, std::size_t last) const {
  for (std::size_t i = first; i < last; ++i) {
    if (Shows(i)) {
      return true;
    }
  }
  return false;
}

void Collector::OpaqueEvaluation(std::size_t slot, std::string_view script) {
  const SimpleCommand& command = out_.At(slot);
  out_.Opaque(fmt::format("what {} is told to run is not known{}{}", command.words.front().text,
                          script.empty() ? "" : ": ", script),
              command.offset);
}

void Collector::MarkEvaluated() {
  if (!statement_.runs || blocks_.size() > kMaxDepth) {  // each looks at all within it
    return;
  }
  bool any = false;
  for (std::size_t i = statement_.first; i < statement_.piped.value_or(out_.size()); ++i) {
    // The object whose method gives the script prints nothing itself.
    if (i != *statement_.runs && Shows(i) && !EqualFold(out_.At(i).name(), "new-object")) {
      out_.MarkPipedIntoShell(i, i + 1);
      any = true;
    }
  }
  if (!any) {
    OpaqueEvaluation(*statement_.runs, "");
  }
}

void Collector::EndStatement() {
  End();
  MarkEvaluated();
  statement_ = {.first = out_.size()};
}

void Collector::Pipe() {
  End();
  last_pipe_ = out_.size();
  statement_.piped = statement_.piped.value_or(out_.size());
}

void Collector::Enter() {
  End();
  called_ = false;
  blocks_.push_back({statement_, out_.branch()});
  statement_ = {.first = out_.size()};
  if (blocks_.size() <= kMaxDepth) {
    out_.OpenBranch();
  }
}

void Collector::Leave() {
  EndStatement();
  if (!blocks_.empty()) {
    statement_ = blocks_.back().around;
    out_.SetBranch(blocks_.back().branch);
    blocks_.pop_back();
  }
}

void Collector::Close() {
  while (!blocks_.empty()) {
    Leave();
  }
  EndStatement();
}

}  // namespace cacheplan::script
