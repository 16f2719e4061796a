#include "response/notice_page.h"

#include <algorithm>
#include <array>

#include <kainjow/mustache.hpp>
#include <unicode/utf8.h>

namespace postern::response {

namespace {

using kainjow::mustache::data;
using kainjow::mustache::mustache;

size_t columns(std::string_view text) {
  return static_cast<size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// Languages written from right to left, for the layout's `dir`.
bool is_right_to_left(std::string_view language) {
  static constexpr std::array<std::string_view, 4> kLanguages{"ar", "fa", "he", "ur"};
  return std::find(kLanguages.begin(), kLanguages.end(), language.substr(0, language.find('-'))) != kLanguages.end();
}

// Sections that were left out leave their empty lines behind: one of them is enough.
std::string without_gaps(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != '\n' || !out.ends_with("\n\n")) out += c;
  }
  return out;
}

enum class Form { text, html };

class Renderer {
 public:
  Renderer(const NoticePage& page, Form form) : page_(page), form_(form) {}

  data tree() {
    set("lang", page_.language);
    set("dir", is_right_to_left(page_.language) ? "rtl" : "ltr");
    set("organisation", page_.organisation);
    set("brand", page_.brand);
    set("headline", page_.headline);
    set("underline", std::string(std::min(columns(page_.headline), kTextColumns), '='));
    set("reference", page_.reference);
    set("more", page_.more_items);
    set("more_recipients", page_.more_recipients);
    set("lesson_title", page_.lesson_title);
    set("label_found", page_.label_found);
    set("label_why", page_.label_why);
    set("label_next", page_.label_next);
    set("label_where", page_.label_where);
    set("label_lesson", page_.label_lesson);
    set("label_wrong", page_.label_wrong);
    set("label_reference", page_.label_reference);
    set_lines("what", page_.what, Numbered::no);
    set_lines("why", page_.why, Numbered::no);
    set_lines("next", page_.next, Numbered::yes);
    set_lines("lesson", page_.lesson, Numbered::no);
    set_lines("wrong", page_.wrong, Numbered::no);
    set_items();
    set_recipients();
    return std::move(root_);
  }

 private:
  enum class Numbered { no, yes };

  // An empty text is false, so that {{#name}} leaves its surroundings out.
  static void put(data& object, const std::string& name, const std::string& text) {
    text.empty() ? object.set(name, data(data::type::bool_false)) : object.set(name, data(text));
  }

  void set(const std::string& name, const std::string& text) { put(root_, name, text); }

  std::string fit(std::string_view text, std::string_view first, std::string_view rest) const {
    return form_ == Form::text ? wrap(text, first, rest) : std::string(text);
  }

  void set_list(const std::string& name, const data& list, bool any) {
    root_.set("has_" + name, data(any));
    root_.set(name, list);
  }

  void set_lines(const std::string& name, const std::vector<NoticeLine>& lines, Numbered numbered) {
    data list(data::type::list);
    size_t number = 0;
    for (const NoticeLine& line : lines) {
      data entry(data::type::object);
      const std::string mark = numbered == Numbered::yes ? std::to_string(++number) + ". " : line.item ? "- " : "";
      put(entry, "number", std::to_string(number));
      put(entry, "text",
          fit(line.text, mark.empty() ? "" : "  " + mark, std::string(mark.empty() ? 0 : mark.size() + 2, ' ')));
      entry.set("item", data(line.item));
      list.push_back(entry);
    }
    set_list(name, list, !lines.empty());
  }

  void set_items() {
    data list(data::type::list);
    for (const NoticeItem& item : page_.items) {
      data entry(data::type::object);
      put(entry, "title", item.title);
      put(entry, "where", item.where);
      put(entry, "excerpt", item.excerpt);
      put(entry, "remark", item.remark);
      std::string text = wrap(item.title, "", "    ");
      if (!item.where.empty()) text += '\n' + wrap(item.where, "    ", "    ");
      if (!item.excerpt.empty()) text += '\n' + wrap(item.excerpt, "    | ", "    | ");
      if (!item.remark.empty()) text += '\n' + wrap(item.remark, "    ", "    ");
      put(entry, "text", text);
      list.push_back(entry);
    }
    set_list("items", list, !page_.items.empty());
  }

  void set_recipients() {
    data list(data::type::list);
    for (const NoticeFate& recipient : page_.recipients) {
      data entry(data::type::object);
      put(entry, "address", recipient.address);
      put(entry, "fate", recipient.fate);
      list.push_back(entry);
    }
    set_list("recipients", list, !page_.recipients.empty());
  }

  const NoticePage& page_;
  const Form form_;
  data root_{data::type::object};
};

}  // namespace

std::string wrap(std::string_view text, std::string_view first, std::string_view rest) {
  std::string out(first);
  size_t column = columns(first);
  bool begun = false;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const size_t width = columns(word);
    if (begun && column + 1 + width > kTextColumns) {
      out += '\n';
      out += rest;
      column = columns(rest);
    } else if (begun) {
      out += ' ';
      column++;
    }
    out += word;
    column += width;
    begun = true;
  }
  return out;
}

std::string render_text(const NoticePage& page, const std::string& layout) {
  mustache shell(layout);
  shell.set_custom_escape([](const std::string& text) { return text; });
  return without_gaps(shell.render(Renderer(page, Form::text).tree()));
}

std::string render_html(const NoticePage& page, const std::string& layout) {
  mustache shell(layout);
  return shell.render(Renderer(page, Form::html).tree());
}

}  // namespace postern::response
