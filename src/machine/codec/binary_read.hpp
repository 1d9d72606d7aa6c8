// How the fields of a message are found among its bytes and read, in whatever order and number they come; used through
// binary.hpp.
#pragma once

#include "codec/binary_parts.hpp"

namespace mohur::codec::binary {

template <class M>
void clear_member(M& value) {
  if constexpr (Described<M>)
    clear(value);
  else if constexpr (std::same_as<M, std::string> || is_vector<M>)
    value.clear();
  else
    value = M{};
}

template <Described T>
void clear(T& value) {
  for_each_field<T>([&](const auto& field) { clear_member(value.*field.pointer); });
}

// The one value of an optional, or the alternative of a variant, made zero if it was not there. A message whose parts
// come in several pieces is merged, as protobuf asks.
template <class M>
M& present(std::optional<M>& value) {
  if (!value) clear_member(value.emplace());
  return *value;
}
template <std::size_t I, class... Ts>
auto& present(std::variant<Ts...>& value) {
  if (value.index() != I) clear_member(value.template emplace<I>());
  return *std::get_if<I>(&value);
}

// Elements of scalars come packed or one by one; both are read, as protobuf asks.
template <class Element>
bool take_elements(WireReader& in, std::uint32_t tag, std::vector<Element>& value, int depth) {
  const auto type = static_cast<WireType>(tag & 7);
  if constexpr (Scalar<Element>) {
    Element element{};
    if (type == wire_type_of<Element>) {
      if (!take_payload(in, element, depth)) return false;
      value.push_back(element);
      return true;
    }
    std::string_view packed;
    if (type != WireType::bytes || !in.take_bytes(packed)) return false;
    for (WireReader inner{packed}; !inner.done(); value.push_back(element))
      if (!take_payload(inner, element, depth)) return false;
    return true;
  } else {
    if (type != WireType::bytes) return false;
    clear_member(value.emplace_back());
    return take_payload(in, value.back(), depth);
  }
}

template <class M>
bool take_field(WireReader& in, std::uint32_t tag, std::uint32_t first_number, M& value, int depth) {
  const auto type = static_cast<WireType>(tag & 7);
  if constexpr (is_optional<M>) {
    return type == wire_type_of<typename M::value_type> && take_payload(in, present(value), depth);
  } else if constexpr (is_variant<M>) {
    if (type != WireType::bytes) return false;
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return ((((tag >> 3) - first_number == I) && take_payload(in, present<I + 1>(value), depth)) || ...);
    }(std::make_index_sequence<alternatives_of<M>>{});
  } else if constexpr (is_vector<M>) {
    return take_elements(in, tag, value, depth);
  } else {
    return type == wire_type_of<M> && take_payload(in, value, depth);
  }
}

template <Described T>
bool take_message(WireReader& in, T& value, int depth) {
  std::uint32_t tag = 0;
  while (!in.done()) {
    if (!in.take_tag(tag)) return false;
    bool taken = false;
    const bool known = [&]<std::size_t... I>(std::index_sequence<I...>) {
      return (((tag >> 3) - field_at<T, I>.number < numbers_taken<MemberAt<T, I>> &&
               (taken = take_field(in, tag, field_at<T, I>.number, value.*field_at<T, I>.pointer, depth), true)) ||
              ...);
    }(std::make_index_sequence<field_count<T>>{});
    if (!(known ? taken : in.skip(tag))) return false;
  }
  return true;
}

}  // namespace mohur::codec::binary
