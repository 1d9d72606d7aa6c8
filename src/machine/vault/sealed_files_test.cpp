// A sealed file is read as it was written, says when it was touched, and goes with its subject.
#include "vault/sealed_files.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "crypto/system_random.hpp"
#include "vault/temp_folder.hpp"

namespace mohur::vault {
namespace {

constexpr Time now{1'800'000'000'000'000'000};
const std::string card = "%PDF-1.7 PLANTED-ABCPK1234L";

class SealedFilesTest : public testing::Test {
 protected:
  std::vector<std::string> names() {
    std::vector<std::string> all;
    for (const auto& entry : std::filesystem::directory_iterator{folder_.path("documents")}) all.push_back(entry.path().string());
    return all;
  }
  std::string told(SubjectId subject, const std::string& hash) {
    const auto read = files_.read(subject, hash);
    return read ? "ok" : std::string{to_token(read.error().outcome)};
  }

  TempFolder folder_;
  crypto::SystemRandom random_;
  crypto::Key256 kek_ = crypto::Key256::from_bytes(std::string(32, 'k')).value();
  std::unique_ptr<Vault> vault_ = *Vault::open(folder_.path("vault"), kek_, random_);
  SealedFiles files_ = *SealedFiles::open(folder_.path("documents"), *vault_);
  SubjectId subject_ = vault_->create_subject(now);
};

TEST_F(SealedFilesTest, IsReadAsItWasWrittenAndByNobodyElse) {
  const std::string hash = files_.write(subject_, card)->hex();
  EXPECT_EQ(hash, crypto::sha256(card).hex());
  EXPECT_EQ(files_.read(subject_, hash), card);
  EXPECT_EQ(TempFolder::read(names().at(0)).find("PLANTED"), std::string::npos);
  EXPECT_EQ(told(subject_, crypto::sha256("another").hex()), "not_found");
  const SubjectId other = vault_->create_subject(now);
  EXPECT_EQ(told(other, hash), "not_found");
  ASSERT_TRUE(files_.write(other, card));
  EXPECT_EQ(files_.read(subject_, hash), card) << "each subject has its own";
}

TEST_F(SealedFilesTest, TheSameBytesAgainAreTheSameFile) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(files_.write(subject_, card));
  EXPECT_EQ(names().size(), 1U);
}

TEST_F(SealedFilesTest, OutlivesTheProcess) {
  const std::string hash = files_.write(subject_, std::string(1 << 20, 'x'))->hex();
  vault_.reset();
  vault_ = *Vault::open(folder_.path("vault"), kek_, random_);
  files_ = *SealedFiles::open(folder_.path("documents"), *vault_);
  EXPECT_EQ(files_.read(subject_, hash), std::string(1 << 20, 'x'));
}

TEST_F(SealedFilesTest, TellsOfDamageAndGoesWithItsSubject) {
  const std::string hash = files_.write(subject_, card)->hex();
  const std::string file = names().at(0), whole = TempFolder::read(file);
  std::string touched = whole;
  touched[touched.size() / 2] ^= 1;
  TempFolder::write(file, touched);
  EXPECT_EQ(told(subject_, hash), "data_damaged");
  TempFolder::write(file, vault_->seal(subject_, "another paper of the same business", {})->box);
  EXPECT_EQ(told(subject_, hash), "data_damaged") << "sealed rightly, and not what the hash is of";
  TempFolder::write(file, whole);
  EXPECT_EQ(told(subject_, hash), "ok");
  ASSERT_TRUE(vault_->erase(subject_));
  EXPECT_EQ(told(subject_, hash), "not_found");
}

}  // namespace
}  // namespace mohur::vault
