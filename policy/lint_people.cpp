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
    if (rule.owner && rule.mode == Mode::enforce) lint.look_at(*rule.owner, "owner");
  }
}

}  // namespace postern::policy
