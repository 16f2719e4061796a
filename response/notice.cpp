#include "response/notice.h"

#include <algorithm>
#include <array>

#include <kainjow/mustache.hpp>

#include "response/mime_builder.h"
#include "response/notice_page.h"
#include "response/notice_shown.h"
#include "response/notice_time.h"

namespace postern::response {

namespace {

using store::RecipientState;

// Bounds of what is shown, in code points.
constexpr size_t kMaxAddress = 80;
constexpr size_t kMaxName = 60;
constexpr size_t kMaxLocator = 40;
constexpr size_t kMaxTitle = 100;
constexpr size_t kMaxClause = 100;
constexpr size_t kMaxPage = 200;
// A rendered paragraph: our longest is 400, a company's may be longer.
constexpr size_t kMaxParagraph = 2000;
// Recipients named in a sentence; all of them stand in the table below it.
constexpr size_t kNamedInSentence = 2;

using Values = kainjow::mustache::data;

std::string fill(const std::string& text, const Values& values) {
  kainjow::mustache::mustache paragraph(text);
  paragraph.set_custom_escape([](const std::string& value) { return value; });
  kainjow::mustache::context<std::string> context;
  context.push(&values);
  return shown(paragraph.render(context), kMaxParagraph);
}

void put(Values& values, const std::string& name, const std::string& text) {
  text.empty() ? values.set(name, Values(Values::type::bool_false)) : values.set(name, Values(text));
}

std::string_view file_of(NoticeKind kind) {
  static constexpr std::array<std::string_view, 11> kFiles{"held",          "justify",   "annotated",  "taken-off",
                                                           "not-delivered", "released",  "declined",   "review",
                                                           "record",        "rule-ends", "undelivered"};
  return kFiles[static_cast<size_t>(kind)];
}

bool is_in(const NoticeRecipient& recipient, std::initializer_list<RecipientState> states) {
  return std::find(states.begin(), states.end(), recipient.state) != states.end();
}

// Writes one notice. Lives for one call of NoticeWriter::write().
class Composer {
 public:
  Composer(const NoticeFacts& facts, const NoticeSettings& settings, const NoticeTemplates& templates)
      : facts_(facts),
        settings_(settings),
        language_(templates.language(facts.language)),
        blocks_(templates.blocks(facts.language)),
        kind_(notice_kind(facts)),
        file_(file_of(kind_)),
        values_(Values::type::object) {
    // A name may tell what a sensitive finding must not: then no file is named at all.
    names_hidden_ = std::any_of(facts.findings.begin(), facts.findings.end(),
                                [](const Finding& finding) { return finding.sensitive; });
    rank_findings();
    fill_values();
  }

  NoticePage page() {
    NoticePage out;
    out.language = language_;
    out.organisation = shown(settings_.organisation, kMaxTitle);
    out.brand = line("common.greeting-brand");
    out.subject = line(file_ + ".subject");
    out.headline = line(file_ + ".headline");
    out.what = lines(variant("what"));
    if (kind_ != NoticeKind::taken_off && !facts_.taken_off.empty()) append(out.what, lines("remarks.taken-off"));
    if (facts_.on_behalf) append(out.what, lines("remarks.on-behalf"));
    if (facts_.not_notified > 0) append(out.what, lines("remarks.limited"));
    add_items(out);
    if (for_sender() && (facts_.unread || !ranked_.empty())) out.why = why();
    out.next = lines(variant("next"));
    add_recipients(out);
    if (teaches()) add_lesson(out);
    if (for_sender() && kind_ != NoticeKind::released) out.wrong = lines("common.wrong");
    out.reference = facts_.reference;
    out.label_found = line(facts_.unread ? "common.label-found-unread" : "common.label-found");
    out.label_why = line("common.label-why");
    out.label_next = line("common.label-next");
    out.label_where = line(for_sender() && !facts_.on_behalf ? "common.label-where" : "common.label-where-review");
    out.label_lesson = line("common.label-lesson");
    out.label_wrong = line("common.label-wrong");
    out.label_reference = line("common.label-reference");
    if (facts_.rule_end) {
      out.reference = shown(facts_.rule_end->rule, kMaxTitle);
      out.label_reference = line("rule-ends.label");
    }
    return out;
  }

 private:
  bool for_sender() const { return facts_.audience == Audience::sender; }

  // The block of this kind of notice, or the one that stands in for it when nothing was found.
  std::string variant(const std::string& name) const {
    const std::string plain = file_ + "." + name;
    if (facts_.rule_end && facts_.rule_end->asks) return plain + "-asked";
    return facts_.unread && blocks_.contains(plain + "-unread") ? plain + "-unread" : plain;
  }

