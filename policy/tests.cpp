#include "policy/tests.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include "policy/proof.h"

namespace postern::policy {

namespace {

using std::string;

constexpr std::uint32_t kBodyOrdinal = 1;
constexpr std::uint32_t kFileOrdinal = 2;
constexpr const char* kShownDomain = "shown.invalid";  // RFC 2606 2: nobody's

EnvelopeAddress envelope_address(const string& text) {
  EnvelopeAddress out;
  out.raw = "<" + text + ">";
  if (auto address = parse_address(text)) out.address = std::move(*address);
  return out;
}

// A time at which the rule is active, as near to `now` as its dates allow.
WallTime time_for(const Rule& rule, const RuleTest& test, WallTime now) {
  if (test.at) return *test.at;
  if (rule.active.is_within(now)) return now;
  if (rule.active.from && now < rule.active.from->time) return rule.active.from->time;
  return rule.active.until->time - std::chrono::milliseconds(1);
}

Envelope envelope_of(const RuleTest& test, WallTime at) {
  Envelope out;
  out.sender = envelope_address(test.from.empty() ? "test@internal" : test.from);
  for (const string& to : test.to) out.recipients.push_back(envelope_address(to));
  out.received = at;
  if (!test.visible_outside) {
    for (const EnvelopeAddress& recipient : out.recipients) out.shown.push_back(recipient.address);
  }
  for (std::uint32_t i = 0; i < test.visible_outside.value_or(0); i++) {
    out.shown.push_back({"shown-" + std::to_string(i), kShownDomain});
  }
  return out;
}

// The findings of the rule that led to something for some recipient.
std::vector<const Finding*> findings_of(const Rule& rule, const Verdict& verdict) {
  std::vector<const Finding*> out;
  for (size_t i = 0; i < verdict.findings.size(); i++) {
    if (verdict.findings[i].rule != rule.id) continue;
    const bool used =
        std::any_of(verdict.recipients.begin(), verdict.recipients.end(), [&](const RecipientVerdict& recipient) {
          return std::find(recipient.findings.begin(), recipient.findings.end(), i) != recipient.findings.end();
        });
    if (used) out.push_back(&verdict.findings[i]);
  }
  return out;
}

std::vector<TestResult::TakenOff> taken_off(const Rule& rule, const Verdict& verdict, const Envelope& envelope) {
  std::vector<TestResult::TakenOff> out;
  for (size_t i = 0; i < verdict.strips.size(); i++) {
    const StripWish& wish = verdict.strips[i];
    if (std::find(wish.rules.begin(), wish.rules.end(), rule.id) == wish.rules.end()) continue;
    TestResult::TakenOff one{strip_label(wish), {}};
    for (const RecipientVerdict& recipient : verdict.recipients) {
      if (std::find(recipient.strips.begin(), recipient.strips.end(), i) == recipient.strips.end()) continue;
      one.recipients.push_back(envelope.recipients[recipient.recipient].address.to_string());
    }
    out.push_back(std::move(one));
  }
  return out;
}

string where_of(const Finding& finding) {
  string out(to_string(finding.place));
  if (!finding.at.empty()) out += " " + finding.at;
  return out;
}

// What the findings lack of `expect:`, or "".
string unmet(const RuleTest& test, const std::vector<const Finding*>& findings) {
  const auto any = [&](auto holds) {
    return std::any_of(findings.begin(), findings.end(), [&](const Finding* one) { return holds(*one); });
  };
  const Finding& first = *findings.front();
  if (test.action && !any([&](const Finding& f) { return f.action == *test.action; })) {
    return "the action is " + string(to_string(first.action)) + ", not " + string(to_string(*test.action));
  }
  if (test.place && !any([&](const Finding& f) { return f.place == *test.place; })) {
    string places;
    for (const Finding* finding : findings) places += (places.empty() ? "" : ", ") + where_of(*finding);
    return "it was found in " + places + ", not in " + string(to_string(*test.place));
  }
  if (test.count && !any([&](const Finding& f) { return f.count == *test.count; })) {
    return "the count is " + std::to_string(first.count) + ", not " + std::to_string(*test.count);
  }
  if (test.confidence && !any([&](const Finding& f) { return f.confidence >= *test.confidence; })) {
    return "the confidence is " + std::to_string(first.confidence) + ", not " + std::to_string(*test.confidence);
  }
  return "";
}

class Runner {
 public:
  Runner(const Policy& policy, const TestOptions& options) : policy_(policy), options_(options) {}

  TestResult run(const Rule& rule, const RuleTest& test) {
    TestResult out;
    out.rule = rule.id;
    out.test = test.name;
    out.expectation = test.expectation;
    out.mark = test.mark;
    const ExtractedText* file = nullptr;
    if (!test.file.empty()) {
      const Result<ExtractedText>& read = read_file(test.file);
      if (!read) {
        out.why = "the file cannot be read: " + read.error().message;
        return out;
      }
      file = &*read;
    }
    judge(rule, test, message_of(test, file), out);
    return out;
  }

