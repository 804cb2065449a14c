// A Dockerfile read, joined and detected.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "cacheplan/detect.h"
#include "cacheplan/graph.h"
#include "cacheplan/knowledge.h"
#include "cacheplan/syntax.h"

namespace cacheplan::test {

/// Everything that Detect points into, kept alive together.
struct Detected {
  explicit Detected(std::string text)
      : file(Parse(std::make_shared<const Source>("Dockerfile", std::move(text)))),
        graph(BuildGraph(file)),
        deps(Detect(file, graph, Knowledge::BuiltIn())) {}

  Dockerfile file;
  Graph graph;
  Dependencies deps;
};

}  // namespace cacheplan::test
