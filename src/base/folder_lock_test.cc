#include "base/folder_lock.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

namespace nibble {
namespace {

class FolderLockTest : public testing::Test {
 protected:
  FolderLockTest() {
    std::string pattern = testing::TempDir() + "nibble-lock-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  ~FolderLockTest() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_;
};

TEST_F(FolderLockTest, SecondOwnerIsToldWhoHasIt) {
  const auto first = FolderLock::Take(folder_);
  ASSERT_TRUE(first.ok());
  const auto second = FolderLock::Take(folder_);
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.error().message().find(std::to_string(::getpid())), std::string::npos);
  EXPECT_TRUE(std::filesystem::exists(folder_ / kLockFileName));
}

TEST_F(FolderLockTest, IsFreeAgainAndLeavesNothing) {
  { ASSERT_TRUE(FolderLock::Take(folder_).ok()); }
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
  EXPECT_TRUE(FolderLock::Take(folder_).ok());
}

TEST_F(FolderLockTest, DiesWithItsOwner) {
  const pid_t child = ::fork();
  if (child == 0) {
    const auto lock = FolderLock::Take(folder_);
    ::_exit(lock.ok() ? 0 : 1);  // no destructor: the file stays behind
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  EXPECT_TRUE(std::filesystem::exists(folder_ / kLockFileName));
  EXPECT_TRUE(FolderLock::Take(folder_).ok());
}

TEST_F(FolderLockTest, MissingFolderIsAnError) {
  EXPECT_FALSE(FolderLock::Take(folder_ / "none").ok());
}

}  // namespace
}  // namespace nibble
