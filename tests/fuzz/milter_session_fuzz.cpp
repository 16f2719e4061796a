// A whole conversation of any bytes: the first byte says in which pieces they come, the rest is
// fed to a session, and each mail is answered with what its own bytes ask for.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/log.h"
#include "milter/session.h"

using namespace postern;
using namespace postern::milter;

namespace {

MtaAnswer answer_for(const Mail& mail) {
  MtaAnswer out;
  const size_t seed = mail.message->size();
  out.kind = static_cast<MtaAnswer::Kind>(seed % 4);
  out.reply = {seed % 3 == 0 ? "550 5.7.1 100% no" : "451 4.7.1 later", mail.envelope.queue_id};
  if (seed % 5 == 0) out.remove_recipients = {0};
  for (const HeaderField& field : mail.headers) {
    out.remove_headers.push_back({field.name, 1});
    out.add_headers.push_back(field);
  }
  return out;
}

// Replies are whole packets of the filter's side, whatever was asked.
void check_replies(std::string_view out) {
  while (!out.empty()) {
    const Frame frame = next_frame(out);
    if (frame.state != Frame::State::whole || !decode_reply(frame)) std::abort();
    out.remove_prefix(frame.size);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, size_t size) {
  static const bool quiet = [] {
    log_open(LogTarget::standard_error, LogLevel::error, "fuzz");
    return true;
  }();
  if (!quiet || size == 0) return 0;
  SessionOptions options;
  options.spool_dir = "/tmp";
  options.max_message_bytes = 1 << 10;
  options.max_spool_bytes = 64 << 10;
  options.max_in_flight = 1;
  ManualClock clock{WallTime(std::chrono::milliseconds(1'800'000'000'000))};
  Counters counters;
  {
    Session session(options, clock, counters);
    const size_t piece = size_t(data[0]) + 1;
    std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
    std::string pending;
    bool open = true;
    while (open && !rest.empty()) {
      pending += rest.substr(0, piece);
      rest.remove_prefix(std::min(piece, rest.size()));
      for (bool more = true; more && open;) {
        std::string out;
        const Session::Fed fed = session.feed(pending, out);
        pending.erase(0, fed.used);
        more = fed.next == Session::Next::judge;
        open = fed.next != Session::Next::close;
        if (more) {
          Session::Judging judging = session.take();
          const Mail& mail = judging.mail;
          if (mail.envelope.recipients.empty() || mail.body_offset > mail.message->size()) std::abort();
          session.answer(answer_for(mail), mail.envelope.recipients, out);
        }
        check_replies(out);
      }
    }
  }
  if (counters.in_flight != 0) std::abort();
  return 0;
}
