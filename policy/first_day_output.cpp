// First days as text, JSON and patches.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/escape.h"
#include "policy/codes.h"
#include "policy/first_day.h"
#include "policy/report_text.h"

namespace postern::policy {

namespace {

using Json = nlohmann::ordered_json;
using Align = TextTable::Align;

bool is_loud(const BacktestReport::RuleLine& line, std::uint64_t judged) {
  return line.messages > 0 && line.messages * 1000 >= kLoudPerThousand * judged;
}

// As a plain scalar of YAML it could be something else.
std::string yaml_quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
}

std::string rules_patch(const FirstDayReport& report) {
  std::string overrides;
  std::string own;
  for (const auto& line : report.backtest.rules) {
    if (!is_loud(line, report.backtest.judged) || line.rule->mode == Mode::audit) continue;
    const std::string found = "   # " + counted(line.messages, "message") + "\n";
    if (!line.rule->pack.empty()) {
      overrides += "  " + line.rule->id + ": {mode: audit}" + found;
    } else if (line.rule->mark.file) {
      own += "# " + line.rule->mark.file->path + ":" + std::to_string(line.rule->mode_mark.line) +
             ": mode: audit   # " + line.rule->id + ", " + counted(line.messages, "message") + "\n";
    }
  }
  std::string out;
  if (!overrides.empty()) out += "# Loud rules, recorded only until they are narrowed.\noverride:\n" + overrides;
  if (!own.empty()) out += "# Loud rules of your own:\n" + own;
  return out;
}

std::string senders_patch(const FirstDayReport& report) {
  if (report.automatic.empty()) return {};
  std::string out =
      "# Automatic senders. Rules can ask for them, or leave them out: senders: {not: [group:automatic-senders]}\n"
      "groups:\n  automatic-senders:\n";
  for (const auto& one : report.automatic) {
    out += "    - " + yaml_quoted(one.name) + "   # " + counted(one.messages, "message") + "\n";
  }
  return out;
}

std::string domains_patch(const FirstDayReport& report) {
  if (report.domains.empty()) return {};
  std::string out =
      "# Domains that no list knows; trust those that are partners, name competitors and protected bodies.\n"
      "# destinations:\n#   partner:\n";
  for (const auto& one : report.domains) {
    out += "#     - " + yaml_quoted(one.name) + "   # " + counted(one.messages, "message") + "\n";
  }
  return out;
}

// A rule that records what could not be read, unless the policy has one that looks at all of it.
std::string unread_patch(const FirstDayReport& report, const Model& model) {
  std::vector<std::string> outcomes;
  for (const auto& line : report.backtest.unread) {
    const std::string word(to_string(line.outcome));
    if (std::find(outcomes.begin(), outcomes.end(), word) == outcomes.end()) outcomes.push_back(word);
  }
  if (outcomes.empty() || model.categories.empty()) return {};
  std::sort(outcomes.begin(), outcomes.end());
  std::string list;
  for (const std::string& word : outcomes) list += (list.empty() ? "" : ", ") + word;
  return "apiVersion: postern/v1\n"
         "rules:\n"
         "  - id: first-day.unread\n"
         "    title: A part that could not be read\n"
         "    category: " +
         model.categories.front().name +
         "\n"
         "    severity: low\n"
         "    mode: audit\n"
         "    when: {recipients: [class:outside], content: {outcome: [" +
         list +
         "]}}\n"
         "    then: {action: quarantine}\n";
}

// Line by line, with nothing in it that a terminal would act on.
std::string shown_lines(const std::string& text, const char* indent) {
  std::string out;
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    out += indent + escape_unsafe(std::string_view(text).substr(at, end - at)) + "\n";
    at = end + 1;
  }
  return out;
}

std::string counts_text(const char* title, const char* column, const std::vector<FirstDayReport::Count>& counts) {
  if (counts.empty()) return {};
  TextTable table({{column}, {"messages", Align::right}});
  for (const auto& one : counts) table.add({escape_unsafe(one.name), std::to_string(one.messages)});
  return "\n" + std::string(title) + "\n" + table.to_text();
}

