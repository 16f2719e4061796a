#include "message/address_forms.h"

namespace postern {
namespace {

TEST(AddressForms, PlainMailboxesAreReadInOneWay) {
  // What Postfix 3.7 takes for x@host.example, without strict_rfc821_envelopes.
  for (const char* text : {"< x@host.example >",
                           "<x@host.example (a)>",
                           "<x@(a)host.example>",
                           "<x@host.example,>",
                           "<x@host.example;>",
                           "<;x@host.example>",
                           "<:x@host.example>",
                           "<g:x@host.example;>",
                           "<<x@host.example>>",
                           "<x@ host.example>",
                           "<x @host.example>",
                           "<x(a)@host.example>",
                           "<x@host.example@>",
                           "<@relay.example:x@host.example>",
                           "<@a.example,@b.example:x@host.example>",
                           "<x@host.example",
                           "x@host.example>",
                           "<a@b@host.example>",
                           "<x\\7@host.example>",
                           "<x@host.example (@corp.example>",
                           "<\"x@host.example\"@corp.example>",
                           "<\"x%host.example (a)\"@corp.example>",
                           "<\"host.example!x\"@corp.example>",
                           "<\"x\\@host.example\"@corp.example>",
                           "<\"x@host.example>",
                           "<\"\"@host.example>",
                           "<@host.example>",
                           "<x@>",
                           "<x@.host.example>",
                           "<x@host..example>",
                           "<x@[192.0.2.1>",
                           "<x@[]>",
                           "<>",
                           "",
                           "<",
                           "\"",
                           "\"\\",
                           "<\xfc@host.example>",
                           "<x@h\xf6st.example>",
                           "<\xc0\xaf@host.example>",
                           "<\xe0\x80\xaf@host.example>",
                           "<\xed\xa0\x80@host.example>",
                           "<\xf4\x90\x80\x80@host.example>",
                           "<\xf0\x9f\x98@host.example>",
                           "\xc3"}) {
    EXPECT_FALSE(is_plain_mailbox(text)) << text;
  }
  for (const char* text :
       {"<x@host.example>", "x@host.example", "<X.Y+z@Host.Example>", "<x@host.example.>", "<a..b.@docomo.example>",
        "<\"a b\"@host.example>", "<\"a\\\"b\"@host.example>", "<x@[192.0.2.1]>", "<x@[IPv6:2001:db8::1]>",
        "<postmaster>", "root", "<x%host.example@corp.example>", "<host.example!x@corp.example>",
        "<\xf0\x9f\x98\x80@host.example>", "<\xee\x80\x80@host.example>", "<o'neil@host.example>",
        "<x@under_score.example>",
        "<\xc3\xa4@b\xc3\xbc"
        "cher.example>"}) {
    EXPECT_TRUE(is_plain_mailbox(text)) << text;
  }
}

TEST(AddressForms, FindsTheAddressInALocalPart) {
  struct Case {
    const char* text;
    const char* want;  // "": none
  };
  for (const Case& c :
       std::initializer_list<Case>{{"x%host.example@corp.example", "x@host.example"},
                                   {"x%host.example", "x@host.example"},
                                   {"host.example!x@corp.example", "x@host.example"},
                                   {"\"x@host.example\"@corp.example", "x@host.example"},
                                   {"x%a.example%host.example@corp.example", "x%a.example@host.example"},
                                   {"host.example!a.example!x@corp.example", "a.example!x@host.example"},
                                   {"host.example!x%a.example@corp.example", "x%a.example@host.example"},
                                   {"x%@corp.example", ""},
                                   {"%host.example@corp.example", ""},
                                   {"!x@corp.example", ""},
                                   {"host.example!@corp.example", ""},
                                   {"x%..@corp.example", ""},
                                   {"x@corp.example", ""},
                                   {"x+y=z@corp.example", ""}}) {
    const auto routed = routed_address(*parse_address(c.text));
    EXPECT_EQ(routed ? routed->to_string() : "", c.want) << c.text;
  }
}

}  // namespace
}  // namespace postern
