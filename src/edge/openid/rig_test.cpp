#include "openid/rig_test.hpp"

#include <cjose/cjose.h>

#include <map>

namespace mohur::openid {
namespace {

constexpr std::uint8_t kExponent[] = {1, 0, 1};

_cjose_jwk_int* make(Kind kind) {
  cjose_err error{};
  switch (kind) {
    case Kind::rsa: return cjose_jwk_create_RSA_random(2'048, kExponent, sizeof kExponent, &error);
    case Kind::weak_rsa: return cjose_jwk_create_RSA_random(1'024, kExponent, sizeof kExponent, &error);
    case Kind::curve: return cjose_jwk_create_EC_random(CJOSE_JWK_EC_P_256, &error);
    case Kind::secret: break;
  }
  return cjose_jwk_create_oct_random(256, &error);
}

}  // namespace

SigningKey::SigningKey(Kind kind, std::string id) : id_(std::move(id)), key_(make(kind)) {
  cjose_err error{};
  if (!id_.empty()) cjose_jwk_set_kid(key_, id_.data(), id_.size(), &error);
}
SigningKey::~SigningKey() { cjose_jwk_release(key_); }

std::string SigningKey::published(const std::string& more) const {
  cjose_err error{};
  const bool is_secret = cjose_jwk_get_kty(key_, &error) == CJOSE_JWK_KTY_OCT;
  char* text = cjose_jwk_to_json(key_, is_secret, &error);
  std::string json = text;
  free(text);  // NOLINT(cppcoreguidelines-no-malloc): cjose gives it so
  return json.insert(1, more);
}

std::string SigningKey::sign(const std::string& statement, const char* algorithm) const {
  cjose_err error{};
  cjose_header_t* header = cjose_header_new(&error);
  cjose_header_set(header, CJOSE_HDR_ALG, algorithm, &error);
  if (!id_.empty()) cjose_header_set(header, CJOSE_HDR_KID, id_.c_str(), &error);
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(statement.data());
  cjose_jws_t* jws = cjose_jws_sign(key_, header, bytes, statement.size(), &error);
  const char* text = nullptr;
  cjose_jws_export(jws, &text, &error);
  std::string token = text;
  cjose_jws_release(jws);
  cjose_header_release(header);
  return token;
}

std::string key_set(std::initializer_list<std::string> keys) {
  std::string text = R"({"keys":[)";
  for (const std::string& key : keys) text.append(text.back() == '[' ? "" : ",").append(key);
  return text + "]}";
}

std::string statement(std::initializer_list<std::pair<std::string, std::string>> replaced) {
  const std::string now = std::to_string(kNow.unix_ms() / 1'000);
  const std::string later = std::to_string((kNow + minutes(5)).unix_ms() / 1'000);
  std::map<std::string, std::string> members{{"iss", R"("https://login.example")"},
                                             {"aud", R"("mohur")"},
                                             {"sub", R"("41")"},
                                             {"nonce", R"("n1")"},
                                             {"exp", later},
                                             {"iat", now},
                                             {"email", R"("asha@mohur.example")"},
                                             {"email_verified", "true"},
                                             {"amr", R"(["pwd","mfa"])"}};
  for (const auto& [name, value] : replaced) members[name] = value;
  std::string text;
  for (const auto& [name, value] : members)
    if (!value.empty()) text.append(text.empty() ? "{\"" : ",\"").append(name).append("\":").append(value);
  return text + "}";
}

}  // namespace mohur::openid
