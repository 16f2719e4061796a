#include "policy/first_day.h"

#include <algorithm>
#include <set>

#include "base/crypto.h"

namespace postern::policy {

namespace {

std::uint64_t hash_of(std::string_view text) {
  const Sha256Digest digest = sha256(text);
  std::uint64_t out = 0;
  for (size_t i = 0; i < sizeof out; i++) out = out << 8 | digest[i];
  return out;
}

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// The words with one blank between them; their number.
size_t normalise(std::string_view text, std::string& out) {
  out.clear();
  size_t words = 0;
  bool in_word = false;
  for (const char c : text) {
    if (is_blank(c)) {
      in_word = false;
      continue;
    }
    if (!in_word) {
      words++;
      if (!out.empty()) out += ' ';
    }
    in_word = true;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return words;
}

// Calls `visit` for each stretch without an empty line.
template <typename Visit>
void each_paragraph(std::string_view text, Visit visit) {
  size_t begin = 0;
  size_t end = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t next = std::min(text.find('\n', at), text.size() - 1) + 1;
    const std::string_view line = text.substr(at, next - at);
    if (std::all_of(line.begin(), line.end(), is_blank)) {
      if (end > begin) visit(text.substr(begin, end - begin));
      begin = end = next;
    } else {
      end = next;
    }
    at = next;
  }
  if (end > begin) visit(text.substr(begin, end - begin));
}

bool is_own_text(const Part& part, Place place) {
  const bool body = part.role == PartRole::body || part.role == PartRole::message;
  return body && (place == Place::body || place == Place::signature || place == Place::disclaimer);
}

std::vector<FirstDayReport::Count> largest(const std::map<std::string, std::uint64_t>& from) {
  std::vector<FirstDayReport::Count> out;
  out.reserve(from.size());
  for (const auto& [name, messages] : from) out.push_back({name, messages});
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.messages > b.messages; });
  if (out.size() > kFirstDayLines) out.resize(kFirstDayLines);
  return out;
}

}  // namespace

std::vector<Paragraph> paragraphs_of(const ExtractedText& text) {
  std::vector<Paragraph> out;
  std::set<std::uint64_t> seen;
  std::string words;
  for (const Segment& segment : text.segments) {
    if (!is_own_text(text.parts[segment.part], segment.place)) continue;
    each_paragraph(segment.text, [&](std::string_view paragraph) {
      if (out.size() == kMaxParagraphs || normalise(paragraph, words) < kLeastParagraphWords) return;
      const std::uint64_t hash = hash_of(words);
      while (!paragraph.empty() && is_blank(paragraph.back())) paragraph.remove_suffix(1);
      if (seen.insert(hash).second) out.push_back({hash, std::string(paragraph)});
    });
  }
  return out;
}

void FirstDay::add(const FirstDayMail& mail) {
  const std::uint64_t number = messages_++;
  backtest_.add(mail.mail);
  if (mail.mail.fate != BacktestMail::Fate::judged) return;
  if (!mail.automatic.empty()) automatic_[mail.automatic]++;
  for (const std::string& domain : mail.domains) domains_[domain]++;
  not_ocred_parts_ += mail.not_ocred;
  if (mail.not_ocred > 0) not_ocred_messages_++;
  const std::uint64_t sender = hash_of(mail.mail.sender);
  for (const std::uint64_t hash : mail.paragraphs) {
    Seen& seen = paragraphs_.try_emplace(hash, Seen{0, number, {}, 0}).first->second;
    seen.messages++;
    const auto known = seen.senders.begin() + seen.sender_count;
    if (seen.sender_count < seen.senders.size() && std::find(seen.senders.begin(), known, sender) == known) {
      seen.senders[seen.sender_count++] = sender;
    }
  }
  if (paragraphs_.size() > kMostParagraphs) forget_rare();
}

// What is everywhere comes again: the rarest go until half of the room is free.
void FirstDay::forget_rare() {
  while (paragraphs_.size() > kMostParagraphs / 2) {
    std::erase_if(paragraphs_, [&](const auto& one) { return one.second.messages <= forgotten_below_; });
    if (paragraphs_.size() > kMostParagraphs / 2) forgotten_below_++;
  }
}

FirstDayReport FirstDay::report() const {
  FirstDayReport out;
  out.backtest = backtest_.report();
  for (const auto& [hash, seen] : paragraphs_) {
    if (seen.messages < kBoilerplateMessages || seen.sender_count < kBoilerplateSenders) continue;
    out.paragraphs.push_back({hash, seen.messages, seen.sender_count, seen.first, ""});
  }
  std::sort(out.paragraphs.begin(), out.paragraphs.end(), [](const auto& a, const auto& b) {
    if (a.messages != b.messages) return a.messages > b.messages;
    return a.first != b.first ? a.first < b.first : a.hash < b.hash;
  });
  if (out.paragraphs.size() > kFirstDayLines) out.paragraphs.resize(kFirstDayLines);
  out.automatic = largest(automatic_);
  out.domains = largest(domains_);
  out.not_ocred_parts = not_ocred_parts_;
  out.not_ocred_messages = not_ocred_messages_;
  return out;
}

}  // namespace postern::policy
