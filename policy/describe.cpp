#include "policy/describe.h"

#include "policy/describe_parts.h"
#include "policy/model_words.h"
#include "policy/views.h"

namespace postern::policy {

namespace {

using std::string;

string yes_no(bool value) {
  return value ? "yes" : "no";
}

template <typename List, typename ToText>
std::set<string> texts(const List& list, ToText to_text) {
  std::set<string> out;
  for (const auto& one : list) out.insert(to_text(one));
  return out;
}

class Describer {
 public:
  explicit Describer(const Model& model) : model_(model) {}

  std::map<ThingName, Described> run() {
    names();
    settings();
    for (const Evidence& one : model_.evidence) evidence(one);
    for (const Detector& one : model_.detectors) detector(one);
    for (const Rule& one : model_.rules) rule(one);
    return std::move(out_);
  }

 private:
  Described& thing(const char* kind, const string& name) { return out_[{kind, name}]; }
  string term(const AddressTerm& one) const { return to_string(one, model_); }

  void names() {
    Described& organisation = thing("organisation", "");
    organisation.values["name"] = model_.organisation.name;
    organisation.lists["domains"] = texts(model_.organisation.domains, [&](const auto& one) { return term(one); });
    organisation.lists["own_values"] = texts(model_.organisation.own_values, [](const auto& one) { return one.text; });
    for (const UsedPack& pack : model_.packs) {
      thing("pack", pack.name + "@" + std::to_string(pack.major)).values["version"] = pack.version;
    }
    for (const Group& group : model_.groups) {
      thing("group", group.name).lists["members"] = texts(group.members, [&](const auto& one) { return term(one); });
    }
    for (const Category& category : model_.categories) {
      Described& one = thing("category", category.name);
      one.values["title"] = category.title;
      one.values["module"] = category.module;
    }
    for (const Liaison& liaison : model_.liaisons) {
      Described& one = thing("liaison", liaison.name);
      one.lists["review"] = texts(liaison.review, [](const auto& party) { return party.text; });
      one.lists["deputy"] = texts(liaison.deputy, [](const auto& party) { return party.text; });
    }
    for (const NamedDate& date : model_.dates) thing("date", date.name).values["time"] = format_rfc3339(date.time);
    for (const auto& entry : model_.destinations.entries) {
      thing("destination", string(to_string(entry.cls))).lists["addresses"].insert(entry.pattern);
    }
    for (const auto& expansion : model_.destinations.expansions) {
      thing("expansion", expansion.address).lists["classes"] =
          texts(expansion.classes, [](DestinationClass cls) { return string(to_string(cls)); });
    }
    for (const Boilerplate& paragraph : model_.boilerplate) {
      thing("boilerplate", paragraph.path).lists["paragraphs"].insert(paragraph.text);
    }
  }

  void settings() {
    Described& holds = thing("settings", "holds");
    holds.values["remind"] = format_duration(model_.holds.remind);
    holds.values["expires"] = format_duration(model_.holds.expires);
    holds.values["on_expiry"] = on_expiry_words()[static_cast<size_t>(model_.holds.on_expiry)];
    holds.values["escalate_after"] = format_duration(model_.holds.escalate_after);
    holds.values["calendar"] = model_.holds.calendar;
    holds.values["break_glass"] = yes_no(model_.holds.break_glass);
    Described& annotation = thing("settings", "annotation");
    annotation.values["footer"] = model_.annotation.footer;
    annotation.values["header"] = yes_no(model_.annotation.header);
    annotation.values["training_link"] = training_link_words()[static_cast<size_t>(model_.annotation.training_link)];
    views(model_.views, thing("settings", "views"));
    Described& ladder = thing("settings", "ladder");
    ladder.values["enabled"] = yes_no(model_.ladder.enabled);
    ladder.values["window"] = format_duration(model_.ladder.window);
    ladder.values["newcomer"] =
        std::to_string(model_.ladder.newcomer_days) + " days, guide " + yes_no(model_.ladder.newcomer_guide);
    ladder.values["forgiven_by"] = model_.ladder.forgiven_by == ForgivenBy::module ? "module" : "nothing";
    for (const LadderStep& step : model_.ladder.steps) {
      string text = string(to_string(step.at_least));
      for (const Notified notified : step.notify) text += ", notify " + string(to_string(notified));
      ladder.values["from " + std::to_string(step.from)] = text;
    }
    const Privacy& from = model_.privacy;
    Described& privacy = thing("settings", "privacy");
    privacy.values["retain.held"] = format_duration(from.retain_held);
    privacy.values["retain.incidents"] = format_duration(from.retain_incidents);
    privacy.values["retain.ledger"] = format_duration(from.retain_ledger);
    privacy.values["reviewers_see"] = reviewer_view_words()[static_cast<size_t>(from.reviewers_see)];
    privacy.values["min_group"] = std::to_string(from.min_group);
    privacy.values["person_reports"] = yes_no(from.person_reports);
    privacy.values["hold_out"] = share_text(from.hold_out);
    if (from.private_subjects) {
      privacy.values["private_subjects"] =
          from.private_subjects->pattern + ", " + string(private_scan_words()[static_cast<size_t>(from.private_scan)]);
    }
  }

  // One that is not switched is as it would be anyway.
  static void views(const ViewSwitches& from, Described& out) {
    for (const ViewSwitch& one : view_switches()) {
      if ((from.on & one.views) == one.views) out.lists["views"].insert(string(one.name) + " on");
      if ((from.off & one.views) == one.views) out.lists["views"].insert(string(one.name) + " off");
    }
  }

  void evidence(const Evidence& from) {
    Described& out = thing("evidence", from.name);
    std::visit([&](const auto& one) { describe_pattern(one, "", out); }, from.pattern);
  }

