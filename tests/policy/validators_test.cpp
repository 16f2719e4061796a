#include "policy/validators.h"

#include <gtest/gtest.h>

namespace postern::policy {
namespace {

struct Case {
  std::string_view text;
  bool valid;
};

void expect(Validator validator, const std::vector<Case>& cases) {
  const ValidatorInfo* const info = find_validator(validator);
  ASSERT_NE(info, nullptr);
  for (const Case& c : cases) {
    EXPECT_EQ(info->check(plain_value(c.text).view()), c.valid) << to_string(validator) << " of " << c.text;
  }
}

TEST(Validators, Luhn) {
  expect(Validator::luhn, {
                              {"79927398713", true},  // ISO/IEC 7812-1 annex B
                              {"79927398710", false},
                              {"4111 1111 1111 1111", true},
                              {"4111-1111-1111-1112", false},
                              {"5555555555554444", true},
                              {"378282246310005", true},
                              {"6011000990139424", true},
                              {"0000 0000 0000 0000", false},
                              {"1111111111111117", true},
                              {"18", false},
                              {"41111111111111111111111", false},
                              {"4111x11111111111", false},
                              {"4111.1111/1111_1111", true},
                              {"4111\u20131111\u22121111\u00B71111", true},
                              {"4111\u04301111\u04301111\u04301111", false},
                              {"", false},
                          });
}

TEST(Validators, Iban) {
  // The examples of the IBAN registry.
  expect(Validator::iban, {
                              {"GB82 WEST 1234 5698 7654 32", true},
                              {"GB29 NWBK 6016 1331 9268 19", true},
                              {"DE89370400440532013000", true},
                              {"de89 3704 0044 0532 0130 00", true},
                              {"FR14 2004 1010 0505 0001 3M02 606", true},
                              {"ES9121000418450200051332", true},
                              {"NO9386011117947", true},
                              {"MT84MALT011000012345MTLCAST001S", true},
                              {"NL91ABNA0417164300", true},
                              {"CH9300762011623852957", true},
                              {"SE4550000000058398257466", true},
                              {"BE68539007547034", true},
                              {"DE89370400440532013001", false},
                              {"DE8937040044053201300", false},
                              {"GB82 TEST 1234 5698 7654 32", false},
                              {"ZZ82WEST12345698765432", false},
                              {"GB82", false},
                              {"", false},
                          });
}

TEST(Validators, PlainValueKeepsLettersAndDigitsOnly) {
  EXPECT_EQ(plain_value("gb82-WEST 12.3/4").view(), "GB82WEST1234");
  EXPECT_EQ(plain_value("12:34").view(), "1234") << "any punctuation may stand between";
  EXPECT_EQ(plain_value("12\u00e934").view(), "") << "letters that no such value has";
  EXPECT_EQ(plain_value(std::string(65, '1')).view(), "");
  EXPECT_EQ(plain_value(std::string(64, '1')).view().size(), 64U);
}

TEST(Validators, NoneForWhatIsNotHere) {
  EXPECT_EQ(find_validator(Validator::none), nullptr);
}

TEST(PieceOfAccount, NeedsTheWholeLengthAround) {
  struct PieceCase {
    const char* name;
    std::string text;
    std::string piece;
    bool inside;
  };
  const PieceCase cases[] = {
      {"groups", "to DE12 4929 1234 5678 9015 01 now", "4929 1234 5678 9015", true},
      {"at the end", "GB29 NWBK 4929 1234 5678 90", "4929 1234 5678", true},
      {"no spaces", "PL61109010140071492912345678", "492912345678", true},
      {"dashes", "DE12-4929-1234-5678-9015-01", "4929-1234-5678-9015", true},
      {"too short", "DE12 4929 1234 5678 9015", "4929 1234 5678 9015", false},
      {"too long", "DE12 4929 1234 5678 9015 0123", "4929 1234 5678 9015", false},
      {"no country", "ZZ12 4929 1234 5678 9015 01", "4929 1234 5678 9015", false},
      {"a word before", "Visa 4929 1234 5678 9015", "4929 1234 5678 9015", false},
      {"the piece goes on", "NO93 8601 1117 947 4929", "1117 947 4929", false},
      {"at the beginning", "4929 1234 5678 9015", "4929 1234 5678 9015", false},
  };
  for (const PieceCase& c : cases) {
    const size_t begin = c.text.find(c.piece);
    EXPECT_EQ(is_piece_of_account(c.text, begin, begin + c.piece.size()), c.inside) << c.name;
  }
}

}  // namespace
}  // namespace postern::policy
