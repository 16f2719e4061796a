#include "extractors/mail/entity.h"

#include <algorithm>

namespace postern::extract {
namespace {

// type "/" subtype of RFC 2045 5.1 tokens; anything else is taken for text/plain (RFC 2045 5.2).
bool is_type(std::string_view value) {
  const size_t slash = value.find('/');
  return slash != std::string_view::npos && slash > 0 && slash + 1 < value.size() &&
         value.find('/', slash + 1) == std::string_view::npos;
}

struct EncodingChoice {
  TransferEncoding encoding;
  bool exact;
};

template <typename T, typename Same>
void add_different(std::vector<T>& list, T value, Same same) {
  if (std::none_of(list.begin(), list.end(), [&](const T& known) { return same(known, value); }))
    list.push_back(std::move(value));
}

void doubt(Entity& entity, std::string_view why) {
  if (entity.doubt.empty()) entity.doubt = std::string(why);
}

}  // namespace

Entity parse_entity(std::string_view bytes, HeaderOf of, std::string_view default_type) {
  Entity out;
  out.header = parse_header(bytes, of);
  const Header& header = out.header;
  if (const auto values = values_of(header, "Content-Disposition"); !values.empty()) {
    out.disposition = parse_parameterised(values.front());
    for (size_t i = 1; i < values.size(); i++) {
      for (Parameter& parameter : parse_parameterised(values[i]).parameters)
        out.disposition.parameters.push_back(std::move(parameter));
    }
  }

  std::vector<Parameterised> types;
  for (const std::string_view value : values_of(header, "Content-Type")) {
    Parameterised type = parse_parameterised(value);
    if (!is_type(type.value)) {
      if (type.value.starts_with("multipart") && !type.get("boundary").empty()) {
        Parameterised parts = type;
        parts.value = "multipart/mixed";
        types.push_back(std::move(parts));
        doubt(out, "a Content-Type that only says multipart, which some programs take for no type at all");
      }
      type.value = "text/plain";
    }
    add_different(types, std::move(type), [](const Parameterised& a, const Parameterised& b) {
      return a.value == b.value && a.all("boundary") == b.all("boundary") && a.get("charset") == b.get("charset");
    });
  }
  if (types.size() > kMostTypes) types.erase(types.begin() + kMostTypes - 1, types.end() - 1);
  const bool type_declared = !types.empty();
  if (types.size() > 1) doubt(out, "two Content-Type fields, and programs differ in which one they take");
  if (types.empty()) types.push_back({std::string(default_type), {}});

  std::vector<EncodingChoice> encodings;
  const auto same_encoding = [](const EncodingChoice& a, const EncodingChoice& b) { return a.encoding == b.encoding; };
  for (const std::string_view value : values_of(header, "Content-Transfer-Encoding")) {
    bool exact = true;
    const TransferEncoding encoding = parse_transfer_encoding(value, &exact);
    add_different(encodings, {encoding == TransferEncoding::unknown ? TransferEncoding::identity : encoding, exact},
                  same_encoding);
    if (!exact && encoding != TransferEncoding::identity) {
      // An unknown encoding makes the data opaque (RFC 2045 6.4), but programs guess.
      add_different(encodings, {TransferEncoding::identity, true}, same_encoding);
      doubt(out, "an unknown Content-Transfer-Encoding, which some programs take for a known one");
    }
  }
  if (encodings.size() > 1)
    doubt(out, "two Content-Transfer-Encoding fields, and programs differ in which one they take");
  if (encodings.empty()) encodings.push_back({TransferEncoding::identity, true});

  std::vector<std::string_view> bodies = {header.body};
  if (!header.odd_lines.empty() && !header.body_from_odd_line.empty()) {
    doubt(out, "a line that is no header field, at which some programs begin the body");
    bodies.push_back(header.body_from_odd_line);
  }
  if (!header.body_from_blank_line.empty()) {
    doubt(out, "empty lines before the header, at which some programs begin the body");
  }
  if (header.had_space_before_colon)
    doubt(out, "white space before the colon of a header field, which some programs do not take for one");

  for (const std::string_view body : bodies) {
    for (const Parameterised& type : types) {
      for (const EncodingChoice& encoding : encodings) {
        if (out.readings.size() < kMostReadings) out.readings.push_back({type, type_declared, encoding.encoding, body});
      }
    }
  }
  if (!header.body_from_blank_line.empty()) {
    out.readings.push_back({{"text/plain", {}}, false, TransferEncoding::identity, header.body_from_blank_line});
  }
  return out;
}

}  // namespace postern::extract
