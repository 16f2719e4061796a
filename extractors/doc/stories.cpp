#include "extractors/doc/stories.h"

#include <algorithm>

#include "extractors/archive/bytes.h"
#include "extractors/doc/fonts.h"
#include "extractors/doc/string_table.h"
#include "extractors/story/code_page.h"
#include "extractors/story/field_code.h"
#include "extractors/xml/code_point.h"

namespace postern::extract::doc {

namespace {

constexpr size_t kMostFields = 64;         // in each other; deeper ones are told as text
constexpr size_t kMostCode = 1 << 20;      // bytes of a field's code; what is longer is no code
constexpr size_t kFootnoteSeparators = 6;  // in front of the headers of the first section ([MS-DOC] 2.8.9)
constexpr size_t kHeadersOfSection = 6;

// Signs that are not what they show ([MS-DOC] 2.4.1, 2.8.25).
enum Sign : char32_t {
  kCellMark = 0x07,
  kTab = 0x09,
  kLineBreak = 0x0B,
  kPageBreak = 0x0C,
  kParagraph = 0x0D,
  kColumnBreak = 0x0E,
  kFieldBegin = 0x13,
  kFieldMiddle = 0x14,
  kFieldEnd = 0x15,
  kHardHyphen = 0x1E,
  kSoftHyphen = 0x1F,
  kSymbolMark = 0x28,
};

std::uint32_t code_page_of(const Fib& fib) {
  constexpr std::uint32_t kCodePageMacintosh = 10000;
  if (fib.from_macintosh()) return kCodePageMacintosh;
  const std::uint32_t code_page = fib.is_wide() ? 0 : code_page_of_language(fib.language());
  return code_page != 0 ? code_page : kCodePageAnsi;
}

// Numbers of two bytes: codes of a double-byte page, and single bytes below a byte that begins none, such as quotation
// marks of a Latin font.
void append_double_byte(std::string& utf8, std::string_view units, std::uint32_t code_page) {
  constexpr unsigned char kFirstLead = 0x81;
  std::string narrow;
  const auto flush = [&] {
    append_code_page(utf8, narrow, code_page);
    narrow.clear();
  };
  for (size_t i = 0; i + 1 < units.size(); i += 2) {
    const auto upper = static_cast<unsigned char>(units[i + 1]);
    if (upper > 0 && upper < kFirstLead) {
      flush();
      append_code_page(utf8, units.substr(i, 1), kCodePageAnsi);
      continue;
    }
    if (upper != 0) narrow += units[i + 1];
    narrow += units[i];
  }
  flush();
}

std::uint32_t double_byte_page(const std::vector<std::uint32_t>& fonts, std::uint32_t otherwise) {
  const auto found = std::find_if(fonts.begin(), fonts.end(), is_double_byte);
  return found == fonts.end() ? otherwise : *found;
}

}  // namespace

Stories::Stories(const Fib& fib, std::string_view document, std::string_view tables, Teller& teller)
    : fib_(fib),
      document_(document),
      tables_(tables),
      teller_(teller),
      text_(fib, document, tables),
      code_page_(code_page_of(fib)),
      font_code_pages_(fib.is_wide() ? std::vector<std::uint32_t>() : font_code_pages(fib.table(Table::fonts, tables))),
      double_byte_page_(double_byte_page(font_code_pages_, code_page_)),
      styles_(Styles::read(fib.table(Table::styles, tables), fib.is_wide())),
      characters_(Runs::of_characters(document, fib.table(Table::character_pages, tables), fib.is_wide(), styles_)),
      paragraphs_(Runs::of_paragraphs(document, fib.table(Table::paragraph_pages, tables), fib.is_wide(), styles_)) {
  if (text_.damaged()) teller_.note(Outcome::malformed, "its table of text pieces is damaged");
  if (text_.cut()) teller_.note(Outcome::limit, "text pieces share their bytes more than 4 times");
}

std::uint32_t Stories::begin_of(StoryKind kind) const {
  std::uint64_t begin = 0;
  for (size_t story = 0; story < static_cast<size_t>(kind); story++) {
    begin += fib_.characters(static_cast<StoryKind>(story));
  }
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(begin, UINT32_MAX));
}

// Positions at which the parts of a story begin and end, counted in the whole text.
std::vector<std::uint32_t> Stories::bounds(StoryKind kind, Table table, size_t entry_size) const {
  const std::uint32_t begin = begin_of(kind), size = fib_.characters(kind);
  const std::string_view list = fib_.table(table, tables_);
  std::vector<std::uint32_t> out{begin};
  if (size == 0) return {};
  const size_t count = list.size() >= 4 ? (list.size() - 4) / (4 + entry_size) + 1 : 0;
  for (size_t i = 0; i < count; i++) {
    const std::uint32_t position = le32(list, i * 4);
    if (position > size) break;
    if (begin + position > out.back()) {
      out.push_back(begin + position);
    } else if (i > 0 && entry_size == 0) {
      out.push_back(out.back());  // an empty part keeps its number
    }
  }
  if (out.back() < begin + size) out.push_back(begin + size);
  return out;
}

