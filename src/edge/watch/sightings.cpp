#include "watch/sightings.hpp"

#include <algorithm>
#include <utility>

#include "base/india.hpp"

namespace mohur::watch {

std::size_t Sightings::Hash::operator()(const Subject& subject) const {
  constexpr std::uint64_t kOdd = 0x9e37'79b9'7f4a'7c15;
  std::uint64_t mixed = (subject.key.high ^ seed) * kOdd;
  mixed = ((mixed ^ mixed >> 32) + subject.key.low) * kOdd;
  return (mixed ^ mixed >> 29) + static_cast<std::size_t>(subject.mode);
}

std::vector<Thing> Sightings::see(const Subject& subject, const Thing& thing, std::size_t count, Duration window) {
  if (subjects_.size() >= kMostSubjects || things_ >= kMostThings) let_go();
  Seen& seen = subjects_[subject];
  seen.turn = ++turn_;
  const std::int64_t today = india::day_of(thing.at);
  if (seen.told_on == today) return {};
  std::vector<Thing>& things = seen.things;
  std::erase_if(things, [&](const Thing& each) { return each.at + window <= thing.at || thing.at + window <= each.at; });
  if (const auto same = std::ranges::find(things, thing.mark, &Thing::mark); same != things.end()) {
    same->at = thing.at;
    std::rotate(same, same + 1, things.end());  // so that they stand as they were seen
    return {};
  }
  things_ -= seen.room;
  if (things.capacity() > 2 * things.size() + 8) things.shrink_to_fit();
  things.push_back(thing);
  std::vector<Thing> all;
  if (things.size() >= count) {
    all = std::exchange(things, {});
    seen.told_on = today;
  }
  seen.room = things.capacity();
  things_ += seen.room;
  return all;
}

// So that looking for them costs each new subject a constant.
void Sightings::let_go() {
  std::vector<std::uint64_t> turns;
  turns.reserve(subjects_.size());
  for (const auto& entry : subjects_) turns.push_back(entry.second.turn);
  const auto middle = turns.begin() + static_cast<std::ptrdiff_t>(turns.size() / 2);
  std::ranges::nth_element(turns, middle);
  boost::unordered::erase_if(subjects_, [&](const auto& entry) {
    if (entry.second.turn > *middle) return false;
    things_ -= entry.second.room;
    return true;
  });
}

}  // namespace mohur::watch
