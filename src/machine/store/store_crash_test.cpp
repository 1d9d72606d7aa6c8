// A second process applies batches and is killed at some moment; what it leaves must be an exact prefix of the batches.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "store/support_test.hpp"

extern char** environ;

namespace mohur::store {
namespace {

using namespace testing;

constexpr const char* folder_variable = "MOHUR_STORE_CRASH_FOLDER";
constexpr int progress_pipe = 9;
constexpr std::uint64_t seed = 77;

Changes changes_at(std::uint64_t position) { return Chance(seed * 1'000'003 + position).changes(); }

// The process that is killed: it goes on where the store stands, and writes a byte for each batch.
TEST(StoreCrash, WriterProcess) {
  const char* folder = std::getenv(folder_variable);
  if (folder == nullptr) return;  // it is a program for the test below, which starts it with the folder
  const auto store = open_store(folder, 4 * 1024);
  for (std::uint64_t position = store->position() + 1;; ++position) {
    if (!store->apply(batch_of(changes_at(position)), position)) _exit(2);
    if (::write(progress_pipe, ".", 1) != 1) _exit(3);
  }
}

// Starts the writer, lets it make `batches` batches, and kills it. Returns false if it ended by itself.
bool run_and_kill(const std::filesystem::path& folder, std::uint64_t batches) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], progress_pipe);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addclose(&actions, ends[0]);
  posix_spawn_file_actions_addclose(&actions, ends[1]);
  std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
  std::string filter = "--gtest_filter=StoreCrash.WriterProcess";
  char* arguments[] = {program.data(), filter.data(), nullptr};
  ::setenv(folder_variable, folder.c_str(), 1);
  pid_t writer = 0;
  EXPECT_EQ(::posix_spawn(&writer, program.c_str(), &actions, nullptr, arguments, environ), 0);
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  char byte;
  std::uint64_t seen = 0;
  while (seen < batches && ::read(ends[0], &byte, 1) == 1) ++seen;
  ::kill(writer, SIGKILL);
  int status = 0;
  ::waitpid(writer, &status, 0);
  ::close(ends[0]);
  return WIFSIGNALED(status) && seen == batches;
}

TEST(StoreCrash, LeavesExactlyAPrefixOfTheBatchesWheneverItHappens) {
  const TempFolder folder;
  Chance chance(seed);
  std::uint64_t reached = 0;
  for (int round = 0; round < 20; ++round) {
    SCOPED_TRACE("round " + std::to_string(round));
    ASSERT_TRUE(run_and_kill(folder.path(), chance.below(200)));
    const auto store = open_store(folder.path());
    ASSERT_GE(store->position(), reached);
    reached = store->position();
    Model model;
    for (std::uint64_t position = 1; position <= reached; ++position) model.apply(changes_at(position));
    expect_same(*store, model);
    EXPECT_TRUE(std::filesystem::is_empty(folder.path() / "incoming"));
    if (HasFailure()) return;
  }
  EXPECT_GT(reached, 100u);
}

}  // namespace
}  // namespace mohur::store
