#include "net/address.hpp"

#include <gtest/gtest.h>

#include "net/target.hpp"

namespace mohur::net {
namespace {

TEST(IpAddress, KeepsItsTextForm) {
  for (const char* text : {"127.0.0.1", "255.255.255.255", "::", "::1", "2001:db8::1", "fe80::1"}) {
    const auto address = IpAddress::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->to_string(), text);
  }
  EXPECT_EQ(IpAddress::parse("::ffff:192.0.2.1"), IpAddress::parse("192.0.2.1"));
  EXPECT_EQ((Endpoint{*IpAddress::parse("192.0.2.1"), 443}.to_string()), "192.0.2.1:443");
  EXPECT_EQ((Endpoint{*IpAddress::parse("::1"), 80}.to_string()), "[::1]:80");
}

TEST(IpAddress, RefusesEveryOtherForm) {
  for (const char* text : {"", "1", "127.1", "0x7f.0.0.1", "127.0.0.01", "127.0.0.1:80", "127.0.0.1 ", "256.0.0.1", "[::1]",
                           "fe80::1%eth0", ":::"}) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
  EXPECT_FALSE(IpAddress::parse(std::string_view{"127.0.0.1\0", 10}));
}

TEST(IpAddress, OnlyWhatTheInternetReachesIsPublic) {
  const std::pair<const char*, bool> rows[] = {
      {"1.1.1.1", true},
      {"8.8.8.8", true},
      {"9.255.255.255", true},
      {"11.0.0.0", true},
      {"100.63.255.255", true},
      {"100.128.0.0", true},
      {"126.255.255.255", true},
      {"128.0.0.0", true},
      {"169.253.0.1", true},
      {"172.15.255.255", true},
      {"172.32.0.0", true},
      {"192.0.1.0", true},
      {"192.167.255.255", true},
      {"198.17.255.255", true},
      {"198.20.0.0", true},
      {"223.255.255.255", true},
      {"0.0.0.0", false},
      {"0.1.2.3", false},
      {"10.0.0.1", false},
      {"10.255.255.255", false},
      {"100.64.0.0", false},
      {"100.127.255.255", false},
      {"127.0.0.1", false},
      {"127.255.255.255", false},
      {"169.254.169.254", false},
      {"172.16.0.0", false},
      {"172.31.255.255", false},
      {"192.0.0.1", false},
      {"192.0.2.1", false},
      {"192.88.99.1", false},
      {"192.168.0.1", false},
      {"198.18.0.1", false},
      {"198.19.255.255", false},
      {"198.51.100.1", false},
      {"203.0.113.1", false},
      {"224.0.0.1", false},
      {"239.255.255.255", false},
      {"240.0.0.1", false},
      {"255.255.255.255", false},
      {"2606:4700::1111", true},
      {"2a00:1450::1", true},
      {"2400:cb00::", true},
      {"::", false},
      {"::1", false},
      {"::ffff:10.0.0.1", false},
      {"::ffff:8.8.8.8", true},
      {"::8.8.8.8", false},
      {"64:ff9b::808:808", false},
      {"64:ff9b:1::1", false},
      {"100::1", false},
      {"2001::1", false},
      {"2001:db8::1", false},
      {"2001:1ff::1", false},
      {"2001:200::1", true},
      {"2002:808:808::1", false},
      {"3fff::1", false},
      {"fc00::1", false},
      {"fd00::1", false},
      {"fe80::1", false},
      {"fec0::1", false},
      {"ff02::1", false},
      {"4000::1", false},
  };
  for (const auto& [text, expected] : rows) {
    const auto address = IpAddress::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(is_public_address(*address), expected) << text;
  }
}

TEST(Target, EscapesAreUndoneStrictly) {
  EXPECT_EQ(decode_segment("a%20b+c%C3%A9"), "a b+c\xc3\xa9");
  EXPECT_EQ(decode_query_text("a%20b+c%2B"), "a b c+");
  for (const char* text : {"%", "%2", "%2g", "%g2", "a%00b"}) {
    EXPECT_EQ(decode_segment(text), std::nullopt) << text;
    EXPECT_EQ(decode_query_text(text), std::nullopt) << text;
  }
  EXPECT_EQ(encode_segment("a b/\xc3\xa9~"), "a%20b%2F%C3%A9~");
}

TEST(Target, AQueryIsReadPairByPair) {
  QueryReader reader{"a=1&&b&c=%20=x&created_at[gte]=2026"};
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"a", "1"}, {"b", ""}, {"c", "%20=x"}, {"created_at[gte]", "2026"}};
  for (const auto& [name, value] : rows) {
    const auto pair = reader.next();
    ASSERT_TRUE(pair);
    EXPECT_EQ(pair->name, name);
    EXPECT_EQ(pair->value, value);
  }
  EXPECT_FALSE(reader.next());
}

}  // namespace
}  // namespace mohur::net