Json counts_json(const std::vector<FirstDayReport::Count>& counts) {
  Json out = Json::array();
  for (const auto& one : counts) out.push_back({{"name", one.name}, {"messages", one.messages}});
  return out;
}

}  // namespace

FirstDayPatches patches_of(const FirstDayReport& report, const Model& model) {
  FirstDayPatches out;
  out.policy = rules_patch(report) + senders_patch(report) + domains_patch(report);
  if (report.not_ocred_parts > 0) {
    out.policy += "# In postern.yaml, not here: extract: {ocr: true} reads the letters in pictures, of " +
                  counted(report.not_ocred_parts, "part") + " in this mail.\n";
  }
  for (const auto& one : report.paragraphs) {
    if (!one.text.empty()) out.boilerplate += (out.boilerplate.empty() ? "" : "\n") + one.text + "\n";
  }
  out.rules = unread_patch(report, model);
  return out;
}

std::string to_text(const FirstDayReport& report, const FirstDayPatches& patches) {
  const BacktestReport& all = report.backtest;
  std::string out = counted(all.messages, "message") + ": " + std::to_string(all.judged) + " judged, " +
                    std::to_string(all.passing) + " that the gate would not look at, " +
                    std::to_string(all.failures.size()) + " that could not be judged\n";
  TextTable rules(
      {{"rule"}, {"mode"}, {"action"}, {"messages", Align::right}, {"share", Align::right}, {"first seen in"}});
  for (const auto& line : all.rules) {
    if (line.messages == 0 || !is_loud(line, all.judged)) continue;
    rules.add({line.rule->id, std::string(to_string(line.rule->mode)), std::string(to_string(line.rule->then.action)),
               std::to_string(line.messages), percent_of(line.messages, all.judged),
               escape_unsafe(line.examples.front())});
  }
  if (!rules.empty()) out += "\nloud rules, from 1 % of the messages on\n" + rules.to_text();
  if (!report.paragraphs.empty()) {
    out += "\nparagraphs that repeat\n";
    for (const auto& one : report.paragraphs) {
      out += "  in " + counted(one.messages, "message") + " of at least " + counted(one.senders, "sender") + ":\n" +
             shown_lines(one.text, "    ");
    }
  }
  out += counts_text("automatic senders", "sender", report.automatic);
  out += counts_text("domains that no list classifies", "domain", report.domains);
  TextTable unread(
      {{"type"}, {"outcome"}, {"parts", Align::right}, {"messages", Align::right}, {"share", Align::right}});
  for (const auto& line : all.unread) {
    unread.add({escape_unsafe(line.type), std::string(to_string(line.outcome)), std::to_string(line.parts),
                std::to_string(line.messages), percent_of(line.messages, all.judged)});
  }
  if (!unread.empty()) out += "\nparts that were not read whole\n" + unread.to_text();
  if (report.not_ocred_parts > 0) {
    out += "\npictures that were not read: " + counted(report.not_ocred_parts, "part") + " in " +
           counted(report.not_ocred_messages, "message") + "\n";
  }
  if (!all.failures.empty()) out += "\nnot judged\n";
  for (const auto& failure : all.failures) {
    const bool named = failure.why.starts_with(failure.name);
    out += "  " + escape_unsafe(named ? failure.why : failure.name + ": " + failure.why) + "\n";
  }
  const auto patch = [&out](const char* file, const std::string& text) {
    if (!text.empty()) out += "\n--- for " + std::string(file) + "\n" + shown_lines(text, "");
  };
  patch("policy.yaml", patches.policy);
  patch("boilerplate/first-day.txt", patches.boilerplate);
  patch("rules/first-day.yaml", patches.rules);
  return out;
}

