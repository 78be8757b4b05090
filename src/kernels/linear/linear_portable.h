// Internal: the implementation of linear.h that runs everywhere, through Highway.
#pragma once

#include <string_view>

#include "kernels/linear/linear.h"

namespace nibble {

void LinearPortable(const LinearTask& task);
// The instruction set that Highway picked, for example "AVX2".
std::string_view LinearPortableTarget();

}  // namespace nibble
