// Annotate: asks the sandbox for a footer's edit and puts what comes into the answer to the MTA.
//
// No mail is lost or kept back for its footer: without an edit, for whatever reason, it goes with headers only. A
// reader that ends or takes too long is logged; every outcome is counted (postern_footers_total).
#pragma once

#include <optional>

#include "base/clock.h"
#include "base/limits.h"
#include "extractors/worker/pool.h"
#include "message/body_edit.h"
#include "message/mail.h"
#include "message/verdict.h"
#include "policy/model.h"
#include "response/annotation.h"

namespace postern::pipeline {

// What an edit may take of a mail's time. One of 25 MB takes a tenth of a second; the rest is waiting for a reader.
inline constexpr std::chrono::milliseconds kEditTime{5'000};

response::AnnotationOptions annotation_options(const policy::Annotation& annotation, std::string lesson_address);

struct AnnotateRequest {
  const Mail& mail;
  const response::Committed& committed;
  const Verdict& verdict;
  const response::AnnotationOptions& options;
  const Limits& limits;
  SteadyTime deadline;                            // of the whole message; the edit's own is no later
  const std::optional<Replacement>& replacement;  // what is delivered in the mail's place
};

// Fills `out`. The footer's outcome; nothing when none was wanted.
std::optional<FooterOutcome> annotate(const AnnotateRequest& request, extract::ExtractPool& pool, const Clock& clock,
                                      Annotation& out);

}  // namespace postern::pipeline
