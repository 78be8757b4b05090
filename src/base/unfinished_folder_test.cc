#include "base/unfinished_folder.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace nibble {
namespace {

namespace fs = std::filesystem;

class UnfinishedFolderTest : public ::testing::Test {
 protected:
  UnfinishedFolderTest()
      : folder_(fs::path(::testing::TempDir()) / ("unfinished." + std::to_string(::getpid()))) {
    fs::remove_all(folder_);
  }
  ~UnfinishedFolderTest() override { fs::remove_all(folder_); }

  static void Touch(const fs::path& path) { std::ofstream(path) << "x"; }

  const fs::path folder_;
};

TEST_F(UnfinishedFolderTest, WhatItMadeGoes) {
  {
    UnfinishedFolder unfinished(folder_);
    ASSERT_TRUE(unfinished.MakeFolder(folder_).ok());
    ASSERT_TRUE(unfinished.Lock().ok());
    ASSERT_TRUE(unfinished.MakeFolder(folder_ / "sub").ok());
    Touch(folder_ / "sub/file");
    unfinished.Wrote(folder_ / "sub/file");
    EXPECT_FALSE(unfinished.MakeFolder(folder_ / "sub").ok());
  }
  EXPECT_FALSE(fs::exists(folder_));
}

TEST_F(UnfinishedFolderTest, WhatWasThereStays) {
  fs::create_directory(folder_);
  Touch(folder_ / "old");
  {
    UnfinishedFolder unfinished(folder_);
    ASSERT_TRUE(unfinished.Lock().ok());
    Touch(folder_ / "new");
    unfinished.Wrote(folder_ / "new");
  }
  EXPECT_TRUE(fs::exists(folder_ / "old"));
  EXPECT_FALSE(fs::exists(folder_ / "new"));
}

TEST_F(UnfinishedFolderTest, WhatIsCompleteStays) {
  {
    UnfinishedFolder unfinished(folder_);
    ASSERT_TRUE(unfinished.MakeFolder(folder_).ok());
    ASSERT_TRUE(unfinished.Lock().ok());
    Touch(folder_ / "new");
    unfinished.Wrote(folder_ / "new");
    unfinished.Complete();
  }
  EXPECT_TRUE(fs::exists(folder_ / "new"));
  EXPECT_FALSE(fs::exists(folder_ / kLockFileName));
}

}  // namespace
}  // namespace nibble
