// The linter's checks, one function a subject. Internal to lint*.cpp.
#pragma once

#include "policy/codes.h"
#include "policy/lint.h"

namespace postern::policy {

// Whether the Model holds all that the files say: what has errors was left out, so nobody may seem to use something.
enum class Whole { no, yes };

struct LintContext {
  const Model& model;
  const Destinations& destinations;
  const LintOptions& options;
  Diagnostics& diagnostics;
  Whole whole;

  void error(std::string_view code, const SourceMark& mark, std::string text, std::string hint = "") const {
    diagnostics.error(std::string(code), mark, std::move(text), std::move(hint));
  }
  void warning(std::string_view code, const SourceMark& mark, std::string text, std::string hint = "") const {
    diagnostics.warning(std::string(code), mark, std::move(text), std::move(hint));
  }
  void note(std::string_view code, const SourceMark& mark, std::string text, std::string hint) const {
    diagnostics.add({DiagnosticSeverity::note, std::string(code), mark, std::move(text), std::move(hint)});
  }
};

// lint_rules.cpp: what can never match, dates, tests, owners, checksums, what nobody uses.
void lint_rules(const LintContext& context);
void lint_detectors(const LintContext& context);

// lint_texts.cpp: patterns that other languages would understand otherwise.
void lint_texts(const LintContext& context);

// lint_people.cpp: reviewers and owners whom nobody can ask.
void lint_people(const LintContext& context);

// lint_patterns.cpp: regular expressions that cost much.
void lint_patterns(const LintContext& context);

// lint_addresses.cpp: public suffixes, single persons, contradictory filters, shadowed destinations.
void lint_filters(const LintContext& context);
void lint_destinations(const LintContext& context);

// lint_training.cpp: modules and their languages.
void lint_training(const LintContext& context);

}  // namespace postern::policy
