// A sealed file is read as it was written, says when it was touched, and goes with its subject.
#include "vault/sealed_files.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "crypto/system_random.hpp"
#include "vault/temp_folder.hpp"

namespace mohur::vault {
namespace {

constexpr Time now{1'800'000'000'000'000'000};
const std::string card = "%PDF-1.7 PLANTED-ABCPK1234L";

class SealedFilesTest : public testing::Test {
 protected:
  std::string text_of(const std::string& name) {
    std::ifstream file{folder_.path("documents") + "/" + name, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
  }
  std::string told(const std::string& name, SubjectId subject) {
    const auto read = files_.read(name, subject);
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
  ASSERT_TRUE(files_.write("doc_1", subject_, card));
  EXPECT_EQ(files_.read("doc_1", subject_), card);
  EXPECT_EQ(text_of("doc_1").find("PLANTED"), std::string::npos);
  EXPECT_EQ(told("doc_2", subject_), "not_found");
  EXPECT_EQ(told("doc_1", vault_->create_subject(now)), "data_damaged") << "the box is another subject's";
}

TEST_F(SealedFilesTest, OutlivesTheProcess) {
  ASSERT_TRUE(files_.write("doc_1", subject_, std::string(1 << 20, 'x')));
  vault_.reset();
  vault_ = *Vault::open(folder_.path("vault"), kek_, random_);
  files_ = *SealedFiles::open(folder_.path("documents"), *vault_);
  EXPECT_EQ(files_.read("doc_1", subject_), std::string(1 << 20, 'x'));
}

TEST_F(SealedFilesTest, TellsOfDamageAndGoesWithItsSubject) {
  ASSERT_TRUE(files_.write("doc_1", subject_, card));
  std::string touched = text_of("doc_1");
  touched[touched.size() / 2] ^= 1;
  std::ofstream{folder_.path("documents") + "/doc_1", std::ios::binary} << touched;
  EXPECT_EQ(told("doc_1", subject_), "data_damaged");
  ASSERT_TRUE(files_.write("doc_1", subject_, card));
  ASSERT_TRUE(vault_->erase(subject_));
  EXPECT_EQ(told("doc_1", subject_), "not_found");
}

}  // namespace
}  // namespace mohur::vault
