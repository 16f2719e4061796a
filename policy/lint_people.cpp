// Reviewers and owners: whether anybody is there who can be asked.
#include <algorithm>
#include <set>

#include "message/address.h"
#include "policy/lint_checks.h"

namespace postern::policy {

namespace {

using std::string;

class PeopleLint {
 public:
  explicit PeopleLint(const LintContext& context) : context_(context) {}

  // Notices go to single mailboxes of the organisation and to nobody else.
  void look_at(const Party& party, std::string_view role) {
    if (context_.model.organisation.domains.empty() || !seen_.insert(party.text).second) return;
    if (party.group) {
      look_at_group(context_.model.groups[*party.group], party, role);
    } else if (!is_ours(party.text)) {
      context_.warning(codes::kNoOwner, party.mark, "the " + string(role) + " '" + party.text + "' is not one of ours",
                       "nothing is sent outside: name an address of the organisation");
    }
  }

  // Each approval is another person's, and nobody approves a mail of their own.
  void look_at_approvers(const Rule& rule) const {
    const size_t needed = rule.then.review.size();
    // A liaison of the sender's group may be the one who is asked.
    const bool by_group = std::any_of(context_.model.liaisons.begin(), context_.model.liaisons.end(),
                                      [](const Liaison& one) { return one.group.has_value(); });
    if (needed < 2 || by_group) return;
    std::set<string> people;
    const Liaison* liaison = context_.model.liaison_for(rule.category);
    if (liaison != nullptr) {
      for (const Party& party : liaison->review) add_people(party, people);
      for (const Party& party : liaison->deputy) add_people(party, people);
    }
    if (rule.owner) add_people(*rule.owner, people);
    if (people.empty() || people.size() >= needed) return;  // when nobody is named, that is said already
    context_.warning(codes::kNoOwner, rule.then.mark,
                     std::to_string(needed) + " people must release a mail of the rule '" + rule.id + "', and only " +
                         std::to_string(people.size()) + " can be asked",
                     "name more people as liaison, deputy or owner");
  }

 private:
  void look_at_group(const Group& group, const Party& party, std::string_view role) {
    const auto is_person = [](const AddressTerm& term) { return term.kind == AddressTerm::Kind::address; };
    const auto is_asked = [&](const AddressTerm& term) { return is_person(term) && is_ours(term.value); };
    if (std::any_of(group.members.begin(), group.members.end(), is_asked)) return;
    const bool persons = std::any_of(group.members.begin(), group.members.end(), is_person);
    context_.warning(codes::kNoOwner, party.mark,
                     "nobody can be asked: the " + string(role) + " '" + party.text + "' has no " +
                         (persons ? "address of the organisation" : "address") + " in it",
                     persons ? "nothing is sent outside: name addresses of the organisation"
                             : "fill the group with addresses: nobody can write to a whole domain");
  }

  void add_people(const Party& party, std::set<string>& out) const {
    const auto add = [&](const string& text) {
      if (const auto address = parse_address(text); address && is_ours(text)) out.insert(address->key());
    };
    if (!party.group) return add(party.text);
    for (const AddressTerm& member : context_.model.groups[*party.group].members) {
      if (member.kind == AddressTerm::Kind::address) add(member.value);
    }
  }

  bool is_ours(const string& text) const {
    const auto address = parse_address(text);
    return address && context_.destinations.is_internal(*address);
  }

  const LintContext& context_;
  std::set<string> seen_;
};

}  // namespace

void lint_people(const LintContext& context) {
  PeopleLint lint(context);
  for (const Liaison& liaison : context.model.liaisons) {
    for (const Party& party : liaison.review) lint.look_at(party, "reviewer");
    for (const Party& party : liaison.deputy) lint.look_at(party, "deputy");
  }
  for (const Rule& rule : context.model.rules) {
    const bool enforced = rule.mode == Mode::enforce;
    if (rule.owner && (enforced || rule.active.on_end == OnEnd::ask_owner)) lint.look_at(*rule.owner, "owner");
    if (enforced) lint.look_at_approvers(rule);
  }
}

}  // namespace postern::policy
