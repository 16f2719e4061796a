#include "response/release_token.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <deque>
#include <optional>
#include <set>

#include <sodium.h>

#include "base/crypto.h"
#include "response/release_token_canonical.h"

namespace postern::response {

namespace {

using Mac = std::array<unsigned char, crypto_auth_BYTES>;
static_assert(std::tuple_size_v<ReleaseKey> == crypto_auth_KEYBYTES);

bool is_named(const HeaderField& field, std::string_view name) {
  // As relaxed_field() writes names, and without memory: every field of every mail is asked.
  const std::string_view own = std::string_view(field.name).substr(0, field.name.find_last_not_of(" \t\r\n") + 1);
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; };
  return std::equal(own.begin(), own.end(), name.begin(), name.end(),
                    [&](char a, char b) { return lower(a) == lower(b); });
}

// Addresses as the gate compares them; what does not parse stands for itself and can equal nothing that does.
std::string envelope_key(const EnvelopeAddress& address) {
  std::string_view raw = address.raw;
  if (raw.size() >= 2 && raw.front() == '<' && raw.back() == '>') raw = raw.substr(1, raw.size() - 2);
  if (address.address.is_null() && !raw.empty()) return "raw:" + std::string(raw);
  return "key:" + address.address.key();
}

// Fields with their length in front: no two different lists of fields give the same bytes.
class MacInput {
 public:
  void add(std::string_view field) {
    const std::uint64_t size = field.size();
    for (int shift = 0; shift < 64; shift += 8) bytes_ += static_cast<char>((size >> shift) & 0xFF);
    bytes_ += field;
  }
  void add(const std::array<unsigned char, 32>& digest) {
    add(std::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
  }

  Mac mac(const ReleaseKey& key) const {
    Mac out;
    crypto_auth(out.data(), reinterpret_cast<const unsigned char*>(bytes_.data()), bytes_.size(), key.data());
    return out;
  }

 private:
  std::string bytes_;
};

Mac mac_of(const ReleaseKey& key, std::string_view hold, std::string_view expiry, const EnvelopeAddress& sender,
           const std::vector<EnvelopeAddress>& recipients, const std::array<unsigned char, 32>& header,
           const std::array<unsigned char, 32>& body) {
  // An MTA may drop a recipient that stands there twice.
  std::set<std::string> sorted;
  for (const EnvelopeAddress& recipient : recipients) sorted.insert(envelope_key(recipient));
  MacInput input;
  input.add("postern-release v1");
  input.add(hold);
  input.add(expiry);
  input.add(envelope_key(sender));
  input.add(std::to_string(sorted.size()));
  for (const std::string& recipient : sorted) input.add(recipient);
  input.add(header);
  input.add(body);
  return input.mac(key);
}

bool is_hold_id(std::string_view text) {
  return !text.empty() && text.size() <= kMaxHoldId && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  });
}

constexpr std::string_view kTokenStart = "v1; hold=";

struct Token {
  std::string_view hold;
  std::string_view expiry;
  std::int64_t expires = 0;  // seconds since 1970
  Mac mac;
};

bool take(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected)) return false;
  text.remove_prefix(expected.size());
  return true;
}

std::string_view take_until(std::string_view& text, char end) {
  const std::string_view found = text.substr(0, text.find(end));
  text.remove_prefix(found.size());
  return found;
}

// One spelling only: "v1; hold=H; exp=E; mac=M" after unfolding, E without sign or leading zero, M in lower case.
std::optional<Token> parse_token(std::string_view text) {
  Token token;
  if (!take(text, kTokenStart)) return std::nullopt;
  token.hold = take_until(text, ';');
  if (!is_hold_id(token.hold) || !take(text, "; exp=")) return std::nullopt;
  token.expiry = take_until(text, ';');
  const auto read = std::from_chars(token.expiry.data(), token.expiry.data() + token.expiry.size(), token.expires);
  if (token.expiry.empty() || token.expiry.size() > 12 || token.expiry.front() < '1' || token.expiry.front() > '9' ||
      read.ec != std::errc() || read.ptr != token.expiry.data() + token.expiry.size()) {
    return std::nullopt;
  }
  if (!take(text, "; mac=") || text.size() != token.mac.size() * 2) return std::nullopt;
  const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
  for (size_t i = 0; i < token.mac.size(); i++) {
    const int high = digit(text[2 * i]);
    const int low = digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    token.mac[i] = static_cast<unsigned char>(high * 16 + low);
  }
  return token;
}

