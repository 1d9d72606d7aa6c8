// A line of the log of calls: one call, or the sum of refused calls that came in a flood.
//
// Never     bodies, query values, personal data.
#pragma once

#include <optional>
#include <string>

#include "base/describe.hpp"
#include "money/mode.hpp"
#include "registry/caller.hpp"
#include "registry/client.hpp"

namespace mohur::projections {

struct RequestRecord {
  static constexpr std::string_view object_name = "request";

  Time at;
  std::int64_t duration_us = 0;
  registry::Caller caller;
  registry::ClientId client;
  Mode mode = Mode::test;
  registry::RequestId id;
  std::string client_request_id;
  std::string from;
  std::string method;
  std::string route;
  std::uint16_t status = 0;
  std::string outcome;
  std::string clause;
  bool replayed = false;
  bool forwarding_ignored = false;
  std::uint64_t calls = 1;
  std::optional<Time> until;
  bool counted = false;

  MOHUR_DESCRIBE(RequestRecord, (1, at), (2, duration_us, "From the last byte of the request to the answer, in microseconds."),
                 (3, caller), (4, client), (5, mode), (6, id), (7, client_request_id), (8, from, "The caller's address."),
                 (9, method), (10, route, "The path's template, without values."), (11, status),
                 (12, outcome, "`ok`, or the problem's token."), (13, clause), (14, replayed),
                 (15, forwarding_ignored, "There were forwarding headers, from somebody who is not believed."),
                 (16, calls, "That this line stands for: more than one for refused calls that came in a flood."),
                 (17, until, "When the last of them came."), (18, counted, "Whether it counts against quotas."))
};

}  // namespace mohur::projections
