#include "extractors/html/tree.h"

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "extractors/html/short_page.h"

namespace postern::extract {
namespace {

constexpr size_t kLongestKnownName = 8;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

// A tag name as a number: its first eight letters, enough to tell apart all that matter here.
constexpr std::uint64_t key_of(std::string_view name) {
  std::uint64_t key = 0;
  for (size_t i = 0; i < name.size() && i < kLongestKnownName; i++) {
    const char c = name[i];
    const auto low = static_cast<std::uint64_t>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    key |= (low & 0xFF) << (8 * i);
  }
  return key;
}

consteval std::uint64_t operator""_tag(const char* name, size_t size) {
  return key_of({name, size});
}

template <typename... Keys>
bool is_one_of(std::uint64_t key, Keys... keys) {
  return ((key == keys) || ...);
}

bool is_void(std::uint64_t key) {
  return is_one_of(key, "area"_tag, "base"_tag, "br"_tag, "col"_tag, "embed"_tag, "hr"_tag, "img"_tag, "input"_tag,
                   "link"_tag, "meta"_tag, "param"_tag, "source"_tag, "track"_tag, "wbr"_tag, "image"_tag, "o:p"_tag);
}
bool is_raw_text(std::uint64_t key) {
  return is_one_of(key, "script"_tag, "style"_tag, "title"_tag, "textarea"_tag, "xmp"_tag, "iframe"_tag, "noembed"_tag,
                   "noframes"_tag);
}
// Whether the start of `next` ends an open `top` whose end tag may be left out (HTML 13.1.2.4).
bool ends_open(std::uint64_t next, std::uint64_t top) {
  if (is_one_of(top, "td"_tag, "th"_tag))
    return is_one_of(next, "td"_tag, "th"_tag, "tr"_tag, "tbody"_tag, "tfoot"_tag);
  if (is_one_of(top, "tr"_tag)) return is_one_of(next, "tr"_tag, "tbody"_tag, "tfoot"_tag);
  if (is_one_of(top, "li"_tag, "option"_tag, "tbody"_tag)) return next == top;
  if (is_one_of(top, "dt"_tag, "dd"_tag)) return is_one_of(next, "dt"_tag, "dd"_tag);
  return is_one_of(top, "p"_tag) &&
         is_one_of(next, "p"_tag, "div"_tag, "table"_tag, "ul"_tag, "ol"_tag, "dl"_tag, "blockquo"_tag, "h1"_tag,
                   "h2"_tag, "h3"_tag, "h4"_tag, "pre"_tag, "form"_tag, "center"_tag);
}
bool is_formatting(std::uint64_t key) {
  return is_one_of(key, "a"_tag, "b"_tag, "big"_tag, "code"_tag, "em"_tag, "font"_tag, "i"_tag, "nobr"_tag, "s"_tag,
                   "small"_tag, "strike"_tag, "strong"_tag, "tt"_tag, "u"_tag);
}

// SVG and MathML have content of their own, in which "/>" ends an element, and elements with HTML in them (HTML
// 13.2.6.5). The start of some others ends SVG or MathML, closed or not.
bool is_foreign(std::uint64_t key) {
  return is_one_of(key, "svg"_tag, "math"_tag);
}
bool has_html_inside(std::uint64_t key) {
  return is_one_of(key, "foreigno"_tag, "desc"_tag, "title"_tag, "annotati"_tag, "mi"_tag, "mo"_tag, "mn"_tag, "ms"_tag,
                   "mtext"_tag);
}
bool ends_foreign(std::uint64_t key) {
  if (key == "a"_tag) return false;
  return is_formatting(key) ||
         is_one_of(key, "blockquo"_tag, "body"_tag, "center"_tag, "dd"_tag, "div"_tag, "dl"_tag, "dt"_tag, "h1"_tag,
                   "h2"_tag, "h3"_tag, "h4"_tag, "h5"_tag, "h6"_tag, "head"_tag, "li"_tag, "listing"_tag, "menu"_tag,
                   "ol"_tag, "p"_tag, "pre"_tag, "ruby"_tag, "span"_tag, "sub"_tag, "sup"_tag, "table"_tag, "ul"_tag,
                   "var"_tag, "br"_tag, "embed"_tag, "hr"_tag, "img"_tag, "meta"_tag);
}

// Walks over the tags of a page and adds up what building its tree costs.
class CostScan {
 public:
  explicit CostScan(std::string_view html) : html_(html) {}

  HtmlBound passed() {
    size_t at = 0;
    while ((at = html_.find('<', at)) != std::string_view::npos) {
      if (html_.compare(at, 4, "<!--") == 0) {
        at = comment_end(html_, at + 4);
      } else if (at + 1 < html_.size() && is_letter(html_[at + 1])) {
        at = open_tag(at + 1);
      } else if (at + 2 < html_.size() && html_[at + 1] == '/' && is_letter(html_[at + 2])) {
        at = close_tag(at + 2);
      } else {
        at++;
      }
      if (open_.size() > kMostHtmlDepth) return HtmlBound::depth;
      if (work_ > kMostHtmlWork) return HtmlBound::work;
      if (too_many_attributes_) return HtmlBound::attributes;
    }
    return HtmlBound::none;
  }

