#include "policy/smallest_change.h"

#include <algorithm>
#include <set>

namespace postern::policy {

namespace {

// What is left out, and its name.
struct Step {
  enum class Kind { words, attachment };
  Kind kind = Kind::words;
  std::uint32_t detector = 0;  // index into Proof::detectors
  PartPath part;
  std::string name;
};

class Changer {
 public:
  Changer(const Policy& policy, const ExtractedText& text, const Envelope& envelope, const Context& context,
          const Verdict& verdict, const Proof& proof)
      : policy_(policy), text_(text), envelope_(envelope), context_(context), verdict_(verdict), proof_(proof) {}

  std::vector<PassingChange> run() {
    if (verdict_.action == Action::allow) return {};
    try_recipients();
    try_login();
    const std::vector<Step> steps = candidates();
    for (const Step& step : steps) {
      if (const auto action = judge({step}); action && passes(*action)) add({step}, *action);
    }
    if (out_.empty()) try_together(steps);
    return std::move(out_);
  }

 private:
  bool passes(Action action) const {
    return verdict_.action > Action::annotate ? action <= Action::annotate : action == Action::allow;
  }

  void add(const std::vector<Step>& steps, Action action) {
    PassingChange change;
    change.action = action;
    for (const Step& step : steps) change.steps.push_back(step.name);
    out_.push_back(std::move(change));
  }

  // Each recipient has an action of their own: what remains is known.
  void try_recipients() {
    std::vector<const RecipientVerdict*> stopped;
    Action others = Action::allow;
    for (const RecipientVerdict& one : verdict_.recipients) {
      if (passes(one.action)) {
        others = std::max(others, one.action);
      } else {
        stopped.push_back(&one);
      }
    }
    if (stopped.empty() || stopped.size() == verdict_.recipients.size()) return;
    PassingChange change;
    change.action = others;
    for (const RecipientVerdict* one : stopped) {
      change.steps.push_back("without the recipient " + envelope_.recipients[one->recipient].address.to_string());
    }
    out_.push_back(std::move(change));
  }

  void try_login() {
    if (context_.sender.identity.is_null() || (context_.sender.identity_authenticated && context_.sender.may_act))
      return;
    Context context = context_;
    context.sender.identity_authenticated = true;
    context.sender.may_act = true;
    const Action action = policy_.evaluate(text_, envelope_, context).action;
    if (passes(action)) out_.push_back({{"from a sender who logged in and may write in this name"}, action});
  }

  // What the rules that act found: their detectors, and the attachments that it stands in.
  std::vector<Step> candidates() const {
    std::vector<Step> out;
    std::set<std::uint32_t> detectors;
    std::set<PartPath> attachments;
    for (const Finding& finding : verdict_.findings) {
      if (finding.mode != Mode::enforce || finding.action == Action::allow) continue;
      const auto found = std::find_if(proof_.detectors.begin(), proof_.detectors.end(),
                                      [&](const DetectorProof& one) { return one.detector == finding.detector; });
      if (found != proof_.detectors.end()) {
        detectors.insert(static_cast<std::uint32_t>(found - proof_.detectors.begin()));
      }
      if (const auto path = attachment_of(finding.part)) attachments.insert(*path);
    }
    for (const std::uint32_t detector : detectors) {
      const DetectorProof& one = proof_.detectors[detector];
      const std::string places = one.places == 1 ? "1 place" : std::to_string(one.places) + " places";
      out.push_back({Step::Kind::words, detector, {}, "without what " + one.detector + " finds (" + places + ")"});
    }
    for (const PartPath& path : attachments) {
      std::string name = "without the attachment " + path.to_string();
      const auto part = static_cast<size_t>(text_.find(path) - text_.parts.data());
      if (part < proof_.parts.size() && !proof_.parts[part].name.empty()) name += " (" + proof_.parts[part].name + ")";
      out.push_back({Step::Kind::attachment, 0, path, name});
    }
    return out;
  }

  // The part below the root that `path` lies in, when that is a file of its own.
  std::optional<PartPath> attachment_of(const PartPath& path) const {
    for (const Part& part : text_.parts) {
      const bool file =
          part.role == PartRole::attachment || part.role == PartRole::inline_file || part.role == PartRole::forwarded;
      if (file && part.path.contains(path)) return part.path;  // the outermost comes first
    }
    return std::nullopt;
  }

  // Nothing when there were enough verdicts.
  std::optional<Action> judge(const std::vector<Step>& steps) {
    if (verdicts_++ >= kMaxChangeVerdicts) return std::nullopt;
    ExtractedText changed = text_;
    for (const Step& step : steps) {
      if (step.kind == Step::Kind::words) blank(changed, step.detector);
    }
    for (const Step& step : steps) {
      if (step.kind == Step::Kind::attachment) remove(changed, step.part);
    }
    return policy_.evaluate(changed, envelope_, context_).action;
  }

  // Segments are still those of the message: attachments are removed afterwards. From the end, so that offsets hold.
  void blank(ExtractedText& text, std::uint32_t detector) const {
    std::vector<TextMark> marks;
    std::copy_if(proof_.marks.begin(), proof_.marks.end(), std::back_inserter(marks),
                 [&](const TextMark& mark) { return mark.detector == detector; });
    for (const TextMark& mark : marks) {
      std::string& segment = text.segments[mark.segment].text;
      // As many bytes as before: the marks of other detectors stay where they are.
      if (mark.begin < mark.end && mark.end <= segment.size()) {
        segment.replace(mark.begin, mark.end - mark.begin, mark.end - mark.begin, ' ');
      }
    }
  }

  static void remove(ExtractedText& text, const PartPath& path) {
    std::vector<std::uint32_t> index(text.parts.size(), 0);
    ExtractedText rest;
    for (size_t i = 0; i < text.parts.size(); i++) {
      const bool gone = path.contains(text.parts[i].path);
      index[i] = gone ? kGone : static_cast<std::uint32_t>(rest.parts.size());
      if (!gone) rest.parts.push_back(std::move(text.parts[i]));
    }
    for (Segment& segment : text.segments) {
      if (index[segment.part] == kGone) continue;
      segment.part = index[segment.part];
      rest.segments.push_back(std::move(segment));
    }
    text = std::move(rest);
  }

  // All of them, then without those that are not needed.
  void try_together(std::vector<Step> steps) {
    if (steps.size() < 2) return;
    auto action = judge(steps);
    if (!action || !passes(*action)) return;
    for (size_t i = 0; i < steps.size() && steps.size() > 1;) {
      std::vector<Step> fewer = steps;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      const auto next = judge(fewer);
      if (next && passes(*next)) {
        steps = std::move(fewer);
        action = next;
      } else {
        i++;
      }
    }
    add(steps, *action);
  }

  static constexpr std::uint32_t kGone = 0xffff'ffff;

  const Policy& policy_;
  const ExtractedText& text_;
  const Envelope& envelope_;
  const Context& context_;
  const Verdict& verdict_;
  const Proof& proof_;
  std::vector<PassingChange> out_;
  size_t verdicts_ = 0;
};

}  // namespace

std::vector<PassingChange> smallest_changes(const Policy& policy, const ExtractedText& text, const Envelope& envelope,
                                            const Context& context, const Verdict& verdict, const Proof& proof) {
  return Changer(policy, text, envelope, context, verdict, proof).run();
}

}  // namespace postern::policy
