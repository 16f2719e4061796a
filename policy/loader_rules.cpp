#include <algorithm>
#include <array>

#include "message/address.h"
#include "policy/codes.h"
#include "policy/file_groups.h"
#include "policy/loader_state.h"
#include "policy/pick.h"
#include "policy/values.h"

namespace postern::policy {

using std::string;
using std::string_view;
using yaml::Node;

namespace {

constexpr size_t kMaxRouteBytes = 64;

const Node* map_at(const Node& map, string_view key) {
  const Node* node = map.find(key);
  return node != nullptr && node->is_map() ? node : nullptr;
}

SourceMark mark_at_key(const Node& map, string_view key, const SourceMark& otherwise) {
  const Node* node = map.find(key);
  return node != nullptr ? node->mark : otherwise;
}

void set_entry(Node& map, const Node& key, const Node& value) {
  for (auto& [known, old] : map.entries) {
    if (known.scalar == key.scalar) {
      old = value;
      return;
    }
  }
  map.entries.emplace_back(key, value);
}

bool is_plain_id(string_view id) {
  return std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  });
}

bool is_route(string_view name) {
  return !name.empty() && name.size() <= kMaxRouteBytes && is_plain_id(name);
}

bool holds_message(string_view action) {
  const auto known = parse_action(action);
  return known == Action::justify || known == Action::quarantine;
}

// The items of both, as one list.
Node joined_lists(const Node& a, const Node& b) {
  Node out;
  out.kind = yaml::Kind::sequence;
  out.mark = a.mark;
  for (const Node* side : {&a, &b}) {
    if (side->is_sequence()) {
      out.items.insert(out.items.end(), side->items.begin(), side->items.end());
    } else if (!side->is_null()) {
      out.items.push_back(*side);
    }
  }
  return out;
}

// Lays an override over a pack's rule: `then` key by key, `unless` and `tests` added, the rest replaced.
Node overridden(const Node& rule, const Node& change) {
  Node out = rule;
  for (const auto& [key, value] : change.entries) {
    const Node* old = rule.find(key.scalar);
    if (key.scalar == "enabled") continue;
    if (old != nullptr && key.scalar == "unless") {
      set_entry(out, key, joined_lists(*old, value));
    } else if (old != nullptr && (key.scalar == "then" || key.scalar == "tests") && value.is_map()) {
      Node merged = *old;
      for (const auto& [inner, inner_value] : value.entries) {
        const Node* inner_old = old->find(inner.scalar);
        const bool add = key.scalar == "tests" && inner_old != nullptr;
        set_entry(merged, inner, add ? joined_lists(*inner_old, inner_value) : inner_value);
      }
      // What the pack's action asked for goes with the action.
      if (const Node* action = value.find("action")) {
        const bool sent = parse_action(action->scalar) <= Action::annotate;
        std::erase_if(merged.entries, [&, &given = value](const auto& entry) {
          const string& asked = entry.first.scalar;
          const bool fits = asked == "review" ? holds_message(action->scalar) : sent;
          return (asked == "review" || asked == "strip" || asked == "route") && !fits && given.find(asked) == nullptr;
        });
      }
      set_entry(out, key, merged);
    } else {
      set_entry(out, key, value);
    }
  }
  return out;
}

}  // namespace

void LoadState::collect_overrides(const Source& company) {
  const Node* map = map_at(company.head, "override");
  if (map == nullptr) return;
  for (const auto& [key, value] : map->entries) overrides_[key.scalar] = {&value, key.mark, false};
}

void LoadState::report_unused_overrides() {
  for (const auto& [id, one] : overrides_) {
    if (one.used) continue;
    if (rule_ids_.contains(id)) {
      error(codes::kKeysDoNotFit, one.mark, "'" + id + "' is this policy's own rule", "change the rule itself");
      continue;
    }
    std::vector<string_view> names;
    for (const auto& [name, mark] : rule_ids_) names.push_back(name);
    if (lacks_pack_ && did_you_mean(id, names).empty()) continue;
    unknown("rule", id, one.mark, names);
  }
}

