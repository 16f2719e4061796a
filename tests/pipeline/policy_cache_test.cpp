#include "pipeline/policy_cache.h"

#include <csignal>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "tests/milter/temporary_directory.h"

namespace postern::pipeline {
namespace {

namespace fs = std::filesystem;

store::SecretKey key_of(unsigned char first) {
  store::SecretKey out{};
  out[0] = first;
  return out;
}

std::vector<fs::path> files_in(const std::string& dir) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(dir)) out.push_back(entry.path());
  return out;
}

std::string contents_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const fs::path& path, std::string_view bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

class PolicyCacheTest : public ::testing::Test {
 protected:
  const fs::path& only_file() {
    const auto files = files_in(dir_);
    EXPECT_EQ(files.size(), 1U);
    return file_ = files.empty() ? fs::path() : files[0];
  }

  postern::testing::TemporaryDirectory parent_;
  const std::string dir_ = parent_.path("cache");
  PolicyCache cache_{dir_, key_of(1)};
  fs::path file_;
};

TEST_F(PolicyCacheTest, GivesBackWhatItKept) {
  EXPECT_FALSE(cache_.find("one"));
  cache_.keep("one", "the image");
  EXPECT_EQ(cache_.find("one"), "the image");
  EXPECT_FALSE(cache_.find("two"));
  cache_.keep("one", std::string(100'000, '\0'));
  EXPECT_EQ(cache_.find("one"), std::string(100'000, '\0'));
  cache_.keep("two", "");
  EXPECT_EQ(cache_.find("two"), "");
  cache_.forget("one");
  EXPECT_FALSE(cache_.find("one"));
}

TEST_F(PolicyCacheTest, IsOurs) {
  cache_.keep("one", "the image");
  struct stat about {};
  ASSERT_EQ(::stat(only_file().c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07777, 0600U);
  ASSERT_EQ(::stat(dir_.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 07777, 0700U);
}

TEST_F(PolicyCacheTest, BelievesNoDamagedFile) {
  cache_.keep("one", "the image");
  const fs::path path = only_file();
  const std::string good = contents_of(path);
  for (size_t bit = 0; bit < good.size() * 8; bit++) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    write(path, bad);
    ASSERT_FALSE(cache_.find("one")) << "bit " << bit;
    ASSERT_FALSE(fs::exists(path)) << "it is made anew";
  }
  for (size_t size = 0; size < good.size(); size++) {
    write(path, std::string_view(good).substr(0, size));
    ASSERT_FALSE(cache_.find("one")) << size << " bytes";
  }
  write(path, good + "x");
  EXPECT_FALSE(cache_.find("one"));
  write(path, good);
  EXPECT_EQ(cache_.find("one"), "the image");
}

TEST_F(PolicyCacheTest, BelievesNoFileOfAnotherPolicy) {
  cache_.keep("one", "the image");
  const fs::path path = only_file();
  const std::string good = contents_of(path);
  cache_.keep("two", "another image");
  for (const fs::path& file : files_in(dir_)) write(file, good);
  EXPECT_FALSE(cache_.find("two"));
  EXPECT_EQ(cache_.find("one"), "the image");
}

TEST_F(PolicyCacheTest, BelievesNoFileOfAnotherKey) {
  const PolicyCache other(dir_, key_of(2));
  other.keep("one", "their image");
  const fs::path theirs = only_file();
  EXPECT_FALSE(cache_.find("one"));
  cache_.keep("one", "our image");
  EXPECT_EQ(files_in(dir_).size(), 2U) << "both go on";
  EXPECT_EQ(other.find("one"), "their image");
  for (const fs::path& file : files_in(dir_)) {
    if (file != theirs) fs::copy_file(theirs, file, fs::copy_options::overwrite_existing);
  }
  EXPECT_FALSE(cache_.find("one"));
  EXPECT_EQ(other.find("one"), "their image");
}

TEST_F(PolicyCacheTest, IsNotLedAstray) {
  cache_.keep("one", "the image");
  const fs::path path = only_file();
  const fs::path elsewhere = parent_.path("elsewhere");
  fs::rename(path, elsewhere);
  fs::create_symlink(elsewhere, path);
  EXPECT_FALSE(cache_.find("one")) << "a link";
  fs::remove(path);
  fs::create_directory(path);
  EXPECT_FALSE(cache_.find("one")) << "a folder";
  cache_.keep("one", "the image");  // which fails
  EXPECT_FALSE(cache_.find("one"));
  EXPECT_EQ(files_in(dir_).size(), 1U) << "nothing unfinished stays";
}

TEST_F(PolicyCacheTest, IsSharedByGates) {
  const PolicyCache other(dir_, key_of(1));
  cache_.keep("one", "the image");
  EXPECT_EQ(other.find("one"), "the image");
  other.keep("one", "made at the same time");
  EXPECT_EQ(cache_.find("one"), "made at the same time");
  EXPECT_EQ(files_in(dir_).size(), 1U);
}

TEST_F(PolicyCacheTest, KeepsTheFilesUsedLast) {
  const auto aged = [&](const char* inputs, int hours) {
    cache_.keep(inputs, inputs);
    for (const fs::path& file : files_in(dir_)) {
      const auto now = fs::file_time_type::clock::now();
      if (now - fs::last_write_time(file) < std::chrono::minutes(1))
        fs::last_write_time(file, now - std::chrono::hours(hours));
    }
  };
  aged("a", 50);
  aged("b", 40);
  aged("c", 30);
  aged("d", 20);
  EXPECT_EQ(cache_.find("a"), "a");  // used now
  cache_.keep("e", "e");
  EXPECT_EQ(files_in(dir_).size(), PolicyCache::kKept);
  EXPECT_FALSE(cache_.find("b"));
  for (const char* inputs : {"a", "c", "d", "e"}) EXPECT_EQ(cache_.find(inputs), inputs);
}

TEST_F(PolicyCacheTest, RemovesWhatAnotherLeftUnfinished) {
  const fs::path old = dir_ + "/policy-00.image.unfinished-abcdef";
  const fs::path fresh = dir_ + "/policy-01.image.unfinished-abcdef";
  const fs::path foreign = dir_ + "/something else";
  for (const fs::path& path : {old, fresh, foreign}) write(path, "x");
  fs::last_write_time(old, fs::file_time_type::clock::now() - std::chrono::hours(2));
  fs::last_write_time(foreign, fs::file_time_type::clock::now() - std::chrono::hours(2));
  cache_.keep("one", "the image");
  EXPECT_FALSE(fs::exists(old));
  EXPECT_TRUE(fs::exists(fresh));
  EXPECT_TRUE(fs::exists(foreign));
}

// A limit on the size of files stands for a disk that is full: writes fail half way.
TEST_F(PolicyCacheTest, GoesWithoutOnAFullDisk) {
  cache_.keep("one", "the image");
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  for (const rlim_t room : {rlim_t{0}, rlim_t{1}, rlim_t{40}, rlim_t{48}, rlim_t{5000}}) {
    const rlimit full{room, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &full), 0);
    cache_.keep("two", std::string(10'000, 'x'));
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    EXPECT_FALSE(cache_.find("two")) << room;
    EXPECT_EQ(files_in(dir_).size(), 1U) << "nothing unfinished stays";
  }
  ::signal(SIGXFSZ, handler);
  EXPECT_EQ(cache_.find("one"), "the image");
  cache_.keep("two", "there is room again");
  EXPECT_EQ(cache_.find("two"), "there is room again");
}

TEST(PolicyCacheWithout, AFolderKeepsNothing) {
  for (const std::string& dir : {std::string(), std::string("/nonexistent/postern/cache")}) {
    const PolicyCache cache(dir, key_of(1));
    cache.keep("one", "the image");
    EXPECT_FALSE(cache.find("one"));
    cache.forget("one");
  }
}

}  // namespace
}  // namespace postern::pipeline
