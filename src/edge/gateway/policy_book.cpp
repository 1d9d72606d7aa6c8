#include "gateway/policy_book.hpp"

#include <algorithm>

namespace mohur::gateway {

Result<void> PolicyBook::load(const engine::Archive& archive) {
  bool readable = true;
  MOHUR_TRY(archive.scan(kernel::Table::policy_versions, [&](std::string_view, std::string_view value) {
    policy::PolicyVersion version;
    readable = codec::decode(value, version);
    if (readable) put(version);
    return readable;
  }));
  if (!readable) return refuse(Outcome::data_damaged, {}, "A version of the policy cannot be read.");
  MOHUR_TRY(archive.scan(kernel::Table::policy_acceptances, [&](std::string_view, std::string_view value) {
    policy::PolicyAcceptance acceptance;
    readable = codec::decode(value, acceptance);
    if (readable) put(acceptance);
    return readable;
  }));
  if (!readable) return refuse(Outcome::data_damaged, {}, "An acceptance of the policy cannot be read.");
  return {};
}

void PolicyBook::on_durable(std::uint64_t, std::span<const kernel::Event> events) {
  for (const kernel::Event& event : events) {
    if (const auto* version = std::get_if<policy::PolicyVersion>(&event.object)) put(*version);
    if (const auto* acceptance = std::get_if<policy::PolicyAcceptance>(&event.object)) put(*acceptance);
  }
}

// The archive's rows come by the time of the proposals, and versions may be published in another order.
void PolicyBook::put(const policy::PolicyVersion& version) {
  if (!version.number || find(*version.number) != nullptr) return;
  const auto place = std::ranges::upper_bound(published_, *version.number, {}, &Entry::number);
  published_.insert(place, {version.id, *version.number, version.updated_at, version.effective_at, version.change_summary});
}

const PolicyBook::Entry* PolicyBook::in_force(Time now) const {
  const auto later = std::ranges::upper_bound(published_, now, {}, &Entry::effective_at);
  return later == published_.begin() ? nullptr : &*std::prev(later);
}

const PolicyBook::Entry* PolicyBook::find(std::uint32_t number) const {
  const auto found = std::ranges::find(published_, number, &Entry::number);
  return found == published_.end() ? nullptr : &*found;
}

const PolicyBook::Entry* PolicyBook::due_acceptance(registry::ClientId client, Time now) {
  const Entry* entry = in_force(now);
  return entry != nullptr && accepted_.insert({client, entry->number}).second ? entry : nullptr;
}

}  // namespace mohur::gateway
