#include <fmt/format.h>

#include "cacheplan/report.h"
#include "cacheplan/text.h"
#include "cacheplan/vocabulary.h"

#include "src/report/graph_parts.h"
#include "src/report/json_writer.h"

namespace cacheplan {
namespace {

using report::JsonWriter;

void WritePlace(JsonWriter& json, std::string_view key, const Source& source,
                std::uint32_t offset) {
  const Position position = source.At(offset);
  json.Key(key);
  json.Open('{');
  json.Key("line");
  json.Number(position.line);
  json.Key("column");
  json.Number(position.column);
  json.Key("offset");
  json.Number(offset);
  json.Close('}');
}

void WriteMember(JsonWriter& json, std::string_view key, std::string_view text) {
  json.Key(key);
  json.Text(text);
}
void WriteMember(JsonWriter& json, std::string_view key, bool value) {
  json.Key(key);
  json.Bool(value);
}
void WriteMember(JsonWriter& json, std::string_view key, std::size_t number) {
  json.Key(key);
  json.Number(number);
}

void WriteHeredoc(JsonWriter& json, const Source& source, const Heredoc& heredoc) {
  json.Open('{');
  WriteMember(json, "name", heredoc.name);
  WriteMember(json, "expand", heredoc.expand);
  WriteMember(json, "chomp", heredoc.chomp);
  WriteMember(json, "content", heredoc.content);
  WritePlace(json, "start", source, heredoc.content_span.begin);
  WritePlace(json, "end", source, heredoc.content_span.end);
  json.Close('}');
}

/// Its members each under the key, between the brackets of a list.
template <typename Items, typename Write>
void WriteList(JsonWriter& json, std::string_view key, const Items& items, Write write) {
  json.Key(key);
  json.Open('[');
  for (const auto& item : items) {
    write(item);
  }
  json.Close(']');
}

void WriteInstruction(JsonWriter& json, const Source& source, const Instruction& instruction) {
  const bool known = instruction.keyword != Keyword::kUnknown;
  json.Open('{');
  WriteMember(json, "keyword", known ? KeywordName(instruction.keyword) : instruction.name.text);
  WriteMember(json, "known", known);
  WriteMember(json, "form", std::string_view(instruction.form == Form::kExec ? "exec" : "shell"));
  WriteList(json, "flags", instruction.flags, [&](const Flag& flag) {
    json.Open('{');
    WriteMember(json, "name", flag.name);
    json.Key("value");
    flag.value ? json.Text(*flag.value) : json.Null();
    json.Close('}');
  });
  WriteList(json, "args", instruction.args, [&](const Word& word) { json.Text(word.text); });
  WriteList(json, "heredocs", instruction.heredocs,
            [&](const Heredoc& heredoc) { WriteHeredoc(json, source, heredoc); });
  WritePlace(json, "start", source, instruction.span.begin);
  WritePlace(json, "end", source, instruction.span.end);
  if (instruction.trigger != nullptr) {
    json.Key("trigger");
    WriteInstruction(json, source, *instruction.trigger);  // as deep as the parser reads
  }
  json.Close('}');
}

}  // namespace

std::string RenderParseText(const Dockerfile& file) {
  std::string out = fmt::format("{}: {}, {}\n", file.source->name(),
                                Count(file.instructions.size(), "instruction"),
                                Count(file.stages.size(), "stage"));
  std::size_t stage = 0;
  for (std::size_t i = 0; i < file.instructions.size(); ++i) {
    const Instruction& instruction = file.instructions[i];
    if (stage < file.stages.size() && file.stages[stage].from == i) {
      const std::string_view name = file.stages[stage].name;
      out += fmt::format("\nstage {}{}{}\n", stage, name.empty() ? "" : " ", name);
      ++stage;
    }
    const std::string lines =
        instruction.start_line == instruction.end_line
            ? fmt::format("{}", instruction.start_line)
            : fmt::format("{}-{}", instruction.start_line, instruction.end_line);
    out += fmt::format("{:>9}  {}", lines,
                       instruction.keyword == Keyword::kUnknown ? instruction.name.text
                                                                : KeywordName(instruction.keyword));
    for (const Flag& flag : instruction.flags) {
      out += fmt::format(" {}", flag.raw);
    }
    const Instruction& shown = instruction.trigger ? *instruction.trigger : instruction;
    if (instruction.trigger) {
      out += fmt::format(" {}", shown.name.text);
    }
    for (const Word& word : shown.args) {
      out += ' ';
      AppendQuoted(out, word.text);
    }
    for (const Heredoc& heredoc : instruction.heredocs) {
      out += fmt::format(" <<{} ({} bytes)", heredoc.name, heredoc.content.size());
    }
    out += '\n';
  }
  return out;
}

std::string RenderParseJson(const Dockerfile& file) {
  const Source& source = *file.source;
  JsonWriter json;
  json.Open('{');
  WriteMember(json, "version", std::size_t{1});
  WriteMember(json, "file", source.name());
  WriteMember(json, "escape", std::string_view(&file.escape, 1));
  json.Key("directives");
  json.Open('{');
  for (const Directive& directive : file.directives) {
    WriteMember(json, directive.name, directive.value);
  }
  json.Close('}');
  WriteList(json, "instructions", file.instructions,
            [&](const Instruction& instruction) { WriteInstruction(json, source, instruction); });
  std::size_t index = 0;
  WriteList(json, "stages", file.stages, [&](const StageDecl& stage) {
    json.Open('{');
    WriteMember(json, "index", index++);
    WriteMember(json, "name", stage.name);
    WriteMember(json, "base", stage.base);
    WriteMember(json, "platform", stage.platform);
    WriteMember(json, "line", std::size_t{stage.line});
    json.Close('}');
  });
  WriteList(json, "errors", file.diagnostics, [&](const Diagnostic& diagnostic) {
    json.Open('{');
    WriteMember(json, "line", std::size_t{diagnostic.line});
    WriteMember(json, "column", std::size_t{source.At(diagnostic.span.begin).column});
    WriteMember(json, "code", Info(diagnostic.diag).code);
    WriteMember(json, "message", std::string_view(diagnostic.message));
    json.Close('}');
  });
  json.Close('}');
  return json.Take();
}

}  // namespace cacheplan
