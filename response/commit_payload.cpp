#include "response/commit_payload.h"

#include <nlohmann/json.hpp>

namespace postern::response {

namespace {

using nlohmann::json;

constexpr std::string_view kAudienceWords[] = {"sender", "liaison", "owner"};

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

std::string NoticePayload::to_json() const {
  return dump({{"audience", std::string(to_string(audience))}, {"to", to}, {"on_behalf", on_behalf}});
}

Result<NoticePayload> NoticePayload::parse(std::string_view text) {
  const json object = json::parse(text, nullptr, false);
  if (!object.is_object()) return not_a_payload("notice");
  NoticePayload out;
  const auto word = object.find("audience");
  const auto to = object.find("to");
  if (word == object.end() || !word->is_string() || to == object.end() || !to->is_array()) {
    return not_a_payload("notice");
  }
  bool known = false;
  for (const Audience audience : {Audience::sender, Audience::liaison, Audience::owner}) {
    if (*word != std::string(to_string(audience))) continue;
    out.audience = audience;
    known = true;
  }
  if (!known) return not_a_payload("notice");
  for (const json& address : *to) {
    if (!address.is_string()) return not_a_payload("notice");
    out.to.push_back(address.get<std::string>());
  }
  const auto on_behalf = object.find("on_behalf");
  out.on_behalf = on_behalf != object.end() && on_behalf->is_boolean() && on_behalf->get<bool>();
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
