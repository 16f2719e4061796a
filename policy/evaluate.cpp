#include "policy/evaluate.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <new>
#include <span>

#include "policy/evaluate_content.h"
#include "policy/evaluate_excerpts.h"
#include "policy/evaluate_finds.h"
#include "policy/evaluate_mode.h"
#include "policy/evaluate_prove.h"
#include "policy/evaluate_who.h"
#include "policy/proof.h"

namespace postern::policy {

WorkspacePool::Lease WorkspacePool::take(const CompiledPolicy& policy) {
  {
    const std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      Lease lease = std::move(free_.back());
      free_.pop_back();
      return lease;
    }
  }
  auto workspace = Workspace::create(policy, pattern_time_);
  if (!workspace) throw std::bad_alloc();
  return {std::move(*workspace), std::make_unique<ScanResult>()};
}

void WorkspacePool::give(Lease lease) {
  const std::lock_guard lock(mutex_);
  free_.push_back(std::move(lease));
}

namespace {

class LeaseGuard {
 public:
  LeaseGuard(WorkspacePool& pool, const CompiledPolicy& policy) : pool_(pool), lease_(pool.take(policy)) {}
  ~LeaseGuard() { pool_.give(std::move(lease_)); }
  LeaseGuard(const LeaseGuard&) = delete;
  LeaseGuard& operator=(const LeaseGuard&) = delete;
  Workspace& workspace() { return *lease_.workspace; }
  ScanResult& result() { return *lease_.result; }

 private:
  WorkspacePool& pool_;
  WorkspacePool::Lease lease_;
};

class Evaluator {
 public:
  Evaluator(const Evaluation& with, const ExtractedText& text, const Envelope& envelope, const Context& context,
            const ScanResult& scanned, Workspace& workspace)
      : with_(with),
        text_(text),
        context_(context),
        who_(with.model, with.destinations, envelope, context),
        finds_(with.model, with.policy, text, scanned),
        judge_(with.model, finds_),
        excerpts_(with.model, with.policy, finds_, workspace) {}

  Verdict run() {
    start();
    for (const std::uint32_t rule : candidates()) apply(rule);
    for (RecipientVerdict& recipient : verdict_.recipients) {
      verdict_.action = std::max(verdict_.action, recipient.action);
      std::sort(recipient.strips.begin(), recipient.strips.end());
      recipient.strips.erase(std::unique(recipient.strips.begin(), recipient.strips.end()), recipient.strips.end());
    }
    list_unreadable();
    return std::move(verdict_);
  }

  void prove(Proof& proof) { fill_proof(with_.model, who_, finds_, judge_, excerpts_, context_, candidates(), proof); }

 private:
  void start() {
    verdict_.policy_digest = with_.digest;
    for (size_t i = 0; i < who_.recipients().size(); i++) {
      RecipientVerdict recipient;
      recipient.recipient = i;
      recipient.classes = who_.recipients()[i].classes;
      verdict_.recipients.push_back(std::move(recipient));
    }
  }

  std::vector<std::uint32_t> candidates() const {
    std::vector<std::uint32_t> rules = with_.policy.rules_without_hits;
    for (const DetectorIndex detector : finds_.detectors()) {
      const std::vector<std::uint32_t>& more = with_.policy.rules_of[detector];
      rules.insert(rules.end(), more.begin(), more.end());
    }
    std::sort(rules.begin(), rules.end());
    rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
    return rules;
  }

  // A rule's findings for recipients who see quoted text as new, and for those who know it.
  struct Decision {
    bool decided = false;
    bool holds = false;
    std::vector<size_t> findings;
    std::vector<size_t> strips;
  };

