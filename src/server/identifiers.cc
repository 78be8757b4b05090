#include "server/identifiers.h"

#include <openssl/rand.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "base/check.h"

namespace nibble {
namespace {

void Fill(unsigned char* bytes, size_t n) {
  NIBBLE_CHECK(RAND_bytes(bytes, static_cast<int>(n)) == 1, "the system has no random numbers");
}

}  // namespace

uint64_t RandomBits() {
  uint64_t bits = 0;
  Fill(reinterpret_cast<unsigned char*>(&bits), sizeof bits);
  return bits;
}

std::string RandomName(size_t n) {
  static constexpr char kAlphabet[] =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  std::vector<unsigned char> bytes(n);
  Fill(bytes.data(), n);
  std::string name;
  for (const unsigned char byte : bytes) name += kAlphabet[byte % (sizeof kAlphabet - 1)];
  return name;
}

int64_t UnixSeconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

bool IsRequestId(std::string_view id) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  };
  return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), allowed);
}

}  // namespace nibble
