#include "gateway/guesses.hpp"

#include <algorithm>
#include <vector>

namespace mohur::gateway {
namespace {

constexpr policy::Rate kTolerated{.quota = 120, .window_s = 3'600, .burst = Guesses::kToldAsWrong};
constexpr Duration kFirstBlock = minutes(1);
constexpr Duration kLongestBlock = hours(1);

Key128 network_of(const IpAddress& address) {
  Key128 key;
  const auto& bytes = address.bytes();
  for (std::size_t i = 0; i < 8; ++i) key.high = key.high << 8 | bytes[i];
  if (address.is_v4())
    for (std::size_t i = 8; i < 16; ++i) key.low = key.low << 8 | bytes[i];
  return key;
}

}  // namespace

std::size_t Guesses::Hash::operator()(const Key128& key) const {
  constexpr std::uint64_t kOdd = 0x9e37'79b9'7f4a'7c15;
  std::uint64_t mixed = (key.high ^ seed) * kOdd;
  mixed = ((mixed ^ mixed >> 32) + key.low) * kOdd;
  return mixed ^ mixed >> 29;
}

std::optional<Duration> Guesses::wrong(const IpAddress& from, Time now) {
  if (addresses_.size() >= kMostAddresses) let_go(now);
  Address& address = addresses_[network_of(from)];
  if (now < address.blocked_until) return address.blocked_until - now;
  if (address.meter.drained_at <= now) address.last_block = {};
  const policy::Applied tolerated[] = {{&kTolerated, &address.meter}};
  if (!policy::take(tolerated, now)) return std::nullopt;
  address.last_block = address.last_block.ns == 0 ? kFirstBlock : std::min(address.last_block * 2, kLongestBlock);
  address.blocked_until = now + address.last_block;
  // While it is blocked nothing drains: whoever waits for the end of the block has not been good for as long.
  address.meter.drained_at = address.meter.drained_at + address.last_block;
  return address.last_block;
}

// The half that will be forgotten first, so that looking for it costs each new address a constant.
void Guesses::let_go(Time now) {
  const auto end_of = [](const Address& address) { return std::max(address.meter.drained_at, address.blocked_until); };
  std::vector<Time> ends;
  ends.reserve(addresses_.size());
  for (const auto& entry : addresses_) ends.push_back(end_of(entry.second));
  const auto middle = ends.begin() + static_cast<std::ptrdiff_t>(ends.size() / 2);
  std::ranges::nth_element(ends, middle);
  const Time last = std::max(*middle, now);
  boost::unordered::erase_if(addresses_, [&](const auto& entry) { return end_of(entry.second) <= last; });
}

}  // namespace mohur::gateway
