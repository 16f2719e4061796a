// The content of one notice, as plain text in pieces, and its two renderings.
//
// Both parts of the mail are made from this, so that they cannot say
// different things. All text is plain and on one line; the layouts escape it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "response/notice_templates.h"

namespace postern::response {

struct NoticeLine {
  bool item = false;
  std::string text;
};

struct NoticeItem {
  std::string title;
  std::string where;
  std::string excerpt;
  std::string remark;
};

struct NoticeFate {
  std::string address;
  std::string fate;
};

struct NoticePage {
  std::string language;
  std::string organisation;
  std::string brand;
  std::string subject;
  std::string headline;
  std::vector<NoticeLine> what;
  std::vector<NoticeItem> items;
  std::string more_items;
  std::vector<NoticeLine> why;
  std::vector<NoticeLine> next;
  std::vector<NoticeFate> recipients;
  std::string more_recipients;
  std::string lesson_title;
  std::vector<NoticeLine> lesson;
  std::vector<NoticeLine> wrong;
  std::string reference;
  std::string label_found, label_why, label_next, label_where, label_lesson, label_wrong, label_reference;
};

// Columns of the text part; mail programs quote it with "> ".
inline constexpr size_t kTextColumns = 72;

std::string render_text(const NoticePage& page, const std::string& layout);
std::string render_html(const NoticePage& page, const std::string& layout);

// Breaks at spaces; a word longer than the line stands alone. `first` and `rest` are put before the lines.
std::string wrap(std::string_view text, std::string_view first, std::string_view rest);

}  // namespace postern::response
