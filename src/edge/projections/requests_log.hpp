// The requests log: every call that was made, by whom, from where, with what outcome; chained like the events.
//
// Never     bodies, query values, personal data.
// Cost      append() is a move into a buffer; a thread of the log's own writes them in groups, at most 5 ms later.
// Full      when the disk cannot keep up, append() refuses with overloaded instead of forgetting: what cannot be recorded is
//           not shown.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "projections/journaled.hpp"
#include "registry/caller.hpp"

namespace mohur::projections {

struct RequestRecord {
  static constexpr std::string_view object_name = "request";

  Time at;
  std::int64_t duration_us = 0;
  registry::Caller caller;
  registry::ClientId client;
  Mode mode = Mode::test;
  std::string request_id;
  std::string client_request_id;
  std::string from;
  std::string method;
  std::string route;
  std::uint16_t status = 0;
  std::string outcome;
  std::string clause;
  bool replayed = false;
  bool forwarding_ignored = false;

  MOHUR_DESCRIBE(RequestRecord, (1, at), (2, duration_us, "From the last byte of the request to the answer, in microseconds."),
                 (3, caller), (4, client), (5, mode), (6, request_id), (7, client_request_id), (8, from, "The caller's address."),
                 (9, method), (10, route, "The path's template, without values."), (11, status),
                 (12, outcome, "`ok`, or the problem's token."), (13, clause), (14, replayed),
                 (15, forwarding_ignored, "There were forwarding headers, from somebody who is not believed."))
};

class RequestsLog {
 public:
  static Result<std::unique_ptr<RequestsLog>> open(const std::string& folder, std::function<void(const Refusal&)> failed);
  ~RequestsLog();  // writes what is buffered

  Result<void> append(RequestRecord record);

  struct Page {
    std::vector<RequestRecord> items;   // newest first
    std::optional<std::uint64_t> next;  // position at which the next page begins
  };
  // Of one client and mode, that `wanted` accepts; with a zero client, those of the operator's people. However few are accepted,
  // a page looks at a bounded number: it may hold fewer than asked for, and go on.
  Result<Page> list(registry::ClientId client, Mode mode, std::optional<std::uint64_t> from, std::size_t limit,
                    const std::function<bool(const RequestRecord&)>& wanted = {});

 private:
  RequestsLog(std::unique_ptr<Journaled> log, std::function<void(const Refusal&)> failed);
  void run();
  Result<RequestRecord> read(std::uint64_t position);

  const std::unique_ptr<Journaled> log_;
  const std::function<void(const Refusal&)> failed_;
  std::mutex mutex_;
  std::condition_variable filled_;
  std::vector<RequestRecord> buffer_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace mohur::projections
