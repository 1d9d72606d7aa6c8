// Quotas: how many calls one client made this day and this month of India. What is used, never what remains.
//
// Counted   Each call that was admitted and is not reserved, whether or not the plan has a quota: so one that is agreed in the
//           middle of a month counts from its beginning.
// Restart   restore() brings back what the log of calls has counted. A call is in that log some milliseconds after its answer:
//           what a kill takes away is no more than that, and a stop takes nothing.
// Clock     That of the wall, since windows are of the calendar. One that is set back counts on in the window that had begun.
// Threads   The reactor's thread only.
// Source    policy clause P6.1
#pragma once

#include <array>
#include <optional>
#include <span>

#include "policy/plan.hpp"

namespace mohur::gateway {

class Quotas {
 public:
  // What is used of one quota.
  struct Reading {
    std::uint64_t used = 0;
    std::uint64_t would_have_refused = 0;
    policy::CallSpan span;
  };
  Reading read(policy::CallWindow window, Time at) const;

  // The quota that refuses a call now; of two the one that ends later. Those that are only tried out refuse nothing.
  std::optional<policy::CallWindow> used_up(const policy::Allowance& allowance, Time at) const;

  // Counts an admitted call. Answers what the client is to be told: that a part of a quota is used which was not before.
  struct Notice {
    policy::CallWindow window{};
    std::uint32_t percent = 0;
    std::uint64_t calls = 0;
    std::uint64_t used = 0;
    Time window_ends_at;
  };
  // And the name of a quota that is only tried out and would have refused it.
  struct Taken {
    std::optional<Notice> notice;
    std::string_view would_refuse;
  };
  Taken take(const policy::Allowance& allowance, std::span<const std::uint32_t> notices_at, Time at);

  // So many calls on one day, as the log of calls has them; `now` says which windows are of interest.
  void restore(std::int64_t day, std::uint64_t calls, Time now);

 private:
  static constexpr std::uint8_t kNotKnown = 255;
  struct Window {
    std::int32_t number = 0;  // as policy::span_of counts them
    std::uint8_t told = 0;    // percent
    std::uint64_t used = 0;
    std::uint64_t would_have_refused = 0;
  };
  Window& in(policy::CallWindow window) { return windows_[static_cast<std::size_t>(window) - 1]; }
  const Window& in(policy::CallWindow window) const { return windows_[static_cast<std::size_t>(window) - 1]; }

  std::array<Window, 2> windows_;
};

}  // namespace mohur::gateway
