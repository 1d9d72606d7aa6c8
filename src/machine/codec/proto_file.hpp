// The .proto text of described types, so that a program in any language can read what `encode` writes.
//
// The text is a function of the types alone: enums and messages stand in the order in which they are first needed, each
// before its first use. Sentences become comments. The conventions are those of the protobuf style guide.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "codec/shape.hpp"

namespace mohur::codec {

struct ProtoField {
  std::string type;  // with `repeated ` or `optional ` before it
  std::string name;
  std::uint32_t number = 0;
  std::string sentence;
  std::vector<ProtoField> choices;  // of a oneof, which has no type and number of its own
};

struct ProtoEnumerator {
  std::uint32_t number;
  std::string_view token;
};

class ProtoFile {
 public:
  explicit ProtoFile(std::string_view package);

  // Adds a message and all that it needs; a type that is there already is not added again.
  template <Described T>
  void add() {
    if (!begin_type(T::described_name, &identity_of<T>)) return;
    std::vector<ProtoField> fields;
    for_each_index<T>([&](auto i) { fields.push_back(make_field<MemberAt<T, i>>(field_at<T, i>)); });
    add_message(T::described_name, fields);
  }

  const std::string& text() const { return text_; }

 private:
  template <class T>
  static constexpr char identity_of = 0;

  template <Plain M>
  std::string type_name() {
    if constexpr (std::same_as<M, bool>)
      return "bool";
    else if constexpr (std::same_as<M, Amount> || std::same_as<M, Duration>)
      return "sint64";
    else if constexpr (std::same_as<M, Time>)
      return "sfixed64";
    else if constexpr (std::unsigned_integral<M>)
      return sizeof(M) == 8 ? "uint64" : "uint32";
    else if constexpr (std::signed_integral<M>)
      return sizeof(M) == 8 ? "sint64" : "sint32";
    else if constexpr (is_text<M>)
      return "string";
    else if constexpr (Blob<M>)
      return "bytes";
    else if constexpr (DescribedEnum<M>)
      return add_enum_type<M>();
    else {
      add<M>();
      return std::string{M::described_name};
    }
  }

  template <DescribedEnum E>
  std::string add_enum_type() {
    static_assert(zero_is_free<E>);
    const std::string_view name = described_enum_name(E{});
    if (begin_type(name, &identity_of<E>)) {
      std::vector<ProtoEnumerator> rows;
      for (const auto& row : described_enumerators(E{})) rows.push_back({static_cast<std::uint8_t>(row.value), row.token});
      add_enum(name, rows);
    }
    return std::string{name};
  }

  template <class M, class F>
  ProtoField make_field(const F& field) {
    ProtoField made{{}, std::string{field.name}, field.number, std::string{field.sentence}, {}};
    if constexpr (is_optional<M>)
      made.type = "optional " + type_name<typename M::value_type>();
    else if constexpr (is_vector<M>)
      made.type = "repeated " + type_name<typename M::value_type>();
    else if constexpr (is_variant<M>)
      made.choices = make_choices(field, static_cast<const M*>(nullptr));
    else
      made.type = type_name<M>();
    return made;
  }

  // The choices of a oneof share the names of the message's other fields, hence the prefix.
  template <class F, class... Ts>
  std::vector<ProtoField> make_choices(const F& field, const std::variant<std::monostate, Ts...>*) {
    std::vector<ProtoField> choices;
    std::uint32_t number = field.number;
    const std::string prefix = std::string{field.name} + "_";
    (choices.push_back({type_name<Ts>(), prefix + snake_case(Ts::described_name), number++, {}, {}}), ...);
    return choices;
  }

  static std::string snake_case(std::string_view pascal);
  static std::string upper_case(std::string_view word);  // what a name cannot hold becomes `_`
  bool begin_type(std::string_view name, const void* identity);
  void add_message(std::string_view name, const std::vector<ProtoField>& fields);
  void add_enum(std::string_view name, const std::vector<ProtoEnumerator>& rows);
  void add_field(const ProtoField& field, std::string_view indent);

  struct Known {
    std::string_view name;
    const void* identity;
  };
  std::vector<Known> known_;
  std::string text_;
};

// The whole file for these messages and what they need.
template <Described... Ts>
std::string proto_file(std::string_view package) {
  ProtoFile file{package};
  (file.add<Ts>(), ...);
  return file.text();
}

}  // namespace mohur::codec