  bool teaches() const {
    return !facts_.on_behalf && !ranked_.empty() &&
           (kind_ == NoticeKind::held || kind_ == NoticeKind::justify || kind_ == NoticeKind::annotated ||
            kind_ == NoticeKind::taken_off || kind_ == NoticeKind::not_delivered);
  }

  void rank_findings() {
    for (const Finding& finding : facts_.findings) ranked_.push_back(&finding);
    std::stable_sort(ranked_.begin(), ranked_.end(), [](const Finding* a, const Finding* b) {
      return std::pair(a->action, a->severity) > std::pair(b->action, b->severity);
    });
  }

  void fill_values() {
    put(values_, "reference", facts_.reference);
    values_.set("on_behalf", Values(facts_.on_behalf));
    values_.set("for_sender", Values(for_sender()));
    put(values_, "sender", facts_.sender.empty() ? line("common.sender-automatic") : shown(facts_.sender, kMaxAddress));
    put(values_, "a_message", line("common.a-message"));
    put(values_, "the_message", line("common.the-message"));
    put(values_, "organisation", shown(settings_.organisation, kMaxTitle));
    put(values_, "liaison", shown(settings_.liaison.to_string(), kMaxAddress));
    put(values_, "contact_page", shown(settings_.contact_page, kMaxPage));
    put(values_, "lessons_page", shown(settings_.lessons_page, kMaxPage));
    put(values_, "sent", time(facts_.sent));
    put(values_, "expires", facts_.expires ? time(*facts_.expires) : "");
    if (facts_.rule_end) {
      put(values_, "rule", shown(facts_.rule_end->rule, kMaxTitle));
      put(values_, "title", shown(facts_.rule_end->title, kMaxTitle));
      put(values_, "until", time(facts_.rule_end->until));
      values_.set("over", Values(facts_.date >= facts_.rule_end->until));
    }
    put(values_, "held_for", named({RecipientState::held}));
    put(values_, "taken_off", taken_off());
    put(values_, "taken_off_for", list_of(addresses([](const auto& r) { return r.taken_off; })));
    put(values_, "whole_to", list_of(addresses([](const auto& r) {
          return !r.taken_off && is_in(r, {RecipientState::delivered, RecipientState::released});
        })));
    put(values_, "delivered_to", named({RecipientState::delivered}));
    put(values_, "released_to", named({RecipientState::released}));
    put(values_, "not_delivered_to", named({RecipientState::not_delivered}));
    put(values_, "declined_for", named({RecipientState::rejected, RecipientState::expired, RecipientState::withdrawn}));
    values_.set("expired", Values(std::any_of(facts_.recipients.begin(), facts_.recipients.end(),
                                              [](const auto& r) { return r.state == RecipientState::expired; })));
    values_.set("unjudged", Values(is_unjudged()));
    values_.set("part_unread", Values(is_part_unread()));
    put(values_, "clause", ranked_.empty() ? "" : shown(ranked_.front()->clause, kMaxClause));
    put(values_, "count", facts_.not_notified > 0 ? std::to_string(facts_.not_notified) : "");
  }

  // The check did not get as far as a part or a rule.
  bool is_unjudged() const { return facts_.unread && facts_.findings.empty() && facts_.unreadable.empty(); }

  // Something inside the message, not the message as a whole.
  bool is_part_unread() const {
    const auto inside = [](const auto& thing) { return !thing.part.is_root(); };
    return std::any_of(facts_.findings.begin(), facts_.findings.end(), inside) ||
           std::any_of(facts_.unreadable.begin(), facts_.unreadable.end(), inside);
  }

  std::string time(WallTime when) const { return notice_time(when, language_, settings_.time_zone); }

  template <typename Chosen>
  std::vector<std::string> addresses(Chosen chosen) const {
    std::vector<std::string> out;
    for (const auto& recipient : facts_.recipients) {
      if (chosen(recipient)) out.push_back(shown(recipient.address, kMaxAddress));
    }
    return out;
  }
  std::string named(std::initializer_list<RecipientState> states) const {
    return list_of(addresses([&](const NoticeRecipient& recipient) { return is_in(recipient, states); }));
  }

  // The attachments that were taken off; those whose name would tell what was found are only counted.
  std::string taken_off() const {
    std::vector<std::string> out;
    size_t unnamed = 0;
    for (const TakenOff& taken : facts_.taken_off) {
      const std::string name = shown_name(taken.name, kMaxName);
      if (name.empty() || names_hidden_ || taken.name_hidden) {
        unnamed++;
      } else {
        out.push_back(name);
      }
    }
    if (unnamed == 1) out.push_back(line("common.attachment-generic"));
    if (unnamed > 1) out.push_back(counted("common.attachments-generic", unnamed));
    return list_of(std::move(out));
  }

