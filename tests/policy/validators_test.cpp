#include "policy/validators.h"

#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "policy/model_words.h"

namespace postern::policy {
namespace {

struct Case {
  std::string_view text;
  bool valid;
};

void expect(Validator validator, const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    EXPECT_EQ(passes(validator, c.text), c.valid) << to_string(validator) << " of " << c.text;
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

TEST(Validators, Card) {
  expect(Validator::card,
         {
             {"4111 1111 1111 1111", true},                                  // Visa
             {"4222222222222", true},                                        // Visa, 13 digits
             {"4111111111111111110", true},                                  // Visa, 19 digits
             {"411111111111116", false},                                     // no Visa has 15
             {"5555 5555 5555 4444", true},                                  // Mastercard
             {"2223 0031 2200 3222", true},                                  // Mastercard, the range of 2017
             {"2720 9999 9999 9996", true},                                  // the last of it
             {"2721 0000 0000 0004", false},                                 // behind it
             {"3782 822463 10005", true},                                    // American Express
             {"3714 496353 98431", true},    {"3056 930902 5904", true},     // Diners Club
             {"3852 000002 3237", true},     {"6011 1111 1111 1117", true},  // Discover
             {"3530 1113 3330 0000", true},                                  // JCB
             {"6304 0000 0000 0000", true},                                  // Maestro
             {"6759649826438453", true},     {"6240 0086 3140 1148", true},  // UnionPay
             {"2200 0000 0000 0053", true},                                  // Mir
             {"4111 1111 1111 1112", false},                                 // check digit
             {"9999 9999 9999 9995", false},                                 // no issuer
             {"7992739871300007", false},    {"0000 0000 0000 0000", false}, {"4111x11111111111", false},
         });
}

TEST(Validators, Bic) {
  // ISO 9362, examples of the registration authority's members.
  expect(Validator::bic, {
                             {"DEUTDEFF", true},
                             {"DEUTDEFF500", true},
                             {"NEDSZAJJXXX", true},
                             {"UNCRITMM", true},
                             {"DSBACNBXSHA", true},
                             {"RZBHXK22", true},
                             {"DEUTZZFF", false},
                             {"DEUTDEF", false},
                             {"DEUTDEFF50", false},
                             {"DE1TDEFF", false},
                         });
}

TEST(Validators, Securities) {
  // ISO 6166 annex C, then others.
  expect(Validator::isin, {
                              {"US0378331005", true},
                              {"AU0000XVGZA3", true},
                              {"GB0002634946", true},
                              {"XS1234567890", false},
                              {"XS2021993212", true},
                              {"US0378331006", false},
                              {"ZZ0378331004", false},
                              {"US037833100", false},
                          });
  expect(Validator::cusip, {
                               {"037833100", true},  // CUSIP Global Services
                               {"17275R102", true},
                               {"38259P508", true},
                               {"68389X105", true},
                               {"68389X106", false},
                               {"000000000", false},
                           });
  expect(Validator::sedol, {
                               {"0263494", true},  // London Stock Exchange
                               {"B0WNLY7", true},
                               {"B0YBKJ7", true},
                               {"7108899", true},
                               {"0263495", false},
                               {"A0WNLY7", false},
                               {"0000000", false},
                           });
  // ISO 17442-1, GLEIF.
  expect(Validator::lei, {
                             {"5493006MHB84DD0ZWV18", true},
                             {"213800WSGIIZCXF1P572", true},
                             {"7ZW8QJWVPR4P1J1KQY45", true},
                             {"5493006MHB84DD0ZWV19", false},
                             {"5493006MHB84DD0ZWV1", false},
                         });
  expect(Validator::aba, {
                             {"111000025", true},
                             {"021000021", true},
                             {"121042882", true},
                             {"131000021", false},  // no such district
                             {"021000022", false},
                             {"000000000", false},
                         });
}

// ICAO Doc 9303, parts 4 to 7: the specimens of Utopia.
TEST(Validators, MachineReadableZones) {
  expect(Validator::mrz,
         {
             {"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10", true},
             {"I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<", true},
             {"I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\r\nD231458907UTO7408122F1204159<<<<<<<6", true},
             {"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL8988901C4XXX4009078F96121096ZE184226B<<<<<<", true},
             {"V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nL8988901C4XXX4009078F9612109<<<<<<<<", true},
             // An empty personal number, its check digit '<' or 0.
             {"P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<\nC01X00T478D<<6408125F2702283<<<<<<<<<<<<<<<4", true},
             {"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<11", false},
             {"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408123F1204159ZE184226B<<<<<10", false},
             {"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10", false},
             {"X<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10", false},
             {"<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<\n<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<<", false},
         });
  // Each digit of the second line.
  const std::string zone = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F1204159ZE184226B<<<<<10";
  for (size_t i = 44; i < zone.size(); i++) {
    if (zone[i] < '0' || zone[i] > '9') continue;
    std::string wrong = zone;
    wrong[i] = zone[i] == '9' ? '0' : static_cast<char>(zone[i] + 1);
    EXPECT_FALSE(passes(Validator::mrz, wrong)) << wrong;
  }
}

TEST(Validators, Phone) {
  expect(Validator::phone, {
                               {"+44 20 7946 0018", true},  // Ofcom's numbers for drama
                               {"+44 (0)20 7946 0018", true},
                               {"0044 20 7946 0018", true},
                               {"(+44) 20 7946 0018", true},
                               {"+1 (212) 555-0123", true},  // NANPA's for fiction
                               {"+49 30 23125 001", true},   // Bundesnetzagentur's for media
                               {"+33 1 99 00 12 34", true},  // ARCEP's
                               {"+352 27 12 34 56", true},
                               {"+1 112 555 0123", false},  // no area begins with 1
                               {"+1 212 055 0123", false},
                               {"+44 20 7946", false},
                               {"+999 123 456 789", false},
                               {"020 7946 0018", false},  // not written as in the world
                               {"+44 20 7946 0018 1234 5678", false},
                               {"+33 1 99 00 12", false},
                               {"+", false},
                           });
}

TEST(Validators, Imei) {
  expect(Validator::imei, {
                              {"49-015420-323751-8", true},  // 3GPP TS 23.003 annex B
                              {"354178036859789", true},
                              {"490154203237517", false},
                              {"700154203237511", false},
                          });
}

TEST(Validators, Tokens) {
  // RFC 7519 section 3.1.
  const std::string jwt =
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9."
      "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvb"
      "S9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  EXPECT_TRUE(passes(Validator::jwt, jwt));
  EXPECT_FALSE(passes(Validator::jwt, jwt.substr(0, jwt.rfind('.')))) << "without a signature";
  EXPECT_FALSE(passes(Validator::jwt, "eyJ0eXAiOiJKV1QifQ.eyJpc3MiOiJqb2UifQ.c2ln")) << "a header without alg";
  EXPECT_FALSE(passes(Validator::jwt, "www.example.com"));
  EXPECT_FALSE(passes(Validator::jwt, "eyJhbGciOiJIUzI1NiJ9.a+b.c2ln")) << "not base64url";
  // Of GitHub's own description; its check digits are right.
  EXPECT_TRUE(passes(Validator::github_token, "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"));
  EXPECT_FALSE(passes(Validator::github_token, "ghp_zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq18"));
  EXPECT_FALSE(passes(Validator::github_token, "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"));
  EXPECT_FALSE(passes(Validator::github_token, "zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ0mLq17"));
}

TEST(Validators, ListsOfCards) {
  EXPECT_TRUE(passes(Validator::card_list, "4929123456789015\n5425233430109903\n4539578763621486"));
  EXPECT_TRUE(passes(Validator::card_list, "4929 1234 5678 9015 12/28\n5425-2334-3010-9903\n3714 496353 98431 1234"));
  EXPECT_FALSE(passes(Validator::card_list, "4929123456789015\n5425233430109903\n4539578763621487")) << "a wrong digit";
  EXPECT_FALSE(passes(Validator::card_list, "4929123456789015\n5425233430109903")) << "two";
  EXPECT_FALSE(passes(Validator::card_list, "4929123456789015\n4929 1234 5678 9015\n4929123456789015")) << "one card";
  EXPECT_FALSE(passes(Validator::card_list, "4929123456789015\n5425233430109903\n4539578763621486\n1234567890123"))
      << "another number of that length";
  EXPECT_FALSE(passes(Validator::card_list, ""));
  EXPECT_TRUE(passes(Validator::card_list, "4929 then 1234 then 5678 then 9015"));
  EXPECT_TRUE(passes(Validator::card_list, "4929x1234x5678x9015"));
  EXPECT_TRUE(passes(Validator::card_list, "4929\n2) 1234\n3) 5678\n4) 9015"));
  EXPECT_TRUE(passes(Validator::card_list, "4929 1234\n27/11/2026, 10:00 - Ida: 5678 9015")) << "a year is no group";
  EXPECT_FALSE(passes(Validator::card_list, "4929 then 1234 then 5678 then 9016")) << "a wrong digit";
  EXPECT_FALSE(passes(Validator::card_list, "4929 then 1234 then 5678")) << "too few";
  EXPECT_FALSE(passes(Validator::card_list, "4929 1234")) << "a number that breaks off";
}

TEST(Validators, Entropy) {
  struct EntropyCase {
    std::string_view text;
    double least;
    double most;
  };
  const EntropyCase cases[] = {
      {"", 0, 0},
      {"aaaaaaaa", 0, 0},
      {"abababab", 1, 1},
      {"abcdefgh", 3, 3},
      {"0123456789abcdef", 4, 4},
      {"wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY", 4.2, 4.7},
      {"your-api-key-here", 2.8, 3.4},
      {"changeme", 2.5, 2.9},
      {"correct horse battery staple", 3.2, 3.5},
  };
  for (const EntropyCase& c : cases) {
    const double bits = entropy_of(c.text) / static_cast<double>(kEntropySteps);
    EXPECT_GE(bits, c.least) << c.text;
    EXPECT_LE(bits, c.most + 0.06) << c.text;
  }
}

TEST(Validators, PlainValueKeepsLettersAndDigitsOnly) {
  EXPECT_EQ(plain_value("gb82-WEST 12.3/4").view(), "GB82WEST1234");
  EXPECT_EQ(plain_value("12:34").view(), "1234") << "any punctuation may stand between";
  EXPECT_EQ(plain_value("12→34😀56・78¦9、0‧1").view(), "12345678901") << "signs and pictures, too";
  EXPECT_EQ(plain_value("12\u00e934").view(), "") << "letters that no such value has";
  EXPECT_EQ(plain_value(std::string(65, '1')).view(), "");
  EXPECT_EQ(plain_value(std::string(64, '1')).view().size(), 64U);
}

TEST(Validators, EveryWordHasOne) {
  EXPECT_EQ(find_validator(Validator::none), nullptr);
  EXPECT_TRUE(passes(Validator::none, "anything"));
  ASSERT_EQ(validators().size(), validator_words().size());
  for (const std::string_view word : validator_words()) {
    const auto id = parse_word<Validator>(validator_words(), word, Validator::luhn);
    ASSERT_TRUE(id);
    EXPECT_EQ(find_validator(*id)->id, *id) << word;
    EXPECT_EQ(to_string(*id), word);
  }
}

TEST(Validators, EveryWordIsInTheDocumentation) {
  std::ifstream in(POSTERN_SOURCE_DIR "/docs/policy-language.md");
  const std::string documentation{std::istreambuf_iterator<char>(in), {}};
  for (const std::string_view word : validator_words()) {
    EXPECT_NE(documentation.find("`" + std::string(word) + "`"), std::string::npos) << word;
  }
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
