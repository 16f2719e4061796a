#include "policy/lint.h"

#include "policy/lint_checks.h"

namespace postern::policy {

void lint(const Loaded& loaded, const LintOptions& options, Diagnostics& diagnostics) {
  const LintContext context{loaded.model, *loaded.destinations, options, diagnostics,
                            diagnostics.has_errors() ? Whole::no : Whole::yes};
  lint_rules(context);
  lint_detectors(context);
  lint_texts(context);
  if (options.patterns == LintOptions::Patterns::look) lint_patterns(context);
  lint_filters(context);
  lint_people(context);
  lint_destinations(context);
  lint_training(context);
  diagnostics.sort();
}

}  // namespace postern::policy
