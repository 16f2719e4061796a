// Compiler: a Model to what evaluate() runs on.
//
// Every regex and every word list of the policy becomes a source, however many detectors and
// evidences use it; a message is scanned once for all sources. The indices below lead from what was found to
// the detectors, from those to the rules that it could make true, so that a verdict costs by what a message
// contains and not by how many rules there are.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_set>
#include <vector>

#include "base/diagnostic.h"
#include "policy/labels.h"
#include "policy/model.h"
#include "policy/patterns/matcher.h"
#include "policy/patterns/matcher_words.h"
#include "policy/view_mask.h"

namespace postern::policy {

// Regexes first, in the order of the PatternSet; then word lists, in the order of the WordSet; then marks.
using SourceIndex = std::uint32_t;
inline constexpr SourceIndex kNoSource = 0xffff'ffff;

// What a hit's position is counted in besides code points; only what some condition asks for.
struct PositionNeeds {
  bool words = false;
  bool lines = false;  // for `line` and `row`
};

// What the program tells by itself: source code, and classification labels by list.
struct Marks {
  SourceIndex first = kNoSource;  // of all
  SourceIndex source_code = kNoSource;
  SourceIndex first_label = kNoSource;
  LabelSet labels;
  bool none() const { return source_code == kNoSource && labels.empty(); }
};

struct CompiledDetector {
  SourceIndex source = kNoSource;             // none: a detector whose engine is not in this version
  std::uint32_t min_lines = 0;                // of source code
  std::vector<SourceIndex> near;              // of allow.near, in its order
  std::unordered_set<std::uint64_t> allowed;  // canonical values of allow.values
};

struct CompiledPolicy {
  CompiledPolicy(PatternSet all_patterns, WordSet all_words)
      : patterns(std::move(all_patterns)), words(std::move(all_words)) {}

  PatternSet patterns;
  WordSet words;
  std::uint32_t sources = 0;
  std::uint32_t first_word_source = 0;

  Marks marks;
  bool is_words(SourceIndex source) const { return source >= first_word_source && source < marks.first; }

  std::vector<WordPattern> word_lists;                  // by word source
  std::vector<std::vector<std::uint64_t>> word_values;  // by word source and entry
  std::vector<std::uint64_t> checks;                    // by source: validators to run, a bit each
  std::vector<std::uint8_t> counts;                     // by source: 1 when some detector's primary
  std::vector<std::uint8_t> raw;                        // by source: 1 when only the original text is looked at
  std::vector<ViewMask> views;                          // by source: the derived views that are looked at
  ViewMask pattern_views = 0;                           // of any regex
  ViewMask word_views = 0;                              // of any word list
  std::vector<PatternIndex> raw_patterns;
  bool raw_words = false;
  SourceIndex boilerplate = kNoSource;  // what stands inside one of these was not found
  SourceIndex code_words = kNoSource;   // that tell of punycode and of spelled digits (policy/decode.h)

  std::vector<CompiledDetector> detectors;       // by DetectorIndex
  std::vector<SourceIndex> evidence;             // by EvidenceIndex
  std::unordered_set<std::uint64_t> own_values;  // Organisation::own_values
  PositionNeeds needs;

  std::vector<std::vector<DetectorIndex>> detectors_of;  // by source
  std::vector<std::vector<std::uint32_t>> rules_of;      // by detector: rules that need something found
  std::vector<std::uint32_t> rules_without_hits;         // rules that may hold though nothing was found
};

// The entry of `code_words` that is no digit.
inline constexpr std::uint32_t kPunycodeMark = 0;
// And the first that is a word of an alphabet; before it are digits and hyphens.
inline constexpr std::uint32_t kFirstLetterWord = 21;

constexpr std::uint64_t check_bit(Validator validator) {
  return std::uint64_t{1} << static_cast<unsigned>(validator);
}

// The value under which equal finds are counted once: folded, without spaces and -_./ , hashed with a key of
// this process, so that nobody can make two values meet.
std::uint64_t canonical_value(std::string_view reader, std::string& buffer);

// Problems are diagnostics; null when any is an error.
std::unique_ptr<const CompiledPolicy> compile_policy(const Model& model, Diagnostics& diagnostics);

// What takes long to compile, in an image (policy/image_codec.h): the rest is made of the model again, which must be
// the same. Null when the image is of another one.
void store_compiled(const CompiledPolicy& policy, ImageWriter& out);
std::unique_ptr<const CompiledPolicy> restore_compiled(const Model& model, ImageReader& in);

}  // namespace postern::policy