void LoadState::add_rules(Source& source, const string& company_dir) {
  for (const Node& file : source.rule_files) {
    for (const Node* item : pick::items(file, "rules")) {
      if (!item->is_map()) continue;
      const Node* id = item->find("id");
      if (id == nullptr || !id->is_scalar() || id->scalar.empty()) continue;
      if (!is_plain_id(id->scalar)) {
        error(codes::kBadValue, id->mark, "'" + id->scalar + "' is no rule id: it goes into log lines and metrics",
              "write letters, digits and . _ - such as secret.codename");
        continue;
      }
      const auto [known, added] = rule_ids_.try_emplace(id->scalar, id->mark);
      if (!added) {
        error(codes::kDuplicate, id->mark, "the rule '" + id->scalar + "' is defined twice",
              "the first is at " + known->second.file->path + ":" + std::to_string(known->second.line));
        continue;
      }
      const auto change = overrides_.find(id->scalar);
      const size_t errors_before = diagnostics_.errors();
      std::optional<Rule> one;
      if (source.name.empty() || change == overrides_.end() || !change->second.node->is_map()) {
        one = rule(source, *item, company_dir);
      } else {
        change->second.used = true;
        if (pick::boolean(*change->second.node, "enabled") == false) continue;
        one = rule(source, overridden(*item, *change->second.node), company_dir);
        for (const auto& [key, value] : change->second.node->entries) {
          if (one && key.scalar != "enabled") one->overridden.push_back(key.scalar);
        }
      }
      // A rule with an error is not half a rule: it is left out.
      if (one && diagnostics_.errors() == errors_before) model_.rules.push_back(std::move(*one));
    }
  }
}

std::optional<Rule> LoadState::rule(Source& source, const Node& map, const string& company_dir) {
  Rule out;
  const Node* id = map.find("id");
  out.id = id->scalar;
  out.mark = id->mark;
  out.pack = source.label;
  out.title = pick::text_or(map, "title", out.id);
  out.clause = pick::text_or(map, "clause");
  out.description = pick::text_or(map, "description");
  out.false_positives = pick::texts(map, "false_positives");
  pick::word(map, "severity", severity_words(), out.severity);
  pick::word(map, "mode", mode_words(), out.mode);
  out.mode_mark = mark_at_key(map, "mode", out.mark);
  if (const Node* category = map.find("category"); category != nullptr && category->is_scalar()) {
    out.category = category->scalar;
    if (model_.find_category(out.category) == nullptr) {
      std::vector<string_view> names;
      for (const Category& one : model_.categories) names.push_back(one.name);
      unknown("category", out.category, category->mark, names);
    }
  }
  if (const Node* owner = map.find("owner")) out.owner = party(*owner);
  if (const Node* review_by = map.find("review_by"); review_by != nullptr && review_by->is_scalar()) {
    if (const auto day = parse_day(review_by->scalar)) out.review_by = *day;
    out.review_mark = review_by->mark;
  }
  if (const Node* canary = map_at(map, "canary")) {
    Canary value;
    value.mark = canary->mark;
    value.share = pick::share(*canary, "percent").value_or(1.0);
    pick::number(*canary, "seed", value.seed);
    out.canary = value;
  }
  if (const Node* fallback = map_at(map, "fallback")) {
    Fallback value;
    value.mark = fallback->mark;
    value.overrides = pick::share(*fallback, "overrides").value_or(0);
    pick::number(*fallback, "min_senders", value.min_senders);
    out.fallback = value;
    if (out.severity > Severity::medium) {
      error(codes::kKeysDoNotFit, fallback->mark, "'fallback' is for rules up to severity medium");
    }
  }
  if (const Node* active = map_at(map, "active")) {
    out.active.from = date(*active, "from");
    out.active.until = date(*active, "until");
    pick::word(*active, "on_end", on_end_words(), out.active.on_end);
    if (active->find("on_end") != nullptr && !out.active.until) {
      error(codes::kKeysDoNotFit, active->find("on_end")->mark,
            "'on_end' says what happens at the end, and there is none", "name it: until: a time, or a name in dates");
    }
  }
  if (const Node* when = map_at(map, "when")) {
    out.senders = filter(when->find("senders"));
    const Node* recipients = when->find("recipients");
    out.recipients = filter(recipients);
    if (recipients != nullptr && recipients->is_map()) {
      if (const auto least = pick::integer(*recipients, "visible_outside_at_least")) {
        out.visible_outside_at_least = std::uint32_t(*least);
      }
      out.first_contact = pick::boolean(*recipients, "first_contact").value_or(false);
    }
    const bool no_address = out.recipients.any.empty() && out.recipients.all.empty();
    if (recipients == nullptr || (no_address && recipients->is_map())) {
      AddressTerm outside;
      outside.kind = AddressTerm::Kind::destination_class;
      outside.cls = DestinationClass::outside;
      outside.mark = out.mark;
      out.recipients.any.push_back(std::move(outside));
    }
    pick::word(*when, "scope", scope_words(), out.scope);
    if (const Node* tree = map_at(*when, "content")) {
      out.content = content(source, *tree);
      out.content_mark = tree->mark;
    }
  }
  for (const Node* item : pick::items(map, "unless")) {
    if (item->is_map()) out.unless.push_back(exemption(*item));
  }
  if (const Node* node = map_at(map, "then")) out.then = then(*node, model_.find_category(out.category));
  if (out.then.strip_attachment && out.scope == Scope::message) {
    error(codes::kKeysDoNotFit, mark_at_key(*map_at(map, "then"), "strip", out.then.mark),
          "'strip' does not go with 'scope: message': what is found all over the mail names no attachment",
          "leave scope out: the rule then looks at each attachment by itself");
  }
  if (const Node* tests = map_at(map, "tests")) add_tests(out, *tests, source, company_dir);
  return out;
}

