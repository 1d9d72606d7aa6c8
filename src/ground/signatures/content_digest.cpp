#include "signatures/content_digest.hpp"

#include "crypto/encoding.hpp"
#include "crypto/sha256.hpp"
#include "crypto/sha512.hpp"
#include "signatures/structured_field.hpp"

namespace mohur::signatures {
namespace {

constexpr std::size_t kLongestField = 1'024;

}  // namespace

Result<void> check_content_digest(std::string_view field, std::string_view body) {
  bool is_known = false, is_right = true;
  const auto compare = [&](std::string_view digest, std::string_view hash) {
    is_known = true;
    is_right = is_right && digest == hash;
  };
  const bool is_read = field.size() <= kLongestField && read_dictionary(field, [&](std::string_view name, FieldReader& in) {
                         const auto base64 = in.take_byte_sequence();
                         const auto digest = base64 ? crypto::base64_decode(*base64) : std::nullopt;
                         if (!digest) return false;
                         if (name == "sha-256") compare(*digest, crypto::sha256(body).view());
                         if (name == "sha-512") compare(*digest, crypto::sha512(body).view());
                         return true;
                       });
  const auto refusal = [](std::string detail) { return refuse(Outcome::digest_mismatch, "Content-Digest", std::move(detail)); };
  if (!is_read) return refusal("Expected `sha-256=:base64:`, with padding.");
  if (!is_known) return refusal("Send sha-256 or sha-512: other digests are not known here.");
  if (!is_right) return refusal("The body that came, of " + std::to_string(body.size()) + " bytes, has another digest.");
  return {};
}

}  // namespace mohur::signatures
