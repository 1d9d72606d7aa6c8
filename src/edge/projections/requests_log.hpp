// The requests log: every call that was made, by whom, from where, with what outcome; chained like the events.
//
// Floods    Refused calls beyond a small rate are kept as sums (floods.hpp).
// Counts    How many calls of each client count against its quotas, by day of India: a fold of the log like its lists.
// Cost      append() is a move into a buffer; a thread of the log's own writes them in groups, at most 5 ms later.
// Full      when the disk cannot keep up, append() refuses with overloaded instead of forgetting: what cannot be recorded is
//           not shown.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "net/clocks.hpp"
#include "projections/floods.hpp"
#include "projections/journaled.hpp"

namespace mohur::projections {

class RequestsLog {
 public:
  static Result<std::unique_ptr<RequestsLog>> open(const std::string& folder, std::function<void(const Refusal&)> failed);
  ~RequestsLog();  // writes what is buffered

  Result<void> append(RequestRecord record);

  // Calls that count against quotas, of each client on each day from `first` on; days as base/india.hpp counts them.
  struct DayOfCalls {
    std::int64_t day = 0;
    registry::ClientId client;
    Mode mode = Mode::test;
    std::uint64_t calls = 0;
  };
  Result<std::vector<DayOfCalls>> counted_since(std::int64_t first) const;

  struct Page {
    std::vector<RequestRecord> items;   // newest first
    std::optional<std::uint64_t> next;  // position at which the next page begins
  };
  // Of one client and mode, that `wanted` accepts; with a zero client, those of the operator's people. However few are accepted,
  // a page looks at a bounded number: it may hold fewer than asked for, and go on.
  Result<Page> list(registry::ClientId client, Mode mode, std::optional<std::uint64_t> from, std::size_t limit,
                    const std::function<bool(const RequestRecord&)>& wanted = {});

  // Whosesoever it is. Errors: not_found, also until it is written.
  Result<RequestRecord> get(registry::RequestId id);
  // How many calls were refused, by the clause behind the refusal: of a client, or with a zero client of everybody.
  Result<std::map<std::string, std::uint64_t>> refusals_by_clause(registry::ClientId client);

 private:
  RequestsLog(std::unique_ptr<Journaled> log, std::function<void(const Refusal&)> failed);
  void run();
  // Waits until there is something to write, or everything is. Answers whether to go on.
  bool take(std::vector<RequestRecord>& taken);
  Result<RequestRecord> read(std::uint64_t position);

  const std::unique_ptr<Journaled> log_;
  const std::function<void(const Refusal&)> failed_;
  std::mutex mutex_;
  std::condition_variable filled_;
  std::vector<RequestRecord> buffer_;
  Floods floods_;
  net::SteadyClock steady_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace mohur::projections
