// The bytes of one synthetic tensor.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "base/check.h"
#include "checkpoint/synth.h"
#include "checkpoint/synth_stream.h"
#include "formats/bf16.h"

namespace nibble {
namespace {

// h(k) of the rules: half the binary logarithm, both rounded down.
int HalfLog2(uint64_t k) { return (static_cast<int>(std::bit_width(k)) - 1) / 2; }

// What the rules say beyond the role's native form: the gain of quantised weights, the exponent of
// BF16 matrices and F32 tensors, the centre of F32 tensors.
struct Rule {
  int value = 0;
  double centre = 0;
};

Rule RuleOf(Role role, const ModelConfig& c) {
  const int h_hidden = HalfLog2(static_cast<uint64_t>(c.hidden_size));
  switch (role) {
    case Role::kWoB:
      return {1};
    case Role::kSharedW1:
    case Role::kSharedW3:
    case Role::kExpertW1:
    case Role::kExpertW3:
      return {2};
    case Role::kSharedW2:
    case Role::kExpertW2:
      return {-4};
    case Role::kEmbed:
      return {2};
    case Role::kHead:
      return {2 - h_hidden};
    case Role::kCompressorWkv:
    case Role::kCompressorWgate:
    case Role::kIndexerCompressorWkv:
    case Role::kIndexerCompressorWgate:
    case Role::kIndexerWeightsProj:
    case Role::kGateWeight:
      return {1 - h_hidden};
    case Role::kAttnSink:
      return {1, 1.0};
    case Role::kHcAttnFn:
    case Role::kHcFfnFn:
    case Role::kHcHeadFn:
      return {1 - HalfLog2(static_cast<uint64_t>(c.hc_mult * c.hidden_size))};
    case Role::kHcAttnBase:
    case Role::kHcFfnBase:
      return {1};
    case Role::kHcAttnScale:
    case Role::kHcFfnScale:
    case Role::kHcHeadScale:
      return {-1, 1.0};
    case Role::kGateBias:
      return {-2};
    default:
      return {0};
  }
}

SynthTensor MakeSynthTensor(const Module& m, const NamedTensor& t, bool is_scale,
                            const ModelConfig& config) {
  const Rule rule = RuleOf(m.role, config);
  SynthTensor s;
  s.tensor = t;
  const bool mxfp4 = RowOf(m.role).native == Form::kMxfp4;
  if (is_scale) {
    const int h = HalfLog2(m.shape[1]);
    s.kind = mxfp4 ? SynthKind::kMxfp4Scale : SynthKind::kBlockScale;
    s.bias = mxfp4 ? 127 + rule.value - 3 - h - 3 : 127 + rule.value - 4 - h - 2;
    return s;
  }
  s.exponent = rule.value;
  s.centre = rule.centre;
  switch (t.dtype) {
    case DType::kF8E4M3:
      s.kind = SynthKind::kE4M3;
      break;
    case DType::kI8:
      s.kind = SynthKind::kMxfp4Codes;
      break;
    case DType::kBF16:
      s.kind = t.shape.size() == 1 ? SynthKind::kBf16Norm : SynthKind::kBf16Matrix;
      break;
    case DType::kF32:
      s.kind = SynthKind::kF32;
      break;
    default:
      s.kind = SynthKind::kTid2Eid;
      s.modulo = static_cast<uint64_t>(config.n_routed_experts);
  }
  return s;
}

// Byte tables of the rules that map one stream byte to one element.
using ByteTable = std::array<uint8_t, 256>;
using HalfTable = std::array<uint16_t, 256>;

ByteTable ScaleTable(const SynthTensor& t) {
  ByteTable table{};
  const bool mxfp4 = t.kind == SynthKind::kMxfp4Scale;
  for (unsigned b = 0; b < 256; ++b) {
    const int code = t.bias + std::popcount(mxfp4 ? b >> 2 : b & 15u);
    table[b] = static_cast<uint8_t>(mxfp4 && b == 0 ? 0 : code);
  }
  return table;
}
HalfTable Bf16Table(const SynthTensor& t) {
  HalfTable table{};
  for (unsigned b = 0; b < 256; ++b) {
    const auto s = static_cast<int8_t>(b);
    const double value = t.kind == SynthKind::kBf16Norm ? (96 + (b & 63u)) / 128.0
                                                        : std::ldexp(2.0 * s + 1.0, t.exponent - 8);
    table[b] = Bf16FromF32(static_cast<float>(value));
  }
  return table;
}

constexpr size_t kWordsAtOnce = 512;

// Calls fn(bytes, count, at) for stream bytes [first, first + count), a few words at a time;
// `first` is a multiple of 8.
template <class Fn>
void ForStreamBytes(const SynthStream& stream, uint64_t first, uint64_t count, Fn fn) {
  uint64_t words[kWordsAtOnce];
  const auto* bytes = reinterpret_cast<const uint8_t*>(words);
  for (uint64_t at = 0; at < count; at += sizeof words) {
    const uint64_t n = std::min<uint64_t>(sizeof words, count - at);
    const uint64_t word = (first + at) / 8;
    for (uint64_t i = 0; i < (n + 7) / 8; ++i) words[i] = stream.Word(word + i);
    fn(bytes, n, at);
  }
}

void FillBytes(const SynthStream& stream, const ByteTable& table, uint64_t first,
               std::span<std::byte> out) {
  auto* to = reinterpret_cast<uint8_t*>(out.data());
  ForStreamBytes(stream, first, out.size(), [&](const uint8_t* bytes, uint64_t n, uint64_t at) {
    for (uint64_t i = 0; i < n; ++i) to[at + i] = table[bytes[i]];
  });
}

// Arithmetic instead of a table, so that it becomes vector code.
void FillE4M3(const SynthStream& stream, uint64_t first, std::span<std::byte> out) {
  auto* to = reinterpret_cast<uint8_t*>(out.data());
  ForStreamBytes(stream, first, out.size(), [&](const uint8_t* bytes, uint64_t n, uint64_t at) {
    for (uint64_t i = 0; i < n; ++i) {
      const uint8_t r = bytes[i] & 127;
      const auto large = static_cast<uint8_t>(32 + (r >> 1));
      to[at + i] = static_cast<uint8_t>((bytes[i] & 128) | (r < 4 ? r : large));
    }
  });
}

// The bytes of the stream, but zero in the 16 bytes of each block whose scale byte is 0.
void FillMxfp4(const SynthStream& codes, const SynthStream& scales, uint64_t first,
               std::span<std::byte> out) {
  const uint64_t words = out.size() / 8;
  for (uint64_t i = 0; i < words; i += 16) {  // 16 words of codes belong to one word of scales
    const uint64_t word = first / 8 + i;
    const uint64_t scale_word = scales.Word(word / 16);
    uint64_t made[16];
    const uint64_t n = std::min<uint64_t>(16, words - i);
    for (uint64_t k = 0; k < n; ++k) made[k] = codes.Word(word + k);
    for (uint64_t block = 0; block < n / 2; ++block) {
      if ((scale_word >> (8 * block) & 0xFF) == 0) made[2 * block] = made[2 * block + 1] = 0;
    }
    std::memcpy(out.data() + 8 * i, made, 8 * n);
  }
}

void FillBf16(const SynthStream& stream, const HalfTable& table, uint64_t first,
              std::span<std::byte> out) {
  std::byte* to = out.data();
  ForStreamBytes(stream, first, out.size() / 2, [&](const uint8_t* bytes, uint64_t n, uint64_t at) {
    for (uint64_t i = 0; i < n; ++i) std::memcpy(to + 2 * (at + i), &table[bytes[i]], 2);
  });
}

void FillF32(const SynthStream& stream, const SynthTensor& t, uint64_t first,
             std::span<std::byte> out) {
  const double unit = std::ldexp(1.0, t.exponent - 23);
  for (uint64_t i = 0; i < out.size() / 4; ++i) {
    const uint64_t n = first + i;
    const auto half = static_cast<int32_t>(stream.Word(n / 2) >> (32 * (n % 2)));
    const auto value = static_cast<float>(t.centre + static_cast<double>(half >> 8) * unit);
    std::memcpy(out.data() + 4 * i, &value, 4);
  }
}

// Rows of distinct experts: column j is the stream's word modulo E, or the next free one.
void FillTid2Eid(const SynthStream& stream, const SynthTensor& t, uint64_t first,
                 std::span<std::byte> out) {
  const uint64_t columns = t.tensor.shape[1];
  std::vector<int64_t> row(columns);
  for (uint64_t at = 0; at < out.size(); at += 8 * columns) {
    for (uint64_t j = 0; j < columns; ++j) {
      uint64_t x = stream.Word(first + at / 8 + j) % t.modulo;
      const auto end = row.begin() + static_cast<ptrdiff_t>(j);
      while (std::find(row.begin(), end, static_cast<int64_t>(x)) != end) x = (x + 1) % t.modulo;
      row[j] = static_cast<int64_t>(x);
    }
    std::memcpy(out.data() + at, row.data(), 8 * columns);
  }
}

}  // namespace

Result<std::vector<SynthTensor>> SynthTensors(const ModelConfig& config) {
  if (config.has_dspark)
    return Unsupported("synthetic checkpoints of DSpark configs are not defined");
  if (config.expert_dtype == "fp8" ||
      (!config.quant_method.empty() && config.quant_method != "fp8")) {
    return Unsupported(
        "synthetic checkpoints are in the native form, but the config announces expert_dtype "
        "\"{}\", quant_method \"{}\"",
        config.expert_dtype, config.quant_method);
  }
  std::vector<SynthTensor> tensors;
  for (const Module& m : ModulesOf(config)) {
    const std::vector<NamedTensor> named =
        TensorsOf(m, RowOf(m.role).native, Names::kOfficial, config);
    for (size_t i = 0; i < named.size(); ++i)
      tensors.push_back(MakeSynthTensor(m, named[i], i > 0, config));
  }
  return tensors;
}

uint64_t SynthPieceBytes(const SynthTensor& tensor) {
  if (tensor.kind == SynthKind::kTid2Eid) return 8 * tensor.tensor.shape[1];
  return 128;
}

void SynthFill(const SynthTensor& t, uint64_t seed, uint64_t byte_offset,
               std::span<std::byte> out) {
  NIBBLE_CHECK(byte_offset % SynthPieceBytes(t) == 0, "a piece begins in the wrong place");
  const std::string& name = t.tensor.name;
  const SynthStream stream(name, seed);
  switch (t.kind) {
    case SynthKind::kE4M3:
      return FillE4M3(stream, byte_offset, out);
    case SynthKind::kBlockScale:
    case SynthKind::kMxfp4Scale:
      return FillBytes(stream, ScaleTable(t), byte_offset, out);
    case SynthKind::kMxfp4Codes: {
      const std::string base = name.substr(0, name.rfind('.'));
      return FillMxfp4(stream, SynthStream(base + ".scale", seed), byte_offset, out);
    }
    case SynthKind::kBf16Matrix:
    case SynthKind::kBf16Norm:
      return FillBf16(stream, Bf16Table(t), byte_offset / 2, out);
    case SynthKind::kF32:
      return FillF32(stream, t, byte_offset / 4, out);
    case SynthKind::kTid2Eid:
      return FillTid2Eid(stream, t, byte_offset / 8, out);
  }
}

uint64_t SynthChecksum(std::span<const std::byte> payload) {
  uint64_t h = kFnvOffset;
  for (size_t i = 0; i < payload.size(); i += 8) {
    uint64_t word = 0;
    std::memcpy(&word, payload.data() + i, std::min<size_t>(8, payload.size() - i));
    h = (h ^ word) * kFnvPrime;
  }
  return SynthMix(h ^ payload.size());
}

std::vector<int32_t> SynthPrompt(int64_t length_tokens, int64_t vocab_size, uint64_t seed) {
  const SynthStream stream("prompt/" + std::to_string(length_tokens), seed);
  std::vector<int32_t> ids(static_cast<size_t>(length_tokens));
  for (size_t i = 0; i < ids.size(); ++i)
    ids[i] = static_cast<int32_t>(stream.Word(i) % static_cast<uint64_t>(vocab_size));
  return ids;
}

}  // namespace nibble
