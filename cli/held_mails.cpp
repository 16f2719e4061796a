#include "cli/held_mails.h"

#include <algorithm>

#include "base/crypto.h"
#include "message/address_forms.h"

namespace postern::cli {

namespace {

constexpr std::uint32_t kPage = 1000;

Address parsed(const std::string& text) {
  return parse_address(text).value_or(Address{});
}

std::shared_ptr<const RecordedEnvelope> envelope_of(const store::Incident& incident) {
  RecordedEnvelope out;
  out.identity = parsed(incident.sender);
  out.envelope.sender = {incident.sender_raw, parsed(incident.sender_raw), incident.sender_parameters};
  for (const store::IncidentRecipient& recipient : incident.recipients) {
    out.envelope.recipients.push_back({recipient.raw, parsed(recipient.address), recipient.parameters});
  }
  return std::make_shared<const RecordedEnvelope>(std::move(out));
}

}  // namespace

HeldMails::HeldMails(StoreAccess access)
    : access_(std::move(access)), quarantine_(*access_.store, system_clock(), access_.spool_dir) {}

Result<std::unique_ptr<HeldMails>> HeldMails::open(const Configuration& configuration) {
  auto access = open_store(configuration);
  if (!access) return fail(access.error());
  std::unique_ptr<HeldMails> out(new HeldMails(std::move(*access)));
  if (auto ok = out->list(); !ok) return fail(ok.error());
  return out;
}

Result<void> HeldMails::list() {
  store::HoldFilter filter;
  filter.state = std::nullopt;
  filter.limit = kPage;
  for (;;) {
    auto page = quarantine_.list(filter);
    if (!page) return fail(page.error());
    for (const store::HoldSummary& summary : *page) {
      if (summary.hold.erased) continue;
      held_.push_back({summary.hold.incident, summary.hold.message_size});
      total_bytes_ += summary.hold.message_size;
    }
    if (page->size() < kPage) break;
    filter.before = store::HoldCursor{page->back().hold.created, page->back().hold.id};
  }
  std::reverse(held_.begin(), held_.end());
  return {};
}

Result<MailboxMessage> HeldMails::read(const Held& held) {
  auto shown = quarantine_.show(held.reference);
  if (!shown) return fail(shown.error());
  auto bytes = quarantine_.message(held.reference);
  if (!bytes) return fail(bytes.error());
  return MailboxMessage{{held.reference, 0, 0, true}, std::move(*bytes), envelope_of(shown->incident)};
}

std::optional<MailboxMessage> HeldMails::next() {
  if (at_ == held_.size()) return std::nullopt;
  const Held& held = held_[at_++];
  bytes_ += held.size;
  auto out = read(held);
  if (out) return std::move(*out);
  return MailboxMessage{{held.reference, 0, 0, true}, fail(out.error()), nullptr};
}

std::string HeldMails::fingerprint() const {
  Sha256 digest;
  for (const Held& held : held_) digest.update(held.reference + '\0' + std::to_string(held.size) + '\n');
  return to_hex(digest.finish());
}

Result<std::shared_ptr<const Blob>> HeldMails::read_again(const std::string& reference) {
  return quarantine_.message(reference);
}

}  // namespace postern::cli
