#include "response/annotation.h"

#include <algorithm>

namespace postern::response {

namespace {

bool is_removed(const MtaAnswer& answer, size_t recipient) {
  return std::find(answer.remove_recipients.begin(), answer.remove_recipients.end(), recipient) !=
         answer.remove_recipients.end();
}

}  // namespace

Annotations annotations_for(const Committed& committed, const Verdict& verdict, const AnnotationOptions& options) {
  Annotations out;
  if (committed.answer.kind != MtaAnswer::Kind::accept || !committed.annotates) return out;
  bool outside = false, social = false;
  for (const RecipientVerdict& recipient : verdict.recipients) {
    if (is_removed(committed.answer, recipient.recipient)) continue;
    // One of ours that fans out to people outside is of their classes too.
    outside = outside || recipient.classes != std::vector{DestinationClass::internal};
    social = social || std::find(recipient.classes.begin(), recipient.classes.end(), DestinationClass::social) !=
                           recipient.classes.end();
  }
  out.reference = options.reference && !outside && !committed.reference.empty();
  if (options.footer.empty() || social) return out;
  Footer footer{options.footer, options.lesson_address, false};
  footer.with_link = options.link == LinkShown::always || (options.link == LinkShown::inside && !outside);
  out.footer = std::move(footer);
  return out;
}

}  // namespace postern::response
