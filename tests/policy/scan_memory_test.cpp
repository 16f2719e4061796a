// Scanning takes no memory once a workspace has seen messages of the kind: operator new is counted here, so this
// is a program of its own.
#include <atomic>
#include <cstdlib>
#include <new>

#include <gtest/gtest.h>

#include "policy/compile.h"
#include "policy/scan.h"

namespace {
std::atomic<std::uint64_t> allocations = 0;
}

// Not inlined: seeing free() but not the malloc() of the same memory, g++ takes the pair for a mismatch.
[[gnu::noinline]] void* operator new(size_t size) {
  allocations++;
  if (void* const memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
// Replaced too, as AddressSanitizer's own would not meet the operator delete below.
[[gnu::noinline]] void* operator new(size_t size, const std::nothrow_t&) noexcept {
  allocations++;
  return std::malloc(size);
}
[[gnu::noinline]] void operator delete(void* memory) noexcept {
  std::free(memory);
}
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept {
  std::free(memory);
}

namespace postern::policy {
namespace {

TEST(ScanMemory, AllocatesNothingInSteadyState) {
  Model model;
  Detector card;
  card.id = "card";
  card.primary = RegexPattern{R"(\b(?:\d[ -]?){12,18}\d\b)", {}};
  card.validate = Validator::luhn;
  model.detectors.push_back(card);
  auto words = std::make_shared<WordList>();
  for (const char* word : {"visa", "project nightjar", "größe"}) words->entries.push_back({word, 1, {}});
  Detector name;
  name.id = "name";
  name.primary = WordPattern{words, WordMatch::phrase, LetterCase::fold, {}, {}};
  model.detectors.push_back(name);
  Detector code;
  code.id = "code";
  code.primary = BuiltinPattern{"source-code", {}, {}};
  model.detectors.push_back(code);
  Detector label;
  label.id = "label";
  label.primary = LabelPattern{{"Strictly Confidential", "Internal"}, {}};
  model.detectors.push_back(label);
  Diagnostics diagnostics;
  const auto policy = compile_policy(model, diagnostics);
  ASSERT_NE(policy, nullptr);
  auto workspace = Workspace::create(*policy);
  ASSERT_TRUE(workspace);

  ExtractedText text;
  text.parts.emplace_back();
  for (int i = 0; i < 50; i++) {
    text.segments.push_back(
        {0, Place::body, "", "A visa 4929 1234 5678 9015 of Project-Nightjar, Größe 4 " + std::to_string(i)});
    text.segments.push_back(
        {0, Place::body, "", "see UHJvamVjdCBOaWdodGphcg== and Project%20Nightjar, 4 " + std::to_string(i)});
    text.segments.push_back({0, Place::cell, "Sheet1!B7", "plain words that say nothing much at all"});
  }
  text.segments.push_back({0, Place::header_footer, "", "Page 1 - STRICTLY CONFIDENTIAL"});
  text.segments.push_back({0, Place::property, "MSIP_Label_2096f6a2-d2f7-48be-b329-b73aaa526e5d_Name", "Internal"});
  text.segments.push_back({0, Place::body, "", "int a = one(x);\nint b = two(y);\nreturn a + b;\n"});
  ScanResult result;
  for (int i = 0; i < 3; i++) (*workspace)->scan(*policy, text, result);
  ASSERT_EQ(result.hits.size(), 303U);
  const std::uint64_t before = allocations;
  for (int i = 0; i < 10; i++) (*workspace)->scan(*policy, text, result);
  EXPECT_EQ(allocations - before, 0U);
}

}  // namespace
}  // namespace postern::policy
