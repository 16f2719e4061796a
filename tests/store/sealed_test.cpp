#include "store/sealed.h"

#include <fstream>
#include <iterator>

#include "store/backend.h"
#include "store/store.h"
#include "tests/store/temp_store.h"

namespace postern::store {
namespace {

using test::noise;
using test::test_keys;

const SecretKey kKey = test_keys()->key(KeyUse::hold);

std::vector<std::string> sealed_pieces(Sealer& sealer, const std::vector<std::string>& plain) {
  std::vector<std::string> out;
  for (size_t i = 0; i < plain.size(); ++i) {
    out.push_back(sealer.seal(plain[i], i + 1 == plain.size() ? Piece::last : Piece::more));
  }
  return out;
}

// Opens the pieces as hold "h"; the bytes, or nothing when any check fails or the end is missing.
std::optional<std::string> opened(const std::vector<std::string>& pieces, const std::string& header,
                                  const SecretKey& key = kKey, const std::string& hold = "h") {
  auto unsealer = Unsealer::create(key, hold, header);
  if (!unsealer) return std::nullopt;
  std::string out;
  for (const std::string& piece : pieces) {
    auto plain = (*unsealer)->open(piece);
    if (!plain) {
      EXPECT_EQ(plain.error().kind, ErrorKind::corrupt);
      return std::nullopt;
    }
    out += *plain;
  }
  if (!(*unsealer)->finished()) return std::nullopt;
  return out;
}

TEST(Sealed, OpensWhatWasSealedAndNothingElse) {
  Sealer sealer(kKey, "h");
  const std::vector<std::string> plain = {noise(100, 1), noise(100, 2), noise(50, 3)};
  const auto good = sealed_pieces(sealer, plain);
  Sealer other_sealer(kKey, "h");
  const auto other = sealed_pieces(other_sealer, plain);
  ASSERT_EQ(opened(good, sealer.header()), plain[0] + plain[1] + plain[2]);
  EXPECT_NE(good[0], other[0]) << "each stream has its own key";

  const auto changed = [&](auto change) {
    auto pieces = good;
    change(pieces);
    return opened(pieces, sealer.header());
  };
  EXPECT_FALSE(changed([](auto& p) { p[1][7] = static_cast<char>(p[1][7] ^ 1); })) << "a changed byte";
  EXPECT_FALSE(changed([](auto& p) { p[1].back() = static_cast<char>(p[1].back() ^ 1); })) << "a changed MAC";
  EXPECT_FALSE(changed([](auto& p) { p[1].pop_back(); })) << "a shortened piece";
  EXPECT_FALSE(changed([](auto& p) { p[1].clear(); })) << "an emptied piece";
  EXPECT_FALSE(changed([](auto& p) { std::swap(p[0], p[1]); })) << "swapped pieces";
  EXPECT_FALSE(changed([](auto& p) { p[1] = p[0]; })) << "a repeated piece";
  EXPECT_FALSE(changed([](auto& p) { p.erase(p.begin() + 1); })) << "a missing piece";
  EXPECT_FALSE(changed([](auto& p) { p.pop_back(); })) << "a missing end";
  EXPECT_FALSE(changed([](auto& p) { p.push_back(p[0]); })) << "a piece after the end";
  EXPECT_FALSE(changed([&](auto& p) { p[1] = other[1]; })) << "a piece of another stream";
  EXPECT_FALSE(opened(good, other_sealer.header())) << "another stream's header";
  EXPECT_FALSE(opened(good, sealer.header().substr(1))) << "a short header";
  EXPECT_FALSE(opened(good, sealer.header(), kKey, "i")) << "another hold";
  EXPECT_FALSE(opened(good, sealer.header(), test_keys(8)->key(KeyUse::hold))) << "another key";
}

TEST(Sealed, AnEmptyMessageIsOneFinalPiece) {
  Sealer sealer(kKey, "h");
  EXPECT_EQ(opened({sealer.seal("", Piece::last)}, sealer.header()), "");
  EXPECT_FALSE(opened({}, sealer.header()));
}

// The same against the rows of a database that somebody writes to behind our back.
class TamperedStore : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(test::put_hold(*store_, "PN-AAAAAA", noise(5 << 19, 1), "a"));  // 2.5 MiB: three rows
    ASSERT_TRUE(test::put_hold(*store_, "PN-BBBBBB", noise(5 << 19, 2), "b"));
    ASSERT_TRUE(store_->commit([](Transaction& tx) -> Result<void> {
      for (const char* verb : {"held", "released", "held"}) {
        if (auto ok = tx.append_audit({0, test::kTestTime, "gate", verb, "PN-AAAAAA", "{}"}); !ok) return ok;
      }
      return {};
    }));
  }

  void tamper(std::string_view sql) {
    auto backend = make_backend(store_.options());
    ASSERT_TRUE(backend);
    auto connection = (*backend)->connect(Backend::Access::write);
    ASSERT_TRUE(connection);
    auto done = (*connection)->run({sql});
    ASSERT_TRUE(done) << done.error().message;
    ASSERT_GT(*done, 0U) << "nothing was changed by " << sql;
  }

