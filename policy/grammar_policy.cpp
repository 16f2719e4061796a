// The tables of policy.yaml and pack.yaml.
#include <array>

#include "policy/grammar_types.h"

namespace postern::policy::grammar {

namespace {

constexpr std::array kOrganisationKeys = {
    KeySpec{"name", text(), Need::required, "The company's name as people know it."},
    KeySpec{"domains", addresses(), Need::required, "Our own domains: d is exactly d, .d is every subdomain of d."},
    KeySpec{"own_values", or_empty(texts()), Need::optional, "Our own IBAN, phone, VAT id: never a hit."},
};
constexpr MapSpec kOrganisation{"organisation", "Who we are.", kOrganisationKeys, {}};

constexpr std::array kDestinationsKeys = {
    KeySpec{"partner", or_empty(addresses()), Need::optional, "Companies that we work with."},
    KeySpec{"personal", or_empty(addresses()), Need::optional, "More freemail domains."},
    KeySpec{"disposable", or_empty(addresses()), Need::optional, "More throw-away mail domains."},
    KeySpec{"social", or_empty(addresses()), Need::optional, "More posting addresses of social platforms."},
    KeySpec{"app", or_empty(addresses()), Need::optional, "More intakes of channels, boards, storage and automation."},
    KeySpec{"public-list", or_empty(addresses()), Need::optional, "More public mailing lists and trackers."},
    KeySpec{"press", or_empty(addresses()), Need::optional, "Press and news wires."},
    KeySpec{"competitor", or_empty(addresses()), Need::optional, "Competitors."},
    KeySpec{"lookalike", or_empty(addresses()), Need::optional, "Domains known to imitate ours or a partner's."},
    KeySpec{
        "protected", or_empty(addresses()), Need::optional,
        "Works council, regulators, unions, counsel, whistle-blower bodies, doctors: never held, shown or counted."},
};
constexpr MapSpec kDestinations{
    "destinations", "Added to the shipped catalogue.", kDestinationsKeys, {}, Empty::allowed};

constexpr std::array kCategoryKeys = {
    KeySpec{"title", text(), Need::required, "The category's name for people."},
    KeySpec{"module", text(), Need::optional, "The training module of its rules."},
};
constexpr MapSpec kCategory{"category", "A kind of proprietary information.", kCategoryKeys, {}};

constexpr std::array kLiaisonKeys = {
    KeySpec{"review", addresses(), Need::required, "Who reviews: groups or addresses."},
    KeySpec{"deputy", addresses(), Need::optional, "Who stands in."},
};
constexpr MapSpec kLiaison{"liaison", "Who reviews for a group or category.", kLiaisonKeys, {}};

constexpr std::array kHoldsKeys = {
    KeySpec{"remind", duration(), Need::optional, "Remind the reviewers after this time."},
    KeySpec{"expires", duration(), Need::optional, "How long a message is held."},
    KeySpec{"on_expiry", word(on_expiry_words), Need::optional, "What becomes of a hold that expires."},
    KeySpec{"escalate_after", duration(), Need::optional, "Ask the deputies after this time."},
    KeySpec{"calendar", text(), Need::optional, "The working-time calendar that these times count in."},
    KeySpec{"break_glass", boolean(), Need::optional, "Whether a sender may release in an emergency, recorded."},
};
constexpr MapSpec kHolds{"holds", "Held messages.", kHoldsKeys, {}, Empty::allowed};

constexpr std::array kAnnotationKeys = {
    KeySpec{"footer", text(), Need::optional, "A footer for annotated messages."},
    KeySpec{"header", boolean(), Need::optional, "X-Postern-Reference, when nobody outside remains."},
    KeySpec{"training_link", word(training_link_words), Need::optional, "Where the lesson's plain address appears."},
};
constexpr MapSpec kAnnotation{
    "annotation", "What annotate does to the message itself.", kAnnotationKeys, {}, Empty::allowed};

constexpr std::array kLadderStepKeys = {
    KeySpec{"from", integer(1, 1000), Need::required, "From the how-manieth incident on."},
    KeySpec{"at_least", word(action_words), Need::required, "The mildest action then."},
    KeySpec{"notify", word(notified_words, Many::one_or_list), Need::optional, "Who is told."},
};
constexpr MapSpec kLadderStep{"ladder step", "One step of the ladder.", kLadderStepKeys, {}};

constexpr std::array kNewcomerKeys = {
    KeySpec{"days", integer(0, 3650), Need::optional, "How long somebody is new."},
    KeySpec{"guide", boolean(), Need::optional, "Guidance first: a welcome notice and the module."},
};
constexpr MapSpec kNewcomer{"newcomer", "People who are new.", kNewcomerKeys, {}, Empty::allowed};

constexpr std::array kLadderKeys = {
    KeySpec{"enabled", boolean(), Need::optional, "Whether repeats change the response."},
    KeySpec{"window", duration(), Need::optional, "The time in which repeats count."},
    KeySpec{"steps", map(kLadderStep, Many::list), Need::optional, "Rising steps."},
    KeySpec{"forgiven_by", word(forgiven_by_words), Need::optional, "What resets the count."},
    KeySpec{"newcomer", map(kNewcomer), Need::optional, "People who are new."},
};
constexpr MapSpec kLadder{"ladder", "How repeats change the response.", kLadderKeys, {}, Empty::allowed};

constexpr std::array kRetainKeys = {
    KeySpec{"held", duration(), Need::optional, "Held messages."},
    KeySpec{"incidents", duration(), Need::optional, "Incidents."},
    KeySpec{"ledger", duration(), Need::optional, "The teaching record."},
    KeySpec{"contacts", duration(), Need::optional, "Which addresses ours wrote to, for first_contact."},
};
constexpr MapSpec kRetain{"retain", "How long things are kept.", kRetainKeys, {}, Empty::allowed};

constexpr std::array kPrivateSubjectsKeys = {
    KeySpec{"match", text(), Need::required, "A regex over the subject."},
    KeySpec{"scan", word(private_scan_words), Need::optional, "What is scanned of such a message."},
};
constexpr MapSpec kPrivateSubjects{"private_subjects", "Messages marked private.", kPrivateSubjectsKeys, {}};

constexpr std::array kPrivacyKeys = {
    KeySpec{"retain", map(kRetain), Need::optional, "How long things are kept."},
    KeySpec{"reviewers_see", word(reviewer_view_words), Need::optional, "Names or pseudonyms."},
    KeySpec{"min_group", integer(1, 10000), Need::optional, "Reports fold smaller groups."},
    KeySpec{"person_reports", boolean(), Need::optional, "Whether there are reports about one person."},
    KeySpec{"hold_out", share(), Need::optional, "Share of senders who get no lesson, to measure its effect."},
    KeySpec{"private_subjects", map(kPrivateSubjects), Need::optional, "Messages marked private."},
};
constexpr MapSpec kPrivacy{"privacy", "Privacy of those who send.", kPrivacyKeys, {}, Empty::allowed};

constexpr std::array kPolicyKeys = {
    KeySpec{"apiVersion", text(), Need::required, "postern/v1"},
    KeySpec{"use", or_empty(texts()), Need::optional, "Shipped packs by major version: trade-secrets@1."},
    KeySpec{"override", map(kOverrideMap, Many::named), Need::optional, "What this company changes in a pack's rules."},
    KeySpec{"organisation", map(kOrganisation), Need::required, "Who we are."},
    KeySpec{"groups", or_empty(addresses(Many::named_list)), Need::optional, "Named lists of addresses."},
    KeySpec{"destinations", map(kDestinations), Need::optional, "Added to the shipped catalogue."},
    KeySpec{"expansions", or_empty(addresses(Many::named_list)), Need::optional,
            "Our own addresses that fan out to people outside, with the classes of those."},
    KeySpec{"categories", map(kCategory, Many::named), Need::optional, "Kinds of proprietary information."},
    KeySpec{"liaisons", map(kLiaison, Many::named), Need::optional,
            "Who reviews, by group or category; '*' is the rest."},
    KeySpec{"dates", Type{Shape::time, Many::named}, Need::optional, "Named times, with offset."},
    KeySpec{"holds", map(kHolds), Need::optional, "Held messages."},
    KeySpec{"annotation", map(kAnnotation), Need::optional, "What annotate does to the message itself."},
    KeySpec{"ladder", map(kLadder), Need::optional, "How repeats change the response."},
    KeySpec{"privacy", map(kPrivacy), Need::optional, "Privacy of those who send."},
    KeySpec{"views", map(kViewsMap), Need::optional, "Views of the text that everything is looked for in."},
};

constexpr std::array kPackKeys = {
    KeySpec{"apiVersion", text(), Need::required, "postern/v1"},
    KeySpec{"name", text(), Need::required, "The folder's name."},
    KeySpec{"version", text(), Need::required, "major.minor.patch; the major number is the folder's name."},
    KeySpec{"title", text(), Need::required, "The pack's name for people."},
    KeySpec{"groups", or_empty(addresses(Many::named_list)), Need::optional,
            "Groups that its rules name, usually empty; the company's own list of that name takes their place."},
    KeySpec{"categories", map(kCategory, Many::named), Need::optional, "Kinds of proprietary information."},
    KeySpec{"dates", Type{Shape::time, Many::named}, Need::optional, "Named times, with offset."},
};

}  // namespace

constexpr MapSpec kPolicyMap{"policy.yaml", "The policy of one organisation.", kPolicyKeys, {}};
constexpr MapSpec kPackMap{"pack.yaml", "A shipped pack of rules.", kPackKeys, {}};

}  // namespace postern::policy::grammar
