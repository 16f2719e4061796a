#include "store/records.h"

#include <array>

namespace postern::store {

namespace {

constexpr std::array<std::string_view, 7> kRecipientStates = {"delivered", "held",    "not-delivered", "released",
                                                              "rejected",  "expired", "withdrawn"};
constexpr std::array<std::string_view, 5> kHoldStates = {"open", "released", "rejected", "expired", "withdrawn"};
constexpr std::array<std::string_view, 4> kOutboxKinds = {"notice", "release", "webhook", "learning"};
constexpr std::array<std::string_view, 4> kOutboxStates = {"pending", "done", "failed", "suppressed"};

template <typename Enum, size_t N>
std::optional<Enum> parse(const std::array<std::string_view, N>& words, std::string_view word) {
  for (size_t i = 0; i < N; ++i) {
    if (words[i] == word) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_string(RecipientState state) {
  return kRecipientStates[size_t(state)];
}
std::string_view to_string(HoldState state) {
  return kHoldStates[size_t(state)];
}
std::string_view to_string(OutboxKind kind) {
  return kOutboxKinds[size_t(kind)];
}
std::string_view to_string(OutboxState state) {
  return kOutboxStates[size_t(state)];
}

std::optional<RecipientState> parse_recipient_state(std::string_view word) {
  return parse<RecipientState>(kRecipientStates, word);
}
std::optional<HoldState> parse_hold_state(std::string_view word) {
  return parse<HoldState>(kHoldStates, word);
}
std::optional<OutboxKind> parse_outbox_kind(std::string_view word) {
  return parse<OutboxKind>(kOutboxKinds, word);
}
std::optional<OutboxState> parse_outbox_state(std::string_view word) {
  return parse<OutboxState>(kOutboxStates, word);
}

}  // namespace postern::store
