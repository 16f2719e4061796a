// `views:` of a policy and of its detectors: what a view alone shows is found where the view is on, and nowhere else.
#include "policy/grammar.h"
#include "policy/views.h"
#include "tests/policy/evaluate_support.h"

namespace postern::policy {
namespace {

using namespace testing_support;

// Shows 'Nightjar' or 'PXQ-1234' in one view and in no other.
struct OfView {
  const char* view;
  const char* text;
};
constexpr OfView kTexts[] = {
    {"latin", "the РXQ-1234 ships"},
    {"skeleton", "our Nіghtјаr ships"},
    {"numerals", "the PXQ-12O4 ships"},
    {"letters", "our N1ghtjar ships"},
    {"spaced", "our N-i-g-h-t-j-a-r ships"},
    {"unwrapped", "our Night-\njar ships"},
    {"codes", "the PXQ-\n1234 ships"},
    {"debris", "the PX<b>Q</b>-1234 ships"},
    {"joined", "our Night~jar ships"},
    {"reversed", "our rajthgiN ships"},
    {"decoded", "our TmlnaHRqYXIgc2hpcHM= today"},
};

std::string detector(const std::string& views) {
  return "detectors:\n"
         "  - {id: word, primary: {keywords: [Nightjar]}" +
         views +
         "}\n"
         "  - {id: number, primary: {regex: '\\bPXQ-\\d{4}\\b'}" +
         views + "}\n";
}

constexpr const char* kWhen = "      content: {any: [{detector: word}, {detector: number}]}\n";

TEST_F(PolicyTest, ViewsAreOnUnlessSwitchedOff) {
  load_rule(detector(""), kWhen);
  for (const OfView& c : kTexts) EXPECT_EQ(action(MessageBuilder().body(c.text)), Action::quarantine) << c.view;
}

TEST_F(PolicyTest, EachViewIsSwitchedByItself) {
  for (const OfView& off : kTexts) {
    load_rule(detector(std::string(", views: {") + off.view + ": off}"), kWhen);
    for (const OfView& c : kTexts) {
      EXPECT_EQ(action(MessageBuilder().body(c.text)), c.view == off.view ? Action::allow : Action::quarantine)
          << c.view << " without " << off.view;
    }
  }
}

TEST_F(PolicyTest, LeetIsOffUnlessSwitchedOn) {
  constexpr const char* kSigns[] = {"our |\\|ightjar ships", "our |\\|ight|@r ships"};
  load_rule(detector(""), kWhen);
  for (const char* text : kSigns) EXPECT_EQ(action(MessageBuilder().body(text)), Action::allow) << text;
  load_rule(detector(", views: {leet: on}"), kWhen);
  EXPECT_EQ(action(MessageBuilder().body(kSigns[0])), Action::quarantine);
  for (const char* honest : {"it costs $100 (+7%) at 4pm!", "the n1ghtly build, c++20", "a@b.example"}) {
    EXPECT_EQ(action(MessageBuilder().body(honest)), Action::allow) << honest;
  }
}

TEST_F(PolicyTest, ADetectorSwitchesBackWhatThePolicySwitches) {
  const std::string rules =
      "detectors:\n"
      "  - {id: quiet, primary: {keywords: [Nightjar]}}\n"
      "  - {id: keen, primary: {keywords: [Nightjar]}, views: {spaced: on}}\n"
      "rules:\n"
      "  - {id: secret.q, title: t, category: secret, severity: low, owner: group:press, mode: enforce, when: "
      "{content: "
      "{detector: quiet}}, then: {action: reject}}\n"
      "  - {id: secret.k, title: t, category: secret, severity: low, owner: group:press, mode: enforce, when: "
      "{content: "
      "{detector: keen}}, then: {action: quarantine}}\n";
  load(rules, "views: {spaced: off, skeleton: off}\n");
  EXPECT_EQ(action(MessageBuilder().body("our Nightjar ships")), Action::reject);
  EXPECT_EQ(action(MessageBuilder().body("our N-i-g-h-t-j-a-r ships")), Action::quarantine);
  EXPECT_EQ(action(MessageBuilder().body("our Nіghtјаr ships")), Action::allow);
}

TEST(ViewSwitches, AreThoseOfTheGrammar) {
  const auto switches = view_switches();
  ASSERT_EQ(grammar::kViewsMap.keys.size(), switches.size());
  unsigned all = 0;
  for (size_t i = 0; i < switches.size(); i++) {
    EXPECT_EQ(grammar::kViewsMap.keys[i].name, switches[i].name);
    EXPECT_EQ(all & switches[i].views, 0U) << switches[i].name;
    all |= switches[i].views;
  }
  for (const DerivedView& view : derived_views()) EXPECT_NE(all & view_bit(view.id), 0U) << view.name;
}

}  // namespace
}  // namespace postern::policy
