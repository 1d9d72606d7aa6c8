// The bad disk, in small programs: each uses files like any other, in a process of its own, and then the power goes.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <set>

#include "baddisk/disk.hpp"
#include "baddisk/power_loss.hpp"
#include "baddisk/raw.hpp"
#include "vault/vault.hpp"

namespace mohur::baddisk {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t sectors = 8, size = sectors * 512;

class BadDisk : public testing::Test {
 protected:
  BadDisk() { start_anew(); }
  ~BadDisk() override { fs::remove_all(folder_); }

  void start_anew() {
    fs::remove_all(folder_);
    fs::create_directories(disk_);
  }

  // Runs the program in a process with these orders; answers how it ended, negative for a signal.
  int run(const std::function<void()>& program, std::vector<std::string> words = {}) const {
    const pid_t child = ::fork();
    if (child == 0) {
      words.insert(words.end(), {"disk=" + disk_, "notes=" + notes_});
      std::vector<char*> pointers;
      for (std::string& word : words) pointers.push_back(word.data());
      auto orders = parse_orders(pointers);
      if (!orders || !Disk::arm(*std::move(orders))) ::_exit(99);
      program();
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  Loss lose_power(std::uint64_t seed) const { return baddisk::lose_power(disk_, notes_, seed); }
  std::string path(const std::string& name) const { return disk_ + "/" + name; }
  std::string content(const std::string& name) const {
    std::ifstream file{path(name), std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
  }
  bool exists(const std::string& name) const { return fs::exists(path(name)); }

  // What a program does; it ends with the number of the line that failed.
  void put(const std::string& name, char byte, bool flushes) const {
    const int file = ::open(path(name).c_str(), O_RDWR | O_CREAT, 0600);
    const std::string bytes(size, byte);
    if (::pwrite(file, bytes.data(), size, 0) != static_cast<ssize_t>(size)) ::_exit(errno);
    if (flushes && ::fdatasync(file) != 0) ::_exit(errno);
    ::close(file);
  }
  void sync() const {
    const int folder = ::open(disk_.c_str(), O_RDONLY | O_DIRECTORY);
    if (::fsync(folder) != 0) ::_exit(errno);
    ::close(folder);
  }

  static std::string make_folder() {
    std::string name = (fs::temp_directory_path() / "baddisk_test_XXXXXX").string();
    return ::mkdtemp(name.data());
  }

  const std::string folder_ = make_folder();
  const std::string disk_ = folder_ + "/disk", notes_ = folder_ + "/notes";
};

TEST_F(BadDisk, KeepsWhatWasFlushedAndSomeOfWhatWasNot) {
  std::set<std::size_t> kept;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    start_anew();
    ASSERT_EQ(run([&] { put("file", 'a', true), sync(), put("file", 'b', false); }), 0);
    ASSERT_EQ(content("file"), std::string(size, 'b')) << "until the power goes everybody sees what was written";
    lose_power(seed);
    const std::string left = content("file");
    ASSERT_EQ(left.size(), size);
    std::size_t new_ones = 0;
    for (std::size_t i = 0; i < sectors; ++i) {
      const std::string sector = left.substr(i * 512, 512);
      ASSERT_TRUE(sector == std::string(512, 'a') || sector == std::string(512, 'b'))
          << "a sector is written whole or not at all";
      new_ones += sector[0] == 'b';
    }
    kept.insert(new_ones);
  }
  EXPECT_TRUE(kept.contains(0) && kept.contains(sectors) && kept.size() > 4);
}

TEST_F(BadDisk, AddsUpWhatSeveralProcessesDidNotFlush) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    start_anew();
    ASSERT_EQ(run([&] { put("file", 'a', true), sync(); }), 0);
    ASSERT_EQ(run([&] { put("file", 'b', false); }), 0);
    ASSERT_EQ(run([&] { put("other", 'c', true), sync(); }), 0);
    EXPECT_EQ(lose_power(seed).sectors_waiting, sectors);
    EXPECT_EQ(content("other"), std::string(size, 'c'));
  }
}

TEST_F(BadDisk, KeepsANameOnceItsFolderWasSynced) {
  bool was_lost = false;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    start_anew();
    ASSERT_EQ(run([&] { put("safe", 'a', true), sync(), put("unsafe", 'a', true); }), 0);
    lose_power(seed);
    ASSERT_EQ(content("safe"), std::string(size, 'a'));
    was_lost |= !exists("unsafe");
  }
  EXPECT_TRUE(was_lost);
}

