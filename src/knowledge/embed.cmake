# Writes OUTPUT: the files of grammar/packages as string literals, without their examples: these are
# a third of the text, only tests ask for them, and every start of the program reads what stands here.
# cmake -DOUTPUT=… -DFOLDER=… -P embed.cmake
file(GLOB files RELATIVE "${FOLDER}" "${FOLDER}/*.json")
list(SORT files)
set(text "// Made from grammar/packages/*.json by src/knowledge/embed.cmake.\n#include \"src/knowledge/tables.h\"\n\nnamespace cacheplan::knowledge {\n\nconst std::vector<BuiltInFile>& BuiltInFiles() {\n  static const std::vector<BuiltInFile> files = {\n")
foreach(name IN LISTS files)
  file(READ "${FOLDER}/${name}" json)
  string(JSON json REMOVE "${json}" examples)
  string(REGEX REPLACE "\n *" "" json "${json}")
  string(APPEND text "    {\"grammar/packages/${name}\", R\"json(${json})json\"},\n")
endforeach()
string(APPEND text "  };\n  return files;\n}\n\n}  // namespace cacheplan::knowledge\n")
file(WRITE "${OUTPUT}" "${text}")