Exemption LoadState::exemption(const Node& map) {
  Exemption out;
  out.mark = map.mark;
  out.senders = filter(map.find("senders"));
  out.recipients = filter(map.find("recipients"));
  out.from = date(map, "from");
  out.until = date(map, "until");
  return out;
}

Then LoadState::then(const Node& map, const Category* category) {
  Then out;
  out.mark = map.mark;
  out.action_mark = mark_at_key(map, "action", map.mark);
  pick::word(map, "action", action_words(), out.action);
  out.review = pick::words<Approver>(map, "review", approver_words());
  out.notify = pick::words<Notified>(map, "notify", notified_words());
  out.training = pick::text_or(map, "training", category != nullptr ? category->module : "");
  out.strip_attachment = map.find("strip") != nullptr;
  out.route = pick::text_or(map, "route");
  if (const Node* route = map.find("route"); route != nullptr && !is_route(out.route)) {
    error(codes::kBadValue, route->mark, "'" + out.route + "' is no name of a route: it goes into a header field",
          "write at most 64 letters, digits and . _ - such as encrypt");
  }
  if (out.action > Action::annotate && (out.strip_attachment || !out.route.empty())) {
    error(codes::kKeysDoNotFit, out.action_mark, "'strip' and 'route' go with actions up to annotate",
          "what is held or refused is not sent on");
  }
  const bool held = out.action == Action::justify || out.action == Action::quarantine;
  if (!out.review.empty() && !held) {
    error(codes::kKeysDoNotFit, mark_at_key(map, "review", map.mark),
          "'review' needs an action that holds the message: justify or quarantine");
  }
  return out;
}

Where LoadState::where(const Node& map) {
  Where out;
  for (const Node* item : pick::items(map, "in")) {
    // Words that are both, such as body, mean the region: where in the mail.
    if (const auto region = parse_region(item->scalar)) {
      out.regions.set(static_cast<size_t>(*region));
    } else if (const auto place = parse_place(item->scalar)) {
      out.places.set(static_cast<size_t>(*place));
    }
  }
  return out;
}