void Stories::tell_story(StoryKind kind, Table table, size_t entry_size, Place place, std::string_view name) {
  const std::vector<std::uint32_t> parts = bounds(kind, table, entry_size);
  for (size_t i = 0; i + 1 < parts.size() && !teller_.stopped(); i++) {
    tell_range(parts[i], parts[i + 1], place, std::string(name) + " " + std::to_string(i + 1), "");
  }
}

void Stories::tell_headers() {
  const std::vector<std::uint32_t> parts = bounds(StoryKind::headers, Table::headers, 0);
  for (size_t i = 0; i + 1 < parts.size() && !teller_.stopped(); i++) {
    const size_t which = i < kFootnoteSeparators ? 0 : (i - kFootnoteSeparators) % kHeadersOfSection;
    const bool is_footer = which == 2 || which == 3 || which == 5;
    tell_range(parts[i], parts[i + 1], Place::header_footer, is_footer ? "footer" : "header", "");
  }
}

void Stories::tell_comments() {
  const std::vector<std::uint32_t> parts = bounds(StoryKind::comments, Table::comment_texts, 0);
  const std::vector<std::string> owners =
      read_strings(fib_.table(Table::comment_owners, tables_), fib_.is_wide(), code_page_);
  // After n + 1 positions a record each, which names the author ([MS-DOC] 2.9.4 ATRDPre10).
  const std::string_view refs = fib_.table(Table::comment_refs, tables_);
  const size_t record = fib_.is_wide() ? 30 : 20, owner_at = fib_.is_wide() ? 20 : 10;
  const size_t count = refs.size() >= 4 ? (refs.size() - 4) / (4 + record) : 0;
  for (size_t i = 0; i + 1 < parts.size() && !teller_.stopped(); i++) {
    std::string author;
    if (i < count) {
      const size_t owner = le16(refs, (count + 1) * 4 + i * record + owner_at);
      if (owner < owners.size()) author = owners[owner] + ": ";
    }
    tell_range(parts[i], parts[i + 1], Place::comment, "comment " + std::to_string(i + 1), author);
  }
}

void Stories::tell() {
  tell_range(0, fib_.characters(StoryKind::main), Place::body, "", "");
  tell_story(StoryKind::footnotes, Table::footnote_texts, 0, Place::footnote, "footnote");
  tell_headers();
  tell_comments();
  tell_story(StoryKind::endnotes, Table::endnote_texts, 0, Place::footnote, "endnote");
  tell_story(StoryKind::boxes, Table::box_texts, 22, Place::text_box, "text box");
  tell_story(StoryKind::header_boxes, Table::header_box_texts, 22, Place::text_box, "text box of a header");
  tell_lists();
}

void Stories::tell_lists() {
  const auto strings = [this](Table table) { return read_string_table(fib_.table(table, tables_), code_page_); };
  for (const std::string& name : strings(Table::bookmarks)) {
    if (teller_.stopped()) return;
    // Word's own begin so: where the cursor was, where a heading is for the table of contents.
    if (!name.starts_with("_")) teller_.tell(Place::bookmark, "", name);
  }
  if (!fib_.is_wide()) return;
  teller_.tell(Place::attribute, "names of styles", styles_.names());
  for (const std::string& name : strings(Table::reviewers)) {
    if (name != "Unknown") teller_.tell_property("reviewer", name);
  }
  // Names stand in a table with 4 bytes besides each, the values behind it ([MS-DOC] 2.9.339 StwUser).
  const std::string_view variables = fib_.table(Table::variables, tables_);
  const std::vector<std::string> names = read_string_table(variables, code_page_);
  size_t at = 6;
  for (size_t i = 0; i < names.size() && at < variables.size(); i++)
    at += 2 + size_t{le16(variables, at)} * 2 + le16(variables, 4);
  const std::vector<std::string> values =
      read_strings(variables.substr(std::min(at, variables.size())), true, code_page_);
  for (size_t i = 0; i < names.size() && i < values.size(); i++) {
    teller_.tell(Place::property, "", names[i]);
    teller_.tell_property(names[i], values[i]);
  }
}

void Stories::tell_range(std::uint32_t begin, std::uint32_t end, Place place, const std::string& at,
                         std::string_view prefix) {
  Story story(teller_, place, at);
  if (begin < end) story.put(prefix, {});
  fields_.clear();
  after_cell_ = false;
  for (const Stretch& stretch : text_.stretches(begin, end)) {
    if (teller_.stopped()) break;
    tell_stretch(stretch, story, at);
  }
  // Fields that never end are no fields to programs.
  for (const Field& field : fields_) story.put(field.code, {});
  fields_.clear();
  story.finish();
}

