// Backtests as text, JSON, JUnit and diagnostics.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/escape.h"
#include "policy/backtest.h"
#include "policy/codes.h"
#include "policy/report_text.h"

namespace postern::policy {

namespace {

using Json = nlohmann::ordered_json;
using Align = TextTable::Align;

double per_thousand(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? 0 : 1000.0 * static_cast<double>(part) / static_cast<double>(whole);
}

std::string two_decimals(double percent) {
  char text[32];
  std::snprintf(text, sizeof text, "%.2f", percent);
  return text;
}

std::string hold_rate_text(const BacktestReport& report) {
  return two_decimals(report.stopped_share()) + " % of the judged messages " +
         (report.as_enforced ? "would be held or rejected if every rule were enforced"
                             : "would have been held or rejected") +
         ", at most " + two_decimals(*report.most_stopped) + " % are wanted";
}

Json to_json(const ActionCounts& counts) {
  Json out;
  for (size_t i = 0; i < kActions; i++) out[std::string(to_string(static_cast<Action>(i)))] = counts.of[i];
  return out;
}

std::string rules_text(const BacktestReport& report) {
  TextTable table({{"rule"},
                   {"mode"},
                   {"action"},
                   {"messages", Align::right},
                   {"per 1,000", Align::right},
                   {"senders", Align::right},
                   {"first seen in"}});
  size_t silent = 0;
  for (const auto& line : report.rules) {
    if (line.messages == 0) {
      silent++;
      continue;
    }
    table.add({line.rule->id, std::string(to_string(line.rule->mode)), std::string(to_string(line.rule->then.action)),
               std::to_string(line.messages), one_decimal(per_thousand(line.messages, report.judged)),
               std::to_string(line.senders), escape_unsafe(line.examples.front())});
  }
  std::string out = "\nrules, by messages\n";
  if (!table.empty()) out += table.to_text();
  return out + "  " + counted(silent, "rule") + " found nothing\n";
}

std::string classes_text(const BacktestReport& report) {
  if (report.classes.empty()) return {};
  TextTable table({{"class"},
                   {"recipients", Align::right},
                   {"held", Align::right},
                   {"rejected", Align::right},
                   {"stopped", Align::right},
                   {"if enforced", Align::right}});
  for (const auto& line : report.classes) {
    const std::uint64_t all = line.recipients.all();
    table.add({std::string(to_string(line.cls)), std::to_string(all), std::to_string(line.recipients.held()),
               std::to_string(line.recipients.rejected()), percent_of(line.recipients.stopped(), all),
               percent_of(line.if_enforced.stopped(), all)});
  }
  return "\nrecipients, by class\n" + table.to_text();
}

std::string senders_text(const BacktestReport& report) {
  if (report.senders.empty()) return {};
  TextTable table({{"sender"}, {"messages", Align::right}, {"stopped if enforced", Align::right}});
  for (const auto& line : report.senders) {
    table.add({line.sender, std::to_string(line.messages), std::to_string(line.stopped)});
  }
  return "\nsenders, by messages that were stopped if every rule were enforced (of " +
         std::to_string(report.sender_count) + ")\n" + table.to_text();
}

std::string unread_text(const BacktestReport& report) {
  if (report.unread.empty()) return {};
  TextTable table({{"type"}, {"outcome"}, {"parts", Align::right}, {"messages", Align::right}});
  for (const auto& line : report.unread) {
    table.add({escape_unsafe(line.type), std::string(to_string(line.outcome)), std::to_string(line.parts),
               std::to_string(line.messages)});
  }
  return "\nparts that were not read whole\n" + table.to_text();
}

}  // namespace

std::string to_text(const BacktestReport& report) {
  const auto stopped = [&](const ActionCounts& counts) {
    return std::to_string(counts.stopped()) + " (" + percent_of(counts.stopped(), report.judged) +
           "): " + std::to_string(counts.held()) + " held, " + std::to_string(counts.rejected()) + " rejected\n";
  };
  std::string out = counted(report.messages, "message") + ": " + std::to_string(report.judged) + " judged, " +
                    std::to_string(report.passing) + " that the gate would not look at, " +
                    std::to_string(report.failures.size()) + " that could not be judged\n";
  out += "stopped as the policy stands: " + stopped(report.actions);
  out += "stopped if every rule were enforced: " + stopped(report.if_enforced);
  out += rules_text(report) + classes_text(report) + senders_text(report) + unread_text(report);
  if (!report.failures.empty()) {
    out += "\nnot judged\n";
    for (const auto& failure : report.failures) {
      // Most reasons begin with the name.
      const bool named = failure.why.starts_with(failure.name);
      out += "  " + escape_unsafe(named ? failure.why : failure.name + ": " + failure.why) + "\n";
    }
  }
  if (report.most_stopped) {
    out += std::string("\n") + (report.too_many_stopped() ? "FAILED: " : "passed: ") + hold_rate_text(report) + "\n";
  }
  return out;
}

std::string to_json(const BacktestReport& report) {
  Json out = {{"policy", report.policy},
              {"messages", report.messages},
              {"judged", report.judged},
              {"passing", report.passing},
              {"failed", report.failures.size()},
              {"actions", to_json(report.actions)},
              {"if_enforced", to_json(report.if_enforced)}};
  out["rules"] = Json::array();
  for (const auto& line : report.rules) {
    out["rules"].push_back({{"rule", line.rule->id},
                            {"mode", to_string(line.rule->mode)},
                            {"action", to_string(line.rule->then.action)},
                            {"messages", line.messages},
                            {"enforced", line.enforced},
                            {"per_1000", per_thousand(line.messages, report.judged)},
                            {"senders", line.senders},
                            {"examples", line.examples}});
  }
  out["classes"] = Json::array();
  for (const auto& line : report.classes) {
    out["classes"].push_back({{"class", to_string(line.cls)},
                              {"recipients", line.recipients.all()},
                              {"actions", to_json(line.recipients)},
                              {"if_enforced", to_json(line.if_enforced)}});
  }
  out["senders"] = Json::array();
  for (const auto& line : report.senders) {
    out["senders"].push_back({{"sender", line.sender}, {"messages", line.messages}, {"stopped", line.stopped}});
  }
  out["unread"] = Json::array();
  for (const auto& line : report.unread) {
    out["unread"].push_back({{"type", line.type},
                             {"outcome", to_string(line.outcome)},
                             {"parts", line.parts},
                             {"messages", line.messages}});
  }
  out["not_judged"] = Json::array();
  for (const auto& failure : report.failures) {
    out["not_judged"].push_back({{"message", failure.name}, {"why", failure.why}});
  }
  out["max_hold_rate"] = report.most_stopped ? Json(*report.most_stopped) : Json(nullptr);
  out["hold_rate"] = report.stopped_share();
  out["passed"] = !report.too_many_stopped();
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string to_junit(const BacktestReport& report) {
  std::string cases;
  size_t number = 0;
  if (report.most_stopped) {
    number++;
    cases += "    <testcase classname=\"backtest\" name=\"hold rate\"";
    cases += report.too_many_stopped()
                 ? ">\n      <failure message=\"" + xml_text(hold_rate_text(report)) + "\"/>\n    </testcase>\n"
                 : "/>\n";
  }
  for (const auto& line : report.rules) {
    if (line.messages == 0) continue;
    number++;
    cases += "    <testcase classname=\"backtest.rules\" name=\"" + xml_text(line.rule->id) +
             "\">\n      <system-out>" + counted(line.messages, "message") + ", " +
             one_decimal(per_thousand(line.messages, report.judged)) + " per 1,000, " +
             counted(line.senders, "sender") + "</system-out>\n    </testcase>\n";
  }
  for (const auto& failure : report.failures) {
    number++;
    cases += "    <testcase classname=\"backtest.messages\" name=\"" + xml_text(failure.name) +
             "\">\n      <skipped message=\"" + xml_text(failure.why) + "\"/>\n    </testcase>\n";
  }
  const std::string counts = " tests=\"" + std::to_string(number) + "\" failures=\"" +
                             (report.too_many_stopped() ? "1" : "0") + "\" skipped=\"" +
                             std::to_string(report.failures.size()) + "\"";
  return std::string(kXmlHead) + "<testsuites" + counts + ">\n  <testsuite name=\"backtest\"" + counts + ">\n" + cases +
         "  </testsuite>\n</testsuites>\n";
}

void add_findings(const BacktestReport& report, const std::string& policy_file, Diagnostics& diagnostics) {
  if (report.too_many_stopped()) {
    SourceMark mark;
    mark.file = std::make_shared<const SourceFile>(SourceFile{policy_file, ""});
    diagnostics.error(std::string(codes::kHoldRate), mark, hold_rate_text(report));
  }
  for (const auto& line : report.rules) {
    if (line.messages == 0) continue;
    diagnostics.add({DiagnosticSeverity::note, std::string(codes::kRuleHits), line.rule->mark,
                     line.rule->id + " found something in " + counted(line.messages, "message") + ", " +
                         one_decimal(per_thousand(line.messages, report.judged)) + " per 1,000, of " +
                         counted(line.senders, "sender"),
                     ""});
  }
}

}  // namespace postern::policy
