// A comparison for people and for programs.
#pragma once

#include <string>

#include "base/json.h"
#include "study/compare.h"

namespace nibble {

struct CompareTextOptions {
  std::string name_a;  // folders, with the numerics where they differ
  std::string name_b;
  bool all = false;  // every operation of every block
};

// Tables and the verdict, several lines.
std::string ToText(const CompareReport& report, const ModelConfig& config,
                   const CompareTextOptions& options);
json::Value ToJson(const CompareReport& report);

}  // namespace nibble
