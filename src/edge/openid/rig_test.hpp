// Keys and tokens as a provider makes them.
#pragma once

#include <gmock/gmock.h>

#include <string>

#include "openid/id_token.hpp"

namespace mohur::openid {

enum class Kind : std::uint8_t { rsa, weak_rsa, curve, secret };

// A key of a provider; it names the key by `id`, or not at all where it is empty.
class SigningKey {
 public:
  SigningKey(Kind kind, std::string id);
  ~SigningKey();
  SigningKey(const SigningKey&) = delete;
  SigningKey& operator=(const SigningKey&) = delete;

  // Its public half, as a member of `keys`. `more` is put into it, such as `"use":"enc",`.
  std::string published(const std::string& more = "") const;
  std::string sign(const std::string& statement, const char* algorithm) const;

 private:
  const std::string id_;
  _cjose_jwk_int* key_;
};

std::string key_set(std::initializer_list<std::string> keys);

inline constexpr Time kNow{1'800'000'000'000'000'000};

// What a good token says, with members replaced: a value of JSON each, or "" to leave it out.
std::string statement(std::initializer_list<std::pair<std::string, std::string>> replaced = {});

}  // namespace mohur::openid
