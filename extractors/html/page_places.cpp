// The places of a page that is read: what is quoted, forwarded, signed with.
#include <algorithm>

#include "extractors/html/mail_places.h"
#include "extractors/html/page.h"
#include "extractors/mail/header.h"
#include "extractors/text/display_order.h"
#include "extractors/text/mail_body.h"
#include "extractors/text/quote_marks.h"
#include "extractors/text/text.h"

namespace postern::extract {

void PageReader::tell_body() {
  if (!is_mail_body_) return tell_shown(Place::body, &PageReader::body_);
  const std::string& text = body_.str();
  if (known_ != nullptr && known_->body_.str() == text) return;
  const MailBody parts = split_mail_body(text, TextFormat::fixed, BodyKind::page);
  if (hit_ == LimitHit::none) hit_ = tell_mail_body(parts, at_, sink_);
  tell_otherwise(Place::body, text, MarkedRuns::where_depth_changes);
  tell(Place::body, "across places", seams());
}

void PageReader::tell_shown(Place place, Flow PageReader::*flow) {
  const std::string& text = (this->*flow).str();
  if (known_ != nullptr && (known_->*flow).str() == text) return;
  tell(place, at_, text);
  tell_otherwise(place, text, MarkedRuns::all);
}

void PageReader::tell_otherwise(Place place, const std::string& text, MarkedRuns runs) {
  tell(place, "in the order of display", in_display_order(text));
  tell(Place::quoted, "across quote marks", across_quote_marks(text, runs));
}

// What stands inside a place stays there; only what the sender wrote has others in it.
void PageReader::apply_mail_place(const GumboNode& node, State& state) {
  switch (mail_place_of(node)) {
    case MailPlace::none:
      return;
    case MailPlace::quoted_to_the_end:
      quoted_to_the_end_ = true;
      return;
    case MailPlace::quoted:
      if (state.place == Place::body || state.place == Place::signature) state.place = Place::quoted;
      return;
    case MailPlace::forwarded:
      if (state.place == Place::body) state.place = Place::forwarded;
      return;
    case MailPlace::signature:
      if (state.place == Place::body) state.place = Place::signature;
      return;
  }
}

void PageReader::see_seam(const Flow& next, std::string_view text) {
  constexpr size_t kMostSeams = 64;
  if (seams_.size() < kMostSeams && !trim(text).empty())
    seams_.push_back({last_shown_, last_shown_->str().size(), &next, next.str().size()});
}

// The last line of one place and the first of the next: a reader's eye goes on.
std::string PageReader::seams() const {
  constexpr size_t kMostOfALine = 400;
  std::string out;
  for (const Seam& seam : seams_) {
    const std::string_view before = trim(std::string_view(seam.before->str()).substr(0, seam.before_end));
    const std::string_view behind = trim(std::string_view(seam.behind->str()).substr(seam.behind_begin));
    const std::string_view last = before.substr(before.rfind('\n') + 1);
    out += last.substr(last.size() - std::min(last.size(), kMostOfALine));
    out += '\n';
    out += behind.substr(0, std::min(behind.find('\n'), kMostOfALine));
    out += "\n\n";
  }
  return out;
}

}  // namespace postern::extract
