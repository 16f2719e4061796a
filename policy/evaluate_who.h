// Who sends and who receives, as rules ask for them.
//
// Recipients are classified once a message. What is asked of senders holds when it holds for one of those behind
// the mail: the identity, the mailboxes that it acts as, and of a mail that nobody vouches for the envelope sender. An
// exemption (`unless`, or a `not:` among the senders) needs an identity that is authenticated and has the right to act
// as those mailboxes: an envelope address or a From can be written by anyone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "message/context.h"
#include "message/envelope.h"
#include "message/extracted_text.h"
#include "policy/destinations.h"
#include "policy/model.h"

namespace postern::policy {

class Who {
 public:
  Who(const Model& model, const Destinations& destinations, const Envelope& envelope, const Context& context);

  const std::vector<Destination>& recipients() const { return recipients_; }
  // How many outside addresses the header shows, `protected` ones not counted. Worked out when first asked.
  std::uint32_t visible_outside() const;
  Contact contact(size_t recipient) const {
    return recipient < context_.contacts.size() ? context_.contacts[recipient] : Contact::unknown;
  }

  bool sender_in(const AddressFilter& filter) const;
  bool recipient_in(const AddressFilter& filter, size_t recipient) const;
  // The first exemption that holds for this recipient now, or null.
  const Exemption* exemption(const Rule& rule, size_t recipient) const;
  // The one that would hold if the identity were authenticated and had the right to act so, or null.
  const Exemption* exemption_unless_unvouched(const Rule& rule, size_t recipient) const;

  // By recipient: whether the message answers a conversation that the recipient is in. The message must say that it is
  // an answer, by In-Reply-To, References, Thread-Index or a subject such as "Re: ...", and an attribution or the head
  // of a quoted mail ("On Monday A <a@b> wrote:", From, To ...) must name the address. With one of those header fields
  // the name that stands with the address in To or Cc does, too. An address in the quoted text itself says nothing.
  std::vector<bool> in_quoted_conversation(const ExtractedText& text) const;

 private:
  struct Person {
    const Address* address;
    std::string key;
    const Destination* destination;
    const SenderFacts* facts;  // null for recipients: attributes are known of senders only
  };
  bool is(const Person& person, const AddressTerm& term) const;
  bool is_any(const Person& person, const std::vector<AddressTerm>& terms) const;
  bool is_in(const Person& person, const AddressFilter& filter) const;
  // `any` and `all` of the filter, without its `none`.
  bool is_asked_for(const Person& person, const AddressFilter& filter) const;
  bool is_anybody_asked_for(const AddressFilter& filter) const;
  bool is_anybody_excluded(const AddressFilter& filter) const;
  const Exemption* find_exemption(const Rule& rule, size_t recipient, bool vouched) const;
  bool may_be_exempt() const { return context_.sender.identity_authenticated && context_.sender.may_act; }

  bool is_counted(const Address& shown) const;

  const Model& model_;
  const Destinations& destinations_;
  const Envelope& envelope_;
  const Context& context_;
  std::vector<Destination> recipients_;
  std::vector<Person> people_;  // by recipient
  std::vector<Destination> sender_destinations_;
  std::vector<Person> senders_;  // who is behind the mail, the identity first
  mutable std::optional<std::uint32_t> visible_outside_;
};

}  // namespace postern::policy
