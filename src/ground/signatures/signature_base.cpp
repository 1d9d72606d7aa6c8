#include "signatures/signature_base.hpp"

#include "base/text.hpp"
#include "net/target.hpp"

namespace mohur::signatures {
namespace {

// A host in lower case, without the port that the scheme has anyway.
void append_authority(std::string& out, std::string_view host, std::string_view scheme) {
  const std::string_view usual_port = scheme == "https" ? ":443" : ":80";
  if (host.ends_with(usual_port)) host.remove_suffix(usual_port.size());
  for (const char c : host) out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// As the URL standard writes forms, with %20 for a space.
void append_form_encoded(std::string& out, std::string_view text) {
  static constexpr char hex[] = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_alphanumeric(c) || c == '*' || c == '-' || c == '.' || c == '_') {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', hex[byte >> 4], hex[byte & 15]};
    }
  }
}

// Decoded and encoded again, so that it has one spelling. Nothing for an escape that cannot be decoded.
std::optional<std::string> form_encoded(std::string_view text) {
  const auto decoded = net::decode_query_text(text);
  if (!decoded) return std::nullopt;
  std::string out;
  append_form_encoded(out, *decoded);
  return out;
}

bool append_query_param(std::string& out, std::string_view query, std::string_view wanted) {
  std::optional<std::string> found;
  net::QueryReader reader{query};
  while (const auto pair = reader.next()) {
    if (form_encoded(pair->name) != wanted) continue;
    if (found) return false;
    found = form_encoded(pair->value);
    if (!found) return false;
  }
  if (found) out += *found;
  return found.has_value();
}

// All lines of a field as one, with commas between them.
bool append_field(std::string& out, const net::RequestHead& head, std::string_view name) {
  bool is_there = false;
  for (const net::Header& header : head.headers) {
    if (header.name.size() != name.size() || !net::equals_ignoring_case(header.name, name)) continue;
    if (is_there) out += ", ";
    out += header.value;
    is_there = true;
  }
  return is_there;
}

bool append_value(std::string& out, const Component& component, const net::RequestHead& head, std::string_view scheme) {
  const std::string_view name = component.name;
  if (!name.starts_with('@')) return append_field(out, head, name);
  if (name == "@query-param") return append_query_param(out, head.query, *component.query_param);
  if (name == "@method") out += head.method_text;
  if (name == "@scheme") out += scheme;
  if (name == "@request-target") out += head.target;
  if (name == "@path") out += head.path.empty() ? "/" : head.path;
  if (name == "@query") out.append(1, '?').append(head.query);
  if (name == "@target-uri") out.append(scheme).append("://");
  if (name == "@target-uri" || name == "@authority") append_authority(out, head.host, scheme);
  if (name == "@target-uri") out += head.target;
  return true;
}

}  // namespace

Result<void> append_signature_base(const MessageSignature& signature, const net::RequestHead& head, std::string_view scheme,
                                   std::string& out) {
  for (const Component& component : signature.components) {
    out.append(component.identifier).append(": ");
    if (!append_value(out, component, head, scheme))
      return refuse(Outcome::signature_invalid, "Signature-Input",
                    "It covers " + std::string{component.identifier} + ", which the request does not have once.");
    out += '\n';
  }
  out.append("\"@signature-params\": ").append(signature.covered);
  return {};
}

}  // namespace mohur::signatures
