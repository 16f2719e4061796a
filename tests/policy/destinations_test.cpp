// Classes of addresses: configuration, catalogue, domain lists, look-alikes, own mailboxes.
#include <set>

#include "policy/catalogue.h"
#include "policy/lookalike.h"
#include "policy/own_mailbox.h"
#include "policy/registrable.h"
#include "tests/policy/policy_folder.h"

namespace postern::policy {
namespace {

using std::string;

std::string shipped_catalogue() {
  return POSTERN_SOURCE_DIR "/policy/packs/destinations";
}

DestinationConfig config() {
  DestinationConfig out;
  out.internal_domains = {"example.com", ".example.com"};
  out.entries = {{DestinationClass::partner, ".supplier.example", {}},
                 {DestinationClass::partner, "partnerfirm.de", {}},
                 {DestinationClass::competitor, "rival.example", {}},
                 {DestinationClass::press, "rival.example", {}},
                 {DestinationClass::protected_, "dpo@authority.example", {}},
                 {DestinationClass::social, "stage+*@poster.example", {}}};
  out.expansions = {{"announce@example.com", {DestinationClass::personal, DestinationClass::partner}, {}}};
  return out;
}

string classes_of(const Destination& destination) {
  string out;
  for (const DestinationClass cls : destination.classes) out += (out.empty() ? "" : " ") + string(to_string(cls));
  return out;
}

class ShippedDestinations : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    Diagnostics diagnostics;
    destinations_ = Destinations::load(config(), shipped_catalogue(), diagnostics);
    EXPECT_EQ(diagnostics.to_text(), "") << "the shipped catalogue has no problem";
  }
  static void TearDownTestSuite() { destinations_.reset(); }

  static string classes(const string& text, const char* sender = nullptr) {
    const auto address = parse_address(text);
    std::optional<Address> from;
    if (sender != nullptr) from = parse_address(sender);
    const Destination found = destinations_->classify(*address, from ? &*from : nullptr);
    EXPECT_EQ(destinations_->is_internal(*address), found.has(DestinationClass::internal)) << text;
    return classes_of(found);
  }

  static std::shared_ptr<const Destinations> destinations_;
};
std::shared_ptr<const Destinations> ShippedDestinations::destinations_;