 private:
  std::string_view name_at(size_t at) const {
    size_t end = at;
    while (end < html_.size() && html_[end] != '>' && html_[end] != '/' && static_cast<unsigned char>(html_[end]) > ' ')
      end++;
    return html_.substr(at, end - at);
  }

  // To the end of the tag, '>'.
  size_t skip_attributes(size_t at) {
    size_t attributes = 0, unquoted_end = 0;
    bool in_gap = true;
    while (at < html_.size() && html_[at] != '>') {
      const char c = html_[at];
      const bool gap = c == '/' || static_cast<unsigned char>(c) <= ' ';
      if (!gap && in_gap && ++attributes > kMostHtmlAttributes) too_many_attributes_ = true;
      in_gap = gap;
      if (c == '=' && !gap) {
        at = html_.find_first_not_of(" \t\r\n\f", at + 1);
        if (at == std::string_view::npos) return html_.size();
        if (html_[at] == '"' || html_[at] == '\'') {
          at = html_.find(html_[at], at + 1);
          if (at == std::string_view::npos) return html_.size();
          at++;
          in_gap = true;
        } else {
          at = unquoted_end = std::min(html_.find_first_of(" \t\r\n\f>", at), html_.size());
        }
        continue;
      }
      at++;
    }
    closes_itself_ = at > 0 && at < html_.size() && html_[at - 1] == '/' && at != unquoted_end;
    return at;
  }

  size_t open_tag(size_t at) {
    const std::string_view name = name_at(at);
    const std::uint64_t key = key_of(name);
    at = skip_attributes(at + name.size());
    work_ += open_.size() + formatting_ * 4 + 1;
    if (in_foreign() && ends_foreign(key)) {
      while (in_foreign()) open_.pop_back();
    }
    if (in_foreign() && closes_itself_) return at;
    if (is_raw_text(key)) return skip_raw_text(name, at);
    if (is_void(key)) return at;
    while (!open_.empty() && ends_open(key, open_.back().key)) open_.pop_back();
    open_.push_back({key, is_foreign(key) || (in_foreign() && !has_html_inside(key))});
    if (is_formatting(key)) formatting_++;
    return at;
  }

  size_t close_tag(size_t at) {
    const std::string_view name = name_at(at);
    const std::uint64_t key = key_of(name);
    at = skip_attributes(at + name.size());
    work_ += 8 + formatting_;
    if (is_formatting(key) && formatting_ > 0) formatting_--;
    // Deeper ends are rare, and not finding one only makes the estimate higher; but not what they end SVG by.
    constexpr size_t kLookBack = 32;
    const size_t floor = open_.size() > kLookBack && !in_foreign() ? open_.size() - kLookBack : 0;
    work_ += (open_.size() - floor) / 8;
    for (size_t i = open_.size(); i > floor; i--) {
      if (open_[i - 1].key != key) continue;
      open_.resize(i - 1);
      break;
    }
    return at;
  }

  // Content without tags: to the end tag of the same name.
  size_t skip_raw_text(std::string_view name, size_t at) const {
    while ((at = html_.find("</", at)) != std::string_view::npos) {
      const std::string_view found = html_.substr(at + 2, name.size());
      const bool same = found.size() == name.size() && std::equal(found.begin(), found.end(), name.begin(),
                                                                  [](char a, char b) { return lower(a) == lower(b); });
      if (same) return at;
      at += 2;
    }
    return html_.size();
  }

  // Of an open element: whether what stands in it is SVG or MathML.
  struct Open {
    std::uint64_t key;
    bool foreign;
  };
  bool in_foreign() const { return !open_.empty() && open_.back().foreign; }

  std::string_view html_;
  std::vector<Open> open_;
  bool closes_itself_ = false;  // the tag that was skipped last, with "/>"
  size_t formatting_ = 0;
  size_t work_ = 0;
  bool too_many_attributes_ = false;
};

}  // namespace

// Memory that is given back all at once. When it is full, allocate() jumps back into run(): there is no C++
// object between the two, only frames of Gumbo, which is C and owns nothing outside the arena.
class HtmlTree::Arena {
 public:
  ~Arena() {
    for (void* const block : blocks_) std::free(block);
  }

  void* take(size_t size) {
    constexpr size_t kAlign = alignof(std::max_align_t);
    size = (size + kAlign - 1) / kAlign * kAlign;
    if (size > left_ && !add_block(size)) return nullptr;
    void* const out = next_;
    next_ += size;
    left_ -= size;
    return out;
  }

  std::jmp_buf& full() { return full_; }

