// Random experts in tiles, for the tests and the benchmark.
#pragma once

#include <memory>
#include <vector>

#include "kernels/grouped_matvec/grouped_matvec.h"
#include "kernels/linear/random_matrix.h"

namespace nibble {

struct MatVecExperts {
  Form form;
  int64_t rows, cols;
  std::vector<std::unique_ptr<RandomMatrix>> matrices;
  std::vector<uint8_t> codes, scales;
  std::vector<float> tensor_scales;

  MatVecExperts(Form f, int64_t experts, int64_t n, int64_t k) : form(f), rows(n), cols(k) {
    for (int64_t e = 0; e < experts; ++e) {
      matrices.push_back(std::make_unique<RandomMatrix>(f, n, k, static_cast<uint32_t>(e + 1)));
      RandomMatrix& m = *matrices.back();
      const size_t code_bytes = m.data.size(), scale_bytes = m.scales.size();
      codes.resize(codes.size() + code_bytes);
      scales.resize(scales.size() + scale_bytes);
      const Status packed = PackMatVecTiles(m.view, codes.data() + codes.size() - code_bytes,
                                            scales.data() + scales.size() - scale_bytes);
      NIBBLE_CHECK(packed.ok(), "a test matrix does not fill tiles");
      tensor_scales.push_back(m.view.tensor_scale);
    }
  }
};

}  // namespace nibble
