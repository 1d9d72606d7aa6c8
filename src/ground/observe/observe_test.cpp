#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "observe/log.hpp"
#include "observe/metrics.hpp"

namespace mohur::observe {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct HandClock : Clock {
  Time at{1'795'329'000'000'000'000};
  Time now() override { return at; }
};

// A pipe whose far end the test reads as lines.
class LogTest : public testing::Test {
 protected:
  LogTest() { EXPECT_EQ(::pipe(ends_), 0); }

  ~LogTest() override {
    ::close(ends_[0]);
    if (ends_[1] >= 0) ::close(ends_[1]);
  }

  int descriptor() const { return ends_[1]; }

  std::vector<std::string> lines() {
    ::close(std::exchange(ends_[1], -1));
    std::string text;
    char part[4096];
    for (ssize_t n = ::read(ends_[0], part, sizeof part); n > 0; n = ::read(ends_[0], part, sizeof part)) {
      text.append(part, static_cast<std::size_t>(n));
    }
    std::vector<std::string> found;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = text.find('\n', at);
      found.push_back(text.substr(at, end - at));
      at = end + 1;
    }
    return found;
  }

  HandClock clock_;

 private:
  int ends_[2]{-1, -1};
};

TEST_F(LogTest, ALineIsOneJsonObjectWithTheFactsInOrder) {
  Logger logger{descriptor(), clock_};
  const std::string listener = "api";
  logger.warn("net", "accept_failed",
              {{"errno", 24}, {"open", std::size_t{7}}, {"paused", true}, {"listener", listener}, {"why", "full"}});
  EXPECT_THAT(lines(), ElementsAre(R"({"at":"2026-11-22T06:30:00.000Z","level":"warn","room":"net","event":"accept_failed",)"
                                   R"("errno":24,"open":7,"paused":true,"listener":"api","why":"full"})"));
}

TEST_F(LogTest, TextIsEscapedToAsciiAndCut) {
  Logger logger{descriptor(), clock_};
  logger.info("net", "odd", {{"text", "a\"b\\c\n\x7f\xc3"}, {"long", std::string(1000, 'x')}});
  const auto seen = lines();
  ASSERT_EQ(seen.size(), 1U);
  EXPECT_THAT(seen[0], HasSubstr(R"("text":"a\"b\\c\u000a\u007f\u00c3")"));
  EXPECT_THAT(seen[0], HasSubstr("\"" + std::string(256, 'x') + "\""));
}

TEST_F(LogTest, WhatStandsBelowTheLowestLevelIsNotWritten) {
  Logger logger{descriptor(), clock_, {.lowest = Level::warn}};
  logger.debug("net", "a");
  logger.info("net", "b");
  logger.error("net", "c");
  EXPECT_THAT(lines(), ElementsAre(HasSubstr("\"event\":\"c\"")));
}

TEST_F(LogTest, AFloodOfOneEventIsCountedAndOtherEventsAreNotHeldBack) {
  {
    Logger logger{descriptor(), clock_, {.lines_per_second = 2}};
    for (int i = 0; i < 10; ++i) logger.warn("net", "flood");
    logger.warn("net", "other");
    clock_.at = clock_.at + seconds(1);
    logger.warn("net", "flood");
    for (int i = 0; i < 4; ++i) logger.warn("net", "flood");
  }
  EXPECT_THAT(lines(), ElementsAre(HasSubstr("flood"), HasSubstr("flood"), HasSubstr("other"),
                                   HasSubstr(R"("event":"flood","suppressed":8})"), HasSubstr("flood\"}"),
                                   HasSubstr(R"("event":"flood","suppressed":3})")));
}

TEST_F(LogTest, LinesOfSeveralThreadsDoNotMix) {
  Logger logger{descriptor(), clock_, {.lines_per_second = 1000}};
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) logger.info("net", "busy", {{"n", i}});
    });
  threads.clear();
  const auto seen = lines();
  EXPECT_EQ(seen.size(), 200U);
  for (const auto& line : seen) {
    EXPECT_TRUE(line.starts_with("{\"at\"") && line.ends_with("}")) << line;
  }
}

TEST(Metrics, RenderAsPrometheusText) {
  Metrics metrics;
  metrics.counter("mohur_net_requests_total", "Requests answered.", {{"status", "2xx"}}).add(3);
  metrics.counter("mohur_net_requests_total", "Requests answered.", {{"status", "4xx"}}).add();
  metrics.gauge("mohur_net_connections", "Open connections.").set(-2);
  EXPECT_EQ(metrics.render(),
            "# HELP mohur_net_connections Open connections.\n"
            "# TYPE mohur_net_connections gauge\n"
            "mohur_net_connections -2\n"
            "# HELP mohur_net_requests_total Requests answered.\n"
            "# TYPE mohur_net_requests_total counter\n"
            "mohur_net_requests_total{status=\"2xx\"} 3\n"
            "mohur_net_requests_total{status=\"4xx\"} 1\n");
}

TEST(Metrics, AHistogramIsCumulativeAndShowsSeconds) {
  Metrics metrics;
  const std::int64_t bounds[]{1'000'000, 2'500'000};
  Histogram& flush = metrics.histogram("flush_seconds", "Time of a flush.", Histogram::Unit::seconds, bounds, {{"disk", "a\"b"}});
  flush.observe(milliseconds(1));
  flush.observe(milliseconds(2));
  flush.observe(seconds(3));
  EXPECT_EQ(metrics.render(),
            "# HELP flush_seconds Time of a flush.\n"
            "# TYPE flush_seconds histogram\n"
            "flush_seconds_bucket{disk=\"a\\\"b\",le=\"0.001\"} 1\n"
            "flush_seconds_bucket{disk=\"a\\\"b\",le=\"0.0025\"} 2\n"
            "flush_seconds_bucket{disk=\"a\\\"b\",le=\"+Inf\"} 3\n"
            "flush_seconds_sum{disk=\"a\\\"b\"} 3.003\n"
            "flush_seconds_count{disk=\"a\\\"b\"} 3\n");
}

TEST(Metrics, APlainHistogramShowsItsNumbersAsTheyAre) {
  Metrics metrics;
  const std::int64_t bounds[]{1, 16};
  metrics.histogram("batch_size", "Commands in a batch.", Histogram::Unit::plain, bounds).observe(16);
  EXPECT_THAT(metrics.render(),
              HasSubstr("batch_size_bucket{le=\"1\"} 0\nbatch_size_bucket{le=\"16\"} 1\nbatch_size_bucket{le=\"+Inf\"} 1\n"
                        "batch_size_sum 16\nbatch_size_count 1\n"));
}

TEST(Metrics, TheSameNameAndLabelsAreTheSameCounterForEveryThread) {
  Metrics metrics;
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i) metrics.counter("a_total", "A.").add();
    });
  threads.clear();
  EXPECT_EQ(metrics.counter("a_total", "A.").value(), 4000U);
}

TEST(Metrics, AMetricOfAnotherKindUnderTheSameNameIsABug) {
  Metrics metrics;
  metrics.counter("a_total", "A.");
  EXPECT_DEATH(metrics.gauge("a_total", "A."), "assertion failed");
}

}  // namespace
}  // namespace mohur::observe
