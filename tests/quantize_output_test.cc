// The output folder of `quantize`: what may be there, what is copied, what an interruption leaves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <csignal>

#include "base/folder_lock.h"
#include "quantize_fixture.h"

namespace nibble {
namespace {

using testing::HasSubstr;

TEST_F(QuantizeTest, AnyNumberOfThreadsGivesTheSameBytes) {
  options_.settings.recipe = Recipe::kMax;
  ASSERT_TRUE(Run().ok());
  const MemoryCheckpoint two = Output();
  for (const size_t threads : {1, 5}) {
    options_.threads = threads;
    options_.output = scratch_ / fmt::format("out{}", threads);
    ASSERT_TRUE(Run().ok());
    const MemoryCheckpoint other = Output();
    for (const auto& [file, tensors] : two.shards) {
      ASSERT_EQ(other.shards.at(file).size(), tensors.size());
      for (size_t i = 0; i < tensors.size(); ++i) {
        EXPECT_EQ(other.shards.at(file)[i].name, tensors[i].name);
        EXPECT_EQ(other.shards.at(file)[i].bytes, tensors[i].bytes);
      }
    }
  }
}

TEST_F(QuantizeTest, OutputMustBeApart) {
  options_.output = options_.input;
  EXPECT_THAT(Run().error().message(), HasSubstr("same folder"));
  options_.output = options_.input / "inside";
  EXPECT_THAT(Run().error().message(), HasSubstr("inside the other"));
  EXPECT_FALSE(std::filesystem::exists(options_.output));
  options_.output = scratch_.path();
  EXPECT_THAT(Run().error().message(), HasSubstr("inside the other"));
  options_.output = scratch_ / "none/out";
  EXPECT_FALSE(Run().ok());
}

TEST_F(QuantizeTest, NonEmptyOutputNeedsOverwrite) {
  std::filesystem::create_directories(options_.output);
  ASSERT_TRUE(WriteFileAtomically(options_.output / "notes.txt", "mine").ok());
  EXPECT_THAT(Run().error().message(), HasSubstr("--overwrite"));
  options_.overwrite = true;
  ASSERT_TRUE(Run().ok());
  EXPECT_EQ(ReadSmallFile(options_.output / "notes.txt", 100).value(), "mine");
  // A second result over the first, and a shard that would survive it as a stranger.
  ASSERT_TRUE(Run().ok());
  std::filesystem::copy_file(options_.output / "model-00001-of-00003.safetensors",
                             options_.output / "model-00001-of-00099.safetensors");
  EXPECT_THAT(Run().error().message(), HasSubstr("model-00001-of-00099.safetensors"));
}

TEST_F(QuantizeTest, LeftoversOfAKilledRunAreRemovedAndALockIsRespected) {
  std::filesystem::create_directories(options_.output);
  ASSERT_TRUE(WriteFileAtomically(options_.output / ".nibble-tmp.x.safetensors.1", "torn").ok());
  {
    const auto lock = FolderLock::Take(options_.output);
    ASSERT_TRUE(lock.ok());
    EXPECT_THAT(Run().error().message(), HasSubstr("locked by pid"));
  }
  ASSERT_TRUE(Run().ok());
  for (const auto& entry : std::filesystem::directory_iterator(options_.output))
    EXPECT_FALSE(entry.path().filename().string().starts_with(".")) << entry.path();
}

TEST_F(QuantizeTest, AFileSizeLimitIsAnErrorAndLeavesNothing) {
  source_.Save(options_.input);
  const pid_t child = ::fork();
  if (child == 0) {
    std::signal(SIGXFSZ, SIG_IGN);  // as main does
    const struct rlimit limit { 100000, 100000 };
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto report = Quantize(options_);
    ::_exit(!report.ok() && report.error().code() == ErrorCode::kIo ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_FALSE(std::filesystem::exists(options_.output));
}

TEST_F(QuantizeTest, StopsOnASignal) {
  const std::atomic<int> stop = SIGTERM;
  options_.stop = &stop;
  const auto report = Run();
  ASSERT_FALSE(report.ok());
  EXPECT_EQ(report.error().code(), ErrorCode::kInterrupted);
  EXPECT_FALSE(std::filesystem::exists(options_.output));
}

TEST_F(QuantizeTest, AFolderInPlaceOfAFileIsFoundBeforeTheWork) {
  options_.overwrite = true;
  for (const std::string name : {"model-00001-of-00003.safetensors", "model.safetensors.index.json",
                                 "hf_quant_config.json", "config.json"}) {
    std::filesystem::create_directories(options_.output / name / "x");
    EXPECT_THAT(Run().error().message(), HasSubstr(name + ": a folder with the name of a file"));
    EXPECT_TRUE(std::filesystem::exists(options_.output / name / "x"));
    std::filesystem::remove_all(options_.output);
  }
  std::filesystem::create_directories(options_.output / ".nibble-tmp.x.1" / "x");
  EXPECT_THAT(Run().error().message(), HasSubstr(".nibble-tmp.x.1: cannot be removed"));
  std::filesystem::remove_all(options_.output);
  std::filesystem::create_directories(options_.output / ".cache" / "x");
  EXPECT_TRUE(Run().ok());
}

TEST_F(QuantizeTest, LinksToFoldersAreNeitherFollowedNorDropped) {
  source_.Save(options_.input);
  const auto precious = options_.input / "encoding" / "encoding_dsv4.py";
  std::filesystem::create_directories(precious.parent_path());
  ASSERT_TRUE(WriteFileAtomically(precious, "precious").ok());
  std::filesystem::create_directories(options_.output / "deep");
  options_.overwrite = true;
  const auto link = options_.output / "encoding";
  std::filesystem::create_directory_symlink(precious.parent_path(), link);
  EXPECT_THAT(Quantize(options_).error().message(),
              HasSubstr("encoding: a symbolic link to a folder"));
  EXPECT_EQ(ReadSmallFile(precious, 100).value(), "precious");
  std::filesystem::remove(link);
  // One below is met only when its files are due; what was copied is taken back, not what it leads
  // to.
  std::filesystem::create_directories(options_.input / "deep");
  std::filesystem::rename(precious.parent_path(), options_.input / "deep" / "encoding");
  std::filesystem::create_directory_symlink(options_.input / "deep" / "encoding",
                                            options_.output / "deep" / "encoding");
  EXPECT_THAT(Quantize(options_).error().message(),
              HasSubstr("encoding: a symbolic link to a folder"));
  EXPECT_EQ(ReadSmallFile(options_.input / "deep" / "encoding" / "encoding_dsv4.py", 100).value(),
            "precious");
  std::filesystem::remove_all(options_.output);
  // In the source a link to a folder or to nothing is named, not left out.
  for (const std::string target : {"deep", "nothing"}) {
    std::filesystem::create_directory_symlink(target, options_.input / "other");
    EXPECT_THAT(Quantize(options_).error().message(), HasSubstr("other: a symbolic link to "));
    EXPECT_FALSE(std::filesystem::exists(options_.output));
    std::filesystem::remove(options_.input / "other");
  }
  ASSERT_TRUE(WriteFileAtomically(options_.input / std::string(255, 'n'), "long").ok());
  EXPECT_TRUE(Quantize(options_).ok());
}

TEST_F(QuantizeTest, OtherFilesAreCopiedAndStaleOnesAreNot) {
  const auto write = [&](const std::string& name) {
    std::filesystem::create_directories((options_.input / name).parent_path());
    ASSERT_TRUE(WriteFileAtomically(options_.input / name, name).ok());
  };
  source_.Save(options_.input);
  for (const std::string name :
       {"tokenizer.json", "encoding/encoding_dsv4.py", "inference/config.json", "LICENSE",
        "old/model.safetensors.index.json", "old/model-00001-of-00001.safetensors",
        ".cache/huggingface/x", "inference/__pycache__/x.pyc", "hf_quant_config.json"})
    write(name);
  const auto report = Quantize(options_);
  ASSERT_TRUE(report.ok()) << report.error().message();
  EXPECT_EQ(report->other_files, 4u);
  const auto& out = options_.output;
  EXPECT_EQ(ReadSmallFile(out / "encoding/encoding_dsv4.py", 100).value(),
            "encoding/encoding_dsv4.py");
  EXPECT_TRUE(std::filesystem::exists(out / "inference/config.json"));
  EXPECT_FALSE(std::filesystem::exists(out / "old/model.safetensors.index.json"));
  EXPECT_FALSE(std::filesystem::exists(out / "old/model-00001-of-00001.safetensors"));
  EXPECT_FALSE(std::filesystem::exists(out / ".cache"));
  EXPECT_FALSE(std::filesystem::exists(out / "inference/__pycache__"));
}

}  // namespace
}  // namespace nibble
