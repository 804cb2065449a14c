# `cmake --install`: the binary, the libraries, the headers with the tables that they include, and a
# package config, so that find_package(cacheplan) gives cacheplan::cacheplan.
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/cacheplan)
install(TARGETS cacheplan_bin RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(TARGETS cacheplan cacheplan_base cacheplan_shell cacheplan_syntax cacheplan_graph
                cacheplan_context cacheplan_knowledge cacheplan_detect cacheplan_lint cacheplan_plan cacheplan_config cacheplan_emit cacheplan_report
                cacheplan_run
        EXPORT cacheplan ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY include/cacheplan DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY grammar DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/cacheplan
        FILES_MATCHING PATTERN "*.def")
install(EXPORT cacheplan NAMESPACE cacheplan:: DESTINATION ${package_dir}
        FILE cacheplan-targets.cmake)
configure_package_config_file(cmake/cacheplan-config.cmake.in
  ${PROJECT_BINARY_DIR}/cacheplan-config.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/cacheplan-config-version.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/cacheplan-config.cmake
              ${PROJECT_BINARY_DIR}/cacheplan-config-version.cmake DESTINATION ${package_dir})
