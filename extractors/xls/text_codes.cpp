#include "extractors/xls/text_codes.h"

#include <algorithm>
#include <array>

#include "extractors/archive/bytes.h"
#include "extractors/ole/utf16.h"
#include "extractors/ooxml/grid.h"
#include "extractors/text/charset.h"

namespace postern::extract::xls {

using namespace std::string_view_literals;

std::string plain_header(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); i++) {
    if (text[i] != '&' || i + 1 >= text.size()) {
      out += text[i];
      continue;
    }
    const char code = text[++i];
    if (code == '&') {
      out += '&';
    } else if (code == 'L' || code == 'C' || code == 'R') {
      if (!out.empty()) out += '\n';
    } else if (code == '"') {
      i = std::min(text.find('"', i + 1), text.size());
    } else if (code >= '0' && code <= '9') {
      while (i + 1 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '9') i++;
    }
  }
  return out;
}

std::string_view error_text(unsigned code) {
  switch (code) {
    case 0x00:
      return "#NULL!";
    case 0x07:
      return "#DIV/0!";
    case 0x0F:
      return "#VALUE!";
    case 0x17:
      return "#REF!";
    case 0x1D:
      return "#NAME?";
    case 0x24:
      return "#NUM!";
    case 0x2A:
      return "#N/A";
    default:
      return "";
  }
}

std::string builtin_name(std::string_view label) {
  constexpr std::array kNames = {"Consolidate_Area"sv, "Auto_Open"sv,      "Auto_Close"sv,    "Extract"sv,
                                 "Database"sv,         "Criteria"sv,       "Print_Area"sv,    "Print_Titles"sv,
                                 "Recorder"sv,         "Data_Form"sv,      "Auto_Activate"sv, "Auto_Deactivate"sv,
                                 "Sheet_Title"sv,      "_FilterDatabase"sv};
  const size_t code = label.size() == 1 ? static_cast<unsigned char>(label[0]) : kNames.size();
  return std::string(code < kNames.size() ? kNames[code] : label);
}

std::string external_path(std::string_view encoded) {
  std::string out;
  for (const char c : encoded) {
    if (static_cast<unsigned char>(c) >= 0x20) {
      out += c;
    } else if (c >= '\3' && c <= '\5' && !out.empty()) {  // between folders
      out += '\\';
    }
  }
  return out;
}

std::vector<std::string> link_targets(std::string_view record) {
  constexpr std::string_view kUrl = "\xE0\xC9\xEA\x79\xF9\xBA\xCE\x11\x8C\x82\x00\xAA\x00\x4B\xA9\x0B"sv;
  constexpr std::string_view kFile = "\x03\x03\x00\x00\x00\x00\x00\x00\xC0\x00\x00\x00\x00\x00\x00\x46"sv;
  std::vector<std::string> out;
  size_t at = 8 + 16 + 4;  // cells, class, version
  const auto flags = le32(record, at);
  at += 4;
  const auto keep = [&](std::string text) {
    if (!text.empty()) out.push_back(std::move(text));
  };
  const auto wide_string = [&] {  // behind its length in characters
    const std::uint64_t size = std::uint64_t{le32(record, at)} * 2;
    at = std::min(at + 4, record.size());
    const std::string_view bytes = record.substr(at, size);
    at += bytes.size();
    keep(utf16le_to_utf8(until_nul16(bytes)));
  };
  if ((flags & 0x10) != 0) wide_string();  // the text that is shown
  if ((flags & 0x80) != 0) wide_string();  // the frame
  if ((flags & 0x101) == 0x101) {
    wide_string();
  } else if ((flags & 1) != 0 && at < record.size()) {
    const std::string_view kind = record.substr(at, 16);
    at += kind.size();
    if (kind == kUrl) {
      const size_t size = le32(record, at);
      at = std::min(at + 4, record.size());
      keep(utf16le_to_utf8(until_nul16(record.substr(at, size))));
      at = std::min(at + size, record.size());
    } else if (kind == kFile) {
      const size_t size = le32(record, at + 2);
      at = std::min(at + 6, record.size());
      const std::string_view path = record.substr(at, size);
      keep(std::string(read_text(path.substr(0, path.find('\0')), "").main.text()));
      at = std::min(at + path.size() + 24, record.size());
      const size_t rest = le32(record, at);
      at = std::min(at + 4, record.size());
      if (rest > 6) keep(utf16le_to_utf8(record.substr(std::min(at + 6, record.size()), rest - 6)));
      at = std::min(at + rest, record.size());
    }
  }
  if ((flags & 8) != 0) wide_string();  // the place in the target
  return out;
}

std::string strings_in(const Record& record) {
  constexpr size_t kShortest = 4;
  std::string out;
  for (const std::string_view piece : record.pieces) {
    std::string run;
    const auto end_run = [&] {
      if (run.size() >= kShortest) out += run + "\n";
      run.clear();
    };
    for (const char c : piece) {
      if (static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7F) {
        run += c;
      } else if (c != '\0') {
        end_run();
      }
    }
    end_run();
  }
  return out;
}

std::string trimmed(std::string text) {
  text.resize(text.find_last_not_of(' ') + 1);
  return text;
}

std::string quote_sheet(std::string_view name) {
  return ooxml::quote_sheet(name);
}

}  // namespace postern::extract::xls
