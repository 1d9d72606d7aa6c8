// What signing in needs of the gateway, in one place: who may, who must wait, and where passwords are looked at.
#pragma once

#include "gateway/password_desk.hpp"
#include "gateway/sign_in_waits.hpp"
#include "gateway/staff_book.hpp"
#include "openid/provider.hpp"
#include "vault/vault.hpp"

namespace mohur::gateway {

struct Staff {
  StaffBook& book;
  SignInWaits& waits;
  PasswordDesk& passwords;
  openid::Provider* provider = nullptr;  // where the operator has named one
};

// What a page of ours knows of its session and no other page does.
inline std::string csrf_token(const vault::Vault& vault, std::string_view kid) {
  std::string token;
  append_base32(token, vault.blind_index("csrf_token", kid));
  return token;
}

}  // namespace mohur::gateway
