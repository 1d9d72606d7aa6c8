// Different things that were seen of each subject, until there are so many of them within a window.
//
// Different  by mark. What is seen again is the same thing, at a later time.
// Told       When the last one that was wanted is seen, all are handed out, and of this subject nothing is counted on that day of
//            India any more.
// Memory     kMostSubjects with room for kMostThings together at most, some 45 MB; when there are more, the half of the subjects
//            is let go of which nothing was seen for longest.
// Clock      May be set back: what is a window away in either direction does not count.
// Threads    The owner's only.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <optional>
#include <vector>

#include "base/ids.hpp"
#include "base/random.hpp"
#include "base/time.hpp"
#include "money/mode.hpp"

namespace mohur::watch {

struct Subject {
  Key128 key;
  Mode mode = Mode::live;
  bool operator==(const Subject&) const = default;
};

struct Thing {
  std::uint64_t mark = 0;
  Time at;
  Key128 example;  // id of an object by which people can look at it
};

class Sightings {
 public:
  static constexpr std::size_t kMostSubjects = 65'536;
  static constexpr std::size_t kMostThings = 1'000'000;

  explicit Sightings(Random& random) : subjects_(0, Hash{random.next_u64()}) {}

  // Those of the window, oldest first, when they are `count` with this one; nothing otherwise.
  std::vector<Thing> see(const Subject& subject, const Thing& thing, std::size_t count, Duration window);

  std::size_t subjects() const { return subjects_.size(); }
  std::size_t things() const { return things_; }

 private:
  // Whoever calls chooses addresses, so the hash has a secret.
  struct Hash {
    std::uint64_t seed;
    std::size_t operator()(const Subject& subject) const;
  };
  struct Seen {
    std::vector<Thing> things;
    std::size_t room = 0;    // that they take
    std::uint64_t turn = 0;  // when it was seen last
    std::optional<std::int64_t> told_on;
  };
  void let_go();

  boost::unordered_flat_map<Subject, Seen, Hash> subjects_;
  std::size_t things_ = 0;  // that there is room for
  std::uint64_t turn_ = 0;
};

}  // namespace mohur::watch
