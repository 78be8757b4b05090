// The three numerics as types: what the reference implementation of an operation is instantiated
// with. Real is how activations are held between operations, Acc how sums are formed. Bf rounds
// where the official code stores BF16, Wide where it stores F32.
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

// Exact where the official code works in F32: sums are formed in double and rounded once, through
// F32 to BF16. So there is one right answer, not one for each order of summation.
struct OfficialNumerics {
  using Real = double;  // BF16 values
  using Acc = double;
  static constexpr bool kQuantizes = true;
  static constexpr bool kPacksKv = false;
  static double Bf(double value) { return double{RoundToBf16(static_cast<float>(value))}; }
  static double Wide(double value) { return value; }
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
