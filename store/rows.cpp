#include "store/rows.h"

namespace postern::store {

namespace {

tl::unexpected<Error> unknown_word(std::string_view what, std::string_view word) {
  return fail(ErrorKind::corrupt, "the store holds the unknown " + std::string(what) + " '" + std::string(word) + "'");
}

std::optional<WallTime> optional_time(const SqlRow& row, size_t column) {
  if (row.is_null(column)) return std::nullopt;
  return row.time(column);
}

Result<std::vector<DestinationClass>> split_classes(std::string_view text) {
  std::vector<DestinationClass> out;
  while (!text.empty()) {
    const size_t end = std::min(text.find(' '), text.size());
    const auto cls = parse_destination_class(text.substr(0, end));
    if (!cls) return unknown_word("destination class", text.substr(0, end));
    out.push_back(*cls);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace

std::string join_parameters(const std::vector<std::string>& parameters) {
  std::string out;
  for (const std::string& parameter : parameters) {
    out += parameter;
    out += '\0';
  }
  return out;
}

std::vector<std::string> split_parameters(std::string_view bytes) {
  std::vector<std::string> out;
  while (!bytes.empty()) {
    const size_t end = std::min(bytes.find('\0'), bytes.size());
    out.emplace_back(bytes.substr(0, end));
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
  return out;
}

std::string join_classes(const std::vector<DestinationClass>& classes) {
  std::string out;
  for (const DestinationClass cls : classes) {
    if (!out.empty()) out += ' ';
    out += to_string(cls);
  }
  return out;
}

Result<Incident> incident_of(const SqlRow& row) {
  const auto action = parse_action(row.text(9));
  if (!action) return unknown_word("action", row.text(9));
  const auto mode = parse_mode(row.text(10));
  if (!mode) return unknown_word("mode", row.text(10));
  Incident out;
  out.reference = row.text(0);
  out.time = row.time(1);
  out.queue_id = row.text(2);
  out.message_id = row.text(3);
  out.sender = row.text(4);
  out.sender_raw = row.text(5);
  out.sender_parameters = split_parameters(row.text(6));
  out.client = row.text(7);
  out.policy_digest = row.text(8);
  out.action = *action;
  out.mode = *mode;
  out.findings_json = row.text(11);
  out.unreadable_json = row.text(12);
  out.plan_json = row.text(13);
  out.retry_key = row.text(14);
  out.message_digest = row.text(15);
  out.message_size = std::uint64_t(row.integer(16));
  out.replay_until = row.time(17);
  return out;
}

Result<IncidentRecipient> recipient_of(const SqlRow& row) {
  auto classes = split_classes(row.text(3));
  if (!classes) return fail(classes.error());
  const auto action = parse_action(row.text(4));
  if (!action) return unknown_word("action", row.text(4));
  const auto state = parse_recipient_state(row.text(5));
  if (!state) return unknown_word("state of a recipient", row.text(5));
  return IncidentRecipient{
      row.text(0), split_parameters(row.text(1)), row.text(2), std::move(*classes), *action, *state, row.text(6)};
}

Result<Hold> hold_of(const SqlRow& row) {
  const auto state = parse_hold_state(row.text(2));
  if (!state) return unknown_word("state of a hold", row.text(2));
  Hold out;
  out.id = row.text(0);
  out.incident = row.text(1);
  out.state = *state;
  out.retry_key = row.text(3);
  out.sender = row.text(4);
  out.reason = row.text(5);
  out.created = row.time(6);
  out.expires = row.time(7);
  out.message_size = std::uint64_t(row.integer(8));
  out.release_attempts = std::uint32_t(row.integer(9));
  out.release_requested = optional_time(row, 10);
  out.decided = optional_time(row, 11);
  out.decided_by = row.text(12);
  out.release_error = row.text(13);
  out.erased = optional_time(row, 14);
  return out;
}

Result<OutboxItem> outbox_item_of(const SqlRow& row) {
  const auto kind = parse_outbox_kind(row.text(1));
  if (!kind) return unknown_word("outbox kind", row.text(1));
  const auto state = parse_outbox_state(row.text(9));
  if (!state) return unknown_word("outbox state", row.text(9));
  OutboxItem out;
  out.id = row.integer(0);
  out.kind = *kind;
  out.dedupe_key = row.text(2);
  out.incident = row.text(3);
  out.hold = row.text(4);
  out.payload_json = row.text(5);
  out.created = row.time(6);
  out.not_before = row.time(7);
  out.attempts = std::uint32_t(row.integer(8));
  out.state = *state;
  out.last_error = row.text(10);
  return out;
}

}  // namespace postern::store
