// Work on a thread of its own: told where it is to be, let go there, and ended when it is asked to.
#include "gateway/desk.hpp"

#include <gtest/gtest.h>

#include <future>
#include <latch>

namespace mohur::gateway {
namespace {

// Does by hand what a reactor does: what is posted is run, and let go, on the test's thread.
class Hand {
 public:
  Desk::Post post() {
    return [this](Desk::Tell tell) {
      const std::lock_guard hold{mutex_};
      posted_.push_back(std::move(tell));
      changed_.notify_all();
    };
  }
  void run(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      std::unique_lock hold{mutex_};
      changed_.wait(hold, [this] { return !posted_.empty(); });
      const Desk::Tell tell = std::move(posted_.front());
      posted_.pop_front();
      hold.unlock();
      tell();
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Desk::Tell> posted_;
};

struct Held {
  explicit Held(std::promise<std::thread::id>& gone) : gone_(gone) {}
  ~Held() { gone_.set_value(std::this_thread::get_id()); }
  std::promise<std::thread::id>& gone_;
};

TEST(Desk, LetsGoOfWhatItWasGivenWhereItTells) {
  Hand hand;
  std::promise<std::thread::id> gone;
  std::thread::id worked_on;
  {
    Desk desk{hand.post(), 1};
    ASSERT_TRUE(desk.ask([held = std::make_shared<Held>(gone), &worked_on](const std::stop_token&) -> Desk::Tell {
      worked_on = std::this_thread::get_id();
      return [held] {};
    }));
    hand.run(1);
  }
  EXPECT_NE(worked_on, std::this_thread::get_id());
  EXPECT_EQ(gone.get_future().get(), std::this_thread::get_id());
}

TEST(Desk, TakesSoManyAndNoMore) {
  Hand hand;
  std::latch begun{1}, let_go{1};
  Desk desk{hand.post(), 1};
  ASSERT_TRUE(desk.ask([&](const std::stop_token&) -> Desk::Tell {
    begun.count_down();
    let_go.wait();
    return [] {};
  }));
  begun.wait();
  const auto nothing = [](const std::stop_token&) -> Desk::Tell { return [] {}; };
  EXPECT_TRUE(desk.ask(nothing));
  EXPECT_EQ(desk.ask(nothing).error().outcome, Outcome::overloaded);
  let_go.count_down();
  hand.run(2);
}

TEST(Desk, OnceItStopsAllThatWasTakenIsToldAndNothingMoreIsTaken) {
  Hand hand;
  std::latch begun{1};
  std::vector<bool> told;
  Desk desk{hand.post(), 2};
  const auto until_stopped = [&](const std::stop_token& stop) -> Desk::Tell {
    if (!stop.stop_requested()) {
      begun.count_down();
      std::promise<void> asked;
      const std::stop_callback when{stop, [&] { asked.set_value(); }};
      asked.get_future().wait();
    }
    return [&told, stop] { told.push_back(stop.stop_requested()); };
  };
  ASSERT_TRUE(desk.ask(until_stopped));
  begun.wait();
  ASSERT_TRUE(desk.ask(until_stopped));
  desk.stop();
  EXPECT_EQ(desk.ask(until_stopped).error().outcome, Outcome::stopping);
  hand.run(2);
  EXPECT_EQ(told, (std::vector<bool>{true, true}));
}

}  // namespace
}  // namespace mohur::gateway
