#include "policy/policy.h"

#include "base/crypto.h"
#include "policy/compile.h"
#include "policy/evaluate.h"
#include "policy/lint.h"
#include "policy/loader.h"
#include "policy/proof.h"

namespace postern::policy {

namespace {

// Part of the digest: the same files judged by another engine are another policy. Changes with every change of
// what a policy means.
constexpr std::string_view kEngineVersion = "postern-policy-2";

class LoadedPolicy final : public Policy {
 public:
  LoadedPolicy(Loaded loaded, std::unique_ptr<const CompiledPolicy> compiled)
      : loaded_(std::move(loaded)),
        compiled_(std::move(compiled)),
        digest_(to_hex(sha256(std::string(kEngineVersion) + '\n' + loaded_.content_digest))) {}

  const std::string& digest() const override { return digest_; }
  const Model& model() const override { return loaded_.model; }
  const Destinations& destinations() const override { return *loaded_.destinations; }

  Verdict evaluate(const ExtractedText& text, const Envelope& envelope, const Context& context,
                   Proof* proof) const override {
    const Evaluation with{loaded_.model, *compiled_, *loaded_.destinations, digest_, workspaces_};
    return policy::evaluate(with, text, envelope, context, proof);
  }

 private:
  Loaded loaded_;
  std::unique_ptr<const CompiledPolicy> compiled_;
  std::string digest_;
  mutable WorkspacePool workspaces_;
};

}  // namespace

std::shared_ptr<const Policy> Policy::load(const LoadOptions& options, Diagnostics& diagnostics) {
  Loaded loaded = load_files(options, diagnostics);
  if (!diagnostics.has_errors()) lint(loaded, {options.now, {options.dir + "/training"}}, diagnostics);
  if (diagnostics.has_errors()) return nullptr;
  auto compiled = compile_policy(loaded.model, diagnostics);
  if (compiled == nullptr) return nullptr;
  return std::make_shared<const LoadedPolicy>(std::move(loaded), std::move(compiled));
}

}  // namespace postern::policy