TEST_F(ShippedDestinations, Classify) {
  struct Case {
    const char* address;
    const char* classes;
  };
  for (const Case& one :
       std::initializer_list<Case>{{"a@example.com", "internal"},
                                   {"A@EXAMPLE.COM", "internal"},
                                   {"a@mail.example.com", "internal"},
                                   {"announce@example.com", "outside partner personal"},
                                   // Postfix sends these on when the domain is its own.
                                   {"jo%gmail.com@example.com", "outside personal"},
                                   {"gmail.com!jo@example.com", "outside personal"},
                                   {"\"jo@gmail.com\"@example.com", "outside personal"},
                                   {"jo%gmail.com", "outside personal"},
                                   {"jo%gmail.com%example.com@mail.example.com", "outside personal"},
                                   {"example.com!gmail.com!jo@example.com", "outside personal"},
                                   {"jo%nowhere.example@example.com", "outside other"},
                                   {"jo%nowhere.example@gmail.com", "outside personal"},
                                   {"jo%gmail.com@[127.0.0.1]", "outside personal"},
                                   {"announce%example.com@mail.example.com", "outside partner personal"},
                                   {"a%example.com@mail.example.com", "internal"},
                                   {"a@supplier.example", "outside other"},  // .d is every subdomain of d, not d
                                   {"a@eu.supplier.example", "outside partner"},
                                   {"a@partnerfirm.de", "outside partner"},
                                   {"a@rival.example", "outside press competitor"},
                                   {"dpo@authority.example", "outside protected"},
                                   {"DPO@authority.example", "outside protected"},
                                   {"info@authority.example", "outside other"},
                                   {"stage+7@poster.example", "outside social"},
                                   {"stage@poster.example", "outside other"},
                                   {"jo@gmail.com", "outside personal"},
                                   {"jo@GMX.de", "outside personal"},
                                   {"jo@tutanota.com", "outside personal"},
                                   {"x@mailinator.com", "outside disposable"},
                                   {"abc123@post.wordpress.com", "outside social"},
                                   {"jo@wordpress.com", "outside other"},  // people, not a posting address
                                   {"me.secret@blogger.com", "outside social"},
                                   {"reply+abc@reply.github.com", "outside public-list"},
                                   {"jo@github.com", "outside other"},
                                   {"dev@httpd.apache.org", "outside public-list"},
                                   {"jo@apache.org", "outside other"},
                                   {"linux-kernel@vger.kernel.org", "outside public-list"},
                                   {"tls@ietf.org", "outside public-list"},
                                   {"v6ops-discuss@ietf.org", "outside public-list"},
                                   {"first.last@ietf.org", "outside other"},
                                   {"iesg@ietf.org", "outside other"},
                                   {"jo@staff.ietf.org", "outside other"},
                                   {"cfrg@irtf.org", "outside public-list"},
                                   {"gcc-patches@gcc.gnu.org", "outside public-list"},
                                   {"libstdc++@gcc.gnu.org", "outside public-list"},
                                   {"jo@gcc.gnu.org", "outside other"},
                                   {"x@googlegroups.com", "outside public-list"},
                                   {"forum+0123456789abcdef0123456789abcdef@talk.firm.example", "outside public-list"},
                                   {"forum+0123456789abcdef@talk.firm.example", "outside other"},
                                   {"room-aaaa@acme.slack.com", "outside app"},
                                   {"jo@slack.com", "outside other"},
                                   {"trigger@applet.ifttt.com", "outside app"},
                                   {"newsdesk@paper.example", "outside press"},
                                   {"old@typepad.com", "outside other"},  // dead: told, not counted
                                   {"jo@facebook.com", "outside other"}}) {
    EXPECT_EQ(classes(one.address), one.classes) << one.address;
  }
}

TEST_F(ShippedDestinations, FindsLookalikes) {
  struct Case {
    const char* domain;
    bool lookalike;
  };
  for (const Case& one : std::initializer_list<Case>{{"exarnple.com", true},        // rn for m
                                                     {"examp1e.com", true},         // 1 for l
                                                     {"xn--xample-2of.com", true},  // Cyrillic e
                                                     {"examples.com", true},
                                                     {"exmple.com", true},
                                                     {"exampel.com", true},
                                                     {"mail.exampel.com", true},
                                                     {"example.de", true},
                                                     {"example.co.uk", true},
                                                     {"partnerfirm.com", true},
                                                     {"partnerfirma.de", true},
                                                     {"partner-firm.de", true},
                                                     {"example.net", false},  // reserved beside example.com
                                                     {"notexample.com", false},
                                                     {"examination.com", false},
                                                     {"exemplary.com", false},
                                                     {"supplier.test", true},
                                                     {"xn--partnrfirm-f7a.de", true},  // e with an acute accent
                                                     {"xn--partnerfrm-e9a.de", true},  // i with a diaeresis
                                                     {"partnerfirrn.de", true},
                                                     {"partnerfirma.com", true},  // a letter and the ending
                                                     {"exampels.net", false},
                                                     {"partnerfirm-mail.com", true},
                                                     {"partnerfirminc.com", true},
                                                     {"mypartnerfirm.de", true},
                                                     {"login-partnerfirm.de", true},
                                                     {"partnerfirm.de.evil.test", true},
                                                     {"mail.partnerfirm.de.evil.test", true},
                                                     {"partnerfirm.de-login.test", true},
                                                     {"partner-fim.de", true},
                                                     {"xn--partnerirm-lqc.de", true},    // f with hook
                                                     {"xn--artnerfirm-pz19a.de", true},  // Lisu P
                                                     {"partnerfirm.evil.test", false},   // a name at a service
                                                     {"partnerfirmware.de", false},
                                                     {"partner.de", false},
                                                     {"partnerfirmglobal.de", false},  // another company
                                                     {"partnerfirm-global.de", true},
                                                     {"my.partnerfirm.de", false},
                                                     {"mail-firm.de", false},
                                                     {"com", false}}) {
    for (const char* time : {"asked first", "remembered"}) {
      const bool found = classes("a@" + string(one.domain)).find("lookalike") != string::npos;
      EXPECT_EQ(found, one.lookalike) << one.domain << ", " << time;
    }
  }
}

