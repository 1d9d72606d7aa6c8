// What all examples are made of: ids and times that are always the same, and the JSON of described structs with masks.
#pragma once

#include "codec/json_out.hpp"
#include "gateway/examples.hpp"

namespace mohur::gateway {

inline constexpr Time kMade{1'795'329'000'000'000'000};  // 2026-11-22T06:30:00Z
inline constexpr Time kDone = kMade + seconds(2);
inline constexpr Time kMoved{1'893'456'000'000'000'000};  // 2030-01-01T00:00:00Z, late enough to lie ahead for long

// Ids of different kinds, each always the same.
template <class AnyId>
AnyId id_of(std::uint64_t number) {
  return AnyId{{static_cast<std::uint64_t>(kMade.unix_ms()) << 16 | number, 0x5eed'c0de'cafe'0000ULL + number}};
}
inline const auto kClient = id_of<registry::ClientId>(1);
inline const auto kPerson = id_of<registry::PersonId>(2);
inline const auto kBeneficiary = id_of<payments::BeneficiaryId>(3);
inline const auto kPayin = id_of<payments::PayinId>(4);
inline const auto kPayout = id_of<payments::PayoutId>(5);
inline const auto kEndpoint = id_of<registry::WebhookEndpointId>(6);
inline const auto kAccount = id_of<ledger::AccountId>(13);

registry::Agreement example_agreement();

inline Sealed masked(std::string mask) { return {.subject = {}, .box = "sealed", .mask = std::move(mask)}; }

template <Described T>
std::string to_json(const T& value) {
  codec::MaskingRevealer masks;
  std::string out;
  codec::write_json(value, out, masks);
  return out;
}

template <Described T, Described More>
std::string to_json(const T& value, const More& more) {
  codec::MaskingRevealer masks;
  std::string out;
  codec::write_json_with(value, more, out, masks);
  return out;
}

}  // namespace mohur::gateway
