// What kinds of field a described struct may have, and how to walk them at compile time.
//
// Scalar    bool, whole numbers, Amount, Time, Duration, described enums: one number each.
// Blob      std::string, Text<Rule>, Key128, Id<>: bytes with a length.
// Message   a described struct.
// Around    std::optional<X>, std::vector<X> of the above; std::variant<std::monostate, A, B, ...> of messages.
#pragma once

#include <array>
#include <concepts>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/describe.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "money/money.hpp"

namespace mohur::codec {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
// A std::variant, or a class made of one; how many alternatives it has besides the empty one.
template <Described... Ts>
std::integral_constant<std::size_t, sizeof...(Ts)> count_alternatives(const std::variant<std::monostate, Ts...>&);
template <class T>
inline constexpr bool is_variant = requires(const T& value) { count_alternatives(value); };
template <class T>
inline constexpr std::size_t alternatives_of = decltype(count_alternatives(std::declval<const T&>()))::value;
template <class T>
inline constexpr bool is_id = false;
template <FixedString Prefix>
inline constexpr bool is_id<Id<Prefix>> = true;

template <class T>
concept Whole = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char>;
template <class T>
concept Scalar = std::same_as<T, bool> || Whole<T> || std::same_as<T, Amount> || std::same_as<T, Time> ||
                 std::same_as<T, Duration> || DescribedEnum<T>;
template <class T>
concept Key = std::same_as<T, Key128> || is_id<T>;
template <class T>
concept Blob = std::same_as<T, std::string> || is_text<T> || Key<T>;
template <class T>
concept Plain = Scalar<T> || Blob<T> || Described<T>;

// Field I of T, as MOHUR_DESCRIBE lists it.
template <Described T>
inline constexpr auto fields_of = T::described_fields();
template <Described T>
inline constexpr std::size_t field_count = decltype(T::described_fields())::size;
template <Described T, std::size_t I>
inline constexpr const auto& field_at = nth_field<I>(fields_of<T>);
template <Described T, std::size_t I>
using MemberAt = typename std::remove_cvref_t<decltype(nth_field<I>(fields_of<T>))>::member_type;

// Calls `f(std::integral_constant<std::size_t, I>)` for each field.
template <Described T, class F>
constexpr void for_each_index(F&& f) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (f(std::integral_constant<std::size_t, I>{}), ...);
  }(std::make_index_sequence<field_count<T>>{});
}

// How many field numbers a member takes: a variant takes one for each alternative, counted up from its own.
template <class M>
consteval std::uint32_t count_numbers() {
  if constexpr (is_variant<M>) return alternatives_of<M>;
  return 1;
}
template <class M>
inline constexpr std::uint32_t numbers_taken = count_numbers<M>();

// Whether each number is one that protobuf allows (1 to 536,870,911, not 19,000 to 19,999) and stands once.
struct NumberRange {
  std::uint32_t first, last;
};
template <Described T>
consteval bool numbers_are_sound() {
  std::array<NumberRange, field_count<T>> ranges{};
  for_each_index<T>([&](auto i) {
    const std::uint32_t first = field_at<T, i>.number;
    ranges[i] = {first, first + numbers_taken<MemberAt<T, i>> - 1};
  });
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    const auto [first, last] = ranges[i];
    if (first < 1 || last > 536'870'911 || (first <= 19'999 && last >= 19'000)) return false;
    for (std::size_t j = 0; j < i; ++j)
      if (ranges[j].first <= last && ranges[j].last >= first) return false;
  }
  return true;
}

template <class M>
inline constexpr bool is_known_kind = Plain<M> || is_variant<M>;
template <Plain M>
inline constexpr bool is_known_kind<std::optional<M>> = true;
template <Plain M>
inline constexpr bool is_known_kind<std::vector<M>> = true;

template <Described T>
consteval bool kinds_are_known() {
  bool known = true;
  for_each_index<T>([&](auto i) { known = known && is_known_kind<MemberAt<T, i>>; });
  return known;
}

// The tokens of E by number: tokens_of<E>[number], empty where the table has no such number.
template <DescribedEnum E>
inline constexpr auto tokens_of = [] {
  std::array<std::string_view, 256> tokens{};
  for (const auto& row : described_enumerators(E{})) tokens[static_cast<std::uint8_t>(row.value)] = row.token;
  return tokens;
}();

// Zero is the wire's word for "absent", so no enumerator may have it.
template <DescribedEnum E>
inline constexpr bool zero_is_free = tokens_of<E>[0].empty();

}  // namespace mohur::codec
