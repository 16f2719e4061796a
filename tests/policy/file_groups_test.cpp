#include "policy/file_groups.h"

#include <gtest/gtest.h>

#include "tests/policy/evaluate_support.h"

namespace postern::policy {
namespace {

using namespace testing_support;

struct FileCase {
  const char* wanted;
  const char* mime;
  const char* name;
  bool matches;
};

TEST(FileGroups, ByTypeOrName) {
  const FileCase cases[] = {
      {"cad", "image/vnd.dwg", "", true},
      {"cad", "application/octet-stream", "housing.SLDPRT", true},
      {"cad", "text/plain", "housing.step", true},
      {"cad", "text/plain", "housing.stp", true},
      {"cad", "text/plain", "housing.igs", true},
      {"cad", "model/stl", "", true},
      {"cad", "application/octet-stream", "plan.dxf", true},
      {"cad", "text/plain", "step.txt", false},
      {"cad", "image/png", "dwg", false},
      {"source-code", "text/x-c++", "", true},
      {"source-code", "text/plain", "gate.cpp", true},
      {"source-code", "text/plain", "gate.PY", true},
      {"source-code", "text/plain", "notes.txt", false},
      {"source-code", "text/plain", "cpp", false},
      {"image/*", "image/png", "", true},
      {"image/*", "application/pdf", "a.png", false},
      {"application/pdf", "application/pdf", "", true},
      {"archive", "application/zip", "", true},
      {"document", "application/pdf", "", true},
      {"key", "text/plain", "server.pem", true},
  };
  for (const FileCase& c : cases) {
    EXPECT_EQ(file_type_matches(c.wanted, c.mime, c.name), c.matches) << c.wanted << " " << c.mime << " " << c.name;
  }
}

class FileRules : public PolicyTest {};

TEST_F(FileRules, BetweenTwoSizes) {
  load_rule("", "      content: {file: {name: '*.key', larger_than: 100, smaller_than: 4KB}}\n");
  const auto of_size = [&](std::uint64_t size) {
    MessageBuilder message;
    message.attachment("deck.key", "");
    message.text.parts.back().size = size;
    return action(message);
  };
  EXPECT_EQ(of_size(100), Action::allow);
  EXPECT_EQ(of_size(101), Action::quarantine);
  EXPECT_EQ(of_size(3999), Action::quarantine);
  EXPECT_EQ(of_size(4000), Action::allow);
}

}  // namespace
}  // namespace postern::policy
