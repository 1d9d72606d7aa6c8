#include "vault/masks.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mohur::vault {
namespace {

struct Row {
  std::string (*mask)(std::string_view);
  std::string value;
  std::string_view seen;
};

TEST(Masks, show_what_everybody_may_see_and_no_more) {
  const Row rows[] = {
      {mask_account_number, "001234567890", "••••7890"},
      {mask_account_number, "HDFC0001AB", "••••01AB"},
      {mask_account_number, "12345678", "••••5678"},
      {mask_account_number, "1234567", "••••"},
      {mask_account_number, "", "••••"},
      {mask_account_number, "1234 5678 90", "•••"},
      {mask_account_number, "रमेशरमेश", "•••"},
      {mask_vpa, "ramesh@okbank", "r•••@okbank"},
      {mask_vpa, "r@okbank", "r•••@okbank"},
      {mask_vpa, "9876543210@upi", "9•••@upi"},
      {mask_vpa, "ramesh", "•••"},
      {mask_vpa, "@okbank", "•••"},
      {mask_vpa, "ramesh@", "•••"},
      {mask_vpa, "ramesh@ok bank", "•••"},
      {mask_phone, "9876543210", "••••••3210"},
      {mask_phone, "+91 98765-43210", "••••••3210"},
      {mask_phone, "(022) 2345.6789", "••••••6789"},
      {mask_phone, "1234567", "••••••"},
      {mask_phone, "", "••••••"},
      {mask_phone, "98765x43210", "•••"},
      {mask_email, "ramesh@example.com", "r•••@example.com"},
      {mask_email, "\"a@b\"@example.com", "\"•••@example.com"},
      {mask_email, "रमेश@example.com", "र•••@example.com"},
      {mask_email, "ramesh@example.com\r\nBcc: x", "•••"},
      {mask_email, "ramesh@उदाहरण.भारत", "•••"},
      {mask_email, "\xff\xfe@example.com", "•••@example.com"},
      {mask_name, "Ramesh Sharma", "R••• S•••"},
      {mask_name, "  Ramesh   K  Sharma ", "R••• K••• S•••"},
      {mask_name, "रमेश शर्मा", "र••• श•••"},
      {mask_name, "O", "O•••"},
      {mask_name, "One Two Three Four Five", "O••• T••• T••• F•••"},
      {mask_name, "", "•••"},
      {mask_name, "   ", "•••"},
      {mask_name, "\n\x01", "•••"},
      {mask_name, "😀 \xf0\x9f\x98", "😀••• •••"},
      {mask_name, "\xed\xa0\x80 \xc0\xaf \xf4\x90\x80\x80 \xe0\x80\x80", "••• ••• ••• •••"},
  };
  for (const Row& row : rows) EXPECT_EQ(row.mask(row.value), row.seen) << row.value;
  EXPECT_EQ(mask_text(), "•••");
}

// Every single byte, and every pair of bytes, as a value: whatever comes out is one of the shapes that can be shown.
TEST(Masks, are_well_formed_whatever_they_are_made_of) {
  for (int first = 0; first < 256; ++first)
    for (int second = 0; second < 256; ++second) {
      const std::string value{static_cast<char>(first), static_cast<char>(second)};
      for (std::string mask :
           {mask_name(value), mask_email(value + "@a.b"), mask_vpa(value), mask_phone(value), mask_account_number(value)}) {
        std::size_t dots = 0;
        while ((dots = mask.find("•")) != std::string::npos) mask.erase(dots, std::string{"•"}.size());
        for (std::size_t i = 0; i < mask.size(); ++i) {
          if (static_cast<unsigned char>(mask[i]) < 0x80) {
            EXPECT_GE(mask[i], ' ');
            continue;
          }
          // Only two-byte characters fit into two bytes.
          ASSERT_LT(i + 1, mask.size());
          EXPECT_EQ(mask.substr(i, 2), value);
          EXPECT_TRUE(first >= 0xc2 && first <= 0xdf && second >= 0x80 && second <= 0xbf);
          ++i;
        }
      }
    }
}

}  // namespace
}  // namespace mohur::vault
