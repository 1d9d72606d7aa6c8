#include "projections/floods.hpp"

#include <algorithm>

namespace mohur::projections {
namespace {

constexpr policy::Rate kAloneRate{.quota = Floods::kAlone, .window_s = 1, .burst = Floods::kAlone};
constexpr policy::Rate kSumsRate{.quota = Floods::kSums, .window_s = 1, .burst = Floods::kSums};

bool is_cheap_refusal(const RequestRecord& record) { return record.status == 401 || record.status == 429; }

// What they do not share is nobody's.
void keep_shared(std::string& text, const std::string& other) {
  if (text != other) text.clear();
}

void add(RequestRecord& sum, const RequestRecord& record) {
  sum.calls += record.calls;
  sum.until = std::max(sum.until.value_or(sum.at), record.at);
  sum.duration_us += record.duration_us;
  if (sum.caller != record.caller) sum.caller = {};
  if (sum.client != record.client) sum.client = {};
  if (sum.route != record.route) sum.route = "-";
  sum.client_request_id.clear();
  keep_shared(sum.from, record.from);
  keep_shared(sum.method, record.method);
  sum.forwarding_ignored = sum.forwarding_ignored || record.forwarding_ignored;
}

}  // namespace

bool Floods::absorb(const RequestRecord& record) {
  if (!is_cheap_refusal(record)) return false;
  latest_ = std::max(latest_, record.at);
  const policy::Applied alone[] = {{&kAloneRate, &alone_}};
  if (!policy::take(alone, latest_)) return false;
  Key key{record.client, record.mode, record.outcome};
  if (sums_.size() >= kMostSums && !sums_.contains(key)) key.client = {};
  const auto [sum, is_new] = sums_.try_emplace(std::move(key), record);
  sum->second.client = sum->first.client;
  if (!is_new) add(sum->second, record);
  return true;
}

void Floods::take_due(Time now, std::vector<RequestRecord>& out) {
  if (sums_.empty()) return;
  std::vector<std::pair<Time, const Key*>> oldest;
  for (const auto& [key, sum] : sums_) oldest.emplace_back(sum.at, &key);
  const std::size_t most = std::min<std::size_t>(kSums, oldest.size());
  std::ranges::partial_sort(oldest, oldest.begin() + static_cast<std::ptrdiff_t>(most), {}, &std::pair<Time, const Key*>::first);
  std::vector<Key> due;
  const policy::Applied together[] = {{&kSumsRate, &together_}};
  for (std::size_t i = 0; i < most && !policy::take(together, now); ++i) due.push_back(*oldest[i].second);
  for (const Key& key : due) {
    const auto sum = sums_.find(key);
    out.push_back(std::move(sum->second));
    sums_.erase(sum);
  }
}

void Floods::take_all(std::vector<RequestRecord>& out) {
  for (auto& [key, sum] : sums_) out.push_back(std::move(sum));
  sums_.clear();
}

}  // namespace mohur::projections
