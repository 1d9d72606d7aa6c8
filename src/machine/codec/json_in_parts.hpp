// How each kind of field is read from JSON, and the table of fields that a described struct makes; used through json_in.hpp.
#pragma once

#include <algorithm>
#include <limits>

#include "base/sealed.hpp"
#include "codec/json_reader.hpp"
#include "codec/shape.hpp"

namespace mohur::codec::json {

template <Described T>
const ObjectForm& form_of();

std::optional<Key128> parse_hex(std::string_view text);
void refuse_id(JsonReader& reader, std::string_view text, std::string_view prefix);
void refuse_token(JsonReader& reader, std::span<const std::string_view> tokens);
void refuse_text(JsonReader& reader, std::size_t size, std::size_t least, std::size_t most, std::string_view pattern);
inline constexpr std::string_view kTimeExpected = "Expected a time of RFC 3339, such as 2026-11-22T06:30:00.000Z.";

// A value that is written as a string in JSON; `text` is without its quotes.
template <class M>
void set_from_text(JsonReader& reader, std::string_view text, M& value) {
  if constexpr (std::same_as<M, std::string>) {
    value.assign(text);
  } else if constexpr (is_text<M>) {
    if (auto parsed = M::parse(text))
      value = std::move(*parsed);
    else
      refuse_text(reader, count_characters(text), M::min_size, M::max_characters, M::pattern);
  } else if constexpr (is_id<M>) {
    if (const auto id = M::parse(text))
      value = *id;
    else
      refuse_id(reader, text, M::prefix());
  } else if constexpr (std::same_as<M, Time>) {
    if (const auto time = parse_rfc3339(text))
      value = *time;
    else
      reader.refuse(Outcome::field_malformed, std::string{kTimeExpected});
  } else if constexpr (std::same_as<M, Key128>) {
    if (const auto key = parse_hex(text))
      value = *key;
    else
      reader.refuse(Outcome::field_malformed, "Expected 32 digits of 0-9 a-f.");
  } else {
    static_assert(DescribedEnum<M>, "a field has a type that cannot be read from JSON");
    if (const auto known = from_token<M>(text)) {
      value = *known;
    } else {
      std::vector<std::string_view> tokens;
      for (const auto& row : described_enumerators(M{})) tokens.push_back(row.token);
      refuse_token(reader, tokens);
    }
  }
}

template <class M>
bool read_number(JsonReader& reader, M& value) {
  using Limits = std::numeric_limits<std::int64_t>;
  std::int64_t number = 0;
  bool whole = false;
  if constexpr (std::same_as<M, Amount>) {
    whole = reader.read_whole(value.minor, Limits::min(), Limits::max(), "a whole number of minor units");
  } else if constexpr (std::same_as<M, Duration>) {
    whole = reader.read_whole(number, Limits::min() / 1'000'000, Limits::max() / 1'000'000, "a whole number of milliseconds");
    if (reader.is_clean()) value = milliseconds(number);
  } else {
    constexpr auto least = static_cast<std::int64_t>(std::numeric_limits<M>::min());
    constexpr auto most = static_cast<std::int64_t>(std::min<std::uint64_t>(std::numeric_limits<M>::max(), Limits::max()));
    whole = reader.read_whole(number, least, most, "a whole number");
    if (reader.is_clean()) value = static_cast<M>(number);
  }
  return whole;
}

// Once a body is refused its values are of no use, so no further items are kept.
template <class M>
bool read_value(JsonReader& reader, M& value) {
  static_assert(!std::same_as<M, Sealed> && !std::same_as<M, SealedNotes>, "callers send values, not sealed boxes");
  if constexpr (std::same_as<M, bool>) {
    return reader.read_bool(value);
  } else if constexpr (Whole<M> || std::same_as<M, Amount> || std::same_as<M, Duration>) {
    return read_number(reader, value);
  } else if constexpr (std::same_as<M, Notes>) {
    return reader.read_notes(value);
  } else if constexpr (Described<M>) {
    return reader.read_object(form_of<M>(), &value);
  } else if constexpr (is_optional<M>) {
    return read_value(reader, value.emplace());
  } else if constexpr (is_vector<M>) {
    const auto read_item = [](JsonReader& r, void* array) {
      auto& items = *static_cast<M*>(array);
      typename M::value_type item{};
      const bool whole = read_value(r, item);
      if (r.is_clean()) items.push_back(std::move(item));
      return whole;
    };
    return reader.read_array(read_item, &value);
  } else {
    std::optional<std::string_view> text;
    if (!reader.read_string(text)) return false;
    if (text) set_from_text(reader, *text, value);
    return true;
  }
}

template <Described T, std::size_t I>
bool read_field(JsonReader& reader, void* object) {
  return read_value(reader, static_cast<T*>(object)->*field_at<T, I>.pointer);
}

template <Described T>
consteval std::size_t count_visible() {
  std::size_t count = 0;
  for_each_field<T>([&](const auto& field) { count += field.is_internal ? 0 : 1; });
  return count;
}

template <Described T>
inline constexpr auto fields_of = [] {
  static_assert(count_visible<T>() <= 64);
  std::array<FieldForm, count_visible<T>()> fields{};
  std::size_t at = 0;
  for_each_index<T>([&](auto i) {
    if constexpr (!field_at<T, i>.is_internal) fields[at++] = {field_at<T, i>.name, &read_field<T, i>};
  });
  return fields;
}();

template <Described T>
consteval std::uint64_t required_bits() {
  std::uint64_t bits = 0;
  std::uint64_t bit = 1;
  for_each_index<T>([&](auto i) {
    if constexpr (field_at<T, i>.is_internal) return;
    if constexpr (!is_optional<MemberAt<T, i>>) bits |= bit;
    bit <<= 1;
  });
  return bits;
}

template <Described T>
inline constexpr ObjectForm form_for{fields_of<T>, required_bits<T>()};

template <Described T>
const ObjectForm& form_of() {
  return form_for<T>;
}

}  // namespace mohur::codec::json
