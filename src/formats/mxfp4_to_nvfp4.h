// The lossless cast MXFP4 -> NVFP4. Powers of two from E8M0 fit into E4M3 times a power-of-two
// tensor scale as long as they lie within 17 binades of the largest one; the codes then stay.
#pragma once

#include <cstdint>
#include <span>

namespace nibble {

// The largest byte of E8M0 scales. 255 means that there is a NaN among them (refuse); 0 that all
// blocks are zero blocks.
uint8_t LargestE8m0(std::span<const uint8_t> scales);

// kmax of a group (w1 and w3 of one expert together, w2 alone) from the largest byte of all its
// tensors: its exponent, 0 when there is none.
int CastKmax(uint8_t largest_scale);

// weight_scale_2 = 2^(kmax - 8).
float CastTensorScale(int kmax);

struct CastCounts {
  uint64_t blocks_out_of_range = 0;  // 32-blocks whose codes were rounded anew
  uint64_t values_changed = 0;       // elements whose value is another one now
};

// Casts `scales.size()` blocks of 32 (16 bytes of `packed` each) to as many codes and twice as many
// E4M3 block scales. `packed_out` may be packed.data(). No scale is 255 or above kmax. Code 8 (-0)
// becomes 0, as the exporter writes it, unless `keep_negative_zero`. A block more than 17 binades
// under kmax gets the scale 2^-9 and codes rounded to nearest even, and is counted, unless its
// scale byte and all its values are zero.
CastCounts CastMxfp4ToNvfp4(std::span<const uint8_t> packed, std::span<const uint8_t> scales,
                            int kmax, bool keep_negative_zero, uint8_t* packed_out,
                            uint8_t* block_scales);

}  // namespace nibble