  Result<void> read_hold() {
    return store_->read([](Reader& reader) {
      return reader.held_message("hold-PN-AAAAAA", [](std::string_view) -> Result<void> { return {}; });
    });
  }

  test::TempStore store_;
};

struct TamperCase {
  const char* name;
  const char* sql;
};

class TamperedRows : public TamperedStore, public testing::WithParamInterface<TamperCase> {};

TEST_P(TamperedRows, AreFoundOut) {
  ASSERT_TRUE(read_hold());
  tamper(GetParam().sql);
  auto got = read_hold();
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::corrupt) << got.error().message;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, TamperedRows,
    testing::Values(
        TamperCase{"changed",
                   "UPDATE hold_chunk SET sealed = CAST(zeroblob(1048593) AS BLOB) WHERE hold = 'hold-PN-AAAAAA' AND "
                   "number = 1"},
        TamperCase{"swapped",
                   "UPDATE hold_chunk SET sealed = (SELECT o.sealed FROM hold_chunk o WHERE o.hold = hold_chunk.hold "
                   "AND o.number = 1 - hold_chunk.number) WHERE hold = 'hold-PN-AAAAAA' AND number < 2"},
        TamperCase{"end_cut_off", "DELETE FROM hold_chunk WHERE hold = 'hold-PN-AAAAAA' AND number = 2"},
        TamperCase{"middle_gone", "DELETE FROM hold_chunk WHERE hold = 'hold-PN-AAAAAA' AND number = 1"},
        TamperCase{"row_of_another_hold",
                   "UPDATE hold_chunk SET sealed = (SELECT sealed FROM hold_chunk WHERE hold = 'hold-PN-BBBBBB' AND "
                   "number = 1) WHERE hold = 'hold-PN-AAAAAA' AND number = 1"},
        TamperCase{"row_repeated",
                   "UPDATE hold_chunk SET sealed = (SELECT sealed FROM hold_chunk WHERE hold = 'hold-PN-AAAAAA' AND "
                   "number = 0) WHERE hold = 'hold-PN-AAAAAA' AND number = 1"},
        TamperCase{"row_added",
                   "INSERT INTO hold_chunk (hold, number, sealed) SELECT hold, 3, sealed FROM hold_chunk WHERE hold = "
                   "'hold-PN-AAAAAA' AND number = 2"},
        TamperCase{"header_of_another_hold",
                   "UPDATE hold SET seal_header = (SELECT seal_header FROM hold WHERE id = 'hold-PN-BBBBBB') WHERE id "
                   "= 'hold-PN-AAAAAA'"},
        TamperCase{"size", "UPDATE hold SET message_size = message_size - 1 WHERE id = 'hold-PN-AAAAAA'"},
        TamperCase{"key_id", "UPDATE hold SET key_id = 'ffffffffffffffff' WHERE id = 'hold-PN-AAAAAA'"}),
    [](const auto& c) { return c.param.name; });

TEST_F(TamperedStore, AuditRowsAreNeitherChangedNorDeleted) {
  auto backend = make_backend(store_.options());
  ASSERT_TRUE(backend);
  auto connection = (*backend)->connect(Backend::Access::write);
  ASSERT_TRUE(connection);
  EXPECT_FALSE((*connection)->run({"UPDATE audit SET actor = 'nobody' WHERE sequence = 1"}));
  EXPECT_FALSE((*connection)->run({"DELETE FROM audit"}));
}

TEST_F(TamperedStore, AChangedAuditRowIsNamed) {
  const auto verify = [&] {
    std::string message;
    (void)store_->read([&](Reader& reader) -> Result<void> {
      auto rows = reader.verify_audit();
      message = rows ? "whole" : rows.error().message;
      return {};
    });
    return message;
  };
  ASSERT_EQ(verify(), "whole");
  const auto unguarded = [&](std::string_view sql) {
    auto backend = make_backend(store_.options());
    auto connection = (*backend)->connect(Backend::Access::write);
    (void)(*connection)->run({"DROP TRIGGER IF EXISTS audit_is_never_changed"});
    (void)(*connection)->run({"DROP TRIGGER IF EXISTS audit_is_never_cut"});
    ASSERT_TRUE((*connection)->run({sql}));
  };
  unguarded("UPDATE audit SET actor = 'nobody' WHERE sequence = 2");
  EXPECT_EQ(verify(), "audit row 2 was changed");
  unguarded("UPDATE audit SET actor = 'gate' WHERE sequence = 2");
  EXPECT_EQ(verify(), "whole");
  unguarded("DELETE FROM audit WHERE sequence = 2");
  EXPECT_EQ(verify(), "audit row 2 is missing");
}

TEST_F(TamperedStore, NothingOfTheMessageStandsInTheFiles) {
  const std::string secret = "project Nightjar ships in May";
  std::string body;
  while (body.size() < 100'000) body += secret + "\r\n";
  ASSERT_TRUE(test::put_hold(*store_, "PN-CCCCCC", body, "c"));
  store_.close();
  for (const auto& entry : std::filesystem::directory_iterator(store_.directory())) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    EXPECT_EQ(bytes.find("Nightjar"), std::string::npos) << entry.path();
  }
}

}  // namespace
}  // namespace postern::store
