// Rows: how records stand in columns, and the column lists that reading them shares.
//
// Envelope bytes (raw addresses, parameters, Message-ID) stand in columns of
// bytes, since they need not be UTF-8; a list of parameters is its members each ended by NUL, which
// SMTP cannot carry inside one. Words of closed lists stand as words; an unknown word is `corrupt`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "store/backend.h"
#include "store/records.h"

namespace postern::store {

// Column lists in the order that the functions below read, for SELECT; the types for Sql::columns.
#define POSTERN_INCIDENT_COLUMNS                                                                                  \
  "reference, time, queue_id, message_id, sender, sender_raw, sender_parameters, client, policy_digest, action, " \
  "mode, findings, unreadable, plan, retry_key, message_digest, message_size, replay_until"
inline constexpr std::string_view kIncidentTypes = "titbtbbtttttttttii";

#define POSTERN_RECIPIENT_COLUMNS "raw, parameters, address, classes, action, state, reply"
inline constexpr std::string_view kRecipientTypes = "bbttttt";

#define POSTERN_HOLD_COLUMNS                                                                           \
  "id, incident, state, retry_key, sender, reason, created, expires, message_size, release_attempts, " \
  "release_requested, decided, decided_by, release_error, erased"
inline constexpr std::string_view kHoldTypes = "ttttttiiiiiitti";

#define POSTERN_OUTBOX_COLUMNS \
  "id, kind, dedupe_key, incident, hold, payload, created, not_before, attempts, state, last_error"
inline constexpr std::string_view kOutboxTypes = "itttttiiitt";

Result<Incident> incident_of(const SqlRow& row);
Result<IncidentRecipient> recipient_of(const SqlRow& row);
Result<Hold> hold_of(const SqlRow& row);
Result<OutboxItem> outbox_item_of(const SqlRow& row);

std::string join_parameters(const std::vector<std::string>& parameters);
std::vector<std::string> split_parameters(std::string_view bytes);
std::string join_classes(const std::vector<DestinationClass>& classes);

}  // namespace postern::store
