#include "cli/over_record.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace postern::cli {

namespace {

using Json = nlohmann::ordered_json;
using policy::BacktestMail;

Action action_of(const Json& word) {
  return parse_action(word.get<std::string>()).value_or(Action::allow);
}

}  // namespace

Json backtest_record(const pipeline::Assessment& assessment, const Pseudonyms& pseudonyms) {
  if (!assessment.judged) return {{"passing", true}};
  const Verdict& verdict = assessment.verdict;
  Json out;
  out["sender"] = pseudonyms.of(assessment.context.sender.identity);
  out["to"] = Json::array();
  for (const RecipientVerdict& recipient : verdict.recipients) {
    Json classes = Json::array();
    for (const DestinationClass cls : recipient.classes) classes.push_back(to_string(cls));
    Action if_enforced = recipient.action;
    for (const size_t finding : recipient.findings) {
      if_enforced = std::max(if_enforced, verdict.findings[finding].action);
    }
    out["to"].push_back({std::move(classes), to_string(recipient.action), to_string(if_enforced)});
  }
  out["hits"] = Json::array();
  const std::string* last = nullptr;
  for (const Finding& finding : verdict.findings) {
    // Findings of one rule stand together.
    if (last == nullptr || *last != finding.rule) out["hits"].push_back({finding.rule, finding.mode == Mode::enforce});
    last = &finding.rule;
  }
  out["unread"] = Json::array();
  for (const UnreadablePart& unread : verdict.unreadable) {
    const Part* part = assessment.text.find(unread.part);
    out["unread"].push_back({part != nullptr ? part->type : "", to_string(unread.outcome)});
  }
  return out;
}

policy::BacktestMail backtest_mail(const Json& record) {
  BacktestMail out;
  out.name = record.at("name").get<std::string>();
  if (record.contains("failed")) {
    out.fate = BacktestMail::Fate::failed;
    out.why = record.at("failed").get<std::string>();
    return out;
  }
  if (record.contains("passing")) {
    out.fate = BacktestMail::Fate::passing;
    return out;
  }
  out.sender = record.at("sender").get<std::string>();
  for (const Json& one : record.at("to")) {
    BacktestMail::Recipient recipient;
    for (const Json& word : one.at(0)) {
      const auto cls = parse_destination_class(word.get<std::string>());
      if (cls) recipient.classes.push_back(*cls);
    }
    recipient.action = action_of(one.at(1));
    recipient.if_enforced = action_of(one.at(2));
    out.recipients.push_back(std::move(recipient));
  }
  for (const Json& one : record.at("hits")) out.hits.push_back({one.at(0).get<std::string>(), one.at(1).get<bool>()});
  for (const Json& one : record.at("unread")) {
    out.unread.push_back(
        {one.at(0).get<std::string>(), parse_outcome(one.at(1).get<std::string>()).value_or(Outcome::partial)});
  }
  return out;
}

}  // namespace postern::cli
