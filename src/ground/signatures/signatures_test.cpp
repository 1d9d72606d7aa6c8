// What is refused: fields that are not of the form, components that are not there, bodies of another digest.
#include <gtest/gtest.h>

#include "signatures/content_digest.hpp"
#include "signatures/rig_test.hpp"

namespace mohur::signatures {
namespace {

constexpr std::string_view kSome = "sig=:AA==:";

std::string field_at_fault(std::string_view input, std::string_view signature = kSome) {
  const auto read = read_signatures(input, signature);
  if (read) return "none";
  EXPECT_EQ(read.error().outcome, Outcome::signature_malformed);
  return read.error().field;
}

TEST(Signatures, are_read_with_all_their_parameters_in_any_order) {
  const MessageSignature read =
      one(R"(sig=("@method" "@query-param";name="a");tag="t";keyid="k\"";alg="ed25519";nonce="n";expires=-5;created=0)", kSome);
  EXPECT_EQ(read.label, "sig");
  EXPECT_EQ(read.created, 0);
  EXPECT_EQ(read.expires, -5);
  EXPECT_EQ(read.nonce, "n");
  EXPECT_EQ(read.keyid, "k\\\"");
  EXPECT_EQ(read.alg, "ed25519");
  EXPECT_EQ(read.tag, "t");
  EXPECT_TRUE(read.covers("@method"));
  EXPECT_TRUE(read.covers("@query-param"));
  EXPECT_FALSE(read.covers("@path"));
  EXPECT_EQ(read.signature, std::string(1, '\0'));
  EXPECT_EQ(field_at_fault("sig=()"), "none");
}

TEST(Signatures, may_be_several_and_bytes_without_a_list_are_passed_over) {
  const auto read = read_signatures(R"(a=("@method") , b=("@path");created=1)", "c=:BBBB:, b=:AAAA:,a=:AA==:");
  ASSERT_TRUE(read.has_value());
  ASSERT_EQ(read->size(), 2U);
  EXPECT_EQ(read->at(0).label, "a");
  EXPECT_EQ(read->at(0).signature.size(), 1U);
  EXPECT_EQ(read->at(1).covered, R"(("@path");created=1)");
  EXPECT_EQ(field_at_fault("a=(), b=(), c=(), d=(), e=()", "a=:AA==:"), "Signature-Input");
}

TEST(Signatures, of_another_form_are_refused_and_not_guessed_at) {
  for (const std::string_view input : {
           "",
           "sig",
           "sig=",
           "sig=(",
           "sig=(\"@method\"",
           "sig=\"@method\"",
           "sig=(\"@method\") x",
           "sig=(\"@method\"),",
           "Sig=(\"@method\")",
           "sig=(\"@method\"), sig=(\"@method\")",
           "sig=(\"@method\" \"@method\")",
           "sig=(\"@method\"  \"@path\")",
           "sig=( \"@method\")",
           "sig=(\"@method\" )",
           "sig=(@method)",
           "sig=(\"Date\")",
           "sig=(\"\")",
           "sig=(\"a b\")",
           "sig=(\"@status\")",
           "sig=(\"@signature-params\")",
           "sig=(\"date\";sf)",
           "sig=(\"date\";name=\"a\")",
           "sig=(\"@query-param\")",
           "sig=(\"@query-param\";name=a)",
           "sig=(\"@method\";req)",
           "sig=();created",
           "sig=();created=",
           "sig=();created=1.0",
           "sig=();created=01",
           "sig=();created=-0",
           "sig=();created=+1",
           "sig=();created=\"1\"",
           "sig=();created=1234567890123456",
           "sig=();created=1;created=2",
           "sig=(); created=1",
           "sig=();nonce=n",
           "sig=();nonce=\"\x7f\"",
           "sig=();nonce=\"\\n\"",
           "sig=();nonce=\"n",
           "sig=();nonce=\"n\\",
           "sig=();color=\"red\"",
           "sig=();nonce=\"n\";nonce=\"n\"",
       })
    EXPECT_EQ(field_at_fault(input), "Signature-Input") << input;
  for (const std::string_view signature : {
           "",
           "sig",
           "sig=AA==",
           "sig=:AA==",
           "sig=:AA:",
           "sig=:A:",
           "sig=:AB==:",
           "sig=:AA==: ",
           "sig=:AA==:, sig=:AA==:",
           "sig=:AA-_:",
           "sig=::",
           "other=:AA==:",
           "sig=:AA==:;a=1",
       })
    EXPECT_EQ(field_at_fault("sig=()", signature), "Signature") << signature;
}

TEST(Signatures, are_bounded) {
  EXPECT_EQ(field_at_fault("sig=();tag=\"" + std::string(4'096, 'x') + "\""), "Signature-Input");
  EXPECT_EQ(field_at_fault("sig=()", "sig=:" + std::string(4'096, 'A') + ":"), "Signature");
  const auto with_components = [](int count) {
    std::string input = "sig=(";
    for (int i = 0; i < count; ++i) input += (i == 0 ? "\"x" : " \"x") + std::to_string(i) + "\"";
    return input + ")";
  };
  EXPECT_EQ(field_at_fault(with_components(32)), "none");
  EXPECT_EQ(field_at_fault(with_components(33)), "Signature-Input");
}

TEST(SignatureBase, is_not_made_of_what_the_request_does_not_have_once) {
  const net::RequestHead head = request("GET", "/?a=1&b=1&b=2&%zz=1", "example.com", {{"Date", "now"}});
  for (const std::string_view component :
       {R"("host")", R"("@query-param";name="c")", R"("@query-param";name="b")", R"("@query-param";name="%zz")"})
    EXPECT_TRUE(base_of("(" + std::string{component} + ")", head).starts_with("refused: It covers ")) << component;
  EXPECT_EQ(lines_of(R"("@query-param";name="a" "date")", head), "\"@query-param\";name=\"a\": 1\n\"date\": now\n");
}

TEST(SignatureBase, keeps_a_port_that_is_not_the_usual_one) {
  EXPECT_EQ(lines_of(R"("@target-uri")", request("GET", "/a?b", "127.0.0.1:8443", {})),
            "\"@target-uri\": https://127.0.0.1:8443/a?b\n");
  EXPECT_EQ(lines_of(R"("@authority")", request("GET", "/", "example.com:80", {})), "\"@authority\": example.com:80\n");
}

TEST(ContentDigest, of_another_body_or_form_is_refused) {
  constexpr std::string_view kEmpty = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:";
  EXPECT_TRUE(check_content_digest(kEmpty, ""));
  EXPECT_TRUE(check_content_digest(std::string{kEmpty} + ", md5=:AAAA:", ""));
  const std::string wrong_second = std::string{kEmpty} + ", sha-512=:AAAA:";
  for (const std::string_view field : {std::string_view{wrong_second}, std::string_view{"md5=:AAAA:"}, std::string_view{""},
                                       std::string_view{"sha-256=47DEQpj8HBSa"}, kEmpty.substr(0, kEmpty.size() - 1)}) {
    const Result<void> checked = check_content_digest(field, "");
    ASSERT_FALSE(checked.has_value()) << field;
    EXPECT_EQ(checked.error().outcome, Outcome::digest_mismatch);
  }
  EXPECT_FALSE(check_content_digest(kEmpty, " "));
}

}  // namespace
}  // namespace mohur::signatures
