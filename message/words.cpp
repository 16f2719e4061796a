#include "message/words.h"

namespace postern {

namespace {

constexpr std::array<std::string_view, kOutcomes> kOutcomeWords = {
    "complete", "partial", "encrypted", "unsupported", "malformed", "ambiguous", "limit", "timeout", "crashed"};

constexpr std::array<std::string_view, kPlaces> kPlaceWords = {"subject",
                                                               "header",
                                                               "body",
                                                               "quoted",
                                                               "forwarded",
                                                               "signature",
                                                               "disclaimer",
                                                               "calendar",
                                                               "file-name",
                                                               "page",
                                                               "comment",
                                                               "tracked-insertion",
                                                               "tracked-deletion",
                                                               "header-footer",
                                                               "footnote",
                                                               "text-box",
                                                               "notes",
                                                               "hidden-sheet",
                                                               "hidden-slide",
                                                               "hidden-row",
                                                               "hidden-text",
                                                               "cell",
                                                               "formula",
                                                               "defined-name",
                                                               "chart",
                                                               "diagram",
                                                               "property",
                                                               "custom-xml",
                                                               "macro",
                                                               "alt-text",
                                                               "annotation",
                                                               "form-field",
                                                               "bookmark",
                                                               "link",
                                                               "attribute",
                                                               "script",
                                                               "field",
                                                               "embedded",
                                                               "connection",
                                                               "pivot-cache",
                                                               "master",
                                                               "revision",
                                                               "image-text",
                                                               "barcode",
                                                               "preamble"};

constexpr std::array<std::string_view, kRegions> kRegionWords = {"subject",    "header",   "body",
                                                                 "attachment", "metadata", "file-name"};

constexpr std::array<std::string_view, kDestinationClasses> kDestinationClassWords = {
    "internal", "outside",     "partner", "personal",   "own",       "disposable", "social",
    "app",      "public-list", "press",   "competitor", "lookalike", "protected",  "other"};

constexpr std::array<std::string_view, kActions> kActionWords = {"allow", "annotate", "justify", "quarantine",
                                                                 "reject"};

constexpr std::array<std::string_view, kSeverities> kSeverityWords = {"info", "low", "medium", "high", "critical"};

constexpr std::array<std::string_view, kModes> kModeWords = {"audit", "enforce"};

template <typename Enum, size_t N>
std::optional<Enum> parse(const std::array<std::string_view, N>& words, std::string_view word) {
  for (size_t i = 0; i < N; i++) {
    if (words[i] == word) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(Outcome value) {
  return kOutcomeWords[static_cast<size_t>(value)];
}
std::string_view to_string(Place value) {
  return kPlaceWords[static_cast<size_t>(value)];
}
std::string_view to_string(Region value) {
  return kRegionWords[static_cast<size_t>(value)];
}
std::string_view to_string(DestinationClass value) {
  return kDestinationClassWords[static_cast<size_t>(value)];
}
std::string_view to_string(Action value) {
  return kActionWords[static_cast<size_t>(value)];
}
std::string_view to_string(Severity value) {
  return kSeverityWords[static_cast<size_t>(value)];
}
std::string_view to_string(Mode value) {
  return kModeWords[static_cast<size_t>(value)];
}

std::optional<Outcome> parse_outcome(std::string_view word) {
  return parse<Outcome>(kOutcomeWords, word);
}
std::optional<Place> parse_place(std::string_view word) {
  return parse<Place>(kPlaceWords, word);
}
std::optional<Region> parse_region(std::string_view word) {
  return parse<Region>(kRegionWords, word);
}
std::optional<DestinationClass> parse_destination_class(std::string_view word) {
  return parse<DestinationClass>(kDestinationClassWords, word);
}
std::optional<Action> parse_action(std::string_view word) {
  return parse<Action>(kActionWords, word);
}
std::optional<Severity> parse_severity(std::string_view word) {
  return parse<Severity>(kSeverityWords, word);
}
std::optional<Mode> parse_mode(std::string_view word) {
  return parse<Mode>(kModeWords, word);
}

std::span<const std::string_view> outcome_words() {
  return kOutcomeWords;
}
std::span<const std::string_view> place_words() {
  return kPlaceWords;
}
std::span<const std::string_view> region_words() {
  return kRegionWords;
}
std::span<const std::string_view> destination_class_words() {
  return kDestinationClassWords;
}
std::span<const std::string_view> action_words() {
  return kActionWords;
}
std::span<const std::string_view> severity_words() {
  return kSeverityWords;
}
std::span<const std::string_view> mode_words() {
  return kModeWords;
}

}  // namespace postern
