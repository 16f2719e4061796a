#include "response/commit_payload.h"

#include <algorithm>
#include <array>
#include <optional>

#include <nlohmann/json.hpp>

namespace postern::response {

namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 3> kAudienceWords = {"sender", "liaison", "owner"};
constexpr std::array<std::string_view, 6> kEventWords = {"judged",  "released",  "rejected",
                                                         "expired", "rule-ends", "undelivered"};

template <typename Enum, size_t N>
std::optional<Enum> word_of(const json& object, const char* name, const std::array<std::string_view, N>& words) {
  const auto member = object.find(name);
  if (member == object.end() || !member->is_string()) return std::nullopt;
  const auto found = std::find(words.begin(), words.end(), member->get_ref<const std::string&>());
  if (found == words.end()) return std::nullopt;
  return static_cast<Enum>(found - words.begin());
}

// Nothing when a member is missing.
std::optional<RuleEnd> rule_end_of(const json& object) {
  const auto rule = object.find("rule");
  if (rule == object.end() || !rule->is_object()) return std::nullopt;
  RuleEnd out;
  std::string until;
  for (const auto& [name, text] :
       {std::pair("id", &out.rule), std::pair("title", &out.title), std::pair("until", &until)}) {
    const auto member = rule->find(name);
    if (member == rule->end() || !member->is_string()) return std::nullopt;
    *text = member->get<std::string>();
  }
  const auto when = parse_rfc3339(until);
  const auto asks = rule->find("asks");
  if (!when || asks == rule->end() || !asks->is_boolean()) return std::nullopt;
  out.until = *when;
  out.asks = asks->get<bool>();
  return out;
}

tl::unexpected<Error> not_a_payload(std::string_view what) {
  return fail(ErrorKind::corrupt, "an outbox row holds no payload of a " + std::string(what));
}

std::string dump(const json& object) {
  return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::string_view to_string(Audience audience) {
  return kAudienceWords[size_t(audience)];
}

std::string_view to_string(NoticeEvent event) {
  return kEventWords[size_t(event)];
}

std::string NoticePayload::to_json() const {
  json out = {{"event", std::string(to_string(event))},
              {"audience", std::string(to_string(audience))},
              {"to", to},
              {"on_behalf", on_behalf}};
  if (not_notified > 0) out["not_notified"] = not_notified;
  if (rule_end) {
    out["rule"] = {{"id", rule_end->rule},
                   {"title", rule_end->title},
                   {"until", format_rfc3339(rule_end->until)},
                   {"asks", rule_end->asks}};
  }
  return dump(out);
}

Result<NoticePayload> NoticePayload::parse(std::string_view text) {
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object()) return not_a_payload("notice");
  const auto audience = word_of<Audience>(object, "audience", kAudienceWords);
  const auto event = word_of<NoticeEvent>(object, "event", kEventWords);
  const auto to = object.find("to");
  if (!audience || !event || to == object.end() || !to->is_array()) return not_a_payload("notice");
  NoticePayload out;
  out.audience = *audience;
  out.event = *event;
  for (const json& address : *to) {
    if (!address.is_string()) return not_a_payload("notice");
    out.to.push_back(address.get<std::string>());
  }
  out.rule_end = rule_end_of(object);
  if (out.rule_end.has_value() != (out.event == NoticeEvent::rule_ends)) return not_a_payload("notice");
  const auto on_behalf = object.find("on_behalf");
  out.on_behalf = on_behalf != object.end() && on_behalf->is_boolean() && on_behalf->get<bool>();
  const auto not_notified = object.find("not_notified");
  if (not_notified != object.end() && not_notified->is_number_unsigned()) {
    out.not_notified = not_notified->get<std::uint64_t>();
  }
  return out;
}

std::string ReleasePayload::to_json() const {
  return dump({{"attempt", attempt}, {"by", by}});
}

Result<ReleasePayload> ReleasePayload::parse(std::string_view text) {
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object()) return not_a_payload("release");
  const auto attempt = object.find("attempt");
  const auto by = object.find("by");
  if (attempt == object.end() || !attempt->is_number_unsigned() || by == object.end() || !by->is_string()) {
    return not_a_payload("release");
  }
  ReleasePayload out;
  out.attempt = attempt->get<std::uint32_t>();
  out.by = by->get<std::string>();
  return out;
}

}  // namespace postern::response
