// The HTML reader: any bytes are a page, and its tree is that of all its characters.
#include <cstdlib>

#include "extractors/utf8.h"
#include "tests/extractors/html/whole_tree.h"
#include "tests/fuzz/walk.h"

namespace {

// Nothing but HtmlTree bounds what the parser takes.
constexpr size_t kMostWhole = 16 << 10;

void check_tree(std::string_view html) {
  if (html.size() > kMostWhole || !postern::extract::is_utf8(html)) return;
  const auto tree = postern::extract::HtmlTree::parse(html);
  if (tree && postern::test::tree_of(*tree) != postern::test::whole_tree(html)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  const std::string_view html(reinterpret_cast<const char*>(data), size);
  check_tree(html);
  postern::test::walk_and_check(html, "text/html");
  return 0;
}
