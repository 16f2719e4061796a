// The text parts of a mail that carry its body, and the reasons not to touch it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "extractors/extractor.h"
#include "extractors/mail/header.h"
#include "extractors/mail/transfer.h"
#include "message/body_edit.h"

namespace postern::extract {

// A text part to edit. Views point into the message.
struct BodyPart {
  enum class Kind { plain, html };
  Kind kind = Kind::plain;
  bool is_root = false;
  std::string_view entity;                 // with its header
  std::string_view body;                   // as it stands, in its transfer encoding
  std::optional<RawField> type_field;      // Content-Type
  std::optional<RawField> encoding_field;  // Content-Transfer-Encoding
  bool has_mime_version = false;           // of the root
  std::string charset;                     // as declared, lower case; empty when not
  TransferEncoding encoding = TransferEncoding::identity;
  bool declared_eight_bit = false;  // 8bit or binary
  TextFormat format = TextFormat::fixed;
  std::vector<std::string> boundaries;  // of the multiparts around it
};

// Why a message is not edited.
struct NoEdit {
  FooterOutcome outcome = FooterOutcome::no_text;
  std::string why;
};

struct BodyParts {
  std::vector<BodyPart> parts;    // in the order of the message; none with `refusal`
  std::optional<NoEdit> refusal;  // set when there are no parts
};

// Parts and depth that are followed; mail with more is left alone.
inline constexpr size_t kMostBodyWalkParts = 10'000;
inline constexpr unsigned kMostBodyWalkDepth = 24;
// Text parts that are edited: an alternative of more is no mail that a program writes.
inline constexpr size_t kMostEditedParts = 16;

BodyParts find_body_parts(std::string_view message);

}  // namespace postern::extract