std::optional<Content> LoadState::detector_content(const Source& source, const Node& map) {
  Content out;
  out.kind = Content::Kind::detector;
  out.mark = map.mark;
  out.in = where(map);
  const Node* name = map.find("detector");
  if (name == nullptr || !name->is_scalar()) return std::nullopt;
  out.mark = name->mark;
  auto it = detectors_by_name_.find(full_name(source, name->scalar));
  if (it == detectors_by_name_.end() && source.name.empty()) it = detectors_by_name_.find(name->scalar);
  if (it == detectors_by_name_.end()) {
    std::vector<string_view> names;
    const string prefix = full_name(source, "");
    for (const auto& [known, index] : detectors_by_name_) {
      if (known.starts_with(prefix)) names.push_back(string_view(known).substr(prefix.size()));
    }
    unknown("detector", name->scalar, name->mark, names);
    return std::nullopt;
  }
  DetectorCondition& condition = out.detector;
  condition.detector = it->second;
  pick::number(map, "min_count", condition.min_count);
  pick::number(map, "min_confidence", condition.min_confidence);
  if (const auto weight = pick::integer(map, "min_weight")) condition.min_weight = std::uint64_t(*weight);
  condition.distinct = pick::boolean(map, "distinct").value_or(true);
  pick::word(map, "quoted", quoted_text_words(), condition.quoted);
  return out;
}

// Where a part as a whole lies is told apart no further than this.
Where LoadState::where_of_part(const Node& map, string_view beside) {
  for (const Node* item : pick::items(map, "in")) {
    const auto region = parse_region(item->scalar);
    const bool known = region || parse_place(item->scalar);
    if (!known || region == Region::body || region == Region::attachment) continue;
    error(codes::kKeysDoNotFit, item->mark, "'in: " + item->scalar + "' does not go with '" + string(beside) + "'",
          "a part as a whole is in the body or in an attachment");
  }
  return where(map);
}

std::optional<Content> LoadState::content(const Source& source, const Node& map) {
  Content out;
  out.mark = map.mark;
  const auto children = [&](string_view key, Content::Kind kind) {
    out.kind = kind;
    reject_keys(map, {"min_count", "min_confidence", "min_weight", "distinct", "in", "quoted"}, key);
    for (const Node* item : pick::items(map, key)) {
      if (!item->is_map()) continue;
      if (auto child = content(source, *item)) out.children.push_back(std::move(*child));
    }
    return out.children.empty() ? std::nullopt : std::optional(out);
  };
  if (map.find("all") != nullptr) return children("all", Content::Kind::all);
  if (map.find("any") != nullptr) return children("any", Content::Kind::any);
  if (map.find("not") != nullptr) return children("not", Content::Kind::negation);
  if (map.find("detector") != nullptr) return detector_content(source, map);
  if (map.find("outcome") != nullptr) {
    out.kind = Content::Kind::outcome;
    out.in = where_of_part(map, "outcome");
    reject_keys(map, {"min_count", "min_confidence", "min_weight", "distinct", "quoted"}, "outcome");
    for (const Node* item : pick::items(map, "outcome")) {
      const auto outcome = parse_outcome(item->scalar);
      if (outcome == Outcome::complete) {
        error(codes::kBadValue, item->mark, "'complete' is what could be read: every ordinary part is that",
              "name what could not be read, such as encrypted");
      }
      if (outcome) out.outcome.outcomes.set(static_cast<size_t>(*outcome));
    }
    return out;
  }
  if (map.find("fact") != nullptr) {
    out.kind = Content::Kind::fact;
    out.in = where_of_part(map, "fact");
    reject_keys(map, {"min_count", "min_confidence", "min_weight", "distinct", "quoted"}, "fact");
    out.fact.facts = pick::texts(map, "fact");
    return out;
  }
  if (const Node* file = map_at(map, "file")) {
    out.kind = Content::Kind::file;
    out.in = where_of_part(map, "file");
    reject_keys(map, {"min_count", "min_confidence", "min_weight", "distinct", "quoted"}, "file");
    out.file = file_condition(source, *file);
    return out;
  }
  return std::nullopt;
}

