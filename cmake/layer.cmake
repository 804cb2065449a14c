# cacheplan_layer(NAME SOURCES … LINKS … [PRIVATE_LINKS …]): one layer of the program as a static
# library `cacheplan_NAME` that sees only the layers it links.

add_library(cacheplan_options INTERFACE)
target_compile_options(cacheplan_options INTERFACE -Wall -Wextra -Wpedantic -Werror)
# GCC 12 sees overlaps in libstdc++'s own string code that are not there (GCC bug 105651).
target_compile_options(cacheplan_options INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
if(CACHEPLAN_SANITIZE OR CACHEPLAN_FUZZ)
  target_compile_options(cacheplan_options INTERFACE -fsanitize=address,undefined
                         -fno-sanitize-recover=all -fno-omit-frame-pointer -D_GLIBCXX_ASSERTIONS
                         # GCC takes what the sanitizers add to std::regex for it.
                         $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
  target_link_options(cacheplan_options INTERFACE -fsanitize=address,undefined)
endif()
if(CACHEPLAN_FUZZ)
  target_compile_options(cacheplan_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

function(cacheplan_layer name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;LINKS;PRIVATE_LINKS")
  add_library(cacheplan_${name} STATIC ${arg_SOURCES})
  target_include_directories(cacheplan_${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
    $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/cacheplan>)
  target_compile_features(cacheplan_${name} PUBLIC cxx_std_20)
  target_link_libraries(cacheplan_${name} PUBLIC ${arg_LINKS}
                        PRIVATE $<BUILD_INTERFACE:cacheplan_options> ${arg_PRIVATE_LINKS})
  set_target_properties(cacheplan_${name} PROPERTIES EXPORT_NAME ${name})
endfunction()
