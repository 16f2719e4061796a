#include <algorithm>

#include "message/address.h"
#include "message/body_edit.h"
#include "policy/codes.h"
#include "policy/loader_state.h"
#include "policy/pick.h"
#include "policy/values.h"

namespace postern::policy {

using std::string;
using std::string_view;
using yaml::Node;

namespace {

// The first 30 days of a record are no record yet.
constexpr std::chrono::milliseconds kLeastContacts = std::chrono::hours(60 * 24);

const Node* map_at(const Node& map, string_view key) {
  const Node* node = map.find(key);
  return node != nullptr && node->is_map() ? node : nullptr;
}

// A domain or address as DestinationConfig writes it.
string pattern_of(const AddressTerm& term) {
  return term.kind == AddressTerm::Kind::subdomains ? "." + term.value : term.value;
}

}  // namespace

void LoadState::add_pack_head(const Source& pack) {
  collect_groups(pack);
  add_categories(pack.head);
  add_dates(pack.head);
}

void LoadState::add_policy_head(const Source& company) {
  collect_groups(company);
  resolve_groups();
  add_categories(company.head);
  add_dates(company.head);
  if (const Node* organisation = map_at(company.head, "organisation")) add_organisation(*organisation);
  add_destinations(company.head);
  add_liaisons(company.head);
  add_settings(company.head);
  model_.views = view_switches_of(company.head);
  if (const Node* ladder = map_at(company.head, "ladder")) add_ladder(*ladder);
  if (const Node* privacy = map_at(company.head, "privacy")) add_privacy(*privacy);
}

void LoadState::add_organisation(const Node& map) {
  Organisation& out = model_.organisation;
  out.name = pick::text_or(map, "name");
  out.domains = terms(map, "domains", TermsFor::domains);
  out.own_values = entries(map, "own_values");
  for (const AddressTerm& term : out.domains) model_.destinations.internal_domains.push_back(pattern_of(term));
}

void LoadState::add_destinations(const Node& head) {
  if (const Node* map = map_at(head, "destinations")) {
    for (const auto& [key, value] : map->entries) {
      const auto cls = parse_destination_class(key.scalar);
      if (!cls) continue;
      for (const AddressTerm& term : terms(*map, key.scalar, TermsFor::destinations)) {
        model_.destinations.entries.push_back({*cls, pattern_of(term), term.mark});
      }
    }
  }
  if (const Node* map = map_at(head, "expansions")) {
    for (const auto& [key, value] : map->entries) {
      const auto address = parse_address(key.scalar);
      if (!address || address->domain.empty()) {
        error(codes::kAddress, key.mark, "'" + key.scalar + "' is no address", "one of our own that fans out");
        continue;
      }
      DestinationConfig::Expansion expansion{address->key(), {}, key.mark};
      for (const AddressTerm& term : terms(*map, key.scalar, TermsFor::classes)) {
        if (term.cls == DestinationClass::internal) {
          error(codes::kAddress, term.mark, "'class:internal' may not stand here",
                "expansions name people outside; an address that fans out to ours only needs no entry");
        }
        expansion.classes.push_back(term.cls);
      }
      const bool ours =
          std::any_of(model_.destinations.internal_domains.begin(), model_.destinations.internal_domains.end(),
                      [&](const string& domain) { return domain_matches(domain, address->domain); });
      if (!ours) {
        error(codes::kAddress, key.mark, "'" + key.scalar + "' is not an address of the organisation",
              "expansions are for our own addresses; list others under destinations");
      }
      model_.destinations.expansions.push_back(std::move(expansion));
    }
  }
}

void LoadState::add_categories(const Node& head) {
  const Node* map = map_at(head, "categories");
  if (map == nullptr) return;
  for (const auto& [key, value] : map->entries) {
    Category category{key.scalar, pick::text_or(value, "title", key.scalar), pick::text_or(value, "module"), key.mark};
    const auto it = std::find_if(model_.categories.begin(), model_.categories.end(),
                                 [&name = key.scalar](const Category& one) { return one.name == name; });
    if (it != model_.categories.end()) {
      *it = std::move(category);
    } else {
      model_.categories.push_back(std::move(category));
    }
  }
}

void LoadState::add_dates(const Node& head) {
  const Node* map = map_at(head, "dates");
  if (map == nullptr) return;
  for (const auto& [key, value] : map->entries) {
    if (!value.is_scalar()) continue;
    const auto time = parse_rfc3339(value.scalar);
    if (!time) continue;
    const auto it = std::find_if(model_.dates.begin(), model_.dates.end(),
                                 [&name = key.scalar](const NamedDate& one) { return one.name == name; });
    if (it != model_.dates.end()) {
      *it = {key.scalar, *time, key.mark};
    } else {
      model_.dates.push_back({key.scalar, *time, key.mark});
    }
  }
}

void LoadState::add_liaisons(const Node& head) {
  const Node* map = map_at(head, "liaisons");
  if (map == nullptr) return;
  for (const auto& [key, value] : map->entries) {
    Liaison liaison;
    liaison.name = key.scalar;
    liaison.mark = key.mark;
    const auto group = groups_by_name_.find(key.scalar);
    if (group != groups_by_name_.end()) {
      liaison.group = group->second;
    } else if (key.scalar != "*" && model_.find_category(key.scalar) == nullptr) {
      std::vector<string_view> names = group_names();
      for (const Category& category : model_.categories) names.push_back(category.name);
      unknown("group or category", key.scalar, key.mark, names);
    }
    for (const Node* item : pick::items(value, "review")) {
      if (auto one = party(*item)) liaison.review.push_back(std::move(*one));
    }
    for (const Node* item : pick::items(value, "deputy")) {
      if (auto one = party(*item)) liaison.deputy.push_back(std::move(*one));
    }
    model_.liaisons.push_back(std::move(liaison));
  }
}

void LoadState::add_settings(const Node& head) {
  if (const Node* map = map_at(head, "holds")) {
    Holds& holds = model_.holds;
    pick::duration(*map, "remind", holds.remind);
    pick::duration(*map, "expires", holds.expires);
    if (map->find("expires") != nullptr && holds.expires == std::chrono::milliseconds(0)) {
      error(codes::kBadValue, map->find("expires")->mark,
            "'expires: " + map->find("expires")->scalar + "' ends a hold before anybody can decide it",
            "5d is what it is when left out");
    }
    pick::word(*map, "on_expiry", on_expiry_words(), holds.on_expiry);
    pick::duration(*map, "escalate_after", holds.escalate_after);
    holds.calendar = pick::text_or(*map, "calendar");
    holds.break_glass = pick::boolean(*map, "break_glass").value_or(holds.break_glass);
  }
  if (const Node* map = map_at(head, "annotation")) {
    Annotation& annotation = model_.annotation;
    annotation.footer = pick::text_or(*map, "footer");
    if (annotation.footer.size() > kMaxFooterBytes) {
      error(codes::kBadValue, map->find("footer")->mark,
            "a footer of more than " + std::to_string(kMaxFooterBytes) + " bytes", "shorten it");
    }
    annotation.header = pick::boolean(*map, "header").value_or(annotation.header);
    pick::word(*map, "training_link", training_link_words(), annotation.training_link);
  }
}

void LoadState::add_ladder(const Node& map) {
  Ladder& ladder = model_.ladder;
  ladder.enabled = pick::boolean(map, "enabled").value_or(ladder.enabled);
  pick::duration(map, "window", ladder.window);
  pick::word(map, "forgiven_by", forgiven_by_words(), ladder.forgiven_by);
  if (const Node* newcomer = map_at(map, "newcomer")) {
    pick::number(*newcomer, "days", ladder.newcomer_days);
    ladder.newcomer_guide = pick::boolean(*newcomer, "guide").value_or(ladder.newcomer_guide);
  }
  for (const Node* item : pick::items(map, "steps")) {
    LadderStep step;
    step.mark = item->mark;
    pick::number(*item, "from", step.from);
    pick::word(*item, "at_least", action_words(), step.at_least);
    step.notify = pick::words<Notified>(*item, "notify", notified_words());
    if (!ladder.steps.empty() &&
        (step.from <= ladder.steps.back().from || step.at_least <= ladder.steps.back().at_least)) {
      error(codes::kBadValue, item->mark, "a step of the ladder must begin later and be stricter than the one before",
            "order the steps by 'from'");
    }
    ladder.steps.push_back(std::move(step));
  }
}

void LoadState::add_privacy(const Node& map) {
  Privacy& privacy = model_.privacy;
  if (const Node* retain = map_at(map, "retain")) {
    pick::duration(*retain, "held", privacy.retain_held);
    pick::duration(*retain, "incidents", privacy.retain_incidents);
    pick::duration(*retain, "ledger", privacy.retain_ledger);
    pick::duration(*retain, "contacts", privacy.retain_contacts);
    if (const Node* contacts = retain->find("contacts");
        contacts != nullptr && privacy.retain_contacts < kLeastContacts) {
      error(codes::kBadValue, contacts->mark,
            "'contacts: " + contacts->scalar + "' forgets before first_contact can tell",
            "the first 30 days of a record tell nothing yet: keep it for 60d at least");
    }
  }
  pick::word(map, "reviewers_see", reviewer_view_words(), privacy.reviewers_see);
  pick::number(map, "min_group", privacy.min_group);
  privacy.person_reports = pick::boolean(map, "person_reports").value_or(privacy.person_reports);
  privacy.hold_out = pick::share(map, "hold_out").value_or(privacy.hold_out);
  if (const Node* subjects = map_at(map, "private_subjects")) {
    if (const Node* match = subjects->find("match")) privacy.private_subjects = regex(*match);
    pick::word(*subjects, "scan", private_scan_words(), privacy.private_scan);
  }
}

}  // namespace postern::policy
