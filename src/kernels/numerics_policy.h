// The three numerics as types: what the reference implementation of an operation is instantiated
// with. Real is how activations are held between operations, Acc how sums are formed. Bf rounds
// where the reference stores BF16, Wide where it stores F32; in ideal both do nothing.
#pragma once

#include "formats/bf16.h"

namespace nibble {

struct IdealNumerics {
  using Real = double;
  using Acc = double;
  static constexpr bool kQuantizes = false;  // fake quantisation of KV and indexer
  static constexpr bool kPacksKv = false;
  static double Bf(double value) { return value; }
  static double Wide(double value) { return value; }
};

// Sums are formed in double and rounded once, through F32.
struct OfficialNumerics {
  using Real = float;  // BF16 values
  using Acc = double;
  static constexpr bool kQuantizes = true;
  static constexpr bool kPacksKv = false;
  static float Bf(double value) { return RoundToBf16(static_cast<float>(value)); }
  static float Wide(double value) { return static_cast<float>(value); }
};

struct ServingNumerics {
  using Real = float;  // BF16 values
  using Acc = float;
  static constexpr bool kQuantizes = true;
  static constexpr bool kPacksKv = true;
  static float Bf(float value) { return RoundToBf16(value); }
  static float Wide(float value) { return value; }
};

}  // namespace nibble

// Explicit instantiations of a function template for all numerics; `signature` mentions N.
#define NIBBLE_FOR_ALL_NUMERICS(macro) \
  macro(IdealNumerics) macro(OfficialNumerics) macro(ServingNumerics)