  void apply(std::uint32_t index) {
    const Rule& rule = with_.model.rules[index];
    if (!is_active(rule, context_)) return;
    if (!who_.sender_in(rule.senders)) return;
    if (rule.visible_outside_at_least && who_.visible_outside() < *rule.visible_outside_at_least) return;
    std::array<Decision, 2> decisions;
    for (size_t i = 0; i < verdict_.recipients.size(); i++) {
      if (who_.recipients()[i].has(DestinationClass::protected_)) continue;
      if (!who_.recipient_in(rule.recipients, i) || who_.exemption(rule, i) != nullptr) continue;
      if (rule.first_contact && who_.contact(i) != Contact::first) continue;
      const Quotes quotes = finds_.any_quoted() && knows_quoted(i) ? Quotes::leave_out : Quotes::count;
      Decision& decision = decisions[static_cast<size_t>(quotes)];
      if (!decision.decided) decide(rule, quotes, decision);
      if (!decision.holds) continue;
      RecipientVerdict& recipient = verdict_.recipients[i];
      recipient.findings.insert(recipient.findings.end(), decision.findings.begin(), decision.findings.end());
      if (mode_of(rule, context_).mode != Mode::enforce) continue;
      recipient.action = std::max(recipient.action, rule.then.action);
      recipient.strips.insert(recipient.strips.end(), decision.strips.begin(), decision.strips.end());
    }
  }

  bool knows_quoted(size_t recipient) {
    if (knows_quoted_.empty()) knows_quoted_ = who_.in_quoted_conversation(text_);
    return knows_quoted_[recipient];
  }

  void decide(const Rule& rule, Quotes quotes, Decision& decision) {
    decision.decided = true;
    reasons_.clear();
    std::vector<std::uint32_t> taken;  // the items that are to go
    if (!rule.content) {
      decision.holds = true;
      decision.findings.push_back(add_finding(rule, {}));
      return;
    }
    if (rule.scope == Scope::message) {
      decision.holds = judge_.holds(*rule.content, {std::nullopt, quotes}, &reasons_);
    } else {
      for (const std::uint32_t item : judge_.items_for(*rule.content)) {
        const size_t before = reasons_.size();
        if (!judge_.holds(*rule.content, {item, quotes}, &reasons_)) continue;
        decision.holds = true;
        if (rule.then.strip_attachment && item > 0 && mode_of(rule, context_).mode == Mode::enforce) {
          decision.strips.push_back(add_wish(rule, item, std::span(reasons_).subspan(before)));
          taken.push_back(item);
        }
      }
    }
    if (!decision.holds) return;
    // Only negations hold: nothing was found, and that is what the rule is about.
    if (reasons_.empty()) reasons_.push_back({});
    std::stable_sort(reasons_.begin(), reasons_.end(), [](const Reason& a, const Reason& b) {
      return (a.best != nullptr ? a.best->confidence : 0) > (b.best != nullptr ? b.best->confidence : 0);
    });
    drop_repeated_parts();
    if (reasons_.size() > kMaxFindingsPerRule) reasons_.resize(kMaxFindingsPerRule);
    bool told = false;
    for (const Reason& reason : reasons_) {
      const size_t index = add_finding(rule, reason);
      decision.findings.push_back(index);
      if (taken.empty() || reason.part >= text_.parts.size()) continue;
      bool& strip = verdict_.findings[index].strip;
      strip = std::find(taken.begin(), taken.end(), finds_.item_of(reason.part)) != taken.end();
      told = told || strip;
    }
    if (taken.empty() || told) return;
    // What asks for it is not among those that are told, or is that nothing was found there.
    for (const size_t index : decision.findings) verdict_.findings[index].strip = true;
  }

  // Several clauses may speak of one part as a whole (what it is, and that it was not read): it is told once.
  void drop_repeated_parts() {
    std::vector<std::uint32_t> parts;
    std::erase_if(reasons_, [&](const Reason& reason) {
      if (reason.best != nullptr) return false;
      if (std::find(parts.begin(), parts.end(), reason.part) != parts.end()) return true;
      parts.push_back(reason.part);
      return false;
    });
  }

  // The attachment that is the item, for all rules that want it off.
  size_t add_wish(const Rule& rule, std::uint32_t item, std::span<const Reason> reasons) {
    std::uint32_t root = 0;
    while (finds_.item_of(root) != item) root++;
    const Part& part = text_.parts[root];
    auto wish = std::find_if(verdict_.strips.begin(), verdict_.strips.end(),
                             [&](const StripWish& one) { return one.part == part.path; });
    if (wish == verdict_.strips.end()) {
      const std::string name = excerpts_.label(part.name);
      wish = verdict_.strips.insert(wish, {part.path, name, part.sha256, name != part.name, {}});
    }
    const auto by_name = [&](const Reason& reason) {
      if (reason.best == nullptr) return !reason.clause->file.names.empty();
      return reason.best->place == Place::file_name ||
             with_.model.detectors[reason.clause->detector.detector].sensitive;
    };
    wish->name_hidden = wish->name_hidden || std::any_of(reasons.begin(), reasons.end(), by_name);
    if (std::find(wish->rules.begin(), wish->rules.end(), rule.id) == wish->rules.end()) wish->rules.push_back(rule.id);
    return size_t(wish - verdict_.strips.begin());
  }

