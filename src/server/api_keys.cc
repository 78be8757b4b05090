#include "server/api_keys.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

namespace nibble {
namespace {

auto DigestOf(std::string_view key) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(key.data()), key.size(), digest.data());
  return digest;
}

bool IsBearer(std::string_view scheme) {
  constexpr std::string_view kBearer = "bearer ";
  if (scheme.size() != kBearer.size()) return false;
  for (size_t i = 0; i < scheme.size(); ++i) {
    const char c = scheme[i];
    if ((c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c) != kBearer[i]) return false;
  }
  return true;
}

}  // namespace

void ApiKeys::Add(std::string_view key) { digests_.push_back(DigestOf(key)); }

bool ApiKeys::Allow(const HttpHead& head) const {
  if (digests_.empty()) return true;
  constexpr size_t kScheme = 7;  // "Bearer "
  const std::string* header = head.Header("authorization");
  const bool well_formed = head.CountOf("authorization") == 1 && header->size() > kScheme &&
                           IsBearer(std::string_view(*header).substr(0, kScheme));
  const Digest given =
      DigestOf(well_formed ? std::string_view(*header).substr(kScheme) : std::string_view());
  bool known = false;
  for (const Digest& digest : digests_)
    known |= CRYPTO_memcmp(given.data(), digest.data(), digest.size()) == 0;
  return known && well_formed;
}

}  // namespace nibble
