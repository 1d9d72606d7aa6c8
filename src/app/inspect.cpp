// `mohur inspect`: events as JSON lines, as the API shows them, with who asked for them and what they moved.
#include <cstdio>

#include "app/commands.hpp"
#include "app/house.hpp"
#include "codec/json_out.hpp"
#include "engine/event_json.hpp"
#include "gateway/answers.hpp"
#include "journal/reader.hpp"

namespace mohur::app {
namespace {

// As the requests log shows a caller; a rail and the system have neither.
struct ShownCaller {
  registry::CallerKind kind = registry::CallerKind::system;
  std::optional<registry::PersonId> person;
  std::optional<registry::CredentialId> credential;
  MOHUR_DESCRIBE(ShownCaller, (1, kind), (2, person), (3, credential))
};

ShownCaller shown(const registry::Caller& caller) {
  ShownCaller shown{caller.kind, caller.person(), {}};
  if (!caller.credential.is_zero()) shown.credential = registry::CredentialId{caller.credential};
  return shown;
}

class Inspection {
 public:
  explicit Inspection(journal::Place events) : events_(std::move(events)) {}

  Result<void> print(std::uint64_t from, std::uint64_t to) {
    MOHUR_TRY_SET(reader, journal::Reader::open(events_, {from}));
    while (true) {
      MOHUR_TRY_SET(frame, reader.next());
      if (!frame) return {};
      for (const journal::RecordView record : *frame) {
        if (record.position.value < from) continue;
        if (record.position.value > to) return {};
        MOHUR_TRY_SET(stored, read(record));
        MOHUR_TRY(print(stored));
      }
    }
  }

 private:
  static Result<engine::StoredEvent> read(const journal::RecordView& record) {
    engine::StoredEvent stored{record.position.value, {}};
    if (!codec::decode(record.bytes, stored.event))
      return refuse(Outcome::data_damaged, {}, "Position " + std::to_string(stored.position) + " cannot be read.");
    return stored;
  }

  Result<void> print(const engine::StoredEvent& stored) {
    std::string line;
    engine::append_event_json(line, stored, masks_);
    line.back() = ',';
    line += "\"caller\":";
    codec::write_json(shown(stored.event.caller), line, masks_);
    line += ",\"transfers\":[";
    for (std::size_t n = 0; n < stored.event.transfers.size(); ++n) {
      if (n > 0) line += ',';
      MOHUR_TRY(append_transfer(line, stored, n));
    }
    line += "]}";
    std::printf("%s\n", line.c_str());
    return {};
  }

  // As the API shows a ledger transfer: one that resolves a pending one with the accounts of that.
  Result<void> append_transfer(std::string& out, const engine::StoredEvent& stored, std::size_t n) {
    ledger::Transfer transfer = stored.event.transfers[n];
    if (transfer.pending) {
      MOHUR_TRY_SET(reserved, find(*transfer.pending));
      transfer.debit = reserved.debit;
      transfer.credit = reserved.credit;
    }
    codec::write_json(gateway::shown_transfer(stored, n, transfer.debit, transfer.credit), out, masks_);
    return {};
  }

  // A pending transfer lies where its id says. What is resolved together was mostly reserved together.
  Result<ledger::Transfer> find(ledger::TransferId id) {
    const std::uint64_t position = kernel::position_of(id.value);
    if (position != origin_.position) {
      MOHUR_TRY_SET(reader, journal::Reader::open(events_, {position}));
      MOHUR_TRY_SET(frame, reader.next());
      if (frame)
        for (const journal::RecordView record : *frame)
          if (record.position.value == position) {
            MOHUR_TRY_SET(origin, read(record));
            origin_ = std::move(origin);
          }
    }
    const std::size_t n = kernel::transfer_index(id);
    if (position != origin_.position || n >= origin_.event.transfers.size())
      return refuse(Outcome::data_damaged, {}, "The pending transfer " + id.to_string() + " is not where its id says.");
    return origin_.event.transfers[n];
  }

  const journal::Place events_;
  codec::MaskingRevealer masks_;
  engine::StoredEvent origin_;
};

}  // namespace

int inspect(const Settings& settings, std::uint64_t from, std::uint64_t to) {
  Inspection inspection{{Folders{settings.data_folder}.events, "events", 0}};
  const Result<void> printed = inspection.print(from, to);
  if (printed) return 0;
  std::fprintf(stderr, "%s: %s\n", std::string{to_token(printed.error().outcome)}.c_str(), printed.error().detail.c_str());
  return 1;
}

}  // namespace mohur::app
