// Published vectors: FIPS 180-4 examples, RFC 4231, RFC 5869, RFC 8032, and the test cases of the GCM submission to NIST.
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "crypto/aead.hpp"
#include "crypto/ed25519.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hmac.hpp"
#include "crypto/sha256.hpp"
#include "crypto/sha512.hpp"

namespace mohur::crypto {
namespace {

std::string bytes(std::string_view text) {
  const auto read = from_hex(text);
  EXPECT_TRUE(read.has_value()) << text;
  return read.value_or("");
}

// `count` bytes that count up from `first`.
std::string run(int first, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += static_cast<char>(first + i);
  return out;
}

Key256 key_of(std::string_view text) { return Key256::from_bytes(bytes(text)).value(); }

struct HashRow {
  std::string message;
  std::string_view hash;
};

const std::vector<HashRow>& hash_rows() {
  static const std::vector<HashRow> rows{
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
       "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"},
      {std::string(1'000'000, 'a'), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
  };
  return rows;
}

TEST(Sha256, gives_the_published_hashes) {
  for (const HashRow& row : hash_rows()) EXPECT_EQ(sha256(row.message).hex(), row.hash);
}

TEST(Sha256, does_not_care_how_a_message_is_cut_and_is_ready_for_the_next_one) {
  Sha256 hasher;
  for (const HashRow& row : hash_rows()) {
    for (std::size_t at = 0; at < row.message.size(); at += 37) hasher.update(std::string_view{row.message}.substr(at, 37));
    EXPECT_EQ(hasher.finish().hex(), row.hash);
  }
}

TEST(Sha256, reads_back_32_bytes_and_nothing_else) {
  const Hash256 hash = sha256("abc");
  EXPECT_EQ(Hash256::from_bytes(hash.view()), hash);
  EXPECT_EQ(Hash256::from_bytes(hash.view().substr(1)), std::nullopt);
  EXPECT_EQ(Hash256::from_bytes(""), std::nullopt);
  EXPECT_NE(sha256("abd"), hash);
}

TEST(Sha512, gives_the_published_hash) {
  EXPECT_EQ(hex(sha512("abc").view()),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

struct SignatureRow {
  std::string_view public_key, message, signature;
};

TEST(Ed25519, takes_the_signatures_of_rfc_8032_and_no_others) {
  const SignatureRow rows[] = {
      {"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
       "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438"
       "e7a"
       "100b"},
      {"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
       "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d29161"
       "2bb"
       "0c00"},
  };
  for (const SignatureRow& row : rows) {
    const auto key = Ed25519PublicKey::from_bytes(bytes(row.public_key));
    ASSERT_TRUE(key.has_value());
    std::string signature = bytes(row.signature);
    EXPECT_TRUE(key->verify(bytes(row.message), signature));
    EXPECT_FALSE(key->verify(bytes(row.message) + "x", signature));
    EXPECT_FALSE(key->verify(bytes(row.message), signature.substr(1)));
    signature[40] = static_cast<char>(signature[40] ^ 1);
    EXPECT_FALSE(key->verify(bytes(row.message), signature));
  }
}

TEST(Ed25519, reads_a_public_key_as_people_hand_it_over) {
  const std::string inside = "MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=";
  const std::string bare = "JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=";
  const std::string pem = "-----BEGIN PUBLIC KEY-----\n" + inside + "\n-----END PUBLIC KEY-----\n";
  for (const std::string& text : {inside, bare, pem}) {
    const auto key = Ed25519PublicKey::from_text(text);
    ASSERT_TRUE(key.has_value()) << text;
    EXPECT_EQ(base64_encode(key->bytes()), bare);
  }
  for (const std::string& text :
       {std::string{}, bare.substr(1), inside.substr(4), "A" + inside, std::string{"-----BEGIN PUBLIC KEY-----"}})
    EXPECT_FALSE(Ed25519PublicKey::from_text(text).has_value()) << text;
}

struct MacRow {
  std::string key;
  std::string message;
  std::string_view tag;
};

const std::vector<MacRow>& mac_rows() {
  static const std::vector<MacRow> rows{
      {std::string(20, '\x0b'), "Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {"Jefe", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {std::string(20, '\xaa'), std::string(50, '\xdd'), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {run(1, 25), std::string(50, '\xcd'), "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
      {std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First",
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {std::string(131, '\xaa'),
       "This is a test using a larger than block-size key and a larger than block-size data. "
       "The key needs to be hashed before being used by the HMAC algorithm.",
       "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
  };
  return rows;
}

TEST(HmacSha256, gives_the_tags_of_rfc_4231_again_and_again) {
  for (const MacRow& row : mac_rows()) {
    const HmacSha256 hmac{row.key};
    EXPECT_EQ(hmac.of(row.message).hex(), row.tag);
    EXPECT_EQ(hmac.of("another message").hex(), HmacSha256{row.key}.of("another message").hex());
    EXPECT_EQ(hmac.of({row.message.substr(0, 3), row.message.substr(3), ""}).hex(), row.tag);
  }
}

TEST(HmacSha256, verifies_the_whole_tag_only) {
  const HmacSha256 hmac{"Jefe"};
  const std::string message = "what do ya want for nothing?";
  const std::string tag{hmac.of(message).view()};
  EXPECT_TRUE(hmac.verify(message, tag));
  EXPECT_FALSE(hmac.verify(message, tag.substr(0, 31)));
  EXPECT_FALSE(hmac.verify(message, ""));
  EXPECT_FALSE(hmac.verify("what do ya want for nothing!", tag));
  for (std::size_t i = 0; i < tag.size(); ++i) {
    std::string changed = tag;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(hmac.verify(message, changed)) << i;
  }
}

TEST(HmacSha256, may_be_shared_by_threads) {
  const HmacSha256 hmac{"Jefe"};
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&hmac] {
      for (int i = 0; i < 500; ++i)
        ASSERT_EQ(hmac.of("what do ya want for nothing?").hex(),
                  "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    });
}

struct KdfRow {
  std::string key, salt, info;
  std::string_view out;
};

TEST(Hkdf, gives_the_keys_of_rfc_5869) {
  const KdfRow rows[] = {
      {std::string(22, '\x0b'), run(0, 13), run(0xf0, 10),
       "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"},
      {run(0, 80), run(0x60, 80), run(0xb0, 80),
       "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
       "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"},
      {std::string(22, '\x0b'), "", "", "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"},
  };
  for (const KdfRow& row : rows) {
    std::vector<std::uint8_t> out(row.out.size() / 2);
    hkdf_sha256(row.key, row.salt, row.info, out);
    EXPECT_EQ(hex({reinterpret_cast<const char*>(out.data()), out.size()}), row.out);
  }
}

TEST(Hkdf, derives_a_key_of_its_own_for_each_purpose) {
  const Key256 key = key_of("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  EXPECT_EQ(derive_key(key, "a").view(), derive_key(key, "a").view());
  EXPECT_NE(derive_key(key, "a").view(), derive_key(key, "b").view());
  EXPECT_NE(derive_key(key, "a").view(), key.view());
}

struct GcmRow {
  std::string_view key, nonce, associated, plain, box;
};

constexpr std::string_view gcm_key = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";
constexpr std::string_view zero_key = "0000000000000000000000000000000000000000000000000000000000000000";
constexpr GcmRow gcm_rows[] = {
    {zero_key, "000000000000000000000000", "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
    {zero_key, "000000000000000000000000", "", "00000000000000000000000000000000",
     "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"},
    {gcm_key, "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
     "76fc6ece0f4e1768cddf8853bb2d551b"},
};

TEST(Aead, gives_the_boxes_of_the_gcm_test_cases_and_opens_them_with_one_context) {
  for (const GcmRow& row : gcm_rows) {
    Aead aead{key_of(row.key)};
    for (int again = 0; again < 2; ++again) {
      EXPECT_EQ(hex(aead.seal(bytes(row.nonce), bytes(row.associated), bytes(row.plain))), row.box);
      EXPECT_EQ(aead.open(bytes(row.nonce), bytes(row.associated), bytes(row.box)), bytes(row.plain));
    }
  }
}

TEST(Aead, opens_nothing_that_was_changed_anywhere) {
  const GcmRow& row = gcm_rows[2];
  Aead aead{key_of(row.key)};
  std::string parts[3] = {bytes(row.nonce), bytes(row.associated), bytes(row.box)};
  for (std::string& part : parts)
    for (char& byte : part) {
      byte = static_cast<char>(byte ^ 0x40);
      EXPECT_EQ(aead.open(parts[0], parts[1], parts[2]), std::nullopt);
      byte = static_cast<char>(byte ^ 0x40);
    }
  for (std::size_t size = 0; size < parts[2].size(); ++size)
    EXPECT_EQ(aead.open(parts[0], parts[1], std::string_view{parts[2]}.substr(0, size)), std::nullopt) << size;
  EXPECT_EQ(aead.open(parts[0].substr(1), parts[1], parts[2]), std::nullopt);
  EXPECT_TRUE(aead.open(parts[0], parts[1], parts[2]).has_value()) << "the unchanged box still opens";
}

TEST(Aead, forgets_its_key_when_it_is_given_another) {
  const GcmRow& row = gcm_rows[2];
  Aead aead{key_of(zero_key)};
  EXPECT_EQ(aead.open(bytes(row.nonce), bytes(row.associated), bytes(row.box)), std::nullopt);
  aead.rekey(key_of(gcm_key));
  EXPECT_EQ(aead.open(bytes(row.nonce), bytes(row.associated), bytes(row.box)), bytes(row.plain));
  EXPECT_EQ(hex(aead.seal(bytes(row.nonce), bytes(row.associated), bytes(row.plain))), row.box);
}

}  // namespace
}  // namespace mohur::crypto
