#include "vault/vault.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <atomic>
#include <csignal>
#include <filesystem>
#include <set>
#include <thread>
#include <vector>

#include "crypto/encoding.hpp"
#include "crypto/system_random.hpp"
#include "vault/key_encryption_key.hpp"
#include "vault/temp_folder.hpp"

namespace mohur::vault {
namespace {

using testing::HasSubstr;

constexpr Time now{1'800'000'000'000'000'000};
const std::string account = "PLANTED-001234567890";

class VaultTest : public testing::Test {
 protected:
  // Closes the vault that is open, and opens it again as a new process would.
  Vault& reopen() {
    vault_.reset();
    auto opened = Vault::open(folder_.path(), kek_, random_);
    EXPECT_TRUE(opened.has_value()) << (opened ? "" : opened.error().detail);
    vault_ = std::move(*opened);
    return *vault_;
  }

  TempFolder folder_;
  crypto::SystemRandom random_;
  crypto::Key256 kek_ = crypto::Key256::from_bytes(std::string(32, 'k')).value();
  std::unique_ptr<Vault> vault_;
};

template <class T>
Outcome outcome_of(const Result<T>& result) {
  EXPECT_FALSE(result.has_value());
  return result ? Outcome::internal_error : result.error().outcome;
}

// The limit on a file's size stands in for a disk that fails.
TEST_F(VaultTest, does_not_forget_that_keys_could_not_be_written) {
  Vault& vault = reopen();
  ASSERT_TRUE(vault.flush());
  ASSERT_TRUE(vault.seal(vault.create_subject(now), account, "mask"));
  rlimit before;
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit full{100, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &full), 0);
  const auto refused = vault.flush();
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(refused);
  EXPECT_FALSE(vault.flush()) << "what was sealed with them is not safe yet";
}

TEST_F(VaultTest, opens_what_it_sealed_now_and_after_a_restart) {
  Vault& vault = reopen();
  const SubjectId subject = vault.create_subject(now);
  const auto sealed = vault.seal(subject, account, "••••7890");
  const auto notes = vault.seal_notes(subject, "{\"order\":\"17\"}");
  const auto nothing = vault.seal(subject, "", "•••");
  ASSERT_TRUE(sealed.has_value() && notes.has_value() && nothing.has_value());
  EXPECT_EQ(sealed->subject, subject);
  EXPECT_EQ(sealed->mask, "••••7890");
  ASSERT_TRUE(vault.flush().has_value());
  for (const bool after_restart : {false, true}) {
    Vault& again = after_restart ? reopen() : *vault_;
    EXPECT_EQ(again.unseal(*sealed), account);
    EXPECT_EQ(again.unseal_notes(*notes), "{\"order\":\"17\"}");
    EXPECT_EQ(again.unseal(*nothing), "");
  }
}

TEST_F(VaultTest, never_makes_the_same_box_or_subject_twice) {
  Vault& vault = reopen();
  std::set<SubjectId> subjects;
  std::set<std::string> boxes;
  const SubjectId one = vault.create_subject(now);
  for (int i = 0; i < 1000; ++i) {
    const SubjectId subject = vault.create_subject(now);
    EXPECT_EQ(subject.value.high >> 16, static_cast<std::uint64_t>(now.unix_ms()));
    EXPECT_TRUE(subjects.insert(subject).second);
    EXPECT_TRUE(boxes.insert(vault.seal(one, account, "")->box).second);
  }
}

TEST_F(VaultTest, opens_no_box_with_any_byte_changed_cut_or_added) {
  Vault& vault = reopen();
  const SubjectId subject = vault.create_subject(now);
  const Sealed sealed = *vault.seal(subject, account, "");
  EXPECT_EQ(sealed.box.size(), account.size() + 29);
  EXPECT_EQ(sealed.box[0], 1);
  for (std::size_t i = 0; i < sealed.box.size(); ++i) {
    Sealed changed = sealed;
    changed.box[i] = static_cast<char>(changed.box[i] ^ 1);
    EXPECT_EQ(outcome_of(vault.unseal(changed)), Outcome::data_damaged) << i;
    changed.box = sealed.box.substr(0, i);
    EXPECT_EQ(outcome_of(vault.unseal(changed)), Outcome::data_damaged) << i;
  }
  Sealed longer = sealed;
  longer.box += '\0';
  EXPECT_EQ(outcome_of(vault.unseal(longer)), Outcome::data_damaged);
  EXPECT_EQ(vault.unseal(sealed), account);
}

TEST_F(VaultTest, opens_no_box_that_was_moved_to_another_subject_or_kind) {
  Vault& vault = reopen();
  const SubjectId subject = vault.create_subject(now);
  const SubjectId other = vault.create_subject(now);
  const Sealed sealed = *vault.seal(subject, account, "");
  EXPECT_EQ(outcome_of(vault.unseal({other, sealed.box, ""})), Outcome::data_damaged);
  EXPECT_EQ(outcome_of(vault.unseal_notes({subject, sealed.box})), Outcome::data_damaged);
  const SealedNotes notes = *vault.seal_notes(subject, account);
  EXPECT_EQ(outcome_of(vault.unseal({subject, notes.box, ""})), Outcome::data_damaged);
  EXPECT_EQ(outcome_of(vault.unseal_secret("value", sealed.box)), Outcome::data_damaged);
}

TEST_F(VaultTest, makes_an_erased_subject_unreadable_and_leaves_the_others) {
  Vault& vault = reopen();
  const SubjectId gone = vault.create_subject(now);
  const SubjectId stays = vault.create_subject(now);
  const Sealed sealed_gone = *vault.seal(gone, account, "");
  const Sealed sealed_stays = *vault.seal(stays, account, "");
  // Not flushed by anybody: erasing does so itself.
  ASSERT_TRUE(vault.erase(gone).has_value());
  ASSERT_TRUE(vault.erase(gone).has_value()) << "again is no error";
  for (const bool after_restart : {false, true}) {
    Vault& again = after_restart ? reopen() : *vault_;
    EXPECT_EQ(outcome_of(again.unseal(sealed_gone)), Outcome::not_found);
    EXPECT_EQ(outcome_of(again.seal(gone, account, "")), Outcome::not_found);
    EXPECT_EQ(outcome_of(again.seal_notes(gone, account)), Outcome::not_found);
    EXPECT_EQ(again.unseal(sealed_stays), account);
    EXPECT_TRUE(again.erase(gone).has_value());
  }
}

TEST_F(VaultTest, cannot_open_the_boxes_of_an_erased_subject_even_with_its_old_memory) {
  Vault& vault = reopen();
  const SubjectId gone = vault.create_subject(now);
  ASSERT_TRUE(vault.flush().has_value());
  const std::string wrapped = TempFolder::read(folder_.path("vault/keys")).substr(128 + 32, 60);
  ASSERT_TRUE(vault.erase(gone).has_value());
  EXPECT_EQ(TempFolder::read(folder_.path("vault/keys")).find(wrapped.substr(12)), std::string::npos);
}

TEST_F(VaultTest, refuses_a_subject_that_it_never_made) {
  Vault& vault = reopen();
  const SubjectId stranger{{1, 2}};
  EXPECT_EQ(outcome_of(vault.seal(stranger, account, "")), Outcome::not_found);
  EXPECT_EQ(outcome_of(vault.unseal({stranger, std::string(60, 'x'), ""})), Outcome::not_found);
  EXPECT_EQ(outcome_of(vault.erase(stranger)), Outcome::not_found);
}

TEST_F(VaultTest, forgets_new_keys_that_were_never_flushed) {
  const SubjectId flushed = reopen().create_subject(now);
  ASSERT_TRUE(vault_->flush().has_value());
  const SubjectId lost = vault_->create_subject(now);
  Vault& vault = reopen();
  EXPECT_TRUE(vault.seal(flushed, account, "").has_value());
  EXPECT_EQ(outcome_of(vault.seal(lost, account, "")), Outcome::not_found);
}

TEST_F(VaultTest, writes_nothing_when_there_is_nothing_new) {
  Vault& vault = reopen();
  vault.create_subject(now);
  ASSERT_TRUE(vault.flush().has_value());
  const std::string before = TempFolder::read(folder_.path("vault/keys"));
  ASSERT_TRUE(vault.flush().has_value());
  EXPECT_EQ(TempFolder::read(folder_.path("vault/keys")), before);
  EXPECT_EQ(before.size(), 2 * KeyFile::record_size);
}

TEST_F(VaultTest, keeps_room_on_the_disk_for_keys_to_come_and_its_file_is_no_longer_for_it) {
  Vault& vault = reopen();
  const auto about_file = [this] {
    struct stat about{};
    EXPECT_EQ(::stat((folder_.path() + "/keys").c_str(), &about), 0);
    return about;
  };
  const auto before = about_file();
  ASSERT_TRUE(vault.reserve());
  constexpr blkcnt_t block = 512, some_thousand_keys = 4096 * 128;
  EXPECT_GE(about_file().st_blocks * block, some_thousand_keys);
  EXPECT_EQ(about_file().st_size, before.st_size);
}

TEST_F(VaultTest, never_leaves_a_plaintext_or_its_key_in_its_folder) {
  Vault& vault = reopen();
  const SubjectId subject = vault.create_subject(now);
  ASSERT_TRUE(vault.seal(subject, account, "••••7890").has_value());
  ASSERT_TRUE(vault.seal_notes(subject, account).has_value());
  vault.seal_secret("webhook", account);
  vault.secret_hash(account);
  vault.blind_index("account", account);
  ASSERT_TRUE(vault.flush().has_value());
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
    const std::string bytes = TempFolder::read(entry.path().string());
    EXPECT_EQ(bytes.find("PLANTED"), std::string::npos) << entry.path();
    EXPECT_EQ(bytes.find(std::string(8, 'k')), std::string::npos) << entry.path();
    ++files;
  }
  EXPECT_EQ(files, 1);
}

