#include "registry/notice.hpp"

#include <algorithm>

namespace mohur::registry {

std::optional<Notice> record(const Notice& notice, NoticeChannel channel, SendingStatus status, NoticeProof proof, Time now) {
  Notice after = notice;
  const auto sending = std::ranges::find_if(
      after.sendings, [&](const Sending& each) { return each.channel == channel && each.status == SendingStatus::queued; });
  if (sending == after.sendings.end()) return std::nullopt;

  // After this point, it becomes known.
  sending->status = status;
  sending->proof = std::move(proof);
  const auto is = [](SendingStatus wanted) { return [wanted](const Sending& each) { return each.status == wanted; }; };
  if (std::ranges::any_of(after.sendings, is(SendingStatus::sent)))
    after.status = NoticeStatus::sent;
  else if (std::ranges::none_of(after.sendings, is(SendingStatus::queued)))
    after.status = NoticeStatus::failed;
  after.updated_at = now;
  after.sequence += 1;
  return after;
}

}  // namespace mohur::registry
