// First day: what a company should know of its own mail before a policy is enforced, each finding with a patch to
// paste.
//
//   rules         the loudest: what to leave in audit, or to narrow
//   paragraphs    that stand in many mails: boilerplate, which is masked before matching
//   senders       automatic mail in bulk
//   domains       of recipients that no list classifies
//   unread parts  by kind
//
// Made of one record a message, taken in order; the same records give the same report. People are pseudonyms; the
// addresses of automatic senders and the domains of recipients are named. Memory is bounded: of paragraphs the rare
// ones are forgotten. For one thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/diagnostic.h"
#include "message/extracted_text.h"
#include "policy/backtest.h"

namespace postern::policy {

// A paragraph of a mail's own text: not quoted, of at least kLeastParagraphWords words.
struct Paragraph {
  std::uint64_t hash = 0;  // of its words, whatever stands between them, case folded where it is ASCII
  std::string text;        // as it stands
};
inline constexpr size_t kLeastParagraphWords = 6;
// Paragraphs of one message: a letter has ten.
inline constexpr size_t kMaxParagraphs = 200;

// Each once, in order.
std::vector<Paragraph> paragraphs_of(const ExtractedText& text);

struct FirstDayMail {
  BacktestMail mail;
  std::string automatic;             // the address of an automatic sender; empty: a person's mail
  std::vector<std::string> domains;  // of recipients in class `other`, each once
  std::vector<std::uint64_t> paragraphs;
  std::uint32_t not_ocred = 0;  // parts with pictures that nobody looked into
};

struct FirstDayReport {
  struct ParagraphLine {
    std::uint64_t hash = 0;
    std::uint64_t messages = 0;
    std::uint64_t senders = 0;  // at least
    std::uint64_t first = 0;    // the number of a message that has it, from 0
    std::string text;           // filled by the caller, who can read the mail again
  };
  struct Count {
    std::string name;
    std::uint64_t messages = 0;
  };
  BacktestReport backtest;
  std::vector<ParagraphLine> paragraphs;
  std::vector<Count> automatic;
  std::vector<Count> domains;
  std::uint64_t not_ocred_parts = 0;
  std::uint64_t not_ocred_messages = 0;
};

// Lines of each list.
inline constexpr size_t kFirstDayLines = 20;
// A paragraph is boilerplate when so many messages and senders have it.
inline constexpr std::uint64_t kBoilerplateMessages = 3;
inline constexpr std::uint64_t kBoilerplateSenders = 2;
// A rule is loud from so many messages in 1,000 on.
inline constexpr std::uint64_t kLoudPerThousand = 10;
// Paragraphs that are remembered; about 25 MB.
inline constexpr size_t kMostParagraphs = 200'000;

class FirstDay {
 public:
  FirstDay(const Model& model, std::string digest) : backtest_(model, std::move(digest)) {}
  void add(const FirstDayMail& mail);
  FirstDayReport report() const;

 private:
  struct Seen {
    std::uint64_t messages = 0;
    std::uint64_t first = 0;
    std::array<std::uint64_t, 3> senders{};  // hashes of the first ones
    std::uint32_t sender_count = 0;
  };
  void forget_rare();

  Backtest backtest_;
  std::uint64_t messages_ = 0;
  std::unordered_map<std::uint64_t, Seen> paragraphs_;
  std::uint64_t forgotten_below_ = 1;
  std::map<std::string, std::uint64_t> automatic_;
  std::map<std::string, std::uint64_t> domains_;
  std::uint64_t not_ocred_parts_ = 0;
  std::uint64_t not_ocred_messages_ = 0;
};

// Files that can be laid beside a policy, or pasted into it; empty texts where there is nothing to say.
struct FirstDayPatches {
  std::string policy;       // keys of policy.yaml
  std::string boilerplate;  // boilerplate/first-day.txt
  std::string rules;        // rules/first-day.yaml
};
FirstDayPatches patches_of(const FirstDayReport& report, const Model& model);

std::string to_text(const FirstDayReport& report, const FirstDayPatches& patches);
// A case for each thing that it tells, none of which fails.
std::string to_junit(const FirstDayReport& report);
// Loud rules as warnings where they stand, the others as notes of `policy_file`.
void add_findings(const FirstDayReport& report, const std::string& policy_file, Diagnostics& diagnostics);
// One object: {"messages", "judged", "rules", "paragraphs", "automatic", "domains", "unread", "not_ocred",
// "not_judged", "patches": {"policy", "boilerplate", "rules"}}.
std::string to_json(const FirstDayReport& report, const FirstDayPatches& patches);

}  // namespace postern::policy