  // "a@x", "a@x and b@y", "a@x, b@y and 3 more".
  std::string list_of(std::vector<std::string> chosen) const {
    const size_t total = chosen.size();
    if (total > kNamedInSentence + 1) {
      chosen.resize(kNamedInSentence);
      chosen.push_back(counted("common.and-more", total - kNamedInSentence));
    }
    std::string out;
    for (size_t i = 0; i < chosen.size(); i++) {
      if (i > 0) out += i + 1 == chosen.size() ? " " + line("common.and") + " " : ", ";
      out += chosen[i];
    }
    return out;
  }

  const NoticeBlock& block(const std::string& name) const {
    static const NoticeBlock kNone;
    const auto found = blocks_.find(name);
    return found == blocks_.end() ? kNone : found->second;
  }

  std::vector<NoticeLine> lines(const std::string& name) const {
    std::vector<NoticeLine> out;
    for (const NoticeParagraph& paragraph : block(name)) {
      std::string text = fill(paragraph.text, values_);
      if (!text.empty()) out.push_back({paragraph.item, std::move(text)});
    }
    return out;
  }

  std::string line(const std::string& name, const Values& values) const {
    return block(name).empty() ? "" : fill(block(name).front().text, values);
  }
  std::string line(const std::string& name) const { return line(name, values_); }

  std::string counted(const std::string& name, size_t count) const {
    Values values(Values::type::object);
    put(values, "count", std::to_string(count));
    return line(name, values);
  }

  static void append(std::vector<NoticeLine>& to, std::vector<NoticeLine> more) {
    to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }

  std::string place_words(Place place) const {
    const std::string word(to_string(place));
    std::string text = line("common.place." + word);
    if (!text.empty()) return text;
    text = word;
    std::replace(text.begin(), text.end(), '-', ' ');
    return text;
  }

  // The body of a document needs no words beside the file's name.
  std::string where(const std::string& name, std::optional<Place> place, const std::string& at) const {
    Values values(Values::type::object);
    put(values, "name", name);
    put(values, "place", place && (name.empty() || *place != Place::body) ? place_words(*place) : "");
    put(values, "at", at);
    return line("common.item-place", values);
  }

  NoticeItem item_of(const Finding& finding) const {
    NoticeItem item;
    item.title = shown(finding.title.empty() ? finding.rule : finding.title, kMaxTitle);
    // A file found by its name is not named: the name is what was found.
    const bool hide = names_hidden_ || finding.place == Place::file_name;
    std::string name = shown_name(finding.part_name, kMaxName);
    if (!name.empty() && hide) name = line("common.attachment-generic");
    const bool whole_part = finding.detector.empty();
    item.where = where(name, whole_part && !name.empty() ? std::nullopt : std::optional(finding.place),
                       hide ? "" : shown_name(finding.at, kMaxLocator));
    if (finding.sensitive) {
      item.remark = line("common.item-hidden");
    } else {
      item.excerpt = shown(finding.excerpt, kMaxExcerptCodePoints);
      if (finding.count > 1) item.remark = counted("common.item-times", finding.count);
    }
    return item;
  }

  NoticeItem item_of(const UnreadablePart& part) const {
    Values values(Values::type::object);
    put(values, "outcome", std::string(to_string(part.outcome)));
    NoticeItem item;
    item.title = line("common.item-unreadable", values);
    std::string name = shown_name(part.name, kMaxName);
    if (!name.empty() && names_hidden_) name = line("common.attachment-generic");
    item.where = name.empty() ? "" : where(name, std::nullopt, "");
    return item;
  }

  void add_items(NoticePage& out) const {
    const size_t most = for_sender() ? kMaxItemsForSender : kMaxItemsForReviewer;
    std::vector<NoticeItem> all;
    for (const Finding* finding : ranked_) all.push_back(item_of(*finding));
    for (const UnreadablePart& part : facts_.unreadable) all.push_back(item_of(part));
    // Two rules, or two readings of one part, may say the same to a reader.
    for (NoticeItem& item : all) {
      const bool again = std::any_of(out.items.begin(), out.items.end(), [&](const NoticeItem& other) {
        return other.title == item.title && other.where == item.where && other.excerpt == item.excerpt;
      });
      if (!again) out.items.push_back(std::move(item));
    }
    if (out.items.size() > most) {
      out.more_items = counted("common.item-more", out.items.size() - most);
      out.items.resize(most);
    }
  }

