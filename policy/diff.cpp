#include "policy/diff.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

#include "policy/describe.h"

namespace postern::policy {

namespace {

using Things = std::map<ThingName, Described>;

constexpr std::array<std::string_view, 13> kOrder = {"pack",     "organisation", "group", "destination", "expansion",
                                                     "category", "liaison",      "date",  "settings",    "boilerplate",
                                                     "evidence", "detector",     "rule"};

size_t rank(const std::string& thing) {
  return static_cast<size_t>(std::find(kOrder.begin(), kOrder.end(), thing) - kOrder.begin());
}

bool stops(Action action) {
  return action >= Action::justify;
}

// By "detector NAME" and the like: the rules that use it, through other things too.
class Users {
 public:
  void add(const Things& things) {
    for (const auto& [name, described] : things) {
      for (const std::string& used : described.uses) users_[used].insert(name);
    }
  }
  std::set<std::string> rules_of(const ThingName& name) const {
    std::set<std::string> out;
    const auto found = users_.find(name.first + " " + name.second);
    if (found == users_.end()) return out;
    for (const ThingName& user : found->second) {
      if (user.first == "rule") {
        out.insert(user.second);
      } else {
        out.merge(rules_of(user));
      }
    }
    return out;
  }

 private:
  std::map<std::string, std::set<ThingName>> users_;
};

std::vector<std::string> without(const std::set<std::string>& from, const std::set<std::string>& taken) {
  std::vector<std::string> out;
  std::set_difference(from.begin(), from.end(), taken.begin(), taken.end(), std::back_inserter(out));
  return out;
}

void compare(const Described& before, const Described& after, ThingChange& out) {
  const bool told = !before.sensitive && !after.sensitive;
  std::set<std::string> keys;
  for (const auto& [key, value] : before.values) keys.insert(key);
  for (const auto& [key, value] : after.values) keys.insert(key);
  for (const std::string& key : keys) {
    const auto a = before.values.find(key);
    const auto b = after.values.find(key);
    const std::string was = a == before.values.end() ? "" : a->second;
    const std::string is = b == after.values.end() ? "" : b->second;
    if (was != is) out.values.push_back({key, was, is});
  }
  static const std::set<std::string> kNone;
  keys.clear();
  for (const auto& [key, list] : before.lists) keys.insert(key);
  for (const auto& [key, list] : after.lists) keys.insert(key);
  for (const std::string& key : keys) {
    const auto a = before.lists.find(key);
    const auto b = after.lists.find(key);
    const std::set<std::string>& was = a == before.lists.end() ? kNone : a->second;
    const std::set<std::string>& is = b == after.lists.end() ? kNone : b->second;
    if (was != is) out.lists.push_back({key, without(is, was), without(was, is), told});
  }
}

}  // namespace

std::string_view to_string(ThingChange::Kind kind) {
  switch (kind) {
    case ThingChange::Kind::added:
      return "added";
    case ThingChange::Kind::removed:
      return "removed";
    case ThingChange::Kind::changed:
      break;
  }
  return "changed";
}

std::vector<ThingChange> diff(const Model& before, const Model& after) {
  const Things was = describe(before);
  const Things is = describe(after);
  Users users;
  users.add(was);
  users.add(is);
  std::set<ThingName> names;
  for (const auto& [name, described] : was) names.insert(name);
  for (const auto& [name, described] : is) names.insert(name);
  std::vector<ThingChange> out;
  for (const ThingName& name : names) {
    const auto a = was.find(name);
    const auto b = is.find(name);
    ThingChange change;
    change.kind = a == was.end()  ? ThingChange::Kind::added
                  : b == is.end() ? ThingChange::Kind::removed
                                  : ThingChange::Kind::changed;
    change.thing = name.first;
    change.name = name.second;
    compare(a == was.end() ? Described{} : a->second, b == is.end() ? Described{} : b->second, change);
    if (change.kind == ThingChange::Kind::changed && change.values.empty() && change.lists.empty()) continue;
    const std::set<std::string> rules = users.rules_of(name);
    change.rules.assign(rules.begin(), rules.end());
    out.push_back(std::move(change));
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const ThingChange& x, const ThingChange& y) { return rank(x.thing) < rank(y.thing); });
  return out;
}

void MailDiff::Messages::add(const MailDifference& mail) {
  count++;
  if (examples.size() < kDiffExamples) examples.push_back({mail.name, mail.sender});
}

void MailDiff::add(const MailDifference& mail) {
  for (const std::string& rule : mail.caught) rules[rule].caught.add(mail);
  for (const std::string& rule : mail.missed) rules[rule].missed.add(mail);
  if (mail.before == mail.after) return;
  if (stops(mail.after) && !stops(mail.before)) {
    newly_stopped.add(mail);
  } else if (stops(mail.before) && !stops(mail.after)) {
    no_longer_stopped.add(mail);
  } else {
    otherwise.add(mail);
  }
}

}  // namespace postern::policy
