# Writes the templates into a source file, so that a program is never without its texts.
file(GLOB_RECURSE POSTERN_NOTICE_TEMPLATES CONFIGURE_DEPENDS RELATIVE ${CMAKE_CURRENT_LIST_DIR}
  ${CMAKE_CURRENT_LIST_DIR}/*.mustache)
set(POSTERN_NOTICE_TABLE "")
foreach(path IN LISTS POSTERN_NOTICE_TEMPLATES)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/${path})
  file(READ ${CMAKE_CURRENT_LIST_DIR}/${path} text)
  string(APPEND POSTERN_NOTICE_TABLE "    {\"${path}\", R\"~~~(${text})~~~\"},\n")
endforeach()
set(POSTERN_NOTICE_SOURCE ${CMAKE_CURRENT_BINARY_DIR}/notice_templates_built_in.cpp)
file(GENERATE OUTPUT ${POSTERN_NOTICE_SOURCE} CONTENT
"#include \"response/notice_templates_built_in.h\"

#include <array>

namespace postern::response {

namespace {

constexpr auto kTemplates = std::to_array<BuiltInTemplate>({
${POSTERN_NOTICE_TABLE}});

}  // namespace

std::span<const BuiltInTemplate> built_in_notice_templates() { return kTemplates; }

}  // namespace postern::response
")
