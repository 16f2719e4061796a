// A committer over a store of its own, and questions to that store.
#pragma once

#include <memory>
#include <optional>

#include <gtest/gtest.h>

#include "response/commit.h"
#include "tests/response/a_mail.h"
#include "tests/store/temp_store.h"

namespace postern::response {

using store::OutboxItem;

inline const std::vector<HeaderField> kHeaders = {
    {"Message-ID", " <77@laptop.example.com>"}, {"From", " alice@example.com"}, {"Subject", " plans"}};

class CommitTest : public testing::Test {
 protected:
  CommitTest() {
    routing_.of_organisation = [](const Address& address) { return address.domain == "example.com"; };
    routing_.people = [this](std::string_view role, const Finding&, const Address&) {
      return role == "liaison" ? liaison_ : std::vector<Address>{{"owner", "example.com"}, {"someone", "else.example"}};
    };
    sender_.identity = {"alice", "example.com"};
    remake();
  }

  void remake() { committer_ = std::make_unique<Committer>(*store_, clock_, system_entropy(), options_); }

  Mail mail(const std::vector<std::string>& recipients, const std::string& body = "Nightjar\r\n",
            const std::string& queue_id = "Q1") {
    return test::a_mail(kHeaders, body, recipients, queue_id);
  }

  Committed commit(const Mail& m, const Verdict& verdict) {
    auto out = committer_->commit({m, verdict, sender_, routing_});
    EXPECT_TRUE(out) << out.error().message;
    return out ? *out : Committed();
  }

  template <typename F>
  auto read(F question) {
    std::optional<typename std::invoke_result_t<F, store::Reader&>::value_type> out;
    auto ok = store_->read([&](store::Reader& reader) -> Result<void> {
      auto answer = question(reader);
      if (!answer) return fail(answer.error());
      out = std::move(*answer);
      return {};
    });
    EXPECT_TRUE(ok) << ok.error().message;
    return std::move(*out);
  }
  store::StoreCounts counts() {
    return read([](store::Reader& r) { return r.counts(); });
  }
  store::Incident incident(const std::string& reference) {
    return read([&](store::Reader& r) { return r.incident(reference); }).value();
  }
  std::vector<OutboxItem> outbox(const std::string& reference) {
    return read([&](store::Reader& r) { return r.outbox_of(reference); });
  }

  test::TempStore store_;
  ManualClock clock_{test::kTestTime};
  CommitOptions options_;
  NoticeRouting routing_;
  std::vector<Address> liaison_ = {{"lia", "example.com"}};
  SenderFacts sender_;
  std::unique_ptr<Committer> committer_;
};

}  // namespace postern::response