TEST_F(ShippedDestinations, KnowsThePrivateMailboxOfTheSender) {
  EXPECT_EQ(classes("janedoe84@gmail.com", "jane.doe@example.com"), "outside personal own");
  EXPECT_EQ(classes("bob@gmail.com", "jane.doe@example.com"), "outside personal");
  EXPECT_EQ(classes("jane.doe@rivals.example", "jane.doe@example.com"), "outside other")
      << "only where mailboxes are private";
  EXPECT_EQ(classes("janedoe84@gmail.com"), "outside personal");
}

TEST_F(ShippedDestinations, TestAddressesCountOnlyInTests) {
  const Address social = *parse_address("test@social");
  EXPECT_EQ(classes_of(destinations_->classify(social, nullptr, true)), "outside social");
  EXPECT_EQ(classes_of(destinations_->classify(social, nullptr, false)), "outside other");
  EXPECT_EQ(classes_of(destinations_->classify(*parse_address("test@internal"), nullptr, true)), "internal");
  EXPECT_EQ(classes_of(destinations_->classify(*parse_address("test@outside"), nullptr, true)), "outside other");
  EXPECT_EQ(classes_of(destinations_->classify(*parse_address("a@example.com"), nullptr, true)), "internal");
}

TEST_F(ShippedDestinations, SaysWhy) {
  const Destination dead = destinations_->classify(*parse_address("old@typepad.com"), nullptr);
  ASSERT_EQ(dead.reasons.size(), 1U);
  EXPECT_EQ(dead.reasons[0].status, DestinationStatus::dead);
  EXPECT_EQ(dead.reasons[0].service, "Typepad");
  EXPECT_THAT(dead.reasons[0].origin, ::testing::StartsWith("catalogue social.yaml:"));
  EXPECT_THAT(dead.reasons[0].note, ::testing::HasSubstr("closed on 2025-09-30"));
  const Destination lookalike = destinations_->classify(*parse_address("a@exarnple.com"), nullptr);
  ASSERT_EQ(lookalike.reasons.size(), 1U);
  EXPECT_EQ(lookalike.reasons[0].origin, "computed");
}

