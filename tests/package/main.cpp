// Every step from a Dockerfile to a script, through the installed headers and libraries.
#include <iostream>

#include <cacheplan/detect.h>
#include <cacheplan/emit.h>
#include <cacheplan/graph.h>
#include <cacheplan/knowledge.h>
#include <cacheplan/plan.h>
#include <cacheplan/report.h>
#include <cacheplan/run.h>
#include <cacheplan/syntax.h>

int main() {
  const auto source =
      std::make_shared<const cacheplan::Source>("Dockerfile",
                                                "FROM golang AS deps\nCOPY go.mod ./\nRUN go mod "
                                                "download\nFROM deps\nCOPY . .\nRUN go build\n");
  const cacheplan::Dockerfile file = cacheplan::Parse(source);
  const cacheplan::Graph graph = cacheplan::BuildGraph(file);
  const cacheplan::Dependencies deps =
      cacheplan::Detect(file, graph, cacheplan::Knowledge::BuiltIn());
  cacheplan::PlanOptions options;
  options.tags = {"app"};
  const cacheplan::PlanOutcome outcome = cacheplan::MakePlan(file, graph, deps, options);
  if (!outcome.plan || outcome.plan->images.count("deps") == 0) {
    std::cerr << "no plan: " << outcome.status.message << '\n';
    return 1;
  }
  std::cout << cacheplan::Emit(*outcome.plan, cacheplan::EmitterId::kSh)
            << cacheplan::RenderGraphText(file, graph, deps);
  return cacheplan::RealProcess().Run({"true"}, {}, [](std::string_view) {}).exit_status;
}
