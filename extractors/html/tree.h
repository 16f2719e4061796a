// A parsed page: Gumbo behind bounds.
//
// Gumbo has no limits of its own: its time grows with nodes times depth, its
// destructor recurses, and it does not look at failed allocations. So a linear
// pass estimates depth and cost first, and all memory comes from an arena that ends
// the parse when it is full and is freed as a whole. Runs of plain text do not go
// through the parser, which is slow (short_page.h).
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gumbo.h>

#include "base/result.h"

namespace postern::extract {

// Open elements at one point. Mails of long threads reach 300.
inline constexpr size_t kMostHtmlDepth = 600;
// Sum over all tags of the elements open at them: bounds the parser's walks up the tree to about a second.
inline constexpr size_t kMostHtmlWork = 60'000'000;
// Attributes of one tag, which the parser compares pairwise.
inline constexpr size_t kMostHtmlAttributes = 1000;
// Memory of one tree; a worker has 512 MiB.
inline constexpr size_t kMostHtmlMemory = 160U << 20;

enum class HtmlBound { none, depth, work, attributes, memory };
// "elements inside elements reached the limit (600)".
std::string describe(HtmlBound bound);

class ShortPage;

class HtmlTree {
 public:
  // Parses valid UTF-8, which must outlive the tree. The bound above that would be passed otherwise.
  static tl::expected<HtmlTree, HtmlBound> parse(std::string_view utf8);

  const GumboNode& document() const { return *output_->document; }

 private:
  class Arena;
  struct FreeArena {
    void operator()(Arena* arena) const;
  };
  HtmlTree(std::unique_ptr<Arena, FreeArena> arena, GumboOutput* output);
  static void* allocate(void* arena, size_t size);
  static const char* whole(Arena& arena, const ShortPage& page, const char* text);
  static bool put_back(Arena& arena, const ShortPage& page, GumboNode& root);
  static GumboOutput* run(Arena& arena, std::string_view utf8);

  std::unique_ptr<Arena, FreeArena> arena_;
  GumboOutput* output_;
};

// The bound that the parser's cost on these bytes would pass, by an estimate that needs no memory.
HtmlBound bound_passed(std::string_view utf8);

}  // namespace postern::extract
