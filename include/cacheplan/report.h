// What the tool shows of its values: trees, graphs, dependencies, as text or JSON.
//
// Pure: values in, text out. JSON objects are one line each, `"version": 1`, with a schema in
// docs/schema. Paths are printed as they were given.
#pragma once

#include <string>

#include "cacheplan/detect.h"
#include "cacheplan/graph.h"
#include "cacheplan/knowledge.h"
#include "cacheplan/syntax.h"

namespace cacheplan {

/// `cacheplan parse`: one JSON object, or a table of the instructions for a person.
std::string RenderParseJson(const Dockerfile& file);
std::string RenderParseText(const Dockerfile& file);

/// `cacheplan graph`: stages, what they need, roles and dependency steps.
std::string RenderGraphText(const Dockerfile& file, const Graph& graph, const Dependencies& deps);
std::string RenderGraphDot(const Dockerfile& file, const Graph& graph, const Dependencies& deps);
std::string RenderGraphJson(const Dockerfile& file, const Graph& graph, const Dependencies& deps);

/// `cacheplan deps`: dependency steps with the reasons, roles, and what could not be read.
std::string RenderDepsText(const Dockerfile& file, const Graph& graph, const Dependencies& deps);
std::string RenderDepsJson(const Dockerfile& file, const Graph& graph, const Dependencies& deps);
/// The same, onto `out`: who writes of many files gathers what many of them are written with.
void AppendDepsJson(const Dockerfile& file, const Graph& graph, const Dependencies& deps,
                    std::string& out);

/// `cacheplan packages`: a line each, one in full, or JSON of `one` (null: of all) in full.
std::string RenderPackagesText(const Knowledge& knowledge);
std::string RenderPackageText(const Knowledge& knowledge, const PackageManager& manager);
std::string RenderPackagesJson(const Knowledge& knowledge, const PackageManager* one);

/// The bare `cacheplan`: a one-screen summary.
std::string RenderSummary(const Dockerfile& file, const Graph& graph, const Dependencies& deps);

}  // namespace cacheplan