// Nobody's whole company is a social platform: no pattern takes in a domain by every local part unless the
// domain exists for posting.
TEST(Catalogue, EveryEntryHasItsProvenance) {
  Diagnostics diagnostics;
  const Catalogue catalogue = load_catalogue(shipped_catalogue(), diagnostics);
  EXPECT_GE(catalogue.entries.size(), 100U);
  EXPECT_GE(catalogue.domains.size(), 9'000U);
  EXPECT_EQ(catalogue.lists,
            (std::vector<string>{"freemail.txt", "freemail-lists.txt", "disposable.txt", "disposable-lists.txt"}));
  for (const CatalogueEntry& entry : catalogue.entries) {
    EXPECT_FALSE(entry.source.empty()) << entry.service;
    EXPECT_FALSE(entry.who.empty()) << entry.service;
    EXPECT_EQ(entry.checked.size(), 10U) << entry.service;
  }
  std::set<string> freemail;
  for (const DomainListEntry& entry : catalogue.domains) {
    if (entry.cls == DestinationClass::personal) freemail.insert(entry.domain);
  }
  for (const DomainListEntry& entry : catalogue.domains) {
    if (entry.cls == DestinationClass::disposable) {
      EXPECT_FALSE(freemail.contains(entry.domain)) << entry.domain << " is in both lists";
    }
  }
}

TEST(Catalogue, RefusesWhatIsNoPattern) {
  PolicyFolder folder;
  folder.add("packs/destinations/a.yaml",
             "apiVersion: postern/v1\n"
             "destinations:\n"
             "  - {service: A, class: social, pattern: ['*@*', 'nobody', 'a{hex}@b.example', '*a*b*@c.example', "
             "'*@*.d.example'],\n"
             "     status: live, who: anyone, audience: public, source: here, checked: 2026-11-01}\n"
             "  - {service: B, class: blog, pattern: 'a@b.example', status: alive, who: anyone, audience: all, source: "
             "here}\n");
  folder.add("packs/destinations/freemail.txt", "mail.example\nnot a domain\nlocalhost\n");
  Diagnostics diagnostics;
  const Catalogue catalogue = load_catalogue(folder.options().packs_dir + "/destinations", diagnostics);
  EXPECT_EQ(diagnostics.errors(), 11U) << diagnostics.to_text();
  EXPECT_EQ(catalogue.domains.size(), 1U);
}

TEST(LocalPatterns, Match) {
  struct Case {
    const char* pattern;
    const char* local;
    bool matches;
  };
  for (const Case& one : std::initializer_list<Case>{{"*", "", true},
                                                     {"*", "anything", true},
                                                     {"a*c", "abbbc", true},
                                                     {"a*c", "abbbd", false},
                                                     {"*.*", "a.b", true},
                                                     {"*.*", "ab", false},
                                                     {"??", "ab", true},
                                                     {"??", "abc", false},
                                                     {"x+{hex4}", "x+09af", true},
                                                     {"x+{hex4}", "x+09ag", false},
                                                     {"x+{hex4}", "x+09af0", false},
                                                     {"bug-{digits}", "bug-12345", true},
                                                     {"bug-{digits}", "bug-", false},
                                                     {"a", "A", false}}) {
    EXPECT_EQ(local_matches(one.pattern, one.local), one.matches) << one.pattern << " against " << one.local;
  }
}

TEST(OwnMailbox, Resembles) {
  struct Case {
    const char* sender;
    const char* recipient;
    bool same;
  };
  for (const Case& one : std::initializer_list<Case>{{"jane.doe", "janedoe", true},
                                                     {"jane.doe", "doe_jane-84", true},
                                                     {"jane.doe", "jane.m.doe", true},
                                                     {"jane.doe", "jdoe", true},
                                                     {"jane.doe", "janed", true},
                                                     {"Jane.Doe", "JANEDOE+work", true},
                                                     {"j.doe", "janedoe", true},
                                                     {"jane.doe", "john.doe", false},
                                                     {"jane.doe", "doe", false},
                                                     {"jane.doe", "jane", false},
                                                     {"ana.ana", "ana", false},
                                                     {"schmidt", "schmidt77", true},
                                                     {"info", "info77", false},
                                                     {"", "anyone", false},
                                                     {"jane.doe", "", false},
                                                     {"123", "123", false}}) {
    EXPECT_EQ(resembles_name(one.sender, one.recipient), one.same) << one.sender << " and " << one.recipient;
  }
}

TEST(Registrable, Domains) {
  EXPECT_EQ(registrable_domain("mail.example.co.uk"), "example.co.uk");
  EXPECT_EQ(registrable_domain("co.uk"), "");
  EXPECT_EQ(registrable_domain("a.b.github.io"), "b.github.io");
  EXPECT_TRUE(is_public_suffix("co.uk"));
  EXPECT_TRUE(is_public_suffix("com"));
  EXPECT_FALSE(is_public_suffix("example.com"));
}

}  // namespace
}  // namespace postern::policy
