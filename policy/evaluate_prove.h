// The proof tree of one evaluation (policy/proof.h).
#pragma once

#include <vector>

#include "message/context.h"
#include "policy/evaluate_content.h"
#include "policy/evaluate_excerpts.h"
#include "policy/evaluate_who.h"
#include "policy/proof.h"

namespace postern::policy {

// `candidates`: the rules that evaluation looked at.
void fill_proof(const Model& model, const Who& who, const Finds& finds, ContentJudge& judge, Excerpts& excerpts,
                const Context& context, const std::vector<std::uint32_t>& candidates, Proof& proof);

}  // namespace postern::policy
