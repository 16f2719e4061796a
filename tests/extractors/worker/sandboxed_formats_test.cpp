// The program itself: what it reads inside its sandbox is what the same readers read outside, so that
// nothing they need (charsets, fonts, tables of types) is missing in there.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "extractors/modules.h"
#include "extractors/text_builder.h"
#include "extractors/walker.h"
#include "extractors/worker/pool.h"

namespace postern::extract {
namespace {

std::string load(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string shown(const ExtractedText& text) {
  std::string out;
  for (const Part& part : text.parts) {
    out += part.path.to_string() + " '" + part.name + "' " + part.type + " " + std::to_string(part.size) + " " +
           std::string(to_string(part.role)) + " " + std::string(to_string(part.outcome)) + " " + part.why;
    for (const std::string& fact : part.facts) out += " +" + fact;
    out += '\n';
  }
  for (const Segment& segment : text.segments) {
    out += text.parts[segment.part].path.to_string() + " " + std::string(to_string(segment.place)) + " [" + segment.at +
           "] " + segment.text + '\n';
  }
  return out;
}

ExtractedText read_outside(const Registry& registry, const std::string& bytes, const std::string& name) {
  TextBuilder builder;
  Budget budget(Limits{}, Spent{}, system_clock());
  const Resume nothing;
  Walker(registry, budget, builder, nothing).walk(Root{bytes, name, ""});
  return builder.take();
}

// A reader that is a module is loaded inside.
TEST(SandboxedFormats, ModulesAreReadAsOutside) {
  PoolOptions options;
  options.worker_path = POSTERN_EXTRACT;
  options.workers = 1;
  auto pool = ExtractPool::start(options);
  ASSERT_TRUE(pool.has_value()) << pool.error().message;
  const std::string bytes("\xFFWPC\x10\0\0\0\x01\x0A\0\0\0\0\0\0Project Nightjar\x0A", 33);
  ExtractRequest request;
  request.bytes = Blob::copy_of(bytes).value();
  request.kind = RootKind::document;
  request.name = "a.wpd";
  request.deadline = system_clock().steady() + std::chrono::seconds(60);
  const auto inside = (*pool)->extract(request);
  ASSERT_TRUE(inside.has_value()) << inside.error().message;
  EXPECT_EQ(shown(*inside), shown(read_outside(builtin_registry(Modules(POSTERN_BIN)), bytes, request.name)));
  EXPECT_THAT(shown(*inside), testing::HasSubstr("Nightjar"));
}

// Tesseract finds its data in there, and its libraries do nothing that is forbidden.
TEST(SandboxedFormats, LettersInPicturesAreRead) {
  PoolOptions options;
  options.worker_path = POSTERN_EXTRACT;
  options.workers = 1;
  options.ocr_languages = "eng";
  auto pool = ExtractPool::start(options);
  ASSERT_TRUE(pool.has_value()) << pool.error().message;
  ExtractRequest request;
  request.bytes = Blob::copy_of(load(POSTERN_SOURCE_DIR "/tests/corpus/image/letters.png")).value();
  request.kind = RootKind::document;
  request.name = "a.png";
  request.deadline = system_clock().steady() + std::chrono::seconds(60);
  const auto inside = (*pool)->extract(request);
  ASSERT_TRUE(inside.has_value()) << inside.error().message;
  EXPECT_EQ(inside->parts[0].outcome, Outcome::complete) << inside->parts[0].why;
  EXPECT_THAT(shown(*inside), testing::HasSubstr("image-text [] Project Nightjar closes on Friday"));
  EXPECT_EQ((*pool)->counters().crashes, 0U);
}

TEST(SandboxedFormats, AreReadAsOutside) {
  PoolOptions options;
  options.worker_path = POSTERN_EXTRACT;
  options.workers = 1;
  auto pool = ExtractPool::start(options);
  ASSERT_TRUE(pool.has_value()) << pool.error().message;
  const Registry registry = builtin_registry(Modules(POSTERN_BIN));
  int files = 0;
  for (const char* folder : {"html", "image", "mail", "ooxml", "pdf", "text", "zip"}) {
    for (const auto& entry :
         std::filesystem::directory_iterator(POSTERN_SOURCE_DIR "/tests/fuzz/corpus/" + std::string(folder))) {
      SCOPED_TRACE(entry.path());
      const std::string bytes = load(entry.path());
      ExtractRequest request;
      request.bytes = Blob::copy_of(bytes).value();
      request.kind = RootKind::document;
      request.name = entry.path().filename();
      request.deadline = system_clock().steady() + std::chrono::seconds(60);
      const auto inside = (*pool)->extract(request);
      ASSERT_TRUE(inside.has_value()) << inside.error().message;
      EXPECT_EQ(shown(*inside), shown(read_outside(registry, bytes, request.name)));
      files++;
    }
  }
  EXPECT_GT(files, 10);
  EXPECT_EQ((*pool)->counters().crashes, 0U);
}

}  // namespace
}  // namespace postern::extract
