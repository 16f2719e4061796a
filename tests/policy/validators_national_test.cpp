// Published numbers, and what their checks are there to find: each changed digit, each pair of neighbours exchanged.
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "policy/model_words.h"
#include "policy/validators.h"

namespace postern::policy {
namespace {

struct NumberCase {
  Validator validator;
  std::string_view text;
  bool valid;
  std::string_view note = "";
};

using enum Validator;

// Numbers of the standards and agencies where they publish one, else of companies' imprints.
const NumberCase kCases[] = {
    {ssn_us, "536-90-4399", true},
    {ssn_us, "001-01-0001", true},
    {ssn_us, "000-12-3456", false, "area never issued"},
    {ssn_us, "666-12-3456", false, "area never issued"},
    {ssn_us, "900-12-3456", false, "area never issued"},
    {ssn_us, "987-65-4321", false, "kept for advertisements"},
    {ssn_us, "123-00-4567", false, "group never issued"},
    {ssn_us, "123-45-0000", false, "serial never issued"},
    {ssn_us, "078-05-1120", false, "printed on a wallet's sample card"},
    {ssn_us, "53690439", false, "too short"},
    {itin_us, "912-90-3456", true},
    {itin_us, "912-93-3456", false, "group not issued"},
    {itin_us, "912-66-3456", false, "group not issued"},
    {itin_us, "123-70-3456", false, "begins with 9"},
    {nino_uk, "AB 12 34 56 C", true},
    {nino_uk, "QQ 12 34 56 C", false, "HMRC's example, never issued"},
    {nino_uk, "BG123456A", false, "prefix never issued"},
    {nino_uk, "AO123456A", false, "second letter never O"},
    {nino_uk, "AB123456E", false, "suffix A to D"},
    {nhs_uk, "943 476 5919", true, "NHS Data Dictionary"},
    {nhs_uk, "943 476 5870", true},
    {nhs_uk, "943 476 5918", false},
    {nhs_uk, "0000000000", false},
    {steuer_id_de, "86095742719", true, "BZSt"},
    {steuer_id_de, "36 574 261 809", true},
    {steuer_id_de, "65929970489", true, "BZSt"},
    {steuer_id_de, "36574261890", false},
    {steuer_id_de, "06574261809", false, "never begins with 0"},
    {steuer_id_de, "12345678903", false, "no digit twice"},
    {steuer_id_de, "35554296807", false, "three side by side"},
    {rvnr_de, "15 070649 C 103", true, "Deutsche Rentenversicherung"},
    {rvnr_de, "65 170839 J 003", true},
    {rvnr_de, "65 170839 J 004", false},
    {rvnr_de, "65 174039 J 003", false, "no such month"},
    {rvnr_de, "00 170839 J 003", false, "no such area"},
    {ausweis_de, "T220001293", true, "the ministry's specimen"},
    {ausweis_de, "L01X00T471", true, "the ministry's specimen"},
    {ausweis_de, "T220001294", false},
    {ausweis_de, "TO20001293", false, "letters that read as digits are not used"},
    {nir_fr, "2 95 10 99 126 111 93", true},
    {nir_fr, "1 84 12 76 451 089 46", true, "INSEE"},
    {nir_fr, "253072B07300470", true, "Corsica"},
    {nir_fr, "253072A07300443", true, "Corsica"},
    {nir_fr, "253072C07300443", false},
    {nir_fr, "295109912611199", false},
    {nir_fr, "295139912611193", false, "no such month"},
    {dni_es, "12345678Z", true},
    {dni_es, "54362315-K", true},
    {dni_es, "54362315-Z", false},
    {nie_es, "X-2482300-W", true},
    {nie_es, "Y1234567X", true},
    {nie_es, "X2482300A", false},
    {nif_es, "12345678Z", true},
    {nif_es, "M-1234567-L", true},
    {nif_es, "B64717838", true},
    {nif_es, "B64717839", false},
    {cif_es, "A58818501", true},
    {cif_es, "J99216582", true},
    {cif_es, "P2807900B", true, "the city of Madrid"},
    {cif_es, "P28079002", false, "a city has a letter"},
    {cif_es, "J99216583", false},
    {codice_fiscale_it, "RSSMRA85T10A562S", true, "Agenzia delle Entrate"},
    {codice_fiscale_it, "RCCMNL83S18D969H", true},
    {codice_fiscale_it, "MRTMTT25D09F205Z", true},
    {codice_fiscale_it, "RSSMRA85T10A562T", false},
    {codice_fiscale_it, "RSSMRA85T40A562S", false, "no such day"},
    {partita_iva_it, "00743110157", true},
    {partita_iva_it, "00743110158", false},
    {partita_iva_it, "00000000000", false},
    {ahv_ch, "756.9217.0769.85", true, "ZAS"},
    {ahv_ch, "756.1234.5678.97", true, "ZAS"},
    {ahv_ch, "756.9217.0769.84", false},
    {ahv_ch, "1234567891019", false},
    {svnr_at, "1237 010180", true, "Sozialversicherung"},
    {svnr_at, "2237 010180", false},
    {bsn_nl, "111222333", true, "Logius"},
    {bsn_nl, "999990019", true, "Logius"},
    {bsn_nl, "111222334", false},
    {bsn_nl, "000000000", false},
    {pesel_pl, "44051401359", true, "the ministry"},
    {pesel_pl, "02070803628", true, "the ministry"},
    {pesel_pl, "44051401358", false},
    {pesel_pl, "02381307589", false, "no such month"},
    {nip_pl, "856-734-62-15", true},
    {nip_pl, "856-734-62-16", false},
    {regon_pl, "192598184", true},
    {regon_pl, "12345678512347", true},
    {regon_pl, "192598183", false},
    {regon_pl, "12345678512348", false},
    {personnummer_se, "811228-9874", true, "Skatteverket"},
    {personnummer_se, "19811228-9874", true},
    {personnummer_se, "701063-2391", true, "coordination number, Skatteverket"},
    {personnummer_se, "811228-9873", false},
    {personnummer_se, "811328-9874", false},
    {rijksregister_be, "85.07.30-033 28", true},
    {rijksregister_be, "17073003384", true, "born after 1999"},
    {rijksregister_be, "85073003329", false},
    {hetu_fi, "131052-308T", true, "DVV"},
    {hetu_fi, "010516B903X", true, "DVV, a sign of 2023"},
    {hetu_fi, "131052-308U", false},
    {hetu_fi, "310252-308Y", false, "no such day"},
    {fodselsnummer_no, "151086 95088", true},
    {fodselsnummer_no, "15108695077", false},
    {nif_pt, "501 964 843", true},
    {nif_pt, "501964842", false},
    {pps_ie, "6433435F", true},
    {pps_ie, "6433435FW", true, "as before 2013"},
    {pps_ie, "6433435OA", true, "since 2013"},
    {pps_ie, "6433435E", false},
    {pps_ie, "6433435VH", false},
    {rodne_cislo_cz, "710319/2745", true},
    {rodne_cislo_cz, "991231123", false, "nine digits until 1953"},
    {rodne_cislo_cz, "401231123", true},
    {rodne_cislo_cz, "7103192746", false},
    {rodne_cislo_cz, "1103492745", false},
    {cnp_ro, "1630615123457", true},
    {cnp_ro, "1630615123458", false},
    {cnp_ro, "1632215123457", false},
    {oib_hr, "33392005961", true},
    {oib_hr, "33392005962", false},
    {egn_bg, "7523169263", true},
    {egn_bg, "8032056031", true},
    {egn_bg, "8019010008", false},
    {egn_bg, "7523169264", false},
    {isikukood_ee, "36805280109", true},
    {isikukood_ee, "36805280108", false},
    {asmens_kodas_lt, "33309240064", true},
    {asmens_kodas_lt, "33309240164", false},
    {sin_ca, "046 454 286", false, "the often printed example begins with 0"},
    {sin_ca, "130 692 544", true},
    {sin_ca, "130 692 545", false},
    {aadhaar_in, "2341 2341 2346", true},
    {aadhaar_in, "2341 2341 2347", false},
    {aadhaar_in, "123412341234", false},
    {pan_in, "ACUPA7085R", true},
    {pan_in, "ABMXA3211G", false, "no such holder"},
    {pan_in, "ACUPA0000R", false},
    {cpf_br, "390.533.447-05", true},
    {cpf_br, "111.444.777-35", true},
    {cpf_br, "231.002.999-00", false},
    {cpf_br, "111.111.111-11", false},
    {cnpj_br, "16.727.230/0001-97", true},
    {cnpj_br, "12.ABC.345/01DE-35", true, "Receita Federal, with letters"},
    {cnpj_br, "12.ABC.345/01DE-36", false},
    {cnpj_br, "16.727.230/0001-98", false},
    {curp_mx, "BOXW310820HNERXN09", true, "RENAPO"},
    {curp_mx, "BOXW310820HNERXN08", false},
    {rut_cl, "76.086.428-5", true},
    {rut_cl, "12.531.909-2", true},
    {rut_cl, "12.531.909-3", false},
    {cuit_ar, "20-05536168-2", true},
    {cuit_ar, "20-05536168-3", false},
    {tfn_au, "123 456 782", true, "ATO"},
    {tfn_au, "123 456 783", false},
    {id_cn, "11010519491231002X", true, "GB 11643-1999"},
    {id_cn, "440524188001010014", true, "GB 11643-1999"},
    {id_cn, "110105194912310021", false},
    {my_number_jp, "1234 5678 9018", true},
    {my_number_jp, "1234 5678 9019", false},
    {id_za, "8001015009087", true},
    {id_za, "8001015009088", false},
    {tckn_tr, "10000000146", true},
    {tckn_tr, "10000000147", false},
    {id_il, "039337423", true},
    {id_il, "039337422", false},
};

TEST(NationalNumbers, AsTheirAgenciesPublishThem) {
  for (const NumberCase& c : kCases) {
    EXPECT_EQ(passes(c.validator, c.text), c.valid) << to_string(c.validator) << " of " << c.text << " " << c.note;
  }
}

TEST(NationalNumbers, NothingElsePasses) {
  const std::string_view texts[] = {"",          "0",
                                    "A",         "-",
                                    "12",        "ABCDEFGHIJ",
                                    "12345",     std::string_view("\xff\xfe", 2),
                                    "١٢٣٤٥٦٧٨٩", "0000000000000000000000000000000000000000000000000000000000000000"};
  for (const ValidatorInfo& info : validators()) {
    if (info.id == Validator::entropy) continue;
    for (const std::string_view text : texts) {
      EXPECT_FALSE(passes(info.id, text)) << to_string(info.id) << " of " << text;
    }
  }
}

// Each state with a registered number, and with its last digit changed.
TEST(Vat, EveryState) {
  const std::string_view numbers[] = {
      "ATU13585627",   "BE0428759497",  "BE428759497",    "BG175074752",    "BG7523169263",   "CY10259033P",
      "CZ25123891",    "CZ640903926",   "CZ7103192745",   "DE136695976",    "DK13585628",     "EE100594102",
      "EL094259216",   "ESB64717838",   "ESX5253868R",    "ESM1234567L",    "FI20774740",     "FR23334175221",
      "FRK7399859412", "FR4Z123456782", "HR33392005961",  "HU12892312",     "IE6433435F",     "IE6433435OA",
      "IE8D79739I",    "IT00743110157", "LT119511515",    "LT100001919017", "LT100004801610", "LU15027442",
      "LV40003521600", "LV16117519997", "MT11679112",     "NL004495445B01", "NL002455799B11", "PL8567346215",
      "PT501964843",   "RO18547290",    "SE123456789701", "SI50223054",     "SK2022749619",   "XI980780684",
      "XIGD123",       "XIHA567",
  };
  for (const std::string_view number : numbers) {
    EXPECT_TRUE(passes(vat_eu, number)) << number;
    std::string spaced;
    for (const char c : number) spaced += std::string(1, c) + (spaced.size() % 6 == 2 ? " " : "");
    EXPECT_TRUE(passes(vat_eu, spaced)) << spaced;
    // The last two of SE and NL count establishments and are no check digits.
    if (number.starts_with("SE") || number.starts_with("NL00449") || number.starts_with("XI")) continue;
    std::string wrong(number);
    size_t at = wrong.find_last_of("0123456789");
    wrong[at] = wrong[at] == '9' ? '0' : static_cast<char>(wrong[at] + 1);
    EXPECT_FALSE(passes(vat_eu, wrong)) << wrong;
  }
  for (const std::string_view number :
       {"136695976", "GB980780684", "CHE116281710", "ZZ136695976", "DE036695976", "CY12000139V", "XIGD500", "XIHA499",
        "XI980780685", "SE123456789100", "NL004495446B01", "NL004495445B00", "IT00743999157", "SK1022749619",
        "CZ95123891"}) {
    EXPECT_FALSE(passes(vat_eu, number)) << number;
  }
}

enum class Catches { substitutions, transpositions_too };

struct CatchCase {
  Validator validator;
  std::string_view number;  // in plain form
  Catches catches = Catches::substitutions;
};

// What the algorithms are proven to find: all changes of one digit, and for those with it all exchanges of two
// neighbours.
const CatchCase kCatches[] = {
    {luhn, "79927398713"},
    {card, "4111111111111111"},
    {iban, "GB82WEST12345698765432", Catches::transpositions_too},
    {iban, "DE89370400440532013000", Catches::transpositions_too},
    {isin, "US0378331005"},
    {cusip, "037833100"},
    {sedol, "0263494"},
    {lei, "5493006MHB84DD0ZWV18", Catches::transpositions_too},
    {aba, "111000025"},
    {imei, "490154203237518"},
    {nhs_uk, "9434765919", Catches::transpositions_too},
    {steuer_id_de, "86095742719"},
    {ausweis_de, "T220001293"},
    {nir_fr, "295109912611193", Catches::transpositions_too},
    {nir_fr, "253072B07300470", Catches::transpositions_too},
    {dni_es, "54362315K", Catches::transpositions_too},
    {nie_es, "X2482300W", Catches::transpositions_too},
    {cif_es, "A58818501"},
    {codice_fiscale_it, "RSSMRA85T10A562S"},
    {partita_iva_it, "00743110157"},
    {bsn_nl, "111222333", Catches::transpositions_too},
    {pesel_pl, "44051401359"},
    {nip_pl, "8567346215", Catches::transpositions_too},
    {personnummer_se, "8112289874"},
    {ahv_ch, "7569217076985"},
    {svnr_at, "1237010180", Catches::transpositions_too},
    {hetu_fi, "131052308T", Catches::transpositions_too},
    {fodselsnummer_no, "15108695088", Catches::transpositions_too},
    {pps_ie, "6433435F", Catches::transpositions_too},
    {oib_hr, "33392005961"},
    {sin_ca, "130692544"},
    {aadhaar_in, "234123412346", Catches::transpositions_too},
    {rut_cl, "125319092", Catches::transpositions_too},
    {tfn_au, "123456782", Catches::transpositions_too},
    {id_cn, "11010519491231002X", Catches::transpositions_too},
    {id_za, "8001015009087"},
    {vat_eu, "DE136695976"},
    {vat_eu, "FI20774740", Catches::transpositions_too},
    {vat_eu, "LU15027442"},
    {vat_eu, "PL8567346215", Catches::transpositions_too},
};

TEST(CheckDigits, FindWhatTheyAreMadeToFind) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  for (const CatchCase& c : kCatches) {
    ASSERT_TRUE(passes(c.validator, c.number)) << to_string(c.validator) << " of " << c.number;
    for (size_t i = 0; i < c.number.size(); i++) {
      std::string wrong(c.number);
      for (char other = '0'; is_digit(c.number[i]) && other <= '9'; other++) {
        if (other == c.number[i]) continue;
        wrong[i] = other;
        EXPECT_FALSE(passes(c.validator, wrong)) << to_string(c.validator) << " of " << wrong;
      }
      if (c.catches != Catches::transpositions_too || i + 1 == c.number.size()) continue;
      wrong = c.number;
      if (wrong[i] == wrong[i + 1] || is_digit(wrong[i]) != is_digit(wrong[i + 1])) continue;
      std::swap(wrong[i], wrong[i + 1]);
      EXPECT_FALSE(passes(c.validator, wrong)) << to_string(c.validator) << " of " << wrong;
    }
  }
}

// Random values: 9 is any digit, A any capital, the rest stands as it is.
struct Shape {
  Validator validator;
  std::string_view shape;
};
const Shape kShapes[] = {
    {luhn, "9999999999999999"},
    {card, "9999999999999999"},
    {iban, "DE99999999999999999999"},
    {bic, "AAAAAAAA"},
    {isin, "AA9999999999"},
    {cusip, "999999999"},
    {sedol, "9999999"},
    {lei, "99999999999999999999"},
    {aba, "999999999"},
    {vat_eu, "DE999999999"},
    {ssn_us, "999999999"},
    {itin_us, "999999999"},
    {nino_uk, "AA999999C"},
    {nhs_uk, "9999999999"},
    {steuer_id_de, "99999999999"},
    {rvnr_de, "99999999A999"},
    {ausweis_de, "T999999999"},
    {nir_fr, "999999999999999"},
    {dni_es, "99999999A"},
    {nie_es, "X9999999A"},
    {nif_es, "99999999A"},
    {cif_es, "A99999999"},
    {codice_fiscale_it, "AAAAAA99A99A999A"},
    {partita_iva_it, "99999999999"},
    {bsn_nl, "999999999"},
    {pesel_pl, "99999999999"},
    {nip_pl, "9999999999"},
    {regon_pl, "999999999"},
    {personnummer_se, "9999999999"},
    {sin_ca, "999999999"},
    {aadhaar_in, "999999999999"},
    {pan_in, "AAAAA9999A"},
    {cpf_br, "99999999999"},
    {cnpj_br, "99999999999999"},
    {ahv_ch, "9999999999999"},
    {svnr_at, "9999999999"},
    {rijksregister_be, "99999999999"},
    {hetu_fi, "9999999999"},
    {fodselsnummer_no, "99999999999"},
    {nif_pt, "999999999"},
    {pps_ie, "9999999A"},
    {rodne_cislo_cz, "9999999999"},
    {cnp_ro, "9999999999999"},
    {oib_hr, "99999999999"},
    {egn_bg, "9999999999"},
    {isikukood_ee, "99999999999"},
    {asmens_kodas_lt, "99999999999"},
    {tfn_au, "999999999"},
    {id_cn, "999999999999999999"},
    {my_number_jp, "999999999999"},
    {id_za, "9999999999999"},
    {tckn_tr, "99999999999"},
    {curp_mx, "AAAA999999HAAAAA99"},
    {rut_cl, "999999999"},
    {cuit_ar, "99999999999"},
    {id_il, "999999999"},
    {phone, "+99999999999"},
    {imei, "999999999999999"},
};

TEST(Odds, AreAsTheTableSays) {
  constexpr int kTries = 20'000;
  std::minstd_rand random(7);
  for (const Shape& shape : kShapes) {
    int passed = 0;
    std::string value;
    for (int i = 0; i < kTries; i++) {
      value = shape.shape;
      for (char& c : value) {
        if (c == '9') c = static_cast<char>('0' + random() / 7 % 10);
        if (c == 'A') c = static_cast<char>('A' + random() / 7 % 26);
      }
      passed += passes(shape.validator, value) ? 1 : 0;
    }
    const double expected = kTries / static_cast<double>(find_validator(shape.validator)->one_in);
    EXPECT_LE(passed, expected * 1.5 + 12) << to_string(shape.validator);
    EXPECT_GE(passed, expected / 1.5 - 12) << to_string(shape.validator);
  }
}

}  // namespace
}  // namespace postern::policy
