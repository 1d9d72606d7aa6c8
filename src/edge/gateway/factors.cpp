#include "gateway/factors.hpp"

#include <algorithm>

#include "crypto/api_key.hpp"
#include "crypto/one_time_code.hpp"

namespace mohur::gateway {
namespace {

constexpr std::size_t kFewestCharacters = 12;
constexpr std::size_t kRecoveryBytes = 10;  // 80 bits: nobody finds them by trying
constexpr std::string_view kIssuer = "Mohur";

// Of the longer ones in lists of leaked passwords, those that are tried first.
constexpr std::string_view kWellKnown[] = {
    "password1234",  "password12345", "password123456",   "passwordpassword", "123456789012", "1234567890123", "12345678901234",
    "qwertyuiop123", "qwertyuiop12",  "qwertyuiopas",     "1q2w3e4r5t6y",     "1qaz2wsx3edc", "abcdefghijkl",  "letmeinletmein",
    "iloveyou1234",  "administrator", "changemechangeme", "welcome12345",     "admin1234567"};

std::string lower(std::string_view text) {
  std::string out{text};
  for (char& c : out)
    if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string label(std::string_view what, registry::PersonId person) { return std::string{what} + " " + person.to_string(); }

std::string random_bytes(Random& random, std::size_t size) {
  std::string bytes(size, '\0');
  random.fill({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
  return bytes;
}

// ABCD-EFGH-JKLM-NPQR, however it is typed.
std::string recovery_hash(const vault::Vault& vault, std::string_view typed) {
  std::string plain = "recovery ";
  for (const char c : typed)
    if (c != '-') plain += is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
  return std::string{vault.secret_hash(plain).view()};
}

std::string in_groups(std::string_view code) {
  std::string out;
  for (std::size_t i = 0; i < code.size(); ++i) {
    if (i != 0 && i % 4 == 0) out += '-';
    out += code[i];
  }
  return out;
}

}  // namespace

Result<void> check_password(std::string_view password, std::string_view email) {
  if (count_characters(password) < kFewestCharacters)
    return refuse(Outcome::password_unsuitable, "password", "Expected at least 12 characters.");
  const std::string plain = lower(password);
  const bool is_one_character = plain.find_first_not_of(plain.front()) == std::string::npos;
  if (is_one_character || std::ranges::find(kWellKnown, plain) != std::end(kWellKnown))
    return refuse(Outcome::password_unsuitable, "password", "This is one of those that are tried first.");
  const std::string name = lower(email.substr(0, email.find('@')));
  if (name.size() >= 3 && plain.find(name) != std::string::npos)
    return refuse(Outcome::password_unsuitable, "password", "It holds the name of your address.");
  return {};
}

std::string sealed_password(vault::Vault& vault, registry::PersonId person, std::string_view hash) {
  return vault.seal_secret(label("password", person), hash);
}

std::string password_hash(vault::Vault& vault, const registry::SignIn* setup) {
  if (setup == nullptr || !setup->enrolled_at) return {};
  return vault.unseal_secret(label("password", setup->person), setup->factors.password).value_or("");
}

std::string half_hash(const vault::Vault& vault, std::string_view half) {
  return std::string{vault.secret_hash("invitation " + std::string{half}).view()};
}

std::optional<registry::SecondFactor> second_factor(vault::Vault& vault, const registry::SignIn& setup, std::string_view shown,
                                                    Time now) {
  const bool is_code = shown.size() == 6 && std::ranges::all_of(shown, is_digit);
  if (!is_code) {
    std::string hash = recovery_hash(vault, shown);
    if (std::ranges::find(setup.factors.recovery_codes, hash) == setup.factors.recovery_codes.end()) return std::nullopt;
    return registry::SecondFactor{{}, std::move(hash)};
  }
  const auto secret = vault.unseal_secret(label("code_secret", setup.person), setup.factors.code_secret);
  if (!secret) return std::nullopt;
  const auto step = crypto::step_of_code(*secret, shown, now, setup.last_step);
  return step ? std::optional{registry::SecondFactor{step, {}}} : std::nullopt;
}

MadeFactors make_factors(Call& call, registry::PersonId person, std::string_view email) {
  vault::Vault& vault = call.services.vault;
  const std::string secret = random_bytes(call.services.random, crypto::kCodeSecretSize);
  MadeFactors made{.stored = {.password = sealed_password(vault, person, call.password.made),
                              .code_secret = vault.seal_secret(label("code_secret", person), secret),
                              .recovery_codes = {}},
                   .shown = {.code_secret = crypto::base32_text(secret),
                             .code_link = crypto::code_link(kIssuer, email, secret),
                             .recovery_codes = std::vector<std::string>{}}};
  for (std::size_t i = 0; i < registry::kRecoveryCodes; ++i) {
    const std::string code = crypto::base32_text(random_bytes(call.services.random, kRecoveryBytes));
    made.stored.recovery_codes.push_back(recovery_hash(vault, code));
    made.shown.recovery_codes->push_back(in_groups(code));
  }
  return made;
}

}  // namespace mohur::gateway
