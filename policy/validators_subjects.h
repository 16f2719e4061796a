// The checks themselves, by the file that holds them. Internal to validators*.cpp; each takes the plain form of a value
// unless it says text.
#pragma once

#include <string_view>

namespace postern::policy::checks {

// validators_banking.cpp
bool is_luhn(std::string_view plain);
bool is_card(std::string_view plain);
bool is_iban(std::string_view plain);
bool is_bic(std::string_view plain);
bool is_isin(std::string_view plain);
bool is_cusip(std::string_view plain);
bool is_sedol(std::string_view plain);
bool is_lei(std::string_view plain);
bool is_aba(std::string_view plain);

// validators_vat.cpp
bool is_vat_eu(std::string_view plain);
bool is_partita_iva_it(std::string_view plain);
bool is_nif_pt(std::string_view plain);

// validators_europe.cpp: what states of Europe number people and firms with
bool is_nino_uk(std::string_view plain);
bool is_nhs_uk(std::string_view plain);
bool is_steuer_id_de(std::string_view plain);
bool is_rvnr_de(std::string_view plain);
bool is_ausweis_de(std::string_view plain);
bool is_nir_fr(std::string_view plain);
bool is_dni_es(std::string_view plain);
bool is_nie_es(std::string_view plain);
bool is_nif_es(std::string_view plain);
bool is_cif_es(std::string_view plain);
bool is_codice_fiscale_it(std::string_view plain);
bool is_ahv_ch(std::string_view plain);
bool is_svnr_at(std::string_view plain);

// validators_europe_more.cpp
bool is_bsn_nl(std::string_view plain);
bool is_pesel_pl(std::string_view plain);
bool is_nip_pl(std::string_view plain);
bool is_regon_pl(std::string_view plain);
bool is_personnummer_se(std::string_view plain);
bool is_rijksregister_be(std::string_view plain);
bool is_hetu_fi(std::string_view plain);
bool is_fodselsnummer_no(std::string_view plain);
bool is_pps_ie(std::string_view plain);
bool is_rodne_cislo_cz(std::string_view plain);
bool is_cnp_ro(std::string_view plain);
bool is_oib_hr(std::string_view plain);
bool is_egn_bg(std::string_view plain);
bool is_isikukood_ee(std::string_view plain);
bool is_asmens_kodas_lt(std::string_view plain);

// validators_world.cpp
bool is_ssn_us(std::string_view plain);
bool is_itin_us(std::string_view plain);
bool is_sin_ca(std::string_view plain);
bool is_aadhaar_in(std::string_view plain);
bool is_pan_in(std::string_view plain);
bool is_cpf_br(std::string_view plain);
bool is_cnpj_br(std::string_view plain);
bool is_curp_mx(std::string_view plain);
bool is_rut_cl(std::string_view plain);
bool is_cuit_ar(std::string_view plain);
bool is_tfn_au(std::string_view plain);
bool is_id_cn(std::string_view plain);
bool is_my_number_jp(std::string_view plain);
bool is_id_za(std::string_view plain);
bool is_tckn_tr(std::string_view plain);
bool is_id_il(std::string_view plain);

// validators_documents.cpp
bool is_mrz(std::string_view text);
bool is_imei(std::string_view plain);
bool is_phone(std::string_view text);

// validators_tokens.cpp
bool is_entropic(std::string_view text);
bool is_jwt(std::string_view text);
bool is_github_token(std::string_view text);
bool is_card_list(std::string_view text);

}  // namespace postern::policy::checks
