// Release tokens: how the gate recognises a message that it has released itself.
//
//   X-Postern-Release: v1; hold=HOLD; exp=SECONDS;
//     mac=64 HEX DIGITS
//
// A released message passes every milter again, the gate included. The token
// says "this very message, from this sender, to these recipients, was released
// from this hold, until then"; whatever else carries it is judged like any other
// mail. The MAC (HMAC-SHA-512-256, libsodium crypto_auth, compared in constant
// time) covers, each with its length in front:
//
//   "postern-release v1", hold id, expiry, envelope sender, number of recipients
//   and the recipients sorted and unique, the header digest, the body digest
//
// Header digest: SHA-256 over every From, Subject, Date, Message-ID,
// MIME-Version and Content-* field in order of appearance, in DKIM's relaxed form
// (RFC 6376 3.4.2), so that refolding changes nothing, but a field more, a field
// less or a repeated one does. Body digest: SHA-256 over the body in DKIM's simple
// form (RFC 6376 3.4.3) with all line ends written as CRLF and a CR elsewhere as a space: transfer by SMTP changes
// nothing else. A message without a From, or with several, is vouched for with exactly those.
//
// A held message may carry token headers that its sender made up; each is tried, and one that verifies is enough.
//
// Whether the hold is still being released is for the caller to ask the store;
// the token alone allows the same message to the same people until it expires.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "message/mail.h"

namespace postern::response {

inline constexpr std::string_view kReleaseHeader = "X-Postern-Release";

// How long a token is good for: the submission host is near, a queue there may be retried for an hour.
inline constexpr std::chrono::minutes kReleaseTokenLife{60};

// store::KeyUse::release_token.
using ReleaseKey = std::array<unsigned char, 32>;

enum class TokenRefusal : std::uint8_t {
  absent,      // no token: an ordinary message
  malformed,   // not the form above
  expired,     // a good token, too late
  mismatch,    // the MAC is another: something was changed, or we did not make it
  unreadable,  // the message's bytes could not be read
};

// kebab-case words, for the log.
std::string_view to_string(TokenRefusal refusal);

struct VerifiedRelease {
  std::string hold;
  WallTime expires;
};

// A held message and where it is going.
struct ReleaseSubject {
  std::string hold;  // letters, digits and '-', at most kMaxHoldId
  EnvelopeAddress sender;
  std::vector<EnvelopeAddress> recipients;  // those of this transaction
};

inline constexpr size_t kMaxHoldId = 64;

// What of a message the token covers; worked out once for all tries.
struct ReleaseDigests {
  std::array<unsigned char, 32> header;
  std::array<unsigned char, 32> body;
  bool has_from = false;
  bool has_date = false;
  bool has_message_id = false;
};

// `message`: header fields, an empty line, the body. `added` are fields that will be put on top on release (a
// Date, a Message-ID, a From), without which an MTA would add its own.
ReleaseDigests digest_for_release(std::string_view message, const std::vector<HeaderField>& added);

// The complete header line with its CRLF.
Result<std::string> make_release_header(const ReleaseKey& key, const ReleaseSubject& subject,
                                        const ReleaseDigests& digests, WallTime expires);

// Cheap: whether the mail has the header field at all. Without it verify_release() says `absent`.
bool carries_token(const Mail& mail);

tl::expected<VerifiedRelease, TokenRefusal> verify_release(const ReleaseKey& key, const Mail& mail, WallTime now);

// The holds that the tokens of a mail name, verified or not. Their ids are secret: a token that names one whose release
// is under way is ours, and if it does not verify something on the way changed the message.
std::vector<std::string> holds_named(const Mail& mail);

}  // namespace postern::response
