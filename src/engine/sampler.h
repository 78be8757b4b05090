// From logits to the next token: logit_bias -> repetition, frequency and presence penalties ->
// greedy argmax, or temperature -> min_p -> top_k -> top_p -> draw.
// Pure functions; the same input gives the same token on every machine and in every batch.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "engine/request.h"

namespace nibble {

// Tokens of one sequence so far, for the penalties.
struct TokenCounts {
  std::unordered_map<TokenId, int32_t> generated;  // how often each was generated
  std::vector<TokenId> prompt;                     // distinct ids of the prompt
};

// A number in [0, 1) that depends on the three keys alone (SplitMix64 finaliser over a mixed
// counter).
double UniformFromKey(uint64_t seed, uint32_t choice, uint64_t position);

// The token at index `position` of the generated text. `masked` ids cannot be chosen. nullopt: the
// logits hold a NaN or +inf, or nothing can be chosen.
std::optional<TokenId> SampleToken(std::span<const float> logits, const SamplingParams& params,
                                   const TokenCounts& counts, std::span<const TokenId> masked,
                                   uint64_t position);

// Index of the largest logit, the lowest of equal ones; nullopt as above.
std::optional<TokenId> GreedyToken(std::span<const float> logits);

}  // namespace nibble