  std::vector<NoticeLine> why() const {
    // A check that failed is our matter and has no reason to give.
    if (facts_.unread) return is_unjudged() ? std::vector<NoticeLine>() : lines("common.why-unread");
    const std::string name = "common.why." + ranked_.front()->category;
    return lines(blocks_.contains(name) ? name : "common.why.other");
  }

  void add_recipients(NoticePage& out) const {
    for (const NoticeRecipient& recipient : facts_.recipients) {
      if (out.recipients.size() == kMaxRecipientsShown) {
        out.more_recipients = counted("common.item-more", facts_.recipients.size() - kMaxRecipientsShown);
        break;
      }
      out.recipients.push_back(
          {shown(recipient.address, kMaxAddress),
           line("common.fate." +
                (recipient.taken_off ? std::string("taken-off") : std::string(to_string(recipient.state))))});
    }
  }

  void add_lesson(NoticePage& out) const {
    for (const std::string& name : {ranked_.front()->module, ranked_.front()->category, std::string("other")}) {
      const std::string lesson = "lessons." + name;
      if (name.empty() || !blocks_.contains(lesson) || !blocks_.contains(lesson + ".title")) continue;
      out.lesson_title = line(lesson + ".title");
      out.lesson = lines(lesson);
      append(out.lesson, lines("common.lesson-more"));
      return;
    }
  }

  const NoticeFacts& facts_;
  const NoticeSettings& settings_;
  const std::string language_;
  const NoticeBlocks& blocks_;
  const NoticeKind kind_;
  const std::string file_;
  Values values_;
  bool names_hidden_ = false;
  std::vector<const Finding*> ranked_;
};

}  // namespace

NoticeKind notice_kind(const NoticeFacts& facts) {
  if (facts.rule_end) return NoticeKind::rule_ends;
  if (facts.undelivered) return NoticeKind::undelivered;
  const auto any = [&](std::initializer_list<RecipientState> states) {
    return std::any_of(facts.recipients.begin(), facts.recipients.end(),
                       [&](const NoticeRecipient& recipient) { return is_in(recipient, states); });
  };
  const bool held = any({RecipientState::held});
  if (facts.audience != Audience::sender) return held ? NoticeKind::review : NoticeKind::record;
  if (held) {
    const bool justify = std::all_of(facts.recipients.begin(), facts.recipients.end(), [](const NoticeRecipient& r) {
      return r.state != RecipientState::held || r.action == Action::justify;
    });
    return justify ? NoticeKind::justify : NoticeKind::held;
  }
  if (any({RecipientState::rejected, RecipientState::expired, RecipientState::withdrawn})) return NoticeKind::declined;
  if (any({RecipientState::released})) return NoticeKind::released;
  if (any({RecipientState::not_delivered})) return NoticeKind::not_delivered;
  if (std::any_of(facts.recipients.begin(), facts.recipients.end(), [](const auto& r) { return r.taken_off; })) {
    return NoticeKind::taken_off;
  }
  return NoticeKind::annotated;
}

NoticeWriter::NoticeWriter(NoticeSettings settings, NoticeTemplates templates)
    : settings_(std::move(settings)), templates_(std::move(templates)) {}

Result<Notice> NoticeWriter::write(const NoticeFacts& facts) const {
  Notice notice;
  for (const std::string& text : facts.to) {
    const auto address = parse_address(text);
    if (!address || address->is_null()) {
      return fail(ErrorKind::invalid_input, "a notice is addressed to something that is no address");
    }
    if (!settings_.is_internal || !settings_.is_internal(*address)) {
      return fail(ErrorKind::permission, "notices go only to addresses of the organisation");
    }
    notice.to.push_back(*address);
  }
  if (notice.to.empty()) return fail(ErrorKind::invalid_input, "a notice is addressed to nobody");

  const NoticePage page = Composer(facts, settings_, templates_).page();
  notice.subject = page.subject;
  notice.text = render_text(page, templates_.text_layout());
  notice.html = render_html(page, templates_.html_layout());

  MailDraft draft;
  draft.from_name = settings_.from_name;
  draft.from = settings_.from;
  draft.to = notice.to;
  draft.reply_to = settings_.liaison;
  draft.subject = notice.subject;
  draft.date = facts.date;
  draft.message_id = facts.message_id;
  // A reviewer has no such message in the mailbox.
  if (facts.audience == Audience::sender) draft.in_reply_to = facts.original_message_id;
  draft.auto_submitted = facts.audience == Audience::sender ? "auto-replied" : "auto-generated";
  draft.language = page.language;
  draft.text = notice.text;
  draft.html = notice.html;
  notice.message = build_mail(draft);
  return notice;
}

}  // namespace postern::response
