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

}  // namespace

void ApiKeys::Add(std::string_view key) { digests_.push_back(DigestOf(key)); }

bool ApiKeys::Allow(const HttpHead& head) const {
  if (digests_.empty()) return true;
  constexpr std::string_view kScheme = "bearer ";
  const std::string* header = head.Header("authorization");
  const bool well_formed = head.CountOf("authorization") == 1 && header->size() > kScheme.size() &&
                           LowerAscii(header->substr(0, kScheme.size())) == kScheme;
  const Digest given =
      DigestOf(well_formed ? std::string_view(*header).substr(kScheme.size()) : std::string_view());
  bool known = false;
  for (const Digest& digest : digests_)
    known |= CRYPTO_memcmp(given.data(), digest.data(), digest.size()) == 0;
  return known && well_formed;
}

}  // namespace nibble
