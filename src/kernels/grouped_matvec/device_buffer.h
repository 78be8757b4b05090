// Memory on a CUDA device, for the tests and benchmarks of its kernels.
#pragma once

#include <cuda_runtime_api.h>

#include <cstddef>
#include <vector>

#include "base/check.h"

namespace nibble {

template <class T>
class DeviceBuffer {
 public:
  explicit DeviceBuffer(size_t count) : count_(count) {
    NIBBLE_CHECK(cudaMalloc(&data_, count * sizeof(T)) == cudaSuccess, "no device memory");
  }
  explicit DeviceBuffer(const std::vector<T>& values) : DeviceBuffer(values.size()) {
    NIBBLE_CHECK(
        cudaMemcpy(data_, values.data(), count_ * sizeof(T), cudaMemcpyHostToDevice) == cudaSuccess,
        "copy to the device");
  }
  ~DeviceBuffer() { cudaFree(data_); }
  DeviceBuffer(const DeviceBuffer&) = delete;
  DeviceBuffer& operator=(const DeviceBuffer&) = delete;

  T* data() const { return static_cast<T*>(data_); }
  std::vector<T> Fetch() const {
    std::vector<T> out(count_);
    NIBBLE_CHECK(
        cudaMemcpy(out.data(), data_, count_ * sizeof(T), cudaMemcpyDeviceToHost) == cudaSuccess,
        "copy from the device");
    return out;
  }

 private:
  void* data_ = nullptr;
  size_t count_;
};

}  // namespace nibble
