// Random values of described types: a seed is a record, so a failure can be made again.
#pragma once

#include <cstdint>

#include "codec/sample.hpp"
#include "codec/shape.hpp"

namespace mohur::codec::sample {

// SplitMix64.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15ULL;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
    return z ^ z >> 31;
  }
  std::uint64_t below(std::uint64_t limit) { return next() % limit; }
  // Of every magnitude, and often zero.
  std::uint64_t number() { return below(4) == 0 ? 0 : next() >> below(64); }

 private:
  std::uint64_t state_;
};

template <class M>
void randomize(Dice& dice, M& value) {
  if constexpr (std::same_as<M, bool>) {
    value = dice.below(2) == 1;
  } else if constexpr (Whole<M>) {
    value = static_cast<M>(dice.number());
    if (std::is_signed_v<M> && dice.below(2) == 1) value = static_cast<M>(~value);
  } else if constexpr (std::same_as<M, Amount>) {
    randomize(dice, value.minor);
  } else if constexpr (std::same_as<M, Time> || std::same_as<M, Duration>) {
    value.ns = static_cast<std::int64_t>(dice.number() >> 1);
  } else if constexpr (std::same_as<M, Key128>) {
    value = {dice.number(), dice.number()};
  } else if constexpr (is_id<M>) {
    randomize(dice, value.value);
  } else if constexpr (std::same_as<M, Plate>) {
    value = dice.below(3) == 0 ? Plate{} : *Plate::parse(std::string(2 + dice.below(7), static_cast<char>('A' + dice.below(26))));
  } else if constexpr (std::same_as<M, std::string>) {
    value.clear();
    for (std::uint64_t size = dice.number() % 200; value.size() < size;) value += static_cast<char>(dice.next());
  } else if constexpr (DescribedEnum<M>) {
    const auto rows = described_enumerators(M{});
    value = dice.below(4) == 0 ? M{} : rows[dice.below(rows.size())].value;
  } else if constexpr (is_optional<M>) {
    value.reset();
    if (dice.below(2) == 1) randomize(dice, value.emplace());
  } else if constexpr (is_vector<M>) {
    value.clear();
    for (std::uint64_t size = dice.below(5); value.size() < size;) randomize(dice, value.emplace_back());
  } else if constexpr (is_variant<M>) {
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      const std::uint64_t chosen = dice.below(sizeof...(I));
      ((I == chosen ? randomize(dice, value.template emplace<I>()) : void()), ...);
    }(std::make_index_sequence<alternatives_of<M> + 1>{});
  } else if constexpr (Described<M>) {
    for_each_field<M>([&](const auto& field) { randomize(dice, value.*field.pointer); });
  } else {
    static_assert(std::same_as<M, std::monostate>);
  }
}

template <class M>
M random_value(std::uint64_t seed) {
  Dice dice{seed};
  M value{};
  randomize(dice, value);
  return value;
}

}  // namespace mohur::codec::sample
