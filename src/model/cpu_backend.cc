// Chooses the backend of this machine.
#include "base/check.h"
#include "kernels/numerics_policy.h"
#include "model/reference_backend.h"
#include "model/serving_backend.h"

namespace nibble {

std::unique_ptr<Backend> NewCpuBackend(const ModelConfig& config, Numerics numerics,
                                       size_t threads) {
  switch (numerics) {
    case Numerics::kIdeal:
      return std::make_unique<ReferenceBackend<IdealNumerics>>(config, threads);
    case Numerics::kOfficial:
      return std::make_unique<ReferenceBackend<OfficialNumerics>>(config, threads);
    case Numerics::kServing:
      return std::make_unique<ServingBackend>(config, threads);
  }
  NIBBLE_CHECK(false, "no such numerics");
}

}  // namespace nibble
