// Published examples: RFC 9421, sections 2.1 to 2.5 and B.2.5, B.2.6; RFC 9530, section 2.
#include <gtest/gtest.h>

#include "crypto/encoding.hpp"
#include "signatures/content_digest.hpp"
#include "signatures/rig_test.hpp"
#include "signatures/verifying_key.hpp"

namespace mohur::signatures {
namespace {

constexpr std::string_view kDigest512 =
    "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:";

// The request of the RFC's test cases, B.2.
net::RequestHead test_request() {
  return request("POST", "/foo?param=Value&Pet=dog", "example.com",
                 {{"Host", "example.com"},
                  {"Date", "Tue, 20 Apr 2021 02:07:55 GMT"},
                  {"Content-Type", "application/json"},
                  {"Content-Digest", kDigest512},
                  {"Content-Length", "18"}});
}

TEST(SignatureBase, is_that_of_section_2_5) {
  constexpr std::string_view kInput =
      R"(("@method" "@authority" "@path" "content-digest" "content-length" "content-type");created=1618884473)"
      R"(;keyid="test-key-rsa-pss")";
  EXPECT_EQ(base_of(kInput, test_request()),
            "\"@method\": POST\n"
            "\"@authority\": example.com\n"
            "\"@path\": /foo\n"
            "\"content-digest\": " +
                std::string{kDigest512} +
                "\n"
                "\"content-length\": 18\n"
                "\"content-type\": application/json\n"
                "\"@signature-params\": " +
                std::string{kInput});
}

TEST(SignatureBase, joins_the_lines_of_a_field_as_in_section_2_1) {
  const net::RequestHead head = request("GET", "/", "www.example.com",
                                        {{"Host", "www.example.com"},
                                         {"Date", "Tue, 20 Apr 2021 02:07:56 GMT"},
                                         {"X-OWS-Header", "Leading and trailing whitespace."},
                                         {"Cache-Control", "max-age=60"},
                                         {"Cache-Control", "must-revalidate"},
                                         {"Example-Dict", "a=1,    b=2;x=1;y=2,   c=(a   b   c)"},
                                         {"X-Empty-Header", ""}});
  EXPECT_EQ(lines_of(R"("host" "date" "x-ows-header" "cache-control" "example-dict" "x-empty-header")", head),
            "\"host\": www.example.com\n"
            "\"date\": Tue, 20 Apr 2021 02:07:56 GMT\n"
            "\"x-ows-header\": Leading and trailing whitespace.\n"
            "\"cache-control\": max-age=60, must-revalidate\n"
            "\"example-dict\": a=1,    b=2;x=1;y=2,   c=(a   b   c)\n"
            "\"x-empty-header\": \n");
}

TEST(SignatureBase, has_the_derived_components_of_section_2_2) {
  const net::RequestHead head = request("POST", "/path?param=value&foo=bar&baz=bat%2Dman", "www.example.com", {});
  EXPECT_EQ(lines_of(R"("@method" "@target-uri" "@authority" "@scheme" "@request-target" "@path" "@query")", head),
            "\"@method\": POST\n"
            "\"@target-uri\": https://www.example.com/path?param=value&foo=bar&baz=bat%2Dman\n"
            "\"@authority\": www.example.com\n"
            "\"@scheme\": https\n"
            "\"@request-target\": /path?param=value&foo=bar&baz=bat%2Dman\n"
            "\"@path\": /path\n"
            "\"@query\": ?param=value&foo=bar&baz=bat%2Dman\n");
  EXPECT_EQ(lines_of(R"("@query" "@authority")", request("GET", "/path", "WWW.Example.com:443", {})),
            "\"@query\": ?\n\"@authority\": www.example.com\n");
}

TEST(SignatureBase, encodes_query_parameters_anew_as_in_section_2_2_8) {
  const net::RequestHead head = request(
      "GET",
      "/parameters?var=this%20is%20a%20big%0Amultiline%20value&bar=with+plus+whitespace&fa%C3%A7ade%22%3A%20=something&qux=",
      "www.example.com", {});
  EXPECT_EQ(lines_of(R"("@query-param";name="var" "@query-param";name="bar" "@query-param";name="fa%C3%A7ade%22%3A%20" )"
                     R"("@query-param";name="qux")",
                     head),
            "\"@query-param\";name=\"var\": this%20is%20a%20big%0Amultiline%20value\n"
            "\"@query-param\";name=\"bar\": with%20plus%20whitespace\n"
            "\"@query-param\";name=\"fa%C3%A7ade%22%3A%20\": something\n"
            "\"@query-param\";name=\"qux\": \n");
}

TEST(Verifying, takes_the_hmac_of_b_2_5) {
  const auto secret =
      crypto::base64_decode("uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==");
  const VerifyingKey key{crypto::HmacSha256{*secret}};
  const MessageSignature read =
      one(R"(sig-b25=("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret")",
          "sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:");
  EXPECT_EQ(read.created, 1618884473);
  EXPECT_EQ(read.keyid, "test-shared-secret");
  EXPECT_EQ(key.algorithm(), "hmac-sha256");
  EXPECT_TRUE(key.verify(base_of(read, test_request()), read.signature));
  EXPECT_FALSE(key.verify(base_of(read, test_request()) + " ", read.signature));
}

TEST(Verifying, takes_the_ed25519_signature_of_b_2_6) {
  auto public_key = crypto::Ed25519PublicKey::from_text("MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=");
  ASSERT_TRUE(public_key.has_value());
  const VerifyingKey key{std::move(*public_key)};
  const MessageSignature read =
      one(R"(sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473)"
          R"(;keyid="test-key-ed25519")",
          "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:");
  EXPECT_EQ(key.algorithm(), "ed25519");
  EXPECT_TRUE(key.verify(base_of(read, test_request()), read.signature));
  net::RequestHead other = test_request();
  other.method_text = "PUT";
  EXPECT_FALSE(key.verify(base_of(read, other), read.signature));
}

TEST(ContentDigest, takes_those_of_rfc_9530_and_of_the_test_cases) {
  constexpr std::string_view kWithLineEnd = "{\"hello\": \"world\"}\n", kBody = R"({"hello": "world"})";
  EXPECT_TRUE(check_content_digest("sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:", kWithLineEnd));
  EXPECT_TRUE(check_content_digest("sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:", kBody));
  EXPECT_TRUE(check_content_digest(kDigest512, kBody));
  EXPECT_FALSE(check_content_digest(kDigest512, kWithLineEnd));
}

}  // namespace
}  // namespace mohur::signatures
