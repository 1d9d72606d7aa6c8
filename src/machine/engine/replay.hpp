// Replay: the journal's events applied to a fold and its store, from where the store stands up to any position.
//
// Recovery, `mohur verify` and `mohur replay` are this one function over different stores.
// Errors   data_damaged: a record cannot be read, says what cannot have happened, or a conservation law does not hold after it;
//          io_failed; position_unknown.
#pragma once

#include <functional>
#include <limits>

#include "engine/fold.hpp"
#include "journal/place.hpp"
#include "journal/reader.hpp"

namespace mohur::engine {

struct ReplayOptions {
  std::uint64_t until = std::numeric_limits<std::uint64_t>::max();         // the last position that is applied
  std::function<void(std::uint64_t position, const kernel::Event&)> seen;  // told of every event, after it was applied
};

// Answers the position of the last event applied, which is the store's when nothing was left to do.
Result<std::uint64_t> replay(const journal::Place& place, Fold& fold, store::Store& store, const ReplayOptions& options = {});

// SHA-256 over all tables, keys in order: equal for equal states, whether they were lived or replayed.
Result<crypto::Hash256> state_hash(const store::Store& store);

}  // namespace mohur::engine
