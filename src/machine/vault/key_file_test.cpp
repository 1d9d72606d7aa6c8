#include "vault/key_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <vector>

#include "crypto/encoding.hpp"
#include "vault/temp_folder.hpp"

namespace mohur::vault {
namespace {

using testing::HasSubstr;

const crypto::Hash256 check = crypto::sha256("the right key");
constexpr std::size_t record_size = KeyFile::record_size;

KeyRecord record_of(std::uint64_t n) {
  KeyRecord record{SubjectId{{n, ~n}}};
  record.wrapped.fill(static_cast<char>('a' + n));
  return record;
}

struct Opened {
  Result<KeyFile> file;
  std::vector<std::uint64_t> live;
  std::vector<std::uint64_t> erased;
};

Opened open(const TempFolder& folder) {
  std::vector<std::uint64_t> live;
  std::vector<std::uint64_t> erased;
  auto file = KeyFile::open(folder.path(), check, [&](const KeyRecord& record) {
    const std::uint64_t n = record.subject.value.high;
    EXPECT_EQ(record.subject, record_of(n).subject);
    EXPECT_EQ(record.wrapped, record.erased ? WrappedKey{} : record_of(n).wrapped);
    (record.erased ? erased : live).push_back(n);
  });
  return {std::move(file), std::move(live), std::move(erased)};
}

// Two batches: records 0 and 1, then 2, 3 and 4.
void write_two_batches(const TempFolder& folder) {
  auto opened = open(folder);
  ASSERT_TRUE(opened.file.has_value());
  const KeyRecord first[] = {record_of(0), record_of(1)};
  const KeyRecord second[] = {record_of(2), record_of(3), record_of(4)};
  ASSERT_TRUE(opened.file->append(first).has_value());
  ASSERT_TRUE(opened.file->append(second).has_value());
}

using Numbers = std::vector<std::uint64_t>;

TEST(KeyFile, hands_back_what_was_appended_in_order) {
  const TempFolder folder;
  write_two_batches(folder);
  const auto opened = open(folder);
  ASSERT_TRUE(opened.file.has_value());
  EXPECT_EQ(opened.live, (Numbers{0, 1, 2, 3, 4}));
  EXPECT_EQ(opened.file->count(), 5U);
  EXPECT_EQ(opened.file->cut_bytes(), 0U);
}

TEST(KeyFile, can_be_used_by_its_owner_only) {
  const TempFolder folder;
  write_two_batches(folder);
  struct stat status;
  ASSERT_EQ(::stat(folder.path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0700U);
  ASSERT_EQ(::stat(folder.path("vault/keys").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

// Old files are read for ever: the worked example of docs/formats/vault.md.
TEST(KeyFile, has_the_bytes_of_its_format_page) {
  const TempFolder folder;
  write_two_batches(folder);
  const std::string bytes = TempFolder::read(folder.path("vault/keys"));
  ASSERT_EQ(bytes.size(), 6 * record_size);
  EXPECT_EQ(crypto::hex(bytes.substr(0, 24)), "6d6f6875722d7661756c742d6b6579730100000080000000");
  EXPECT_EQ(bytes.substr(24, 32), check.view());
  EXPECT_EQ(bytes.substr(56, 64), std::string(64, '\0'));
  EXPECT_EQ(bytes.substr(120, 8), crypto::sha256(bytes.substr(0, 120)).view().substr(0, 8));
  const std::string third = bytes.substr(4 * record_size, record_size);
  EXPECT_EQ(crypto::hex(third.substr(0, 32)),
            "01000000"
            "00000000"
            "0200000000000000"
            "0000000000000003fffffffffffffffc");
  EXPECT_EQ(third.substr(32, 88), std::string(60, 'd') + std::string(28, '\0'));
  const std::string number{"\x03\0\0\0\0\0\0\0", 8};
  EXPECT_EQ(third.substr(120), crypto::sha256(number + third.substr(0, 120)).view().substr(0, 8));
}

TEST(KeyFile, cuts_a_tail_torn_at_any_byte_of_the_last_batch_and_appends_behind_it) {
  const TempFolder folder;
  write_two_batches(folder);
  const std::string whole = TempFolder::read(folder.path("vault/keys"));
  for (std::size_t size = 3 * record_size; size < whole.size(); size += 31) {
    TempFolder::write(folder.path("vault/keys"), whole.substr(0, size));
    const std::uint64_t kept = size / record_size - 1;
    {
      auto opened = open(folder);
      ASSERT_TRUE(opened.file.has_value()) << size;
      EXPECT_EQ(opened.live.size(), kept);
      EXPECT_EQ(opened.file->cut_bytes(), size % record_size);
      ASSERT_TRUE(opened.file->append(std::vector{record_of(7)}).has_value());
    }
    const auto again = open(folder);
    ASSERT_TRUE(again.file.has_value());
    EXPECT_EQ(again.live.size(), kept + 1);
    EXPECT_EQ(again.live.back(), 7U);
  }
}

TEST(KeyFile, cuts_the_last_batch_where_its_first_page_did_not_reach_the_disk) {
  const TempFolder folder;
  write_two_batches(folder);
  std::string bytes = TempFolder::read(folder.path("vault/keys"));
  bytes.replace(4 * record_size, record_size, record_size, '\0');
  TempFolder::write(folder.path("vault/keys"), bytes);
  const auto opened = open(folder);
  ASSERT_TRUE(opened.file.has_value());
  EXPECT_EQ(opened.live, (Numbers{0, 1, 2}));
  EXPECT_EQ(opened.file->cut_bytes(), 2 * record_size);
  EXPECT_EQ(TempFolder::read(folder.path("vault/keys")).size(), 4 * record_size);
}

TEST(KeyFile, refuses_damage_of_any_byte_that_a_later_batch_vouches_for) {
  const TempFolder folder;
  write_two_batches(folder);
  const std::string good = TempFolder::read(folder.path("vault/keys"));
  for (std::size_t i = 0; i < 3 * record_size; ++i) {
    std::string bytes = good;
    bytes[i] = static_cast<char>(bytes[i] ^ 1);
    TempFolder::write(folder.path("vault/keys"), bytes);
    const auto opened = open(folder);
    ASSERT_FALSE(opened.file.has_value()) << i;
    EXPECT_EQ(opened.file.error().outcome, Outcome::data_damaged);
    const std::string name = i < record_size ? "header" : "record " + std::to_string(i / record_size - 1) + " at byte";
    EXPECT_THAT(opened.file.error().detail, HasSubstr(name));
    EXPECT_THAT(opened.file.error().detail, HasSubstr("vault/keys"));
    EXPECT_EQ(TempFolder::read(folder.path("vault/keys")), bytes) << "damage is left as it was found";
  }
}

TEST(KeyFile, refuses_a_good_record_in_another_place) {
  const TempFolder folder;
  write_two_batches(folder);
  std::string bytes = TempFolder::read(folder.path("vault/keys"));
  bytes.replace(record_size, record_size, bytes, 2 * record_size, record_size);
  TempFolder::write(folder.path("vault/keys"), bytes);
  const auto opened = open(folder);
  ASSERT_FALSE(opened.file.has_value());
  EXPECT_THAT(opened.file.error().detail, HasSubstr("record 0"));
}

TEST(KeyFile, refuses_a_file_without_a_whole_header) {
  const TempFolder folder;
  write_two_batches(folder);
  for (const std::size_t size : {0U, 1U, 127U}) {
    TempFolder::write(folder.path("vault/keys"), std::string(size, 'x'));
    const auto opened = open(folder);
    ASSERT_FALSE(opened.file.has_value());
    EXPECT_EQ(opened.file.error().outcome, Outcome::data_damaged);
  }
}

TEST(KeyFile, refuses_another_keys_vault_and_a_version_it_does_not_know) {
  const TempFolder folder;
  write_two_batches(folder);
  const auto ignore = [](const KeyRecord&) {};
  const auto wrong = KeyFile::open(folder.path(), crypto::sha256("another key"), ignore);
  ASSERT_FALSE(wrong.has_value());
  EXPECT_EQ(wrong.error().outcome, Outcome::credential_invalid);
  EXPECT_EQ(wrong.error().field, "key_encryption_key");

  std::string bytes = TempFolder::read(folder.path("vault/keys"));
  bytes[16] = 2;
  bytes.replace(120, 8, crypto::sha256(bytes.substr(0, 120)).view().substr(0, 8));
  TempFolder::write(folder.path("vault/keys"), bytes);
  const auto newer = KeyFile::open(folder.path(), check, ignore);
  ASSERT_FALSE(newer.has_value());
  EXPECT_EQ(newer.error().outcome, Outcome::data_damaged);
  EXPECT_THAT(newer.error().detail, HasSubstr("version"));
}

TEST(KeyFile, leaves_nothing_of_an_erased_key) {
  const TempFolder folder;
  write_two_batches(folder);
  {
    auto opened = open(folder);
    ASSERT_TRUE(opened.file->erase(1, record_of(1).subject).has_value());
    ASSERT_TRUE(opened.file->erase(4, record_of(4).subject).has_value());
  }
  const std::string bytes = TempFolder::read(folder.path("vault/keys"));
  EXPECT_EQ(bytes.find("bb"), std::string::npos);
  EXPECT_EQ(bytes.find("ee"), std::string::npos);
  EXPECT_NE(bytes.find("cc"), std::string::npos);
  const auto opened = open(folder);
  ASSERT_TRUE(opened.file.has_value());
  EXPECT_EQ(opened.live, (Numbers{0, 2, 3}));
  EXPECT_EQ(opened.erased, (Numbers{1, 4}));
}

TEST(KeyFile, belongs_to_one_process_at_a_time) {
  const TempFolder folder;
  const auto first = open(folder);
  ASSERT_TRUE(first.file.has_value());
  const auto second = open(folder);
  ASSERT_FALSE(second.file.has_value());
  EXPECT_EQ(second.file.error().outcome, Outcome::io_failed);
  EXPECT_THAT(second.file.error().detail, HasSubstr("in use"));
}

// The limit on a file's size stands in for a disk that fails.
TEST(KeyFile, promises_nothing_more_after_a_write_that_failed) {
  const TempFolder folder;
  write_two_batches(folder);
  {
    auto opened = open(folder);
    ASSERT_TRUE(opened.file.has_value());
    rlimit before;
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit full{6 * record_size + 50, before.rlim_max};
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &full), 0);
    const auto refused = opened.file->append(std::vector{record_of(5)});
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    std::signal(SIGXFSZ, handler);
    ASSERT_FALSE(refused.has_value());
    EXPECT_THAT(refused.error().detail, HasSubstr("vault/keys"));
    EXPECT_FALSE(opened.file->append(std::vector{record_of(6)}).has_value());
    EXPECT_FALSE(opened.file->erase(0, record_of(0).subject).has_value());
  }
  const auto opened = open(folder);
  ASSERT_TRUE(opened.file.has_value());
  EXPECT_EQ(opened.live, (Numbers{0, 1, 2, 3, 4}));
  EXPECT_EQ(opened.file->cut_bytes(), 50U);
}

TEST(KeyFile, starts_again_after_a_crash_while_it_was_made) {
  const TempFolder folder;
  ASSERT_EQ(::mkdir(folder.path().c_str(), 0700), 0);
  TempFolder::write(folder.path("vault/keys.new"), "half a hea");
  EXPECT_TRUE(open(folder).file.has_value());
}

TEST(KeyFile, says_which_folder_it_cannot_make) {
  const TempFolder folder;
  const auto opened = KeyFile::open(folder.path("no/such/parent"), check, [](const KeyRecord&) {});
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().outcome, Outcome::io_failed);
  EXPECT_THAT(opened.error().detail, HasSubstr("no/such/parent"));
}

}  // namespace
}  // namespace mohur::vault
