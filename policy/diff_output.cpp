// Differences as text and JSON.
#include <nlohmann/json.hpp>

#include "base/escape.h"
#include "policy/codes.h"
#include "policy/diff.h"
#include "policy/report_text.h"

namespace postern::policy {

namespace {

using Json = nlohmann::ordered_json;

// Entries of one list that are told in text.
constexpr size_t kMostEntries = 10;
constexpr size_t kMostEntryBytes = 100;

std::string shortened(const std::string& text) {
  if (text.size() <= kMostEntryBytes) return escape_unsafe(text);
  size_t end = kMostEntryBytes;
  while ((static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) end--;
  return escape_unsafe(text.substr(0, end)) + "...";
}

std::string value_text(const std::string& value) {
  return value.empty() ? "(none)" : shortened(value);
}

std::string entries_text(const char* sign, const std::vector<std::string>& entries) {
  std::string out;
  for (size_t i = 0; i < std::min(entries.size(), kMostEntries); i++) {
    out += "      " + std::string(sign) + " " + shortened(entries[i]) + "\n";
  }
  if (entries.size() > kMostEntries) {
    out += "      " + std::string(sign) + " and " + std::to_string(entries.size() - kMostEntries) + " more\n";
  }
  return out;
}

std::string sensitive_text(const char* sign, size_t number) {
  return number == 0 ? "" : std::string("      ") + sign + " " + std::to_string(number) + " (sensitive: not shown)\n";
}

std::string change_text(const ThingChange& change) {
  const bool changed = change.kind == ThingChange::Kind::changed;
  std::string out = (changed ? "~ " : change.kind == ThingChange::Kind::added ? "+ " : "- ") + change.thing;
  if (!change.name.empty()) out += " " + escape_unsafe(change.name);
  if (!change.rules.empty()) {
    out += "  (in";
    for (const std::string& rule : change.rules) out += " " + rule;
    out += ")";
  }
  out += "\n";
  for (const ValueChange& value : change.values) {
    out += "    " + value.key + ": ";
    if (changed) out += value_text(value.before) + " -> ";
    out += value_text(change.kind == ThingChange::Kind::removed ? value.before : value.after) + "\n";
  }
  for (const ListChange& list : change.lists) {
    out += "    " + list.key + ":\n";
    if (list.told) {
      out += entries_text("+", list.added) + entries_text("-", list.removed);
    } else {
      out += sensitive_text("+", list.added.size()) + sensitive_text("-", list.removed.size());
    }
  }
  return out;
}

std::string messages_text(const std::string& what, const MailDiff::Messages& messages) {
  if (messages.count == 0) return {};
  std::string out = "    " + what + ": " + counted(messages.count, "message") + "\n";
  for (const MailDiff::Example& example : messages.examples) {
    out += "      " + escape_unsafe(example.name) + "  " + example.sender + "\n";
  }
  if (messages.count > messages.examples.size()) {
    out += "      and " + std::to_string(messages.count - messages.examples.size()) + " more\n";
  }
  return out;
}

std::string mail_text(const MailDiff& mail) {
  std::string out = "\nover " + counted(mail.messages, "message") + ", " + std::to_string(mail.judged) + " judged\n";
  if (!mail.differs()) out += "  nothing changes for them\n";
  if (mail.newly_stopped.count + mail.no_longer_stopped.count + mail.otherwise.count > 0) {
    out += "  as the policies stand\n" + messages_text("newly held or rejected", mail.newly_stopped) +
           messages_text("no longer held or rejected", mail.no_longer_stopped) +
           messages_text("with another action", mail.otherwise);
  }
  for (const auto& [rule, line] : mail.rules) {
    out += "  " + rule + "\n" + messages_text("newly caught", line.caught) + messages_text("newly missed", line.missed);
  }
  if (!mail.failures.empty()) out += "  not judged\n";
  for (const MailDiff::Failure& failure : mail.failures) {
    const bool named = failure.why.starts_with(failure.name);
    out += "    " + escape_unsafe(named ? failure.why : failure.name + ": " + failure.why) + "\n";
  }
  return out;
}

Json to_json(const MailDiff::Messages& messages) {
  Json out = {{"messages", messages.count}, {"examples", Json::array()}};
  for (const MailDiff::Example& example : messages.examples) {
    out["examples"].push_back({{"message", example.name}, {"sender", example.sender}});
  }
  return out;
}

Json to_json(const MailDiff& mail) {
  Json out = {{"messages", mail.messages}, {"judged", mail.judged}, {"rules", Json::array()}};
  for (const auto& [rule, line] : mail.rules) {
    out["rules"].push_back({{"rule", rule}, {"caught", to_json(line.caught)}, {"missed", to_json(line.missed)}});
  }
  out["newly_stopped"] = to_json(mail.newly_stopped);
  out["no_longer_stopped"] = to_json(mail.no_longer_stopped);
  out["otherwise"] = to_json(mail.otherwise);
  out["not_judged"] = Json::array();
  for (const MailDiff::Failure& failure : mail.failures) {
    out["not_judged"].push_back({{"message", failure.name}, {"why", failure.why}});
  }
  return out;
}

}  // namespace

std::string to_text(const std::vector<ThingChange>& changes, const MailDiff* mail) {
  std::string out;
  for (const ThingChange& change : changes) out += change_text(change);
  if (changes.empty()) out += "the policies mean the same\n";
  if (mail != nullptr) out += mail_text(*mail);
  return out;
}

namespace {

// "rule secret.x, changed: mode audit -> enforce; 1 added to words": the name of a thing and what becomes of it.
struct Told {
  std::string thing;
  std::string what;
};

std::vector<Told> told_of(const std::vector<ThingChange>& changes, const MailDiff* mail) {
  std::vector<Told> out;
  for (const ThingChange& change : changes) {
    std::string what(to_string(change.kind));
    if (change.kind == ThingChange::Kind::changed) {
      for (const ValueChange& value : change.values) {
        what += "; " + value.key + ": " + value_text(value.before) + " -> " + value_text(value.after);
      }
      for (const ListChange& list : change.lists) {
        what += "; " + list.key + ": " + std::to_string(list.added.size()) + " added, " +
                std::to_string(list.removed.size()) + " removed";
      }
    }
    out.push_back({change.thing + (change.name.empty() ? "" : " " + change.name), std::move(what)});
  }
  if (mail == nullptr) return out;
  for (const auto& [rule, line] : mail->rules) {
    out.push_back({"mail of rule " + rule, counted(line.caught.count, "message") + " newly caught, " +
                                               counted(line.missed.count, "message") + " newly missed"});
  }
  const auto stopped = [&out](const char* what, const MailDiff::Messages& messages) {
    if (messages.count > 0) out.push_back({std::string("mail ") + what, counted(messages.count, "message")});
  };
  stopped("newly held or rejected", mail->newly_stopped);
  stopped("no longer held or rejected", mail->no_longer_stopped);
  stopped("with another action", mail->otherwise);
  return out;
}

}  // namespace

std::string to_junit(const std::vector<ThingChange>& changes, const MailDiff* mail) {
  std::vector<JunitCase> cases;
  for (Told& one : told_of(changes, mail)) cases.push_back({"diff", std::move(one.thing), std::move(one.what)});
  if (cases.empty()) cases.push_back({"diff", "the policies mean the same"});
  if (mail != nullptr) {
    for (const MailDiff::Failure& failure : mail->failures) {
      cases.push_back({"diff.messages", failure.name, "", failure.why});
    }
  }
  return junit_suite("diff", cases);
}

void add_findings(const std::vector<ThingChange>& changes, const MailDiff* mail, const std::string& policy_file,
                  Diagnostics& diagnostics) {
  SourceMark mark;
  mark.file = std::make_shared<const SourceFile>(SourceFile{policy_file, ""});
  for (const Told& one : told_of(changes, mail)) {
    diagnostics.add({DiagnosticSeverity::note, std::string(codes::kChange), mark, one.thing + ": " + one.what, ""});
  }
}

std::string to_json(const std::vector<ThingChange>& changes, const MailDiff* mail) {
  Json out = {{"changes", Json::array()}};
  for (const ThingChange& change : changes) {
    Json one = {{"change", to_string(change.kind)}, {"thing", change.thing}, {"name", change.name}};
    one["values"] = Json::array();
    for (const ValueChange& value : change.values) {
      one["values"].push_back({{"key", value.key}, {"before", value.before}, {"after", value.after}});
    }
    one["lists"] = Json::array();
    for (const ListChange& list : change.lists) {
      one["lists"].push_back({{"key", list.key},
                              {"added", list.told ? Json(list.added) : Json(list.added.size())},
                              {"removed", list.told ? Json(list.removed) : Json(list.removed.size())}});
    }
    one["rules"] = change.rules;
    out["changes"].push_back(std::move(one));
  }
  out["over"] = mail != nullptr ? to_json(*mail) : Json(nullptr);
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace postern::policy
