#include "gateway/curl_example.hpp"

namespace mohur::gateway {
namespace {

// `payins` -> PAYIN, `beneficiaries` -> BENEFICIARY
std::string variable_of(std::string_view noun) {
  std::string name{noun};
  if (name.ends_with("ies"))
    name.replace(name.size() - 3, 3, "y");
  else if (name.ends_with('s'))
    name.pop_back();
  for (char& c : name)
    if (is_lower(c)) c = static_cast<char>(c - 'a' + 'A');
  return name;
}

// The path, with each id as a variable that is named after the noun before it.
std::string path_of(const Route& route) {
  std::string path{route.path};
  for (std::size_t at = path.find("/{"); at != std::string::npos; at = path.find("/{")) {
    const std::size_t noun = path.rfind('/', at - 1) + 1;
    path.replace(at + 1, path.find('}') - at, "$" + variable_of(std::string_view{path}.substr(noun, at - noun)));
  }
  return path;
}

// The example's body; an id in it, which is somebody else's, becomes a variable as well.
std::string body_of(const Route& route) {
  std::string body = route.input_example();
  for (const std::string_view name : {"beneficiary", "payin"}) {
    const std::string opening = "\"" + std::string{name} + "\":\"";
    const std::size_t at = body.find(opening);
    if (at == std::string::npos) continue;
    const std::size_t value = at + opening.size();
    body.replace(value, body.find('"', value) - value, "'$" + variable_of(name) + "'");
  }
  return body;
}

// The example's members as a form; it is flat, and of text.
std::string form_of(std::string_view example) {
  std::string form;
  for (const char c : example) {
    if (c == '{' || c == '}' || c == '"') continue;
    form += c == ':' ? '=' : c == ',' ? '&' : c == ' ' ? '+' : c;
  }
  return form;
}

// What is done names itself: `payouts-1`, and for an object `$PAYIN-cancel`.
std::string idempotency_key_of(const Route& route) {
  const std::string path = path_of(route);
  const std::string last = path.substr(path.rfind('/') + 1);
  const std::size_t variable = path.find('$');
  if (variable == std::string::npos) return last + "-1";
  return path.substr(variable, path.find('/', variable) - variable) + "-" + last;
}

}  // namespace

std::string curl_example(const Route& route) {
  std::string text = "curl --cacert \"$CERTIFICATE\" \"$MOHUR" + path_of(route) + "\"";
  const auto add = [&](std::string_view option) { text.append(" \\\n  ").append(option); };
  if (route.access == Access::us || route.access == Access::own) add("-H \"Authorization: Bearer $OPERATOR_KEY\"");
  if (route.access == Access::oauth) add("-u \"$KID:$KEY\"");
  if (route.access != Access::us && route.access != Access::own && route.access != Access::everybody &&
      route.access != Access::oauth)
    add("-H \"Authorization: Bearer $KEY\"");
  if (route.idempotency != IdempotencyRule::none) add("-H \"Idempotency-Key: " + idempotency_key_of(route) + "\"");
  if (route.takes_form) {
    add("-d '" + form_of(route.input_example()) + "'");
  } else if (route.input != nullptr) {
    add("-H 'Content-Type: application/json'");
    add("-d '" + body_of(route) + "'");
  } else if (route.method == net::Method::post) {
    add("-X POST");
  }
  if (route.media.starts_with("image/")) add("-o qr" + std::string{route.path.substr(route.path.rfind('.'))});
  if (route.media == "application/octet-stream") add("-o file");
  return text;
}

}  // namespace mohur::gateway
