// Floods of refused calls: beyond a small rate they are kept as one record with a count, so that nobody fills the log of calls by
// being refused.
//
// Which     Refusals that anybody can have as many of as they like: those with status 401 and 429.
// Bound     kAlone records a second by themselves, and kSums sums a second: no flood adds more, from however many sides it comes.
// Sum       Of one client, mode and outcome. It has the first call's id and time; what its calls do not share is left empty.
// Adds up   The counts of all records together are the calls that were made: none is forgotten. Beyond kMostSums, sums are no
//           longer kept apart by client.
// Threads   Its owner's lock.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <vector>

#include "policy/rate.hpp"
#include "projections/request_record.hpp"

namespace mohur::projections {

class Floods {
 public:
  static constexpr std::uint32_t kAlone = 20;
  static constexpr std::uint32_t kSums = 20;
  static constexpr std::size_t kMostSums = 10'000;

  // Whether the record is kept as part of a sum; otherwise it is to be written by itself.
  bool absorb(const RequestRecord& record);

  // Adds the sums that may be written now, oldest first. Time is steady.
  void take_due(Time now, std::vector<RequestRecord>& out);
  // All that there are: at a stop.
  void take_all(std::vector<RequestRecord>& out);

  bool empty() const { return sums_.empty(); }

 private:
  struct Key {
    registry::ClientId client;
    Mode mode = Mode::test;
    std::string outcome;
    bool operator==(const Key&) const = default;
    friend std::size_t hash_value(const Key& key) {
      return mohur::hash_value(key.client) * 2 + static_cast<std::size_t>(key.mode) + std::hash<std::string>{}(key.outcome);
    }
  };

  boost::unordered_flat_map<Key, RequestRecord> sums_;
  policy::Meter alone_, together_;
  Time latest_;  // of the records: their clock may be set back
};

}  // namespace mohur::projections
