#include "extractors/html/mail_places.h"

#include <algorithm>
#include <array>
#include <vector>

#include "extractors/html/element.h"
#include "extractors/mail/header.h"
#include "message/mail_marks.h"

namespace postern::extract {
namespace {

using namespace std::string_view_literals;

// The first text inside an element, as far as it is near.
std::string_view first_text(const GumboNode& node) {
  constexpr int kMostNodes = 32;
  std::vector<const GumboNode*> stack = {&node};
  for (int seen = 0; seen < kMostNodes && !stack.empty(); seen++) {
    const GumboNode* const at = stack.back();
    stack.pop_back();
    if (at->type == GUMBO_NODE_TEXT && !trim(at->v.text.text).empty()) return trim(at->v.text.text);
    if (at->type != GUMBO_NODE_ELEMENT) continue;
    const GumboVector& children = at->v.element.children;
    for (unsigned i = std::min<unsigned>(children.length, kMostNodes); i > 0; i--)
      stack.push_back(static_cast<const GumboNode*>(children.data[i - 1]));
  }
  return "";
}

bool holds_any(std::string_view text, auto const& words) {
  return !text.empty() && std::any_of(words.begin(), words.end(),
                                      [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

}  // namespace

MailPlace mail_place_of(const GumboNode& node) {
  const GumboElement& element = node.v.element;
  const std::string_view classes = attribute(element, "class"), id = attribute(element, "id");
  static constexpr std::array kQuotes = {"gmail_quote"sv, "yahoo_quoted"sv,   "protonmail_quote"sv, "moz-cite-prefix"sv,
                                         "zmail_extra"sv, "tutanota_quote"sv, "gmail_extra"sv};
  static constexpr std::array kSignatures = {"signature"sv, "Signature"sv};
  if (holds_any(classes, std::array{"moz-forward-container"sv})) return MailPlace::forwarded;
  if (element.tag == GUMBO_TAG_BLOCKQUOTE || holds_any(classes, kQuotes))
    return is_forward_separator(first_text(node)) ? MailPlace::forwarded : MailPlace::quoted;
  // Outlook only marks where the older mail begins.
  if (id == "divRplyFwdMsg" || id == "appendonsend" || id.ends_with("mail-editor-reference-message-container"))
    return MailPlace::quoted_to_the_end;
  const std::string_view css = attribute(element, "style");
  if (css.find("border-top:solid #E1E1E1 1.0pt") != std::string_view::npos ||
      css.find("border-top:solid #B5C4DF 1.0pt") != std::string_view::npos)
    return MailPlace::quoted_to_the_end;
  // gmail_signature, moz-signature, ms-outlook-mobile-signature, AppleMailSignature, Outlook's id "Signature" ...
  if (holds_any(classes, kSignatures) || holds_any(id, kSignatures)) return MailPlace::signature;
  return MailPlace::none;
}

}  // namespace postern::extract
