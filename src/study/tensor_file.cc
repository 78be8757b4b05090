#include "study/tensor_file.h"

#include "checkpoint/safetensors.h"

namespace nibble {

Status WriteArrays(const std::filesystem::path& path, const std::vector<NamedArray>& arrays) {
  std::vector<SafetensorsWriter::Entry> entries;
  for (const NamedArray& a : arrays) {
    entries.push_back({a.name, a.integers.empty() ? DType::kF32 : DType::kI64, a.shape});
  }
  NIBBLE_ASSIGN(SafetensorsWriter writer, SafetensorsWriter::Create(path, std::move(entries)));
  for (size_t i = 0; i < arrays.size(); ++i) {
    NIBBLE_TRY(writer.Write(i, arrays[i].integers.empty()
                                   ? std::as_bytes(std::span(arrays[i].floats))
                                   : std::as_bytes(std::span(arrays[i].integers))));
  }
  return writer.Commit();
}

}  // namespace nibble
