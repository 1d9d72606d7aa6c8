// Networks of IP addresses: which are well said, and what belongs to them.
#include "base/ip_address.hpp"

#include <gtest/gtest.h>

namespace mohur {
namespace {

TEST(IpNetwork, KeepsItsTextForm) {
  for (const char* text : {"192.0.2.0/24", "10.0.0.0/8", "0.0.0.0/0", "192.0.2.7", "2001:db8::/32", "2001:db8::1", "::/0"}) {
    const auto network = IpNetwork::parse(text);
    ASSERT_TRUE(network) << text;
    EXPECT_EQ(network->to_string(), text);
  }
  EXPECT_EQ(IpNetwork::parse("192.0.2.7/32")->to_string(), "192.0.2.7");
  EXPECT_EQ(IpNetwork::parse("2001:db8::1/128")->to_string(), "2001:db8::1");
}

TEST(IpNetwork, RefusesEveryOtherForm) {
  for (const char* text : {"", "/", "/24", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/024", "192.0.2.0/-1", "192.0.2.0/24 ",
                           "192.0.2.7/24", "10.1.0.0/8", "2001:db8::1/32", "2001:db8::/129", "::/a", "192.0.2/24", "a/b/c"}) {
    EXPECT_FALSE(IpNetwork::parse(text)) << text;
  }
}

TEST(IpNetwork, HoldsTheAddressesThatShareItsBits) {
  const struct {
    const char *network, *address;
    bool holds;
  } rows[] = {
      {"192.0.2.0/24", "192.0.2.0", true},
      {"192.0.2.0/24", "192.0.2.255", true},
      {"192.0.2.0/24", "192.0.3.0", false},
      {"192.0.2.0/24", "192.0.1.255", false},
      {"192.0.2.128/25", "192.0.2.127", false},
      {"192.0.2.128/25", "192.0.2.128", true},
      {"192.0.2.4/30", "192.0.2.7", true},
      {"192.0.2.4/30", "192.0.2.8", false},
      {"192.0.2.7", "192.0.2.7", true},
      {"192.0.2.7", "192.0.2.6", false},
      {"0.0.0.0/0", "255.255.255.255", true},
      {"0.0.0.0/0", "2001:db8::1", false},
      {"::/0", "2001:db8::1", true},
      {"::/0", "192.0.2.7", false},
      {"192.0.2.0/24", "::ffff:192.0.2.9", true},
      {"2001:db8::/33", "2001:db8:8000::", false},
      {"2001:db8::/33", "2001:db8:7fff::", true},
  };
  for (const auto& row : rows)
    EXPECT_EQ(IpNetwork::parse(row.network)->contains(*IpAddress::parse(row.address)), row.holds)
        << row.address << " in " << row.network;
}

}  // namespace
}  // namespace mohur