void LoadState::add_tests(Rule& rule, const Node& tests, const Source& source, const string& company_dir) {
  const auto add = [&](string_view key, RuleTest::Expectation expectation) {
    for (const Node* item : pick::items(tests, key)) {
      if (!item->is_map()) continue;
      // Tests that an override adds lie in the company's folder.
      const bool from_company = !source.name.empty() && !item->mark.file->path.starts_with(source.dir + "/");
      RuleTest test = rule_test(*item, from_company ? company_dir : source.dir, rule.id);
      test.expectation = expectation;
      const auto same_name = [&](const RuleTest& one) { return one.name == test.name; };
      if (std::any_of(rule.tests.begin(), rule.tests.end(), same_name)) {
        diagnostics_.warning(string(codes::kDuplicate), item->mark,
                             "two tests of the rule are named '" + test.name + "'");
      }
      rule.tests.push_back(std::move(test));
    }
  };
  add("should_match", RuleTest::Expectation::match);
  add("should_not_match", RuleTest::Expectation::no_match);
}

RuleTest LoadState::rule_test(const Node& map, const string& dir, const string& rule_id) {
  RuleTest out;
  out.mark = map.mark;
  out.name = pick::text_or(map, "name");
  if (const Node* name = map.find("name")) out.mark = name->mark;
  out.subject = pick::text_or(map, "subject");
  out.body = pick::text_or(map, "body");
  const auto address = [&](const Node& node) {
    const auto parsed = parse_address(node.scalar);
    const bool ok = node.is_scalar() && parsed && !parsed->domain.empty();
    const bool test_class = ok && parsed->local == "test" && parsed->domain.find('.') == string::npos;
    if (!ok) {
      error(codes::kAddress, node.mark, "'" + node.scalar + "' is no address",
            "test@social is a test address of the class social");
    } else if (test_class && !parse_destination_class(parsed->domain)) {
      const auto words = destination_class_words();
      unknown("destination class", parsed->domain, node.mark, {words.begin(), words.end()});
    }
    return node.scalar;
  };
  if (const Node* from = map.find("from"); from != nullptr && from->is_scalar()) out.from = address(*from);
  for (const Node* item : pick::items(map, "to")) {
    if (item->is_scalar()) out.to.push_back(address(*item));
  }
  if (const string* at = pick::text(map, "at")) {
    if (const auto time = parse_rfc3339(*at)) out.at = *time;
  }
  if (const auto shown = pick::integer(map, "visible_outside")) out.visible_outside = std::uint32_t(*shown);
  out.first_contact = pick::boolean(map, "first_contact").value_or(false);
  if (const Node* file = map.find("file"); file != nullptr && file->is_scalar()) {
    if (!is_inside(file->scalar)) {
      error(codes::kNoFile, file->mark, "a test file lies below the policy's folder", "tests/NAME");
    } else if (!files_.note_file(dir, file->scalar, "tests of " + rule_id)) {
      error(codes::kNoFile, file->mark, "there is no file '" + file->scalar + "' in " + dir);
    } else {
      out.file = dir + "/" + file->scalar;
    }
  }
  if (out.subject.empty() && out.body.empty() && map.find("file") == nullptr) {
    error(codes::kMissingKey, map.mark, "the test has no subject, body or file", "");
  }
  if (const Node* expect = map_at(map, "expect")) {
    if (const string* word = pick::text(*expect, "action")) out.action = parse_action(*word);
    if (const string* word = pick::text(*expect, "place")) out.place = parse_place(*word);
    if (const auto count = pick::integer(*expect, "count")) out.count = std::uint32_t(*count);
    if (const auto confidence = pick::integer(*expect, "confidence")) out.confidence = int(*confidence);
    out.strip = expect->find("strip") != nullptr;
  }
  return out;
}

}  // namespace postern::policy
