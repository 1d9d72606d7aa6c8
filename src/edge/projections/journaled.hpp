// A projection that keeps what it learned: records in a chained journal of its own, and tables that are their fold.
//
// The journal is the truth; the tables can be deleted and are rebuilt from it. Both are written by one thread.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>

#include "journal/journal.hpp"
#include "journal/lookup.hpp"
#include "store/store.hpp"

namespace mohur::projections {

class Journaled {
 public:
  // A record that is folded; `first_position` is that of its frame. The tables are as they were before that frame.
  struct Folded {
    std::uint64_t first_position;
    std::uint64_t position;
    std::string_view record;
    const store::Store& tables;
  };
  // Adds the rows of one record.
  using Fold = std::function<Result<void>(const Folded& folded, store::Batch& rows)>;

  // Opens journal and tables below `folder`, and folds whatever the tables do not reflect yet.
  static Result<std::unique_ptr<Journaled>> open(const std::string& folder, std::string name,
                                                 std::span<const store::TableSpec> tables, Fold fold);

  // Makes the records durable, in order, and folds them: as one frame, or as several when they are many.
  Result<void> append(std::span<const std::string> records);
  Result<std::string> record(std::uint64_t position) { return lookup_.record({position}); }
  store::Store& tables() { return *tables_; }
  std::uint64_t position() const { return journal_->sealed().position.value; }

 private:
  Journaled(std::unique_ptr<journal::Journal> journal, std::unique_ptr<store::Store> tables, journal::Place place, Fold fold);
  Result<void> catch_up(const journal::Place& place);
  Result<void> append_frame(std::span<const std::string> records);

  const std::unique_ptr<journal::Journal> journal_;
  const std::unique_ptr<store::Store> tables_;
  journal::Lookup lookup_;
  const Fold fold_;
};

}  // namespace mohur::projections
