#include "kernels/experts/experts_packed.h"

#include <algorithm>
#include <cmath>

#include "formats/bf16.h"
#include "kernels/experts/swiglu.h"

namespace nibble {
namespace {

// Buffers only grow.
float* Room(AlignedVector<float>* buffer, int64_t count) {
  if (buffer->size() < static_cast<size_t>(count)) buffer->resize(static_cast<size_t>(count));
  return buffer->data();
}

}  // namespace

void PackedExperts::GroupByExpert(const PackedExpertsProblem& p) {
  const auto pairs = static_cast<size_t>(p.tokens * p.top_k);
  std::vector<int32_t> begin(p.routed.size() + 1, 0);
  for (size_t i = 0; i < pairs; ++i) ++begin[static_cast<size_t>(p.indices[i]) + 1];
  for (size_t e = 0; e < p.routed.size(); ++e) begin[e + 1] += begin[e];
  groups_.clear();
  for (size_t e = 0; e < p.routed.size(); ++e) {
    if (begin[e + 1] > begin[e])
      groups_.push_back({&p.routed[e], begin[e], begin[e + 1] - begin[e]});
  }
  groups_.push_back({&p.shared, static_cast<int64_t>(pairs), p.tokens});

  slot_token_.resize(pairs + static_cast<size_t>(p.tokens));
  slot_weight_.resize(slot_token_.size());
  slots_.resize(pairs);
  for (size_t i = 0; i < pairs; ++i) {
    const int32_t slot = begin[static_cast<size_t>(p.indices[i])]++;
    slots_[i] = slot;
    slot_token_[static_cast<size_t>(slot)] =
        static_cast<int32_t>(static_cast<int64_t>(i) / p.top_k);
    slot_weight_[static_cast<size_t>(slot)] = p.weights[i];
  }
  for (int64_t t = 0; t < p.tokens; ++t) {
    slot_token_[pairs + static_cast<size_t>(t)] = static_cast<int32_t>(t);
    slot_weight_[pairs + static_cast<size_t>(t)] = 1.0f;
    std::sort(slots_.begin() + t * p.top_k, slots_.begin() + (t + 1) * p.top_k);
  }
}

LinearJob PackedExperts::InputJob(const PackedExpertsProblem& p, const Group& group,
                                  const PackedLinear& linear, AlignedVector<float>* y) {
  const int64_t d = linear.w->cols();
  LinearJob job{.w = linear.w,
                .x = p.x,
                .x_stride = d,
                .rows = group.rows,
                .y = y->data() + group.begin * inner_,
                .y_stride = inner_,
                .x_rows = slot_token_.data() + group.begin,
                .round_to_bf16 = true};
  if (linear.quant == InputQuant::kNone) return job;
  std::vector<float>& rows = quantized_.emplace_back(static_cast<size_t>(group.rows * d));
  for (int64_t r = 0; r < group.rows; ++r) {
    std::copy_n(p.x + job.x_rows[r] * d, d, rows.data() + r * d);
    QuantizeInput(linear.quant, linear.input_scale, rows.data() + r * d, d);
  }
  job.x = rows.data();
  job.x_rows = nullptr;
  return job;
}

void PackedExperts::GateAndUp(const PackedExpertsProblem& p) {
  quantized_.clear();
  jobs_.clear();
  for (const Group& group : groups_) {
    jobs_.push_back(InputJob(p, group, group.expert->w1, &gate_));
    jobs_.push_back(InputJob(p, group, group.expert->w3, &up_));
  }
  linear_.Run(jobs_);
}

void PackedExperts::Activate(const PackedExpertsProblem& p) {
  const auto limit = static_cast<float>(p.swiglu_limit);
  if (p.w2_amax != nullptr) std::fill_n(p.w2_amax, p.routed.size() + 1, 0.0f);
  const auto run = [&](const Group& group, int64_t row) {
    const int64_t slot = group.begin + row;
    float* gate = gate_.data() + slot * inner_;
    SwigluRow(gate, up_.data() + slot * inner_, slot_weight_[static_cast<size_t>(slot)], limit,
              inner_, gate);
    if (p.w2_amax != nullptr) {
      const auto expert =
          group.expert == &p.shared ? std::ssize(p.routed) : group.expert - p.routed.data();
      float& amax = p.w2_amax[expert];  // one thread runs all rows of an expert
      for (int64_t i = 0; i < inner_; ++i) amax = std::max(amax, std::abs(gate[i]));
    }
    QuantizeInput(group.expert->w2.quant, group.expert->w2.input_scale, gate, inner_);
  };
  // A few rows are not worth waking the others.
  if (p.tokens < 4) {
    for (const Group& group : groups_) {
      for (int64_t row = 0; row < group.rows; ++row) run(group, row);
    }
    return;
  }
  linear_.pool().ParallelFor(groups_.size(), [&](size_t g, size_t) {
    for (int64_t row = 0; row < groups_[g].rows; ++row) run(groups_[g], row);
  });
}

void PackedExperts::Down(int64_t d) {
  jobs_.clear();
  for (const Group& group : groups_) {
    jobs_.push_back({.w = group.expert->w2.w,
                     .x = gate_.data() + group.begin * inner_,
                     .x_stride = inner_,
                     .rows = group.rows,
                     .y = down_.data() + group.begin * d,
                     .y_stride = d,
                     .round_to_bf16 = true});
  }
  linear_.Run(jobs_);
}

void PackedExperts::Sum(const PackedExpertsProblem& p) {
  const int64_t d = p.shared.w1.w->cols();
  const auto add = [&](int64_t t) {
    float* out = p.y + t * d;
    // The first summand is added to zero, as the reference does.
    std::fill_n(out, d, 0.0f);
    for (int64_t k = 0; k < p.top_k; ++k) {
      const float* y = down_.data() + slots_[static_cast<size_t>(t * p.top_k + k)] * d;
      for (int64_t i = 0; i < d; ++i) out[i] += y[i];
    }
    const float* shared = down_.data() + (p.tokens * p.top_k + t) * d;
    if (p.routed_y != nullptr) {
      std::copy_n(out, d, p.routed_y + t * d);
      std::copy_n(shared, d, p.shared_y + t * d);
    }
    for (int64_t i = 0; i < d; ++i) out[i] = RoundToBf16(out[i] + shared[i]);
  };
  constexpr int64_t kValues = 1 << 15;  // some ten microseconds
  linear_.pool().ParallelRanges(p.tokens, kValues / (d * (p.top_k + 2)) + 1,
                                [&](int64_t begin, int64_t end, size_t) {
                                  for (int64_t t = begin; t < end; ++t) add(t);
                                });
}

void PackedExperts::Run(const PackedExpertsProblem& p) {
  inner_ = p.shared.w1.w->rows();
  const int64_t d = p.shared.w1.w->cols();
  const int64_t slots = p.tokens * (p.top_k + 1);
  Room(&gate_, slots * inner_);
  Room(&up_, slots * inner_);
  Room(&down_, slots * d);
  GroupByExpert(p);
  GateAndUp(p);
  Activate(p);
  Down(d);
  Sum(p);
}

}  // namespace nibble
