#include "policy/policy.h"

#include "base/crypto.h"
#include "policy/codes.h"
#include "policy/compile.h"
#include "policy/evaluate.h"
#include "policy/image_model.h"
#include "policy/inputs.h"
#include "policy/lint.h"
#include "policy/loader.h"
#include "policy/proof.h"

namespace postern::policy {

namespace {

class LoadedPolicy final : public Policy {
 public:
  LoadedPolicy(Loaded loaded, std::unique_ptr<const CompiledPolicy> compiled, std::chrono::milliseconds pattern_time)
      : loaded_(std::move(loaded)),
        compiled_(std::move(compiled)),
        asks_for_hashes_(loaded_.model.asks_for_hashes()),
        digest_(to_hex(sha256(std::string(kEngineVersion) + '\n' + loaded_.content_digest))),
        workspaces_(pattern_time) {}

  const std::string& digest() const override { return digest_; }
  const Model& model() const override { return loaded_.model; }
  const Destinations& destinations() const override { return *loaded_.destinations; }
  bool asks_for_hashes() const override { return asks_for_hashes_; }

  Verdict evaluate(const ExtractedText& text, const Envelope& envelope, const Context& context,
                   Proof* proof) const override {
    const Evaluation with{loaded_.model, *compiled_, *loaded_.destinations, digest_, workspaces_};
    return policy::evaluate(with, text, envelope, context, proof);
  }

 private:
  Loaded loaded_;
  std::unique_ptr<const CompiledPolicy> compiled_;
  bool asks_for_hashes_;
  std::string digest_;
  mutable WorkspacePool workspaces_;
};

LintOptions lint_options(const LoadOptions& options, LintOptions::Patterns patterns) {
  return {options.now, {options.dir + "/training"}, patterns};
}

// At both ends of an image, so that the one cannot be taken for the other's version.
constexpr std::string_view kImageMark = "postern-image-1";

}  // namespace

std::shared_ptr<const Policy> Policy::load(const LoadOptions& options, Diagnostics& diagnostics) {
  Loaded loaded = load_files(options, diagnostics);
  if (!diagnostics.has_errors()) lint(loaded, lint_options(options, LintOptions::Patterns::look), diagnostics);
  if (diagnostics.has_errors()) return nullptr;
  auto compiled = compile_policy(loaded.model, diagnostics);
  if (compiled == nullptr) return nullptr;
  return std::make_shared<const LoadedPolicy>(std::move(loaded), std::move(compiled), options.pattern_time);
}

std::string Policy::compile(const LoadOptions& options, Diagnostics& diagnostics) {
  const Loaded loaded = load_files(options, diagnostics);
  if (diagnostics.has_errors()) return {};
  // Kept are the diagnostics that no date changes; open() finds the others again.
  std::vector<Diagnostic> kept = diagnostics.all();
  lint(loaded, lint_options(options, LintOptions::Patterns::look), diagnostics);
  if (diagnostics.has_errors()) return {};
  for (const Diagnostic& one : diagnostics.all()) {
    if (one.code == codes::kNotLocated) kept.push_back(one);
  }
  const auto compiled = compile_policy(loaded.model, diagnostics);
  if (compiled == nullptr) return {};
  Diagnostics known;  // load_files() has reported what is wrong with it
  const Catalogue catalogue = load_catalogue(catalogue_dir(options), known);
  ImageWriter out;
  out(std::string(kImageMark), kept, loaded.content_digest, loaded.model, catalogue);
  store_compiled(*compiled, out);
  out(std::string(kImageMark));
  return out.take();
}

std::shared_ptr<const Policy> Policy::open(std::string_view image, const LoadOptions& options, Tests tests,
                                           Diagnostics& diagnostics) {
  ImageReader in(image);
  if (in.view() != kImageMark) return nullptr;
  std::vector<Diagnostic> kept;
  Loaded loaded;
  Catalogue catalogue;
  in(kept, loaded.content_digest, loaded.model, catalogue);
  if (in.failed()) return nullptr;
  auto compiled = restore_compiled(loaded.model, in);
  if (compiled == nullptr || in.view() != kImageMark || !in.finished()) return nullptr;
  loaded.destinations = Destinations::make(loaded.model.destinations, catalogue);
  for (Diagnostic& one : kept) diagnostics.add(std::move(one));
  lint(loaded, lint_options(options, LintOptions::Patterns::known), diagnostics);
  if (diagnostics.has_errors()) return nullptr;
  if (tests == Tests::drop) {
    for (Rule& rule : loaded.model.rules) rule.tests = {};
  }
  return std::make_shared<const LoadedPolicy>(std::move(loaded), std::move(compiled), options.pattern_time);
}

}  // namespace postern::policy
