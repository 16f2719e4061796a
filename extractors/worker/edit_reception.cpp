#include "extractors/worker/edit_reception.h"

#include <algorithm>
#include <array>
#include <variant>

#include "extractors/utf8.h"

namespace postern::extract {

namespace {

using namespace std::string_view_literals;

// A worker may not touch any other field, whatever it was made to believe.
constexpr std::array kFields = {"MIME-Version"sv, "Content-Type"sv, "Content-Transfer-Encoding"sv};
// Those of a mail that was nothing but the attachment.
constexpr std::array kStripFields = {"Content-Type"sv, "Content-Transfer-Encoding"sv, "Content-Disposition"sv,
                                     "Content-Description"sv};

bool may_change(std::string_view name, wire::Task task) {
  if (task == wire::Task::strip) return std::find(kStripFields.begin(), kStripFields.end(), name) != kStripFields.end();
  return std::find(kFields.begin(), kFields.end(), name) != kFields.end();
}

tl::unexpected<Error> broken(std::string what) {
  return fail(ErrorKind::corrupt, std::move(what));
}

// No NUL, and no line end but in a fold (RFC 5322 2.2.3).
bool is_field_value(std::string_view value) {
  for (size_t i = 0; i < value.size(); i++) {
    if (value[i] == '\0') return false;
    if (value[i] == '\r' && (i + 1 == value.size() || value[i + 1] != '\n')) return false;
    if (value[i] == '\n' && (i + 1 == value.size() || (value[i + 1] != ' ' && value[i + 1] != '\t'))) return false;
  }
  return true;
}

}  // namespace

Result<bool> EditReception::feed(std::string_view bytes) {
  pending_ += bytes;
  std::string_view rest = pending_;
  while (!rest.empty()) {
    if (done_) return broken("frames after the end");
    const auto decoded = wire::decode(rest);
    if (!decoded) return fail(decoded.error());
    if (!*decoded) break;
    const wire::Frame& frame = (*decoded)->frame;
    Result<void> taken = broken("a walk inside an edit");
    if (const auto* splice = std::get_if<wire::Splice>(&frame)) taken = take(*splice);
    if (const auto* field = std::get_if<wire::Field>(&frame)) taken = take(*field);
    if (const auto* edited = std::get_if<wire::Edited>(&frame)) taken = take(*edited);
    if (!taken) return fail(taken.error());
    rest.remove_prefix((*decoded)->used);
  }
  pending_.erase(0, pending_.size() - rest.size());
  return done_;
}

Result<void> EditReception::take(const wire::Splice& splice) {
  if (splice.offset < std::max(next_, body_offset_) || splice.offset > message_size_ ||
      splice.removed > message_size_ - splice.offset) {
    return broken("a splice out of place");
  }
  inserted_ += splice.inserted.size();
  if (inserted_ > kMaxInsertedBytes) return broken("too many bytes inserted");
  const bool goes_on = !edit_.splices.empty() && splice.offset == next_ && splice.removed == 0;
  if (goes_on) {
    edit_.splices.back().inserted += splice.inserted;
  } else {
    if (edit_.splices.size() >= kMaxSplices) return broken("too many splices");
    edit_.splices.push_back({splice.offset, splice.removed, std::string(splice.inserted)});
  }
  next_ = splice.offset + splice.removed;
  return {};
}

Result<void> EditReception::take(const wire::Field& field) {
  if (!may_change(field.name, task_)) return broken("a field that may not change");
  const bool strips = task_ == wire::Task::strip;
  const size_t most = strips ? kStripFields.size() : kFields.size();
  // To take something off, no field is added: the next edit counts them.
  if (field.index > 1 || (strips && field.index == 0) || edit_.fields.size() >= most) return broken("a field too many");
  if (field.value.empty() || !is_field_value(field.value)) return broken("no value of a field");
  edit_.fields.push_back({std::string(field.name), field.index, std::string(field.value)});
  return {};
}

Result<void> EditReception::take(const wire::Edited& edited) {
  const bool added = edited.outcome == FooterOutcome::added;
  if (edited.outcome == FooterOutcome::failed || !is_utf8(edited.why) || added != edited.why.empty()) {
    return broken("an edit without an outcome");
  }
  if (added == edit_.splices.empty() || (!added && !edit_.fields.empty())) {
    return broken("an outcome that does not fit the edit");
  }
  edit_.outcome = edited.outcome;
  edit_.why = edited.why;
  done_ = true;
  return {};
}

}  // namespace postern::extract