 private:
  const Result<ExtractedText>& read_file(const string& path) {
    const auto known = files_.find(path);
    if (known != files_.end()) return known->second;
    Result<ExtractedText> read =
        options_.read ? options_.read(path) : fail(ErrorKind::unavailable, "no reader of documents was given");
    return files_.emplace(path, std::move(read)).first->second;
  }

  void judge(const Rule& rule, const RuleTest& test, const ExtractedText& text, TestResult& out) {
    Context context;
    context.now = time_for(rule, test, options_.now);
    context.tests = true;
    const Envelope envelope = envelope_of(test, context.now);
    context.contacts.assign(test.to.size(), test.first_contact ? Contact::first : Contact::known);
    context.sender.identity = envelope.sender.address;
    context.sender.identity_authenticated = true;
    const Verdict verdict = policy_.evaluate(text, envelope, context);
    const std::vector<const Finding*> findings = findings_of(rule, verdict);
    if (test.expectation == RuleTest::Expectation::no_match) {
      out.passed = findings.empty();
      if (!out.passed) {
        const Finding& first = *findings.front();
        out.why = "the rule finds something that it must let pass";
        out.nearest = "in " + where_of(first);
        if (first.confidence > 0) out.nearest += " with confidence " + std::to_string(first.confidence);
        if (!first.excerpt.empty()) out.nearest += ": " + first.excerpt;
      }
      return;
    }
    if (findings.empty()) {
      out.why = "the rule does not find it";
      out.nearest = nearest(rule, text, envelope, context);
      return;
    }
    out.taken_off = taken_off(rule, verdict, envelope);
    out.why = unmet(test, findings);
    if (out.why.empty() && test.strip && out.taken_off.empty()) out.why = "no attachment is taken off";
    out.passed = out.why.empty();
  }

  string nearest(const Rule& rule, const ExtractedText& text, const Envelope& envelope, const Context& context) const {
    Proof proof;
    proof.only_rule = rule.id;
    policy_.evaluate(text, envelope, context, &proof);
    const auto it =
        std::find_if(proof.rules.begin(), proof.rules.end(), [&](const RuleProof& one) { return one.rule == rule.id; });
    return it == proof.rules.end() ? "" : nearest_miss(*it);
  }

  const Policy& policy_;
  const TestOptions& options_;
  std::map<string, Result<ExtractedText>> files_;
};

Part mail_part(PartPath path, PartRole role, string type, size_t size) {
  Part out;
  out.path = std::move(path);
  out.role = role;
  out.type = std::move(type);
  out.size = size;
  return out;
}

// Hangs a document's tree below the mail as its attachment.
void attach(ExtractedText& mail, const ExtractedText& file, const string& name) {
  const auto first = std::uint32_t(mail.parts.size());
  for (const Part& part : file.parts) {
    Part copy = part;
    std::vector<std::uint32_t> ordinals = {kFileOrdinal};
    ordinals.insert(ordinals.end(), part.path.ordinals().begin(), part.path.ordinals().end());
    if (part.path.is_root()) copy.name = name;
    copy.path = PartPath(std::move(ordinals));
    copy.role = PartRole::attachment;
    mail.parts.push_back(std::move(copy));
  }
  const bool named = std::any_of(file.segments.begin(), file.segments.end(), [](const Segment& segment) {
    return segment.part == 0 && segment.place == Place::file_name;
  });
  if (!named) mail.segments.push_back({first, Place::file_name, "", name});
  for (Segment segment : file.segments) {
    segment.part += first;
    mail.segments.push_back(std::move(segment));
  }
}

}  // namespace

ExtractedText message_of(const RuleTest& test, const ExtractedText* file) {
  ExtractedText out;
  out.parts.push_back(mail_part(PartPath(), PartRole::message, "message/rfc822", test.body.size()));
  if (!test.subject.empty()) out.segments.push_back({0, Place::subject, "Subject", test.subject});
  out.parts.push_back(mail_part(PartPath({kBodyOrdinal}), PartRole::body, "text/plain", test.body.size()));
  if (!test.body.empty()) out.segments.push_back({1, Place::body, "", test.body});
  if (file != nullptr) attach(out, *file, std::filesystem::path(test.file).filename().string());
  return out;
}

TestReport run_tests(const Policy& policy, const TestOptions& options) {
  TestReport report;
  Runner runner(policy, options);
  for (const Rule& rule : policy.model().rules) {
    if (!options.rule.empty() && rule.id != options.rule) continue;
    for (const RuleTest& test : rule.tests) {
      if (options.go_on && !options.go_on()) {
        report.ended_early = true;
        return report;
      }
      report.results.push_back(runner.run(rule, test));
      (report.results.back().passed ? report.passed : report.failed)++;
    }
  }
  return report;
}

}  // namespace postern::policy
