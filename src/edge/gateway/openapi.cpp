#include "gateway/openapi.hpp"

#include <algorithm>
#include <map>

#include "codec/json_writer.hpp"
#include "gateway/curl_example.hpp"
#include "gateway/gate.hpp"
#include "gateway/problem_page.hpp"
#include "gateway/problem_schema.hpp"

namespace mohur::gateway {
namespace {

using codec::JsonWriter;

std::string_view word(net::Method method) { return method == net::Method::post ? "post" : "get"; }

// `listPayouts`, `getPayout`, `cancelPayout`: the summary's words would change too often.
std::string operation_id(const Route& route) {
  std::string id{word(route.method)};
  bool upper = true;
  for (const char c : route.path.substr(1)) {
    if (!is_alphanumeric(c)) {
      upper = true;
      continue;
    }
    id += upper && is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
    upper = false;
  }
  return id;
}

// What the stages before the function can answer with.
std::vector<Outcome> all_outcomes(const Route& route) {
  using enum Outcome;
  std::vector<Outcome> outcomes = route.outcomes;
  const auto add = [&](std::initializer_list<Outcome> more) { outcomes.insert(outcomes.end(), more); };
  add({malformed_request, forwarding_malformed, overloaded, internal_error});
  if (route.access != Access::everybody)
    add({credential_missing, credential_malformed, address_blocked, credential_invalid, credential_revoked, credential_expired,
         token_expired, token_revoked, scope_missing});
  if (route.access != Access::everybody && route.access != Access::any_key)
    add({certificate_required, certificate_unknown, network_not_allowed, signature_malformed, signature_invalid,
         signature_expired, signature_replayed, digest_mismatch, client_not_approved, client_terminated});
  const bool is_for_people = route.access == Access::us || route.access == Access::client_or_us || route.access == Access::own;
  if (is_for_people) add({session_ended});
  if (is_for_people && route.method != net::Method::get) add({csrf_token_missing});
  if (route.access == Access::us || route.access == Access::client_or_us) add({role_missing});
  const bool is_of_a_client =
      route.access == Access::client || route.access == Access::client_or_us || route.access == Access::oauth;
  if (is_of_a_client) add({rate_exceeded, too_many_concurrent_calls});
  if (is_of_a_client && route.route_class != policy::RouteClass::reserved) add({temporarily_blocked, quota_exceeded});
  if (route.access == Access::oauth || (route.scope && registry::is_for_sublicences(*route.scope))) add({sublicence_ended});
  if (route.sends_money) add({networks_required, signature_missing});
  if (route.access == Access::client_or_us) add({field_malformed, mode_mismatch});
  if (route.is_list) add({field_out_of_range, field_malformed, filter_unknown, cursor_malformed});
  if (route.method != net::Method::get && route.access != Access::any_key && !route.also_when_suspended) add({client_suspended});
  if (route.prepare || route.prepare_many) add({stopping, storage_full});
  if (route.prepare && route.input == nullptr && route.takes_files.empty()) add({field_unknown});
  if (!route.takes_files.empty()) add({media_type_unsupported, body_too_large});
  if (route.takes_form)
    add({media_type_unsupported, body_malformed, field_repeated, field_unknown, field_missing, body_too_large});
  if (route.input != nullptr && !route.takes_form)
    add({media_type_unsupported, body_malformed, field_repeated, field_unknown, field_missing, field_type_wrong,
         field_out_of_range, field_malformed, card_number_refused, body_too_large});
  if (route.method != net::Method::get && route.idempotency == IdempotencyRule::none) add({field_unknown});
  if (route.idempotency == IdempotencyRule::required) add({idempotency_key_missing});
  if (route.idempotency != IdempotencyRule::none) add({idempotency_key_malformed, idempotency_key_reused});
  std::sort(outcomes.begin(), outcomes.end());
  outcomes.erase(std::unique(outcomes.begin(), outcomes.end()), outcomes.end());
  return outcomes;
}

using Schema = void (*)(JsonWriter& writer, codec::SchemaSet& set);

struct Parameter {
  std::string_view name;
  std::string_view in;
  bool required = false;
  std::string_view description;
  Schema schema = codec::write_value_schema<std::string>;
};

void write_parameter(JsonWriter& writer, codec::SchemaSet& set, const Parameter& parameter) {
  writer.begin_object().member("name", parameter.name).member("in", parameter.in).member("required", parameter.required);
  writer.member("description", parameter.description).key("schema").begin_object();
  parameter.schema(writer, set);
  writer.end_object().end_object();
}

void write_limit_schema(JsonWriter& writer, codec::SchemaSet&) {
  writer.member("type", "integer").member("minimum", 1).member("maximum", kMostListed).member("default", kUsuallyListed);
}

void write_key_schema(JsonWriter& writer, codec::SchemaSet&) {
  writer.member("type", "string").member("minLength", 1).member("maxLength", 255);
}

void write_parameters(JsonWriter& writer, const Route& route, codec::SchemaSet& set) {
  const auto write = [&](const Parameter& parameter) { write_parameter(writer, set, parameter); };
  writer.key("parameters").begin_array();
  for (std::size_t at = route.path.find('{'); at != std::string_view::npos; at = route.path.find('{', at + 1)) {
    const std::string_view name = route.path.substr(at + 1, route.path.find('}', at) - at - 1);
    const bool is_number = name == "number" || name == "other";
    write({name, "path", true,
           name == "id" ? "The object's id."
           : is_number  ? "Of a version of the policy."
                        : "As a problem document names it."});
  }
  if (route.is_list) {
    write({"limit", "query", false, "How many at most.", write_limit_schema});
    write({"after", "query", false, "The cursor that the page before gave as `next`."});
  }
  for (const FilterName& filter : route.filters) write({filter.name, "query", false, filter.sentence, filter.schema});
  if (route.access == Access::client_or_us) {
    write({"client", "query", false, "For the operator's people: whose objects are meant.",
           codec::write_value_schema<registry::ClientId>});
    write({"mode", "query", false, "For the operator's people: test, when absent, or live.", codec::write_value_schema<Mode>});
  }
  if (route.idempotency != IdempotencyRule::none)
    write({"Idempotency-Key", "header", route.idempotency == IdempotencyRule::required,
           "Your own key for this call; send the same one when you retry.", write_key_schema});
  if (route.sends_money) {
    write({"Signature-Input", "header", false,
           "Of a signed call (RFC 9421). The agreement may ask for one here; any call may be signed."});
    write({"Signature", "header", false, "Goes with Signature-Input."});
    write({"Content-Digest", "header", false, "Of the body of a signed call (RFC 9530)."});
  }
  writer.end_array();
}

void write_list_schema(JsonWriter& writer, const std::string& item) {
  writer.member("type", "object").key("properties").begin_object();
  writer.key("data").begin_object().member("type", "array");
  writer.key("items").begin_object().member("$ref", item).end_object().end_object();
  writer.key("has_more").begin_object().member("type", "boolean").end_object();
  writer.key("next").begin_object().key("type").begin_array().value("string").value("null").end_array();
  writer.member("description", "The cursor of the next page, for `after`.").end_object();
  writer.end_object().key("required").begin_array().value("data").value("has_more").value("next").end_array();
}

void write_answer(JsonWriter& writer, const Route& route, codec::SchemaSet& schemas) {
  writer.key("application/json").begin_object().key("schema").begin_object();
  if (route.is_list)
    write_list_schema(writer, route.output(schemas));
  else
    writer.member("$ref", route.output(schemas));
  writer.end_object();
  const std::string one = route.output_example();
  writer.key("example").raw(route.is_list ? "{\"data\":[" + one + "],\"has_more\":false,\"next\":null}" : one);
  writer.end_object();
}

void write_success(JsonWriter& writer, const Route& route, codec::SchemaSet& schemas) {
  writer.key(std::to_string(route.status)).begin_object();
  writer.member(
      "description",
      route.is_list
          ? "A page of the list, newest first unless its summary says otherwise. It can be short, even empty, with more to come."
          : "Done.");
  writer.key("content").begin_object();
  if (route.output != nullptr)
    write_answer(writer, route, schemas);
  else
    writer.key(route.media).begin_object().end_object();
  writer.end_object().end_object();
}

// A problem looks the same wherever it comes from: each stands once, among the components.
std::string example_name(Outcome outcome, ProblemForm form) {
  return std::string{to_token(outcome)} + (form == ProblemForm::oauth ? ".oauth" : "");
}

void write_examples(JsonWriter& writer, std::span<const Route> routes) {
  std::map<std::string, std::string> examples;
  for (const Route& route : routes) {
    const ProblemForm form = form_of(route);
    for (const Outcome outcome : all_outcomes(route))
      examples.try_emplace(example_name(outcome, form), example_of_problem(outcome, form));
  }
  writer.key("examples").begin_object();
  for (const auto& [name, example] : examples) writer.key(name).begin_object().key("value").raw(example).end_object();
  writer.end_object();
}

// Problems by status; each status lists the tokens that come with it.
void write_problems(JsonWriter& writer, const Route& route, codec::SchemaSet& schemas) {
  const ProblemForm form = form_of(route);
  std::map<int, std::vector<Outcome>> by_status;
  for (const Outcome outcome : all_outcomes(route)) by_status[status_of(example_of_refusal(outcome), form)].push_back(outcome);
  const std::string schema =
      form == ProblemForm::plain
          ? "#/components/schemas/Problem"
          : schemas.refer("OAuthProblem", [](JsonWriter& w, codec::SchemaSet&) { write_oauth_problem_schema(w); });
  for (const auto& [status, outcomes] : by_status) {
    std::string description;
    for (const Outcome outcome : outcomes)
      description += (description.empty() ? "`" : ", `") + std::string{to_token(outcome)} + "`";
    writer.key(std::to_string(status)).begin_object().member("description", description);
    writer.key("content").begin_object();
    writer.key(form == ProblemForm::plain ? "application/problem+json" : "application/json").begin_object();
    writer.key("schema").begin_object().member("$ref", schema).end_object();
    writer.key("examples").begin_object();
    for (const Outcome outcome : outcomes) {
      writer.key(to_token(outcome)).begin_object().member("$ref", "#/components/examples/" + example_name(outcome, form));
      writer.end_object();
    }
    writer.end_object().end_object().end_object().end_object();
  }
}

void write_operation(JsonWriter& writer, const Route& route, codec::SchemaSet& schemas) {
  writer.key(word(route.method)).begin_object().member("operationId", operation_id(route)).member("summary", route.summary);
  if (!route.clause.empty()) writer.member("x-policy-clause", route.clause);
  if (route.scope) writer.member("x-scope", to_token(*route.scope));
  if (route.permission) writer.member("x-permission", to_token(*route.permission));
  write_parameters(writer, route, schemas);
  if (route.input != nullptr) {
    writer.key("requestBody")
        .begin_object()
        .member("required", true)
        .key("content")
        .begin_object()
        .key(route.takes_form ? "application/x-www-form-urlencoded" : "application/json")
        .begin_object();
    writer.key("schema").begin_object().member("$ref", route.input(schemas)).end_object();
    writer.key("example").raw(route.input_example());
    writer.end_object().end_object().end_object();
  }
  if (!route.takes_files.empty()) {
    writer.key("requestBody").begin_object().member("required", true).key("content").begin_object();
    for (const std::string_view media : route.takes_files) {
      const bool is_text = media.starts_with("text/") || media.ends_with("/jsonl");
      writer.key(media).begin_object().key("schema").begin_object().member("type", "string");
      if (!is_text) writer.member("format", "binary");
      writer.end_object();
      if (media == "text/csv") writer.member("example", route.input_example());
      writer.end_object();
    }
    writer.end_object().end_object();
  }
  writer.key("responses").begin_object();
  write_success(writer, route, schemas);
  write_problems(writer, route, schemas);
  writer.end_object();
  writer.key("x-codeSamples").begin_array().begin_object();
  writer.member("lang", "Shell").member("source", curl_example(route)).end_object().end_array();
  writer.key("security").begin_array();
  if (route.access == Access::oauth) writer.begin_object().key("client").begin_array().end_array().end_object();
  if (route.access != Access::everybody) writer.begin_object().key("key").begin_array().end_array().end_object();
  writer.end_array().end_object();
}

}  // namespace

std::string openapi_json(std::span<const Route> routes) {
  std::string out;
  JsonWriter writer{out};
  codec::SchemaSet schemas;
  schemas.refer("Problem", [](JsonWriter& w, codec::SchemaSet&) { write_problem_schema(w); });
  writer.begin_object().member("openapi", "3.1.0");
  writer.key("info").begin_object().member("title", "Mohur API").member("version", kApiVersion);
  writer.member(
      "description",
      "Pay-ins, payouts and the books behind them. Amounts are whole minor units: paise for INR. Times are RFC 3339 in UTC.");
  writer.key("license").begin_object().member("name", "Apache-2.0").member("identifier", "Apache-2.0").end_object().end_object();
  writer.key("servers").begin_array().begin_object().member("url", "/").end_object().end_array();
  writer.key("paths").begin_object();
  std::vector<std::string_view> paths;
  for (const Route& route : routes)
    if (std::find(paths.begin(), paths.end(), route.path) == paths.end()) paths.push_back(route.path);
  for (const std::string_view path : paths) {
    writer.key(path).begin_object();
    for (const Route& route : routes)
      if (route.path == path) write_operation(writer, route, schemas);
    writer.end_object();
  }
  writer.end_object().key("components").begin_object();
  writer.key("securitySchemes")
      .begin_object()
      .key("key")
      .begin_object()
      .member("type", "http")
      .member("scheme", "bearer")
      .end_object()
      .key("client")
      .begin_object()
      .member("type", "http")
      .member("scheme", "basic")
      .end_object()
      .end_object();
  write_examples(writer, routes);
  writer.key("schemas");
  schemas.write_components(writer);
  writer.end_object().end_object();
  return out + "\n";
}

}  // namespace mohur::gateway
