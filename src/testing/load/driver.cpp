#include "load/driver.hpp"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <numeric>
#include <utility>

#include "base/assert.hpp"

namespace mohur::load {
namespace {

constexpr std::uint64_t patience_ns = 10'000'000'000;  // for the last answers of a run

std::uint64_t read_ns(clockid_t clock) {
  timespec at{};
  ::clock_gettime(clock, &at);
  return static_cast<std::uint64_t>(at.tv_sec) * 1'000'000'000 + static_cast<std::uint64_t>(at.tv_nsec);
}

}  // namespace

Driver::Driver(std::uint16_t port, std::size_t connections, RequestForm form)
    : form_(std::move(form)), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  MOHUR_ASSERT(epoll_ >= 0);
  connections_.reserve(connections);
  for (std::size_t i = 0; i < connections; ++i) {
    connections_.emplace_back(tls_, port);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = i;
    MOHUR_ASSERT(::epoll_ctl(epoll_, EPOLL_CTL_ADD, connections_.back().descriptor(), &event) == 0);
  }
  free_.resize(connections);
  std::iota(free_.rbegin(), free_.rend(), 0);
}

Driver::~Driver() { ::close(epoll_); }

Measured Driver::run_closed(Until until) {
  rate_ = 0;
  begin(until);
  while (!free_.empty() && may_send()) {
    const std::size_t connection = free_.back();
    free_.pop_back();
    send_on(connection, now_ns_);
  }
  while (under_way_ > 0) wait(patience_ns);
  return finish();
}

Measured Driver::run_open(std::uint64_t calls_a_second, Until until) {
  MOHUR_ASSERT(calls_a_second > 0);
  rate_ = calls_a_second;
  begin(until);
  while (true) {
    send_due();
    const bool more = may_send();
    if (!more && under_way_ == 0) return finish();
    const std::uint64_t due = due_ns(sent_);
    wait(more && !free_.empty() ? due - std::min(due, now_ns_) : patience_ns);
  }
}

void Driver::begin(Until until) {
  until_ = until;
  sent_ = 0;
  measured_ = {};
  started_ns_ = now_ns_ = read_ns(CLOCK_MONOTONIC);
  started_cpu_ns_ = read_ns(CLOCK_PROCESS_CPUTIME_ID);
}

Measured Driver::finish() {
  measured_.wall_ns = read_ns(CLOCK_MONOTONIC) - started_ns_;
  measured_.cpu_ns = read_ns(CLOCK_PROCESS_CPUTIME_ID) - started_cpu_ns_;
  return std::exchange(measured_, {});
}

bool Driver::may_send() const {
  const std::uint64_t at = rate_ == 0 ? now_ns_ : due_ns(sent_);
  return (until_.calls == 0 || sent_ < until_.calls) && (until_.ns == 0 || at < started_ns_ + until_.ns);
}

void Driver::send_on(std::size_t connection, std::uint64_t began_ns) {
  connections_[connection].began_ns = began_ns;
  ++sent_;
  ++under_way_;
  if (!connections_[connection].send(form_.next())) fail(connection, "The connection takes no request.");
}

void Driver::send_due() {
  while (!free_.empty() && may_send() && due_ns(sent_) <= now_ns_) {
    const std::size_t connection = free_.back();
    free_.pop_back();
    send_on(connection, due_ns(sent_));
  }
}

void Driver::fail(std::size_t connection, const std::string& what) {
  if (measured_.failures++ == 0) measured_.first_failure = what;
  --under_way_;
  ::epoll_ctl(epoll_, EPOLL_CTL_DEL, connections_[connection].descriptor(), nullptr);
}

void Driver::on_readable(std::size_t connection) {
  Connection& from = connections_[connection];
  switch (from.receive()) {
    case AnswerReader::Step::need_more: return;
    case AnswerReader::Step::broken: return fail(connection, "The connection broke. " + from.answer().text());
    case AnswerReader::Step::complete: break;
  }
  now_ns_ = read_ns(CLOCK_MONOTONIC);
  measured_.latency_ns.add(now_ns_ - from.began_ns);
  measured_.answer_bytes += from.answer().size();
  const int status = from.answer().status();
  if ((status < 200 || status > 299) && measured_.failures++ == 0) measured_.first_failure = from.answer().text();
  --under_way_;
  if (rate_ == 0 && may_send()) return send_on(connection, now_ns_);
  free_.push_back(connection);
}

// Waits for answers, and takes all that have come. Whoever is silent for longer than our patience is a failure.
void Driver::wait(std::uint64_t no_longer_than_ns) {
  std::array<epoll_event, 256> events;
  const timespec timeout{static_cast<time_t>(no_longer_than_ns / 1'000'000'000),
                         static_cast<long>(no_longer_than_ns % 1'000'000'000)};
  const int ready = ::epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &timeout, nullptr);
  for (int i = 0; i < ready; ++i) on_readable(static_cast<std::size_t>(events[static_cast<std::size_t>(i)].data.u64));
  now_ns_ = read_ns(CLOCK_MONOTONIC);
  if (ready > 0 || no_longer_than_ns < patience_ns || under_way_ == 0) return;
  measured_.failures += under_way_;
  if (measured_.first_failure.empty()) measured_.first_failure = "The server does not answer any more.";
  under_way_ = 0;
  until_ = {.calls = sent_, .ns = 0};
}

}  // namespace mohur::load
