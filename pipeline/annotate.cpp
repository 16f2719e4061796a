#include "pipeline/annotate.h"

#include <algorithm>

#include "base/log.h"

namespace postern::pipeline {

namespace {

constexpr std::string_view kReferenceField = "X-Postern-Reference";

response::LinkShown link_shown(policy::TrainingLink link) {
  switch (link) {
    case policy::TrainingLink::none:
      return response::LinkShown::never;
    case policy::TrainingLink::internal:
      return response::LinkShown::inside;
    case policy::TrainingLink::all:
      return response::LinkShown::always;
  }
  return response::LinkShown::never;
}

}  // namespace

response::AnnotationOptions annotation_options(const policy::Annotation& annotation, std::string lesson_address) {
  return {annotation.footer, annotation.header, link_shown(annotation.training_link), std::move(lesson_address)};
}

std::optional<FooterOutcome> annotate(const AnnotateRequest& request, extract::ExtractPool& pool, const Clock& clock,
                                      Annotation& out) {
  const Mail& mail = request.mail;
  response::Annotations wanted = response::annotations_for(request.committed, request.verdict, request.options);
  if (wanted.reference) out.add_headers.push_back({std::string(kReferenceField), " " + request.committed.reference});
  if (!wanted.footer) return std::nullopt;
  if (mail.oversize) return FooterOutcome::limit;

  extract::EditRequest edit;
  edit.bytes = request.replacement ? request.replacement->message : mail.message;
  edit.body_offset = request.replacement ? request.replacement->body_offset : mail.body_offset;
  edit.footer = std::move(*wanted.footer);
  edit.limits = request.limits;
  edit.deadline = std::min(request.deadline, clock.steady() + kEditTime);
  auto done = pool.edit(edit);
  if (!done) {
    log_warning(log_field(mail.envelope.queue_id) + ": sent without its footer: " + done.error().message);
    return FooterOutcome::failed;
  }
  const FooterOutcome outcome = done->outcome;
  if (outcome == FooterOutcome::added) {
    out.edit = std::make_shared<const BodyEdit>(std::move(*done));
    out.message = edit.bytes;
    out.body_offset = edit.body_offset;
  } else if (outcome != FooterOutcome::present) {
    log_info(log_field(mail.envelope.queue_id) + ": sent without its footer: " + done->why);
  }
  return outcome;
}

}  // namespace postern::pipeline
