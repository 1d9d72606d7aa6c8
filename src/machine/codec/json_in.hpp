// JSON to described structs: the body of a request becomes a typed input, or one refusal per fault.
//
// Kinds     bool, whole numbers, Amount, Time (RFC 3339), Duration (whole milliseconds), described enums (by token), Id,
//           Key128 (32 hex digits), std::string, Text<Rule>, Notes, described structs; std::optional and std::vector of these.
// Required  every field that is not optional, vectors included. Fields marked `internal` are unknown to callers.
// Errors    as codec/json_reader.hpp lists them; the order is that of the outcome table.
// Padding   a body in a buffer with kJsonPadding readable bytes behind it is read in place; others are copied first.
#pragma once

#include <expected>

#include "codec/json_in_parts.hpp"

namespace mohur::codec {

// The maker's word that kJsonPadding bytes behind the text can be read.
struct PaddedBody {
  std::string_view text;
};

// Every fault of the body, at most JsonReader::most_refusals, in order of precedence.
template <Described T>
std::expected<T, std::vector<Refusal>> read_json_all(const Scan& scan) {
  std::expected<T, std::vector<Refusal>> value;
  JsonReader reader{scan};
  reader.read_root(json::form_of<T>(), &*value);
  if (!reader.is_clean()) value = std::unexpected(reader.take_refusals());
  return value;
}
template <Described T>
std::expected<T, std::vector<Refusal>> read_json_all(std::string_view body) {
  return read_json_all<T>(scan_copy(body));
}
template <Described T>
std::expected<T, std::vector<Refusal>> read_json_all(PaddedBody body) {
  return read_json_all<T>(scan_padded(body.text));
}

// The first fault only.
template <Described T>
Result<T> read_json(const Scan& scan) {
  Result<T> value;
  JsonReader reader{scan};
  reader.read_root(json::form_of<T>(), &*value);
  if (!reader.is_clean()) value = std::unexpected(std::move(reader.take_refusals().front()));
  return value;
}
template <Described T>
Result<T> read_json(std::string_view body) {
  return read_json<T>(scan_copy(body));
}
template <Described T>
Result<T> read_json(PaddedBody body) {
  return read_json<T>(scan_padded(body.text));
}

}  // namespace mohur::codec
