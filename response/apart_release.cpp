#include "response/apart_release.h"

#include <string>
#include <vector>

#include "response/commit_payload.h"
#include "response/plan.h"

namespace postern::response {

namespace {

constexpr std::string_view kWaits =
    "It was to be sent at once without what was taken off, and could not be. Release it again, or reject it";

Result<void> tell(store::Transaction& tx, const store::Hold& hold, const store::OutboxItem& judged,
                  NoticePayload payload, WallTime now) {
  payload.event = NoticeEvent::undelivered;
  store::OutboxItem item;
  item.kind = store::OutboxKind::notice;
  item.dedupe_key = "notice:" + hold.incident + ":" + std::string(to_string(payload.event)) + ":" +
                    std::string(to_string(payload.audience));
  item.incident = hold.incident;
  item.hold = hold.id;
  item.payload_json = payload.to_json();
  item.created = now;
  item.not_before = now;
  if (payload.to.empty()) {
    item.state = store::OutboxState::suppressed;
    item.last_error = judged.last_error;
  }
  // A second failure finds the first one's notice.
  if (auto written = tx.enqueue(item); !written) return fail(written.error());
  return {};
}

}  // namespace

Result<bool> is_sent_apart(store::Reader& reader, const store::Hold& hold) {
  auto incident = reader.incident(hold.incident);
  if (!incident) return fail(incident.error());
  if (!*incident) return fail(ErrorKind::corrupt, "the hold " + hold.id + " has no incident");
  auto plan = plan_from_json((*incident)->plan_json);
  if (!plan) return fail(plan.error());
  return plan->sends_apart;
}

Result<void> give_up_release(store::Transaction& tx, const store::Hold& hold, std::string_view why, WallTime now) {
  if (auto ended = tx.end_release(hold.id, why); !ended) return ended;
  // A damaged record may be why it failed, and is no reason to try for ever.
  const auto apart = is_sent_apart(tx, hold);
  if (!apart || !*apart) return {};
  if (auto written = tx.replace_reason(hold.id, kWaits); !written) return written;
  auto rows = tx.outbox_of(hold.incident);
  if (!rows) return fail(rows.error());
  for (const store::OutboxItem& row : *rows) {
    if (row.kind != store::OutboxKind::notice) continue;
    auto payload = NoticePayload::parse(row.payload_json);
    if (!payload) return fail(payload.error());
    if (payload->event != NoticeEvent::judged || payload->audience == Audience::owner) continue;
    if (auto told = tell(tx, hold, row, std::move(*payload), now); !told) return told;
  }
  return {};
}

}  // namespace postern::response
