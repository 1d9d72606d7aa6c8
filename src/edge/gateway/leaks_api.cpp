// Keys that a partner found in public places: what is ours ends at once, and the partner is told of each whether it was.
#include "crypto/api_key.hpp"
#include "crypto/sha256.hpp"
#include "gateway/example_parts.hpp"
#include "gateway/leak_report.hpp"
#include "gateway/route.hpp"
#include "gateway/token_holder.hpp"

namespace mohur::gateway {
namespace {

constexpr std::string_view kTruePositive = "true_positive", kFalsePositive = "false_positive";

// The key of the finding, whatever became of it; nullptr for what this server never issued.
const KnownKey* key_of(const Services& services, const crypto::ApiKeyView& shown) {
  const KnownKey* known = services.directory.find(shown.kid);
  const bool is_ours = known != nullptr && to_token(shown.mode) == to_token(known->mode) &&
                       known->accepts(services.vault.secret_hash(shown.secret), services.clock.now());
  return is_ours ? known : nullptr;
}

// The session of the finding; nullptr where none is, or it is ended: then the finding harms nobody.
const KnownSession* session_of(const Services& services, const crypto::ApiKeyView& shown) {
  const KnownSession* known = services.staff.book.session(shown.kid);
  const crypto::Hash256 hash = services.vault.secret_hash(shown.secret);
  return known != nullptr && crypto::constant_time_equal(hash.view(), known->token_hash) ? known : nullptr;
}

std::optional<std::string> note_of(const Finding& finding) {
  std::string note = "Found in " + (finding.source.empty() ? std::string{"an unnamed place"} : finding.source);
  if (!finding.url.empty()) note += ": " + finding.url;
  return note.substr(0, 500);
}

// Whether the finding is ours; what is to be ended because of it goes into the intent.
bool take(const Services& services, const Finding& finding, kernel::ReportLeaks& intent) {
  const auto shown = crypto::parse_api_key(finding.token);
  if (shown && shown->kind == crypto::KeyKind::st) {
    const KnownSession* session = session_of(services, *shown);
    if (session != nullptr) intent.sessions.push_back(session->id);
    return session != nullptr;
  }
  if (shown) {
    const KnownKey* key = key_of(services, *shown);
    if (key != nullptr && !key->revoked) intent.keys.push_back({key->id, note_of(finding)});
    return key != nullptr;
  }
  if (!tokens::is_token(finding.token)) return false;
  const auto claims = services.tokens.open(finding.token);
  if (claims && holder_of(services, *claims)) intent.tokens.push_back({claims->id, claims->credential, claims->expires_at});
  return claims.has_value();
}

void write_label(codec::JsonWriter& writer, const Finding& finding, bool is_ours) {
  writer.begin_object().member("token_raw", finding.token).member("token_type", finding.type);
  writer.member("label", is_ours ? kTruePositive : kFalsePositive).end_object();
}

// Strangers may try: what they send wrongly counts against where they come from.
Result<void> check_partner(Call& call) {
  const Services& services = call.services;
  if (services.settings.scanner_keys.empty()) return refuse(Outcome::not_found, {}, "No scanner is configured here.");
  const Result<void> checked = services.settings.scanner_keys.check(call.request);
  if (checked || checked.error().outcome != Outcome::signature_invalid) return checked;
  call.retry_after = services.guesses.wrong(call.origin.address, services.steady.now());
  if (call.retry_after) return refuse(Outcome::address_blocked, "Github-Public-Key-Signature");
  return checked;
}

Result<Prepared> report(Call& call) {
  MOHUR_TRY(check_partner(call));
  MOHUR_TRY_SET(findings, read_findings(call.request.body));
  kernel::ReportLeaks intent{.scanner = call.services.settings.scanner_name, .keys = {}, .tokens = {}, .sessions = {}};
  codec::JsonWriter writer{call.labels};
  writer.begin_array();
  for (const Finding& finding : findings) write_label(writer, finding, take(call.services, finding, intent));
  writer.end_array();
  if (intent.size() > kernel::kMostLeaks)
    return refuse(Outcome::field_out_of_range, {},
                  "Report at most " + std::to_string(kernel::kMostLeaks) + " live secrets at once.");
  if (intent.size() > 0) return Prepared{.intent = std::move(intent)};
  net::Response response;
  response.body = call.labels;
  return Prepared{.intent = {}, .at_once = std::move(response)};
}

void write_finding_schema(codec::JsonWriter& writer,
                          std::initializer_list<std::pair<std::string_view, std::string_view>> members) {
  writer.begin_object()
      .member("type", "array")
      .key("items")
      .begin_object()
      .member("type", "object")
      .key("properties")
      .begin_object();
  for (const auto& [name, description] : members)
    writer.key(name).begin_object().member("type", "string").member("description", description).end_object();
  writer.end_object().key("required").begin_array().value(members.begin()->first).end_array().end_object().end_object();
}

std::string refer_findings(codec::SchemaSet& set) {
  return set.refer("Findings", [](codec::JsonWriter& writer, codec::SchemaSet&) {
    write_finding_schema(
        writer,
        {{"token", "What was found."}, {"type", "By which pattern."}, {"url", "Where."}, {"source", "In what kind of place."}});
  });
}

std::string refer_labels(codec::SchemaSet& set) {
  return set.refer("FindingLabels", [](codec::JsonWriter& writer, codec::SchemaSet&) {
    write_finding_schema(writer, {{"token_raw", "What was found."},
                                  {"token_type", "By which pattern."},
                                  {"label", "true_positive for a secret that this server gave; else false_positive."}});
  });
}

const std::string kFoundKey = "mohur_test_sk_0123456789AB_0123456789ABCDEFGHIJKLMNOPQRSTUV1DKlgN";

}  // namespace

std::vector<Route> leak_routes() {
  using enum Outcome;
  Route route{.method = net::Method::post,
              .path = "/v1/leaks",
              .summary = "For a scanner that is a partner: end secrets that were found in public",
              .clause = "P1.3",
              .access = Access::everybody};
  route.outcomes = {not_found,          address_blocked, signature_malformed, signature_invalid,
                    field_out_of_range, body_malformed,  field_missing};
  route.prepare = [](Call& call) -> Checked<Prepared> {
    auto prepared = report(call);
    if (!prepared) return std::unexpected(Refusals{std::move(prepared).error()});
    return std::move(*prepared);
  };
  route.render = [](Call& call, const kernel::Object&, std::string& out) -> Result<void> {
    out += call.labels;
    return {};
  };
  route.load = [](Call&, Key128) -> Result<kernel::Object> { return kernel::Object{}; };
  route.input = refer_findings;
  route.input_example = [] {
    return R"([{"token":")" + kFoundKey + R"(","type":"mohur_api_key","url":"https://git.example/c/1","source":"content"}])";
  };
  route.output = refer_labels;
  route.output_example = [] {
    return R"([{"token_raw":")" + kFoundKey + R"(","token_type":"mohur_api_key","label":"true_positive"}])";
  };
  return {route};
}

}  // namespace mohur::gateway
