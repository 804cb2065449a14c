#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <re2/re2.h>

#include "cacheplan/commands.h"
#include "cacheplan/text.h"
#include "cacheplan/vocabulary.h"

#include "src/syntax/go_values.h"
#include "src/syntax/line_parts.h"
#include "src/syntax/mounts.h"

namespace cacheplan::syntax {
namespace {

constexpr std::int64_t kShortestInterval = 1000000;  // 1 ms, the engine's own bound

/// Go's error texts name the suggestion in brackets.
std::string WithSuggestion(std::string message, std::string_view match) {
  return match.empty() ? message : fmt::format("{} (did you mean {}?)", message, match);
}

/// `^[a-z][a-z0-9-_.]*$`
bool IsStageName(std::string_view name) {
  const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
  return !name.empty() && is_letter(name.front()) && std::ranges::all_of(name, [&](char c) {
    return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

/// Checks one instruction; each check stops at its first error, as BuildKit's does.
class Validator {
 public:
  Validator(const Instruction& instruction, std::vector<Diagnostic>& diagnostics)
      : instruction_(instruction), diagnostics_(diagnostics) {}

  void Run() {
    switch (instruction_.keyword) {
      case Keyword::kAdd:
      case Keyword::kCopy:
        Copy();
        break;
      case Keyword::kArg:
        Arg();
        break;
      case Keyword::kCmd:
      case Keyword::kEntrypoint:
        Flags();
        break;
      case Keyword::kEnv:
      case Keyword::kLabel:
        Flags() && Pairs();
        break;
      case Keyword::kExpose:
        AtLeastOne() && Flags();
        break;
      case Keyword::kFrom:
        From();
        break;
      case Keyword::kHealthcheck:
        Healthcheck();
        break;
      case Keyword::kMaintainer:
      case Keyword::kUser:
      case Keyword::kWorkdir:
        ExactlyOne() && Flags();
        break;
      case Keyword::kOnbuild:
        Onbuild();
        break;
      case Keyword::kRun:
        Run_();
        break;
      case Keyword::kShell:
        Shell();
        break;
      case Keyword::kStopsignal:
        ExactlyOne();
        break;  // its flags are never looked at
      case Keyword::kVolume:
        Volume();
        break;
      case Keyword::kUnknown:
        Unknown();
        break;
    }
  }

 private:
  [[gnu::cold]] bool Fail(Diag diag, Span span, std::string message, std::string hint) {
    diagnostics_.push_back(
        {diag, span, instruction_.start_line, std::move(message), std::move(hint)});
    return false;
  }
  bool FailArguments(std::string message, std::string hint) {
    return Fail(Diag::kBadArguments, instruction_.name.span, std::move(message), std::move(hint));
  }
  [[nodiscard]] std::string_view Name() const { return Info(instruction_.keyword).keyword; }

  bool AtLeastOne() {
    return !instruction_.args.empty() ||
           FailArguments(fmt::format("{} requires at least one argument", Name()),
                         "add the argument or remove the line");
  }
  bool ExactlyOne() {
    return instruction_.args.size() == 1 ||
           FailArguments(fmt::format("{} requires exactly one argument", Name()),
                         "add the argument or remove the line");
  }

  bool Flags() { return instruction_.flags.empty() || CheckFlags(); }
  bool CheckFlags() {
    std::uint64_t used = 0;  // a bit for each flag there is
    for (const Flag& flag : instruction_.flags) {
      if (flag.raw.substr(0, 2) != "--") {
        return Fail(Diag::kBadFlag, flag.span,
                    fmt::format("arg should start with -- : {}", flag.raw), "");
      }
      const FlagInfo* info = FindFlagInfo(instruction_.keyword, flag.name);
      if (info == nullptr) {
        std::vector<std::string_view> names;
        for (const FlagInfo& known : AllFlags()) {
          if (known.instruction == instruction_.keyword) {
            names.push_back(known.name);
          }
        }
        return Fail(
            Diag::kBadFlag, flag.span,
            WithSuggestion(fmt::format("unknown flag: --{}", flag.name), Nearest(flag.name, names)),
            names.empty() ? fmt::format("{} takes no flags", Name())
                          : fmt::format("{} takes --{}", Name(), fmt::join(names, ", --")));
      }
      const std::uint64_t bit = std::uint64_t{1} << (info - AllFlags().data());
      if (info->type != FlagType::kStrings && (used & bit) != 0) {
        return Fail(Diag::kBadFlag, flag.span,
                    fmt::format("duplicate flag specified: --{}", flag.name), "keep one of them");
      }
      used |= bit;
      if (!FlagValue(*info, flag)) {
        return false;
      }
    }
    return true;
  }

  bool FlagValue(const FlagInfo& info, const Flag& flag) {
    const bool missing =
        info.type == FlagType::kBool ? flag.value && flag.value->empty() : !flag.value;
    if (missing) {
      return Fail(Diag::kBadFlag, flag.span,
                  fmt::format("missing a value on flag: --{}", flag.name),
                  fmt::format("write --{}=VALUE, without a blank", flag.name));
    }
    if (info.type == FlagType::kBool && flag.value) {
      const std::string lower = ToLower(*flag.value);
      if (lower != "true" && lower != "false") {
        return Fail(
            Diag::kBadFlag, flag.span,
            fmt::format("expecting boolean value for flag --{}, not: {}", flag.name, *flag.value),
            fmt::format("write --{0} alone, --{0}=true or --{0}=false", flag.name));
      }
    }
    return true;
  }

  bool Pairs() {
    if (!AtLeastOne()) {
      return false;
    }
    for (std::size_t i = 0; i < instruction_.args.size(); i += 3) {  // key, value, separator
      if (instruction_.args[i].text.empty()) {
        return BlankName(instruction_.args[i].span);
      }
    }
    return true;
  }
  bool BlankName(Span span) {
    return Fail(Diag::kBadArguments, span, fmt::format("{} names can not be blank", Name()),
                "write NAME=value without a blank before '='");
  }

  void Arg() {
    if (!AtLeastOne()) {
      return;
    }
    for (const Word& word : instruction_.args) {
      if (!word.text.empty() && word.text.front() == '=') {
        BlankName(word.span);
        return;
      }
    }
  }

  void Copy() {
    if (instruction_.args.size() < 2) {
      FailArguments(fmt::format("{} requires at least two arguments, but only one was provided. "
                                "Destination could not be determined",
                                Name()),
                    fmt::format("write {} SOURCE… DESTINATION", Name()));
      return;
    }
    if (Flags() && IsHeredocWord(instruction_.args.back().text)) {
      Fail(Diag::kBadHeredoc, instruction_.args.back().span,
           fmt::format("{} cannot accept a heredoc as a destination", Name()),
           "name the file that the heredoc is to become");
    }
  }

  void From() {
    const std::span<const Word> args = instruction_.args;
    if (NamesStage(instruction_)) {
      const std::string_view name = args[2].text;
      if (!IsStageName(name) && !IsStageName(ToLower(name))) {
        Fail(Diag::kBadStageName, args[2].span,
             fmt::format("invalid name for build stage: {}, name can't start with a number or "
                         "contain symbols",
                         Quoted(args[2].text)),
             "use letters, digits, '-', '_' and '.', a letter first");
        return;
      }
    } else if (args.size() != 1) {
      FailArguments("FROM requires either one or three arguments", "write FROM IMAGE [AS NAME]");
      return;
    }
    Flags();
  }

  void Onbuild() {
    if (instruction_.trigger == nullptr) {
      FailArguments("ONBUILD requires at least one argument", "write ONBUILD INSTRUCTION …");
      return;
    }
    if (!Flags()) {
      return;
    }
    const Word& word = instruction_.trigger->name;
    const std::string trigger = ToUpper(Trim(word.text));
    if (trigger == "ONBUILD") {
      Fail(Diag::kBadOnbuild, word.span, "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed",
           "keep one ONBUILD");
    } else if (trigger == "MAINTAINER" || trigger == "FROM") {
      Fail(Diag::kBadOnbuild, word.span,
           fmt::format("{} isn't allowed as an ONBUILD trigger", trigger), "");
    }
  }

  void Run_() {
    if (instruction_.flags.empty() || !Flags()) {
      return;
    }
    for (const std::string_view name : {"device", "mount", "network", "security"}) {
      for (const Flag& flag : instruction_.flags) {
        if (flag.name != name || !flag.value) {
          continue;
        }
        const std::string error = CheckRunFlag(name, *flag.value);
        if (!error.empty()) {
          Fail(Diag::kBadFlag, flag.span, error, "");
          return;
        }
      }
    }
  }

  void Shell() {
    if (!Flags()) {
      return;
    }
    if (instruction_.args.empty()) {
      AtLeastOne();
    } else if (instruction_.form != Form::kExec) {
      Fail(Diag::kBadJson, instruction_.args.front().span,
           fmt::format("SHELL requires the arguments to be in JSON form{}", BackslashHint()),
           R"(write SHELL ["executable", "parameter"])");
    }
  }

  /// What BuildKit adds where an unescaped Windows path is the likely reason.
  [[nodiscard]] std::string BackslashHint() const {
    std::string text = ToLower(instruction_.logical);
    for (std::size_t at = 0; (at = text.find("shell ", at)) != std::string::npos;) {
      text.erase(at, 6);
    }
    static const RE2 path(R"("[a-z]:\\.*)");
    if (!RE2::PartialMatch(text, path) || text.find(R"(\\)") != std::string::npos ||
        text.find('[') == std::string::npos || text.find(']') == std::string::npos) {
      return {};
    }
    return fmt::format(
        ". It looks like '{}' includes a file path without an escaped back-slash. JSON requires "
        R"(back-slashes to be escaped such as ["c:\\path\\to\\file.exe", "/parameter"])",
        text);
  }

  void Volume() {
    if (!AtLeastOne() || !Flags()) {
      return;
    }
    for (const Word& word : instruction_.args) {
      if (Trim(word.text).empty()) {
        Fail(Diag::kBadArguments, word.span, "VOLUME specified can not be an empty string", "");
        return;
      }
    }
  }

  void Healthcheck() {
    if (!AtLeastOne()) {
      return;
    }
    const std::string type = ToUpper(instruction_.args.front().text);
    if (type == "NONE") {
      if (instruction_.args.size() > 1) {
        FailArguments("HEALTHCHECK NONE takes no arguments", "remove what follows NONE");
      }
      return;
    }
    if (!Flags()) {
      return;
    }
    if (type != "CMD") {
      Fail(Diag::kBadArguments, instruction_.args.front().span,
           fmt::format("Unknown type {} in HEALTHCHECK (try CMD)", Quoted(type)),
           "write HEALTHCHECK CMD COMMAND or HEALTHCHECK NONE");
      return;
    }
    if (instruction_.args.size() < 2) {
      FailArguments("Missing command after HEALTHCHECK CMD", "add the command");
      return;
    }
    for (const std::string_view name : {"interval", "timeout", "start-period", "start-interval"}) {
      const Flag* flag = FindFlag(instruction_, name);
      if (flag != nullptr && !flag->value->empty() && !Interval(*flag)) {
        return;
      }
    }
    const Flag* retries = FindFlag(instruction_, "retries");
    if (retries != nullptr && !retries->value->empty()) {
      const ParsedNumber number = ParseInt32(*retries->value);
      if (!number.error.empty()) {
        Fail(Diag::kBadFlag, retries->span, number.error, "give a whole number");
      } else if (number.value < 0) {
        Fail(Diag::kBadFlag, retries->span,
             fmt::format("--retries cannot be negative ({})", number.value), "");
      }
    }
  }

  bool Interval(const Flag& flag) {
    const ParsedNumber duration = ParseDuration(*flag.value);
    if (!duration.error.empty()) {
      return Fail(Diag::kBadFlag, flag.span, duration.error,
                  "give a duration such as 30s or 1m30s");
    }
    if (duration.value != 0 && duration.value < kShortestInterval) {
      return Fail(Diag::kBadFlag, flag.span,
                  fmt::format("Interval {} cannot be less than 1ms", Quoted(flag.name)), "");
    }
    return true;
  }

  void Unknown() {
    const std::string lower = ToLower(instruction_.name.text);
    static const std::vector<std::string> names = [] {
      std::vector<std::string> all;
      for (const InstructionInfo& info : AllInstructions()) {
        all.push_back(ToLower(info.keyword));
      }
      return all;
    }();
    static const std::vector<std::string_view> views(names.begin(), names.end());
    const std::string_view nearest = Nearest(lower, views);
    const std::string_view written = instruction_.name.text;
    // The suggestion takes the case of what was written: upper, unless that is its own lower case.
    const std::string match = IsLower(written) ? std::string(nearest) : ToUpper(nearest);
    const bool shouted = IsLower(written) || IsUpper(written);
    Fail(Diag::kUnknownInstruction, instruction_.name.span,
         WithSuggestion(fmt::format("unknown instruction: {}", written),
                        shouted ? std::string_view(match) : nearest),
         "if it belongs to the line above, that line must end with a line continuation");
  }

  const Instruction& instruction_;
  std::vector<Diagnostic>& diagnostics_;
};

}  // namespace

void ValidateInstruction(const Instruction& instruction, std::vector<Diagnostic>& diagnostics) {
  Validator(instruction, diagnostics).Run();
}

}  // namespace cacheplan::syntax
