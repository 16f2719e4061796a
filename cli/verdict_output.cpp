#include "cli/verdict_output.h"

#include <nlohmann/json.hpp>

#include "cli/shown.h"

namespace postern::cli {

namespace {

using Json = nlohmann::ordered_json;

std::string class_words(const std::vector<DestinationClass>& classes) {
  std::string out;
  for (const DestinationClass cls : classes) out += (out.empty() ? "" : ", ") + std::string(to_string(cls));
  return out;
}

Json words(const std::vector<DestinationClass>& classes) {
  Json out = Json::array();
  for (const DestinationClass cls : classes) out.push_back(to_string(cls));
  return out;
}

std::string finding_line(const Finding& finding) {
  std::string out = "    " + finding.rule + " (" + std::string(to_string(finding.severity)) + ", " +
                    std::string(to_string(finding.mode)) + ", " + std::string(to_string(finding.action)) +
                    "): " + shown(finding.title) + "\n      in " + shown_part(finding.part, finding.part_name) + ", " +
                    std::string(to_string(finding.place));
  if (!finding.at.empty()) out += " " + shown(finding.at);
  if (!finding.excerpt.empty()) out += ": \"" + shown(finding.excerpt) + "\"";
  if (finding.confidence > 0) {
    out += " (" + finding.detector + ", confidence " + std::to_string(finding.confidence) + ", " +
           std::to_string(finding.count) + (finding.count == 1 ? " value)" : " values)");
  }
  return out + "\n";
}

}  // namespace

std::string verdict_text(const std::string& file, const pipeline::Assessment& assessment) {
  const Verdict& verdict = assessment.verdict;
  std::string out = shown(file) + ": " + std::string(to_string(verdict.action)) + "\n";
  for (const RecipientVerdict& recipient : verdict.recipients) {
    const EnvelopeAddress& address = assessment.envelope.recipients[recipient.recipient];
    out += "  to " + shown(address.raw) + " (" + class_words(recipient.classes) +
           "): " + std::string(to_string(recipient.action)) + "\n";
    for (const size_t index : recipient.strips) {
      const StripWish& wish = verdict.strips[index];
      out += "    without the attachment " + shown_part(wish.part, wish.name) + "\n";
    }
  }
  for (const Finding& finding : verdict.findings) out += finding_line(finding);
  for (const UnreadablePart& part : verdict.unreadable) {
    out += "    not read: " + shown_part(part.part, part.name) + ": " + std::string(to_string(part.outcome)) + ": " +
           shown(part.why) + "\n";
  }
  return out;
}

std::string verdict_json(const std::string& file, const pipeline::Assessment& assessment, std::string_view proof) {
  const Verdict& verdict = assessment.verdict;
  Json out;
  out["file"] = file;
  out["message_id"] = assessment.facts.message_id;
  out["sender"] = assessment.context.sender.identity.to_string();
  out["recipients"] = Json::array();
  for (const RecipientVerdict& recipient : verdict.recipients) {
    Json row;
    row["address"] = assessment.envelope.recipients[recipient.recipient].address.to_string();
    row["classes"] = words(recipient.classes);
    row["action"] = to_string(recipient.action);
    if (!recipient.strips.empty()) row["takes_off"] = Json::array();
    for (const size_t index : recipient.strips) {
      const StripWish& wish = verdict.strips[index];
      row["takes_off"].push_back({{"part", wish.part.to_string()}, {"name", wish.name}, {"sha256", wish.sha256}});
    }
    out["recipients"].push_back(std::move(row));
  }
  out["action"] = to_string(verdict.action);
  out["findings"] = Json::array();
  for (const Finding& finding : verdict.findings) {
    Json row;
    row["rule"] = finding.rule;
    row["category"] = finding.category;
    row["severity"] = to_string(finding.severity);
    row["confidence"] = finding.confidence;
    row["mode"] = to_string(finding.mode);
    row["part"] = finding.part.to_string();
    row["place"] = to_string(finding.place);
    row["at"] = finding.at;
    row["count"] = finding.count;
    row["excerpt"] = finding.excerpt;
    out["findings"].push_back(std::move(row));
  }
  out["unreadable"] = Json::array();
  for (const UnreadablePart& part : verdict.unreadable) {
    out["unreadable"].push_back(
        {{"part", part.part.to_string()}, {"outcome", to_string(part.outcome)}, {"why", part.why}});
  }
  out["policy"] = verdict.policy_digest;
  out["elapsed_us"] = (assessment.times.extract + assessment.times.evaluate).count();
  std::string text = out.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (!proof.empty()) text.replace(text.size() - 1, 1, ",\"proof\":" + std::string(proof) + "}");
  return text;
}

policy::JunitCase verdict_case(const std::string& file, const pipeline::Assessment& assessment,
                               std::string_view proof) {
  policy::JunitCase out{"check", file, "", "", verdict_text(file, assessment) + std::string(proof)};
  if (!found_something(assessment)) return out;
  out.failure = to_string(assessment.verdict.action);
  const std::string* last = nullptr;
  for (const Finding& finding : assessment.verdict.findings) {
    // Findings of one rule stand together.
    if (last == nullptr || *last != finding.rule) out.failure += (last == nullptr ? ": " : ", ") + finding.rule;
    last = &finding.rule;
  }
  return out;
}

void add_verdict(const std::string& file, const pipeline::Assessment& assessment, Diagnostics& diagnostics) {
  SourceMark mark;
  mark.file = std::make_shared<const SourceFile>(SourceFile{file, ""});
  for (const Finding& finding : assessment.verdict.findings) {
    const auto severity = finding.mode == Mode::audit         ? DiagnosticSeverity::note
                          : finding.action >= Action::justify ? DiagnosticSeverity::error
                                                              : DiagnosticSeverity::warning;
    std::string text = finding.title + ", in " + shown_part(finding.part, finding.part_name) + ", " +
                       std::string(to_string(finding.place));
    if (!finding.at.empty()) text += " " + finding.at;
    if (!finding.excerpt.empty()) text += ": " + finding.excerpt;
    diagnostics.add({severity, finding.rule, mark, std::move(text), ""});
  }
}

bool found_something(const pipeline::Assessment& assessment) {
  return assessment.verdict.action != Action::allow || !assessment.verdict.findings.empty();
}

}  // namespace postern::cli
