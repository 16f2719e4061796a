// Proofs as text.
#include <algorithm>

#include "policy/explain_text_of.h"
#include "policy/proof.h"
#include "policy/views.h"

namespace postern::policy {

namespace {

class TextWriter {
 public:
  TextWriter(const Explained& explained, ShowText show) : e_(explained), show_(show) {}

  std::string write() {
    parts();
    recipients();
    detectors();
    rules();
    verdict();
    changes();
    stages();
    return std::move(out_);
  }

 private:
  void line(int indent, const std::string& text) {
    out_.append(static_cast<size_t>(indent) * 2, ' ');
    out_ += text;
    out_ += '\n';
  }

  // Hostile text on one line, for a terminal.
  static std::string tame(std::string_view text) {
    std::string out;
    for (const char c : text) out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    return out;
  }

  std::string part_label(std::uint32_t index) const {
    if (index >= e_.text.parts.size()) return "?";
    const Part& part = e_.text.parts[index];
    std::string out = part.path.is_root() ? "message" : part.path.to_string();
    const std::string name = tame(shown_of(index).name);
    if (!name.empty()) out += " (" + name + ")";
    return out;
  }

  // Nothing of a part that was not proved is shown: nobody masked it.
  PartProof shown_of(std::uint32_t index) const {
    return index < e_.proof.parts.size() ? e_.proof.parts[index] : PartProof{};
  }

  void parts() {
    line(0, "parts");
    for (std::uint32_t i = 0; i < e_.text.parts.size(); i++) {
      const Part& part = e_.text.parts[i];
      std::string text = part_label(i) + "  " + part.type + "  " + std::to_string(part.size) + " bytes";
      if (part.outcome != Outcome::complete)
        text += "  " + std::string(to_string(part.outcome)) + ": " + tame(shown_of(i).why);
      for (const std::string& fact : part.facts) text += "  [" + fact + "]";
      line(1 + static_cast<int>(part.path.depth()), text);
      if (show_ == ShowText::yes) segments(i, 2 + static_cast<int>(part.path.depth()));
    }
  }

  void segments(std::uint32_t part, int indent) {
    for (std::uint32_t i = 0; i < e_.text.segments.size(); i++) {
      const Segment& segment = e_.text.segments[i];
      if (segment.part != part) continue;
      std::string where(to_string(segment.place));
      if (!segment.at.empty()) where += " " + tame(segment.at);
      line(indent, where + ":");
      const std::string text = marked(shown_text(e_.text, e_.proof, i));
      for (size_t at = 0; at < text.size();) {
        const size_t end = std::min(text.find('\n', at), text.size());
        line(indent + 1, tame(std::string_view(text).substr(at, end - at)));
        at = end + 1;
      }
    }
  }

  static std::string marked(const ShownText& shown) {
    std::string out;
    size_t at = 0;
    for (const ShownText::Mark& mark : shown.marks) {
      out.append(shown.text, at, mark.begin - at).append(kMarkBegin);
      out.append(shown.text, mark.begin, mark.end - mark.begin).append(kMarkEnd);
      at = mark.end;
    }
    return out.append(shown.text, at);
  }

  void recipients() {
    line(0, "recipients");
    for (const RecipientVerdict& recipient : e_.verdict.recipients) {
      std::string text = tame(e_.envelope.recipients[recipient.recipient].raw) + "  ";
      for (size_t i = 0; i < recipient.classes.size(); i++) {
        text += (i == 0 ? "" : ", ") + std::string(to_string(recipient.classes[i]));
      }
      line(1, text);
      if (recipient.recipient >= e_.proof.recipients.size()) continue;
      for (const DestinationReason& reason : e_.proof.recipients[recipient.recipient].reasons) {
        std::string why = std::string(to_string(reason.cls)) + ": " + reason.pattern;
        if (!reason.service.empty()) why += " (" + reason.service + ")";
        line(2, why + ", " + reason.origin);
      }
    }
  }

  void detectors() {
    const auto told = [](const DetectorProof& detector) { return detector.places > 0; };
    if (std::none_of(e_.proof.detectors.begin(), e_.proof.detectors.end(), told)) return;
    line(0, "detectors");
    for (const DetectorProof& detector : e_.proof.detectors) {
      if (!told(detector)) continue;
      line(1, detector.detector + ": " + std::to_string(detector.places) +
                  (detector.places == 1 ? " place, " : " places, ") + std::to_string(detector.counted) +
                  (detector.counted == 1 ? " counts" : " count"));
      for (const HitProof& hit : detector.hits) hit_lines(hit, detector.wanted);
      if (detector.places > detector.hits.size()) {
        line(2, "and " + std::to_string(detector.places - detector.hits.size()) + " more");
      }
    }
  }

