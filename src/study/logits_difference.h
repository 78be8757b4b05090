// How far two sets of predictions are apart.
#pragma once

#include <cstdint>
#include <span>

#include "study/compare.h"

namespace nibble {

// log(sum(exp(row))).
double LogSumExp(std::span<const float> row);

// Row by row, [rows, vocab_size] each.
LogitsReport CompareLogits(std::span<const float> a, std::span<const float> b, int64_t vocab_size);

}  // namespace nibble
