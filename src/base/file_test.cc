#include "base/file.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <fstream>

namespace nibble {
namespace {

class FileTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::temp_directory_path() / ("nibble_file_test." + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  size_t FilesInFolder() const {
    return static_cast<size_t>(std::distance(std::filesystem::directory_iterator(folder_), {}));
  }
  std::filesystem::path folder_;
};

TEST_F(FileTest, WritesAtomically) {
  const auto path = folder_ / "a";
  ASSERT_TRUE(WriteFileAtomically(path, "hello").ok());
  EXPECT_EQ(ReadSmallFile(path, 100).value(), "hello");
  EXPECT_EQ(FilesInFolder(), 1u);
  EXPECT_NE(ReadSmallFile(path, 4).error().message().find("over the limit"), std::string::npos);
}

TEST_F(FileTest, DroppedFileLeavesNothing) {
  {
    auto file = AtomicFile::Create(folder_ / "a", 1000);
    ASSERT_TRUE(file.ok());
    EXPECT_EQ(FilesInFolder(), 1u);
  }
  EXPECT_EQ(FilesInFolder(), 0u);
}

TEST_F(FileTest, WrongSizeIsNotCommitted) {
  auto file = AtomicFile::Create(folder_ / "a", 10);
  ASSERT_TRUE(file.ok());
  EXPECT_FALSE(file->Commit(11).ok());
  EXPECT_FALSE(std::filesystem::exists(folder_ / "a"));
}

TEST_F(FileTest, OnlyRegularFilesAreRead) {
  EXPECT_NE(InputFile::Open(folder_).error().message().find("not a regular file"),
            std::string::npos);
  ASSERT_EQ(::mkfifo((folder_ / "fifo").c_str(), 0600), 0);
  EXPECT_NE(InputFile::Open(folder_ / "fifo").error().message().find("not a regular file"),
            std::string::npos);
  EXPECT_NE(InputFile::Open("/dev/zero").error().message().find("not a regular file"),
            std::string::npos);
  EXPECT_EQ(InputFile::Open(folder_ / "none").error().code(), ErrorCode::kNotFound);
}

TEST_F(FileTest, ShortReadNamesTheByte) {
  std::ofstream(folder_ / "a") << "12345";
  const auto file = InputFile::Open(folder_ / "a");
  std::filesystem::resize_file(folder_ / "a", 3);
  std::byte buffer[5];
  const auto status = file->ReadAt(0, buffer);
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().message().find("short read at byte 3"), std::string::npos);
}

TEST_F(FileTest, ASocketIsNoRegularFile) {
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
  const std::string path = folder_ / "s";
  ASSERT_LT(path.size(), sizeof(address.sun_path));
  path.copy(address.sun_path, path.size());
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  EXPECT_EQ(InputFile::Open(path).error().message(), path + ": not a regular file");
  ::close(fd);
}

TEST_F(FileTest, WhatCannotBeLookedAtIsNotThere) {
  std::filesystem::create_symlink("loop", folder_ / "loop");
  EXPECT_TRUE(PathExists(folder_));
  EXPECT_FALSE(PathExists(folder_ / "none"));
  EXPECT_FALSE(PathExists(folder_ / "loop"));
  EXPECT_FALSE(PathExists(folder_ / "loop" / "x"));
  EXPECT_FALSE(PathExists(folder_ / std::string(5000, 'a')));
}

}  // namespace
}  // namespace nibble
