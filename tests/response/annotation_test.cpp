#include "response/annotation.h"

namespace postern::response {
namespace {

using Class = DestinationClass;

struct Case {
  std::string name;
  std::vector<std::vector<Class>> recipients;
  std::vector<size_t> removed;
  bool footer = true, link = false, reference = false;
};

Verdict verdict_for(const std::vector<std::vector<Class>>& recipients) {
  Verdict out;
  for (size_t i = 0; i < recipients.size(); i++) out.recipients.push_back({i, recipients[i], Action::annotate, {}, {}});
  return out;
}

Committed committed_for(const std::vector<size_t>& removed) {
  Committed out;
  out.answer.kind = MtaAnswer::Kind::accept;
  out.answer.remove_recipients = removed;
  out.reference = "PN-AAAAAA";
  out.annotates = true;
  return out;
}

TEST(Annotation, IsDecidedForAllWhoRemain) {
  const std::vector<Class> inside = {Class::internal}, press = {Class::outside, Class::press},
                           social = {Class::outside, Class::social}, fan_out = {Class::internal, Class::personal};
  const std::vector<Case> cases = {
      {"outside", {press}, {}},
      {"inside", {inside}, {}, true, true, true},
      {"both", {inside, press}, {}},
      {"both, the one outside is held", {inside, press}, {1}, true, true, true},
      {"a social post", {social}, {}, false},
      {"a social post among others", {inside, social}, {}, false},
      {"a social post that is held", {inside, social}, {1}, true, true, true},
      {"one of ours that fans out", {fan_out}, {}},
      {"one of no class", {{}}, {}},
  };
  const AnnotationOptions options{"Footer.", true, LinkShown::inside, "https://lessons.example"};
  for (const Case& c : cases) {
    SCOPED_TRACE(c.name);
    const Annotations out = annotations_for(committed_for(c.removed), verdict_for(c.recipients), options);
    ASSERT_EQ(out.footer.has_value(), c.footer);
    EXPECT_EQ(out.reference, c.reference);
    if (!c.footer) continue;
    EXPECT_EQ(out.footer->text, "Footer.");
    EXPECT_EQ(out.footer->link, "https://lessons.example") << "known, so that it is found, shown or not";
    EXPECT_EQ(out.footer->with_link, c.link);
  }
}

TEST(Annotation, FollowsItsOptions) {
  const Verdict inside = verdict_for({{Class::internal}}), outside = verdict_for({{Class::outside, Class::other}});
  const Committed done = committed_for({});
  const auto link = [&](LinkShown shown, const Verdict& verdict) {
    return annotations_for(done, verdict, {"Footer.", true, shown, "x"}).footer->with_link;
  };
  EXPECT_FALSE(link(LinkShown::never, inside));
  EXPECT_TRUE(link(LinkShown::inside, inside));
  EXPECT_FALSE(link(LinkShown::inside, outside));
  EXPECT_TRUE(link(LinkShown::always, outside));
  EXPECT_FALSE(annotations_for(done, inside, {"Footer.", false, LinkShown::always, "x"}).reference);
  EXPECT_FALSE(annotations_for(done, inside, {"", true, LinkShown::always, "x"}).footer) << "no text, no link";
}

TEST(Annotation, IsNothingUnlessARuleAsksAndTheMailGoes) {
  const Verdict verdict = verdict_for({{Class::internal}});
  const AnnotationOptions options{"Footer.", true, LinkShown::inside, ""};
  Committed quiet = committed_for({});
  quiet.annotates = false;
  Committed held = committed_for({});
  held.answer.kind = MtaAnswer::Kind::discard;
  for (const Committed& done : {quiet, held}) {
    const Annotations out = annotations_for(done, verdict, options);
    EXPECT_FALSE(out.footer);
    EXPECT_FALSE(out.reference);
  }
}

}  // namespace
}  // namespace postern::response
