// What the operator's people send about themselves and each other.
// One described struct per endpoint that takes a body: names and sentences are the public API.
#pragma once

#include <type_traits>

#include "gateway/input_forms.hpp"

namespace mohur::gateway {

struct AppointInput {
  FreeText<120> name;
  Text<EmailRule> email;
  std::vector<registry::Role> roles;
  FreeText<500> reason;
  MOHUR_DESCRIBE(AppointInput, (1, name), (2, email, "With which the person will sign in."),
                 (3, roles, "GET /v1/admin/roles says what each permits."), (4, reason))
};
struct RolesInput {
  std::vector<registry::Role> roles;
  FreeText<500> reason;
  MOHUR_DESCRIBE(RolesInput, (1, roles, "All that the person will have."), (2, reason))
};
struct ReasonInput {
  FreeText<500> reason;
  MOHUR_DESCRIBE(ReasonInput, (1, reason))
};
struct PasswordRule {
  static constexpr std::string_view name = "password";
  static constexpr std::size_t min = 1, max = 256;
  static constexpr std::string_view pattern = "^[^\\u0000-\\u001f]*$";
  static bool valid(std::string_view t) { return FreeTextRule<256>::valid(t); }
};
struct CodeRule {
  static constexpr std::string_view name = "code";
  static constexpr std::size_t min = 6, max = 19;
  static constexpr std::string_view pattern = "^[0-9A-Za-z-]+$";
  static bool valid(std::string_view t) {
    return payments::all_of_text(t, [](char c) { return is_alphanumeric(c) || c == '-'; });
  }
};
struct HalfRule {
  static constexpr std::string_view name = "invitation_half";
  static constexpr std::size_t min = 26, max = 26;
  static constexpr std::string_view pattern = "^[0-9A-Za-z]{26}$";
  static bool valid(std::string_view t) { return payments::all_of_text(t, is_alphanumeric); }
};
struct SignInInput {
  Text<EmailRule> email;
  Text<PasswordRule> password;
  Text<CodeRule> code;
  std::optional<registry::SessionKind> kind;
  MOHUR_DESCRIBE(SignInInput, (1, email), (2, password), (3, code, "Of your app, or one of your recovery codes."),
                 (4, kind, "cookie when absent: the token is set as a cookie. bearer: the answer shows it."))
};
struct AcceptInvitationInput {
  Text<EmailRule> email;
  Text<HalfRule> first_half, second_half;
  Text<PasswordRule> password;
  MOHUR_DESCRIBE(AcceptInvitationInput, (1, email), (2, first_half, "From the owner who proposed the invitation."),
                 (3, second_half, "From the owner who approved it."), (4, password, "12 characters or more."))
};
struct EnrolInput {
  Text<EmailRule> email;
  Text<PasswordRule> password;
  MOHUR_DESCRIBE(EnrolInput, (1, email, "With which you will sign in."), (2, password, "12 characters or more."))
};
struct PasswordInput {
  Text<PasswordRule> current_password, password;
  MOHUR_DESCRIBE(PasswordInput, (1, current_password), (2, password, "12 characters or more."))
};

// Examples, as JSON.
std::string example_of(std::type_identity<AppointInput>);
std::string example_of(std::type_identity<RolesInput>);
std::string example_of(std::type_identity<ReasonInput>);
std::string example_of(std::type_identity<SignInInput>);
std::string example_of(std::type_identity<AcceptInvitationInput>);
std::string example_of(std::type_identity<EnrolInput>);
std::string example_of(std::type_identity<PasswordInput>);

}  // namespace mohur::gateway
