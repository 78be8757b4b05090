// Each operation against the single-operation goldens of v4_tiny, with the weights that they name.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <memory>

#include "golden.h"
#include "golden_tensors.h"
#include "kernels/attention/attention.h"
#include "kernels/compressor/compressor.h"
#include "kernels/experts/experts.h"
#include "kernels/hadamard/hadamard.h"
#include "kernels/hyper_connection/hyper_connection.h"
#include "kernels/numerics_policy.h"
#include "kernels/projection/projection.h"
#include "kernels/rope/rope.h"
#include "kernels/router/router.h"

namespace nibble {
namespace {

using Doubles = std::vector<double>;

constexpr double kEps = 1e-6;

Doubles Widen(const std::vector<float>& v) { return {v.begin(), v.end()}; }

// The largest difference relative to the golden's RMS; what a golden in F32 can tell is about 1e-7.
template <class A>
double RelativeError(const std::vector<A>& mine, const std::vector<float>& golden) {
  NIBBLE_CHECK(mine.size() == golden.size(), "sizes differ");
  double square = 0;
  double largest = 0;
  for (size_t i = 0; i < golden.size(); ++i) {
    square += double{golden[i]} * double{golden[i]};
    largest = std::max(largest, std::abs(double{mine[i]} - double{golden[i]}));
  }
  return largest / std::sqrt(square / static_cast<double>(golden.size()));
}

class MicroGolden : public testing::Test {
 protected:
  void SetUp() override {
    NIBBLE_REQUIRE_SHARED("golden/v4_tiny/expected/micro.safetensors");
    micro_ =
        std::make_unique<GoldenTensors>(SharedData("golden/v4_tiny/expected/micro.safetensors"));
    for (const char* shard : {"00001", "00002", "00003"}) {
      shards_.emplace_back(
          SharedData(std::string("golden/v4_tiny/model/model-") + shard + "-of-00003.safetensors"));
    }
  }
  const GoldenTensors& ShardOf(const std::string& name) const {
    for (const GoldenTensors& shard : shards_) {
      if (shard.Has(name)) return shard;
    }
    NIBBLE_CHECK(false, name.c_str());
  }
  std::vector<float> Weight(const std::string& name) const { return ShardOf(name).Floats(name); }
  std::vector<float> Micro(const std::string& name) const { return micro_->Floats(name); }

  // A plain matrix of the model; its bytes live in `store`.
  EncodedMatrix Plain(const std::string& name, std::vector<uint8_t>* store) const {
    const TensorInfo& info = ShardOf(name).Info(name);
    *store = ShardOf(name).Bytes(name);
    return {.form = info.dtype == DType::kF32 ? Form::kF32 : Form::kBF16,
            .rows = static_cast<int64_t>(info.shape[0]),
            .cols = static_cast<int64_t>(info.shape[1]),
            .data = store->data()};
  }

