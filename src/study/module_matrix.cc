#include "study/module_matrix.h"

namespace nibble {

Result<LoadedMatrix> LoadModuleAsMatrix(const Checkpoint& checkpoint, const Module& module) {
  NIBBLE_ASSIGN(StoredModule stored,
                checkpoint.FindModule(module.role, module.layer, module.expert));
  if (stored.module.shape.size() == 1) stored.module.shape.insert(stored.module.shape.begin(), 1);
  return LoadMatrix(stored);
}

std::string WeightName(const Checkpoint& checkpoint, const Module& module) {
  std::string name = BaseName(module, checkpoint.names(), checkpoint.config());
  if (RowOf(module.role).suffixed) name += ".weight";
  return name;
}

}  // namespace nibble
