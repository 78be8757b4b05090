// The tiny model (five layers of every kind and an MTP block, 9.5 MB), synthesised from its config
// and seed 1: the same bytes as the golden checkpoint. Needs nibble_checkpoint.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "checkpoint/synth.h"
#include "golden.h"
#include "temp_folder.h"

namespace nibble {

// A folder with the tiny checkpoint in three shards, made once per process and removed at its end.
inline std::filesystem::path TinyModelFolder() {
  static const TempFolder folder;
  static const std::filesystem::path path = [] {
    SynthOptions options;
    options.config = TestData("v4_tiny/config.json");
    options.output = folder.path() / "v4_tiny";
    options.seed = 1;
    options.shards = 3;
    options.progress = false;
    const auto report = Synthesize(options);
    EXPECT_TRUE(report.ok()) << report.error().message();
    return options.output;
  }();
  return path;
}

}  // namespace nibble
