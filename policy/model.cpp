#include "policy/model.h"

#include <algorithm>
#include <array>

#include "policy/model_words.h"

namespace postern::policy {

namespace {

using std::string_view;

constexpr std::array<string_view, 3> kWordMatch = {"word", "phrase", "substring"};
constexpr std::array<string_view, 2> kLetterCase = {"fold", "exact"};
constexpr std::array<string_view, 5> kDistanceUnit = {"characters", "words", "line", "row", "part"};
constexpr std::array<string_view, kValidatorCount> kValidator = {"none",
                                                                 "luhn",
                                                                 "card",
                                                                 "iban",
                                                                 "bic",
                                                                 "isin",
                                                                 "cusip",
                                                                 "sedol",
                                                                 "lei",
                                                                 "aba",
                                                                 "vat-eu",
                                                                 "ssn-us",
                                                                 "itin-us",
                                                                 "nino-uk",
                                                                 "nhs-uk",
                                                                 "steuer-id-de",
                                                                 "rvnr-de",
                                                                 "ausweis-de",
                                                                 "nir-fr",
                                                                 "dni-es",
                                                                 "nie-es",
                                                                 "nif-es",
                                                                 "cif-es",
                                                                 "codice-fiscale-it",
                                                                 "partita-iva-it",
                                                                 "bsn-nl",
                                                                 "pesel-pl",
                                                                 "nip-pl",
                                                                 "regon-pl",
                                                                 "personnummer-se",
                                                                 "sin-ca",
                                                                 "aadhaar-in",
                                                                 "pan-in",
                                                                 "cpf-br",
                                                                 "cnpj-br",
                                                                 "ahv-ch",
                                                                 "svnr-at",
                                                                 "rijksregister-be",
                                                                 "hetu-fi",
                                                                 "fodselsnummer-no",
                                                                 "nif-pt",
                                                                 "pps-ie",
                                                                 "rodne-cislo-cz",
                                                                 "cnp-ro",
                                                                 "oib-hr",
                                                                 "egn-bg",
                                                                 "isikukood-ee",
                                                                 "asmens-kodas-lt",
                                                                 "tfn-au",
                                                                 "id-cn",
                                                                 "my-number-jp",
                                                                 "id-za",
                                                                 "tckn-tr",
                                                                 "curp-mx",
                                                                 "rut-cl",
                                                                 "cuit-ar",
                                                                 "id-il",
                                                                 "mrz",
                                                                 "phone",
                                                                 "imei",
                                                                 "entropy",
                                                                 "jwt",
                                                                 "github-token",
                                                                 "card-list"};
constexpr std::array<string_view, 3> kQuotedText = {"new_recipients", "always", "never"};
constexpr std::array<string_view, 2> kScope = {"item", "message"};
constexpr std::array<string_view, 2> kOnEnd = {"stop", "ask_owner"};
constexpr std::array<string_view, 3> kApprover = {"peer", "liaison", "owner"};
constexpr std::array<string_view, 3> kNotified = {"sender", "liaison", "owner"};
constexpr std::array<string_view, 3> kOnExpiry = {"return", "reject", "release"};
constexpr std::array<string_view, 3> kTrainingLink = {"none", "internal", "all"};
constexpr std::array<string_view, 2> kForgivenBy = {"nothing", "module"};
constexpr std::array<string_view, 3> kPrivateScan = {"scan", "metadata", "skip"};
constexpr std::array<string_view, 2> kReviewerView = {"pseudonym", "name"};

template <typename T>
const T* find_by(const std::vector<T>& all, std::string T::*name, string_view wanted) {
  const auto it = std::find_if(all.begin(), all.end(), [&](const T& one) { return one.*name == wanted; });
  return it == all.end() ? nullptr : &*it;
}

}  // namespace

std::span<const string_view> word_match_words() {
  return kWordMatch;
}
std::span<const string_view> letter_case_words() {
  return kLetterCase;
}
std::span<const string_view> distance_unit_words() {
  return kDistanceUnit;
}
std::span<const string_view> validator_words() {
  return std::span(kValidator).subspan(1);
}
std::span<const string_view> quoted_text_words() {
  return kQuotedText;
}
std::span<const string_view> scope_words() {
  return kScope;
}
std::span<const string_view> on_end_words() {
  return kOnEnd;
}
std::span<const string_view> approver_words() {
  return kApprover;
}
std::span<const string_view> notified_words() {
  return kNotified;
}
std::span<const string_view> on_expiry_words() {
  return kOnExpiry;
}
std::span<const string_view> training_link_words() {
  return kTrainingLink;
}
std::span<const string_view> forgiven_by_words() {
  return kForgivenBy;
}
std::span<const string_view> private_scan_words() {
  return kPrivateScan;
}
std::span<const string_view> reviewer_view_words() {
  return kReviewerView;
}

std::span<const string_view> fact_words() {
  static constexpr std::array<string_view, 25> kFacts = {"appended-data",
                                                         "charset-mismatch",
                                                         "decrypted",
                                                         "detached-signature",
                                                         "drawn-in-text",
                                                         "earlier-revision",
                                                         "encoded-in-text",
                                                         "encoding-damaged",
                                                         "encrypted-members",
                                                         "external-body",
                                                         "formulas-not-computed",
                                                         "hidden-text",
                                                         "joined-volumes",
                                                         "macros",
                                                         "name-conflict",
                                                         "no-text-format",
                                                         "not-ocred",
                                                         "opaque-signed",
                                                         "outside-members",
                                                         "scripts",
                                                         "second-reading",
                                                         "type-mismatch",
                                                         "unclosed-multipart",
                                                         "unmapped-glyphs",
                                                         "zip-encrypted"};
  return kFacts;
}
std::span<const string_view> where_words() {
  static const std::vector<string_view> words = [] {
    std::vector<string_view> all(region_words().begin(), region_words().end());
    for (const string_view place : place_words()) {
      if (!parse_region(place)) all.push_back(place);
    }
    return all;
  }();
  return words;
}

string_view to_string(WordMatch match) {
  return kWordMatch[static_cast<size_t>(match)];
}
string_view to_string(LetterCase letter_case) {
  return kLetterCase[static_cast<size_t>(letter_case)];
}
string_view to_string(DistanceUnit unit) {
  return kDistanceUnit[static_cast<size_t>(unit)];
}
string_view to_string(Validator validator) {
  return kValidator[static_cast<size_t>(validator)];
}
string_view to_string(QuotedText quoted) {
  return kQuotedText[static_cast<size_t>(quoted)];
}
string_view to_string(Scope scope) {
  return kScope[static_cast<size_t>(scope)];
}
string_view to_string(OnEnd on_end) {
  return kOnEnd[static_cast<size_t>(on_end)];
}
string_view to_string(Approver approver) {
  return kApprover[static_cast<size_t>(approver)];
}
string_view to_string(Notified notified) {
  return kNotified[static_cast<size_t>(notified)];
}

std::string to_string(const AddressTerm& term, const Model& model) {
  switch (term.kind) {
    case AddressTerm::Kind::destination_class:
      return "class:" + std::string(to_string(term.cls));
    case AddressTerm::Kind::group:
      return "group:" + (term.group < model.groups.size() ? model.groups[term.group].name : std::string("?"));
    case AddressTerm::Kind::attribute:
      return "attr:" + term.name + "=" + term.value;
    case AddressTerm::Kind::subdomains:
      return "." + term.value;
    case AddressTerm::Kind::address:
    case AddressTerm::Kind::domain:
      return term.value;
  }
  return term.value;
}

std::string describe(const Distance& distance) {
  switch (distance.unit) {
    case DistanceUnit::characters:
    case DistanceUnit::words:
      return std::to_string(distance.count) + " " + std::string(to_string(distance.unit));
    case DistanceUnit::line:
    case DistanceUnit::row:
    case DistanceUnit::part:
      return "the same " + std::string(to_string(distance.unit));
  }
  return "";
}

const Group* Model::find_group(string_view name) const {
  return find_by(groups, &Group::name, name);
}
const Category* Model::find_category(string_view name) const {
  return find_by(categories, &Category::name, name);
}
const Rule* Model::find_rule(string_view id) const {
  return find_by(rules, &Rule::id, id);
}
const Detector* Model::find_detector(string_view id) const {
  return find_by(detectors, &Detector::id, id);
}

const Liaison* Model::liaison_for(string_view category, const Address& sender) const {
  const auto is_sender = [&](const AddressTerm& term) {
    switch (term.kind) {
      case AddressTerm::Kind::address:
        return term.value == sender.key();
      case AddressTerm::Kind::domain:
        return !term.value.empty() && term.value == sender.domain;
      case AddressTerm::Kind::subdomains:
        return domain_matches("." + term.value, sender.domain);
      case AddressTerm::Kind::destination_class:
      case AddressTerm::Kind::group:
      case AddressTerm::Kind::attribute:
        break;
    }
    return false;
  };
  if (const Liaison* own = find_by(liaisons, &Liaison::name, category)) return own;
  for (const Liaison& liaison : liaisons) {
    if (!liaison.group || sender.is_null()) continue;
    const std::vector<AddressTerm>& members = groups[*liaison.group].members;
    if (std::any_of(members.begin(), members.end(), is_sender)) return &liaison;
  }
  return find_by(liaisons, &Liaison::name, string_view("*"));
}
namespace {

bool asks_for_hashes(const Content& content) {
  return !content.file.hashes.empty() || std::any_of(content.children.begin(), content.children.end(),
                                                     [](const Content& child) { return asks_for_hashes(child); });
}

}  // namespace

bool Model::asks_for_hashes() const {
  return std::any_of(rules.begin(), rules.end(), [](const Rule& rule) {
    return rule.then.strip_attachment || (rule.content && policy::asks_for_hashes(*rule.content));
  });
}

bool Model::asks_for_contacts() const {
  return std::any_of(rules.begin(), rules.end(), [](const Rule& rule) { return rule.first_contact; });
}

}  // namespace postern::policy