  void hit_lines(const HitProof& hit, int wanted) {
    std::string where = part_label(hit.part) + " " + std::string(to_string(hit.place));
    if (!hit.at.empty()) where += " " + tame(hit.at);
    std::string fate(to_string(hit.fate));
    if (hit.confidence > 0) fate += ", confidence " + std::to_string(hit.confidence);
    if (hit.fate == HitProof::Fate::too_unsure) fate += ", rules want " + std::to_string(wanted);
    if (hit.view != "reader") fate += ", in the " + hit.view + " view";
    line(2, where + ": " + fate);
    line(3, hit.excerpt);
    if (hit.encoded) {
      const bool reversed = hit.encoded->as == to_string(DerivedName::reversed);
      line(3, (reversed ? "written " : "encoded as ") + hit.encoded->as + ", " +
                  std::to_string(hit.encoded->characters) + " characters from character " +
                  std::to_string(hit.encoded->character) + ": " + hit.encoded->excerpt);
    }
    for (const EvidenceProof& evidence : hit.evidence) {
      std::string text = evidence.name + ": ";
      if (!evidence.distance) {
        text += "not in this part";
      } else {
        text += std::to_string(*evidence.distance) + " characters away, limit " + evidence.limit;
      }
      line(3, (evidence.holds ? "+ " : "- ") + text);
    }
  }

  void clause(const ClauseProof& proof, int indent) {
    std::string text = "[" + std::string(to_string(proof.truth)) + "] " + proof.what;
    if (!proof.detail.empty()) text += ": " + proof.detail;
    line(indent, text);
    for (const ClauseProof& child : proof.children) clause(child, indent + 1);
  }

  static std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
    return out;
  }

  // What decided comes first, then what nearly did. Rules of which nothing was found at all are only named.
  void rules() {
    if (e_.proof.rules.empty()) return;
    line(0, "rules");
    std::vector<const RuleProof*> told;
    std::string others;
    for (const RuleProof& rule : e_.proof.rules) {
      if (e_.proof.only_rule.empty() && rule.truth == Truth::no && rule.why == kNothingFound) {
        others += (others.empty() ? "" : ", ") + rule.rule;
      } else {
        told.push_back(&rule);
      }
    }
    std::stable_sort(told.begin(), told.end(),
                     [](const RuleProof* a, const RuleProof* b) { return a->truth > b->truth; });
    for (const RuleProof* rule : told) rule_lines(*rule);
    if (!others.empty()) line(1, "[no] nothing was found of: " + others);
  }

  void rule_lines(const RuleProof& rule) {
    line(1, "[" + std::string(to_string(rule.truth)) + "] " + rule.rule + ": " + rule.why);
    if (rule.mode.find(':') != std::string::npos) line(2, rule.mode);
    if (!rule.overridden.empty()) line(2, "of " + rule.pack + ", overridden: " + joined(rule.overridden));
    if (rule.active && !rule.dates.empty()) line(2, "active " + rule.dates);
    if (!rule.takes_off.empty()) line(2, "takes off " + tame(joined(rule.takes_off)));
    for (const ClauseProof& header : rule.header) clause(header, 2);
    for (const ClauseProof& content : rule.content) clause(content, 2);
    for (const RecipientProof& recipient : rule.recipients) {
      line(2, (recipient.applies ? "to " : "not to ") + tame(e_.envelope.recipients[recipient.recipient].raw) + ": " +
                  recipient.why);
    }
  }

