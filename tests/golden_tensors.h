// Tensors of a golden safetensors file as plain vectors, for tests.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "checkpoint/safetensors.h"
#include "formats/bf16.h"

namespace nibble {

class GoldenTensors {
 public:
  explicit GoldenTensors(const std::filesystem::path& path)
      : file_(std::move(SafetensorsFile::Open(path)).value()) {}

  const SafetensorsFile& file() const { return file_; }
  bool Has(const std::string& name) const { return file_.Find(name) != nullptr; }

  const TensorInfo& Info(const std::string& name) const {
    const TensorInfo* info = file_.Find(name);
    NIBBLE_CHECK(info != nullptr, name.c_str());
    return *info;
  }

  // The payload as elements of T, whatever its dtype.
  template <class T>
  std::vector<T> Raw(const std::string& name) const {
    const std::vector<std::byte> bytes = std::move(file_.ReadAll(Info(name))).value();
    NIBBLE_CHECK(bytes.size() % sizeof(T) == 0, name.c_str());
    std::vector<T> values(bytes.size() / sizeof(T));
    if (!bytes.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
  }
  std::vector<uint8_t> Bytes(const std::string& name) const { return Raw<uint8_t>(name); }

  // An F32 or BF16 tensor as floats.
  std::vector<float> Floats(const std::string& name) const {
    if (Info(name).dtype == DType::kF32) return Raw<float>(name);
    NIBBLE_CHECK(Info(name).dtype == DType::kBF16, name.c_str());
    std::vector<float> values;
    for (const uint16_t code : Raw<uint16_t>(name)) values.push_back(Bf16ToF32(code));
    return values;
  }
  float Scalar(const std::string& name) const { return Floats(name).at(0); }

  // What stands before ".<suffix>" in every tensor name that ends so.
  std::vector<std::string> Cases(const std::string& suffix) const {
    std::vector<std::string> cases;
    for (const TensorInfo& t : file_.tensors()) {
      const std::string end = "." + suffix;
      if (t.name.ends_with(end)) cases.push_back(t.name.substr(0, t.name.size() - end.size()));
    }
    return cases;
  }

 private:
  SafetensorsFile file_;
};

}  // namespace nibble