namespace {

// What the report tells, one thing after the other: its kind, its name, and how often it is there.
template <typename Tell>
void tell_each(const FirstDayReport& report, Tell tell) {
  const BacktestReport& all = report.backtest;
  for (const auto& line : all.rules) {
    if (line.messages == 0 || !is_loud(line, all.judged)) continue;
    tell("loud rule", line.rule->id,
         counted(line.messages, "message") + ", " + percent_of(line.messages, all.judged) + " of those judged",
         line.rule);
  }
  for (const auto& one : report.paragraphs) {
    tell("paragraph that repeats", one.text,
         counted(one.messages, "message") + " of at least " + counted(one.senders, "sender"), nullptr);
  }
  for (const auto& one : report.automatic) {
    tell("automatic sender", one.name, counted(one.messages, "message"), nullptr);
  }
  for (const auto& one : report.domains) {
    tell("domain that no list classifies", one.name, counted(one.messages, "message"), nullptr);
  }
  for (const auto& line : all.unread) {
    tell("parts that were not read whole", line.type + ", " + std::string(to_string(line.outcome)),
         counted(line.parts, "part") + " in " + counted(line.messages, "message"), nullptr);
  }
  if (report.not_ocred_parts > 0) {
    tell("pictures that were not read", "not-ocred",
         counted(report.not_ocred_parts, "part") + " in " + counted(report.not_ocred_messages, "message"), nullptr);
  }
}

}  // namespace

std::string to_junit(const FirstDayReport& report) {
  std::vector<JunitCase> cases;
  tell_each(report, [&](const std::string& kind, const std::string& name, const std::string& often, const Rule*) {
    cases.push_back({"first-day." + kind, name, "", "", often});
  });
  for (const auto& failure : report.backtest.failures) {
    cases.push_back({"first-day.messages", failure.name, "", failure.why, ""});
  }
  return junit_suite("first-day", cases);
}

void add_findings(const FirstDayReport& report, const std::string& policy_file, Diagnostics& diagnostics) {
  SourceMark policy;
  policy.file = std::make_shared<const SourceFile>(SourceFile{policy_file, ""});
  tell_each(report, [&](const std::string& kind, const std::string& name, const std::string& often, const Rule* rule) {
    const auto severity = rule != nullptr ? DiagnosticSeverity::warning : DiagnosticSeverity::note;
    diagnostics.add({severity, std::string(codes::kFirstDay), rule != nullptr ? rule->mark : policy,
                     kind + ": " + name + ", " + often, ""});
  });
  for (const auto& failure : report.backtest.failures) {
    diagnostics.add({DiagnosticSeverity::note, std::string(codes::kFirstDay), policy,
                     "not judged: " + failure.name + ": " + failure.why, ""});
  }
}

std::string to_json(const FirstDayReport& report, const FirstDayPatches& patches) {
  const BacktestReport& all = report.backtest;
  Json out = {{"messages", all.messages}, {"judged", all.judged}, {"rules", Json::array()}};
  for (const auto& line : all.rules) {
    if (line.messages == 0) continue;
    out["rules"].push_back({{"rule", line.rule->id},
                            {"mode", to_string(line.rule->mode)},
                            {"messages", line.messages},
                            {"loud", is_loud(line, all.judged)},
                            {"examples", line.examples}});
  }
  out["paragraphs"] = Json::array();
  for (const auto& one : report.paragraphs) {
    out["paragraphs"].push_back({{"messages", one.messages}, {"senders", one.senders}, {"text", one.text}});
  }
  out["automatic"] = counts_json(report.automatic);
  out["domains"] = counts_json(report.domains);
  out["unread"] = Json::array();
  for (const auto& line : all.unread) {
    out["unread"].push_back({{"type", line.type},
                             {"outcome", to_string(line.outcome)},
                             {"parts", line.parts},
                             {"messages", line.messages}});
  }
  out["not_ocred"] = {{"parts", report.not_ocred_parts}, {"messages", report.not_ocred_messages}};
  out["not_judged"] = Json::array();
  for (const auto& failure : all.failures) {
    out["not_judged"].push_back({{"message", failure.name}, {"why", failure.why}});
  }
  out["patches"] = {{"policy", patches.policy}, {"boilerplate", patches.boilerplate}, {"rules", patches.rules}};
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace postern::policy
