// What became of a letter reaches the shard once, however long the shard has no room. That letters go out is tests/functional's.
#include "projections/mailer.hpp"

#include <gtest/gtest.h>

#include "engine/rig_test.hpp"

namespace mohur::projections {
namespace {

TEST(Mailer, KeepsAReportUntilTheShardTakesIt) {
  engine::Machine machine;
  machine.found();
  const kernel::ClientId client = machine.approve_client(), other = machine.approve_client();
  const auto tell = [&](kernel::ClientId whom) {
    return machine.send(kernel::TakeMeasure{.client = whom, .kind = registry::MeasureKind::suspend, .evidence = "Case 1"},
                        machine.asha);
  };
  ASSERT_TRUE(tell(client));

  std::mutex mutex;
  std::condition_variable handed_in;
  std::vector<kernel::Command> commands;
  bool has_room = false;
  const auto submit = [&](kernel::Command command) {
    const std::lock_guard hold{mutex};
    commands.push_back(std::move(command));
    machine.clock.advance(seconds(1));
    handed_in.notify_one();
    return has_room;
  };
  const auto mailer =
      *Mailer::open(machine.path("letters"), machine.events(), machine.journal->watermark(), *machine.archive, *machine.vault,
                    machine.clock, {}, submit, [](const Refusal& refusal) { ADD_FAILURE() << refusal.detail; });
  mailer->start();
  std::unique_lock hold{mutex};
  ASSERT_TRUE(handed_in.wait_for(hold, std::chrono::seconds(30), [&] { return commands.size() >= 3; }));
  const std::size_t taken = commands.size();
  has_room = true;
  ASSERT_TRUE(handed_in.wait_for(hold, std::chrono::seconds(30), [&] { return commands.size() > taken; }));
  const auto first = std::get<kernel::RecordNotice>(commands.front().intent);
  EXPECT_EQ(first.status, registry::SendingStatus::failed) << "no mail server is set";
  for (const kernel::Command& command : commands)
    EXPECT_EQ(std::get<kernel::RecordNotice>(command.intent).proof.at, first.proof.at) << "it is the same report";
  hold.unlock();
  ASSERT_TRUE(tell(other));
  mailer->notify();
  hold.lock();
  ASSERT_TRUE(handed_in.wait_for(hold, std::chrono::seconds(30), [&] { return commands.size() > taken + 1; }));
  EXPECT_NE(std::get<kernel::RecordNotice>(commands[taken + 1].intent).notice, first.notice)
      << "what was taken is not handed in again";
}

}  // namespace
}  // namespace mohur::projections
