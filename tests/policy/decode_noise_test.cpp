// Random bytes and honest text that look like encoded text and are none.
#include <random>

#include <gtest/gtest.h>

#include "tests/policy/stretches.h"

namespace postern::policy {
namespace {

using namespace testing_support;

std::string base64_of(std::mt19937& random, size_t letters, const char* alphabet, size_t size) {
  std::string out;
  for (size_t i = 0; i < letters; i++) out += alphabet[random() % size];
  return out;
}

constexpr const char* kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr const char* kHex = "0123456789abcdef";

TEST(Decode, NoiseIsNoText) {
  std::mt19937 random(20261127);
  size_t found = 0;
  for (int i = 0; i < 20'000; i++) {
    const size_t letters = 16 + random() % 200;
    found += stretches_of("key " + base64_of(random, letters, kBase64, 64) + " and").size();
    found += stretches_of("hash " + base64_of(random, letters, kHex, 16) + " and").size();
  }
  // Eight random bytes print once in some thousands.
  EXPECT_LE(found, 60U);
}

TEST(Decode, HonestTextIsNotEncoded) {
  const char* const texts[] = {
      "The internationalisation of communication infrastructure, responsibilities and Telekommunikationsgesellschaften",
      "550e8400-e29b-41d4-a716-446655440000 and 6ba7b810-9dad-11d1-80b4-00c04fd430c8",
      "commit 6c8c02b8f0e5b7d1a2c3e4f5061728394a5b6c7d\nAuthor: Ann <ann@example.com>\nDate: Thu Nov 26 10:11:12 2026",
      "d41d8cd98f00b204e9800998ecf8427e  file.txt\nda39a3ee5e6b4b0d3255bfef95601890afd80709  other.txt",
      "Order 4711-0815-2026, tracking 1Z999AA10123456784, invoice RE-2026-001234",
      "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkqhkiG9w0BAQUFADBaMQswCQYDVQQGEwJJ\n"
      "RTESMBAGA1UEChMJQmFsdGltb3JlMRMwEQYDVQQLEwpDeWJlclRydXN0MSIwIAYD\n-----END CERTIFICATE-----",
      "b=Gl8XuS9FcnYbGZ5HLtp3rVhKkRQJmq0mTn0XKyVbLw7qKtaZ2FsyXoM3WjtzZ4h8",
      "12, 15, 17, 22, 31, 8, 19, 27\n14, 18, 21, 25, 30, 9, 17, 29",
      "10:22:31 10:22:32 10:22:33 192.168.10.12 10.0.0.1 2026-11-27 12.03.2026",
      "const getElementsByClassName = documentElementReference.querySelectorAll(selectorString);",
      "int mask = 0xff00ff00; x = 0x1f; y = 0x80000000; a[10] = 0x7f; MAX_BUFFER_SIZE",
      "a = b; c = d; e=12; f=99; growth of 12% and 15% = 27%, R&D, AT&T, 50 % & more",
      "C:\\Users\\ann\\Documents\\plan.docx and \\\\server\\share",
      "THE QUICK BROWN FOX JUMPS OVER THE LAZY DOG AND THE STRICTLY CONFIDENTIAL NOTICE",
      "Hello\nAnn\nThanks\nRegards\nBob",
      "+44 20 7946 0018, +49 89 12345678, 555-0100",
  };
  for (const char* const text : texts) {
    const auto stretches = stretches_of(text);
    EXPECT_TRUE(stretches.empty()) << text << ": " << (stretches.empty() ? "" : to_string(stretches.front().encoding));
  }
}

}  // namespace
}  // namespace postern::policy