TEST_F(VaultTest, refuses_another_key_encryption_key_by_name) {
  reopen().create_subject(now);
  ASSERT_TRUE(vault_->flush().has_value());
  vault_.reset();
  const auto opened = Vault::open(folder_.path(), crypto::Key256::from_random(random_), random_);
  EXPECT_EQ(outcome_of(opened), Outcome::credential_invalid);
  EXPECT_THAT(opened.error().detail, HasSubstr("key-encryption key"));
}

// Somebody who can write the file but does not have the key: right checksums, another subject's wrapped key.
TEST_F(VaultTest, does_not_take_one_subjects_wrapped_key_for_another) {
  const SubjectId first = reopen().create_subject(now);
  vault_->create_subject(now);
  ASSERT_TRUE(vault_->flush().has_value());
  vault_.reset();
  const std::string path = folder_.path("vault/keys");
  std::string bytes = TempFolder::read(path);
  bytes.replace(128 + 32, 60, bytes, 256 + 32, 60);
  const std::string number(8, '\0');
  bytes.replace(128 + 120, 8, crypto::sha256(number + bytes.substr(128, 120)).view().substr(0, 8));
  TempFolder::write(path, bytes);
  const auto sealed = reopen().seal(first, account, "");
  EXPECT_EQ(outcome_of(sealed), Outcome::data_damaged);
  EXPECT_THAT(sealed.error().detail, HasSubstr(first.to_string()));
}