  size_t add_finding(const Rule& rule, const Reason& reason) {
    Finding finding;
    finding.rule = rule.id;
    finding.title = rule.title;
    finding.category = rule.category;
    finding.severity = rule.severity;
    finding.mode = mode_of(rule, context_).mode;
    finding.action = rule.then.action;
    finding.module = rule.then.training;
    finding.clause = rule.clause;
    if (rule.owner) finding.owner = rule.owner->text;
    for (const Approver approver : rule.then.review) finding.review.emplace_back(to_string(approver));
    for (const Notified notified : rule.then.notify) finding.notify.emplace_back(to_string(notified));
    finding.route = rule.then.route;
    finding.count = reason.count;
    if (!rule.content && rule.visible_outside_at_least) {
      finding.place = Place::header;
      finding.count = who_.visible_outside();
    }
    if (reason.best != nullptr) {
      const Detector& detector = with_.model.detectors[reason.clause->detector.detector];
      finding.detector = detector.id;
      finding.sensitive = detector.sensitive;
      finding.confidence = reason.best->confidence;
      finding.place = reason.best->place;
      finding.at = excerpts_.place_of(*reason.best->hit);
      finding.excerpt = excerpts_.around(*reason.best->hit);
    }
    if (reason.part < text_.parts.size()) {
      finding.part = text_.parts[reason.part].path;
      finding.part_name = excerpts_.label(text_.parts[reason.part].name);
    }
    verdict_.findings.push_back(std::move(finding));
    return verdict_.findings.size() - 1;
  }

  void list_unreadable() {
    for (std::uint32_t i = 0; i < text_.parts.size(); i++) {
      const Part& part = text_.parts[i];
      const Outcome outcome = judge_.outcome_of(i);
      if (outcome == Outcome::complete) continue;
      const bool ours = part.outcome == Outcome::complete;
      verdict_.unreadable.push_back(
          {part.path, excerpts_.label(part.name), outcome, ours ? judge_.why_limited(i) : excerpts_.reason(part.why)});
    }
  }

  const Evaluation& with_;
  const ExtractedText& text_;
  const Context& context_;
  Who who_;
  Finds finds_;
  ContentJudge judge_;
  Excerpts excerpts_;
  std::vector<bool> knows_quoted_;
  std::vector<Reason> reasons_;
  Verdict verdict_;
};

}  // namespace

Verdict evaluate(const Evaluation& with, const ExtractedText& text, const Envelope& envelope, const Context& context,
                 Proof* proof) {
  using Timer = std::chrono::steady_clock;
  const auto micros = [](Timer::time_point from, Timer::time_point to) {
    return std::chrono::duration_cast<std::chrono::microseconds>(to - from).count();
  };
  const Timer::time_point begin = proof != nullptr ? Timer::now() : Timer::time_point();
  LeaseGuard lease(with.workspaces, with.policy);
  lease.workspace().scan(with.policy, text, lease.result());
  const Timer::time_point scanned = proof != nullptr ? Timer::now() : Timer::time_point();
  Evaluator evaluator(with, text, envelope, context, lease.result(), lease.workspace());
  Verdict verdict = evaluator.run();
  if (proof != nullptr) {
    proof->stages.push_back({"scan", micros(begin, scanned)});
    proof->stages.push_back({"decide", micros(scanned, Timer::now())});
    evaluator.prove(*proof);
    for (RuleProof& rule : proof->rules) {
      for (const StripWish& wish : verdict.strips) {
        const bool asks = std::find(wish.rules.begin(), wish.rules.end(), rule.rule) != wish.rules.end();
        if (asks) rule.takes_off.push_back(strip_label(wish));
      }
    }
  }
  return verdict;
}

}  // namespace postern::policy
