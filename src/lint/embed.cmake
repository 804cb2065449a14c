# Writes OUTPUT: the pages of docs/rules as string literals.
# cmake -DOUTPUT=… -DFOLDER=… -P embed.cmake
file(GLOB files RELATIVE "${FOLDER}" "${FOLDER}/*.md")
list(SORT files)
set(text "// Made from docs/rules/*.md by src/lint/embed.cmake.\n#include \"src/lint/registry.h\"\n\nnamespace cacheplan::lint {\n\nconst std::vector<Page>& Pages() {\n  static const std::vector<Page> pages = {\n")
foreach(name IN LISTS files)
  file(READ "${FOLDER}/${name}" page)
  string(REGEX REPLACE "\\.md$" "" code "${name}")
  string(APPEND text "      {\"${code}\", R\"page(${page})page\"},\n")
endforeach()
string(APPEND text "  };\n  return pages;\n}\n\n}  // namespace cacheplan::lint\n")
file(WRITE "${OUTPUT}" "${text}")
