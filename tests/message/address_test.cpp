#include "message/address.h"

namespace postern {
namespace {

TEST(AddressTest, ReadsEnvelopeAddresses) {
  struct Case {
    const char* name;
    const char* text;
    const char* want;  // null: no address
  };
  const Case cases[] = {
      {"brackets", "<bob@Example.COM>", "bob@example.com"},
      {"bare", "bob@example.com", "bob@example.com"},
      {"null sender", "<>", ""},
      {"empty", "", ""},
      {"source route", "<@a.example,@b.example:bob@example.com>", "bob@example.com"},
      {"quoted local part", "\"a \\\"b\"@example.com", "a \"b@example.com"},
      {"at sign in quotes", "\"a@b\"@example.com", "a@b@example.com"},
      {"final dot", "bob@example.com.", "bob@example.com"},
      {"international domain",
       "bob@b\xc3\xbc"
       "cher.example",
       "bob@xn--bcher-kva.example"},
      {"local part only", "root", "root"},
      {"no closing bracket", "<bob@example.com", nullptr},
      {"no local part", "@example.com", nullptr},
      {"empty label", "bob@example..com", nullptr},
      {"line break", "bob@example.com\r\nX: y", nullptr},
      {"space in domain", "bob@exam ple.com", nullptr},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const auto address = parse_address(c.text);
    ASSERT_EQ(address.has_value(), c.want != nullptr);
    if (address) {
      EXPECT_EQ(address->to_string(), c.want);
    }
  }
}

TEST(AddressTest, ComparesWithoutCase) {
  EXPECT_EQ(parse_address("Bob.Smith@Example.com")->key(), "bob.smith@example.com");
  EXPECT_EQ(parse_address("Bob.Smith@Example.com")->to_string(), "Bob.Smith@example.com");
}

TEST(DomainMatches, ExactAndSubdomains) {
  EXPECT_TRUE(domain_matches("example.com", "example.com"));
  EXPECT_FALSE(domain_matches("example.com", "a.example.com"));
  EXPECT_TRUE(domain_matches(".example.com", "a.example.com"));
  EXPECT_TRUE(domain_matches(".example.com", "a.b.example.com"));
  EXPECT_FALSE(domain_matches(".example.com", "example.com"));
  EXPECT_FALSE(domain_matches(".example.com", "badexample.com"));
  EXPECT_FALSE(domain_matches("", ""));
}

}  // namespace
}  // namespace postern
