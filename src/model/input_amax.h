// The largest magnitude that enters each linear, gathered while a model runs: what the input scales
// of NVFP4 are made from. Inputs are seen before any quantisation. One owner, one thread.
#pragma once

#include <compare>
#include <map>
#include <vector>

#include "checkpoint/catalogue.h"

namespace nibble {

class InputAmax {
 public:
  struct Entry {
    Module module;
    float amax = 0;
  };

  void Raise(const Module& linear, float amax);
  // Linears that a token has entered, in the order of the layers.
  std::vector<Entry> entries() const;

 private:
  struct Key {
    int32_t layer;
    Role role;
    int32_t expert;
    auto operator<=>(const Key&) const = default;
  };
  std::map<Key, Entry> entries_;
};

}  // namespace nibble