// The well-formed tokens, in order; views into `unfolded`, which keeps their text.
std::vector<Token> tokens_of(const Mail& mail, std::deque<std::string>& unfolded) {
  std::vector<Token> out;
  for (const HeaderField& field : mail.headers) {
    if (!is_named(field, kReleaseHeader)) continue;
    // In relaxed form: an MTA may have folded it elsewhere. ":value\r\n" without the name.
    const std::string& relaxed = unfolded.emplace_back(relaxed_field({"", field.value}));
    if (auto token = parse_token(std::string_view(relaxed).substr(1, relaxed.size() - 3))) out.push_back(*token);
  }
  return out;
}

}  // namespace

std::string_view to_string(TokenRefusal refusal) {
  static constexpr std::array<std::string_view, 5> kWords{"absent", "malformed", "expired", "mismatch", "unreadable"};
  return kWords[static_cast<size_t>(refusal)];
}

ReleaseDigests digest_for_release(std::string_view message, const std::vector<HeaderField>& added) {
  const SplitMessage split = split_message(message);
  std::vector<HeaderField> fields = added;
  fields.insert(fields.end(), split.fields.begin(), split.fields.end());
  ReleaseDigests out;
  out.header = header_digest(fields);
  out.body = body_digest(split.body);
  for (const HeaderField& field : fields) {
    out.has_from = out.has_from || is_named(field, "from");
    out.has_date = out.has_date || is_named(field, "date");
    out.has_message_id = out.has_message_id || is_named(field, "message-id");
  }
  return out;
}

Result<std::string> make_release_header(const ReleaseKey& key, const ReleaseSubject& subject,
                                        const ReleaseDigests& digests, WallTime expires) {
  if (!is_hold_id(subject.hold)) return fail(ErrorKind::invalid_input, "a hold id has characters it cannot have");
  const auto seconds = std::chrono::floor<std::chrono::seconds>(expires).time_since_epoch().count();
  if (seconds <= 0) return fail(ErrorKind::invalid_input, "a release token needs an expiry after 1970");
  const std::string expiry = std::to_string(seconds);
  const Mac mac = mac_of(key, subject.hold, expiry, subject.sender, subject.recipients, digests.header, digests.body);
  return std::string(kReleaseHeader) + ": v1; hold=" + subject.hold + "; exp=" + expiry +
         ";\r\n mac=" + to_hex(std::string_view(reinterpret_cast<const char*>(mac.data()), mac.size())) + "\r\n";
}

bool carries_token(const Mail& mail) {
  return std::any_of(mail.headers.begin(), mail.headers.end(),
                     [](const HeaderField& field) { return is_named(field, kReleaseHeader); });
}

tl::expected<VerifiedRelease, TokenRefusal> verify_release(const ReleaseKey& key, const Mail& mail, WallTime now) {
  const auto refuse = [](TokenRefusal refusal) { return tl::unexpected<TokenRefusal>(refusal); };
  std::deque<std::string> unfolded;
  const std::vector<Token> tokens = tokens_of(mail, unfolded);
  if (tokens.empty()) return refuse(unfolded.empty() ? TokenRefusal::absent : TokenRefusal::malformed);

  const auto bytes = mail.message ? mail.message->view() : fail(ErrorKind::internal, "no message");
  if (!bytes || mail.body_offset > bytes->size()) return refuse(TokenRefusal::unreadable);
  const Sha256Digest header = header_digest(mail.headers);
  const Sha256Digest body = body_digest(bytes->substr(mail.body_offset));
  const auto verifies = [&](const Token& token) {
    const Mac mac = mac_of(key, token.hold, token.expiry, mail.envelope.sender, mail.envelope.recipients, header, body);
    return sodium_memcmp(mac.data(), token.mac.data(), mac.size()) == 0;
  };
  const auto good = std::find_if(tokens.begin(), tokens.end(), verifies);
  if (good == tokens.end()) return refuse(TokenRefusal::mismatch);
  // After the MAC, so that only a token of ours is ever called expired.
  const WallTime expires{std::chrono::seconds(good->expires)};
  if (now >= expires) return refuse(TokenRefusal::expired);
  return VerifiedRelease{std::string(good->hold), expires};
}

std::vector<std::string> holds_named(const Mail& mail) {
  std::vector<std::string> out;
  for (const HeaderField& field : mail.headers) {
    if (!is_named(field, kReleaseHeader)) continue;
    const std::string relaxed = relaxed_field({"", field.value});
    std::string_view text = std::string_view(relaxed).substr(1, relaxed.size() - 3);
    // Whatever became of the rest of a token, its hold is to be found.
    if (!take(text, kTokenStart)) continue;
    const std::string_view hold = take_until(text, ';');
    if (is_hold_id(hold)) out.emplace_back(hold);
  }
  return out;
}

}  // namespace postern::response
