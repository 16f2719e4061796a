#include "policy/codes.h"
#include "policy/loader_state.h"
#include "policy/pick.h"
#include "policy/values.h"

namespace postern::policy {

using std::string;
using std::string_view;
using yaml::Node;

string full_name(const Source& source, string_view name) {
  return source.name.empty() ? string(name) : source.name + "/" + string(name);
}

bool is_inside(string_view path) {
  if (path.empty() || path.front() == '/' || path.find('\\') != string_view::npos) return false;
  while (!path.empty()) {
    const size_t slash = path.find('/');
    if (path.substr(0, slash) == "..") return false;
    if (slash == string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return true;
}

void LoadState::error(string_view code, const SourceMark& mark, string text, string hint) {
  diagnostics_.error(string(code), mark, std::move(text), std::move(hint));
}

void LoadState::unknown(string_view what, const string& name, const SourceMark& mark,
                        const std::vector<string_view>& known) {
  string hint = did_you_mean(name, known);
  if (lacks_pack_ && name.find('/') != string::npos && hint.empty()) return;
  error(codes::kUnknownName, mark, "there is no " + string(what) + " '" + name + "'", std::move(hint));
}

std::vector<string_view> LoadState::group_names() const {
  std::vector<string_view> names;
  for (const auto& [name, index] : groups_by_name_) names.push_back(name);
  return names;
}

void LoadState::collect_groups(const Source& source) {
  const Node* groups = source.head.find("groups");
  if (groups == nullptr || !groups->is_map()) return;
  for (const auto& [name, members] : groups->entries) {
    // The company's list takes the place of a pack's, which only says that the name is needed.
    const auto [it, added] = groups_by_name_.try_emplace(name.scalar, GroupIndex(model_.groups.size()));
    if (added) {
      model_.groups.push_back({name.scalar, {}, name.mark});
    } else {
      model_.groups[it->second].mark = name.mark;
    }
  }
  raw_groups_.resize(model_.groups.size());
  for (const auto& [name, members] : groups->entries) {
    const GroupIndex index = groups_by_name_.find(name.scalar)->second;
    raw_groups_[index].terms.clear();
    if (!members.is_sequence() && !members.is_scalar()) continue;
    Node holder;
    holder.kind = yaml::Kind::map;
    holder.entries.emplace_back(name, members);
    raw_groups_[index].terms = terms(holder, name.scalar, TermsFor::groups);
  }
}

void LoadState::resolve_groups() {
  std::vector<int> state(model_.groups.size(), 0);
  for (GroupIndex i = 0; i < model_.groups.size(); i++) flatten_group(i, state);
}

// state: 0 untouched, 1 being flattened, 2 done.
void LoadState::flatten_group(GroupIndex group, std::vector<int>& state) {
  if (state[group] == 2) return;
  state[group] = 1;
  std::vector<AddressTerm> members;
  for (const AddressTerm& term : raw_groups_[group].terms) {
    if (term.kind != AddressTerm::Kind::group) {
      members.push_back(term);
      continue;
    }
    if (state[term.group] == 1) {
      error(codes::kKeysDoNotFit, term.mark, "the group '" + model_.groups[term.group].name + "' contains itself");
      continue;
    }
    flatten_group(term.group, state);
    const auto& inner = model_.groups[term.group].members;
    members.insert(members.end(), inner.begin(), inner.end());
  }
  model_.groups[group].members = std::move(members);
  state[group] = 2;
}

std::optional<AddressTerm> LoadState::term(const Node& node, TermsFor use) {
  if (!node.is_scalar()) return std::nullopt;
  auto term = parse_address_term(node.scalar);
  if (!term) return std::nullopt;
  term->mark = node.mark;
  using Kind = AddressTerm::Kind;
  const Kind kind = term->kind;
  const bool address = kind == Kind::address;
  const bool domain = kind == Kind::domain || kind == Kind::subdomains;
  string wanted;
  switch (use) {
    case TermsFor::rules:
      break;
    case TermsFor::groups:
      if (kind == Kind::destination_class) wanted = "addresses, domains and other groups";
      break;
    case TermsFor::domains:
      if (!domain) wanted = "domains: example.com, .example.com for its subdomains";
      break;
    case TermsFor::destinations:
      if (!address && !domain) wanted = "addresses and domains";
      break;
    case TermsFor::people:
      if (!address && kind != Kind::group) wanted = "group:NAME or an address";
      break;
    case TermsFor::classes:
      if (kind != Kind::destination_class) wanted = "class:NAME";
      break;
  }
  if (!wanted.empty()) {
    error(codes::kAddress, node.mark, "'" + node.scalar + "' may not stand here", "this list takes " + wanted);
    return std::nullopt;
  }
  if (address && use != TermsFor::destinations && term->value.find('*') != string::npos) {
    error(codes::kAddress, node.mark, "'" + node.scalar + "' is a pattern, and an address here is exact",
          "write " + term->value.substr(term->value.rfind('@') + 1) + " for all of its addresses");
    return std::nullopt;
  }
  if (kind == Kind::group) {
    const auto it = groups_by_name_.find(term->value);
    if (it == groups_by_name_.end()) {
      unknown("group", term->value, node.mark, group_names());
      return std::nullopt;
    }
    term->group = it->second;
  }
  return std::move(*term);
}

std::vector<AddressTerm> LoadState::terms(const Node& map, string_view key, TermsFor use) {
  std::vector<AddressTerm> out;
  for (const Node* item : pick::items(map, key)) {
    if (auto one = term(*item, use)) out.push_back(std::move(*one));
  }
  return out;
}

AddressFilter LoadState::filter(const Node* node) {
  AddressFilter out;
  if (node == nullptr) return out;
  out.written = true;
  out.mark = node->mark;
  if (node->is_map()) {
    out.any = terms(*node, "any", TermsFor::rules);
    out.all = terms(*node, "all", TermsFor::rules);
    out.none = terms(*node, "not", TermsFor::rules);
    return out;
  }
  const auto add = [&](const Node& item) {
    if (auto one = term(item, TermsFor::rules)) out.any.push_back(std::move(*one));
  };
  if (node->is_scalar()) add(*node);
  for (const Node& item : node->items) add(item);
  return out;
}

std::optional<Party> LoadState::party(const Node& node) {
  const auto one = term(node, TermsFor::people);
  if (!one) return std::nullopt;
  Party out{node.scalar, std::nullopt, node.mark};
  if (one->kind == AddressTerm::Kind::group) out.group = one->group;
  return out;
}

std::optional<DateRef> LoadState::date(const Node& map, string_view key) {
  const Node* node = map.find(key);
  if (node == nullptr || !node->is_scalar()) return std::nullopt;
  for (const NamedDate& named : model_.dates) {
    if (named.name == node->scalar) return DateRef{named.time, named.name, node->mark};
  }
  if (const auto time = parse_rfc3339(node->scalar)) return DateRef{*time, "", node->mark};
  // What looks like a time was reported by the checker.
  const bool like_a_time = !node->scalar.empty() && node->scalar[0] >= '0' && node->scalar[0] <= '9';
  if (!like_a_time) {
    std::vector<string_view> names;
    for (const NamedDate& named : model_.dates) names.push_back(named.name);
    unknown("date", node->scalar, node->mark, names);
  }
  return std::nullopt;
}

}  // namespace postern::policy
