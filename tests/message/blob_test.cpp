#include "message/blob.h"

#include <array>
#include <filesystem>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

namespace postern {
namespace {

std::string pattern(size_t size) {
  std::string out(size, '\0');
  for (size_t i = 0; i < size; i++) out[i] = char(i * 31 + i / 253);
  return out;
}

std::string read_through_fd(const Blob& blob) {
  std::string out(blob.size(), '\0');
  const ssize_t n = ::pread(blob.fd(), out.data(), out.size(), 0);
  out.resize(n < 0 ? 0 : size_t(n));
  return out;
}

struct WriteCase {
  std::string name;
  size_t size;
  size_t chunk;
};

TEST(Blob, HoldsWhatWasWritten) {
  const std::vector<WriteCase> cases = {
      {"empty", 0, 1},
      {"one byte", 1, 1},
      {"small in small pieces", 5'000, 7},
      {"exactly inline", kBlobInlineBytes, 1'000},
      {"one past inline", kBlobInlineBytes + 1, 1'000},
      {"one large piece", 200'000, 200'000},
      {"body chunks", 1'000'000, 65'535},
      {"around half the buffer", 300'000, kBlobInlineBytes / 2},
      {"past memory", kBlobMemoryBytes + 70'000, 65'535},
  };
  const std::string directory = std::filesystem::temp_directory_path();
  for (const WriteCase& c : cases) {
    SCOPED_TRACE(c.name);
    const std::string bytes = pattern(c.size);
    BlobWriter writer(directory);
    for (size_t at = 0; at < bytes.size(); at += c.chunk) {
      ASSERT_TRUE(writer.append(std::string_view(bytes).substr(at, c.chunk)));
    }
    EXPECT_EQ(writer.size(), bytes.size());
    const auto blob = writer.seal();
    ASSERT_TRUE(blob) << blob.error().message;
    EXPECT_EQ((*blob)->size(), bytes.size());
    const auto view = (*blob)->view();
    ASSERT_TRUE(view);
    EXPECT_TRUE(*view == bytes);
    EXPECT_TRUE(read_through_fd(**blob) == bytes);
    EXPECT_EQ(writer.size(), 0U);
  }
}

TEST(Blob, AWriterCanBeUsedAgain) {
  BlobWriter writer("/nonexistent");
  for (const size_t size : {size_t(10), size_t(100'000), size_t(20)}) {
    ASSERT_TRUE(writer.append(pattern(size)));
    const auto blob = writer.seal();
    ASSERT_TRUE(blob);
    EXPECT_TRUE((*blob)->view().value() == pattern(size));
  }
}

TEST(Blob, DescriptorsAreSealed) {
  for (const size_t size : {size_t(100), kBlobInlineBytes * 3}) {
    BlobWriter writer("/nonexistent");
    ASSERT_TRUE(writer.append(pattern(size)));
    const auto blob = writer.seal();
    ASSERT_TRUE(blob);
    const int fd = (*blob)->fd();
    ASSERT_GE(fd, 0);
    EXPECT_EQ((*blob)->fd(), fd) << "the descriptor is made once";
    const int seals = ::fcntl(fd, F_GET_SEALS);
    EXPECT_EQ(seals, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
    EXPECT_LT(::pwrite(fd, "x", 1, 0), 0);
  }
}

TEST(Blob, WithoutASpoolDirectoryALargeMessageIsAnError) {
  BlobWriter writer("/nonexistent/spool");
  const std::string chunk = pattern(1 << 20);
  Result<void> ok;
  for (int i = 0; i < 20 && ok; i++) ok = writer.append(chunk);
  ASSERT_FALSE(ok);
  EXPECT_EQ(ok.error().kind, ErrorKind::unavailable);
  EXPECT_NE(ok.error().message.find("/nonexistent/spool"), std::string::npos);
}

TEST(Blob, CopyAndAdopt) {
  const auto copy = Blob::copy_of("hello");
  ASSERT_TRUE(copy);
  EXPECT_EQ((*copy)->view().value(), "hello");
  const auto adopted = Blob::adopt(UniqueFd(::dup((*copy)->fd())));
  ASSERT_TRUE(adopted);
  EXPECT_EQ((*adopted)->size(), 5U);
  EXPECT_EQ((*adopted)->view().value(), "hello");
}

}  // namespace
}  // namespace postern
