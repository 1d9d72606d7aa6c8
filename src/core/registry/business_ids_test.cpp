// Forms that Indian registers publish, and how they must agree with each other.
#include "registry/business_ids.hpp"

#include <gtest/gtest.h>

namespace mohur::registry {
namespace {

using enum BusinessType;

TEST(Pan, HasAKindOfHolder) {
  for (const char* good : {"AAPFU0939F", "ABCPK1234L", "AAGCB7383J"}) EXPECT_TRUE(Pan::parse(good)) << good;
  for (const char* bad : {"AAPXU0939F", "aapfu0939f", "AAPFU0939", "AAPFU09390", "AAPFU093FF", ""})
    EXPECT_FALSE(Pan::parse(bad)) << bad;
}

// Numbers that the tax authorities' own pages and returns show.
TEST(Gstin, HasACheckCharacter) {
  for (const char* good : {"27AAPFU0939F1ZV", "29AAGCB7383J1Z4", "07AAGFF2194N1Z1", "27AASCS2460H1Z0"})
    EXPECT_TRUE(Gstin::parse(good)) << good;
  for (const char* bad : {"27AAPFU0939F1ZW", "72AAPFU0939F1ZV", "27AAPFU0993F1ZV", "27AAPFU0939F0ZV", "27AAPFU0939F1AV"})
    EXPECT_FALSE(Gstin::parse(bad)) << bad;
}

// One character wrong, or two neighbours that changed places, is always found.
TEST(Gstin, TellsWhenOneCharacterIsWrong) {
  constexpr std::string_view order = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const std::string right = "27AAPFU0939F1ZV";
  for (std::size_t i = 0; i < 14; ++i) {
    for (const char c : order) {
      std::string wrong = right;
      wrong[i] = c;
      EXPECT_EQ(gstin_check(wrong) == right[14], c == right[i]) << wrong;
    }
  }
}

TEST(RegistrationNumber, IsACinOrAnLlpin) {
  for (const char* good : {"U72200KA2013PTC071234", "L17110MH1973PLC019786", "AAB-1234"})
    EXPECT_TRUE(RegistrationNumber::parse(good)) << good;
  for (const char* bad : {"X72200KA2013PTC071234", "U72200KA2013PTC07123", "AAB1234", "AA-12345"})
    EXPECT_FALSE(RegistrationNumber::parse(bad)) << bad;
}

TEST(BusinessIds, AgreeWithEachOther) {
  const auto told = [](BusinessType type, const char* pan, const char* gstin, const char* number) {
    const auto checked = check_business_ids(type, *Pan::parse(pan), Gstin::parse(gstin), RegistrationNumber::parse(number));
    return checked ? std::string{"ok"} : std::string{to_token(checked.error().outcome)} + " " + checked.error().field;
  };
  const char* cin = "U72200KA2013PTC071234";
  EXPECT_EQ(told(private_company, "AAGCB7383J", "29AAGCB7383J1Z4", cin), "ok");
  EXPECT_EQ(told(private_company, "AAGCB7383J", "", cin), "ok") << "below the turnover of the tax there is no GSTIN";
  EXPECT_EQ(told(private_company, "AAGCB7383J", "27AAPFU0939F1ZV", cin), "field_malformed gstin");
  EXPECT_EQ(told(private_company, "AAPFU0939F", "", cin), "field_malformed pan");
  EXPECT_EQ(told(private_company, "AAGCB7383J", "", ""), "field_missing registration_number");
  EXPECT_EQ(told(private_company, "AAGCB7383J", "", "AAB-1234"), "field_malformed registration_number");
  EXPECT_EQ(told(private_company, "AAGCB7383J", "", "L17110MH1973PLC019786"), "field_malformed registration_number");
  EXPECT_EQ(told(public_company, "AAGCB7383J", "", "L17110MH1973PLC019786"), "ok");
  EXPECT_EQ(told(llp, "AAPFU0939F", "27AAPFU0939F1ZV", "AAB-1234"), "ok");
  EXPECT_EQ(told(llp, "AAPFU0939F", "", cin), "field_malformed registration_number");
  EXPECT_EQ(told(proprietorship, "ABCPK1234L", "", ""), "ok");
  EXPECT_EQ(told(proprietorship, "ABCPK1234L", "", "AAB-1234"), "field_unknown registration_number");
  EXPECT_EQ(told(trust, "AAATK1234L", "", ""), "ok");
  EXPECT_EQ(told(society, "AAAAK1234L", "", ""), "ok");
  EXPECT_EQ(told(government, "AAAGK1234L", "", ""), "ok");
}

}  // namespace
}  // namespace mohur::registry
