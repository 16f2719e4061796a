#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "response/plan.h"

namespace postern::response {

namespace {

using nlohmann::json;

// A program that knows nothing of `taken` would deliver the whole mail by such a plan.
constexpr int kPlanVersion = 1;
constexpr int kPlanVersionWithTaken = 2;
constexpr std::array<Fate, 3> kAllFates = {Fate::deliver, Fate::hold, Fate::not_delivered};

std::string dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

tl::unexpected<Error> damaged(std::string_view what) {
  return fail(ErrorKind::corrupt, "the record of " + std::string(what) + " cannot be read");
}

// Members that are missing or of another type read as nothing.
std::string text(const json& object, const char* name) {
  const auto member = object.find(name);
  return member != object.end() && member->is_string() ? member->get<std::string>() : std::string();
}

template <typename T>
T number(const json& object, const char* name) {
  const auto member = object.find(name);
  return member != object.end() && member->is_number_integer() ? member->get<T>() : T();
}

bool flag(const json& object, const char* name) {
  const auto member = object.find(name);
  return member != object.end() && member->is_boolean() && member->get<bool>();
}

std::vector<std::string> texts(const json& object, const char* name) {
  std::vector<std::string> out;
  const auto member = object.find(name);
  if (member == object.end() || !member->is_array()) return out;
  for (const json& entry : *member) {
    if (entry.is_string()) out.push_back(entry.get<std::string>());
  }
  return out;
}

std::string word(std::string_view w) {
  return std::string(w);
}

// Member by member: a list of pairs in braces is copied twice, and this is done for each mail that is held.
json to_json(const Finding& f) {
  json out = json::object();
  out["rule"] = f.rule;
  out["title"] = f.title;
  out["category"] = f.category;
  out["detector"] = f.detector;
  out["severity"] = word(to_string(f.severity));
  out["mode"] = word(to_string(f.mode));
  out["action"] = word(to_string(f.action));
  out["part"] = f.part.to_string();
  out["part_name"] = f.part_name;
  out["place"] = word(to_string(f.place));
  out["at"] = f.at;
  out["confidence"] = f.confidence;
  out["count"] = f.count;
  out["excerpt"] = f.excerpt;
  out["sensitive"] = f.sensitive;
  out["module"] = f.module;
  out["clause"] = f.clause;
  out["owner"] = f.owner;
  out["review"] = f.review;
  out["notify"] = f.notify;
  out["route"] = f.route;
  out["strip"] = f.strip;
  return out;
}

Result<Finding> finding_from(const json& object) {
  const auto severity = parse_severity(text(object, "severity"));
  const auto mode = parse_mode(text(object, "mode"));
  const auto action = parse_action(text(object, "action"));
  const auto place = parse_place(text(object, "place"));
  const auto part = PartPath::parse(text(object, "part"));
  if (!severity || !mode || !action || !place || !part) return damaged("a finding");
  Finding f;
  f.rule = text(object, "rule");
  f.title = text(object, "title");
  f.category = text(object, "category");
  f.detector = text(object, "detector");
  f.severity = *severity;
  f.mode = *mode;
  f.action = *action;
  f.part = *part;
  f.part_name = text(object, "part_name");
  f.place = *place;
  f.at = text(object, "at");
  f.confidence = number<int>(object, "confidence");
  f.count = number<std::uint32_t>(object, "count");
  f.excerpt = text(object, "excerpt");
  f.sensitive = flag(object, "sensitive");
  f.module = text(object, "module");
  f.clause = text(object, "clause");
  f.owner = text(object, "owner");
  f.review = texts(object, "review");
  f.notify = texts(object, "notify");
  f.route = text(object, "route");
  f.strip = flag(object, "strip");
  return f;
}

std::vector<size_t> indices(const json& object, const char* name) {
  std::vector<size_t> out;
  const auto member = object.find(name);
  if (member == object.end() || !member->is_array()) return out;
  for (const json& index : *member) {
    if (index.is_number_unsigned()) out.push_back(index.get<size_t>());
  }
  return out;
}

json to_json(const TakenOff& taken) {
  return {{"sha256", taken.sha256},
          {"name", taken.name},
          {"part", taken.part.to_string()},
          {"name_hidden", taken.name_hidden}};
}

bool is_hash(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Strict: an attachment that is lost here would be delivered.
Result<void> take_strips(const json& object, Plan& plan) {
  const auto taken = object.find("taken");
  if (taken == object.end()) return {};
  if (!taken->is_array()) return damaged("a plan");
  for (const json& entry : *taken) {
    if (!entry.is_object() || !is_hash(text(entry, "sha256"))) return damaged("a plan");
    const auto part = PartPath::parse(text(entry, "part"));
    if (!part) return damaged("a plan");
    plan.taken.push_back({text(entry, "sha256"), text(entry, "name"), *part, flag(entry, "name_hidden")});
  }
  plan.sends_apart = flag(object, "sends_apart");
  const json& recipients = object.at("recipients");
  for (size_t i = 0; i < plan.recipients.size(); i++) {
    plan.recipients[i].taken = indices(recipients[i], "taken");
    for (const size_t index : plan.recipients[i].taken) {
      if (index >= plan.taken.size()) return damaged("a plan");
    }
  }
  return {};
}

}  // namespace

std::string plan_to_json(const Plan& plan) {
  json recipients = json::array();
  for (const RecipientPlan& recipient : plan.recipients) {
    json one = json::object();
    one["action"] = word(to_string(recipient.action));
    one["fate"] = word(to_string(recipient.fate));
    one["findings"] = recipient.findings;
    one["routes"] = recipient.routes;
    if (!plan.taken.empty()) one["taken"] = recipient.taken;
    recipients.push_back(std::move(one));
  }
  json approvals = json::array();
  for (const ApprovalNeed& need : plan.approvals) {
    approvals.push_back({{"role", need.role}, {"of", need.of}, {"people", need.people}, {"deputies", need.deputies}});
  }
  json out = json::object();
  out["version"] = plan.taken.empty() ? kPlanVersion : kPlanVersionWithTaken;
  out["action"] = word(to_string(plan.action));
  out["mode"] = word(to_string(plan.mode));
  out["hold_reason"] = plan.hold_reason;
  out["recipients"] = std::move(recipients);
  out["approvals"] = std::move(approvals);
  if (!plan.taken.empty()) {
    out["taken"] = json::array();
    for (const TakenOff& taken : plan.taken) out["taken"].push_back(to_json(taken));
    out["sends_apart"] = plan.sends_apart;
  }
  return dump(out);
}

Result<Plan> plan_from_json(std::string_view source) {
  const json object = json::parse(source, nullptr, false);
  if (!object.is_object()) return damaged("a plan");
  const int version = number<int>(object, "version");
  if (version != kPlanVersion && version != kPlanVersionWithTaken) return damaged("a plan");
  const auto action = parse_action(text(object, "action"));
  const auto mode = parse_mode(text(object, "mode"));
  const auto recipients = object.find("recipients");
  if (!action || !mode || recipients == object.end() || !recipients->is_array()) return damaged("a plan");
  Plan plan;
  plan.action = *action;
  plan.mode = *mode;
  plan.recorded = true;
  plan.hold_reason = text(object, "hold_reason");
  for (const json& entry : *recipients) {
    if (!entry.is_object()) return damaged("a plan");
    const auto recipient_action = parse_action(text(entry, "action"));
    const std::string fate_word = text(entry, "fate");
    const auto fate =
        std::find_if(kAllFates.begin(), kAllFates.end(), [&](Fate f) { return to_string(f) == fate_word; });
    if (!recipient_action || fate == kAllFates.end()) return damaged("a plan");
    plan.recipients.push_back({*recipient_action, *fate, indices(entry, "findings"), texts(entry, "routes"), {}});
  }
  if (auto ok = take_strips(object, plan); !ok) return fail(ok.error());
  if (const auto approvals = object.find("approvals"); approvals != object.end()) {
    if (!approvals->is_array()) return damaged("a plan");
    for (const json& entry : *approvals) {
      // One that is lost would let a mail go too early.
      if (!entry.is_object() || text(entry, "role").empty()) return damaged("a plan");
      plan.approvals.push_back(
          {text(entry, "role"), text(entry, "of"), texts(entry, "people"), texts(entry, "deputies")});
    }
  }
  return plan;
}

std::string findings_to_json(const std::vector<Finding>& findings) {
  json out = json::array();
  for (const Finding& finding : findings) out.push_back(to_json(finding));
  return dump(out);
}

Result<std::vector<Finding>> findings_from_json(std::string_view source) {
  const json array = json::parse(source, nullptr, false);
  if (!array.is_array()) return damaged("findings");
  std::vector<Finding> out;
  for (const json& object : array) {
    if (!object.is_object()) return damaged("findings");
    auto finding = finding_from(object);
    if (!finding) return fail(finding.error());
    out.push_back(std::move(*finding));
  }
  return out;
}

std::string unreadable_to_json(const std::vector<UnreadablePart>& unreadable) {
  json out = json::array();
  for (const UnreadablePart& part : unreadable) {
    out.push_back({{"part", part.part.to_string()},
                   {"name", part.name},
                   {"outcome", word(to_string(part.outcome))},
                   {"why", part.why}});
  }
  return dump(out);
}

Result<std::vector<UnreadablePart>> unreadable_from_json(std::string_view source) {
  const json array = json::parse(source, nullptr, false);
  if (!array.is_array()) return damaged("unreadable parts");
  std::vector<UnreadablePart> out;
  for (const json& object : array) {
    if (!object.is_object()) return damaged("unreadable parts");
    const auto part = PartPath::parse(text(object, "part"));
    const auto outcome = parse_outcome(text(object, "outcome"));
    if (!part || !outcome) return damaged("unreadable parts");
    out.push_back({*part, text(object, "name"), *outcome, text(object, "why")});
  }
  return out;
}

}  // namespace postern::response
