// From which address a call comes: whose word is believed, how it is read, and what is refused.
#include "gateway/origin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mohur::gateway {
namespace {

using Headers = std::vector<net::Header>;

const std::vector<IpNetwork> kProxies = {*IpNetwork::parse("10.0.0.0/8"), *IpNetwork::parse("2001:db8:f::/48")};

// The caller's address, `refused: header`, and whether headers were passed over.
std::string origin(const Headers& headers, const char* peer = "10.0.0.1", std::span<const IpNetwork> proxies = kProxies) {
  net::Request request;
  request.peer.endpoint.address = *IpAddress::parse(peer);
  request.headers = headers;
  const auto found = origin_of(request, proxies);
  if (!found) {
    EXPECT_EQ(found.error().outcome, Outcome::forwarding_malformed);
    return "refused: " + found.error().field;
  }
  return found->address.to_string() + (found->forwarding_ignored ? ", ignored" : "");
}
std::string forwarded(std::string_view value) { return origin({{"Forwarded", value}}); }
std::string forwarded_for(std::string_view value) { return origin({{"X-Forwarded-For", value}}); }

TEST(Origin, WithoutProxiesItIsThePeerWhateverIsSaid) {
  EXPECT_EQ(origin({}, "203.0.113.9", {}), "203.0.113.9");
  EXPECT_EQ(origin({{"X-Forwarded-For", "192.0.2.7"}}, "203.0.113.9", {}), "203.0.113.9, ignored");
  EXPECT_EQ(origin({{"X-Forwarded-For", "192.0.2.7"}}, "203.0.113.9"), "203.0.113.9, ignored");
  EXPECT_EQ(origin({{"forwarded", "for=\""}}, "203.0.113.9"), "203.0.113.9, ignored") << "whatever it says";
}

TEST(Origin, ItIsReadFromRightToLeftPastProxies) {
  EXPECT_EQ(forwarded_for("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(forwarded_for("6.6.6.6, 192.0.2.7"), "192.0.2.7") << "the caller's own word";
  EXPECT_EQ(forwarded_for("6.6.6.6, 192.0.2.7, 10.9.9.9,2001:db8:f::1"), "192.0.2.7");
  EXPECT_EQ(forwarded_for("nonsense, 10.0.0.5, 192.0.2.7"), "192.0.2.7") << "nobody looks at it";
  EXPECT_EQ(forwarded_for(", 192.0.2.7"), "192.0.2.7") << "as proxies write that put nothing before it";
  EXPECT_EQ(forwarded_for("10.1.1.1, 10.2.2.2"), "10.1.1.1") << "a proxy that calls for itself";
  EXPECT_EQ(origin({}), "10.0.0.1") << "a proxy that says nothing";
}

TEST(Origin, SeveralHeadersAreOneList) {
  EXPECT_EQ(origin({{"X-Forwarded-For", "6.6.6.6"}, {"x-forwarded-for", "192.0.2.7"}}), "192.0.2.7");
  EXPECT_EQ(origin({{"Forwarded", "for=192.0.2.7"}, {"Forwarded", "for=10.3.3.3"}}), "192.0.2.7");
}

TEST(Origin, AddressesStandWithPortsAndBracketsAsProxiesWriteThem) {
  EXPECT_EQ(forwarded_for("192.0.2.7:4711"), "192.0.2.7");
  EXPECT_EQ(forwarded_for("2001:db8::1"), "2001:db8::1");
  EXPECT_EQ(forwarded_for("[2001:db8::1]"), "2001:db8::1");
  EXPECT_EQ(forwarded_for("[2001:db8::1]:4711"), "2001:db8::1");
  EXPECT_EQ(forwarded_for("::ffff:192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(forwarded_for("::ffff:10.0.0.3, 10.0.0.2"), "10.0.0.3");
}

TEST(Origin, ForwardedIsReadByItsGrammar) {
  EXPECT_EQ(forwarded("for=192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(forwarded("For=192.0.2.7;proto=https;by=203.0.113.43"), "192.0.2.7");
  EXPECT_EQ(forwarded("proto=https; host=\"a,b;c\" ;for=192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(forwarded("for=\"[2001:db8:cafe::17]:4711\""), "2001:db8:cafe::17");
  EXPECT_EQ(forwarded("for=\"192.0.2.\\7:80\""), "192.0.2.7") << "an escaped character is itself";
  EXPECT_EQ(forwarded("for=6.6.6.6 , for=192.0.2.7, for=10.0.0.2"), "192.0.2.7");
  EXPECT_EQ(forwarded("for=_hidden, for=192.0.2.7"), "192.0.2.7");
}

TEST(Origin, WhatAProxySaysAndNobodyCanReadIsRefused) {
  for (const char* value :
       {"", "unknown", "192.0.2.7, unknown", "192.0.2.7,", "192.0.2.256", "192.0.2.7:", "192.0.2.7:http", "192.0.2.7:123456",
        "[192.0.2.7]", "[2001:db8::1", "[2001:db8::1]x", "2001:db8::1%eth0", "192.0.2.7 a", "0300.0.2.7", "\"192.0.2.7\""})
    EXPECT_EQ(forwarded_for(value), "refused: X-Forwarded-For") << value;
  for (const char* value : {"", "192.0.2.7", "for", "for=", "for=unknown", "for=_hidden", "proto=https", "for=2001:db8::1",
                            "for=\"192.0.2.7", "for=\"192.0.2.7\\", "for=192.0.2.7 for=192.0.2.8", "for=1.1.1.1;for=192.0.2.7",
                            "for=192.0.2.7,", "for =192.0.2.7", "for=192.0.2.7;", "for=\"6.6.6.6, for=192.0.2.7"})
    EXPECT_EQ(forwarded(value), "refused: Forwarded") << value;
}

TEST(Origin, TwoHeadersThatNameTwoCallersAreRefused) {
  EXPECT_EQ(origin({{"Forwarded", "for=192.0.2.7"}, {"X-Forwarded-For", "192.0.2.7, 10.0.0.4"}}), "192.0.2.7");
  EXPECT_EQ(origin({{"Forwarded", "for=6.6.6.6"}, {"X-Forwarded-For", "192.0.2.7"}}), "refused: X-Forwarded-For")
      << "a proxy that writes the one and passes the other on";
}

}  // namespace
}  // namespace mohur::gateway
