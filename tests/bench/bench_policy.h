// What the programs that measure scanning make of the corpus: detectors of its rules, messages of its texts.
#pragma once

#include <string>

#include "floors/rules_file.h"
#include "message/extracted_text.h"
#include "policy/model.h"

namespace postern::bench {

inline policy::Detector detector_of(const CorpusRule& rule) {
  policy::Detector out;
  out.id = rule.id;
  out.primary = policy::RegexPattern{(rule.flags == "i" ? "(?i)" : "") + rule.regex, {}};
  return out;
}

// The body alone.
inline ExtractedText message_of(const std::string& body) {
  ExtractedText message;
  Part root;
  root.role = PartRole::message;
  root.type = "message/rfc822";
  message.parts.push_back(root);
  message.segments.push_back({0, Place::body, "", body});
  return message;
}

}  // namespace postern::bench
