#include "extractors/worker/edit_reception.h"

namespace postern::extract {
namespace {

using wire::Edited;
using wire::Field;
using wire::Splice;

constexpr std::uint64_t kSize = 1000;
constexpr std::uint64_t kBody = 100;

template <typename... Frames>
std::string stream(const Frames&... frames) {
  std::string out;
  (wire::encode(frames, out), ...);
  return out;
}

TEST(EditReception, PutsAnEditTogetherInWhateverPiecesItComes) {
  const std::string bytes = stream(Splice{100, 5, "abc"}, Splice{105, 0, "def"}, Splice{105, 0, "ghi"},
                                   Splice{300, 0, "x"}, Field{"Content-Type", 1, " text/plain;\r\n\tcharset=utf-8"},
                                   Field{"MIME-Version", 0, " 1.0"}, Edited{FooterOutcome::added, "", 7});
  for (size_t piece = 1; piece <= bytes.size(); piece++) {
    EditReception reception(kSize, kBody);
    bool done = false;
    for (size_t at = 0; at < bytes.size(); at += piece) {
      const auto fed = reception.feed(std::string_view(bytes).substr(at, piece));
      ASSERT_TRUE(fed) << fed.error().message;
      EXPECT_FALSE(done);
      done = *fed;
    }
    EXPECT_TRUE(done);
    const BodyEdit want{FooterOutcome::added,
                        "",
                        {{100, 5, "abcdefghi"}, {300, 0, "x"}},
                        {{"Content-Type", 1, " text/plain;\r\n\tcharset=utf-8"}, {"MIME-Version", 0, " 1.0"}}};
    EXPECT_EQ(reception.take(), want);
  }
}

TEST(EditReception, KeepsAReasonWithoutAnEdit) {
  EditReception reception(kSize, kBody);
  EXPECT_TRUE(reception.feed(stream(Edited{FooterOutcome::signed_, "a part is signed", 7})).value());
  EXPECT_EQ(reception.take(), (BodyEdit{FooterOutcome::signed_, "a part is signed", {}, {}}));
}

TEST(EditReception, RefusesWhatCannotBe) {
  const Edited added{FooterOutcome::added, "", 0};
  std::string many;
  for (std::uint64_t i = 0; i <= kMaxSplices; i++) many += stream(Splice{kBody + 2 * i, 1, "x"});
  std::string fat;
  const std::string megabyte(kSegmentBytes, 'x');
  for (std::uint64_t i = 0; i <= kMaxInsertedBytes / kSegmentBytes; i++) fat += stream(Splice{200, 0, megabyte});
  struct Case {
    std::string name, bytes;
  };
  const std::vector<Case> cases = {
      {"a splice of the header", stream(Splice{99, 0, "X-Forged: 1"})},
      {"a splice behind the end", stream(Splice{1001, 0, "x"})},
      {"more removed than there is", stream(Splice{999, 2, "x"})},
      {"an overflow", stream(Splice{500, ~std::uint64_t{0}, "x"})},
      {"splices out of order", stream(Splice{200, 10, "x"}, Splice{209, 0, "y"})},
      {"too many splices", many},
      {"too many bytes", fat},
      {"another field", stream(Field{"Bcc", 0, " eve@example.com"})},
      {"a field in the value", stream(Field{"Content-Type", 1, " text/plain\r\nBcc: eve@example.com"})},
      {"a lone return", stream(Field{"Content-Type", 1, " text\r/plain"})},
      {"a NUL in the value", stream(Field{"Content-Type", 1, std::string_view(" a\0b", 4)})},
      {"an empty value", stream(Field{"Content-Type", 1, ""})},
      {"a later field of the name", stream(Field{"Content-Type", 2, " x"})},
      {"fields without end", stream(Field{"Content-Type", 1, " x"}, Field{"Content-Type", 1, " x"},
                                    Field{"Content-Type", 1, " x"}, Field{"Content-Type", 1, " x"})},
      {"added, and nothing is", stream(added)},
      {"added with a reason", stream(Splice{200, 0, "x"}, Edited{FooterOutcome::added, "why", 0})},
      {"not added, and something is", stream(Splice{200, 0, "x"}, Edited{FooterOutcome::present, "why", 0})},
      {"not added without a reason", stream(Edited{FooterOutcome::present, "", 0})},
      {"the gate's own word", stream(Edited{FooterOutcome::failed, "why", 0})},
      {"a reason that is no text", stream(Edited{FooterOutcome::limit, "\xFF", 0})},
      {"a walk", stream(wire::PartBegin{0, PartRole::message, "", ""})},
      {"more behind the end", stream(Edited{FooterOutcome::present, "why", 0}, Splice{200, 0, "x"})},
      {"no frame", std::string("\0\0\0\0\x63", 5)},
  };
  for (const Case& c : cases) {
    EditReception reception(kSize, kBody);
    EXPECT_FALSE(reception.feed(c.bytes)) << c.name;
  }
}

}  // namespace
}  // namespace postern::extract
