// How each kind of field is written as JSON; used through json_out.hpp.
#pragma once

#include "codec/json_writer.hpp"
#include "codec/notes.hpp"
#include "codec/revealer.hpp"
#include "codec/shape.hpp"

namespace mohur::codec {

namespace json {

void append_hex(std::string& out, Key128 key);
void append_members(std::string& out, JsonMembers members);

// `,"name":` of a field.
template <Described T, std::size_t I>
inline constexpr auto key_text = [] {
  constexpr std::string_view name = field_at<T, I>.name;
  std::array<char, name.size() + 4> text{',', '"'};
  std::copy(name.begin(), name.end(), text.begin() + 2);
  text[name.size() + 2] = '"';
  text[name.size() + 3] = ':';
  return text;
}();

// `"token"` of each enumerator by number; `null` where the table has no such number.
template <DescribedEnum E>
inline constexpr auto quoted_tokens = [] {
  constexpr std::size_t longest = [] {
    std::size_t most = 2;
    for (const auto& row : described_enumerators(E{})) most = std::max(most, row.token.size());
    return most;
  }();
  struct Quoted {
    std::uint8_t size = 4;
    std::array<char, longest + 2> text{'n', 'u', 'l', 'l'};
  };
  std::array<Quoted, 256> quoted{};
  for (const auto& row : described_enumerators(E{})) {
    Quoted& one = quoted[static_cast<std::uint8_t>(row.value)];
    one.size = static_cast<std::uint8_t>(row.token.size() + 2);
    one.text.front() = '"';
    std::copy(row.token.begin(), row.token.end(), one.text.begin() + 1);
    one.text[row.token.size() + 1] = '"';
  }
  return quoted;
}();

template <Described T>
consteval bool has_id_member() {
  bool found = false;
  for_each_field<T>([&](const auto& field) { found = found || (field.name == "id" && !field.is_internal); });
  return found;
}
template <Described T>
inline constexpr bool has_id = has_id_member<T>();

template <Described T>
void append_object(std::string& out, const T& value, Revealer& revealer, JsonMembers extra = {});

template <class M>
void append_value(std::string& out, const M& value, Revealer& revealer) {
  if constexpr (std::same_as<M, bool>)
    out += value ? "true" : "false";
  else if constexpr (std::signed_integral<M>)
    append_number(out, std::int64_t{value});
  else if constexpr (std::unsigned_integral<M>)
    append_number(out, std::uint64_t{value});
  else if constexpr (std::same_as<M, Amount>)
    append_number(out, value.minor);
  else if constexpr (std::same_as<M, Duration>)
    append_number(out, value.ns / 1'000'000);
  else if constexpr (std::same_as<M, Sealed> || std::same_as<M, SealedNotes>)
    revealer.append_json(out, value);
  else if constexpr (std::same_as<M, Notes>)
    append_canonical(out, value);
  else if constexpr (std::same_as<M, Key128>)
    append_hex(out, value);
  else if constexpr (Described<M>)
    append_object(out, value, revealer);
  else if constexpr (Blob<M> && !is_id<M>)
    append_json_string(out, value);
  else if constexpr (std::same_as<M, Time>) {
    out += '"';
    append_rfc3339(out, value);
    out += '"';
  } else if constexpr (is_id<M>) {
    constexpr auto opening = [] {
      std::array<char, M::prefix().size() + 2> text{'"'};
      std::copy(M::prefix().begin(), M::prefix().end(), text.begin() + 1);
      text.back() = '_';
      return text;
    }();
    out.append(opening.data(), opening.size());
    append_base32(out, value.value);
    out += '"';
  } else if constexpr (DescribedEnum<M>) {
    const auto& quoted = quoted_tokens<M>[static_cast<std::uint8_t>(value)];
    out.append(quoted.text.data(), quoted.size);
  } else if constexpr (is_optional<M>) {
    if (value)
      append_value(out, *value, revealer);
    else
      out += "null";
  } else if constexpr (is_vector<M>) {
    out += '[';
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (i > 0) out += ',';
      append_value<typename M::value_type>(out, value[i], revealer);
    }
    out += ']';
  } else {
    static_assert(is_variant<M>, "a field has a type that has no JSON form");
    std::visit(
        [&]<class Held>(const Held& held) {
          if constexpr (std::same_as<Held, std::monostate>)
            out += "null";
          else
            append_value(out, held, revealer);
        },
        value);
  }
}

// Every member is written with a comma before it; the first comma then becomes the bracket.
template <Described T>
void append_object(std::string& out, const T& value, Revealer& revealer, JsonMembers extra) {
  const std::size_t start = out.size();
  const auto append_extra = [&] {
    if constexpr (requires { T::object_name; })
      append_members(out.append(",\"object\":\"").append(T::object_name).append(1, '"'), extra);
    else
      append_members(out, extra);
  };
  if constexpr (!has_id<T>) append_extra();
  for_each_index<T>([&](auto i) {
    if constexpr (!field_at<T, i>.is_internal) {
      out.append(key_text<T, i>.data(), key_text<T, i>.size());
      append_value(out, value.*field_at<T, i>.pointer, revealer);
      if constexpr (field_at<T, i>.name == "id") append_extra();
    }
  });
  if (out.size() == start)
    out += '{';
  else
    out[start] = '{';
  out += '}';
}

// The object, and behind its own members those of `more`; what is absent there is left out.
template <Described T, Described More>
void append_object_with(std::string& out, const T& value, const More& more, Revealer& revealer) {
  append_object(out, value, revealer);
  out.pop_back();
  for_each_index<More>([&](auto i) {
    const auto& member = more.*field_at<More, i>.pointer;
    if constexpr (is_optional<MemberAt<More, i>>)
      if (!member) return;
    out.append(key_text<More, i>.data(), key_text<More, i>.size());
    append_value(out, member, revealer);
  });
  out += '}';
}

}  // namespace json

}  // namespace mohur::codec
