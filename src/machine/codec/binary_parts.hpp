// How each kind of field is written and read in the protobuf wire format; used through binary.hpp.
//
// Three functions per kind: most_... is a bound of its bytes that is quick to tell, put_... writes them to memory of that size,
// take_... reads them back.
#pragma once

#include <limits>

#include "codec/shape.hpp"
#include "codec/wire.hpp"

namespace mohur::codec::binary {

inline constexpr int kDeepest = 32;
inline constexpr std::size_t kMostVarint = 10;

template <Described T>
std::size_t most_bytes(const T& value);
template <Described T>
char* put_message(char* at, const T& value);
template <Described T>
bool take_message(WireReader& in, T& value, int depth);
template <Described T>
void clear(T& value);

// ---- scalars: one number, as a varint or, for Time, as eight bytes

template <Scalar M>
constexpr std::uint64_t number_of(const M& value) {
  if constexpr (std::same_as<M, Amount>)
    return zigzag(value.minor);
  else if constexpr (std::same_as<M, Duration>)
    return zigzag(value.ns);
  else if constexpr (std::same_as<M, Time>)
    return static_cast<std::uint64_t>(value.ns);
  else if constexpr (DescribedEnum<M>) {
    static_assert(zero_is_free<M>, "enumerators are numbered from 1: 0 is what an absent field reads as");
    return static_cast<std::uint8_t>(value);
  } else if constexpr (std::signed_integral<M>)
    return zigzag(value);
  else
    return value;
}

template <Scalar M>
constexpr bool set_number(M& value, std::uint64_t number) {
  if constexpr (std::same_as<M, Amount>)
    value.minor = unzigzag(number);
  else if constexpr (std::same_as<M, Duration>)
    value.ns = unzigzag(number);
  else if constexpr (std::same_as<M, Time>)
    value.ns = static_cast<std::int64_t>(number);
  else if constexpr (DescribedEnum<M>) {
    if (number > 255 || (number != 0 && tokens_of<M>[number].empty())) return false;
    value = static_cast<M>(number);
  } else if constexpr (std::signed_integral<M>) {
    const std::int64_t whole = unzigzag(number);
    if (!std::in_range<M>(whole)) return false;
    value = static_cast<M>(whole);
  } else {
    if (number > static_cast<std::uint64_t>(std::numeric_limits<M>::max())) return false;
    value = static_cast<M>(number);
  }
  return true;
}

// The wire type of one element of kind M.
template <Plain M>
constexpr WireType wire_type_of = !Scalar<M>              ? WireType::bytes
                                  : std::same_as<M, Time> ? WireType::fixed64
                                                          : WireType::varint;

template <Scalar M>
constexpr std::size_t most_payload(const M&) {
  if constexpr (wire_type_of<M> == WireType::fixed64)
    return 8;
  else
    return sizeof(M) == 1 ? 2 : kMostVarint;
}

// Of packed elements: the exact size.
template <Scalar M>
std::size_t payload_size(const M& value) {
  return wire_type_of<M> == WireType::fixed64 ? 8 : varint_size(number_of(value));
}

template <Scalar M>
char* put_payload(char* at, const M& value) {
  if constexpr (wire_type_of<M> == WireType::fixed64)
    return put_fixed64(at, number_of(value));
  else
    return put_varint(at, number_of(value));
}

template <Scalar M>
bool take_payload(WireReader& in, M& value, int) {
  std::uint64_t number = 0;
  if constexpr (wire_type_of<M> == WireType::fixed64)
    return in.take_fixed64(number) && set_number(value, number);
  else
    return in.take_varint(number) && set_number(value, number);
}

// ---- blobs and messages: bytes with a length before them

template <class M>
  requires(Blob<M> || Described<M>)
std::size_t most_payload(const M& value) {
  if constexpr (Described<M>)
    return kMostVarint + most_bytes(value);
  else if constexpr (Key<M>)
    return 17;
  else
    return kMostVarint + std::string_view{value}.size();
}

// A message is written behind the place for its length, which is guessed, and moved where the guess was wrong.
template <Described M>
char* put_payload(char* at, const M& value) {
  constexpr std::size_t guessed = sizeof(M) > 256 ? 2 : 1;
  char* const begin = at + guessed;
  const auto size = static_cast<std::size_t>(put_message(begin, value) - begin);
  const std::size_t length_size = varint_size(size);
  if (length_size != guessed) std::memmove(at + length_size, begin, size);
  put_varint(at, size);
  return at + length_size + size;
}

template <Blob M>
char* put_payload(char* at, const M& value) {
  if constexpr (std::same_as<M, Key128>) {
    *at = 16;
    return put_big_endian(put_big_endian(at + 1, value.high), value.low);
  } else if constexpr (is_id<M>) {
    return put_payload(at, value.value);
  } else {
    const std::string_view bytes{value};
    return put_bytes(put_varint(at, bytes.size()), bytes);
  }
}

template <class M>
  requires(Blob<M> || Described<M>)
bool take_payload(WireReader& in, M& value, int depth) {
  std::string_view bytes;
  if (!in.take_bytes(bytes)) return false;
  if constexpr (Described<M>) {
    WireReader inner{bytes};
    return depth < kDeepest && take_message(inner, value, depth + 1);
  } else if constexpr (Key<M>) {
    if (bytes.size() != 16) return false;
    value = M{Key128{get_big_endian(bytes.data()), get_big_endian(bytes.data() + 8)}};
  } else if constexpr (is_text<M>) {
    value = M::trusted(std::string{bytes});
  } else {
    value.assign(bytes);
  }
  return true;
}

}  // namespace mohur::codec::binary