  std::unique_ptr<GoldenTensors> micro_;
  std::vector<GoldenTensors> shards_;
  ThreadPool pool_{2};
};

HyperConnectionPre<IdealNumerics> HcSizes(int64_t tokens) {
  return {
      .tokens = tokens, .m = 4, .d = 256, .norm_eps = kEps, .hc_eps = kEps, .sinkhorn_iters = 20};
}

TEST_F(MicroGolden, HyperConnection) {
  std::vector<uint8_t> fn;
  const auto base = Weight("layers.4.hc_attn_base");
  const auto scale = Weight("layers.4.hc_attn_scale");
  Doubles streams = Widen(Micro("hc.X"));
  Doubles y(5 * 256), pre(5 * 4), post(5 * 4), comb(5 * 16);
  auto p = HcSizes(5);
  p.weights = {Plain("layers.4.hc_attn_fn", &fn), base.data(), scale.data()};
  p.streams = streams.data();
  p.y = y.data();
  p.pre = pre.data();
  p.post = post.data();
  p.comb = comb.data();
  HyperConnectionPreRef(p, pool_);
  EXPECT_LT(RelativeError(pre, Micro("hc.pre")), 1e-6);
  EXPECT_LT(RelativeError(post, Micro("hc.post")), 1e-6);
  EXPECT_LT(RelativeError(comb, Micro("hc.comb")), 1e-6);
  EXPECT_LT(RelativeError(y, Micro("hc.y")), 1e-6);
  const Doubles o = Widen(Micro("hc.o"));
  HyperConnectionPostRef<IdealNumerics>({.streams = streams.data(),
                                         .o = o.data(),
                                         .post = post.data(),
                                         .comb = comb.data(),
                                         .tokens = 5,
                                         .m = 4,
                                         .d = 256},
                                        pool_);
  EXPECT_LT(RelativeError(streams, Micro("hc.x_next")), 1e-6);
}

TEST_F(MicroGolden, HyperConnectionHead) {
  std::vector<uint8_t> fn;
  const auto base = Weight("hc_head_base");
  const auto scale = Weight("hc_head_scale");
  const Doubles streams = Widen(Micro("hc.X"));
  Doubles y(5 * 256);
  auto p = HcSizes(5);
  p.weights = {Plain("hc_head_fn", &fn), base.data(), scale.data()};
  p.streams = streams.data();
  p.y = y.data();
  HyperConnectionHeadRef(p, pool_);
  EXPECT_LT(RelativeError(y, Micro("hc.head_y")), 1e-6);
}

TEST_F(MicroGolden, Sinkhorn) {
  const Doubles mix = Widen(Micro("sinkhorn.mix"));
  const std::vector<float> base(24, 0.0f);
  const std::vector<float> scale(3, 1.0f);
  Doubles pre(16), post(16), comb(64);
  auto p = HcSizes(4);
  p.weights.base = base.data();
  p.weights.scale = scale.data();
  for (int64_t t = 0; t < 4; ++t) {
    HyperConnectionMix<IdealNumerics>(mix.data() + t * 24, p, pre.data() + t * 4,
                                      post.data() + t * 4, comb.data() + t * 16);
  }
  EXPECT_LT(RelativeError(pre, Micro("sinkhorn.pre")), 1e-6);
  EXPECT_LT(RelativeError(post, Micro("sinkhorn.post")), 1e-6);
  EXPECT_LT(RelativeError(comb, Micro("sinkhorn.comb")), 1e-6);
}

RopeParameters TinyRope(bool yarn) {
  if (!yarn) return {.theta = 10000, .rope_dim = 64};
  return {.theta = 160000,
          .rope_dim = 64,
          .factor = 16,
          .beta_fast = 32,
          .beta_slow = 1,
          .original_max_position_embeddings = 65536};
}

class RopeGolden : public MicroGolden, public testing::WithParamInterface<bool> {};

TEST_P(RopeGolden, FrequenciesAnglesRotation) {
  const std::string name = GetParam() ? "rope.yarn." : "rope.plain.";
  const std::vector<float> frequencies = RopeFrequencies(TinyRope(GetParam()));
  EXPECT_EQ(frequencies, Micro(name + "freq"));  // bit for bit
  const auto positions = micro_->Raw<int64_t>("rope.positions");
  Doubles cosine(11 * 32), sine(11 * 32);
  for (size_t i = 0; i < positions.size(); ++i) {
    RopeAngles(frequencies, positions[i], cosine.data() + i * 32, sine.data() + i * 32);
  }
  EXPECT_LT(RelativeError(cosine, Micro(name + "cos")), 1e-7);
  EXPECT_LT(RelativeError(sine, Micro(name + "sin")), 1e-7);

  for (const bool inverse : {false, true}) {
    Doubles x = Widen(Micro("rope.x"));
    RopeRef<IdealNumerics>({.x = x.data(),
                            .tokens = 11,
                            .heads = 2,
                            .head_dim = 128,
                            .positions = positions.data(),
                            .frequencies = &frequencies,
                            .inverse = inverse},
                           pool_);
    EXPECT_LT(RelativeError(x, Micro(name + (inverse ? "y_inverse" : "y"))), 1e-6);
  }
}

TEST_P(RopeGolden, RoundedToBf16) {
  const std::string name = GetParam() ? "rope.yarn." : "rope.plain.";
  const std::vector<float> frequencies = RopeFrequencies(TinyRope(GetParam()));
  const auto positions = micro_->Raw<int64_t>("rope.positions");
  Doubles x = Widen(Micro("rope.x"));
  RopeRef<OfficialNumerics>({.x = x.data(),
                             .tokens = 11,
                             .heads = 2,
                             .head_dim = 128,
                             .positions = positions.data(),
                             .frequencies = &frequencies,
                             .inverse = false},
                            pool_);
  // Only the rotated dims are rounded here; the golden rounds all.
  for (double& v : x) v = OfficialNumerics::Bf(v);
  const std::vector<float> golden = Micro(name + "y_bf16");
  EXPECT_EQ(x, Widen(golden));
}

INSTANTIATE_TEST_SUITE_P(Tables, RopeGolden, testing::Bool());

struct CompressorCase {
  const char* golden;   // compress.<golden>
  const char* x;        // compress.<x>.x
  const char* weights;  // of the compressor
  int64_t tokens;
  bool index;
  bool overlap;
};

class CompressorGolden : public MicroGolden, public testing::WithParamInterface<CompressorCase> {
 protected:
  // All entries, made in calls of `chunk` tokens.
  template <class N>
  std::vector<typename N::Real> Entries(int64_t chunk) {
    using Real = typename N::Real;
    const CompressorCase& c = GetParam();
    const std::string prefix = std::string(c.weights) + ".";
    const std::vector<float> x32 = Micro(std::string("compress.") + c.x + ".x");
    const std::vector<Real> x(x32.begin(), x32.end());
    std::vector<uint8_t> store[2];
    const EncodedMatrix wkv = Plain(prefix + "wkv.weight", &store[0]);
    const EncodedMatrix wgate = Plain(prefix + "wgate.weight", &store[1]);
    const std::vector<float> ape = Weight(prefix + "ape");
    const std::vector<float> norm = Weight(prefix + "norm.weight");
    const std::vector<float> rope = RopeFrequencies(TinyRope(true));
    const CompressorShape shape{.ratio = c.overlap ? 4 : 128, .width = 128, .overlap = c.overlap};
    const RowLayout layout{
        .kind = c.index ? RowKind::kIndex : RowKind::kAttention, .width = 128, .rope_dim = 64};
    const auto state_size = static_cast<size_t>(shape.state_rows() * shape.channels());
    std::vector<Real> state_values(state_size), state_scores(state_size);
    ResetCompressorState<N>(shape, state_values.data(), state_scores.data());
    const int64_t count = c.tokens / shape.ratio;
    std::vector<uint8_t> rows(static_cast<size_t>(count * RowBytes<N>(layout)));
    for (int64_t t = 0; t < c.tokens; t += chunk) {
      const int64_t n = std::min(chunk, c.tokens - t);
      std::vector<Real> values(static_cast<size_t>(n * shape.channels())), scores(values.size());
      const auto project = [&](const EncodedMatrix& weight, std::vector<Real>* y) {
        ProjectRef<N>({.weight = weight,
                       .rows = weight.rows,
                       .x = x.data() + t * weight.cols,
                       .ldx = weight.cols,
                       .tokens = n,
                       .y = y->data(),
                       .ldy = weight.rows,
                       .rounding = OutputRounding::kF32},
                      pool_);
      };
      project(wkv, &values);
      project(wgate, &scores);
      CompressorRef<N>({.shape = shape,
                        .layout = layout,
                        .values = values.data(),
                        .scores = scores.data(),
                        .first_position = t,
                        .tokens = n,
                        .ape = ape.data(),
                        .norm_weight = norm.data(),
                        .norm_eps = kEps,
                        .rope_frequencies = &rope,
                        .state_values = state_values.data(),
                        .state_scores = state_scores.data(),
                        .entries = rows.data()});
    }
    std::vector<Real> out;
    std::vector<typename N::Acc> row(128);
    for (int64_t j = 0; j < count; ++j) {
      DecodeRow<N>(layout, rows.data() + j * RowBytes<N>(layout), row.data());
      for (const auto v : row) out.push_back(static_cast<Real>(v));
    }
    return out;
  }
  std::string Name(const char* what) const {
    return std::string("compress.") + GetParam().golden + "." + what;
  }
};

TEST_P(CompressorGolden, IdealInAnyChunks) {
  for (const int64_t chunk : {int64_t{1}, int64_t{3}, int64_t{7}, GetParam().tokens}) {
    EXPECT_LT(RelativeError(Entries<IdealNumerics>(chunk), Micro(Name("entries_ideal"))), 1e-6)
        << "chunks of " << chunk;
  }
}

TEST_P(CompressorGolden, OfficialBitForBit) {
  EXPECT_EQ(Entries<OfficialNumerics>(5), Widen(Micro(Name("entries_official"))));
}

TEST_P(CompressorGolden, PackedRowsHoldTheSameValues) {
  // F32 sums may flip a rounding, so compare the packed form of the golden itself.
  const std::vector<float> golden = Micro(Name("entries_official"));
  const RowLayout layout{.kind = GetParam().index ? RowKind::kIndex : RowKind::kAttention,
                         .width = 128,
                         .rope_dim = 64};
  std::vector<uint8_t> row(static_cast<size_t>(RowBytes<ServingNumerics>(layout)));
  std::vector<float> back(128);
  for (size_t j = 0; j < golden.size(); j += 128) {
    EncodeRow<ServingNumerics>(layout, golden.data() + j, row.data());
    DecodeRow<ServingNumerics>(layout, row.data(), back.data());
    EXPECT_EQ(back, std::vector<float>(golden.begin() + static_cast<int64_t>(j),
                                       golden.begin() + static_cast<int64_t>(j) + 128));
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, CompressorGolden,
    testing::Values(
        CompressorCase{"csa.main", "csa", "layers.2.attn.compressor", 23, false, true},
        CompressorCase{"csa.index", "csa", "layers.2.attn.indexer.compressor", 23, true, true},
        CompressorCase{"hca.main", "hca", "layers.1.attn.compressor", 260, false, false}));

TEST_F(MicroGolden, Hadamard) {
  Doubles x = Widen(Micro("hadamard.x"));
  for (int64_t row = 0; row < 3; ++row) HadamardRef<IdealNumerics>(x.data() + row * 128, 128);
  EXPECT_LT(RelativeError(x, Micro("hadamard.y")), 1e-6);
}

TEST_F(MicroGolden, Router) {
  const Doubles x = Widen(Micro("router.x"));
  for (const bool hash : {true, false}) {
    const std::string layer = hash ? "layers.0." : "layers.2.";
    const std::string golden = hash ? "router.hash." : "router.score.";
    std::vector<uint8_t> store;
    const EncodedMatrix gate = Plain(layer + "ffn.gate.weight", &store);
    Doubles logits(6 * 8);
    ProjectRef<IdealNumerics>({.weight = gate,
                               .rows = 8,
                               .x = x.data(),
                               .ldx = 256,
                               .tokens = 6,
                               .y = logits.data(),
                               .ldy = 8,
                               .rounding = OutputRounding::kF32},
                              pool_);
    EXPECT_LT(RelativeError(logits, Micro(golden + "logits")), 1e-6);
    const auto ids64 = micro_->Raw<int64_t>("router.ids");
    const std::vector<int32_t> ids(ids64.begin(), ids64.end());
    std::vector<int32_t> table;
    std::vector<float> bias;
    if (hash) {
      const std::string name = layer + "ffn.gate.tid2eid";
      for (const int64_t e : ShardOf(name).Raw<int64_t>(name)) {
        table.push_back(static_cast<int32_t>(e));
      }
    } else {
      bias = Weight(layer + "ffn.gate.bias");
    }
    std::vector<int32_t> indices(6 * 2);
    Doubles weights(6 * 2);
    RouterRef<IdealNumerics>({.logits = logits.data(),
                              .tokens = 6,
                              .experts = 8,
                              .top_k = 2,
                              .scaling_factor = 1.5,
                              .bias = hash ? nullptr : bias.data(),
                              .table = hash ? table.data() : nullptr,
                              .token_ids = ids.data(),
                              .indices = indices.data(),
                              .weights = weights.data()},
                             pool_);
    const auto golden_indices = micro_->Raw<int64_t>(golden + "indices");
    EXPECT_EQ(std::vector<int64_t>(indices.begin(), indices.end()), golden_indices);
    EXPECT_LT(RelativeError(weights, Micro(golden + "weights")), 1e-6);
  }
}

TEST_F(MicroGolden, Swiglu) {
  const auto gate = Micro("swiglu.gate");
  const auto up = Micro("swiglu.up");
  Doubles y;
  for (size_t i = 0; i < gate.size(); ++i) {
    y.push_back(ClampedSwiglu<double>(gate[i], up[i], 10.0));
  }
  EXPECT_LT(RelativeError(y, Micro("swiglu.y")), 1e-6);
}

TEST_F(MicroGolden, AttentionWithSink) {
  // The golden's query t sees the first visible[t] keys: here a window that begins at 0.
  const Doubles q = Widen(Micro("attend.q"));
  const Doubles keys = Widen(Micro("attend.keys"));
  const std::vector<float> sink = Micro("attend.sink");
  const auto visible = micro_->Raw<int64_t>("attend.visible");
  const RowLayout layout{.kind = RowKind::kAttention, .width = 128, .rope_dim = 64};
  Doubles out(3 * 4 * 128);
  for (size_t t = 0; t < 3; ++t) {
    const int64_t position = visible[t] - 1;
    AttentionRef<IdealNumerics>({.q = q.data() + t * 512,
                                 .tokens = 1,
                                 .heads = 4,
                                 .first_position = position,
                                 .layout = layout,
                                 .window = 64,
                                 .ring = reinterpret_cast<const uint8_t*>(keys.data()),
                                 .fresh = keys.data() + position * 128,
                                 .sink = sink.data(),
                                 .out = out.data() + t * 512},
                                pool_);
  }
  EXPECT_LT(RelativeError(out, Micro("attend.y")), 1e-6);
}

TEST_F(MicroGolden, InputQuantisers) {
  const std::vector<float> x = Micro("quant.x");
  std::vector<float> fp8 = x;
  std::vector<float> nvfp4 = x;
  for (int64_t row = 0; row < 12; ++row) {
    QuantizeInput(InputQuant::kFp8, 1, fp8.data() + row * 256, 256);
    QuantizeInput(InputQuant::kNvfp4, micro_->Scalar("quant.nvfp4.input_scale"),
                  nvfp4.data() + row * 256, 256);
  }
  EXPECT_EQ(fp8, Micro("quant.fp8_128.y"));
  EXPECT_EQ(nvfp4, Micro("quant.nvfp4.y"));
}

TEST_F(MicroGolden, StoredRows) {
  std::vector<float> x = Micro("quant.x");
  const std::vector<float> golden = Micro("quant.fp8_64.y");
  // 256 dims that are all quantised, and 64 rope dims behind them that are not.
  const RowLayout layout{.kind = RowKind::kAttention, .width = 320, .rope_dim = 64};
  for (int64_t row = 0; row < 12; ++row) {
    std::vector<float> kv(x.begin() + row * 256, x.begin() + (row + 1) * 256);
    kv.resize(320, 0.1f);
    FinishRow<ServingNumerics>(layout, kv.data());
    EXPECT_EQ(kv.back(), 0.1f);
    kv.resize(256);
    EXPECT_EQ(kv, std::vector<float>(golden.begin() + row * 256, golden.begin() + (row + 1) * 256));
  }
}

}  // namespace
}  // namespace nibble
