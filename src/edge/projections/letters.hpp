// Letters: for each notice that goes out by e-mail, how often it was tried and when it is tried next.
//
// A record of their journal is a letter as it stands after a step, and how far the events had been read. Whether a letter arrived
// is not here: that is an event of its notice.
#pragma once

#include <map>
#include <optional>
#include <set>

#include "kernel/event.hpp"
#include "projections/journaled.hpp"

namespace mohur::projections {

struct Letter {
  registry::NoticeId notice;
  std::uint32_t attempts = 0;
  std::optional<Time> next_attempt_at;  // none: it is over
  MOHUR_DESCRIBE(Letter, (1, notice), (2, attempts), (3, next_attempt_at))
};

// A published version of which not all clients may have been told.
struct Telling {
  policy::PolicyVersionId version;
  bool is_over = false;
  MOHUR_DESCRIBE(Telling, (1, version), (2, is_over))
};

class Letters {
 public:
  static Result<std::unique_ptr<Letters>> open(const std::string& folder);

  // Up to which position of the event journal letters were made.
  std::uint64_t cursor() const { return cursor_; }
  struct Changes {
    std::vector<Letter> letters;
    std::vector<Telling> tellings;
    bool empty() const { return letters.empty() && tellings.empty(); }
  };
  // Durable when it returns. Of several records only the last moves the cursor: what a crash cuts off is made again.
  Result<void> record(const Changes& changes, std::uint64_t cursor);

  const std::map<registry::NoticeId, Letter>& waiting() const { return waiting_; }
  const std::set<policy::PolicyVersionId>& tellings() const { return tellings_; }

 private:
  Letters() = default;
  static Result<void> fold(std::string_view record, store::Batch& rows);
  void take(const Letter& letter);
  void take(const Telling& telling);

  std::unique_ptr<Journaled> log_;
  std::uint64_t cursor_ = 0;
  std::map<registry::NoticeId, Letter> waiting_;
  std::set<policy::PolicyVersionId> tellings_;
};

}  // namespace mohur::projections
