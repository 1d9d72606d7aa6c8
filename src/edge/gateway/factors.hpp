// The two factors of people who sign in: made, sealed, and held against what is shown.
//
// Password  At least 12 characters, none of those that are tried first, and without the person's own address (OWASP ASVS 2.1).
// Sealed    Under a label that names the person, so that no box of one opens as another's.
#pragma once

#include "gateway/call.hpp"
#include "gateway/people_inputs.hpp"

namespace mohur::gateway {

// Errors: password_unsuitable.
Result<void> check_password(std::string_view password, std::string_view email);

std::string sealed_password(vault::Vault& vault, registry::PersonId person, std::string_view hash);
// Empty where there is none.
std::string password_hash(vault::Vault& vault, const registry::SignIn* setup);

// What an invitation's half is kept as.
std::string half_hash(const vault::Vault& vault, std::string_view half);

// Six digits are looked for among the codes about now, anything else among the recovery codes. Nothing where none fits.
std::optional<registry::SecondFactor> second_factor(vault::Vault& vault, const registry::SignIn& setup, std::string_view shown,
                                                    Time now);

// A second factor of the call's chance, beside the password that was hashed for it.
struct MadeFactors {
  registry::Factors stored;
  WithFactors shown;
};
MadeFactors make_factors(Call& call, registry::PersonId person, std::string_view email);

}  // namespace mohur::gateway
