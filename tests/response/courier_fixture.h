// What the tests of the courier share: a store with one held mail, mailers that answer as told, a clock that stands.
#pragma once

#include <deque>
#include <map>
#include <memory>

#include <gtest/gtest.h>

#include "response/commit.h"
#include "response/courier.h"
#include "tests/response/a_mail.h"
#include "tests/store/temp_store.h"

namespace postern::response::test_courier {

using namespace std::chrono_literals;
using store::HoldState;
using store::OutboxItem;
using store::OutboxKind;
using store::OutboxState;
using store::RecipientState;

inline RecipientResult says(Delivery delivery, int code, std::string text) {
  return {delivery, SmtpStage::rcpt, {code, "", std::move(text)}};
}
inline const RecipientResult kOk = says(Delivery::delivered, 250, "queued");
inline const RecipientResult kBusy = says(Delivery::temporary, 450, "busy");
inline const RecipientResult kNoUser = says(Delivery::permanent, 550, "no such user");
inline const RecipientResult kLost = says(Delivery::unknown, 0, "the server closed the connection");

// Answers as told, by address, else kOk; keeps what was sent.
class ScriptedMailer final : public Mailer {
 public:
  struct Sent {
    OutgoingMail mail;
    std::string bytes;  // prefix and content
  };

  SendReport send(const OutgoingMail& mail) override {
    SendReport report;
    std::vector<size_t> accepted;
    for (size_t i = 0; i < mail.recipients.size(); i++) {
      std::deque<RecipientResult>& script = scripts[mail.recipients[i].address];
      report.recipients.push_back(script.empty() ? kOk : script.front());
      if (!script.empty()) script.pop_front();
      if (report.recipients.back().delivery != Delivery::permanent) accepted.push_back(i);
    }
    sent.push_back({mail, (mail.prefix ? mail.prefix(accepted) : "") + std::string(mail.content)});
    sent.back().mail.content = {};  // lent for the call only
    sent.back().mail.prefix = nullptr;
    if (on_send) on_send();
    return report;
  }
  void interrupt() override { interrupted = true; }

  std::map<std::string, std::deque<RecipientResult>> scripts;
  std::vector<Sent> sent;
  std::function<void()> on_send;
  bool interrupted = false;
};

// The same "random" bytes each time: no jitter at all.
class ZeroEntropy final : public Entropy {
 public:
  void fill(char* out, size_t size) override { std::fill(out, out + size, '\0'); }
};

inline std::shared_ptr<const NoticeWriter> a_writer() {
  NoticeSettings settings;
  settings.organisation = "Example Corp";
  settings.from = *parse_address("mail-check@example.com");
  settings.is_internal = [](const Address& address) { return address.domain == "example.com"; };
  auto templates = NoticeTemplates::load("", "");
  if (!templates) throw std::runtime_error(templates.error().message);
  return std::make_shared<NoticeWriter>(std::move(settings), std::move(*templates));
}

class CourierTest : public ::testing::Test {
 protected:
  CourierTest() {
    routing_.of_organisation = [](const Address& address) { return address.domain == "example.com"; };
    sender_.identity = {"alice", "example.com"};
    options_.domain = "gate.example.com";
    options_.give_up_notice = options_.give_up_release = 6h;
    make_courier();
  }

  void make_courier() {
    courier_ = std::make_unique<Courier>(CourierServices{*store_, quarantine_, [this] { return writer_; },
                                                         [this] {
                                                           return Retention{retain_held_, 8760h};
                                                         },
                                                         nullptr, notices_, releases_, clock_, entropy_},
                                         options_);
  }

  // One mail to two outside people, held for both, and a colleague, who gets it.
  std::string hold() {
    const Mail mail = test::a_mail({{"From", " Alice <alice@example.com>"}, {"Subject", " x"}}, body_,
                                   {"<bob@social.example>", "<carol@example.com>", "eve@social.example"});
    Committer committer(*store_, clock_, system_entropy(), CommitOptions());
    const auto verdict = test::a_verdict({Action::quarantine, Action::allow, Action::quarantine});
    auto out = committer.commit({mail, verdict, sender_, routing_});
    if (!out) throw std::runtime_error(out.error().message);
    return out->reference;
  }

  void run_sql(const std::string& sql) { test::run_sql(store_.options(), sql); }

  size_t round() {
    const auto done = courier_->run_once();
    if (!done) throw std::runtime_error(done.error().message);
    return *done;
  }

  std::vector<OutboxItem> rows(const std::string& reference, OutboxKind kind) {
    std::vector<OutboxItem> out;
    EXPECT_TRUE(store_->read([&](store::Reader& reader) -> Result<void> {
      const auto found = reader.outbox_of(reference).value();
      std::copy_if(found.begin(), found.end(), std::back_inserter(out),
                   [&](const auto& row) { return row.kind == kind; });
      return {};
    }));
    return out;
  }
  OutboxItem first_row(const std::string& reference, OutboxKind kind) { return rows(reference, kind).at(0); }

  std::vector<std::string> states(const std::string& reference) {
    std::vector<std::string> out;
    const HeldMessage shown = quarantine_.show(reference).value();
    for (const auto& recipient : shown.incident.recipients) {
      out.push_back(std::string(store::to_string(recipient.state)) + " " + recipient.reply);
    }
    return out;
  }
  HoldState hold_state(const std::string& reference) { return quarantine_.show(reference).value().hold.state; }

  std::vector<std::string> audit_verbs() {
    std::vector<std::string> out;
    EXPECT_TRUE(store_->read([&](store::Reader& reader) -> Result<void> {
      const auto events = reader.audit_after(0, 100).value();
      for (const auto& event : events) out.push_back(event.verb);
      return {};
    }));
    return out;
  }

  // As the gate sees the released message.
  std::string verify(const ScriptedMailer::Sent& sent, const std::vector<std::string>& recipients) {
    const size_t end = sent.bytes.find("\r\n\r\n");
    std::vector<HeaderField> fields;
    for (size_t at = 0; at < end;) {
      size_t next = sent.bytes.find("\r\n", at);
      while (sent.bytes[next + 2] == ' ') next = sent.bytes.find("\r\n", next + 2);
      const std::string line = sent.bytes.substr(at, next - at);
      fields.push_back({line.substr(0, line.find(':')), line.substr(line.find(':') + 1)});
      at = next + 2;
    }
    Mail mail = test::a_mail(fields, sent.bytes.substr(end + 4), recipients);
    const auto verified = verify_release(test::test_keys()->key(store::KeyUse::release_token), mail, clock_.now());
    return verified ? "hold " + verified->hold : std::string(to_string(verified.error()));
  }

  test::TempStore store_{{.url = "", .busy_timeout = 10ms}};
  ManualClock clock_{test::kTestTime};
  ZeroEntropy entropy_;
  Quarantine quarantine_{*store_, clock_, store_.directory()};
  ScriptedMailer notices_;
  ScriptedMailer releases_;
  std::shared_ptr<const NoticeWriter> writer_ = a_writer();
  CourierOptions options_;
  std::unique_ptr<Courier> courier_;
  NoticeRouting routing_;
  SenderFacts sender_;
  std::string body_ = "Nightjar\r\n.\r\n";
  std::chrono::milliseconds retain_held_ = 720h;
};

}  // namespace postern::response::test_courier