  void detector(const Detector& from) {
    Described& out = thing("detector", from.id);
    out.sensitive = from.sensitive;
    out.values["title"] = from.title;
    describe_pattern(from.primary, "", out);
    out.values["validate"] = from.validate == Validator::none ? "" : to_string(from.validate);
    if (from.min_entropy != kDefaultEntropy) out.values["min_entropy"] = std::to_string(from.min_entropy) + "/16 bits";
    out.values["sensitive"] = yes_no(from.sensitive);
    out.values["raw"] = yes_no(from.raw);
    views(from.views, out);
    for (const ConfidenceLevel& level : from.confidence) {
      string when;
      for (const EvidenceCondition& condition : level.when) {
        when += (when.empty() ? "" : " and ") + std::to_string(condition.at_least) + " of";
        for (const EvidenceIndex index : condition.of) {
          when += " " + model_.evidence[index].name;
          out.uses.insert("evidence " + model_.evidence[index].name);
        }
        when += " within " + describe(condition.within);
      }
      out.lists["confidence"].insert(std::to_string(level.level) + (when.empty() ? "" : " when " + when));
    }
    for (const WordEntry& value : from.allow.values) out.lists["allow.values"].insert(value.text);
    for (const AllowList::Near& near : from.allow.near) {
      std::visit([&](const auto& one) { describe_pattern(one, "allow.near.", out); }, near.pattern);
      out.lists["allow.near.within"].insert(describe(near.within));
    }
  }

  void filter(const AddressFilter& from, const string& name, Described& out) {
    const auto add = [&](const std::vector<AddressTerm>& terms, const string& key) {
      for (const AddressTerm& one : terms) {
        out.lists[key].insert(term(one));
        if (one.kind == AddressTerm::Kind::group) out.uses.insert("group " + model_.groups[one.group].name);
        if (one.kind == AddressTerm::Kind::destination_class) {
          out.uses.insert("destination " + string(to_string(one.cls)));
        }
      }
    };
    add(from.any, name);
    add(from.all, name + ".all");
    add(from.none, name + ".not");
  }

  string filter_text(const AddressFilter& from) const {
    string out;
    const auto add = [&](const std::vector<AddressTerm>& terms, const char* before) {
      if (!terms.empty()) out += (out.empty() ? "" : " ") + string(before);
      for (size_t i = 0; i < terms.size(); i++) out += (i == 0 ? "" : ", ") + term(terms[i]);
    };
    add(from.any, "");
    add(from.all, "all of ");
    add(from.none, "not ");
    return out;
  }

  string exemption(const Exemption& from) const {
    string out;
    if (!from.senders.matches_everyone()) out += "senders " + filter_text(from.senders);
    if (!from.recipients.matches_everyone()) {
      out += (out.empty() ? "" : "; ") + string("recipients ") + filter_text(from.recipients);
    }
    if (from.from) out += (out.empty() ? "from " : "; from ") + date_text(*from.from);
    if (from.until) out += (out.empty() ? "until " : "; until ") + date_text(*from.until);
    return out;
  }

  void rule(const Rule& from) {
    Described& out = thing("rule", from.id);
    out.values["title"] = from.title;
    out.values["category"] = from.category;
    out.values["severity"] = to_string(from.severity);
    out.values["owner"] = from.owner ? from.owner->text : "";
    out.values["review_by"] = from.review_by ? format_rfc3339(*from.review_by) : "";
    out.values["clause"] = from.clause;
    out.values["description"] = from.description;
    out.lists["false_positives"].insert(from.false_positives.begin(), from.false_positives.end());
    out.values["mode"] = to_string(from.mode);
    out.values["canary"] =
        from.canary ? share_text(from.canary->share) + ", seed " + std::to_string(from.canary->seed) : "";
    out.values["fallback"] = from.fallback ? share_text(from.fallback->overrides) + " overrides of " +
                                                 std::to_string(from.fallback->min_senders) + " senders"
                                           : "";
    out.values["active.from"] = from.active.from ? date_text(*from.active.from) : "";
    out.values["active.until"] = from.active.until ? date_text(*from.active.until) : "";
    out.values["active.on_end"] = to_string(from.active.on_end);
    filter(from.senders, "senders", out);
    filter(from.recipients, "recipients", out);
    if (from.visible_outside_at_least) {
      out.values["visible_outside_at_least"] = std::to_string(*from.visible_outside_at_least);
    }
    if (from.first_contact) out.values["first_contact"] = "yes";
    if (from.content) {
      out.values["content"] = describe(*from.content, model_);
      content_uses(*from.content, out);
    }
    out.values["scope"] = to_string(from.scope);
    for (const Exemption& one : from.unless) out.lists["unless"].insert(exemption(one));
    out.values["action"] = to_string(from.then.action);
    out.lists["review"] = texts(from.then.review, [](Approver one) { return string(to_string(one)); });
    out.lists["notify"] = texts(from.then.notify, [](Notified one) { return string(to_string(one)); });
    out.values["training"] = from.then.training;
    out.values["strip"] = from.then.strip_attachment ? "attachment" : "";
    out.values["route"] = from.then.route;
    for (const RuleTest& test : from.tests) {
      out.lists["tests"].insert(
          (test.expectation == RuleTest::Expectation::match ? "should match: " : "should not match: ") + test.name);
    }
  }

  void content_uses(const Content& content, Described& out) const {
    if (content.kind == Content::Kind::detector) {
      out.uses.insert("detector " + model_.detectors[content.detector.detector].id);
    }
    for (const Content& child : content.children) content_uses(child, out);
  }

  const Model& model_;
  std::map<ThingName, Described> out_;
};

}  // namespace

std::map<ThingName, Described> describe(const Model& model) {
  return Describer(model).run();
}

}  // namespace postern::policy
