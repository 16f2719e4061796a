#include "extractors/passwords.h"

#include <algorithm>

#include "extractors/cpu_time.h"
#include "extractors/text_builder.h"
#include "extractors/walker.h"

namespace postern::extract {
namespace {

struct Case {
  std::string name;
  std::string text;
  std::string password;
  size_t at_most;  // it is among this many first candidates
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.name;
}

class PasswordsInText : public testing::TestWithParam<Case> {};

TEST_P(PasswordsInText, AreAmongTheFirstCandidates) {
  PasswordFinder finder;
  finder.look_at(GetParam().text);
  const std::vector<std::string> found = finder.take();
  const auto at = std::find(found.begin(), found.end(), GetParam().password);
  ASSERT_NE(at, found.end());
  EXPECT_LT(static_cast<size_t>(at - found.begin()), GetParam().at_most);
  EXPECT_EQ(std::count(found.begin(), found.end(), GetParam().password), 1);
}

const std::string kSmallTalk =
    "Dear Ms Holm, the figures of the third quarter 2024 are enclosed, as agreed by phone on 12 May with Mr Sand.\n";

INSTANTIATE_TEST_SUITE_P(
    Languages, PasswordsInText,
    testing::Values(Case{"english", kSmallTalk + "The password is Sommer24.\nRegards", "Sommer24", 12},
                    Case{"a_mark_belongs_to_it", kSmallTalk + "Password: Sommer24!", "Sommer24!", 12},
                    Case{"on_the_next_line", kSmallTalk + "Password:\n\nSommer24\n", "Sommer24", 12},
                    Case{"in_front", kSmallTalk + "Sommer24 is the password for it", "Sommer24", 16},
                    Case{"without_space", kSmallTalk + "pw:Sommer24", "Sommer24", 12},
                    Case{"glued", kSmallTalk + "report (pw1234)", "1234", 12},
                    Case{"with_spaces", kSmallTalk + "passphrase: correct horse battery", "correct horse battery", 20},
                    Case{"in_quotes", kSmallTalk + "use \"correct horse\" to open it", "correct horse", 30},
                    Case{"german", kSmallTalk + "Das Passwort lautet: Krähe7", "Krähe7", 12},
                    Case{"french", kSmallTalk + "Mot de passe : été-2024", "été-2024", 12},
                    Case{"spanish", kSmallTalk + "La contraseña es luna99", "luna99", 12},
                    Case{"polish", kSmallTalk + "hasło: zamek5", "zamek5", 12},
                    Case{"russian", kSmallTalk + "Пароль: secret7", "secret7", 12},
                    Case{"chinese", kSmallTalk + "密码是abc123，请查收", "abc123", 16},
                    Case{"japanese", kSmallTalk + "パスワード：abc123", "abc123", 12},
                    Case{"no_word_for_it", kSmallTalk + "open it with tR7-quux then", "tR7-quux", 30},
                    Case{"a_plain_word", kSmallTalk + "you know: Marmalade", "Marmalade", 60}),
    [](const auto& test) { return test.param.name; });

TEST(Passwords, LookAtABoundedText) {
  PasswordFinder finder;
  finder.look_at(std::string(kMaxPasswordTextBytes, 'x') + "\npassword: late");
  EXPECT_TRUE(finder.full());
  EXPECT_TRUE(finder.take().empty());
}

TEST(Passwords, AreABoundedNumber) {
  std::string text;
  for (size_t i = 0; i < 2 * kMaxPasswords; i++) text += "pw " + std::to_string(i) + "\n";
  PasswordFinder finder;
  finder.look_at(text);
  EXPECT_LE(finder.take().size(), 4 * kMaxPasswords);
}

// A message in which "lock:PASSWORD" is opened by its password; "box:" holds a locked part before a text or behind it.
class FindPassword : public testing::Test {
 protected:
  class Scripted final : public Extractor {
   public:
    using Script = std::function<Ending(const Source&, Sink&)>;
    explicit Scripted(Script script) : script_(std::move(script)) {}
    Ending extract(const Source& source, Sink& sink) override { return script_(source, sink); }

   private:
    Script script_;
  };

