#include "crypto/sha512.hpp"

#include <openssl/sha.h>

namespace mohur::crypto {

Hash512 sha512(std::string_view bytes) {
  Hash512 hash;
  SHA512(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), hash.bytes.data());
  return hash;
}

}  // namespace mohur::crypto
