#include "pipeline/sender_form.h"

#include <algorithm>
#include <array>

namespace postern::pipeline {

namespace {

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
  return out;
}

// "SRS0" and "SRS1", then one of the separators that SRS allows, then a hash and one more separator at least.
bool is_srs(std::string_view local) {
  if (local.size() < 6 || (!local.starts_with("srs0") && !local.starts_with("srs1"))) return false;
  return std::string_view("=+-").find(local[4]) != std::string_view::npos &&
         local.find('=', 5) != std::string_view::npos;
}

// Behind a BATV tag; the whole when there is none.
std::string_view without_tag(std::string_view local, const std::string& lower) {
  if (lower.starts_with("prvs=")) {
    const size_t end = local.find('=', 5);
    if (end != std::string_view::npos && end + 1 < local.size()) return local.substr(end + 1);
  }
  if (lower.starts_with("btv1==")) {
    const size_t end = local.find("==", 6);
    if (end != std::string_view::npos && end + 2 < local.size()) return local.substr(end + 2);
  }
  return local;
}

// Before the recipient that a list wrote into its sender; the whole when there is none.
std::string_view without_recipient(std::string_view local, const std::string& lower) {
  const size_t equals = local.find('=');
  if (equals == std::string_view::npos) return local;
  const size_t plus = local.find('+');
  if (plus != std::string_view::npos && plus > 0 && plus < equals) return local.substr(0, plus);
  const size_t back = lower.find("-return-");
  if (back != std::string::npos && back > 0 && back < equals) return local.substr(0, back);
  return local;
}

}  // namespace

SenderForm read_sender(const Address& sender) {
  SenderForm out;
  if (is_srs(lowered(sender.local))) {
    out.rewritten = true;
    return out;
  }
  out.mailbox = sender;
  out.mailbox.local = std::string(without_tag(sender.local, lowered(sender.local)));
  out.mailbox.local = std::string(without_recipient(out.mailbox.local, lowered(out.mailbox.local)));
  return out;
}

bool is_robot(const Address& mailbox) {
  constexpr std::array<std::string_view, 4> kEnds = {"-owner", "-request", "-bounces", "-bounce"};
  const std::string local = lowered(mailbox.local.substr(0, mailbox.local.find('+')));
  if (local == "mailer-daemon" || local == "bounce" || local == "bounces" || local.starts_with("owner-")) return true;
  return std::any_of(kEnds.begin(), kEnds.end(),
                     [&](std::string_view end) { return local.size() > end.size() && local.ends_with(end); });
}

}  // namespace postern::pipeline