  FindPassword() {
    registry_.add("text/plain", std::make_shared<Scripted>([this](const Source& source, Sink& sink) {
                    texts_read_++;
                    static_cast<void>(sink.text(Place::body, "", source.bytes));
                    return complete();
                  }));
    registry_.add("x/lock", std::make_shared<Scripted>([this](const Source& source, Sink& sink) {
                    const auto found = sink.find_password([&](const std::string& candidate) {
                      trials_++;
                      if (before_trial_) before_trial_();
                      return candidate == source.bytes.substr(5);
                    });
                    return found ? complete() : locked_ending("the lock");
                  }));
    registry_.add("multipart/mixed", std::make_shared<Scripted>([this](const Source&, Sink& sink) {
                    for (const auto& [name, bytes] : children_) {
                      Child child;
                      child.name = name;
                      static_cast<void>(sink.child(child, bytes));
                    }
                    return complete();
                  }));
  }

  static FileType detect(std::string_view bytes, std::string_view, std::string_view) {
    return {bytes.starts_with("lock:") ? "x/lock" : "text/plain", false};
  }

  std::string outcomes(const Resume& resume = {}) {
    Budget budget(Limits{}, Spent{}, clock_);
    TextBuilder builder;
    Walker(registry_, budget, builder, resume, detect).walk(Root{"", "", "multipart/mixed"});
    std::string out;
    for (const Part& part : builder.take().parts) {
      if (!part.path.is_root()) out += std::string(to_string(part.outcome)) + " ";
    }
    return out;
  }

  Registry registry_;
  std::vector<std::pair<std::string, std::string>> children_;
  ManualClock clock_{WallTime()};
  int texts_read_ = 0;
  int trials_ = 0;
  std::function<void()> before_trial_;
};

TEST_F(FindPassword, WhereverTheTextStands) {
  children_ = {{"", "lock:Sommer24"}, {"", "The password is Sommer24."}, {"", "lock:Sommer24"}, {"", "lock:other"}};
  EXPECT_EQ(outcomes(), "complete complete complete encrypted ");
  EXPECT_EQ(texts_read_, 2);  // once for its text, once for passwords
}

TEST_F(FindPassword, AlsoWhenTheTextWasReadBeforeACrash) {
  children_ = {{"", "The password is Sommer24."}, {"", "lock:Sommer24"}};
  Resume resume;
  resume.settled[PartPath().child(1)] = Outcome::complete;
  EXPECT_EQ(outcomes(resume), "complete ");
}

TEST_F(FindPassword, InFileNames) {
  children_ = {{"list (pw 1234).zip", "lock:1234"}};
  EXPECT_EQ(outcomes(), "complete ");
}

TEST_F(FindPassword, TheBuiltInOnesFirst) {
  children_ = {{"", "lock:"}, {"", "lock:VelvetSweatshop"}};
  EXPECT_EQ(outcomes(), "complete complete ");
  EXPECT_EQ(trials_, 3);
}

TEST_F(FindPassword, WhatOpenedOneIsTriedFirst) {
  children_ = {{"", "The password is Sommer24."}, {"", "lock:Sommer24"}};
  for (int i = 0; i < 9; i++) children_.emplace_back("", "lock:Sommer24");
  outcomes();
  const int first = trials_ - 9;
  EXPECT_GT(first, 1);
  EXPECT_LT(first, 20);
}

// CPU time of the trials, which are what costs; of all locked files of the message together.
TEST_F(FindPassword, TrialsEndAfterThreeSecondsOfTheMessage) {
  static_assert(kMaxPasswordTime == std::chrono::seconds(3));
  before_trial_ = [] {
    for (const auto start = cpu_time(); cpu_time() - start <= kMaxPasswordTime;) {
    }
  };
  children_ = {{"", "The password is Sommer24."}, {"", "lock:Winter25"}, {"", "lock:Sommer24"}};
  EXPECT_EQ(outcomes(), "complete encrypted encrypted ");
  EXPECT_EQ(trials_, 1);
}

TEST_F(FindPassword, NobodyElsePays) {
  children_ = {{"", "The password is Sommer24."}};
  outcomes();
  EXPECT_EQ(texts_read_, 1);
}

}  // namespace
}  // namespace postern::extract
