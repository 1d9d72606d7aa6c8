// The sandbox bank's book: everything that it was told, durably, before it acts on any of it.
//
// Shape    add() numbers an entry and gives it its bank reference; flush() makes all added entries durable at once. An entry is
//          final: what the bank says of it later follows from its script and the client's clock.
// Memory   A few dozen bytes for each reference; entries themselves are read back from the disk.
// Numbers  Bank references are made from the entry's own reference, the same in every run: 12 digits (RRN) for IMPS and UPI, 16
//          characters for NEFT, 22 for RTGS. No two entries share one.
// Errors   data_damaged, io_failed, storage_full, as the journal underneath; state_conflict when another process has the book.
// Threads  One at a time.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <memory>
#include <optional>

#include "base/sealed.hpp"
#include "journal/journal.hpp"
#include "journal/lookup.hpp"
#include "journal/reader.hpp"
#include "rails/sandbox_scripts.hpp"

namespace mohur::rails {

MOHUR_ENUM(EntryKind, (1, payout), (2, refund), (3, collection), (4, bank_credit), (5, escrow_credit))

// Field numbers are permanent: they are on the disk.
struct Entry {
  EntryKind kind = EntryKind::payout;
  std::string reference;
  registry::ClientId client;
  Time received_at;  // on the client's clock
  Key128 object;     // payout, refund, pay-in or attempt
  std::uint32_t dispatch = 0;
  Amount amount;
  std::uint32_t script = 0;  // of payouts and refunds: place in all_scripts(); of collections: PayerScript
  std::string utr;           // set by add()
  std::optional<payments::AttemptReason> reason;
  std::optional<Sealed> payer;
  Key128 account_claim;  // of a bank credit: the account it was sent to
  registry::Rail rail = registry::Rail::upi;
  std::string second_utr;  // set by add(), for a payer's second try

  MOHUR_DESCRIBE(Entry, (1, kind), (2, reference), (3, client), (4, received_at), (5, object), (6, dispatch), (7, amount),
                 (8, script), (9, utr), (10, reason), (11, payer), (12, account_claim), (13, rail), (14, second_utr))
};

class SandboxBook {
 public:
  static Result<SandboxBook> open(const std::string& folder);

  // The entry's position, from 1; nothing when its reference is in the book already: the entry is then dropped.
  Result<std::optional<std::uint64_t>> add(Entry& entry);
  Result<void> flush();

  // Whether there is room for what was added and one more entry. Errors: storage_full, io_failed.
  Result<void> reserve();

  // Only of entries that were flushed.
  Result<Entry> read(std::uint64_t position);
  std::optional<std::uint64_t> find(std::string_view reference) const;

  // From the first entry on.
  Result<journal::Reader> reader() const;
  static Result<void> decode(std::string_view bytes, Entry& entry);

  std::uint64_t size() const { return size_; }

 private:
  SandboxBook(journal::Place place, std::unique_ptr<journal::Journal> journal);
  Result<void> load();
  void remember(const Entry& entry);
  std::string new_utr(std::string_view reference, registry::Rail rail);

  journal::Place place_;
  std::unique_ptr<journal::Journal> journal_;
  std::unique_ptr<journal::Lookup> lookup_;
  journal::FrameBuilder unwritten_;
  std::uint64_t size_ = 0;
  boost::unordered_flat_map<Key128, std::uint64_t> positions_;  // by the hash of the reference
  boost::unordered_flat_set<std::uint64_t> numbers_;            // the last twelve digits of all bank references
};

}  // namespace mohur::rails
