// Classification labels, for `label: [...]`: not the word somewhere in a text, but the mark that says how a document or
// a mail is classified.
//
// A mark is one of these, and the label is all of it, decoration and "Classification:" before it left out:
//  - a property of a document: MSIP_Label_GUID_Name (Microsoft Purview), and properties whose name speaks of
//    classification, sensitivity, a label or a marking; keywords, category and status, entry by entry; any value of
//    XMP metadata, whose names are not told apart;
//  - a header field with such a name (Sensitivity of RFC 4021, X-Classification, X-Protective-Marking, msip_labels),
//    value by value;
//  - the subject, [brackets] at its beginning or end, and what it has before a colon or dash;
//  - a line, or what stands between its | - and tabs, in a page's header or footer, and a text box or a stamp by
//    itself;
//  - the first and the last line of a body or a page.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "message/extracted_text.h"
#include "policy/views.h"

namespace postern::policy {

// One label of one list.
struct LabelUse {
  std::uint32_t list;
  std::uint32_t entry;
};

class LabelSink {
 public:
  virtual ~LabelSink() = default;
  virtual void label(const LabelUse& use, ByteRange range) = 0;
};

class LabelSet {
 public:
  // Lists are numbered in the order of the calls.
  void add(const std::vector<std::string>& labels);
  bool empty() const { return by_text_.empty(); }

  // The marks in one segment whose reader view is `text`; `buffer` is scratch.
  void scan(Place place, std::string_view at, std::string_view text, std::string& buffer, LabelSink& sink) const;

 private:
  void compare(std::string_view text, std::string_view mark, std::string& buffer, LabelSink& sink) const;
  void compare_values(std::string_view text, std::string_view values, std::string& buffer, LabelSink& sink) const;
  void compare_subject(std::string_view text, std::string_view subject, std::string& buffer, LabelSink& sink) const;
  void compare_file_name(std::string_view text, std::string& buffer, LabelSink& sink) const;
  void compare_behind_name(std::string_view text, std::string_view line, std::string& buffer, LabelSink& sink) const;
  void compare_pairs(std::string_view text, std::string& buffer, LabelSink& sink) const;
  void compare_event(std::string_view text, std::string& buffer, LabelSink& sink) const;
  void compare_line(std::string_view text, std::string_view line, std::string& buffer, LabelSink& sink) const;

  std::uint32_t lists_ = 0;
  std::map<std::string, std::vector<LabelUse>, std::less<>> by_text_;  // by normal form
};

}  // namespace postern::policy
