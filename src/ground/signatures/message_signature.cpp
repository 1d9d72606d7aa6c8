#include "signatures/message_signature.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "crypto/encoding.hpp"
#include "signatures/structured_field.hpp"

namespace mohur::signatures {
namespace {

constexpr std::size_t kLongestField = 4'096;
constexpr std::size_t kMostComponents = 32;
constexpr std::string_view kDerived[] = {"@method", "@authority", "@scheme", "@target-uri", "@request-target", "@path", "@query"};

std::unexpected<Refusal> malformed(std::string field, std::string detail) {
  return refuse(Outcome::signature_malformed, std::move(field), std::move(detail));
}

bool is_of_field_name(char c) {
  return is_lower(c) || is_digit(c) || std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
}

bool is_known(const Component& component) {
  if (component.query_param.has_value() != (component.name == "@query-param")) return false;
  if (component.query_param) return true;
  if (component.name.starts_with('@')) return std::ranges::find(kDerived, component.name) != std::end(kDerived);
  return !component.name.empty() && std::ranges::all_of(component.name, is_of_field_name);
}

std::optional<Component> take_component(FieldReader& in) {
  const std::size_t begin = in.at();
  Component component;
  const auto name = in.take_string();
  if (!name) return std::nullopt;
  component.name = *name;
  if (in.take(';')) {
    const auto parameter = in.take_key();
    if (parameter != "name" || !in.take('=')) return std::nullopt;
    component.query_param = in.take_string();
    if (!component.query_param) return std::nullopt;
  }
  component.identifier = in.since(begin);
  return is_known(component) ? std::optional{component} : std::nullopt;
}

bool take_components(FieldReader& in, std::vector<Component>& components) {
  if (!in.take('(')) return false;
  components.reserve(8);
  while (!in.take(')')) {
    if (!components.empty() && !in.take(' ')) return false;
    const auto component = take_component(in);
    if (!component || components.size() == kMostComponents) return false;
    if (std::ranges::find(components, component->identifier, &Component::identifier) != components.end()) return false;
    components.push_back(*component);
  }
  return true;
}

template <class T>
bool take_once(std::optional<T>& parameter, const std::optional<T>& value) {
  if (parameter || !value) return false;
  parameter = value;
  return true;
}

bool take_parameters(FieldReader& in, MessageSignature& into) {
  while (in.take(';')) {
    const auto key = in.take_key();
    if (!key || !in.take('=')) return false;
    const bool is_taken = *key == "created"   ? take_once(into.created, in.take_integer())
                          : *key == "expires" ? take_once(into.expires, in.take_integer())
                          : *key == "nonce"   ? take_once(into.nonce, in.take_string())
                          : *key == "keyid"   ? take_once(into.keyid, in.take_string())
                          : *key == "alg"     ? take_once(into.alg, in.take_string())
                          : *key == "tag"     ? take_once(into.tag, in.take_string())
                                              : false;
    if (!is_taken) return false;
  }
  return true;
}

bool take_signature_input(FieldReader& in, MessageSignature& into) {
  const std::size_t begin = in.at();
  if (!take_components(in, into.components) || !take_parameters(in, into)) return false;
  into.covered = in.since(begin);
  return true;
}

// Bytes under a label that is not announced are passed over, as RFC 9421 asks.
bool take_signature(FieldReader& in, std::string_view label, std::vector<MessageSignature>& signatures) {
  const auto base64 = in.take_byte_sequence();
  const auto bytes = base64 ? crypto::base64_decode(*base64) : std::nullopt;
  if (!bytes) return false;
  const auto found = std::ranges::find(signatures, label, &MessageSignature::label);
  if (found != signatures.end()) found->signature = *bytes;
  return true;
}

}  // namespace

bool MessageSignature::covers(std::string_view component) const {
  return std::ranges::find(components, component, &Component::name) != components.end();
}

Result<std::vector<MessageSignature>> read_signatures(std::string_view signature_input, std::string_view signature) {
  if (signature_input.size() > kLongestField) return malformed("Signature-Input", "At most 4096 bytes are read.");
  if (signature.size() > kLongestField) return malformed("Signature", "At most 4096 bytes are read.");
  std::vector<MessageSignature> signatures;
  const bool has_inputs = read_dictionary(signature_input, [&](std::string_view label, FieldReader& in) {
    signatures.emplace_back().label = label;
    return take_signature_input(in, signatures.back());
  });
  if (!has_inputs)
    return malformed("Signature-Input",
                     "Expected `label=(\"component\" ...);created=...;nonce=\"...\";keyid=\"...\"` as RFC 9421 has it, each "
                     "component and parameter once.");
  const bool has_bytes =
      read_dictionary(signature, [&](std::string_view label, FieldReader& in) { return take_signature(in, label, signatures); });
  if (!has_bytes) return malformed("Signature", "Expected `label=:base64:`, with padding.");
  for (const MessageSignature& each : signatures)
    if (each.signature.empty()) return malformed("Signature", "There is none under the label " + std::string{each.label} + ".");
  return signatures;
}

}  // namespace mohur::signatures