  void verdict() {
    line(0, "verdict: " + std::string(to_string(e_.verdict.action)));
    for (const RecipientVerdict& recipient : e_.verdict.recipients) {
      std::string text = tame(e_.envelope.recipients[recipient.recipient].raw) + ": ";
      text += to_string(recipient.action);
      std::vector<std::string> rules;
      for (const size_t index : recipient.findings) {
        const Finding& finding = e_.verdict.findings[index];
        std::string rule = finding.rule + (finding.mode == Mode::audit ? " (audit)" : "");
        if (std::find(rules.begin(), rules.end(), rule) == rules.end()) rules.push_back(std::move(rule));
      }
      for (const std::string& rule : rules) text += "  " + rule;
      line(1, text);
      for (const size_t index : recipient.strips)
        line(2, "without the attachment " + tame(strip_label(e_.verdict.strips[index])));
    }
    for (const UnreadablePart& part : e_.verdict.unreadable) {
      line(1, "not read: " + (part.part.is_root() ? std::string("message") : part.part.to_string()) + " " +
                  tame(part.name) + ": " + std::string(to_string(part.outcome)) + ": " + tame(part.why));
    }
  }

  void changes() {
    if (e_.changes == nullptr || e_.verdict.action == Action::allow) return;
    line(0, "would have let it pass");
    for (const PassingChange& change : *e_.changes) {
      std::string text;
      for (const std::string& step : change.steps) text += (text.empty() ? "" : " and ") + tame(step);
      line(1, text + ": " + std::string(to_string(change.action)));
    }
    if (e_.changes->empty()) line(1, "nothing that was tried: no find, attachment or recipient less");
  }

  void stages() {
    if (e_.proof.stages.empty()) return;
    line(0, "time");
    for (const StageTime& stage : e_.proof.stages) {
      std::string fraction = std::to_string(stage.microseconds % 1000);
      fraction.insert(0, 3 - fraction.size(), '0');
      line(1, stage.stage + ": " + std::to_string(stage.microseconds / 1000) + "." + fraction + " ms");
    }
  }

  const Explained& e_;
  ShowText show_;
  std::string out_;
};

const ClauseProof* nearest_leaf(const ClauseProof& clause) {
  if (clause.children.empty()) return clause.truth == Truth::near ? &clause : nullptr;
  for (const ClauseProof& child : clause.children) {
    if (const ClauseProof* found = nearest_leaf(child)) return found;
  }
  return nullptr;
}

const ClauseProof* first_false(const ClauseProof& clause) {
  if (clause.children.empty()) return clause.truth == Truth::no ? &clause : nullptr;
  for (const ClauseProof& child : clause.children) {
    if (const ClauseProof* found = first_false(child)) return found;
  }
  return clause.truth == Truth::no ? &clause : nullptr;
}

}  // namespace

std::string_view to_string(Truth truth) {
  switch (truth) {
    case Truth::no:
      return "no";
    case Truth::near:
      return "near";
    case Truth::yes:
      return "yes";
  }
  return "no";
}

std::string_view to_string(HitProof::Fate fate) {
  switch (fate) {
    case HitProof::Fate::counts:
      return "counts";
    case HitProof::Fate::check_failed:
      return "check failed";
    case HitProof::Fate::too_short:
      return "fewer lines than wanted";
    case HitProof::Fate::allowed_value:
      return "allowed value";
    case HitProof::Fate::allowed_near:
      return "allowed by what stands near";
    case HitProof::Fate::no_level:
      return "no confidence level holds";
    case HitProof::Fate::too_unsure:
      return "too unsure";
    case HitProof::Fate::elsewhere:
      return "in no place that a rule looks in";
  }
  return "counts";
}

std::string strip_label(const StripWish& wish) {
  return wish.part.to_string() + (wish.name.empty() ? "" : " (" + wish.name + ")");
}

std::string nearest_miss(const RuleProof& rule) {
  if (!rule.active) return "the rule is not active at this time";
  if (!rule.senders) return "the sender is not among the rule's senders";
  const bool any_recipient = std::any_of(rule.recipients.begin(), rule.recipients.end(),
                                         [](const RecipientProof& recipient) { return recipient.applies; });
  if (!any_recipient) {
    return rule.recipients.empty() ? "there is no recipient" : "the recipient is " + rule.recipients[0].why;
  }
  for (const std::vector<ClauseProof>* clauses : {&rule.header, &rule.content}) {
    for (const ClauseProof& clause : *clauses) {
      if (clause.truth == Truth::yes) continue;
      const ClauseProof* leaf = nearest_leaf(clause);
      if (leaf == nullptr) leaf = first_false(clause);
      if (leaf != nullptr) return leaf->what + (leaf->detail.empty() ? " does not hold" : ": " + leaf->detail);
    }
  }
  return {};
}

std::string explain_text(const Explained& explained, ShowText show) {
  return TextWriter(explained, show).write();
}

}  // namespace postern::policy
