// What a Model, a Catalogue and diagnostics are in an image: each type's members, in order.
//
// The structured bindings are the check: a member that is added to a type and not here does not compile.
#pragma once

#include "policy/catalogue.h"
#include "policy/image_codec.h"
#include "policy/model.h"

namespace postern::policy {

// clang-format off: a line a type
#define POSTERN_FIELDS(TYPE, ...)              \
  template <typename Archive>                  \
  void fields(Archive& archive, TYPE& value) { \
    auto& [__VA_ARGS__] = value;               \
    archive(__VA_ARGS__);                      \
  }

// message words, model_detectors.h
POSTERN_FIELDS(WordEntry, text, weight, mark)
POSTERN_FIELDS(WordList, path, entries, mark)
POSTERN_FIELDS(RegexPattern, pattern, mark)
POSTERN_FIELDS(WordPattern, words, match, letter_case, inflected, mark)
POSTERN_FIELDS(Distance, unit, count, mark)
POSTERN_FIELDS(ExactPattern, table, at_least, require, within, mark)
POSTERN_FIELDS(FingerprintPattern, set, contains, covered_by, mark)
POSTERN_FIELDS(BuiltinPattern, name, options, mark)
POSTERN_FIELDS(LabelPattern, labels, mark)
POSTERN_FIELDS(Evidence, name, pattern, mark)
POSTERN_FIELDS(EvidenceCondition, at_least, of, within, mark)
POSTERN_FIELDS(ConfidenceLevel, level, when, mark)
POSTERN_FIELDS(AllowList::Near, pattern, within, mark)
POSTERN_FIELDS(AllowList, values, near)
POSTERN_FIELDS(ViewSwitches, on, off)
POSTERN_FIELDS(Detector, id, title, primary, validate, min_entropy, confidence, allow, sensitive, raw, views, mark)

// model_who.h
POSTERN_FIELDS(AddressTerm, kind, cls, group, name, text, mark)
POSTERN_FIELDS(AddressFilter, any, all, none, written, mark)
POSTERN_FIELDS(Group, name, members, mark)
POSTERN_FIELDS(Party, text, group, mark)
POSTERN_FIELDS(Liaison, name, group, review, deputy, mark)

// model_rules.h
POSTERN_FIELDS(Where, regions, places)
POSTERN_FIELDS(DetectorCondition, detector, min_count, min_confidence, min_weight, distinct, quoted)
POSTERN_FIELDS(OutcomeCondition, outcomes)
POSTERN_FIELDS(FactCondition, facts)
POSTERN_FIELDS(FileCondition, types, names, larger_than, smaller_than, hashes, mismatch)
POSTERN_FIELDS(Content, kind, children, detector, outcome, fact, file, in, mark)
POSTERN_FIELDS(DateRef, time, name, mark)
POSTERN_FIELDS(Active, from, until, on_end)
POSTERN_FIELDS(Exemption, senders, recipients, from, until, mark)
POSTERN_FIELDS(Canary, share, seed, mark)
POSTERN_FIELDS(Fallback, overrides, min_senders, mark)
POSTERN_FIELDS(Then, action, review, notify, training, strip_attachment, route, mark, action_mark)
POSTERN_FIELDS(RuleTest, expectation, name, from, to, subject, body, file, at, visible_outside, first_contact, action,
               place, count, confidence, mark, strip)
POSTERN_FIELDS(Rule, id, title, category, severity, owner, review_by, clause, description, false_positives, mode,
               canary, fallback, active, senders, recipients, visible_outside_at_least, first_contact, content, scope,
               unless, then, tests, pack, overridden, mark, mode_mark, review_mark, content_mark)

// model.h
POSTERN_FIELDS(Category, name, title, module, mark)
POSTERN_FIELDS(NamedDate, name, time, mark)
POSTERN_FIELDS(Organisation, name, domains, own_values)
POSTERN_FIELDS(Holds, remind, expires, on_expiry, escalate_after, calendar, break_glass)
POSTERN_FIELDS(Annotation, footer, header, training_link)
POSTERN_FIELDS(LadderStep, from, at_least, notify, mark)
POSTERN_FIELDS(Ladder, enabled, window, steps, forgiven_by, newcomer_days, newcomer_guide)
POSTERN_FIELDS(Privacy, retain_held, retain_incidents, retain_ledger, retain_contacts, reviewers_see, min_group,
               person_reports, hold_out, private_subjects, private_scan)
POSTERN_FIELDS(Boilerplate, path, text, mark)
POSTERN_FIELDS(UsedPack, name, major, version, dir, mark)
POSTERN_FIELDS(DestinationConfig::Entry, cls, pattern, mark)
POSTERN_FIELDS(DestinationConfig::Expansion, address, classes, mark)
POSTERN_FIELDS(DestinationConfig, internal_domains, entries, expansions)
POSTERN_FIELDS(Model, organisation, packs, groups, categories, liaisons, dates, holds, annotation, ladder, privacy,
               destinations, views, boilerplate, evidence, detectors, rules)

// catalogue.h
POSTERN_FIELDS(CatalogueEntry, cls, local, domain, status, service, who, audience, source, checked, mark)
POSTERN_FIELDS(DomainListEntry, domain, cls, list, line)
POSTERN_FIELDS(Catalogue, entries, lists, domains)

#undef POSTERN_FIELDS
// clang-format on

}  // namespace postern::policy

namespace postern {

// In the namespace of its type, where it is looked for.
template <typename Archive>
void fields(Archive& archive, Diagnostic& value) {
  auto& [severity, code, mark, text, hint] = value;
  archive(severity, code, mark, text, hint);
}

}  // namespace postern
