// Plans from Dockerfile texts, for tests.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cacheplan/detect.h"
#include "cacheplan/knowledge.h"
#include "cacheplan/plan.h"

namespace cacheplan::test {

inline PlanOutcome PlanOf(const std::string& text, const PlanOptions& options) {
  const Dockerfile file = Parse(std::make_shared<const Source>("Dockerfile", text));
  GraphOptions graph_options;
  graph_options.target = options.target;
  graph_options.platform = options.platform;
  const Graph graph = BuildGraph(file, graph_options);
  return MakePlan(file, graph, Detect(file, graph, Knowledge::BuiltIn()), options);
}

inline PlanOptions Options(BuilderKind builder, const std::string& tag = "app:latest") {
  PlanOptions options;
  options.builder = builder;
  options.tags = {tag};
  return options;
}

/// "build-builder: docker build --target builder …", one a step.
inline std::vector<std::string> Lines(const Plan& plan) {
  std::vector<std::string> lines;
  for (const PlanStep& step : plan.steps) {
    std::string line = step.id + (step.optional ? "?" : "") + ":";
    for (const std::string& word : step.argv) {
      line += " " + word;
    }
    lines.push_back(line);
  }
  return lines;
}

inline constexpr const char* kSeed = R"(FROM golang:1.22 AS builder
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
FROM builder AS compile
COPY . .
RUN go build -o /out/server ./cmd/server
FROM scratch AS server
COPY --from=compile /out/server /server
)";

inline constexpr const char* kTwo = R"(FROM golang:1.22 AS modules
COPY go.mod go.sum ./
RUN go mod download
FROM node:20 AS packages
COPY package.json package-lock.json ./
RUN npm ci
FROM packages AS assets
COPY web web
RUN npm run build
FROM modules
COPY --from=assets /dist /dist
COPY . .
RUN go build ./...
)";

}  // namespace cacheplan::test
