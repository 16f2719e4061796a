# postern_library(NAME SOURCES ... PUBLIC ... PRIVATE ...): one static library a
# folder. Public headers are included from the top of the tree: "base/result.h".
function(postern_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;PUBLIC;PRIVATE" ${ARGN})
  add_library(postern_${name} STATIC ${ARG_SOURCES})
  target_include_directories(postern_${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_link_libraries(postern_${name} PUBLIC ${ARG_PUBLIC} PRIVATE ${ARG_PRIVATE} postern_build)
  # The folders that have fault points (base/fault.h).
  if(POSTERN_FAULTS AND name MATCHES "^(base|extract_client|extract_worker|store|response|pipeline|milter)$")
    target_compile_definitions(postern_${name} PRIVATE POSTERN_FAULTS=1)
  endif()
endfunction()

# postern_test(NAME SOURCES ... LIBS ... [LABELS ...]): a GoogleTest binary and
# one ctest per binary. Labels: unit (default), scenario, e2e, contract, corpus.
function(postern_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LIBS;LABELS;ARGS" ${ARGN})
  add_executable(test_${name} ${ARG_SOURCES})
  set_target_properties(test_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR})
  target_include_directories(test_${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_definitions(test_${name} PRIVATE
    POSTERN_SOURCE_DIR="${PROJECT_SOURCE_DIR}" POSTERN_BINARY_DIR="${PROJECT_BINARY_DIR}" POSTERN_BIN="${CMAKE_BINARY_DIR}/bin")
  target_link_libraries(test_${name} PRIVATE ${ARG_LIBS} GTest::gtest GTest::gmock GTest::gtest_main postern_build)
  target_precompile_headers(test_${name} REUSE_FROM test_headers)
  if("postern_extractors" IN_LIST ARG_LIBS)
    add_dependencies(test_${name} postern_modules)
  endif()
  add_test(NAME ${name} COMMAND test_${name} ${ARG_ARGS})
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
  if(POSTERN_SANITIZE MATCHES thread)
    set_tests_properties(${name} PROPERTIES ENVIRONMENT "TSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/tsan.supp")
  endif()
endfunction()
