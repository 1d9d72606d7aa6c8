// Described structs to bytes and back, in the protobuf wire format; docs/formats/records.md has the mapping and an example.
//
// Order    Fields are written in the order of their description. Equal values give equal bytes.
// Zero     A zero or empty value of a field that is not optional is not written; a present optional always is. Decoding
//          first sets every field to zero, whatever its initializer says, so that what was not written reads as zero.
// Unknown  Field numbers that T does not have are passed over: a program reads records that a newer one wrote.
// Errors   decode answers false for bytes that no writer of T made: cut off, wrong wire type, number out of range,
//          unknown enumerator, nesting beyond 32. The value is then unspecified. Memory stays in proportion to the input.
#pragma once

#include "codec/binary_fields.hpp"
#include "codec/binary_read.hpp"

namespace mohur::codec {

// Appends the bytes of `value` to `out`.
template <Described T>
void encode(const T& value, std::string& out) {
  const std::size_t before = out.size();
  out.resize_and_overwrite(before + binary::most_bytes(value), [&](char* data, std::size_t) {
    return static_cast<std::size_t>(binary::put_message(data + before, value) - data);
  });
}

template <Described T>
[[nodiscard]] bool decode(std::string_view bytes, T& value) {
  WireReader in{bytes};
  binary::clear(value);
  return binary::take_message(in, value, 1);
}

}  // namespace mohur::codec