void Stories::tell_stretch(const Stretch& stretch, Story& story, const std::string& at) {
  const auto size = static_cast<std::uint32_t>(stretch.bytes.size());
  for (std::uint32_t done = 0; done < size && !teller_.stopped();) {
    std::uint32_t run_ends = 0, paragraph_ends = 0;
    const std::uint32_t byte = stretch.at + done;
    const Run* const run = characters_.find(byte, run_ends);
    const Run* const paragraph = paragraphs_.find(byte, paragraph_ends);
    std::uint32_t length = std::min({run_ends - byte, paragraph_ends - byte, size - done});
    if (stretch.wide) length = std::min(std::max(length & ~1U, 2U), size - done);
    RunMarks marks = stretch.marks;
    const bool hidden_style = paragraph && paragraph->marks.hidden;
    marks.hidden |=
        run && (run->says_hidden || !hidden_style) ? run->marks.hidden : hidden_style && !(run && run->marks.hidden);
    if (run) {
      marks.deleted |= run->marks.deleted;
      marks.inserted |= run->marks.inserted;
    }
    tell_text({stretch.bytes.substr(done, length), stretch.wide, code_page_for(run, paragraph, stretch.wide)}, run,
              marks, paragraph, story, at);
    done += length;
  }
}

// Of a run's font, else of its paragraph's.
std::uint32_t Stories::code_page_for(const Run* run, const Run* paragraph, bool wide) const {
  if (fib_.is_wide()) return wide ? 0 : code_page_;
  const auto font = run && run->font ? run->font : paragraph ? paragraph->font : styles_.font(0);
  std::uint32_t code_page = font && *font < font_code_pages_.size() ? font_code_pages_[*font] : 0;
  if (code_page == 0) code_page = code_page_;
  // Letters of Latin fonts are in front of the others in each double-byte code page.
  return wide && !is_double_byte(code_page) ? double_byte_page_ : code_page;
}

// The innermost field whose code is open: results of the fields inside are part of it.
Stories::Field* Stories::open_code() {
  const auto found = std::find_if(fields_.rbegin(), fields_.rend(), [](const Field& field) { return field.in_code; });
  return found == fields_.rend() ? nullptr : &*found;
}

void Stories::put(std::string_view utf8, RunMarks marks, Story& story) {
  if (Field* const field = open_code()) {
    if (field->code.size() < kMostCode) {
      field->code += utf8;
      return;
    }
    // No code is as long: what follows is text.
    field->in_code = false;
  }
  story.put(utf8, marks);
}

void Stories::tell_text(Letters letters, const Run* run, RunMarks marks, const Run* paragraph, Story& story,
                        const std::string& at) {
  const bool wide = letters.wide;
  const std::string_view bytes = letters.bytes;
  const size_t width = wide ? 2 : 1;
  std::string utf8;
  size_t begin = 0;
  const auto flush = [&](size_t end) {
    if (begin >= end) return;
    utf8.clear();
    if (letters.code_page == 0) {
      append_utf16le(utf8, bytes.substr(begin, end - begin));
    } else if (!wide) {
      append_code_page(utf8, bytes.substr(begin, end - begin), letters.code_page);
    } else {
      append_double_byte(utf8, bytes.substr(begin, end - begin), letters.code_page);
    }
    put(utf8, marks, story);
  };
  for (size_t i = 0; i + width <= bytes.size(); i += width) {
    const char32_t c = wide ? le16(bytes, i) : static_cast<unsigned char>(bytes[i]);
    const bool is_sign = c < 0x20 || (c == kSymbolMark && run && run->symbol != 0);
    if (c != kCellMark) after_cell_ = false;
    if (!is_sign) continue;
    flush(i);
    begin = i + width;
    tell_sign(c, run, marks, paragraph, story, at);
  }
  flush(bytes.size() / width * width);
}

void Stories::tell_sign(char32_t c, const Run* run, RunMarks marks, const Run* paragraph, Story& story,
                        const std::string& at) {
  switch (c) {
    case kCellMark: {
      const bool row = paragraph ? paragraph->paragraph == ParagraphEnd::row : !fib_.is_wide() && after_cell_;
      if (row) {
        story.end_row();
      } else {
        story.end_cell();
      }
      after_cell_ = !row;
      return;
    }
    case kTab:
      put("\t", marks, story);
      return;
    case kLineBreak:
      put("\n", marks, story);
      return;
    case kPageBreak:
    case kParagraph:
    case kColumnBreak:
      if (open_code()) {
        put(" ", marks, story);
      } else if (paragraph && paragraph->paragraph == ParagraphEnd::row) {
        story.end_row();
      } else if (paragraph && paragraph->paragraph == ParagraphEnd::cell) {
        story.end_cell();
      } else {
        story.end_paragraph();
      }
      return;
    case kFieldBegin:
      if (fields_.size() < kMostFields) fields_.emplace_back();
      return;
    case kFieldMiddle:
      if (!fields_.empty()) fields_.back().in_code = false;
      return;
    case kFieldEnd:
      if (fields_.empty()) return;
      tell_field_code(teller_, at, fields_.back().code);
      fields_.pop_back();
      return;
    case kHardHyphen:
      put("-", marks, story);
      return;
    case kSymbolMark: {
      std::string utf8;
      append_utf8(utf8, run->symbol);
      put(utf8, marks, story);
      return;
    }
    default:  // place holders of notes, pictures and shapes
      return;
  }
}

}  // namespace postern::extract::doc
