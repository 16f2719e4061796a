// Evaluation: one message against a compiled policy, as policy-language "Semantics" has it.
//
//   scan -> finds (validators, allow lists, evidence) -> rules that they could make true -> recipients
//        -> content per item or message -> findings, and the strictest action for each recipient
//
// Recipients in the class `protected` (works councils, regulators, counsel ...) are never acted on.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "message/context.h"
#include "message/envelope.h"
#include "message/extracted_text.h"
#include "message/verdict.h"
#include "policy/compile.h"
#include "policy/destinations.h"
#include "policy/scan.h"

namespace postern::policy {

struct Proof;

// Findings of one rule in one message: one for each detector and item, the surest first come. Past that the
// counts still tell how much there is.
inline constexpr size_t kMaxFindingsPerRule = 10;

// Workspaces of a policy that no thread uses at the moment. Safe from several threads.
class WorkspacePool {
 public:
  explicit WorkspacePool(std::chrono::milliseconds pattern_time = kPatternTime) : pattern_time_(pattern_time) {}
  struct Lease {
    std::unique_ptr<Workspace> workspace;
    std::unique_ptr<ScanResult> result;
  };
  // Throws std::bad_alloc when there is no memory for another.
  Lease take(const CompiledPolicy& policy);
  void give(Lease lease);

 private:
  const std::chrono::milliseconds pattern_time_;  // of each pattern in a message
  std::mutex mutex_;
  std::vector<Lease> free_;
};

struct Evaluation {
  const Model& model;
  const CompiledPolicy& policy;
  const Destinations& destinations;
  const std::string& digest;
  WorkspacePool& workspaces;
};

Verdict evaluate(const Evaluation& with, const ExtractedText& text, const Envelope& envelope, const Context& context,
                 Proof* proof);

}  // namespace postern::policy
