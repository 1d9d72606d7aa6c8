// What the gateway needs from its siblings on the edge, as interfaces that the app wires: it includes none of them.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "engine/archive.hpp"
#include "gateway/outputs.hpp"
#include "gateway/sandbox_inputs.hpp"

namespace mohur::gateway {

// Plays payers and their banks for the sandbox.
class SandboxWorld {
 public:
  virtual ~SandboxWorld() = default;
  virtual Result<void> pay(const payments::Payin& payin, const PayInput& how) = 0;
  virtual Result<void> transfer(registry::ClientId client, const TransferInput& transfer) = 0;
};

// A page of a list: newest first, and where the next one begins.
template <class T>
struct Listed {
  std::vector<T> items;
  std::optional<std::string> next;
};

// Webhook deliveries, as a client sees them.
class DeliveryDesk {
 public:
  virtual ~DeliveryDesk() = default;
  // Errors: webhook_target_refused, field_malformed.
  virtual Result<void> check_target(std::string_view url) = 0;
  struct Query {
    registry::ClientId client;
    Mode mode = Mode::test;
    std::optional<registry::WebhookEndpointId> endpoint;
    std::optional<std::string> after;
    std::size_t limit = 10;
  };
  virtual Result<Listed<Delivery>> list(const Query& query) = 0;
  virtual Result<Delivery> get(registry::ClientId client, Mode mode, std::string_view id) = 0;
  virtual Result<Delivery> redeliver(registry::ClientId client, Mode mode, std::string_view id) = 0;
};

// The rows of batches: their files, and what was found about them.
class BatchDesk {
 public:
  virtual ~BatchDesk() = default;
  // Whether there is room for one more, or for so many more bytes of rows. Errors: batches_unfinished.
  virtual Result<void> check_one_more(registry::ClientId client) = 0;
  virtual Result<void> check_room(registry::ClientId client, std::uint64_t bytes) = 0;
  // Counts the rows of a part and keeps it, sealed, unless the batch would not take it: whoever names it is refused then. Waits
  // for the disk. Errors: field_unknown, field_repeated, field_missing with a column; body_malformed, batch_empty; io_failed,
  // storage_full.
  virtual Result<payments::BatchPart> keep(const payments::Batch& batch, payments::BatchFormat format, std::string_view part) = 0;
  // In the order of the rows, from that row on.
  virtual Result<std::vector<BatchRowFinding>> findings(payments::BatchId batch, std::uint32_t from, std::size_t most) = 0;
  // What became of so many rows from that one on, as CSV; takes its time.
  virtual Result<std::string> result(const payments::Batch& batch, std::uint32_t from, std::uint32_t most) = 0;
};

// One call, as the requests log keeps it: no bodies, no query values, no personal data.
struct CallRecord {
  Time at;
  std::int64_t duration_us = 0;
  registry::Caller caller;
  registry::ClientId client;
  Mode mode = Mode::test;
  registry::RequestId id;
  std::string client_request_id;
  std::string from;  // the caller's address
  std::string method;
  std::string route;  // the template, such as /v1/payouts/{id}; `-` when there is no such path
  std::uint16_t status = 0;
  std::string outcome;  // token, or `ok`
  std::string clause;
  bool replayed = false;
  std::uint64_t calls = 1;          // that it stands for: more than one for refused calls that came in a flood
  std::optional<Time> until;        // when the last of them came
  bool counted = false;             // against quotas
  bool forwarding_ignored = false;  // somebody who is no configured proxy told from where the call comes
};

class CallLog {
 public:
  virtual ~CallLog() = default;
  // Errors: overloaded when the log cannot keep up; the call is then answered with that.
  virtual Result<void> append(CallRecord record) = 0;
  // A page looks at a bounded number of calls: with `wanted` it may hold fewer than asked for, and go on.
  struct Query {
    registry::ClientId client;
    Mode mode = Mode::test;
    std::optional<std::string> after;
    std::size_t limit = 10;
    std::function<bool(const CallRecord&)> wanted;  // absent: all
  };
  virtual Result<Listed<CallRecord>> list(const Query& query) = 0;
  // Whosesoever it is. Errors: not_found, also until it is written.
  virtual Result<CallRecord> get(registry::RequestId id) = 0;
  // How many calls were refused, by clause: of a client, or with a zero client of everybody.
  virtual Result<std::map<std::string, std::uint64_t>> refusals_by_clause(registry::ClientId client) = 0;
};

}  // namespace mohur::gateway
