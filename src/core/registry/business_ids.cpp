#include "registry/business_ids.hpp"

namespace mohur::registry {
namespace {

// The fourth letters of the PANs that businesses of a type have.
std::string_view holders_of(BusinessType type) {
  switch (type) {
    case BusinessType::proprietorship: return "PH";  // a person, or a Hindu undivided family
    case BusinessType::partnership:
    case BusinessType::llp: return "F";
    case BusinessType::private_company:
    case BusinessType::public_company: return "C";
    case BusinessType::trust: return "TAB";
    case BusinessType::society: return "ABJT";
    case BusinessType::government: return "GLJ";
  }
  return {};
}

Result<void> check_number(BusinessType type, const std::optional<RegistrationNumber>& number) {
  const bool is_company = type == BusinessType::private_company || type == BusinessType::public_company;
  if (!is_company && type != BusinessType::llp) {
    if (!number) return {};
    return refuse(Outcome::field_unknown, "registration_number", "Companies and limited liability partnerships have one.");
  }
  const char* wanted = is_company ? "A company names its CIN." : "A limited liability partnership names its LLPIN.";
  if (!number) return refuse(Outcome::field_missing, "registration_number", wanted);
  if (is_company != RegistrationNumberRule::is_cin(*number))
    return refuse(Outcome::field_malformed, "registration_number", wanted);
  const bool is_listed = number->str().front() == 'L';
  if (type == BusinessType::private_company && is_listed)
    return refuse(Outcome::field_malformed, "registration_number", "The CIN is that of a listed company.");
  return {};
}

}  // namespace

Result<void> check_business_ids(BusinessType type, const Pan& pan, const std::optional<Gstin>& gstin,
                                const std::optional<RegistrationNumber>& number) {
  if (!holders_of(type).contains(pan.str()[3]))
    return refuse(Outcome::field_malformed, "pan",
                  "Its fourth letter is not that of a " + std::string{to_token(type)} + ": expected one of " +
                      std::string{holders_of(type)} + ".");
  if (gstin && std::string_view{*gstin}.substr(2, 10) != pan.str())
    return refuse(Outcome::field_malformed, "gstin", "It holds another PAN than `pan`.");
  return check_number(type, number);
}

}  // namespace mohur::registry
