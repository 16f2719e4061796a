#include "pipeline/mail_facts.h"

#include <algorithm>
#include <unordered_set>

#include <strings.h>

namespace postern::pipeline {

namespace {

bool same_word(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::strncasecmp(a.data(), b.data(), a.size()) == 0;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

// Addresses, each once, as it was written first. A header may hold very many.
class EachOnce {
 public:
  void add(const Address& address) {
    if (seen_.insert(address.key()).second) list_.push_back(address);
  }
  void read(std::string_view text) {
    const auto address = parse_address(trimmed(text));
    if (address && !address->domain.empty()) add(*address);
  }
  const std::vector<Address>& list() const { return list_; }

 private:
  std::vector<Address> list_;
  std::unordered_set<std::string> seen_;
};

}  // namespace

std::vector<Address> addresses_in(std::string_view header) {
  EachOnce out;
  std::string word;
  std::vector<std::string> bare;  // words with an '@' of the mailbox under way; a display name if brackets follow
  const auto end_word = [&] {
    if (word.find('@') != std::string::npos) bare.push_back(word);
    word.clear();
  };
  const auto end_mailbox = [&] {
    end_word();
    for (const std::string& text : bare) out.read(text);
    bare.clear();
  };
  bool quoted = false;
  for (size_t i = 0; i < header.size(); i++) {
    const char c = header[i];
    if (quoted) {
      word.push_back(c);
      if (c == '\\' && i + 1 < header.size()) {
        word.push_back(header[++i]);
      } else if (c == '"') {
        quoted = false;
      }
    } else if (c == '"') {
      word.push_back(c);
      quoted = true;
    } else if (c == '<') {
      word.clear();
      bare.clear();
      const size_t end = header.find('>', i);
      out.read(header.substr(i + 1, end == std::string_view::npos ? end : end - i - 1));
      if (end == std::string_view::npos) break;
      i = end;
    } else if (c == ',' || c == ';') {
      end_mailbox();
    } else if (static_cast<unsigned char>(c) <= ' ' || c == '(' || c == ')') {
      end_word();
    } else if (c == ':' && word.find('@') == std::string::npos) {
      word.clear();  // the name of a group
    } else {
      word.push_back(c);
    }
  }
  end_mailbox();
  return out.list();
}

namespace {

bool begins_with_word(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && ::strncasecmp(text.data(), word.data(), word.size()) == 0;
}

// Whether a header field says that no person sent the mail.
bool is_sign_of_robot(std::string_view name, std::string_view value) {
  value = trimmed(value);
  const std::string_view word = value.substr(0, value.find_first_of("; \t,("));
  if (same_word(name, "Auto-Submitted")) return !word.empty() && !same_word(word, "no");
  if (same_word(name, "Precedence")) {
    return same_word(word, "bulk") || same_word(word, "junk") || same_word(word, "list") ||
           same_word(word, "auto_reply");
  }
  if (same_word(name, "X-Auto-Response-Suppress")) return !word.empty() && !same_word(word, "none");
  if (same_word(name, "Content-Type")) return same_word(word, "multipart/report");
  return begins_with_word(name, "List-") && !value.empty();
}

// The header is told before any part inside the mail begins.
bool is_header_read(const ExtractedText& text) {
  if (text.parts.empty()) return false;
  switch (text.parts.front().outcome) {
    case Outcome::limit:
    case Outcome::timeout:
    case Outcome::crashed:
      return text.parts.size() > 1;
    case Outcome::complete:
    case Outcome::partial:
    case Outcome::encrypted:
    case Outcome::unsupported:
    case Outcome::malformed:
    case Outcome::ambiguous:
      break;
  }
  return true;
}

}  // namespace

MailFacts mail_facts(const ExtractedText& text) {
  MailFacts out;
  out.header_read = is_header_read(text);
  std::vector<Address> to, cc, bcc;
  std::vector<Address> resent_sender, resent_to;
  for (const Segment& segment : text.segments) {
    const Part& part = text.parts[segment.part];
    if (!part.path.is_root()) continue;
    if (segment.place == Place::subject && out.subject.empty()) out.subject = segment.text;
    if (segment.place != Place::header) continue;
    const auto append = [&](std::vector<Address>& list) {
      for (Address& address : addresses_in(segment.text)) list.push_back(std::move(address));
    };
    if (same_word(segment.at, "From")) append(out.from);
    if (same_word(segment.at, "To")) append(to);
    if (same_word(segment.at, "Cc")) append(cc);
    if (same_word(segment.at, "Resent-To") || same_word(segment.at, "Resent-Cc")) append(resent_to);
    if (same_word(segment.at, "Bcc")) append(bcc);
    if (same_word(segment.at, "Message-ID") && out.message_id.empty()) out.message_id = trimmed(segment.text);
    if (same_word(segment.at, "Resent-From") && out.resent_from.empty()) append(out.resent_from);
    if (same_word(segment.at, "Resent-Sender") && resent_sender.empty()) append(resent_sender);
    if (same_word(segment.at, "X-Sieve-Redirected-From") && out.redirected_from.empty()) append(out.redirected_from);
    if (same_word(segment.at, "Delivered-To") || same_word(segment.at, "X-Original-To")) append(out.delivered_to);
    if (is_sign_of_robot(segment.at, segment.text)) out.automatic = true;
  }
  if (out.resent_from.empty()) out.resent_from = std::move(resent_sender);
  EachOnce recipients;
  for (const std::vector<Address>* list : {&to, &cc}) {
    for (const Address& address : *list) recipients.add(address);
  }
  EachOnce shown = recipients;
  for (const Address& address : resent_to) shown.add(address);
  out.shown = shown.list();
  for (const Address& address : bcc) recipients.add(address);
  out.recipients = recipients.list();
  return out;
}

}  // namespace postern::pipeline
