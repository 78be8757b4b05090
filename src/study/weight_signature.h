// What a wrong weight looks like. Most broken checkpoints were broken by one of a few accidents of
// conversion, and each of them leaves a weight that is the right one seen through a simple mistake.
#pragma once

#include <string>

#include "base/error.h"
#include "checkpoint/checkpoint.h"

namespace nibble {

// One clause about B's weight against A's ("its block scales are all 1"), or an empty string when
// no known accident explains the difference. Looks at a sample of rows.
Result<std::string> SignatureOf(const Checkpoint& a, const Checkpoint& b, const Module& module);

}  // namespace nibble
