#include "policy/validators.h"

#include "policy/validators_arithmetic.h"
#include "policy/validators_subjects.h"

namespace postern::policy {

namespace {

using checks::is_digit;
using checks::is_upper;
using Takes = ValidatorInfo::Takes;

constexpr ValidatorInfo kValidators[] = {
    {Validator::luhn, Takes::plain, checks::is_luhn, 10},
    {Validator::card, Takes::plain, checks::is_card, 27},
    {Validator::iban, Takes::plain, checks::is_iban, 97},
    {Validator::bic, Takes::plain, checks::is_bic, 3},
    {Validator::isin, Takes::plain, checks::is_isin, 26},
    {Validator::cusip, Takes::plain, checks::is_cusip, 10},
    {Validator::sedol, Takes::plain, checks::is_sedol, 10},
    {Validator::lei, Takes::plain, checks::is_lei, 97},
    {Validator::aba, Takes::plain, checks::is_aba, 26},
    {Validator::vat_eu, Takes::plain, checks::is_vat_eu, 10},
    {Validator::ssn_us, Takes::plain, checks::is_ssn_us, 1},
    {Validator::itin_us, Takes::plain, checks::is_itin_us, 23},
    {Validator::nino_uk, Takes::plain, checks::is_nino_uk, 2},
    {Validator::nhs_uk, Takes::plain, checks::is_nhs_uk, 11},
    {Validator::steuer_id_de, Takes::plain, checks::is_steuer_id_de, 260},
    {Validator::rvnr_de, Takes::plain, checks::is_rvnr_de, 47},
    {Validator::ausweis_de, Takes::plain, checks::is_ausweis_de, 10},
    {Validator::nir_fr, Takes::plain, checks::is_nir_fr, 200},
    {Validator::dni_es, Takes::plain, checks::is_dni_es, 26},
    {Validator::nie_es, Takes::plain, checks::is_nie_es, 26},
    {Validator::nif_es, Takes::plain, checks::is_nif_es, 20},
    {Validator::cif_es, Takes::plain, checks::is_cif_es, 21},
    {Validator::codice_fiscale_it, Takes::plain, checks::is_codice_fiscale_it, 97},
    {Validator::partita_iva_it, Takes::plain, checks::is_partita_iva_it, 90},
    {Validator::bsn_nl, Takes::plain, checks::is_bsn_nl, 11},
    {Validator::pesel_pl, Takes::plain, checks::is_pesel_pl, 50},
    {Validator::nip_pl, Takes::plain, checks::is_nip_pl, 11},
    {Validator::regon_pl, Takes::plain, checks::is_regon_pl, 10},
    {Validator::personnummer_se, Takes::plain, checks::is_personnummer_se, 100},
    {Validator::sin_ca, Takes::plain, checks::is_sin_ca, 12},
    {Validator::aadhaar_in, Takes::plain, checks::is_aadhaar_in, 12},
    {Validator::pan_in, Takes::plain, checks::is_pan_in, 3},
    {Validator::cpf_br, Takes::plain, checks::is_cpf_br, 100},
    {Validator::cnpj_br, Takes::plain, checks::is_cnpj_br, 100},
    {Validator::ahv_ch, Takes::plain, checks::is_ahv_ch, 10'000},
    {Validator::svnr_at, Takes::plain, checks::is_svnr_at, 200},
    {Validator::rijksregister_be, Takes::plain, checks::is_rijksregister_be, 380},
    {Validator::hetu_fi, Takes::plain, checks::is_hetu_fi, 800},
    {Validator::fodselsnummer_no, Takes::plain, checks::is_fodselsnummer_no, 1'500},
    {Validator::nif_pt, Takes::plain, checks::is_nif_pt, 12},
    {Validator::pps_ie, Takes::plain, checks::is_pps_ie, 26},
    {Validator::rodne_cislo_cz, Takes::plain, checks::is_rodne_cislo_cz, 70},
    {Validator::cnp_ro, Takes::plain, checks::is_cnp_ro, 500},
    {Validator::oib_hr, Takes::plain, checks::is_oib_hr, 10},
    {Validator::egn_bg, Takes::plain, checks::is_egn_bg, 100},
    {Validator::isikukood_ee, Takes::plain, checks::is_isikukood_ee, 300},
    {Validator::asmens_kodas_lt, Takes::plain, checks::is_asmens_kodas_lt, 70},
    {Validator::tfn_au, Takes::plain, checks::is_tfn_au, 11},
    {Validator::id_cn, Takes::plain, checks::is_id_cn, 5'000},
    {Validator::my_number_jp, Takes::plain, checks::is_my_number_jp, 11},
    {Validator::id_za, Takes::plain, checks::is_id_za, 900},
    {Validator::tckn_tr, Takes::plain, checks::is_tckn_tr, 100},
    {Validator::curp_mx, Takes::plain, checks::is_curp_mx, 300},
    {Validator::rut_cl, Takes::plain, checks::is_rut_cl, 11},
    {Validator::cuit_ar, Takes::plain, checks::is_cuit_ar, 100},
    {Validator::id_il, Takes::plain, checks::is_id_il, 10},
    {Validator::mrz, Takes::text, checks::is_mrz, 100'000},
    {Validator::phone, Takes::text, checks::is_phone, 2},
    {Validator::imei, Takes::plain, checks::is_imei, 58},
    {Validator::entropy, Takes::text, checks::is_entropic, 1'000'000},
    {Validator::jwt, Takes::text, checks::is_jwt, 1'000'000},
    {Validator::github_token, Takes::text, checks::is_github_token, 1'000'000},
    {Validator::card_list, Takes::text, checks::is_card_list, 10'000},
};

static_assert([] {
  for (size_t i = 0; i < std::size(kValidators); i++) {
    if (static_cast<size_t>(kValidators[i].id) != i + 1) return false;
  }
  return std::size(kValidators) + 1 == kValidatorCount;
}());

// The bytes of the separator at `at`, 0 when there is none: any ASCII punctuation and white space, the signs of Latin 1
// (U+00A1..00BF), punctuation, arrows and other signs (U+2010..27BF), those of East Asia (U+3001..303F, U+30FB),
// pictures (U+1F300..1FAFF).
size_t separator_at(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) { return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U; };
  const unsigned lead = byte(0), second = byte(1), third = byte(2);
  if (lead < 0x80) return is_digit(text[at]) || is_upper(text[at]) || (lead >= 'a' && lead <= 'z') ? 0 : 1;
  if (lead == 0xC2) return second >= 0xA1 && second <= 0xBF ? 2 : 0;
  if (lead == 0xE2) return (second == 0x80 && third >= 0x90) || (second > 0x80 && second <= 0x9E) ? 3 : 0;
  if (lead == 0xE3) return (second == 0x80 && third >= 0x81) || (second == 0x83 && third == 0xBB) ? 3 : 0;
  return lead == 0xF0 && second == 0x9F && third >= 0x8C && third <= 0xAB ? 4 : 0;
}

}  // namespace

PlainValue plain_value(std::string_view text) {
  PlainValue value;
  for (size_t at = 0; at < text.size();) {
    if (const size_t separator = separator_at(text, at); separator != 0) {
      at += separator;
      continue;
    }
    const char c = text[at++];
    const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if ((!is_digit(upper) && !is_upper(upper)) || value.size == kMaxValueCharacters) {
      value.size = 0;
      return value;
    }
    value.characters[value.size++] = upper;
  }
  return value;
}

std::span<const ValidatorInfo> validators() {
  return kValidators;
}

const ValidatorInfo* find_validator(Validator id) {
  return id == Validator::none ? nullptr : &kValidators[static_cast<size_t>(id) - 1];
}

bool passes(Validator id, std::string_view text) {
  const ValidatorInfo* const info = find_validator(id);
  if (info == nullptr) return true;
  return info->takes == Takes::text ? info->check(text) : info->check(plain_value(text).view());
}

}  // namespace postern::policy
