#include "pipeline/contacts.h"

#include <algorithm>

namespace postern::pipeline {

namespace {

// Addresses in memory, some 5 MB. When there are more it begins anew.
constexpr size_t kMostRemembered = 50'000;
// An address in memory is written down again after this, so that the store knows the day.
constexpr std::chrono::milliseconds kNoteAgain = std::chrono::hours(12);

}  // namespace

Contacts::Contacts(store::Store& store, const Clock& clock)
    : store_(store), clock_(clock), key_(store.keys().key(store::KeyUse::contact)) {}

Result<std::vector<Contact>> Contacts::ask(const std::vector<EnvelopeAddress>& recipients) const {
  std::vector<Contact> out(recipients.size(), Contact::unknown);
  std::vector<std::pair<size_t, std::string>> open;
  {
    const std::lock_guard lock(mutex_);
    for (size_t i = 0; i < std::min(recipients.size(), kMostContactsAsked); ++i) {
      std::string hashed = hash(recipients[i].address);
      if (noted_.contains(hashed)) {
        out[i] = Contact::known;
      } else {
        open.emplace_back(i, std::move(hashed));
      }
    }
  }
  if (open.empty()) return out;
  const auto asked = store_.read([&](store::Reader& reader) -> Result<void> {
    auto record = reader.contact_record();
    if (!record) return fail(record.error());
    const bool tells = *record && store::tells_first_contacts(**record, clock_.now());
    for (const auto& [recipient, hashed] : open) {
      auto known = reader.has_contact(hashed);
      if (!known) return fail(known.error());
      out[recipient] = *known ? Contact::known : tells ? Contact::first : Contact::unknown;
    }
    return {};
  });
  if (!asked) return fail(asked.error());
  return out;
}

void Contacts::note(const std::vector<Address>& addresses) {
  const WallTime now = clock_.now();
  std::vector<std::string> fresh;
  {
    const std::lock_guard lock(mutex_);
    if (noted_.size() > kMostRemembered) noted_.clear();
    for (const Address& address : addresses) {
      std::string hashed = hash(address);
      const auto [known, added] = noted_.try_emplace(hashed, now);
      if (!added && now - known->second < kNoteAgain) continue;
      known->second = now;
      fresh.push_back(std::move(hashed));
    }
  }
  if (fresh.empty()) return;
  // Not taken: the store cannot write, and says so itself.
  (void)store_.post([fresh, now](store::Transaction& tx) { return tx.note_contacts(fresh, now); });
}

bool Contacts::any_noted_within(const std::vector<EnvelopeAddress>& recipients, std::chrono::milliseconds time) const {
  const WallTime now = clock_.now();
  const std::lock_guard lock(mutex_);
  return std::any_of(recipients.begin(), recipients.end(), [&](const EnvelopeAddress& recipient) {
    const auto found = noted_.find(hash(recipient.address));
    return found != noted_.end() && now - found->second < time;
  });
}

}  // namespace postern::pipeline
