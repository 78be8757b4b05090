#include "engine/sampler.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace nibble {
namespace {

constexpr double kNever = -std::numeric_limits<double>::infinity();

// Sebastiano Vigna's SplitMix64 finaliser: a bijection of 64 bits that mixes well.
uint64_t Mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

bool IsBroken(float logit) {
  return std::isnan(logit) || logit == std::numeric_limits<float>::infinity();
}

bool ChangesLogits(const SamplingParams& p, std::span<const TokenId> masked) {
  return !masked.empty() || !p.logit_bias.empty() || p.presence_penalty != 0 ||
         p.frequency_penalty != 0 || p.repetition_penalty != 1;
}

void ApplyBiasAndPenalties(const SamplingParams& p, const TokenCounts& counts,
                           std::span<const TokenId> masked, std::vector<double>* logits) {
  auto& x = *logits;
  const auto at = [&](TokenId id) -> double& { return x[static_cast<size_t>(id)]; };
  for (const auto& [id, bias] : p.logit_bias) at(id) += bias;
  if (p.repetition_penalty != 1) {
    const auto repeat = [&](TokenId id) {
      at(id) = at(id) > 0 ? at(id) / p.repetition_penalty : at(id) * p.repetition_penalty;
    };
    for (const TokenId id : counts.prompt) repeat(id);
    for (const auto& [id, n] : counts.generated) {
      if (!std::binary_search(counts.prompt.begin(), counts.prompt.end(), id)) repeat(id);
    }
  }
  for (const auto& [id, n] : counts.generated)
    at(id) -= p.frequency_penalty * n + p.presence_penalty;
  for (const TokenId id : masked) at(id) = kNever;
}

struct Candidate {
  TokenId id;
  double weight;  // exp((logit - max) / temperature): probability times a constant
};

// More probable first, of equal ones the lower id.
bool Better(const Candidate& a, const Candidate& b) {
  return a.weight != b.weight ? a.weight > b.weight : a.id < b.id;
}

double TotalWeight(const std::vector<Candidate>& candidates) {
  return std::accumulate(candidates.begin(), candidates.end(), 0.0,
                         [](double sum, const Candidate& c) { return sum + c.weight; });
}

void KeepTopK(size_t k, std::vector<Candidate>* candidates) {
  if (k == 0 || k >= candidates->size()) return;
  const auto end = candidates->begin() + static_cast<std::ptrdiff_t>(k);
  std::nth_element(candidates->begin(), end, candidates->end(), Better);
  candidates->erase(end, candidates->end());
}

// The smallest set with mass >= top_p, the crossing token included. Sorts only as far as needed:
// the head of the distribution usually decides.
void KeepTopP(double top_p, std::vector<Candidate>* candidates) {
  if (top_p >= 1) return;
  const double wanted = top_p * TotalWeight(*candidates);
  double mass = 0;
  size_t kept = 0;
  size_t sorted = 0;
  while (kept < candidates->size()) {
    if (kept == sorted) {
      sorted = std::min(candidates->size(), std::max<size_t>(64, sorted * 4));
      std::partial_sort(candidates->begin() + static_cast<std::ptrdiff_t>(kept),
                        candidates->begin() + static_cast<std::ptrdiff_t>(sorted),
                        candidates->end(), Better);
    }
    mass += (*candidates)[kept++].weight;
    if (mass >= wanted) break;
  }
  candidates->resize(kept);
}

// Walks the candidates in the order of their ids, so that the draw does not depend on how they were
// filtered.
TokenId Draw(double u, std::vector<Candidate>* candidates) {
  const auto by_id = [](const Candidate& a, const Candidate& b) { return a.id < b.id; };
  if (!std::is_sorted(candidates->begin(), candidates->end(), by_id))
    std::sort(candidates->begin(), candidates->end(), by_id);
  const double target = u * TotalWeight(*candidates);
  double mass = 0;
  for (const Candidate& c : *candidates) {
    mass += c.weight;
    if (mass > target) return c.id;
  }
  return candidates->back().id;
}

template <class T>
std::optional<TokenId> ArgMax(std::span<const T> logits) {
  const auto best = std::max_element(logits.begin(), logits.end());
  if (best == logits.end() || *best == -std::numeric_limits<T>::infinity()) return std::nullopt;
  return static_cast<TokenId>(best - logits.begin());
}

}  // namespace

double UniformFromKey(uint64_t seed, uint32_t choice, uint64_t position) {
  const uint64_t bits = Mix(Mix(Mix(seed) ^ choice) ^ position);
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

std::optional<TokenId> GreedyToken(std::span<const float> logits) {
  if (std::any_of(logits.begin(), logits.end(), IsBroken)) return std::nullopt;
  return ArgMax(logits);
}

std::optional<TokenId> SampleToken(std::span<const float> logits, const SamplingParams& params,
                                   const TokenCounts& counts, std::span<const TokenId> masked,
                                   uint64_t position) {
  const bool greedy = params.temperature < kGreedyTemperature;
  if (greedy && !ChangesLogits(params, masked)) return GreedyToken(logits);
  if (std::any_of(logits.begin(), logits.end(), IsBroken)) return std::nullopt;

  std::vector<double> adjusted(logits.begin(), logits.end());
  ApplyBiasAndPenalties(params, counts, masked, &adjusted);
  const std::optional<TokenId> best = ArgMax<double>(adjusted);
  if (greedy || !best) return best;

  const double max_logit = adjusted[static_cast<size_t>(*best)];
  // Below this weight a token is out: min_p, or so unlikely that no draw can reach it.
  const double min_weight = std::max(params.min_p, 1e-30);
  std::vector<Candidate> candidates;
  for (size_t i = 0; i < adjusted.size(); ++i) {
    const double weight = std::exp((adjusted[i] - max_logit) / params.temperature);
    if (weight >= min_weight) candidates.push_back({static_cast<TokenId>(i), weight});
  }
  KeepTopK(static_cast<size_t>(params.top_k), &candidates);
  KeepTopP(params.top_p, &candidates);
  return Draw(UniformFromKey(params.seed, params.choice, position), &candidates);
}

}  // namespace nibble
