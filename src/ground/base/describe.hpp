// Describe once: one list of fields per struct, from which its bytes, its JSON, its schema and its table columns come.
//
//   struct Refund {
//     RefundId id;
//     Amount amount;
//     MOHUR_DESCRIBE(Refund, (1, id), (2, amount, "Minor units of the pay-in's currency."))
//   };
//   MOHUR_ENUM(RefundStatus, (1, pending), (2, processed), (3, failed))
//
// Number   the field number of the protobuf wire format. Permanent: old journals are read for ever.
// Sentence optional third part: what the field means, for the generated API reference.
// Internal `internal` as third part keeps a field out of every JSON answer and schema; it is still journaled.
// Absent   std::optional: absent is null in JSON. All other fields are required in JSON input.
#pragma once

#include <array>
#include <boost/preprocessor/punctuation/comma_if.hpp>
#include <boost/preprocessor/seq/for_each.hpp>
#include <boost/preprocessor/seq/for_each_i.hpp>
#include <boost/preprocessor/tuple/elem.hpp>
#include <boost/preprocessor/variadic/to_seq.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>

namespace mohur {

struct Internal {};
inline constexpr Internal internal{};

template <class Owner, class Member>
struct Field {
  using member_type = Member;
  std::uint32_t number;
  std::string_view name;
  Member Owner::* pointer;
  std::string_view sentence;
  bool is_internal;
};

template <class Owner, class Member>
consteval Field<Owner, Member> field(std::uint32_t number, std::string_view name, Member Owner::* pointer,
                                     std::string_view sentence = {}) {
  return {number, name, pointer, sentence, false};
}
template <class Owner, class Member>
consteval Field<Owner, Member> field(std::uint32_t number, std::string_view name, Member Owner::* pointer, Internal) {
  return {number, name, pointer, {}, true};
}

// The fields of a type, in order. A std::tuple would hold them as well, at a multiple of the compiler's time.
template <std::size_t Index, class F>
struct FieldSlot {
  F field;
};
template <class Indices, class... Fields>
struct FieldListOf;
template <std::size_t... Indices, class... Fields>
struct FieldListOf<std::index_sequence<Indices...>, Fields...> : FieldSlot<Indices, Fields>... {
  static constexpr std::size_t size = sizeof...(Fields);
};
template <class... Fields>
consteval auto field_list(Fields... fields) {
  return FieldListOf<std::index_sequence_for<Fields...>, Fields...>{{fields}...};
}
template <std::size_t Index, class F>
constexpr const F& nth_field(const FieldSlot<Index, F>& slot) {
  return slot.field;
}

template <class T>
concept Described = requires { typename T::described_type; } && std::is_same_v<typename T::described_type, T>;

// Calls `f(field)` for each field of T, in the order of the description.
template <Described T, class F>
constexpr void for_each_field(F&& f) {
  [&]<std::size_t... Indices, class... Fields>(const FieldListOf<std::index_sequence<Indices...>, Fields...>& list) {
    (f(nth_field<Indices>(list)), ...);
  }(T::described_fields());
}

template <class E>
struct Enumerator {
  E value;
  std::string_view token;
};

template <class E>
concept DescribedEnum = std::is_enum_v<E> && requires(E e) { described_enumerators(e); };

// The token of an enumerator: the word that the API uses for it. Empty for a number that the table does not hold.
template <DescribedEnum E>
constexpr std::string_view to_token(E value) {
  for (const auto& row : described_enumerators(E{}))
    if (row.value == value) return row.token;
  return {};
}

template <DescribedEnum E>
constexpr std::optional<E> from_token(std::string_view token) {
  for (const auto& row : described_enumerators(E{}))
    if (row.token == token) return row.value;
  return std::nullopt;
}

}  // namespace mohur

#define MOHUR_FIELD_(number, member, ...) ::mohur::field(number, #member, &described_type::member __VA_OPT__(, ) __VA_ARGS__)
#define MOHUR_FIELD_STEP_(r, data, i, item) BOOST_PP_COMMA_IF(i) MOHUR_FIELD_ item
#define MOHUR_DESCRIBE(Type, ...)                                                                                     \
  using described_type = Type;                                                                                        \
  [[maybe_unused]] static constexpr std::string_view described_name = #Type;                                          \
  static consteval auto described_fields() {                                                                          \
    return ::mohur::field_list(BOOST_PP_SEQ_FOR_EACH_I(MOHUR_FIELD_STEP_, _, BOOST_PP_VARIADIC_TO_SEQ(__VA_ARGS__))); \
  }

#define MOHUR_ENUMERATOR_(number, token) token = number,
#define MOHUR_ENUMERATOR_STEP_(r, data, item) MOHUR_ENUMERATOR_ item
#define MOHUR_ENUM_ROW_(r, Type, item) \
  ::mohur::Enumerator<Type>{Type::BOOST_PP_TUPLE_ELEM(1, item), MOHUR_TOKEN_(BOOST_PP_TUPLE_ELEM(1, item))},
#define MOHUR_TOKEN_(token) MOHUR_TOKEN_TEXT_(token)
#define MOHUR_TOKEN_TEXT_(token) #token
#define MOHUR_ENUM(Type, ...)                                                                                                 \
  enum class Type : std::uint8_t { BOOST_PP_SEQ_FOR_EACH(MOHUR_ENUMERATOR_STEP_, _, BOOST_PP_VARIADIC_TO_SEQ(__VA_ARGS__)) }; \
  constexpr std::string_view described_enum_name(Type) { return #Type; }                                                      \
  constexpr auto described_enumerators(Type) {                                                                                \
    return std::to_array<::mohur::Enumerator<Type>>(                                                                          \
        {BOOST_PP_SEQ_FOR_EACH(MOHUR_ENUM_ROW_, Type, BOOST_PP_VARIADIC_TO_SEQ(__VA_ARGS__))});                               \
  }
