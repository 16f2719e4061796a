#include "extractors/ppt/slides.h"

#include <algorithm>

#include "extractors/archive/bytes.h"
#include "extractors/ppt/records.h"
#include "extractors/story/code_page.h"
#include "extractors/story/inflate.h"

namespace postern::extract::ppt {

namespace {

constexpr size_t kDeepest = 64;        // containers in containers; PowerPoint nests some ten
constexpr size_t kMostKept = 100'000;  // texts remembered for older states; more are told again

// Paragraphs end with a carriage return, lines with a vertical tab.
std::string text_of(const Record& record) {
  std::string text;
  if (record.type == kNarrowText) {
    append_code_page(text, record.content, kCodePageAnsi);
  } else {
    append_utf16le(text, record.content);
  }
  std::replace(text.begin(), text.end(), '\r', '\n');
  std::replace(text.begin(), text.end(), '\v', '\n');
  std::erase(text, '\0');
  return text;
}

bool is_text(const Record& record) {
  return record.type == kNarrowText || record.type == kWideText;
}

// Calls with each record inside, at any depth, a container before what it holds. `take` says whether to go into it.
template <typename Take>
void walk(std::string_view records, Teller& teller, const Take& take) {
  std::vector<std::string_view> open{records};
  while (!open.empty() && !teller.stopped()) {
    Record record;
    if (!read_record(open.back(), record)) {
      open.pop_back();
      continue;
    }
    open.back().remove_prefix(kRecordHead + record.content.size());
    if (!take(record) || !record.container) continue;
    if (open.size() < kDeepest) {
      open.push_back(record.content);
    } else {
      teller.note(Outcome::limit, "records nested deeper than the limit (" + std::to_string(kDeepest) + ")");
    }
  }
}

bool is_hidden(std::string_view slide, Teller& teller) {
  constexpr std::uint16_t kHidden = 0x0004;
  bool hidden = false;
  walk(slide, teller, [&](const Record& record) {
    if (record.type == kSlideShowInfo && (le16(record.content, 10) & kHidden) != 0) hidden = true;
    return false;
  });
  return hidden;
}

}  // namespace

void Slides::tell() {
  Record record;
  if (read_record(edits_.document_object(), record) && record.type == kDocument) {
    tell_document(record.content);
  } else {
    teller_.note(Outcome::malformed, "its directory of slides is damaged");
  }
  // Objects that no list names: handout masters, embedded objects, macros, what damage cut off. In the order of the
  // file.
  std::vector<std::uint32_t> places;
  for (const auto& [number, place] : edits_.places()) places.push_back(place);
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  for (const std::uint32_t place : places) {
    if (teller_.stopped()) return;
    if (place >= document_.size() || !read_record(document_.substr(place), record)) continue;
    if (record.type == kDocument || !told_.insert(place).second) continue;
    if (record.type == kStorage) {
      tell_storage(record);
    } else if (record.type == kMaster || record.type == kHandout) {
      tell_page(record.content, Place::master, record.type == kHandout ? "handout" : "master", {});
    } else if (record.type == kNotes) {
      tell_page(record.content, Place::notes, "notes", {});
    } else {
      tell_page(record.content, Place::body, "", {});
    }
  }
  tell_older();
}

void Slides::tell_document(std::string_view content) {
  const auto page = [this](const Record& record) {
    if (record.type != kSlideList) return false;
    tell_list(record);
    return false;
  };
  // The slides before the masters, which stand first in the file.
  walk(content, teller_, [&](const Record& record) { return record.instance != 0 ? false : page(record); });
  walk(content, teller_, [&](const Record& record) { return record.instance == 0 ? false : page(record); });
  walk(content, teller_, [&](const Record& record) {
    if (record.type == kSlideList) return false;
    if (record.type == kHeadersFooters || record.type == kLink) {
      tell_strings(record, record.type == kLink ? Place::link : Place::header_footer, "");
      return false;
    }
    if (record.type == kString) tell_string(record, "");
    if (is_text(record)) teller_.tell(Place::master, "", text_of(record));
    if (tell_shape(teller_, "", record) || tell_picture(teller_, record)) return false;
    return true;
  });
}

void Slides::tell_list(const Record& list) {
  constexpr std::uint16_t kSlides = 0, kMasters = 1;
  std::vector<Entry> entries;
  walk(list.content, teller_, [&](const Record& record) {
    if (record.type == kSlideReference) entries.push_back({le32(record.content, 0), {}});
    if (entries.empty()) return false;
    if (record.type == kTextHeader) entries.back().outline.emplace_back();
    if (is_text(record)) {
      if (entries.back().outline.empty()) entries.back().outline.emplace_back();
      entries.back().outline.back() += text_of(record);
    }
    return false;
  });
  const bool masters = list.instance == kMasters;
  const std::string_view name = masters ? "master" : list.instance == kSlides ? "slide" : "notes";
  const Place place = masters ? Place::master : list.instance == kSlides ? Place::body : Place::notes;
  size_t number = 0;
  for (const Entry& entry : entries) {
    if (teller_.stopped()) return;
    tell_entry(entry, place, std::string(name) + " " + std::to_string(++number));
  }
}

void Slides::tell_entry(const Entry& entry, Place place, const std::string& name) {
  Record record;
  const std::string_view object = edits_.object(entry.number);
  if (!object.empty()) told_.insert(static_cast<std::uint32_t>(object.data() - document_.data()));
  if (!read_record(object, record) || !record.container) {
    teller_.note(Outcome::malformed, "a slide is not where the directory says");
    for (const std::string& text : entry.outline) teller_.tell(place, name, text);
    return;
  }
  if (place == Place::body && is_hidden(record.content, teller_)) place = Place::hidden_slide;
  tell_page(record.content, place, name, entry.outline);
}

void Slides::tell_page(std::string_view content, Place place, const std::string& at,
                       const std::vector<std::string>& outline) {
  std::string shown;
  std::vector<bool> used(outline.size(), false);
  const auto show = [&](const std::string& text) {
    if (text.empty()) return;
    if (texts_.size() < kMostKept) texts_.insert(text);
    shown += text;
    if (shown.back() != '\n') shown += '\n';
  };
  walk(content, teller_, [&](const Record& record) {
    if (is_text(record)) {
      show(text_of(record));
    } else if (record.type == kOutlineReference) {
      const size_t index = le32(record.content, 0);
      if (index < outline.size() && !used[index]) {
        used[index] = true;
        show(outline[index]);
      }
    } else if (record.type == kComment) {
      tell_comment(record.content, at);
      return false;
    } else if (record.type == kHeadersFooters) {
      tell_strings(record, Place::header_footer, at);
      return false;
    } else if (record.type == kString) {
      tell_string(record, at);
    } else if (tell_shape(teller_, at, record) || tell_picture(teller_, record)) {
      return false;
    }
    // What programs keep for themselves in a binary tag is records as well ([MS-PPT] 2.11.24).
    constexpr std::uint16_t kBinaryTag = 0x138B;
    if (record.type == kBinaryTag && !record.container) {
      walk(record.content, teller_, [&](const Record& inner) {
        if (inner.type != kComment) return true;
        tell_comment(inner.content, at);
        return false;
      });
      return false;
    }
    return true;
  });
  for (size_t i = 0; i < outline.size(); i++) {
    if (!used[i]) show(outline[i]);
  }
  teller_.tell(place, at, shown);
}

void Slides::tell_strings(const Record& container, Place place, const std::string& at) {
  walk(container.content, teller_, [&](const Record& record) {
    if (record.type != kString) return true;
    const std::string text = text_of(record);
    if (texts_.size() < kMostKept) texts_.insert(text);
    teller_.tell(place, at, text);
    return true;
  });
}

// Tags of programs, by name and value, and the name of the template ([MS-PPT] 2.13.8).
void Slides::tell_string(const Record& record, const std::string& at) {
  constexpr std::uint16_t kTemplateName = 2;
  const std::string text = text_of(record);
  if (record.instance <= kTemplateName && !text.starts_with("___PPT")) teller_.tell(Place::property, at, text);
}

void Slides::tell_comment(std::string_view content, const std::string& at) {
  constexpr std::uint16_t kAuthor = 0, kText = 1;
  std::string author, text;
  walk(content, teller_, [&](const Record& record) {
    if (record.type == kString && record.instance == kAuthor) author = text_of(record);
    if (record.type == kString && record.instance == kText) text = text_of(record);
    return true;
  });
  teller_.tell(Place::comment, at, author.empty() ? text : author + ": " + text);
}

void Slides::tell_storage(const Record& record) {
  constexpr std::uint16_t kPacked = 1;
  Child child;
  child.name = "object " + std::to_string(++objects_);
  if (record.instance != kPacked) {
    teller_.child(child, record.content);
    return;
  }
  const std::string_view packed = record.content.substr(std::min<size_t>(4, record.content.size()));
  child.packed_size = packed.size();
  teller_.child(child, [&](std::string& buffer) { return inflate_child(packed, teller_.sink().budget(), buffer); });
}

// Whole objects that a newer edit has replaced or dropped; without a directory, all there is.
void Slides::tell_older() {
  const Place place = edits_.found() ? Place::revision : Place::body;
  size_t at = 0;
  Record record;
  while (!teller_.stopped() && at < document_.size() && read_record(document_.substr(at), record)) {
    const bool newest =
        told_.contains(static_cast<std::uint32_t>(at)) || document_.data() + at == edits_.document_object().data();
    if (!newest) {
      walk(document_.substr(at, kRecordHead + record.content.size()), teller_, [&](const Record& inner) {
        if (!is_text(inner)) return true;
        std::string text = text_of(inner);
        if (texts_.contains(text)) return false;
        teller_.tell(place, "", text);
        if (!edits_.found() && texts_.size() < kMostKept) texts_.insert(std::move(text));
        return false;
      });
    }
    at += kRecordHead + record.content.size();
  }
}

}  // namespace postern::extract::ppt