TEST_F(VaultTest, serves_more_subjects_than_it_keeps_keys_at_hand) {
  Vault& vault = reopen();
  std::vector<Sealed> all;
  for (int i = 0; i < 5000; ++i) all.push_back(*vault.seal(vault.create_subject(now), std::to_string(i), ""));
  for (int i = 0; i < 5000; ++i) ASSERT_EQ(vault.unseal(all[static_cast<std::size_t>(i)]), std::to_string(i));
}

TEST_F(VaultTest, seals_server_secrets_under_a_label) {
  const std::string box = reopen().seal_secret("we_1", "whsec_abc");
  EXPECT_EQ(reopen().unseal_secret("we_1", box), "whsec_abc");
  EXPECT_EQ(outcome_of(vault_->unseal_secret("we_2", box)), Outcome::data_damaged);
  EXPECT_EQ(outcome_of(vault_->unseal_secret("we_1", "")), Outcome::data_damaged);
  for (std::size_t i = 0; i < box.size(); ++i) {
    std::string changed = box;
    changed[i] = static_cast<char>(changed[i] ^ 0x80);
    EXPECT_EQ(outcome_of(vault_->unseal_secret("we_1", changed)), Outcome::data_damaged) << i;
  }
}

TEST_F(VaultTest, indexes_blindly_the_same_now_and_later_and_differently_for_each_label) {
  Vault& vault = reopen();
  const Key128 key = vault.blind_index("account", "001234567890");
  EXPECT_EQ(key, vault.blind_index("account", "001234567890"));
  for (const auto& [label, value] : std::vector<std::pair<std::string, std::string>>{
           {"account", "001234567891"}, {"vpa", "001234567890"}, {"accoun", "t001234567890"}, {"", "account001234567890"}})
    EXPECT_NE(vault.blind_index(label, value), key) << label;
  EXPECT_EQ(reopen().blind_index("account", "001234567890"), key);
}

