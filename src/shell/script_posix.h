// The reader of POSIX (and the usual bash) scripts. See script_output.h for what it fills.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cacheplan/byte_set.h"

#include "src/shell/byte_run.h"
#include "src/shell/script_output.h"

namespace cacheplan::script {

/// One pass over one text. It does not check the grammar: it knows just enough of it to say where
/// commands start and end and in which directory they stand.
class PosixReader {
  static constexpr ByteSet kBlanks{" \t\r"};
  static constexpr ByteSet kEndsWord{" \t\r\n;&|()<>"};
  /// Bytes that stand for themselves in a word, quoted or not.
  static constexpr ByteSet kPlain{'!', 0xFF, ";&|()<>\\'\"$`*?[{~"};
  static constexpr ByteRun kPlainRun{kPlain, ByteSet("/.=")};
  static constexpr ByteSet kEndsPlain{" \t\r\n;&|)<>"};
  static constexpr ByteSet kMayRedirect{"&<>0123456789"};
  static constexpr ByteSet kNameBytes{
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"};

 public:
  PosixReader(std::string_view text, Output& out, const Directory& start,
              std::optional<std::uint32_t> offset, bool substituted);

  Directory Read();

 private:
  enum class FrameKind { kSubshell, kBrace, kBranch, kLoop, kCase };
  /// What a substitution must not disturb in the text around it.
  struct Pipeline {
    std::size_t first = 0;
    Directory directory;
    bool piped = false;
    bool after_or = false;
    std::size_t marked = 0;  // commands before this one are known to run in a shell
  };
  /// Commands joined by && and ||.
  struct List {
    bool tests = false;       // one of them asks something: what && joins to it may not run
    bool joined = false;      // && or || came in it
    bool branched = false;    // what is read now stands in a branch of it …
    std::uint32_t outer = 0;  // … and the list itself in this one
  };
  struct Frame {
    FrameKind kind;
    Directory directory;                  // where the shell stood before it
    Pipeline pipeline;                    // the one around it
    List list;                            // likewise
    std::uint32_t branch;                 // likewise
    std::optional<std::size_t> function;  // its number, for the body of one
    std::optional<std::size_t> loop;      // likewise, for that of a `for`
    std::size_t first_refused = 0;        // what is refused_ from there on is so in it
    bool want_pattern = false;            // kCase: between clauses
    bool moved = false;                   // one of its branches changed the directory
  };
  /// `[ -f FILE ]`, and whether the file is there where the answer is yes.
  struct Question {
    std::string_view file;
    bool there = true;
  };
  struct PendingHeredoc {
    std::size_t slot;
    std::string_view delimiter;
    bool strip_tabs;
    bool quoted;
    std::string_view file{};  // that it is written to
    bool append = false;
  };

  // Commands (script_posix.cpp).
  bool ReadCommands(char end);  // false: the text ended before `end`
  enum class Step { kNone, kMore, kDone };
  Step ReadOperator(std::vector<Frame>& frames, char end);
  void ReadCommand(std::vector<Frame>& frames);
  /// The rest of a command whose first word, if it starts with one, is on the stack.
  void ReadSimple(std::size_t slot, bool begun);
  bool ReadKeyword(std::string_view word, std::vector<Frame>& frames);
  void ReadPatterns(std::vector<Frame>& frames);
  void StartBranch(std::string_view word, std::vector<Frame>& frames);
  void ReadForHead();
  void ReadCaseHead();
  void ReadConditional(std::size_t slot);
  bool ReadFunctionParens();
  bool ReadRedirection(std::size_t slot, std::vector<Redirection>& redirections);
  void ReadArray();
  void ReadHeredocBodies();
  void ReadHereString(std::size_t slot);
  void PushFrame(std::vector<Frame>& frames, FrameKind kind);
  void PopFrame(std::vector<Frame>& frames);
  void PopTo(std::vector<Frame>& frames, FrameKind kind);
  void NextBranch(Frame& frame);
  void NewBranch(const Frame& frame);
  void BranchList();
  void NoteAsked(std::size_t slot);
  /// The last command asks nothing.
  void ForgetAsked();
  void Guard(bool holds);
  void GuardElse(const Frame& frame);
  void EndList();
  void EndPipeline();
  void ApplyChange(const SimpleCommand& command);
  void ReadPipe(std::size_t slot);
  void ReadInput(std::size_t slot);
  void NoteFiles(std::size_t slot);

  // Words (script_words.cpp).
  /// A word while it is read. It stays a slice of the script until quotes, escapes or
  /// continuations part it.
  struct OpenWord : ShellWord {
    void Append(std::string_view slice);  ///< of the script
    void Append(char c);
    [[nodiscard]] std::string_view text() const {
      return parted ? std::string_view(joined) : slice;
    }

    std::string_view slice;
    std::string joined;
    bool parted = false;
  };
  ShellWord ReadShellWord();
  /// The same, onto the stack of words. False: there is none here.
  bool PushWord();
  /// One that is plain up to `plain_end`.
  bool PushPartedWord(std::size_t plain_end);
  void ReadParts(OpenWord& word, std::size_t start);
  static void NoteVerbatim(OpenWord& word, std::string_view text) {
    static constexpr ByteSet kExpands("$`");
    word.word.mixed = word.word.mixed || kExpands.HasAnyOf(text);
  }
  void ReadSingleQuoted(OpenWord& word);
  void ReadDoubleQuoted(OpenWord& word);
  void ReadDollar(OpenWord& word, bool in_quotes);
  void ReadBraced(OpenWord& word);
  void ReadAnsiQuoted(OpenWord& word);
  void ReadBackticks(OpenWord& word);
  void ReadSubstitution(OpenWord& word, std::size_t start);
  [[nodiscard]] bool AtRedirection() const {
    return !AtEnd() && kMayRedirect.Has(text_[pos_]) && IsRedirection();
  }
  [[nodiscard]] bool IsRedirection() const;

  [[nodiscard]] bool AtEnd() const { return pos_ >= text_.size(); }
  [[nodiscard]] char Peek(std::size_t ahead = 0) const {
    return pos_ + ahead < text_.size() ? text_[pos_ + ahead] : '\0';
  }
  void SkipBlanks() {
    pos_ = kBlanks.End(text_, pos_);
    if (pos_ < text_.size() && text_[pos_] == '\\') {
      SkipContinuations();
    }
  }
  /// The same where it begins with what may be one.
  void SkipContinuations();
  bool SkipContinuation();
  bool SkipArithmetic();
  [[nodiscard]] std::uint32_t Offset(std::size_t pos) const {
    return offset_ ? *offset_ : static_cast<std::uint32_t>(pos);
  }
  std::size_t OpenCommand(std::size_t pos);
  /// The command in `slot` and what it runs end at `end`, when this text is the script's own.
  void CloseCommand(std::size_t slot, std::size_t end) {
    if (!offset_) {
      out_.EndFrom(slot, end);
    }
  }
  void Opaque(const char* reason, std::size_t pos) { out_.Opaque(reason, Offset(pos)); }

  std::string_view text_;
  std::size_t pos_ = 0;
  Output& out_;
  std::optional<std::uint32_t> offset_;
  bool substituted_;
  Directory directory_;
  Pipeline pipeline_;
  std::vector<Directory> pushed_;
  std::vector<PendingHeredoc> heredocs_;
  std::vector<std::size_t> late_;  // commands on the line of a heredoc: they may run what it writes
  List list_;
  Question asked_;                            // by the last command; no file: none
  std::vector<Question> list_asked_;          // where the list fails, each was answered with no
  std::vector<Question> refused_;             // by conditions before, of the frames that are open
  bool negated_ = false;                      // a ! came before what follows
  std::optional<Directory> previous_;         // what `cd -` leads to
  std::optional<std::size_t> function_next_;  // what comes is its body
  std::optional<std::size_t> loop_next_;
  ShellWord input_;  // what the last `<` reads
  std::size_t arithmetic_budget_;
};

}  // namespace cacheplan::script