 private:
  bool add_block(size_t size) {
    constexpr size_t kSmallest = 32 << 10, kLargest = 4 << 20;
    const size_t block = std::max(size, std::clamp(total_, kSmallest, kLargest));
    if (block > kMostHtmlMemory - std::min(total_, kMostHtmlMemory) || used_ == blocks_.size()) return false;
    void* const memory = std::malloc(block);
    if (!memory) return false;
    blocks_[used_++] = memory;
    next_ = static_cast<char*>(memory);
    left_ = block;
    total_ += block;
    return true;
  }

  std::array<void*, 512> blocks_{};  // enough: blocks grow with the total
  size_t used_ = 0;
  char* next_ = nullptr;
  size_t left_ = 0;
  size_t total_ = 0;
  std::jmp_buf full_;
};

void HtmlTree::FreeArena::operator()(Arena* arena) const {
  delete arena;
}

HtmlTree::HtmlTree(std::unique_ptr<Arena, FreeArena> arena, GumboOutput* output)
    : arena_(std::move(arena)), output_(output) {}

void* HtmlTree::allocate(void* arena, size_t size) {
  Arena& from = *static_cast<Arena*>(arena);
  void* const out = from.take(std::max<size_t>(size, 1));
  if (!out) std::longjmp(from.full(), 1);
  return out;
}

// A text of the tree with its runs put back, in the arena; null when that is full.
const char* HtmlTree::whole(Arena& arena, const ShortPage& page, const char* text) {
  const std::string_view given(text);
  const size_t size = page.whole_size(given);
  if (size == given.size()) return text;
  char* const out = static_cast<char*>(arena.take(size + 1));
  if (!out) return nullptr;
  page.write_whole(given, out);
  out[size] = '\0';
  return out;
}

bool HtmlTree::put_back(Arena& arena, const ShortPage& page, GumboNode& root) {
  std::vector<GumboNode*> waiting = {&root};
  const auto mend = [&](const char*& text) {
    text = whole(arena, page, text);
    return text != nullptr;
  };
  while (!waiting.empty()) {
    GumboNode& node = *waiting.back();
    waiting.pop_back();
    const GumboVector* children = nullptr;
    switch (node.type) {
      case GUMBO_NODE_DOCUMENT:
        children = &node.v.document.children;
        break;
      case GUMBO_NODE_ELEMENT:
      case GUMBO_NODE_TEMPLATE:
        children = &node.v.element.children;
        for (unsigned i = 0; i < node.v.element.attributes.length; i++) {
          auto& one = *static_cast<GumboAttribute*>(node.v.element.attributes.data[i]);
          if (!mend(one.name) || !mend(one.value)) return false;
        }
        break;
      default:
        if (!mend(node.v.text.text)) return false;
        break;
    }
    for (unsigned i = 0; children && i < children->length; i++) {
      waiting.push_back(static_cast<GumboNode*>(children->data[i]));
    }
  }
  return true;
}

GumboOutput* HtmlTree::run(Arena& arena, std::string_view utf8) {
  if (setjmp(arena.full()) != 0) return nullptr;
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = allocate;
  options.deallocator = [](void*, void*) {};
  options.userdata = &arena;
  options.max_errors = 0;
  return gumbo_parse_with_options(&options, utf8.data(), utf8.size());
}

tl::expected<HtmlTree, HtmlBound> HtmlTree::parse(std::string_view utf8) {
  if (const HtmlBound bound = bound_passed(utf8); bound != HtmlBound::none) return tl::unexpected(bound);
  std::unique_ptr<Arena, FreeArena> arena(new Arena);
  const ShortPage page(utf8);
  std::string_view parsed = page.html();
  if (page.is_shorter()) {  // the tree points into it
    char* const kept = static_cast<char*>(arena->take(parsed.size()));
    if (!kept) return tl::unexpected(HtmlBound::memory);
    parsed.copy(kept, parsed.size());
    parsed = std::string_view(kept, parsed.size());
  }
  GumboOutput* const output = run(*arena, parsed);
  if (!output) return tl::unexpected(HtmlBound::memory);
  if (page.is_shorter() && !put_back(*arena, page, *output->document)) return tl::unexpected(HtmlBound::memory);
  return HtmlTree(std::move(arena), output);
}

HtmlBound bound_passed(std::string_view utf8) {
  return CostScan(utf8).passed();
}

std::string describe(HtmlBound bound) {
  const auto text = [](std::string_view what, size_t value) {
    return std::string(what) + " reached the limit (" + std::to_string(value) + ")";
  };
  switch (bound) {
    case HtmlBound::none:
      break;
    case HtmlBound::depth:
      return text("elements inside elements", kMostHtmlDepth);
    case HtmlBound::work:
      return text("elements open at all its tags together", kMostHtmlWork);
    case HtmlBound::attributes:
      return text("attributes of one element", kMostHtmlAttributes);
    case HtmlBound::memory:
      return text("bytes of memory for its elements", kMostHtmlMemory);
  }
  return "no limit reached";
}

}  // namespace postern::extract