// The worked example of docs/formats/vault.md, computed apart with Python's hmac and cryptography modules for a KEK of 32 `k`.
// Journals hold such bytes: they must mean the same for ever.
constexpr std::string_view example_keys =
    "6d6f6875722d7661756c742d6b65797301000000800000000da524730daad7f4"
    "5ae5bb27ea8f22af248b12760cd6f33b008032a3568911690000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000"
    "000000000000000000000000000000000000000000000000149fb2f5ad89c3c2"
    "0100000000000000000000000000000001a3185c500000010000000000000002"
    "777777777777777777777777bc5637930db70ea1d0da86b394b6873bfa63561b"
    "10af8d0a44b07a7c263376d38ea3eb5b3f88e626258f8801eb18f24b00000000"
    "00000000000000000000000000000000000000000000000077c5f1f99fd9b4bb";
constexpr std::string_view example_value = "016e6e6e6e6e6e6e6e6e6e6e6e976b265b866882c95c14536ae5da7038422dd98e401107068c5eb99a";
constexpr std::string_view example_notes =
    "016e6e6e6e6e6e6e6e6e6e6e6edc79781bd139c5dd510e5b6dcb360a7750d696"
    "923422391275166f3fce1b";
constexpr std::string_view example_secret = "016e6e6e6e6e6e6e6e6e6e6e6e922ddf21f1878e57c8726e92847a60f150a1c8f17e6543057c";

TEST_F(VaultTest, opens_the_boxes_of_its_format_page) {
  ASSERT_EQ(::mkdir(folder_.path().c_str(), 0700), 0);
  TempFolder::write(folder_.path("vault/keys"), *crypto::from_hex(example_keys));
  Vault& vault = reopen();
  const SubjectId subject = *SubjectId::parse("sub_01mcc5rm00000g000000000002");
  EXPECT_EQ(vault.unseal({subject, *crypto::from_hex(example_value), ""}), "001234567890");
  EXPECT_EQ(vault.unseal_notes({subject, *crypto::from_hex(example_notes)}), "{\"order\":\"17\"}");
  EXPECT_EQ(vault.unseal_secret("we_1", *crypto::from_hex(example_secret)), "whsec_abc");
}

TEST_F(VaultTest, gives_the_hashes_of_its_format_page) {
  Vault& vault = reopen();
  EXPECT_EQ(vault.secret_hash("0123456789ABCDEFGHIJKLMNOPQRSTUV").hex(),
            "e1e8beec0764c44a505edecf01cb79c499f255e873a56e9ab07af09ecfd3047a");
  EXPECT_EQ(crypto::hex(vault.blind_index("account", "001234567890").to_bytes()), "8b1d244c9e2b3791fc774774ac0c1d5c");
}

