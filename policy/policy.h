// Policy: a folder of YAML, loaded, checked and compiled; and its verdicts.
//
//   load (loader, linter) -> Model -> compile (Hyperscan, PCRE2) -> Policy -> evaluate
//                                            |                        ^
//                                            +------> image ----------+
//
// An image is a compiled policy as bytes: made by another process, or at another time, it is a Policy in a
// hundredth of the time. It is not made to be opened when others could have written it, and it holds only
// for what it was made from (policy/inputs.h); both are for the caller to know.
//
// A Policy is immutable and shared: a message keeps the one it began with, a
// reload swaps the pointer. evaluate() is pure (same policy, text, envelope and
// Context: same verdict) and may be called from many threads at once; each
// thread keeps its own scratch space.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/result.h"
#include "message/context.h"
#include "message/envelope.h"
#include "message/extracted_text.h"
#include "message/verdict.h"
#include "policy/destinations.h"
#include "policy/model.h"

namespace postern::policy {

struct LoadOptions {
  std::string dir;                                        // the company's policy folder
  std::string packs_dir = "/usr/share/postern/policies";  // the shipped packs
  WallTime now;                                           // for dated findings
  std::chrono::milliseconds pattern_time{2000};           // processor time of one pattern in one message
};

struct Proof;  // policy/proof.h: why, clause by clause

class Policy {
 public:
  // Loads and compiles. Every problem is in `diagnostics`; null when any of them is an error. Does not
  // run the rules' own tests (policy/tests.h does).
  static std::shared_ptr<const Policy> load(const LoadOptions& options, Diagnostics& diagnostics);

  // The same up to the image; empty when any diagnostic is an error.
  static std::string compile(const LoadOptions& options, Diagnostics& diagnostics);
  // A policy serves without the texts of its rules' tests, which may be as long as all else of it.
  enum class Tests { keep, drop };
  // Null when the image is damaged, or of another engine. Otherwise as load(): what depends on the date is looked at
  // anew. The diagnostics show no lines of the files.
  static std::shared_ptr<const Policy> open(std::string_view image, const LoadOptions& options, Tests tests,
                                            Diagnostics& diagnostics);

  virtual ~Policy() = default;

  // Hex SHA-256 over the paths and bytes of every file that made this policy, packs and catalogue
  // included, and the version of the engine.
  virtual const std::string& digest() const = 0;
  virtual const Model& model() const = 0;
  virtual const Destinations& destinations() const = 0;
  // model().asks_for_hashes(), worked out once.
  virtual bool asks_for_hashes() const = 0;

  // `proof`, when given, is filled with the proof tree; that is slower and gives the same verdict.
  virtual Verdict evaluate(const ExtractedText& text, const Envelope& envelope, const Context& context,
                           Proof* proof = nullptr) const = 0;
};

}  // namespace postern::policy
