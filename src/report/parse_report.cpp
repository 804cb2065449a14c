#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cacheplan/report.h"
#include "cacheplan/text.h"
#include "cacheplan/vocabulary.h"

#include "src/report/graph_parts.h"
#include "src/report/json_text.h"

namespace cacheplan {
namespace {

using Json = nlohmann::ordered_json;

Json Place(const Source& source, std::uint32_t offset) {
  const Position position = source.At(offset);
  return {{"line", position.line}, {"column", position.column}, {"offset", offset}};
}

Json HeredocJson(const Source& source, const Heredoc& heredoc) {
  return {{"name", heredoc.name},
          {"expand", heredoc.expand},
          {"chomp", heredoc.chomp},
          {"content", heredoc.content},
          {"start", Place(source, heredoc.content_span.begin)},
          {"end", Place(source, heredoc.content_span.end)}};
}

Json InstructionJson(const Source& source, const Instruction& instruction) {
  Json flags = Json::array();
  for (const Flag& flag : instruction.flags) {
    Json item = {{"name", flag.name}};
    item["value"] = flag.value ? Json(*flag.value) : Json(nullptr);
    flags.push_back(std::move(item));
  }
  Json args = Json::array();
  for (const Word& word : instruction.args) {
    args.push_back(word.text);
  }
  Json heredocs = Json::array();
  for (const Heredoc& heredoc : instruction.heredocs) {
    heredocs.push_back(HeredocJson(source, heredoc));
  }
  const bool known = instruction.keyword != Keyword::kUnknown;
  Json out = {
      {"keyword", known ? Json(KeywordName(instruction.keyword)) : Json(instruction.name.text)},
      {"known", known},
      {"form", instruction.form == Form::kExec ? "exec" : "shell"},
      {"flags", std::move(flags)},
      {"args", std::move(args)},
      {"heredocs", std::move(heredocs)},
      {"start", Place(source, instruction.span.begin)},
      {"end", Place(source, instruction.span.end)}};
  if (instruction.trigger != nullptr) {
    out["trigger"] = InstructionJson(source, *instruction.trigger);  // as deep as the parser reads
  }
  return out;
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
  Json directives = Json::object();
  for (const Directive& directive : file.directives) {
    directives[std::string(directive.name)] = directive.value;
  }
  Json instructions = Json::array();
  for (const Instruction& instruction : file.instructions) {
    instructions.push_back(InstructionJson(source, instruction));
  }
  Json stages = Json::array();
  for (std::size_t i = 0; i < file.stages.size(); ++i) {
    const StageDecl& stage = file.stages[i];
    stages.push_back({{"index", i},
                      {"name", stage.name},
                      {"base", stage.base},
                      {"platform", stage.platform},
                      {"line", stage.line}});
  }
  Json errors = Json::array();
  for (const Diagnostic& diagnostic : file.diagnostics) {
    errors.push_back({{"line", diagnostic.line},
                      {"column", source.At(diagnostic.span.begin).column},
                      {"code", Info(diagnostic.diag).code},
                      {"message", diagnostic.message}});
  }
  return JsonLine({{"version", 1},
                   {"file", source.name()},
                   {"escape", std::string(1, file.escape)},
                   {"directives", std::move(directives)},
                   {"instructions", std::move(instructions)},
                   {"stages", std::move(stages)},
                   {"errors", std::move(errors)}});
}

}  // namespace cacheplan
