// The smallest change that would have let a message pass: found by judging the message again with something left out,
// so that what is said is what would have happened.
//
// Left out are one recipient, one attachment, or what one detector found; asked besides is what an authenticated
// sender would have got. When nothing alone is enough, what is needed together is looked for among the finds and the
// attachments.
#pragma once

#include <vector>

#include "message/context.h"
#include "message/envelope.h"
#include "message/extracted_text.h"
#include "message/verdict.h"
#include "policy/policy.h"
#include "policy/proof.h"

namespace postern::policy {

// Verdicts that are asked for at most: a message of a thousand attachments is judged a hundred times, not more.
inline constexpr size_t kMaxChangeVerdicts = 100;

// `verdict` and `proof` are of this message. To pass means to be delivered: with a footer at most, or, when it is that
// already, without one. Empty when nothing that was tried is enough, and for a verdict of allow.
std::vector<PassingChange> smallest_changes(const Policy& policy, const ExtractedText& text, const Envelope& envelope,
                                            const Context& context, const Verdict& verdict, const Proof& proof);

}  // namespace postern::policy
