// Where passwords are hashed: in order, one at a time, and not too many.
#include "gateway/password_desk.hpp"

#include <gtest/gtest.h>

#include <future>
#include <latch>

#include "crypto/system_random.hpp"

namespace mohur::gateway {
namespace {

constexpr crypto::PasswordCost kCheap{.memory_kib = 64, .passes = 1, .lanes = 1};

PasswordResult ask(PasswordDesk& desk, PasswordJob job) {
  std::promise<PasswordResult> done;
  EXPECT_TRUE(desk.ask(std::move(job), [&](PasswordResult result) { done.set_value(std::move(result)); }));
  return done.get_future().get();
}

TEST(PasswordDesk, ComparesAndMakes) {
  PasswordDesk desk{[](std::function<void()> work) { work(); }, kCheap};
  const PasswordResult made = ask(desk, {{}, {}, "lanterns"});
  EXPECT_FALSE(made.matches);
  EXPECT_TRUE(ask(desk, {"lanterns", made.made, {}}).matches);
  EXPECT_FALSE(ask(desk, {"lantern", made.made, {}}).matches);
  const PasswordResult changed = ask(desk, {"lanterns", made.made, "kites"});
  EXPECT_TRUE(changed.matches && ask(desk, {"kites", changed.made, {}}).matches);
}

TEST(PasswordDesk, WhereThereIsNoHashNothingMatchesAndNothingIsMade) {
  PasswordDesk desk{[](std::function<void()> work) { work(); }, kCheap};
  EXPECT_FALSE(ask(desk, {"lanterns", {}, {}}).matches);
  const std::string hash = ask(desk, {{}, {}, "lanterns"}).made;
  EXPECT_TRUE(ask(desk, {"wrong", hash, "kites"}).made.empty());
}

TEST(PasswordDesk, TellsAtOnceWhenTooManyWait) {
  std::promise<void> let_go;
  std::shared_future<void> held = let_go.get_future();
  std::latch is_held{1}, all_done{1 + static_cast<std::ptrdiff_t>(PasswordDesk::kMostWaiting)};
  std::once_flag first;
  PasswordDesk desk{[&](std::function<void()> work) {
                      std::call_once(first, [&] { is_held.count_down(); });
                      held.wait();
                      work();
                    },
                    kCheap};
  const auto count = [&](const PasswordResult&) { all_done.count_down(); };
  ASSERT_TRUE(desk.ask({"x", {}, {}}, count));
  is_held.wait();  // its thread is busy with the first
  for (std::size_t i = 0; i < PasswordDesk::kMostWaiting; ++i) EXPECT_TRUE(desk.ask({"x", {}, {}}, count));
  const auto refused = desk.ask({"x", {}, {}}, count);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().outcome, Outcome::overloaded);
  let_go.set_value();
  all_done.wait();
  EXPECT_TRUE(desk.ask({"x", {}, {}}, [](const PasswordResult&) {})) << "and takes more when there is room";
}

TEST(PasswordDesk, EndsWithWorkThatNobodyWaitsFor) {
  PasswordDesk desk{[](const std::function<void()>&) {}, kCheap};
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(desk.ask({"x", {}, {}}, [](const PasswordResult&) { FAIL(); }));
}

}  // namespace
}  // namespace mohur::gateway
