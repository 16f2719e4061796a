// The part of a Model (policy/model.h) that says what to look for: evidence and detectors.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/diagnostic.h"
#include "policy/view_mask.h"

namespace postern::policy {

using EvidenceIndex = std::uint32_t;
using DetectorIndex = std::uint32_t;

enum class WordMatch {
  word,       // whole words, spaces between them as in the text (any run of white space)
  phrase,     // any of spaces, '-', '_', '.', '/' or nothing between the words
  substring,  // anywhere
};
enum class LetterCase { fold, exact };

struct WordEntry {
  std::string text;
  std::uint32_t weight = 1;
  SourceMark mark;
};

// The words of `keywords:` or of one dictionary file; detectors that name the same file share it.
struct WordList {
  std::string path;  // as written, "dictionaries/codenames.txt"; empty for `keywords:`
  std::vector<WordEntry> entries;
  SourceMark mark;
};

struct RegexPattern {
  std::string pattern;  // PCRE2 with UTF and UCP
  SourceMark mark;      // of the value, its quotes included
};

struct WordPattern {
  std::shared_ptr<const WordList> words;
  WordMatch match = WordMatch::word;
  LetterCase letter_case = LetterCase::fold;
  bool inflected = false;  // forms of the entries' last words as well (patterns/inflection.h)
  SourceMark mark;
};

enum class DistanceUnit {
  characters,  // Unicode code points between the two, in the original text
  words,
  line,  // the same line
  row,   // the same row of a table
  part,  // the same part
};

struct Distance {
  DistanceUnit unit = DistanceUnit::characters;
  std::uint32_t count = 300;  // for characters and words
  SourceMark mark;
};

// `exact: NAME`
struct ExactPattern {
  std::string table;
  std::uint32_t at_least = 1;
  std::vector<std::string> require;
  std::optional<Distance> within;
  SourceMark mark;
};

// `fingerprint: NAME`; exactly one of the shares is set (0-1].
struct FingerprintPattern {
  std::string set;
  std::optional<double> contains;    // share of the registered document
  std::optional<double> covered_by;  // share of this item
  SourceMark mark;
};

// `builtin: NAME`; numbers such as min_lines by name.
struct BuiltinPattern {
  std::string name;
  std::map<std::string, std::int64_t> options;
  SourceMark mark;
};

// `label: [...]`: classification labels in the document's properties or the mail's headers.
struct LabelPattern {
  std::vector<std::string> labels;
  SourceMark mark;
};

using EvidencePattern = std::variant<RegexPattern, WordPattern>;
using PrimaryPattern =
    std::variant<RegexPattern, WordPattern, ExactPattern, FingerprintPattern, BuiltinPattern, LabelPattern>;

// Checks of what a regex found: policy/validators.h, whose table is in this order. `none` and they have a bit each
// in 64.
enum class Validator : std::uint8_t {
  none,
  luhn,
  card,
  iban,
  bic,
  isin,
  cusip,
  sedol,
  lei,
  aba,
  vat_eu,
  ssn_us,
  itin_us,
  nino_uk,
  nhs_uk,
  steuer_id_de,
  rvnr_de,
  ausweis_de,
  nir_fr,
  dni_es,
  nie_es,
  nif_es,
  cif_es,
  codice_fiscale_it,
  partita_iva_it,
  bsn_nl,
  pesel_pl,
  nip_pl,
  regon_pl,
  personnummer_se,
  sin_ca,
  aadhaar_in,
  pan_in,
  cpf_br,
  cnpj_br,
  ahv_ch,
  svnr_at,
  rijksregister_be,
  hetu_fi,
  fodselsnummer_no,
  nif_pt,
  pps_ie,
  rodne_cislo_cz,
  cnp_ro,
  oib_hr,
  egn_bg,
  isikukood_ee,
  asmens_kodas_lt,
  tfn_au,
  id_cn,
  my_number_jp,
  id_za,
  tckn_tr,
  curp_mx,
  rut_cl,
  cuit_ar,
  id_il,
  mrz,
  phone,
  imei,
  entropy,
  jwt,
  github_token,
  card_list
};
inline constexpr size_t kValidatorCount = static_cast<size_t>(Validator::card_list) + 1;
static_assert(kValidatorCount <= 64);

// Entropy from which a text counts as random, in steps of 1/16 bit per byte: 3.5 bits, which words do not reach.
inline constexpr unsigned kDefaultEntropy = 56;

struct Evidence {
  std::string name;  // "card-words", in a pack "financial/card-words"
  EvidencePattern pattern;
  SourceMark mark;
};

// At least `at_least` different evidences of `of` stand within the distance of the hit.
struct EvidenceCondition {
  std::uint32_t at_least = 1;
  std::vector<EvidenceIndex> of;
  Distance within;
  SourceMark mark;
};

// A level of confidence: holds when every condition holds; no condition, always.
struct ConfidenceLevel {
  int level = 0;  // 1-100
  std::vector<EvidenceCondition> when;
  SourceMark mark;
};

inline constexpr int kDefaultConfidence = 75;     // of a detector without levels
inline constexpr int kDefaultMinConfidence = 65;  // of a rule's condition

// `allow:`: hits that are none, taken away before counting.
struct AllowList {
  struct Near {
    EvidencePattern pattern;
    Distance within;
    SourceMark mark;
  };
  std::vector<WordEntry> values;  // compared without spaces and -_./, case folded; weights mean nothing
  std::vector<Near> near;
};

struct Detector {
  std::string id;     // "payment-card", in a pack "financial/payment-card"
  std::string title;  // empty: the id
  PrimaryPattern primary;
  Validator validate = Validator::none;
  unsigned min_entropy = kDefaultEntropy;   // for Validator::entropy
  std::vector<ConfidenceLevel> confidence;  // highest level first; empty: kDefaultConfidence
  AllowList allow;
  bool sensitive = false;  // notices, headers and the pre-check do not confirm the value
  bool raw = false;        // the original text only, no views
  ViewSwitches views;      // beside those of the policy
  SourceMark mark;
};

}  // namespace postern::policy
