// How the forward pass shows the inputs of its linears to an InputAmax.
#include <vector>

#include "formats/nvfp4.h"
#include "model/forward.h"

namespace nibble {

void ForwardPass::SeeInput(const Matrix& matrix, const Tensor& x) {
  if (input_amax_ == nullptr || !matrix.module.IsLinear()) return;
  std::vector<float> values(static_cast<size_t>(x.rows * x.cols));
  backend_.Download(x, values);
  input_amax_->Raise(matrix.module, AbsMax(values));
}

Tensor ForwardPass::NewW2Amax(const MoeWeights& w) {
  if (input_amax_ == nullptr) return {};
  return backend_.NewTensor(1, static_cast<int64_t>(w.routed.size()) + 1, Element::kWide);
}

void ForwardPass::SeeExpertInputs(const ExpertsArgs& args) {
  if (input_amax_ == nullptr) return;
  const MoeWeights& w = *args.weights;
  const Tensor& x = args.x;
  std::vector<float> values(static_cast<size_t>(x.rows * x.cols));
  backend_.Download(x, values);
  std::vector<int32_t> indices(static_cast<size_t>(x.rows * args.indices.cols));
  backend_.DownloadIndices(args.indices, indices);
  std::vector<float> w2_amax(w.routed.size() + 1);
  backend_.Download(args.w2_amax, w2_amax);
  for (size_t i = 0; i < indices.size(); ++i) {
    const size_t row = i / static_cast<size_t>(args.indices.cols);
    const auto cols = static_cast<size_t>(x.cols);
    const float amax = AbsMax(std::span(values).subspan(row * cols, cols));
    const auto expert = static_cast<size_t>(indices[i]);
    input_amax_->Raise(w.routed[expert].w1.module, amax);
    input_amax_->Raise(w.routed[expert].w3.module, amax);
    input_amax_->Raise(w.routed[expert].w2.module, w2_amax[expert]);
  }
  input_amax_->Raise(w.shared.w1.module, AbsMax(values));
  input_amax_->Raise(w.shared.w3.module, AbsMax(values));
  input_amax_->Raise(w.shared.w2.module, w2_amax.back());
}

}  // namespace nibble