TEST_F(VaultTest, may_be_used_by_many_threads_while_keys_are_made_flushed_and_erased) {
  Vault& vault = reopen();
  const SubjectId shared = vault.create_subject(now);
  std::atomic<bool> done = false;
  std::jthread flusher{[&] {
    while (!done) ASSERT_TRUE(vault.flush().has_value());
  }};
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&, t] {
        for (int i = 0; i < 200; ++i) {
          const std::string value = std::to_string(t) + ":" + std::to_string(i);
          const SubjectId own = vault.create_subject(now);
          const auto sealed = vault.seal(own, value, "");
          const auto with_shared = vault.seal(shared, value, "");
          ASSERT_TRUE(sealed.has_value() && with_shared.has_value());
          ASSERT_EQ(vault.unseal(*sealed), value);
          ASSERT_EQ(vault.unseal(*with_shared), value);
          ASSERT_EQ(vault.unseal_secret(value, vault.seal_secret(value, value)), value);
          ASSERT_EQ(vault.secret_hash(value), vault.secret_hash(value));
          if (i % 20 != 0) continue;
          ASSERT_TRUE(vault.erase(own).has_value());
          ASSERT_EQ(outcome_of(vault.unseal(*sealed)), Outcome::not_found);
        }
      });
  }
  done = true;
  flusher.join();
  ASSERT_TRUE(vault.flush().has_value());
  EXPECT_TRUE(reopen().seal(shared, account, "").has_value());
  EXPECT_EQ(TempFolder::read(folder_.path("vault/keys")).size(), (2 + 4 * 200) * KeyFile::record_size);
}

TEST(KeyEncryptionKey, is_made_once_for_its_owner_only_and_read_back) {
  const TempFolder folder;
  crypto::SystemRandom random;
  const auto made = load_key_encryption_key(folder.path("kek"), IfAbsent::create, random);
  ASSERT_TRUE(made.has_value()) << made.error().detail;
  struct stat status;
  ASSERT_EQ(::stat(folder.path("kek").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
  EXPECT_EQ(TempFolder::read(folder.path("kek")), made->view());
  EXPECT_FALSE(std::filesystem::exists(folder.path("kek.new")));
  for (const IfAbsent if_absent : {IfAbsent::create, IfAbsent::refuse})
    EXPECT_EQ(load_key_encryption_key(folder.path("kek"), if_absent, random)->view(), made->view());
}

TEST(KeyEncryptionKey, is_refused_by_name_when_it_is_not_as_it_should_be) {
  const TempFolder folder;
  crypto::SystemRandom random;
  const std::string path = folder.path("kek");
  const auto load = [&] { return load_key_encryption_key(path, IfAbsent::refuse, random); };
  const auto expect = [&](Outcome outcome, const char* says) {
    const auto loaded = load();
    EXPECT_EQ(outcome_of(loaded), outcome);
    EXPECT_THAT(loaded.error().detail, HasSubstr(path));
    EXPECT_THAT(loaded.error().detail, HasSubstr(says));
  };
  expect(Outcome::credential_missing, "is not there");
  for (const std::size_t size : {0U, 31U, 33U, 64U}) {
    TempFolder::write(path, std::string(size, 'k'));
    ASSERT_EQ(::chmod(path.c_str(), 0600), 0);
    expect(Outcome::credential_malformed, "must be 32 random bytes");
  }
  TempFolder::write(path, std::string(32, 'k'));
  for (const mode_t mode : {0644U, 0640U, 0620U, 0602U, 0601U}) {
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
    expect(Outcome::credential_malformed, "chmod 600");
  }
  ASSERT_EQ(::chmod(path.c_str(), 0400), 0);
  EXPECT_TRUE(load().has_value());
  std::filesystem::remove(path);
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  expect(Outcome::credential_malformed, "not a regular file");
}

}  // namespace
}  // namespace mohur::vault