TEST_F(BadDisk, TakesBackARenameWithTheFileThatItReplaced) {
  std::set<char> found;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    start_anew();
    ASSERT_EQ(run([&] {
                put("file", 'a', true), put("file.new", 'b', true), sync();
                if (::rename(path("file.new").c_str(), path("file").c_str()) != 0) ::_exit(1);
                ::unlink(path("nothing").c_str());
              }),
              0);
    lose_power(seed);
    ASSERT_EQ(content("file").size(), size);
    found.insert(content("file")[0]);
    EXPECT_EQ(exists("file.new"), content("file")[0] == 'a');
  }
  EXPECT_EQ(found, (std::set<char>{'a', 'b'}));
}

TEST_F(BadDisk, BringsBackARemovedFile) {
  bool came_back = false;
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    start_anew();
    ASSERT_EQ(run([&] { put("file", 'a', true), sync(), ::unlink(path("file").c_str()); }), 0);
    ASSERT_FALSE(exists("file"));
    lose_power(seed);
    came_back |= content("file") == std::string(size, 'a');
  }
  EXPECT_TRUE(came_back);
}

TEST_F(BadDisk, LosesForGoodWhatAFailedFlushShouldHaveWritten) {
  ASSERT_EQ(run([&] { put("file", 'a', true), sync(); }), 0);
  ASSERT_EQ(run([&] { put("file", 'b', true); }, {"fail=flush:/file:1:io"}), EIO);
  ASSERT_EQ(run([&] {
              const int file = ::open(path("file").c_str(), O_RDWR);
              if (::fdatasync(file) != 0) ::_exit(errno);
            }),
            0);
  lose_power(1);
  EXPECT_EQ(content("file"), std::string(size, 'a'));
}

TEST_F(BadDisk, HasNoRoomToGrowWhileItIsFull) {
  const std::string full = folder_ + "/full";
  const std::vector<std::string> words{"full=" + full};
  ASSERT_EQ(run([&] { put("file", 'a', true); }, words), 0);
  std::ofstream{full} << "full";
  EXPECT_EQ(run([&] { put("file", 'b', true); }, words), 0) << "what it has it may write over";
  EXPECT_EQ(run([&] { put("other", 'a', true); }, words), ENOSPC);
  EXPECT_EQ(run(
                [&] {
                  const int file = ::open(path("third").c_str(), O_RDWR | O_CREAT, 0600);
                  ::_exit(::posix_fallocate(file, 0, 4096));
                },
                words),
            ENOSPC);
  fs::remove(full);
  EXPECT_EQ(run([&] { put("other", 'a', true); }, words), 0);
}

TEST_F(BadDisk, EndsTheProcessInTheMiddleOfTheCallThatWasNamed) {
  EXPECT_EQ(run([&] { put("file", 'a', true), put("file", 'b', true), put("file", 'c', true); }, {"die=flush:/file:2"}),
            -SIGKILL);
  EXPECT_EQ(content("file"), std::string(size, 'b'));
  lose_power(3);
  for (const char byte : content("file")) ASSERT_TRUE(byte == 'a' || byte == 'b');
}

TEST_F(BadDisk, RefusesOrdersThatItDoesNotKnow) {
  for (const char* word : {"fail=flush:/file:0:io", "fail=flush:/file:1:what", "die=sleep::1", "plant=nothing", "speed=9"}) {
    std::string given = word, disk = "disk=/a", notes = "notes=/b";
    char* words[] = {disk.data(), notes.data(), given.data()};
    EXPECT_FALSE(parse_orders(words)) << word;
  }
}

// The vault has no files of its own making underneath that a test could fail; here its real ones can be.
TEST_F(BadDisk, TheVaultOpensAfterAFailedFlushARestartAndAPowerLoss) {
  class Zero final : public Random {
   public:
    void fill(std::span<std::uint8_t> out) override {
      for (std::uint8_t& byte : out) byte = next_++;
    }

   private:
    std::uint8_t next_ = 0;
  };
  const auto key = *crypto::Key256::from_bytes(std::string(32, 'k'));
  const auto use = [&](int keys, bool fails) {
    Zero random;
    auto vault = vault::Vault::open(path("vault"), key, random);
    if (!vault) std::fprintf(stderr, "%s\n", vault.error().detail.c_str()), ::_exit(1);
    for (int i = 0; i < keys; ++i) (*vault)->create_subject(Time{i + 1});
    if ((*vault)->flush().has_value() == fails) ::_exit(2);
  };
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    start_anew();
    ASSERT_EQ(run([&] { use(3, false); }), 0);
    ASSERT_EQ(run([&] { use(5, true); }, {"fail=flush:/vault/keys:2:io"}), 0);
    ASSERT_EQ(run([&] { use(2, false); }), 0);
    lose_power(seed);
    ASSERT_EQ(run([&] { use(1, false); }), 0) << seed;
  }
}

}  // namespace
}  // namespace mohur::baddisk
