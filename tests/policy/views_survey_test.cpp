// A survey against the views themselves, all of them made: a view that has something to show is never left out.
#include <algorithm>
#include <cstring>
#include <random>

#include <gtest/gtest.h>

#include "policy/views.h"
#include "policy/views_masks.h"
#include "tests/policy/unseen_signs.h"

namespace postern::policy {
namespace {

std::string reader_of(std::string_view text) {
  std::string out;
  make_reader(text, out, nullptr);
  return out;
}

std::string quoted(std::string_view text) {
  std::string out;
  for (const char c : text) {
    constexpr char kHex[] = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f) {
      out += c;
    } else {
      out += std::string("\\x") + kHex[byte >> 4] + kHex[byte & 15];
    }
  }
  return out;
}

// Latin and skeleton are for letters that may be rewritten; the others are worth it exactly when they differ.
bool is_exact(DerivedName view) {
  return view != DerivedName::latin && view != DerivedName::skeleton && view != DerivedName::slanted &&
         view != DerivedName::codes;
}

// How often each view had something to show: a test that never sees one says nothing about it.
struct Shown {
  size_t of[16] = {};
};

void expect_right(std::string_view text, Shown& shown) {
  const std::string reader = reader_of(text);
  std::string surveyed = "before";
  const Survey of_text = make_surveyed(text, views_read_by(Reads::both), surveyed, unseen_signs());
  ASSERT_EQ(surveyed, "before" + reader) << quoted(text);
  ASSERT_EQ(of_text.plain, reader == text && is_ascii(text)) << quoted(text);
  const Survey all = survey_reader(reader, views_read_by(Reads::both), unseen_signs());
  ASSERT_EQ(all.ascii, is_ascii(reader)) << quoted(text);
  ASSERT_EQ(of_text.ascii, all.ascii) << quoted(text);
  ASSERT_EQ(of_text.worth, all.worth) << quoted(text);
  ASSERT_EQ(of_text.encoded, all.encoded) << quoted(text);
  ASSERT_EQ(of_text.continuations, all.continuations) << quoted(text);
  ASSERT_EQ(reader.size() - all.continuations, count_code_points(reader)) << quoted(text);
  for (const Reads only : {Reads::patterns, Reads::words}) {
    std::string once;
    ASSERT_EQ(make_surveyed(text, views_read_by(only), once, unseen_signs()).worth,
              survey_reader(reader, views_read_by(only), unseen_signs()).worth)
        << quoted(text);
  }
  for (const DerivedView& view : derived_views()) {
    std::string out;
    OffsetMap map;
    const bool differs = view.make(reader, out, map);
    const bool worth = all.worth_making(view.id);
    if (differs) shown.of[static_cast<size_t>(view.id)]++;
    ASSERT_TRUE(worth || !differs) << view.name << " was left out of " << quoted(reader);
    ASSERT_TRUE(differs || !worth || !is_exact(view.id)) << view.name << " for nothing in " << quoted(reader);
    for (const Reads only : {Reads::patterns, Reads::words}) {
      const bool read = (static_cast<unsigned>(view.reads) & static_cast<unsigned>(only)) != 0;
      ASSERT_EQ(survey_reader(reader, views_read_by(only), unseen_signs()).worth_making(view.id), worth && read)
          << view.name << quoted(reader);
    }
  }
}

// What each view rewrites, and what is almost that.
constexpr const char* kUnits[] = {"a",          "b",          "Z",
                                  "o",          "O",          "I",
                                  "l",          "1",          "0",
                                  "4",          "9",          " ",
                                  "  ",         "-",          ".",
                                  "\t",         "\n",         "\n\n",
                                  "> ",         "(",          ")",
                                  ")(",         "the ",       "plan ",
                                  "Night",      "jar",        "N1ght",
                                  "PXQ-",       " - ",        "-\n",
                                  "44\n71-",    "A",          "!",
                                  "j4r",        "49",         "4O",
                                  "10l",        "\u00e4",     "\u00df",
                                  "\u0430",     "\u043e",     "\u0456",
                                  "\u4e2d",     "\u2022",     "\u2013",
                                  "\u2010",     "\u0301",     "\u00d7",
                                  "\U0001F1F3", "\U0001F600", "\u00a0",
                                  "\u200b",     "\uff11",     "\r\n",
                                  "a b c d",    "a-b-c-d",    "(a)(b)(c)(d)",
                                  "<b>",        "</b>",       "<!-- x -->",
                                  "$",          "@",          "|",
                                  "\u0442",     "a-b c.d",    "\u0438",
                                  "a. b. c. d"};

std::string random_text(std::mt19937& random, size_t units) {
  std::uniform_int_distribution<size_t> any(0, std::size(kUnits) - 1);
  // Few kinds of units make the runs that random ones never do.
  const size_t kinds = 1 + any(random) % 6;
  const char* chosen[6];
  for (const char*& unit : chosen) unit = kUnits[any(random)];
  std::string text;
  for (size_t i = 0; i < units; i++) text += random() % 8 == 0 ? kUnits[any(random)] : chosen[random() % kinds];
  return text;
}

TEST(Survey, LeavesNothingOutOfRandomTexts) {
  std::mt19937 random(20261126);
  Shown shown;
  for (int i = 0; i < 20'000; i++) {
    const std::string text = random_text(random, 1 + random() % 40);
    expect_right(text, shown);
    if (HasFatalFailure()) return;
  }
  for (const DerivedView& view : derived_views()) EXPECT_GT(shown.of[static_cast<size_t>(view.id)], 100U) << view.name;
}

// Everything that a view looks for, at every place of a block and over its border.
TEST(Survey, SeesWhatStandsOverTheBordersOfBlocks) {
  constexpr const char* kFinds[] = {"N-i-g-h-t",
                                    "4 9 2 9",
                                    "a   b   c   d",
                                    "(4)(9)(2)(9)",
                                    "N\u2022i\u2022g\u2022h\u2022t",
                                    "49O1",
                                    "O491",
                                    "4\u041e91",
                                    "N1ght",
                                    "Fa1con",
                                    "Night-\njar",
                                    "Night\njar",
                                    "Night\u2010\n> jar",
                                    "N\u0456ght",
                                    "\u0441\u043e\u0441\u043e",
                                    "\u0434 \u043e \u0433 \u043e",
                                    "N\u00edghtj\u00e1r",
                                    "A\u0442ber",
                                    "N-i.g h",
                                    "Night<b>jar",
                                    "N!ght",
                                    "N i g - h t",
                                    "PXQ - 4471",
                                    "PXQ- 4471",
                                    "PXQ -4471",
                                    "PXQ-\n> 4471",
                                    "PXQ-44\n71-KD",
                                    "\"Ni\" + \"ght\"",
                                    "PXQ-<b>4471"};
  Shown shown;
  for (const char* find : kFinds) {
    for (const char* filler : {".", "words ", "\u2014"}) {
      for (size_t before = 0; before <= 140; before++) {
        std::string text;
        while (text.size() < before) text += filler;
        text += std::string(" ") + find;
        expect_right(text, shown);
        expect_right(text + " and more", shown);
        if (HasFatalFailure()) return;
      }
    }
  }
  for (const DerivedView& view : derived_views()) EXPECT_GT(shown.of[static_cast<size_t>(view.id)], 100U) << view.name;
}

// A text is surveyed up to what is odd in it, and from there on as its reader view: with every odd thing at every place
// of a block, behind much that is plain.
TEST(Survey, GoesOnWhereTheTextIsNoLongerPlain) {
  constexpr const char* kOdd[] = {"\u0301", "\r\n", "\u200b", "\u2014", "\u00e9", "\xff", "O\u200b1", "\uff11O"};
  constexpr const char* kBehind[] = {"", " and more", " 4O1 a b c d", "-g-h-t N\u0456ght"};
  Shown shown;
  for (const char* filler : {"words of it. ", "N-i-g-h"}) {
    for (const char* odd : kOdd) {
      for (const char* behind : kBehind) {
        for (const size_t from : {450U, 2500U}) {
          // The long ones cost most, and differ in the chunk alone.
          if (from == 2500U && behind != kBehind[3]) continue;
          for (size_t before = from; before <= from + 70; before++) {
            std::string text;
            while (text.size() < before) text += filler;
            text.resize(before);
            expect_right(text + odd + behind, shown);
            if (HasFatalFailure()) return;
          }
        }
      }
    }
  }
}

TEST(FindOdd, FindsTheFirstOddByte) {
  for (size_t size = 0; size < 150; size++) {
    const std::string plain(size, '~');
    EXPECT_EQ(find_odd(plain, 0), size);
    for (size_t at = 0; at < size; at++) {
      for (const char c : {'\x7f', '\x1f', '\r', '\0', '\x80', '\xff'}) {
        std::string text = plain;
        text[at] = c;
        EXPECT_EQ(find_odd(text, 0), at);
        EXPECT_EQ(find_odd(text, at), at);
        EXPECT_EQ(find_odd(text, at + 1), size);
      }
    }
  }
}

TEST(ByteMasks, AreTheSameOnEveryProcessor) {
  std::string text;
  for (unsigned i = 0; i < 4 * 256; i++) text += static_cast<char>(i * 37 % 256);
  std::mt19937 random(7);
  for (int i = 0; i < 64 * 64; i++) text += static_cast<char>(random() % 256);
  std::vector<ByteMasks> fast;
  std::vector<ByteMasks> plain;
  MaskRows rows;
  for (size_t at = 0; at < text.size(); at += kMaskBytes * MaskRows::kBlocks) {
    const size_t blocks = std::min(MaskRows::kBlocks, (text.size() - at) / kMaskBytes);
    EXPECT_TRUE(classify(text.data() + at, blocks, rows));
    for (size_t i = 1; i <= blocks; i++) fast.push_back(rows.at(i));
    EXPECT_TRUE(classify_portably(text.data() + at, blocks, rows));
    for (size_t i = 1; i <= blocks; i++) plain.push_back(rows.at(i));
  }
  ASSERT_EQ(fast.size(), text.size() / kMaskBytes);
  const std::string ascii(kMaskBytes, 'x');
  EXPECT_FALSE(classify(ascii.data(), 1, rows));
  EXPECT_FALSE(classify_portably(ascii.data(), 1, rows));
  for (size_t block = 0; block < fast.size(); block++) {
    EXPECT_EQ(fast[block].word, plain[block].word) << block;
    EXPECT_EQ(fast[block].digit, plain[block].digit) << block;
    EXPECT_EQ(fast[block].odd, plain[block].odd) << block;
    EXPECT_EQ(fast[block].newline, plain[block].newline) << block;
    EXPECT_EQ(fast[block].sign, plain[block].sign) << block;
    EXPECT_EQ(fast[block].hyphen, plain[block].hyphen) << block;
    EXPECT_EQ(fast[block].tall, plain[block].tall) << block;
    EXPECT_EQ(fast[block].rot13, plain[block].rot13) << block;
    std::uint32_t rot13 = 0;
    for (size_t i = 0; i < kMaskBytes; i++) {
      const char c = text[block * kMaskBytes + i];
      const bool digit = c >= '0' && c <= '9';
      const bool word = digit || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      const bool odd = !(c >= ' ' && c <= '~') && !(c >= '\t' && c <= '\f');
      EXPECT_EQ(plain[block].word >> i & 1, word ? 1U : 0U);
      EXPECT_EQ(plain[block].digit >> i & 1, digit ? 1U : 0U);
      EXPECT_EQ(plain[block].odd >> i & 1, odd ? 1U : 0U);
      EXPECT_EQ(plain[block].newline >> i & 1, c == '\n' ? 1U : 0U);
      EXPECT_EQ(plain[block].tall >> i & 1, digit || (c >= 'A' && c <= 'Z') ? 1U : 0U);
      EXPECT_EQ(plain[block].sign >> i & 1, std::strchr("%&=\\~<[*+!$@", c) != nullptr && c != '\0' ? 1U : 0U);
      EXPECT_EQ(plain[block].hyphen >> i & 1, c == '-' ? 1U : 0U);
      rot13 += std::strchr("bgqvxzBGQVXZ", c) != nullptr && c != '\0' ? 1U : 0U;
    }
    EXPECT_EQ(plain[block].rot13, rot13);
  }
}

}  // namespace
}  // namespace postern::policy
