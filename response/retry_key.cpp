#include "response/retry_key.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/crypto.h"

namespace postern::response {

namespace {

constexpr std::array<std::string_view, 8> kTraceNames = {
    "received",       "return-path",         "delivered-to", "x-original-to", "received-spf", "authentication-results",
    "dkim-signature", "domainkey-signature",
};
constexpr std::array<std::string_view, 6> kTracePrefixes = {"arc-",     "x-postern-", "x-spam-",
                                                            "x-spamd-", "x-rspamd-",  "x-virus-"};
constexpr std::string_view kResent = "resent-";
constexpr size_t kPostfixTimeDigits = 14;   // YYYYMMDDHHMMSS
constexpr size_t kSendmailTimeDigits = 12;  // YYYYMMDDHHMM

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

bool is_trace(std::string_view name) {
  if (std::find(kTraceNames.begin(), kTraceNames.end(), name) != kTraceNames.end()) return true;
  return std::any_of(kTracePrefixes.begin(), kTracePrefixes.end(),
                     [&](std::string_view prefix) { return name.starts_with(prefix); });
}

bool is_mta_message_id(std::string_view value, std::string_view queue_id) {
  value = trimmed(value);
  if (queue_id.empty() || !value.starts_with('<') || !value.ends_with('>')) return false;
  value.remove_prefix(1);
  const size_t digits = std::min(value.find_first_not_of("0123456789"), value.size());
  if (digits != kPostfixTimeDigits && digits != kSendmailTimeDigits) return false;
  value.remove_prefix(digits);
  if (!value.starts_with('.')) return false;
  value.remove_prefix(1);
  return value.starts_with(queue_id) && value.substr(queue_id.size()).starts_with('@');
}

struct Field {
  std::string name;  // lower case
  const std::string* value;
  bool dropped = false;
};

// The name without "resent-": an MTA completes a resent message in the resent fields.
std::string_view base_name(std::string_view name) {
  if (name.starts_with(kResent)) name.remove_prefix(kResent.size());
  return name;
}

bool is_undisclosed(const Field& field) {
  return base_name(field.name) == "to" && lower(trimmed(*field.value)).starts_with("undisclosed-recipients:");
}

std::vector<Field> fields_of(const Mail& mail) {
  std::vector<Field> fields;
  fields.reserve(mail.headers.size());
  for (const HeaderField& header : mail.headers) {
    Field field{lower(header.name), &header.value};
    field.dropped = is_trace(field.name) ||
                    (base_name(field.name) == "message-id" && is_mta_message_id(header.value, mail.envelope.queue_id));
    fields.push_back(std::move(field));
  }
  for (auto field = fields.rbegin(); field != fields.rend(); ++field) {
    const std::string_view name = base_name(field->name);
    if (name == "date") {
      field->dropped = true;
    } else if (!field->dropped && name != "from" && !is_undisclosed(*field)) {
      break;
    }
  }
  return fields;
}

// Non-SMTP mail has a null sender without brackets.
std::string sender_key(const EnvelopeAddress& sender) {
  const std::string key = recipient_key(sender);
  return key == "<>" ? "" : key;
}

class KeyHash {
 public:
  void add(std::string_view bytes) {
    std::string length;
    for (int shift = 0; shift < 64; shift += 8) {
      length.push_back(static_cast<char>((std::uint64_t(bytes.size()) >> shift) & 0xFF));
    }
    hash_.update(length);
    hash_.update(bytes);
  }
  std::string finish() { return to_hex(hash_.finish()); }

 private:
  Sha256 hash_;
};

}  // namespace

bool may_be_outside_key(std::string_view field_name) {
  const std::string name = lower(trimmed(field_name));
  return is_trace(name) || base_name(name) == "date" || base_name(name) == "message-id";
}

std::string recipient_key(const EnvelopeAddress& recipient) {
  return recipient.address.is_null() ? lower(recipient.raw) : recipient.address.key();
}

Result<std::string> retry_key(const Mail& mail) {
  auto bytes = mail.message->view();
  if (!bytes) return fail(bytes.error());

  KeyHash key;
  key.add(lower(mail.envelope.authenticated));
  key.add(sender_key(mail.envelope.sender));

  std::vector<std::string> recipients;
  for (const EnvelopeAddress& recipient : mail.envelope.recipients) recipients.push_back(recipient_key(recipient));
  std::sort(recipients.begin(), recipients.end());
  recipients.erase(std::unique(recipients.begin(), recipients.end()), recipients.end());
  key.add(std::to_string(recipients.size()));
  for (const std::string& recipient : recipients) key.add(recipient);

  for (const Field& field : fields_of(mail)) {
    if (field.dropped) continue;
    key.add(field.name);
    std::string value = *field.value;
    std::erase(value, '\r');
    key.add(value);
  }
  key.add("");  // no field has an empty name: here the body begins
  key.add(bytes->substr(std::min<std::uint64_t>(mail.body_offset, bytes->size())));
  return key.finish();
}

}  // namespace postern::response
