// The vectors of golden/formats, bit for bit: scalar codecs, the max and the given-scale quantiser,
// the lossless cast, FP8 blocks, activations.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "formats/bf16.h"
#include "formats/e2m1.h"
#include "formats/e4m3.h"
#include "formats/e8m0.h"
#include "formats/form.h"
#include "formats/fp8_block.h"
#include "formats/mxfp4.h"
#include "formats/mxfp4_to_nvfp4.h"
#include "formats/nvfp4.h"
#include "golden.h"
#include "golden_tensors.h"

namespace nibble {
namespace {

GoldenTensors Open(const char* name) {
  return GoldenTensors(SharedData(std::string("golden/formats/") + name + ".safetensors"));
}

// Equal bits, or equal by value (+0 == -0), or both NaN.
void ExpectSameValues(const std::vector<float>& got, const std::vector<float>& want) {
  ASSERT_EQ(got.size(), want.size());
  for (size_t i = 0; i < got.size(); ++i) {
    if (std::isnan(got[i]) && std::isnan(want[i])) continue;
    ASSERT_EQ(got[i], want[i]) << "element " << i;
  }
}

template <class T>
void ExpectSameCodes(const std::vector<T>& got, const std::vector<T>& want) {
  ASSERT_EQ(got.size(), want.size());
  for (size_t i = 0; i < got.size(); ++i) ASSERT_EQ(+got[i], +want[i]) << "element " << i;
}

template <class T, class Encode>
std::vector<T> Encoded(const std::vector<float>& values, const Encode& encode) {
  std::vector<T> codes;
  for (const float v : values) codes.push_back(encode(v));
  return codes;
}

std::vector<float> Decoded(EncodedMatrix m) {
  std::vector<float> values(static_cast<size_t>(m.rows * m.cols));
  std::vector<double> exact(static_cast<size_t>(m.cols));
  for (int64_t row = 0; row < m.rows; ++row) {
    DecodeRow(m, row, std::span(values).subspan(static_cast<size_t>(row * m.cols), exact.size()));
  }
  return values;
}

TEST(FormatsGolden, ScalarsDecode) {
  NIBBLE_REQUIRE_SHARED("golden/formats");
  const GoldenTensors golden = Open("scalar_formats");
  std::vector<float> e2m1, e4m3, e8m0, bf16;
  for (int code = 0; code < 16; ++code) e2m1.push_back(E2m1ToF32(static_cast<uint8_t>(code)));
  for (int code = 0; code < 256; ++code) {
    e4m3.push_back(E4m3ToF32(static_cast<uint8_t>(code)));
    e8m0.push_back(E8m0ToF32(static_cast<uint8_t>(code)));
  }
  for (const uint16_t code : golden.Raw<uint16_t>("bf16_decode_code"))
    bf16.push_back(Bf16ToF32(code));
  ExpectSameValues(e2m1, golden.Floats("e2m1_decode"));
  ExpectSameValues(e4m3, golden.Floats("e4m3_decode"));
  ExpectSameValues(e8m0, golden.Floats("e8m0_decode"));
  ExpectSameValues(bf16, golden.Floats("bf16_decode"));
}

TEST(FormatsGolden, ScalarsEncode) {
  NIBBLE_REQUIRE_SHARED("golden/formats");
  const GoldenTensors golden = Open("scalar_formats");
  ExpectSameCodes(Encoded<uint16_t>(golden.Floats("bf16_encode_input"), Bf16FromF32),
                  golden.Raw<uint16_t>("bf16_encode_code"));
  const std::vector<float> e2m1 = golden.Floats("e2m1_encode_input");
  ExpectSameCodes(Encoded<uint8_t>(e2m1, E2m1FromF32), golden.Bytes("e2m1_encode_code"));
  ExpectSameCodes(Encoded<uint8_t>(e2m1, E2m1FromF32IeeeSign),
                  golden.Bytes("e2m1_encode_code_ieee_sign"));
  ExpectSameCodes(Encoded<uint8_t>(golden.Floats("e4m3_encode_input"), E4m3FromF32),
                  golden.Bytes("e4m3_encode_code"));
  ExpectSameCodes(Encoded<uint8_t>(golden.Floats("ue8m0_ceil_input"), E8m0CeilFromF32),
                  golden.Bytes("ue8m0_ceil_code"));
}

// Quantises `values` under `tensor_scale` and compares codes, scales and decoded values.
void CheckNvfp4(const GoldenTensors& golden, const std::string& name, float tensor_scale) {
  SCOPED_TRACE(name);
  const std::vector<float> values = golden.Floats(name + ".input");
  std::vector<uint8_t> packed(values.size() / 2), scales(values.size() / 16);
  QuantizeNvfp4(values, tensor_scale, packed.data(), scales.data());
  ExpectSameCodes(scales, golden.Bytes(name + ".weight_scale"));
  ExpectSameCodes(packed, golden.Bytes(name + ".packed"));
  std::vector<float> decoded(values.size());
  DequantizeNvfp4(packed.data(), scales.data(), tensor_scale, decoded);
  ExpectSameValues(decoded, golden.Floats(name + ".dequantized"));
}

TEST(FormatsGolden, Nvfp4Max) {
  NIBBLE_REQUIRE_SHARED("golden/formats");
  const GoldenTensors golden = Open("nvfp4_max");
  const std::vector<std::string> cases = golden.Cases("input");
  EXPECT_EQ(cases.size(), 23u);
  for (const std::string& name : cases) {
    const float tensor_scale = Nvfp4TensorScale(AbsMax(golden.Floats(name + ".input")));
    EXPECT_EQ(std::bit_cast<uint32_t>(tensor_scale),
              std::bit_cast<uint32_t>(golden.Scalar(name + ".weight_scale_2")))
        << name;
    CheckNvfp4(golden, name, tensor_scale);
  }
}

TEST(FormatsGolden, Nvfp4GivenScale) {
  NIBBLE_REQUIRE_SHARED("golden/formats");
  const GoldenTensors golden = Open("nvfp4_given_scale");
  const std::vector<std::string> cases = golden.Cases("input");
  EXPECT_GE(cases.size(), 17u);
  for (const std::string& name : cases)
    CheckNvfp4(golden, name, golden.Scalar(name + ".weight_scale_2"));
}

TEST(FormatsGolden, LosslessCast) {
  NIBBLE_REQUIRE_SHARED("golden/formats");
  const GoldenTensors golden = Open("mxfp4_to_nvfp4");
  const std::vector<std::string> cases = golden.Cases("w2.mxfp4");
  EXPECT_EQ(cases.size(), 12u);
  for (const std::string& name : cases) {
    for (const std::string w : {".w1", ".w2", ".w3"}) {
      SCOPED_TRACE(name + w);
      const std::string partner = w == ".w1" ? ".w3" : w == ".w3" ? ".w1" : ".w2";
      const std::vector<uint8_t> scales = golden.Bytes(name + w + ".scale");
      const int kmax = CastKmax(
          std::max(LargestE8m0(scales), LargestE8m0(golden.Bytes(name + partner + ".scale"))));
      EXPECT_EQ(kmax, golden.Raw<int32_t>(name + w + ".kmax").at(0));
      EXPECT_EQ(CastTensorScale(kmax), golden.Scalar(name + w + ".weight_scale_2"));

      const std::vector<uint8_t> source = golden.Bytes(name + w + ".mxfp4");
      std::vector<uint8_t> packed(source.size()), block_scales(2 * scales.size());
      const CastCounts counts =
          CastMxfp4ToNvfp4(source, scales, kmax, false, packed.data(), block_scales.data());
      ExpectSameCodes(block_scales, golden.Bytes(name + w + ".weight_scale"));
      ExpectSameCodes(packed, golden.Bytes(name + w + ".packed"));
      EXPECT_EQ(counts.values_changed,
                static_cast<uint64_t>(golden.Raw<int32_t>(name + w + ".values_changed").at(0)));
      // The exporter does not see byte 0 over non-zero codes; we count that one block.
      const int32_t blocks = golden.Raw<int32_t>(name + w + ".blocks_out_of_range").at(0);
      EXPECT_EQ(counts.blocks_out_of_range,
                static_cast<uint64_t>(name == "byte_0_with_codes" ? 1 : blocks));

      if (counts.values_changed > 0) continue;
      const auto& shape = golden.Info(name + w + ".mxfp4").shape;
      EncodedMatrix m{.form = Form::kMxfp4,
                      .rows = static_cast<int64_t>(shape[0]),
                      .cols = static_cast<int64_t>(2 * shape[1]),
                      .data = source.data(),
                      .scales = scales.data()};
      const std::vector<float> before = Decoded(m);
      m.form = Form::kNvfp4;
      m.data = packed.data();
      m.scales = block_scales.data();
      m.tensor_scale = CastTensorScale(kmax);
      ExpectSameValues(Decoded(m), before);
    }
  }
}

EncodedMatrix Fp8Matrix(const GoldenTensors& golden, const std::string& weight,
                        const std::vector<uint8_t>& codes, const std::vector<uint8_t>& scales) {
  const Shape& shape = golden.Info(weight).shape;
  return {.form = Form::kFp8,
          .rows = static_cast<int64_t>(shape[0]),
          .cols = static_cast<int64_t>(shape[1]),
          .data = codes.data(),
          .scales = scales.data()};
}

TEST(FormatsGolden, Fp8Dequantise) {
  NIBBLE_REQUIRE_SHARED("golden/formats");
  const GoldenTensors golden = Open("fp8_blocks");
  for (const std::string name : {"dequantize.extreme", "dequantize.partial", "dequantize.whole"}) {
    SCOPED_TRACE(name);
    const std::vector<uint8_t> codes = golden.Bytes(name + ".weight");
    const std::vector<uint8_t> scales = golden.Bytes(name + ".scale");
    const std::vector<float> decoded = Decoded(Fp8Matrix(golden, name + ".weight", codes, scales));
    if (golden.Has(name + ".f32")) ExpectSameValues(decoded, golden.Floats(name + ".f32"));
    std::vector<float> rounded;
    for (const float v : decoded) rounded.push_back(RoundToBf16(v));
    ExpectSameValues(rounded, golden.Floats(name + ".bf16"));
  }
}

TEST(FormatsGolden, Fp8Quantise) {
  NIBBLE_REQUIRE_SHARED("golden/formats");
  const GoldenTensors golden = Open("fp8_blocks");
  const std::vector<std::string> cases = golden.Cases("input");
  EXPECT_EQ(cases.size(), 4u);
  for (const std::string& name : cases) {
    SCOPED_TRACE(name);
    const Shape& shape = golden.Info(name + ".input").shape;
    const auto rows = static_cast<int64_t>(shape[0]), cols = static_cast<int64_t>(shape[1]);
    const std::vector<float> values = golden.Floats(name + ".input");
    std::vector<uint8_t> codes(values.size());
    std::vector<uint8_t> scales(static_cast<size_t>(Fp8Blocks(rows) * Fp8Blocks(cols)));
    QuantizeFp8Weight(values, rows, cols, codes.data(), scales.data());
    ExpectSameCodes(scales, golden.Bytes(name + ".scale"));
    ExpectSameCodes(codes, golden.Bytes(name + ".weight"));
  }
}

TEST(FormatsGolden, Fp8ToNvfp4AndBack) {
  NIBBLE_REQUIRE_SHARED("golden/formats");
  const GoldenTensors golden = Open("fp8_blocks");
  {
    const std::vector<uint8_t> codes = golden.Bytes("fp8_to_nvfp4.weight");
    const std::vector<uint8_t> scales = golden.Bytes("fp8_to_nvfp4.scale");
    const std::vector<float> values =
        Decoded(Fp8Matrix(golden, "fp8_to_nvfp4.weight", codes, scales));
    const float tensor_scale = Nvfp4TensorScale(AbsMax(values));
    EXPECT_EQ(tensor_scale, golden.Scalar("fp8_to_nvfp4.weight_scale_2"));
    std::vector<uint8_t> packed(values.size() / 2), block_scales(values.size() / 16);
    QuantizeNvfp4(values, tensor_scale, packed.data(), block_scales.data());
    ExpectSameCodes(block_scales, golden.Bytes("fp8_to_nvfp4.weight_scale"));
    ExpectSameCodes(packed, golden.Bytes("fp8_to_nvfp4.packed"));
  }
  const std::vector<uint8_t> packed = golden.Bytes("nvfp4_to_fp8.packed");
  const std::vector<uint8_t> block_scales = golden.Bytes("nvfp4_to_fp8.weight_scale");
  std::vector<float> values(packed.size() * 2);
  DequantizeNvfp4(packed.data(), block_scales.data(), golden.Scalar("nvfp4_to_fp8.weight_scale_2"),
                  values);
  std::vector<uint8_t> codes(values.size()), scales(4);
  QuantizeFp8Weight(values, 256, 256, codes.data(), scales.data());
  ExpectSameCodes(scales, golden.Bytes("nvfp4_to_fp8.scale"));
  ExpectSameCodes(codes, golden.Bytes("nvfp4_to_fp8.weight"));
}

TEST(FormatsGolden, Nvfp4Activations) {
  NIBBLE_REQUIRE_SHARED("golden/formats");
  const GoldenTensors golden = Open("activations");
  const std::vector<std::string> cases = golden.Cases("input_scale");
  EXPECT_EQ(cases.size(), 6u);
  for (const std::string& name : cases) {
    SCOPED_TRACE(name);
    std::vector<float> values = golden.Floats(name + ".input");
    const float input_scale = golden.Scalar(name + ".input_scale");
    std::vector<uint8_t> packed(values.size() / 2), scales(values.size() / 16);
    QuantizeNvfp4Activations(values, input_scale, packed.data(), scales.data());
    ExpectSameCodes(scales, golden.Bytes(name + ".block_scale"));
    ExpectSameCodes(packed, golden.Bytes(name + ".packed"));
    FakeQuantizeNvfp4Activations(values, input_scale);
    ExpectSameValues(values, golden.Floats(name + ".fake_quantized"));
  }
}

TEST(FormatsGolden, DynamicActivations) {
  NIBBLE_REQUIRE_SHARED("golden/formats");
  const GoldenTensors golden = Open("activations");
  const std::pair<std::string, size_t> fp8[] = {
      {"fp8_128.bf16", 128}, {"fp8_128.f32", 128}, {"fp8_64.bf16", 64}};
  for (const auto& [name, block] : fp8) {
    SCOPED_TRACE(name);
    std::vector<float> values = golden.Floats(name + ".input");  // K is a multiple of the block
    std::vector<uint8_t> codes(values.size()), scales(values.size() / block);
    QuantizeFp8Activations(values, block, codes.data(), scales.data());
    ExpectSameCodes(scales, golden.Bytes(name + ".scale"));
    ExpectSameCodes(codes, golden.Bytes(name + ".codes"));
    FakeQuantizeFp8(values, block);
    ExpectSameValues(values, golden.Floats(name + ".fake_quantized"));
  }
  std::vector<float> values = golden.Floats("mxfp4_32.bf16.input");
  std::vector<uint8_t> packed(values.size() / 2), scales(values.size() / 32);
  QuantizeMxfp4(values, packed.data(), scales.data());
  ExpectSameCodes(scales, golden.Bytes("mxfp4_32.bf16.scale"));
  ExpectSameCodes(packed, golden.Bytes("mxfp4_32.bf16.packed"));
  FakeQuantizeMxfp4(values);
  ExpectSameValues(values, golden.Floats("mxfp4_32.bf16.fake_quantized"));
}

}  // namespace
}  // namespace nibble
