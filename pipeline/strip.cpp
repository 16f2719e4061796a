#include "pipeline/strip.h"

#include <algorithm>
#include <array>
#include <map>
#include <new>
#include <set>

#include <strings.h>

#include "base/crypto.h"
#include "response/notice_shown.h"

namespace postern::pipeline {

namespace {

using response::TakenOff;

// Code points shown of names.
constexpr size_t kMaxName = 60;
constexpr size_t kMaxOrganisation = 100;

bool is_structure(const Part& part) {
  return part.role == PartRole::message || part.role == PartRole::structure;
}

// Which parts are attachments of the mail itself that are to go, by index.
std::vector<bool> goes(const ExtractedText& text, const std::set<std::string>& hashes) {
  std::set<PartPath> structure;
  std::vector<bool> out(text.parts.size());
  for (size_t i = 0; i < text.parts.size(); i++) {
    const Part& part = text.parts[i];
    bool on_top = true;
    PartPath above;
    for (const std::uint32_t ordinal : part.path.ordinals()) {
      on_top = on_top && structure.contains(above);
      above = above.child(ordinal);
    }
    if (is_structure(part)) {
      structure.insert(part.path);
    } else {
      out[i] = on_top && part.role != PartRole::body && hashes.contains(part.sha256);
    }
  }
  return out;
}

// Why the parts are not known well enough to change the mail; empty: they are.
std::string why_unclear(const ExtractedText& text) {
  for (const Part& part : text.parts) {
    if (!is_structure(part) || part.outcome == Outcome::complete) continue;
    if (part.outcome == Outcome::ambiguous) return "mail programs read the message in different ways";
    return "the message could not be read whole (" + std::string(to_string(part.outcome)) + ")";
  }
  return {};
}

// Only what surrounds a part, and so changes with it, may differ.
bool is_same(const Part& a, const Part& b) {
  if (a.path != b.path || a.role != b.role || a.name != b.name || a.declared_type != b.declared_type) return false;
  return is_structure(a) || (a.sha256 == b.sha256 && a.size == b.size && a.type == b.type);
}

std::string why_not_gone(const ExtractedText& before, const ExtractedText& after, const std::set<std::string>& hashes,
                         const std::set<std::string>& notes) {
  for (const Part& part : after.parts) {
    if (part.size > 0 && hashes.contains(part.sha256)) {
      return "another copy of the attachment stands where it cannot be taken off";
    }
  }
  if (std::string why = why_unclear(after); !why.empty()) return why;
  constexpr const char* kChanged = "the message without it does not read as it should";
  const std::vector<bool> gone = goes(before, hashes);
  size_t next = 0;
  for (size_t i = 0; i < before.parts.size(); i++) {
    const Part& old = before.parts[i];
    if (next >= after.parts.size()) return kChanged;
    const Part& now = after.parts[next++];
    if (!gone[i]) {
      if (!is_same(old, now)) return kChanged;
      continue;
    }
    const bool noted = now.path == old.path && now.role == PartRole::body && now.declared_type == "text/plain";
    if (!noted || !notes.contains(now.sha256)) return kChanged;
    // What was inside it is gone with it.
    while (i + 1 < before.parts.size() && old.path.contains(before.parts[i + 1].path)) i++;
  }
  return next == after.parts.size() ? "" : kChanged;
}

// The header with the changes carried out as an MTA does it: the first field of the name gets the value.
std::string changed_header(std::string_view header, const std::vector<HeaderChange>& changes) {
  std::string out;
  std::set<std::string> done;
  while (!header.empty()) {
    size_t end = header.find('\n');
    while (end != std::string_view::npos && end + 1 < header.size() &&
           (header[end + 1] == ' ' || header[end + 1] == '\t')) {
      end = header.find('\n', end + 1);
    }
    const std::string_view field = header.substr(0, end == std::string_view::npos ? end : end + 1);
    header.remove_prefix(field.size());
    const auto change = std::find_if(changes.begin(), changes.end(), [&](const HeaderChange& one) {
      return field.size() > one.name.size() && field[one.name.size()] == ':' &&
             ::strncasecmp(field.data(), one.name.data(), one.name.size()) == 0;
    });
    if (change == changes.end() || !done.insert(change->name).second) {
      out += field;
    } else {
      out += change->name + ":" + change->value + "\r\n";
    }
  }
  return out;
}

Result<Replacement> carry_out(const Mail& mail, const BodyEdit& edit) {
  const auto message = mail.message->view();
  if (!message) return fail(message.error());
  std::string out = changed_header(message->substr(0, mail.body_offset), edit.fields);
  Replacement made;
  made.body_offset = out.size();
  // In one piece: grown step by step a large mail would be there twice.
  std::uint64_t size = out.size() + message->size() - mail.body_offset;
  for (const BodySplice& splice : edit.splices) size += splice.inserted.size();
  out.reserve(size);
  made.fields = edit.fields;
  std::uint64_t at = mail.body_offset;
  for (const BodySplice& splice : edit.splices) {
    out += message->substr(at, splice.offset - at);
    out += splice.inserted;
    at = splice.offset + splice.removed;
  }
  out += message->substr(at);
  auto blob = Blob::copy_of(out);
  if (!blob) return fail(blob.error());
  made.message = std::move(*blob);
  return made;
}

Result<ExtractedText> read_hashed(std::shared_ptr<const Blob> bytes, const StripRequest& request,
                                  extract::ExtractPool& pool) {
  extract::ExtractRequest reading;
  reading.bytes = std::move(bytes);
  reading.hash = true;
  reading.limits = request.limits;
  reading.deadline = request.deadline;
  return pool.extract(reading);
}

Stripped cannot(std::string why) {
  return {std::move(why), {}};
}

}  // namespace

std::string_view to_string(StripOutcome outcome) {
  static constexpr std::array<std::string_view, kStripOutcomes> kWords = {"taken-off", "sent-apart", "held", "failed"};
  return kWords[size_t(outcome)];
}

std::string removal_text(const TakenOff& taken, std::string_view organisation) {
  const std::string name = taken.name_hidden ? "" : response::shown_name(taken.name, kMaxName);
  std::string out = "An attachment was removed from this message by the sender's company";
  if (!organisation.empty()) out += ", " + response::shown(organisation, kMaxOrganisation) + ",";
  out += " before it was sent";
  out += name.empty() ? "." : ": " + name;
  return out;
}

namespace {

Stripped try_to_strip(const StripRequest& request, extract::ExtractPool& pool) {
  const Mail& mail = request.mail;
  if (!mail.may_edit) return cannot("the mail server lets no milter change the body");
  if (mail.oversize) return cannot("the message is too large to edit");
  if (request.wanted.size() > kMaxStripParts) {
    return cannot("more than " + std::to_string(kMaxStripParts) + " different attachments were to be taken off");
  }
  extract::EditRequest asked;
  std::set<std::string> hashes, notes;
  for (const TakenOff& taken : request.wanted) {
    if (taken.sha256.empty()) return cannot("the attachment could not be decoded");
    StripPart part{taken.sha256, removal_text(taken, request.organisation)};
    hashes.insert(part.sha256);
    notes.insert(to_hex(sha256(part.text)));
    notes.insert(to_hex(sha256(part.text + "\r\n")));
    asked.strip.push_back(std::move(part));
  }
  ExtractedText again;
  const ExtractedText* before = &request.text;
  if (before->parts.empty() || before->parts.front().sha256.empty()) {
    auto read = read_hashed(mail.message, request, pool);
    if (!read) return cannot("the message could not be read: " + read.error().message);
    again = std::move(*read);
    before = &again;
  }
  if (std::string why = why_unclear(*before); !why.empty()) return cannot(std::move(why));

  asked.bytes = mail.message;
  asked.body_offset = mail.body_offset;
  asked.limits = request.limits;
  asked.deadline = request.deadline;
  const auto edit = pool.edit(asked);
  if (!edit) return cannot("the edit failed: " + edit.error().message);
  if (edit->outcome != FooterOutcome::added) return cannot(edit->why);
  auto made = carry_out(mail, *edit);
  if (!made) return cannot("the edit could not be carried out: " + made.error().message);
  const auto after = read_hashed(made->message, request, pool);
  if (!after) return cannot("the edited message could not be read: " + after.error().message);
  if (std::string why = why_not_gone(*before, *after, hashes, notes); !why.empty()) return cannot(std::move(why));
  return {"", std::move(*made)};
}

}  // namespace

Stripped strip(const StripRequest& request, extract::ExtractPool& pool) {
  try {
    return try_to_strip(request, pool);
  } catch (const std::bad_alloc&) {
    // An exception would put the mail off, and once more at each try.
    return cannot("there is not enough memory to edit the message");
  }
}

}  // namespace postern::pipeline
