#include <algorithm>
#include <map>
#include <set>

#include "message/address.h"
#include "policy/lint_checks.h"
#include "policy/registrable.h"

namespace postern::policy {

namespace {

using std::string;
using Kind = AddressTerm::Kind;

bool same_term(const AddressTerm& a, const AddressTerm& b) {
  return a.kind == b.kind && a.cls == b.cls && a.group == b.group && a.name == b.name && a.value == b.value;
}

bool is_class(const AddressTerm& term, DestinationClass cls) {
  return term.kind == Kind::destination_class && term.cls == cls;
}

// Whether every address of `inner` is one of `outer`, as far as the terms alone can say.
bool covers(const AddressTerm& outer, const AddressTerm& inner) {
  if (outer.kind == Kind::destination_class) {
    if (inner.kind != Kind::destination_class) return false;
    return outer.cls == inner.cls ||
           (outer.cls == DestinationClass::outside && inner.cls != DestinationClass::internal);
  }
  if (outer.kind == Kind::domain || outer.kind == Kind::subdomains) {
    const string pattern = outer.kind == Kind::subdomains ? "." + outer.value : outer.value;
    if (inner.kind == Kind::domain) return domain_matches(pattern, inner.value);
    if (inner.kind == Kind::subdomains) {
      return outer.kind == Kind::subdomains && (inner.value == outer.value || inner.value.ends_with(pattern));
    }
    const size_t at = inner.value.rfind('@');
    return inner.kind == Kind::address && at != string::npos && domain_matches(pattern, inner.value.substr(at + 1));
  }
  return same_term(outer, inner);
}

bool covered_by_any(const AddressTerm& term, const std::vector<AddressTerm>& outer) {
  return std::any_of(outer.begin(), outer.end(), [&](const AddressTerm& one) { return covers(one, term); });
}

// Marks of domains that were reported, so that a group used twice is reported once.
using Seen = std::set<std::pair<string, std::pair<int, int>>>;

// Whether the shipped lists know it as a domain where anybody gets a mailbox.
bool is_freemail(const LintContext& context, const AddressTerm& term) {
  const string domain = (term.kind == Kind::subdomains ? "a." : "") + term.value;
  const auto reasons = context.destinations.listed({"somebody", domain});
  return std::any_of(reasons.begin(), reasons.end(), [](const DestinationReason& reason) {
    const bool for_anybody = reason.cls == DestinationClass::personal || reason.cls == DestinationClass::disposable;
    return for_anybody && (reason.origin.starts_with("freemail") || reason.origin.starts_with("disposable"));
  });
}

// Domains that take in strangers, where the entry exempts, `effect` says how.
void lint_anybody(const LintContext& context, const AddressTerm& term, const string& effect, Seen& seen) {
  if (term.kind == Kind::group) {
    for (const AddressTerm& member : context.model.groups[term.group].members) {
      lint_anybody(context, member, effect, seen);
    }
    return;
  }
  if (term.kind != Kind::domain && term.kind != Kind::subdomains) return;
  const bool suffix = is_public_suffix(term.value);
  if (!suffix && !is_freemail(context, term)) return;
  const string file = term.mark.file ? term.mark.file->path : "";
  if (!seen.insert({file, {term.mark.line, term.mark.column}}).second) return;
  if (suffix) {
    context.error(codes::kPublicSuffix, term.mark,
                  "anybody may register a name under '" + term.value + "', so this would " + effect,
                  "name the domains that are meant");
  } else {
    context.warning(codes::kFreemail, term.mark,
                    "anybody may have a mailbox at '" + term.value + "', so this would " + effect,
                    "name the addresses that are meant");
  }
}

void lint_contradiction(const LintContext& context, const AddressFilter& filter, std::string_view who) {
  const bool blocked =
      !filter.any.empty() && std::all_of(filter.any.begin(), filter.any.end(),
                                         [&](const AddressTerm& t) { return covered_by_any(t, filter.none); });
  const auto wants = [&](DestinationClass cls) {
    return std::any_of(filter.all.begin(), filter.all.end(), [&](const AddressTerm& t) { return is_class(t, cls); });
  };
  const bool both =
      wants(DestinationClass::internal) && std::any_of(filter.all.begin(), filter.all.end(), [](const AddressTerm& t) {
        return t.kind == Kind::destination_class && t.cls != DestinationClass::internal;
      });
  const bool all_blocked = std::any_of(filter.all.begin(), filter.all.end(),
                                       [&](const AddressTerm& t) { return covered_by_any(t, filter.none); });
  if (blocked || both || all_blocked) {
    context.error(
        codes::kNeverMatches, filter.mark, "no address can be among these " + string(who),
        both ? "an address is internal or outside, never both" : "what is asked for stands under 'not' as well");
  }
}

void lint_protected(const LintContext& context, const Rule& rule) {
  const auto is_protected = [](const AddressTerm& term) { return is_class(term, DestinationClass::protected_); };
  const AddressFilter& to = rule.recipients;
  if (!(!to.any.empty() && std::all_of(to.any.begin(), to.any.end(), is_protected)) &&
      std::none_of(to.all.begin(), to.all.end(), is_protected)) {
    return;
  }
  context.error(codes::kNeverMatches, to.mark, "the rule acts on nobody: mail to the class protected is never held",
                "name other classes, or take the addresses out of destinations.protected");
}

void lint_empty_groups(const LintContext& context, const AddressFilter& filter, std::string_view who) {
  const auto is_empty_group = [&](const AddressTerm& term) {
    return term.kind == Kind::group && context.model.groups[term.group].members.empty();
  };
  if (!filter.any.empty() && std::all_of(filter.any.begin(), filter.any.end(), is_empty_group)) {
    context.warning(codes::kNeverMatches, filter.mark, "the groups of these " + string(who) + " are empty",
                    "fill them in policy.yaml, or the rule finds nothing");
  }
}

void lint_exemption(const LintContext& context, const Rule& rule, const Exemption& one, Seen& seen) {
  for (const AddressFilter* filter : {&one.senders, &one.recipients}) {
    for (const AddressTerm& term : filter->any) lint_anybody(context, term, "exempt them all", seen);
    for (const AddressTerm& term : filter->all) lint_anybody(context, term, "exempt them all", seen);
  }
  for (const AddressTerm& term : one.senders.any) {
    if (term.kind != Kind::address) continue;
    context.warning(codes::kSinglePerson, term.mark, "this exempts one mailbox, " + term.value,
                    "name a group: it says why, and outlives the person");
  }
  const auto could_be_ours = [&](const auto& self, const AddressTerm& term) -> bool {
    if (term.kind == Kind::destination_class) return term.cls == DestinationClass::internal;
    if (term.kind == Kind::group) {
      const auto& members = context.model.groups[term.group].members;
      // An empty one is yet to be filled.
      return members.empty() ||
             std::any_of(members.begin(), members.end(), [&](const auto& m) { return self(self, m); });
    }
    const auto& domains = context.model.organisation.domains;
    return covered_by_any(term, domains) ||
           std::any_of(domains.begin(), domains.end(), [&](const AddressTerm& ours) { return covers(term, ours); });
  };
  const bool ours = std::any_of(one.senders.any.begin(), one.senders.any.end(),
                                [&](const AddressTerm& term) { return could_be_ours(could_be_ours, term); });
  if (!one.senders.any.empty() && !ours && !context.model.organisation.domains.empty()) {
    context.warning(codes::kNeverMatches, one.senders.mark,
                    "nobody of ours is among these senders, so nobody is exempt",
                    "exemptions are for people who log in: name addresses, domains or groups of ours");
  }
  const bool everywhere = one.recipients.matches_everyone() ||
                          (one.recipients.all.empty() && one.recipients.none.empty() && !rule.recipients.any.empty() &&
                           std::all_of(rule.recipients.any.begin(), rule.recipients.any.end(),
                                       [&](const AddressTerm& t) { return covered_by_any(t, one.recipients.any); }));
  if (one.senders.matches_everyone() && everywhere && !one.from && !one.until) {
    context.error(codes::kNeverMatches, one.mark, "this exempts every message that '" + rule.id + "' could find",
                  "remove the exemption, or the rule");
  } else if (everywhere && !one.from && !one.until && one.senders.all.empty() && one.senders.none.empty() &&
             std::any_of(one.senders.any.begin(), one.senders.any.end(),
                         [](const AddressTerm& term) { return is_class(term, DestinationClass::internal); })) {
    context.warning(codes::kNeverMatches, one.senders.mark,
                    "this exempts everybody who logs in: the rule is left with mail that nobody vouches for",
                    "name the group that is meant");
  }
}

// Entries of one class, or our own domains, as terms.
std::optional<AddressTerm> term_of(const DestinationConfig::Entry& entry) {
  AddressTerm term;
  term.value = entry.pattern;
  term.mark = entry.mark;
  if (entry.pattern.find('@') == string::npos) {
    const bool below = entry.pattern.starts_with('.');
    term.kind = below ? Kind::subdomains : Kind::domain;
    term.value = entry.pattern.substr(below ? 1 : 0);
  }
  return term;
}

void lint_shadows(const LintContext& context, const std::vector<AddressTerm>& terms, std::string_view list) {
  // A list of thousands of partners is compared by looking up each parent, not pair by pair.
  std::set<string, std::less<>> domains;
  std::set<string, std::less<>> below;
  std::set<string, std::less<>> addresses;
  for (const AddressTerm& term : terms) {
    const string domain = term.kind == Kind::address ? term.value.substr(term.value.rfind('@') + 1) : term.value;
    string shadow;
    if (term.kind != Kind::address && (term.kind == Kind::domain ? domains : below).contains(domain)) {
      shadow = (term.kind == Kind::subdomains ? "." : "") + domain;
    }
    if (term.kind == Kind::address && (domains.contains(domain) || addresses.contains(term.value))) {
      shadow = addresses.contains(term.value) ? term.value : domain;
    }
    for (size_t dot = domain.find('.'); shadow.empty() && dot != string::npos; dot = domain.find('.', dot + 1)) {
      if (below.contains(std::string_view(domain).substr(dot + 1))) shadow = domain.substr(dot);
    }
    if (!shadow.empty()) {
      const string shown = (term.kind == Kind::subdomains ? "." : "") + term.value;
      context.warning(codes::kShadowed, term.mark,
                      "'" + shown + "' adds nothing: '" + shadow + "' is in " + string(list) + " already", "remove it");
      continue;
    }
    if (term.kind == Kind::address) addresses.insert(term.value);
    if (term.kind == Kind::domain) domains.insert(domain);
    if (term.kind == Kind::subdomains) below.insert(domain);
  }
}

// General entries first, so that a specific one is reported wherever it stands.
std::vector<AddressTerm> general_first(std::vector<AddressTerm> terms) {
  const auto rank = [](const AddressTerm& term) {
    return std::pair(term.kind == Kind::subdomains ? 0 : term.kind == Kind::domain ? 1 : 2, term.value.size());
  };
  std::stable_sort(terms.begin(), terms.end(),
                   [&](const AddressTerm& a, const AddressTerm& b) { return rank(a) < rank(b); });
  return terms;
}

}  // namespace

void lint_filters(const LintContext& context) {
  Seen seen;
  for (const Rule& rule : context.model.rules) {
    lint_contradiction(context, rule.senders, "senders");
    lint_contradiction(context, rule.recipients, "recipients");
    lint_protected(context, rule);
    lint_empty_groups(context, rule.senders, "senders");
    lint_empty_groups(context, rule.recipients, "recipients");
    for (const AddressFilter* filter : {&rule.senders, &rule.recipients}) {
      for (const AddressTerm& term : filter->none) lint_anybody(context, term, "exempt them all", seen);
    }
    for (const Exemption& one : rule.unless) lint_exemption(context, rule, one, seen);
  }
}

void lint_destinations(const LintContext& context) {
  const Model& model = context.model;
  Seen seen;
  for (const AddressTerm& term : model.organisation.domains)
    lint_anybody(context, term, "make them all internal", seen);
  lint_shadows(context, general_first(model.organisation.domains), "organisation.domains");

  std::map<DestinationClass, std::vector<AddressTerm>> by_class;
  for (const DestinationConfig::Entry& entry : model.destinations.entries) {
    auto term = term_of(entry);
    if (covered_by_any(*term, model.organisation.domains)) {
      context.warning(codes::kShadowed, term->mark,
                      "'" + entry.pattern + "' is our own: it is internal whatever stands here",
                      "use 'expansions' for our own addresses that fan out");
      continue;
    }
    const bool exempting = entry.cls == DestinationClass::partner || entry.cls == DestinationClass::protected_;
    if (exempting) lint_anybody(context, *term, "make them all " + string(to_string(entry.cls)), seen);
    by_class[entry.cls].push_back(std::move(*term));
  }
  for (auto& [cls, terms] : by_class) {
    lint_shadows(context, general_first(std::move(terms)), "destinations." + string(to_string(cls)));
  }
}

}  // namespace postern::policy
