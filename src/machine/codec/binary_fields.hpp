// How a whole field, with its tag and what stands around its value (optional, vector, variant), is written in the protobuf
// wire format, and how much it may take; used through binary.hpp.
#pragma once

#include "codec/binary_parts.hpp"

namespace mohur::codec::binary {

template <std::uint32_t Tag>
char* put_tag(char* at) {
  if constexpr (Tag < 0x80) {
    *at = static_cast<char>(Tag);
    return at + 1;
  } else {
    return put_varint(at, Tag);
  }
}

template <class M>
  requires(Scalar<M> || Blob<M>)
bool is_zero(const M& value) {
  if constexpr (Scalar<M>)
    return number_of(value) == 0;
  else if constexpr (Key<M>)
    return value.is_zero();
  else
    return std::string_view{value}.empty();
}

// Calls `f(alternative, number)` for the alternative that a variant holds; its number counts up from the field's.
template <std::uint32_t Number, class... Ts, class F>
void with_alternative(const std::variant<std::monostate, Ts...>& value, F&& f) {
  [&]<std::size_t... I>(std::index_sequence<I...>) {
    (void)((value.index() == I + 1 &&
            (f(*std::get_if<I + 1>(&value), std::integral_constant<std::uint32_t, Number + I>{}), true)) ||
           ...);
  }(std::index_sequence_for<Ts...>{});
}

// ---- measuring

template <std::uint32_t Number, class M>
std::size_t most_field_bytes(const M& value) {
  constexpr std::size_t tag_size = varint_size(make_tag(Number, WireType::bytes));
  if constexpr (is_optional<M>) {
    return value ? tag_size + most_payload(*value) : 0;
  } else if constexpr (is_variant<M>) {
    std::size_t size = 0;
    with_alternative<Number>(value, [&](const auto& held, auto number) {
      size = varint_size(make_tag(number, WireType::bytes)) + most_payload(held);
    });
    return size;
  } else if constexpr (is_vector<M>) {
    std::size_t size = tag_size + kMostVarint;
    for (const auto& element : value) size += tag_size + most_payload<typename M::value_type>(element);
    return size;
  } else {
    return tag_size + most_payload(value);
  }
}

template <Described T>
std::size_t most_bytes(const T& value) {
  static_assert(numbers_are_sound<T>(), "a field number is out of range or stands twice");
  static_assert(kinds_are_known<T>(), "a field has a type that docs/formats/records.md does not map");
  return [&]<std::size_t... I>(std::index_sequence<I...>) -> std::size_t {
    return (std::size_t{0} + ... + most_field_bytes<field_at<T, I>.number>(value.*field_at<T, I>.pointer));
  }(std::make_index_sequence<field_count<T>>{});
}

// ---- writing

template <std::uint32_t Number, class M>
char* put_field(char* at, const M& value) {
  if constexpr (is_optional<M>) {
    if (!value) return at;
    return put_payload(put_tag<make_tag(Number, wire_type_of<typename M::value_type>)>(at), *value);
  } else if constexpr (is_variant<M>) {
    with_alternative<Number>(value, [&](const auto& held, auto number) {
      at = put_payload(put_tag<make_tag(decltype(number)::value, WireType::bytes)>(at), held);
    });
    return at;
  } else if constexpr (is_vector<M>) {
    using Element = typename M::value_type;
    if constexpr (Scalar<Element>) {
      if (value.empty()) return at;
      std::size_t size = 0;
      for (const auto& element : value) size += payload_size<Element>(element);
      at = put_varint(put_tag<make_tag(Number, WireType::bytes)>(at), size);
      for (const auto& element : value) at = put_payload<Element>(at, element);
    } else {
      for (const auto& element : value) at = put_payload(put_tag<make_tag(Number, WireType::bytes)>(at), element);
    }
    return at;
  } else if constexpr (Described<M>) {
    char* const payload = put_tag<make_tag(Number, WireType::bytes)>(at);
    char* const end = put_payload(payload, value);
    return end == payload + 1 ? at : end;  // an empty record is not written
  } else {
    if (is_zero(value)) return at;
    return put_payload(put_tag<make_tag(Number, wire_type_of<M>)>(at), value);
  }
}

template <Described T>
char* put_message(char* at, const T& value) {
  for_each_index<T>([&](auto i) { at = put_field<field_at<T, i>.number>(at, value.*field_at<T, i>.pointer); });
  return at;
}

}  // namespace mohur::codec::binary
