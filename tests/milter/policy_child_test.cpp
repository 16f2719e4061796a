// The process that compiles, and what becomes of its parent when it does not.
#include "milter/policy_child.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/wait.h>

#include "tests/milter/temporary_directory.h"
#include "tests/policy/policy_folder.h"

namespace postern::milter {
namespace {

const KeepWaiting kWait = [] { return true; };

class PolicyChildTest : public ::testing::Test {
 protected:
  PolicyChildTest() {
    folder_.add("policy.yaml", policy::kSmallPolicy);
    limits_.program = POSTERN_BIN "/posternd";
  }
  // Every child was buried.
  ~PolicyChildTest() override { EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1); }

  void add_rule(const std::string& regex) {
    folder_.add(
        "rules/a.yaml",
        "apiVersion: postern/v1\ndetectors: [{id: it, primary: {regex: '" + regex +
            "'}}]\nrules: [{id: secret.it, title: It, category: secret, mode: audit, when: {content: {detector: it}}, "
            "then: {action: quarantine}}]\n");
  }
  // A program that does something else.
  void instead(const std::string& script) {
    limits_.program = scripts_.path("child");
    std::ofstream(limits_.program) << "#!/bin/sh\n" + script + "\n";
    std::filesystem::permissions(limits_.program, std::filesystem::perms::owner_all);
  }
  std::string failure() {
    const auto compiled = compile_in_child(folder_.options(), limits_, kWait);
    EXPECT_FALSE(compiled);
    if (compiled) return "";
    EXPECT_NE(compiled.error().kind, ErrorKind::invalid_input) << "the policy may be good";
    return compiled.error().message;
  }

  policy::PolicyFolder folder_;
  postern::testing::TemporaryDirectory scripts_;
  CompileLimits limits_;
};

TEST_F(PolicyChildTest, Compiles) {
  add_rule("nightjar");
  const auto compiled = compile_in_child(folder_.options(), limits_, kWait);
  ASSERT_TRUE(compiled) << compiled.error().message;
  Diagnostics diagnostics;
  const auto policy =
      policy::Policy::open(compiled->image, folder_.options(), policy::Policy::Tests::keep, diagnostics);
  ASSERT_NE(policy, nullptr);
  EXPECT_EQ(policy->model().rules.size(), 1U);
}

TEST_F(PolicyChildTest, TellsWhatIsWrong) {
  add_rule("night(jar");
  const auto compiled = compile_in_child(folder_.options(), limits_, kWait);
  ASSERT_TRUE(compiled) << compiled.error().message;
  EXPECT_EQ(compiled->image, "");
  const auto& all = compiled->diagnostics;
  const auto wrong = std::find_if(all.begin(), all.end(), [](const Diagnostic& one) { return one.code == "P014"; });
  ASSERT_NE(wrong, all.end());
  EXPECT_TRUE(wrong->mark.file->path.ends_with("rules/a.yaml"));
  EXPECT_EQ(wrong->mark.line, 2);
  EXPECT_GT(wrong->mark.column, 20);
}

TEST_F(PolicyChildTest, ThatAnswersTooMuchIsNotRead) {
  limits_.memory = 1 << 20;
  instead("head -c 1048577 /dev/zero >&3");
  EXPECT_NE(failure().find("its answer is too large"), std::string::npos);
}

TEST_F(PolicyChildTest, ThatIsKilledIsNoAnswer) {
  instead("kill -9 $$");
  EXPECT_NE(failure().find("killed by SIGKILL"), std::string::npos);
}

TEST_F(PolicyChildTest, ThatDiesHalfWayIsNoAnswer) {
  instead("printf '\\000\\002ab' >&3; kill -9 $$");
  EXPECT_NE(failure().find("killed by SIGKILL"), std::string::npos);
  instead("printf '\\000\\002ab' >&3");
  EXPECT_NE(failure().find("no whole answer"), std::string::npos);
  instead("exit 0");
  EXPECT_NE(failure().find("no whole answer"), std::string::npos);
  instead("exit 3");
  EXPECT_NE(failure().find("status 3"), std::string::npos);
}

TEST_F(PolicyChildTest, ThatCannotBeStartedIsNoAnswer) {
  limits_.program = "/nonexistent/posternd";
  EXPECT_FALSE(failure().empty());
}

TEST_F(PolicyChildTest, ThatTakesTooLongIsKilled) {
  instead("exec sleep 600");
  limits_.time = std::chrono::milliseconds(1);
  EXPECT_NE(failure().find("policy.compile_time"), std::string::npos);
}

TEST_F(PolicyChildTest, IsGivenUpWhenTheGateStops) {
  instead("exec sleep 600");
  const auto compiled = compile_in_child(folder_.options(), limits_, [] { return false; });
  ASSERT_FALSE(compiled);
  EXPECT_NE(compiled.error().message.find("given up"), std::string::npos);
}

#ifndef POSTERN_SANITIZED  // under sanitizers the address space is not limited
TEST_F(PolicyChildTest, ThatNeedsTooMuchMemoryIsNoAnswer) {
  std::string words;
  for (int i = 0; i < 400'000; i++) words += "nightjar number " + std::to_string(i) + "\n";
  folder_.add("dictionaries/many.txt", words);
  folder_.add("rules/a.yaml",
              "apiVersion: postern/v1\ndetectors: [{id: it, primary: {dictionary: dictionaries/many.txt}}]\n"
              "rules: [{id: secret.it, title: It, category: secret, mode: audit, when: {content: {detector: it}}, "
              "then: {action: quarantine}}]\n");
  limits_.memory = std::uint64_t{160} << 20;
  EXPECT_NE(failure().find("policy.compile_memory"), std::string::npos);
}
#endif

}  // namespace
}  // namespace postern::milter
