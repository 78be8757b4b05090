// The accidents that checkpoints of the tiny model are put through, one tensor each (two where they
// were exchanged), and what `nibble compare` must name.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "break_checkpoint.h"

namespace nibble {

using Bytes = BrokenCheckpoint::Bytes;
using Edit = std::function<void(const BrokenCheckpoint&)>;

inline Edit EachByte(const std::string& tensor, const std::function<std::byte(std::byte)>& change) {
  return [=](const BrokenCheckpoint& c) {
    c.Edit(tensor, [&](Bytes& bytes) {
      for (std::byte& b : bytes) b = change(b);
    });
  };
}

inline Edit Fill(const std::string& tensor, uint8_t value) {
  return EachByte(tensor, [value](std::byte) { return std::byte{value}; });
}

inline Edit SwapNibbles(const std::string& weight) {
  return EachByte(weight, [](std::byte b) { return (b << 4) | (b >> 4); });
}

inline Edit LoseSigns(const std::string& weight) {
  return EachByte(weight, [](std::byte b) { return b & std::byte{0x77}; });
}

inline Edit ScaleF32(const std::string& tensor,
                     const std::function<float(const BrokenCheckpoint&)>& by) {
  return [=](const BrokenCheckpoint& c) {
    const float factor = by(c);
    c.Edit(tensor, [&](Bytes& bytes) {
      float value = 0;
      std::memcpy(&value, bytes.data(), sizeof value);
      value *= factor;
      std::memcpy(bytes.data(), &value, sizeof value);
    });
  };
}

inline float ReadF32(const BrokenCheckpoint& c, const std::string& tensor) {
  float value = 0;
  std::memcpy(&value, c.Read(tensor).data(), sizeof value);
  return value;
}

// The block scales [rows, cols] of an NVFP4 weight in the kernels' 128x4 layout.
inline Edit Swizzle(const std::string& tensor, size_t rows, size_t cols) {
  return [=](const BrokenCheckpoint& c) {
    c.Edit(tensor, [&](Bytes& bytes) {
      const Bytes linear = bytes;
      for (size_t m = 0; m < rows; ++m) {
        for (size_t k = 0; k < cols; ++k) {
          const size_t tile = (m / 128 * ((cols + 3) / 4) + k / 4) * 512;
          bytes[tile + m % 32 * 16 + m % 128 / 32 * 4 + k % 4] = linear[m * cols + k];
        }
      }
    });
  };
}

// `to` gets the tensors of `from`: "w1" and ".weight", ".scale".
inline Edit CopyModule(const std::string& from, const std::string& to,
                       const std::vector<std::string>& suffixes) {
  return [=](const BrokenCheckpoint& c) {
    for (const std::string& suffix : suffixes) c.Copy(from + suffix, to + suffix);
  };
}

inline Edit SwapModules(const std::string& x, const std::string& y,
                        const std::vector<std::string>& suffixes) {
  return [=](const BrokenCheckpoint& c) {
    for (const std::string& suffix : suffixes) {
      const Bytes kept = c.Read(x + suffix);
      c.Copy(y + suffix, x + suffix);
      c.Write(y + suffix, kept);
    }
  };
}

inline Edit EditBytes(const std::string& tensor, const std::function<void(Bytes&)>& edit) {
  return [=](const BrokenCheckpoint& c) { c.Edit(tensor, edit); };
}

// Rows of `row_bytes`, each taking the place of the one before it.
inline void ShiftRows(Bytes& bytes, size_t row_bytes) {
  std::rotate(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(row_bytes), bytes.end());
}

// I64 narrowed to I32 in place, read again with the wide stride: every other entry is lost and the
// upper half repeats the rest.
inline void NarrowTable(Bytes& bytes) {
  const Bytes wide = bytes;
  const size_t count = wide.size() / 8;
  for (size_t i = 0; i < count; ++i)
    std::memcpy(bytes.data() + 8 * i, wide.data() + 8 * (2 * i % count), 8);
}

// F32 values as BF16 would keep them.
inline void CutToBf16(Bytes& bytes) {
  for (size_t i = 0; i < bytes.size(); i += 4) bytes[i] = bytes[i + 1] = std::byte{0};
}

struct Broken {
  std::string what;
  std::string base;  // form of B before the accident
  Edit edit;
  std::string block;
  std::string operation;
  std::string tensor;
  bool mtp = false;
};

inline const std::vector<std::string> kFp8Parts = {".weight", ".scale"};
inline const std::vector<std::string> kNvfp4Parts = {".weight", ".weight_scale", ".weight_scale_2"};
inline const std::vector<std::string> kPlainParts = {".weight"};

inline std::vector<Broken> BrokenCheckpoints() {
  const std::string l = "layers.";
  std::vector<Broken> all;
  const auto add = [&](const std::string& what, const std::string& base, const Edit& edit,
                       const std::string& block, const std::string& operation,
                       const std::string& tensor) {
    all.push_back({what, base, edit, block, operation,
                   block == "head" ? tensor : block + "." + tensor, block == "mtp.0"});
  };
  add("block scales in the kernels' 128x4 layout", "full",
      Swizzle("layers.2.attn.wq_b.weight_scale", 1024, 8), "layers.2", "q", "attn.wq_b.weight");
  add("nibbles of each byte exchanged", "cast", SwapNibbles("layers.3.ffn.experts.5.w1.weight"),
      "layers.3", "moe_routed", "ffn.experts.5.w1.weight");
  add("tensor scale doubled", "cast",
      ScaleF32("layers.1.ffn.experts.2.w2.weight_scale_2",
               [](const BrokenCheckpoint&) { return 2.0f; }),
      "layers.1", "moe_routed", "ffn.experts.2.w2.weight");
  add("tensor scale times input_scale", "full",
      ScaleF32(
          "layers.3.attn.wo_b.weight_scale_2",
          [](const BrokenCheckpoint& c) { return ReadF32(c, "layers.3.attn.wo_b.input_scale"); }),
      "layers.3", "attn_proj", "attn.wo_b.weight");
  add("indexer's wkv taken from the main compressor", "native",
      CopyModule("layers.2.attn.compressor.wkv", "layers.2.attn.indexer.compressor.wkv",
                 kPlainParts),
      "layers.2", "index_entries", "attn.indexer.compressor.wkv.weight");
  add("the same in a checkpoint that is NVFP4 throughout", "full",
      CopyModule("layers.4.attn.compressor.wgate", "layers.4.attn.indexer.compressor.wgate",
                 kNvfp4Parts),
      "layers.4", "index_entries", "attn.indexer.compressor.wgate.weight");
  add("gate and up of one expert exchanged", "cast",
      SwapModules("layers.4.ffn.experts.1.w1", "layers.4.ffn.experts.1.w3", kNvfp4Parts),
      "layers.4", "moe_routed", "ffn.experts.1.w1.weight");
  add("gate and up of the shared expert exchanged", "full",
      SwapModules("layers.1.ffn.shared_experts.w1", "layers.1.ffn.shared_experts.w3", kNvfp4Parts),
      "layers.1", "moe_shared", "ffn.shared_experts.w1.weight");
  add("FP8 block scales all 1", "native", Fill("layers.0.attn.wo_a.scale", 127), "layers.0",
      "attn_proj", "attn.wo_a.weight");
  add("NVFP4 block scales all 1", "full", Fill("layers.4.attn.indexer.wq_b.weight_scale", 0x38),
      "layers.4", "index_q", "attn.indexer.wq_b.weight");
  add("w2 of the neighbouring expert", "cast",
      CopyModule("layers.2.ffn.experts.7.w2", "layers.2.ffn.experts.6.w2", kNvfp4Parts), "layers.2",
      "moe_routed", "ffn.experts.6.w2.weight");
  add("one row of block scales is the next one's", "full",
      EditBytes("layers.4.attn.wkv.weight_scale",
                [](Bytes& b) { std::memcpy(b.data() + 5 * 16, b.data() + 6 * 16, 16); }),
      "layers.4", "kv", "attn.wkv.weight");
  add("block scales one row too far", "full",
      EditBytes("layers.1.attn.wq_a.weight_scale", [](Bytes& b) { ShiftRows(b, 16); }), "layers.1",
      "q_latent", "attn.wq_a.weight");
  add("signs of codes 8..15 lost", "cast", LoseSigns("layers.0.ffn.experts.3.w3.weight"),
      "layers.0", "moe_routed", "ffn.experts.3.w3.weight");
  add("attention sinks zero", "native", Fill("layers.3.attn.attn_sink", 0), "layers.3", "attn_out",
      "attn.attn_sink");
  add("one 128x128 block of wo_a scaled by 8", "native",
      EditBytes("layers.2.attn.wo_a.scale",
                [](Bytes& b) { b[1] = static_cast<std::byte>(static_cast<uint8_t>(b[1]) + 3); }),
      "layers.2", "attn_proj", "attn.wo_a.weight");
  add("block scales of wkv transposed", "native",
      EditBytes("layers.1.attn.wkv.scale", [](Bytes& b) { std::swap(b[0], b[1]); }), "layers.1",
      "kv", "attn.wkv.weight");
  add("routing table one row too far", "native",
      EditBytes("layers.1.ffn.gate.tid2eid", [](Bytes& b) { ShiftRows(b, 16); }), "layers.1",
      "router_indices", "ffn.gate.tid2eid");
  add("routing table narrowed from I64 with the wrong stride", "native",
      EditBytes("layers.0.ffn.gate.tid2eid", NarrowTable), "layers.0", "router_indices",
      "ffn.gate.tid2eid");
  add("routing bias dropped", "native", Fill("layers.4.ffn.gate.bias", 0), "layers.4",
      "router_indices", "ffn.gate.bias");
  add("compressor's norm is the attention's kv_norm", "native",
      CopyModule("layers.1.attn.kv_norm", "layers.1.attn.compressor.norm", kPlainParts), "layers.1",
      "entries", "attn.compressor.norm.weight");
  add("wkv and wgate of a compressor exchanged", "full",
      SwapModules("layers.2.attn.compressor.wkv", "layers.2.attn.compressor.wgate", kNvfp4Parts),
      "layers.2", "entries", "attn.compressor.wkv.weight");
  add("ape zero", "native", Fill("layers.3.attn.compressor.ape", 0), "layers.3", "entries",
      "attn.compressor.ape");
  add("hc_ffn_fn cut to BF16", "native", EditBytes("layers.2.hc_ffn_fn", CutToBf16), "layers.2",
      "hc_ffn_pre", "hc_ffn_fn");
  add("attn_norm is ffn_norm", "native",
      CopyModule("layers.4.ffn_norm", "layers.4.attn_norm", kPlainParts), "layers.4", "q_latent",
      "attn_norm.weight");
  add("the final norm is a layer's", "native",
      CopyModule("layers.0.attn_norm", "norm", kPlainParts), "head", "logits", "norm.weight");
  add("one block scale is NaN", "full",
      EditBytes("layers.3.attn.wkv.weight_scale", [](Bytes& b) { b[100] = std::byte{0x7f}; }),
      "layers.3", "kv", "attn.wkv.weight");
  add("router's weight is NaN in one place", "native",
      EditBytes("layers.2.ffn.gate.weight",
                [](Bytes& b) {
                  b[200] = std::byte{0xff};
                  b[201] = std::byte{0x7f};
                }),
      "layers.2", "router_logits", "ffn.gate.weight");
  add("h_proj of the MTP block is e_proj", "native",
      CopyModule("mtp.0.e_proj", "mtp.0.h_proj", kFp8Parts), "mtp.0", "x_in", "h_proj.weight");
  add("signs of a draft expert lost", "cast", LoseSigns("mtp.0.ffn.experts.4.w1.weight"), "mtp.0",
      "moe_routed", "ffn.experts.4.w1.weight");
  return all;
}

}  // namespace nibble
