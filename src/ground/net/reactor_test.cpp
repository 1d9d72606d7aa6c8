#include "net/reactor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <vector>

namespace mohur::net {
namespace {

using testing::ElementsAre;

struct CountingClock final : Clock {
  int reads = 0;
  Time now() override { return {++reads * 1'000'000'000LL}; }
};

// Two connected sockets; what happens on the first one is told to a function.
class Pair final : public Watcher {
 public:
  Pair() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0); }
  ~Pair() {
    ::close(ends[0]);
    ::close(ends[1]);
  }
  void on_ready(Readiness ready) override { handle(ready); }
  void send() { EXPECT_EQ(::write(ends[1], "x", 1), 1); }
  void receive() {
    char byte = 0;
    EXPECT_EQ(::read(ends[0], &byte, 1), 1);
  }

  int ends[2]{-1, -1};
  std::function<void(Readiness)> handle;
};

class ReactorTest : public testing::Test {
 protected:
  CountingClock clock_;
  Reactor reactor_{clock_};
  std::vector<std::string> seen_;
};

TEST_F(ReactorTest, ATurnHandlesEventsThenWorkThenTimersThenHooks) {
  Pair a, b;
  for (Pair* pair : {&a, &b}) {
    pair->handle = [this, pair](Readiness ready) {
      EXPECT_TRUE(ready.readable);
      pair->receive();
      seen_.push_back("event");
    };
    reactor_.watch(pair->ends[0], Interest::read, *pair);
    pair->send();
  }
  reactor_.post([this] { seen_.push_back("work"); });
  reactor_.after(milliseconds(0), [this] { seen_.push_back("timer"); });
  reactor_.at_turn_end([this] {
    seen_.push_back("hook");
    reactor_.stop();
  });
  reactor_.run();
  EXPECT_THAT(seen_, ElementsAre("event", "event", "work", "timer", "hook"));
}

TEST_F(ReactorTest, WorkPostedByWorkRunsInTheNextTurn) {
  reactor_.at_turn_end([this] { seen_.push_back("hook"); });
  reactor_.post([this] {
    reactor_.post([this] {
      seen_.push_back("second");
      reactor_.stop();
    });
    seen_.push_back("first");
  });
  reactor_.run();
  EXPECT_THAT(seen_, ElementsAre("first", "hook", "second", "hook"));
}

TEST_F(ReactorTest, AnotherThreadWakesItWithWorkAndStopsIt) {
  std::thread other;
  reactor_.post([&] {
    other = std::thread{[&] {
      EXPECT_FALSE(reactor_.on_own_thread());
      for (int i = 0; i < 1000; ++i) reactor_.post([this] { seen_.emplace_back("x"); });
      reactor_.post([this] {
        EXPECT_TRUE(reactor_.on_own_thread());
        reactor_.stop();
      });
    }};
  });
  reactor_.run();
  other.join();
  EXPECT_EQ(seen_.size(), 1000U);
}

TEST_F(ReactorTest, TimersRunInOrderOfTheirTimeAndCancelledOnesNever) {
  reactor_.after(milliseconds(3), [this] {
    seen_.push_back("late");
    reactor_.stop();
  });
  const TimerId cancelled = reactor_.after(milliseconds(1), [this] { seen_.push_back("cancelled"); });
  reactor_.after(milliseconds(2), [this] { seen_.push_back("early"); });
  reactor_.cancel(cancelled);
  reactor_.cancel(cancelled);
  reactor_.run();
  EXPECT_THAT(seen_, ElementsAre("early", "late"));
}

TEST_F(ReactorTest, AnUnwatchedDescriptorIsNotToldWhatWasAlreadyCollected) {
  Pair a, b;
  WatchId id_a = reactor_.watch(a.ends[0], Interest::read, a);
  WatchId id_b = reactor_.watch(b.ends[0], Interest::read, b);
  // Whichever is told first unwatches the other, and puts a new watch into its place.
  Pair c;
  c.handle = [this](Readiness) { seen_.push_back("c"); };
  a.handle = [&](Readiness) {
    seen_.push_back("first");
    reactor_.unwatch(id_b);
    reactor_.watch(c.ends[0], Interest::read, c);
    reactor_.stop();
  };
  b.handle = [&](Readiness) {
    seen_.push_back("first");
    reactor_.unwatch(id_a);
    reactor_.watch(c.ends[0], Interest::read, c);
    reactor_.stop();
  };
  a.send();
  b.send();
  reactor_.run();
  EXPECT_THAT(seen_, ElementsAre("first"));
}

TEST_F(ReactorTest, InterestCanBeChanged) {
  Pair pair;
  const WatchId id = reactor_.watch(pair.ends[0], Interest::none, pair);
  pair.handle = [this](Readiness ready) {
    seen_.push_back(ready.writable ? "writable" : "readable");
    reactor_.stop();
  };
  pair.send();
  reactor_.after(milliseconds(1), [&] { reactor_.change(id, Interest::write); });
  reactor_.run();
  EXPECT_THAT(seen_, ElementsAre("writable"));
}

TEST_F(ReactorTest, APeerThatIsGoneIsTold) {
  Pair pair;
  reactor_.watch(pair.ends[0], Interest::none, pair);
  pair.handle = [this](Readiness ready) {
    EXPECT_TRUE(ready.broken);
    reactor_.stop();
  };
  ::shutdown(pair.ends[0], SHUT_RDWR);
  reactor_.run();
}

TEST_F(ReactorTest, TheClockIsReadOnceInATurn) {
  Time first{};
  reactor_.post([&] {
    first = reactor_.now();
    EXPECT_EQ(reactor_.now(), first);
    reactor_.post([&] {
      EXPECT_GT(reactor_.now(), first);
      reactor_.stop();
    });
  });
  reactor_.run();
  EXPECT_EQ(clock_.reads, 2);
}

TEST_F(ReactorTest, AHookMayRemoveItself) {
  HookId id = 0;
  id = reactor_.at_turn_end([&] {
    seen_.push_back("once");
    reactor_.remove_hook(id);
  });
  reactor_.post([this] { reactor_.post([this] { reactor_.stop(); }); });
  reactor_.run();
  EXPECT_THAT(seen_, ElementsAre("once"));
}

}  // namespace
}  // namespace mohur::net
