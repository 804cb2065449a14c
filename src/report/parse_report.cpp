#include <fmt/format.h>

#include "cacheplan/report.h"
#include "cacheplan/text.h"
#include "cacheplan/vocabulary.h"

#include "src/report/graph_parts.h"
#include "src/report/json_writer.h"

namespace cacheplan {
namespace {

using report::JsonWriter;

void WritePlace(JsonWriter& json, std::string_view key, const Source& source, std::uint32_t offset,
                std::uint32_t near) {
  const Position position = source.At(offset, near);
  json.Open(key, '{').Number("line", position.line).Number("column", position.column);
  json.Number("offset", offset).Close('}');
}

void WriteHeredoc(JsonWriter& json, const Source& source, const Heredoc& heredoc,
                  std::uint32_t near) {
  json.Open('{').Text("name", heredoc.name).Bool("expand", heredoc.expand);
  json.Bool("chomp", heredoc.chomp).Text("content", heredoc.content);
  WritePlace(json, "start", source, heredoc.content_span.begin, near);
  WritePlace(json, "end", source, heredoc.content_span.end, near);
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
  json.Text("keyword", known ? KeywordName(instruction.keyword) : instruction.name.text);
  json.Bool("known", known).Text("form", instruction.form == Form::kExec ? "exec" : "shell");
  WriteList(json, "flags", instruction.flags, [&](const Flag& flag) {
    json.Open('{').Text("name", flag.name).Key("value");
    flag.value ? json.Text(*flag.value) : json.Null();
    json.Close('}');
  });
  WriteList(json, "args", instruction.args, [&](const Word& word) { json.Text(word.text); });
  WriteList(json, "heredocs", instruction.heredocs, [&](const Heredoc& heredoc) {
    WriteHeredoc(json, source, heredoc, instruction.start_line);
  });
  WritePlace(json, "start", source, instruction.span.begin, instruction.start_line);
  WritePlace(json, "end", source, instruction.span.end, instruction.end_line);
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
  // Words and places of each instruction: about three times the text.
  JsonWriter json;
  json.Open('{').Number("version", 1).Text("file", source.name());
  json.Text("escape", std::string_view(&file.escape, 1)).Open("directives", '{');
  for (const Directive& directive : file.directives) {
    json.Text(directive.name, directive.value);
  }
  json.Close('}');
  WriteList(json, "instructions", file.instructions,
            [&](const Instruction& instruction) { WriteInstruction(json, source, instruction); });
  std::size_t index = 0;
  WriteList(json, "stages", file.stages, [&](const StageDecl& stage) {
    json.Open('{').Number("index", index++).Text("name", stage.name).Text("base", stage.base);
    json.Text("platform", stage.platform).Number("line", stage.line).Close('}');
  });
  WriteList(json, "errors", file.diagnostics, [&](const Diagnostic& diagnostic) {
    json.Open('{').Number("line", diagnostic.line);
    json.Number("column", source.At(diagnostic.span.begin).column);
    json.Text("code", Info(diagnostic.diag).code).Text("message", diagnostic.message).Close('}');
  });
  json.Close('}');
  return json.Take();
}

}  // namespace cacheplan
