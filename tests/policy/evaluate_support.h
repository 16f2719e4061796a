// Policies written in a test, and messages to judge by them.
#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "policy/policy.h"
#include "policy/proof.h"

namespace postern::policy::testing_support {

// A mail, part by part: the root, then what add_* hangs under it.
class MessageBuilder {
 public:
  MessageBuilder() { text.parts.push_back(part(PartPath(), PartRole::message, "message/rfc822", "")); }

  MessageBuilder& subject(const std::string& value) { return segment(0, Place::subject, "", value); }
  MessageBuilder& header(const std::string& name, const std::string& value) {
    return segment(0, Place::header, name, value);
  }
  MessageBuilder& body(const std::string& value, Place place = Place::body) {
    if (body_ == 0) body_ = add(PartRole::body, "text/plain", "");
    return segment(body_, place, "", value);
  }
  // Another form of the same body.
  MessageBuilder& alternative(const std::string& value) {
    return segment(add(PartRole::body, "text/html", ""), Place::body, "", value);
  }
  MessageBuilder& attachment(const std::string& name, const std::string& value, Place place = Place::page,
                             const std::string& at = "") {
    const std::uint32_t index = add(PartRole::attachment, "application/pdf", name);
    segment(index, Place::file_name, "", name);
    return segment(index, place, at, value);
  }
  MessageBuilder& more(const std::string& value, Place place, const std::string& at) {
    return segment(static_cast<std::uint32_t>(text.parts.size() - 1), place, at, value);
  }
  MessageBuilder& outcome(Outcome value, const std::string& why) {
    text.parts.back().outcome = value;
    text.parts.back().why = why;
    return *this;
  }
  MessageBuilder& fact(const std::string& word) {
    text.parts.back().facts.push_back(word);
    return *this;
  }

  ExtractedText text;

 private:
  static Part part(PartPath path, PartRole role, const std::string& type, const std::string& name) {
    Part out;
    out.path = std::move(path);
    out.role = role;
    out.type = type;
    out.name = name;
    return out;
  }
  std::uint32_t add(PartRole role, const std::string& type, const std::string& name) {
    text.parts.push_back(part(PartPath({++children_}), role, type, name));
    return static_cast<std::uint32_t>(text.parts.size() - 1);
  }
  MessageBuilder& segment(std::uint32_t part, Place place, const std::string& at, const std::string& value) {
    text.segments.push_back({part, place, at, value});
    return *this;
  }
  std::uint32_t children_ = 0;
  std::uint32_t body_ = 0;
};

inline EnvelopeAddress envelope_address(const std::string& text) {
  return {"<" + text + ">", parse_address(text).value_or(Address{}), {}};
}

class PolicyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = ::testing::TempDir() + "/policy-XXXXXX";
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    dir_ = name;
    context_.now = *parse_rfc3339("2027-01-15T12:00:00Z");
    sender("ann@example.com");
  }
  void TearDown() override { std::filesystem::remove_all(dir_); }

  void write(const std::string& path, const std::string& content) const {
    std::filesystem::create_directories(std::filesystem::path(dir_ + "/" + path).parent_path());
    std::ofstream(dir_ + "/" + path) << content;
  }

  void load(const std::string& rules, const std::string& more_policy = "") {
    write("policy.yaml",
          "apiVersion: postern/v1\n"
          "organisation: {name: Example, domains: [example.com]}\n"
          "groups: {deal-team: [ann@example.com], press: [paul@example.com]}\n"
          "destinations: {partner: [partner.example], social: [post.social.example], protected: [council.example]}\n"
          "categories: {secret: {title: Secrets}}\n" +
              more_policy);
    write("rules/rules.yaml", "apiVersion: postern/v1\n" + rules);
    Diagnostics diagnostics;
    policy_ = Policy::load({dir_, POSTERN_SOURCE_DIR "/policy/packs", context_.now}, diagnostics);
    ASSERT_NE(policy_, nullptr) << diagnostics.to_text();
  }

  // One rule `r` over detectors that are given, with `when` and `then` as they are written.
  void load_rule(const std::string& detectors, const std::string& when,
                 const std::string& more = "    then: {action: quarantine}\n") {
    load(detectors +
         "rules:\n"
         "  - id: secret.r\n"
         "    title: A secret\n"
         "    category: secret\n"
         "    severity: high\n"
         "    owner: group:press\n"
         "    mode: enforce\n"
         "    when:\n" +
         when + more);
  }

  void sender(const std::string& address) {
    envelope_.sender = envelope_address(address);
    context_.sender.identity = envelope_.sender.address;
    context_.sender.identity_authenticated = true;
  }
  void to(const std::vector<std::string>& recipients) {
    envelope_.recipients.clear();
    for (const std::string& recipient : recipients) envelope_.recipients.push_back(envelope_address(recipient));
  }

  Verdict judge(const MessageBuilder& message, Proof* proof = nullptr) {
    if (policy_ == nullptr) return {};  // load() has said why
    if (envelope_.recipients.empty()) to({"bob@elsewhere.example"});
    return policy_->evaluate(message.text, envelope_, context_, proof);
  }
  Action action(const MessageBuilder& message) { return judge(message).action; }

  std::string dir_;
  std::shared_ptr<const Policy> policy_;
  Envelope envelope_;
  Context context_;
};

}  // namespace postern::policy::testing_support
