// The closed vocabularies of Postern: enums whose kebab-case words appear in
// YAML, JSON, logs and documentation exactly as written here.
//
// Every enum has to_string() and parse_X(); the tables in words.cpp are the one
// place that spells them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace postern {

// What became of reading one part. All but `complete` make `postern extract`
// exit 3 and can be matched by rules (content: {outcome: [...]}).
enum class Outcome : std::uint8_t {
  complete,     // all text that the part holds was read (pictures, audio, fonts: none, plus a fact)
  partial,      // some of it was read; `why` says what is missing
  encrypted,    // locked, and no password at hand
  unsupported,  // a kind that nothing here reads
  malformed,    // damaged beyond what readers tolerate
  ambiguous,    // readers disagree; all readings were extracted
  limit,        // a bound of the budget was reached; `why` names it with its value
  timeout,      // the deadline passed
  crashed,      // the reader died on it
};
inline constexpr size_t kOutcomes = 9;

// Where in an item a segment of text stood. `Place` is what was found, `Region`
// (below) what a rule's `in:` may ask for besides places.
enum class Place : std::uint8_t {
  subject,
  header,
  body,
  quoted,
  forwarded,
  signature,
  disclaimer,
  calendar,
  file_name,
  page,
  comment,
  tracked_insertion,
  tracked_deletion,
  header_footer,
  footnote,
  text_box,
  notes,
  hidden_sheet,
  hidden_slide,
  hidden_row,
  hidden_text,
  cell,
  formula,
  defined_name,
  chart,
  diagram,
  property,
  custom_xml,
  macro,
  alt_text,
  annotation,
  form_field,
  bookmark,
  link,
  attribute,
  script,
  field,
  embedded,
  connection,
  pivot_cache,
  master,
  revision,
  image_text,
  barcode,
  preamble,
};
inline constexpr size_t kPlaces = 45;

// Regions of a mail: where the part hangs, never a place inside a document.
enum class Region : std::uint8_t { subject, header, body, attachment, metadata, file_name };
inline constexpr size_t kRegions = 6;

enum class DestinationClass : std::uint8_t {
  internal,
  outside,  // every address that is not internal; the ones below are outside too
  partner,
  personal,
  own,
  disposable,
  social,
  app,
  public_list,
  press,
  competitor,
  lookalike,
  protected_,
  other,
};
inline constexpr size_t kDestinationClasses = 14;

// Strictness grows with the value: allow < annotate < justify < quarantine < reject.
enum class Action : std::uint8_t { allow, annotate, justify, quarantine, reject };
inline constexpr size_t kActions = 5;

enum class Severity : std::uint8_t { info, low, medium, high, critical };
inline constexpr size_t kSeverities = 5;

enum class Mode : std::uint8_t { audit, enforce };
inline constexpr size_t kModes = 2;

std::string_view to_string(Outcome);
std::string_view to_string(Place);
std::string_view to_string(Region);
std::string_view to_string(DestinationClass);
std::string_view to_string(Action);
std::string_view to_string(Severity);
std::string_view to_string(Mode);

std::optional<Outcome> parse_outcome(std::string_view word);
std::optional<Place> parse_place(std::string_view word);
std::optional<Region> parse_region(std::string_view word);
std::optional<DestinationClass> parse_destination_class(std::string_view word);
std::optional<Action> parse_action(std::string_view word);
std::optional<Severity> parse_severity(std::string_view word);
std::optional<Mode> parse_mode(std::string_view word);

// All words of a vocabulary in the order of their values, for "did you mean" and schemas.
std::span<const std::string_view> outcome_words();
std::span<const std::string_view> place_words();
std::span<const std::string_view> region_words();
std::span<const std::string_view> destination_class_words();
std::span<const std::string_view> action_words();
std::span<const std::string_view> severity_words();
std::span<const std::string_view> mode_words();

}  // namespace postern
