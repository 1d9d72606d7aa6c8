#include "gateway/problem.hpp"

#include "codec/json_writer.hpp"
#include "gateway/oauth_error.hpp"
#include "gateway/problem_page.hpp"

namespace mohur::gateway {
namespace {

void write_reason(codec::JsonWriter& writer, const Refusal& refusal) {
  writer.begin_object().member("token", to_token(refusal.outcome));
  if (!refusal.field.empty()) writer.member("field", refusal.field);
  writer.member("detail", refusal.detail.empty() ? usual_detail(refusal.outcome) : refusal.detail);
  writer.end_object();
}

// What a caller of an endpoint is to show; RFC 6750, section 3.1, has a word for a token that is good no more.
std::string_view challenge_of(Outcome outcome, ProblemForm form) {
  if (form == ProblemForm::oauth) return "Basic realm=\"mohur\"";
  const bool is_of_a_token = outcome == Outcome::token_expired || outcome == Outcome::token_revoked ||
                             outcome == Outcome::certificate_required || outcome == Outcome::certificate_unknown;
  return is_of_a_token ? "Bearer realm=\"mohur\", error=\"invalid_token\"" : "Bearer realm=\"mohur\"";
}

}  // namespace

std::string_view advice(Retry retry) {
  switch (retry) {
    case Retry::never: return "The same request will never succeed.";
    case Retry::after_change: return "Change what the problem names, then send the request again.";
    case Retry::later: return "The same request may succeed later.";
    case Retry::same_key: return "Send the same request again with the same Idempotency-Key.";
  }
  return {};
}

int status_of(const Refusal& refusal, ProblemForm form) {
  const int usual = row_of(refusal.outcome).http_status;
  if (form == ProblemForm::plain || usual >= 429) return usual;
  return oauth_error(refusal) == OAuthError::invalid_client ? 401 : 400;
}

net::Response problem(std::span<const Refusal> refusals, std::string_view request_id, std::string_view instance,
                      ProblemForm form) {
  const Refusal& first = refusals.front();
  const OutcomeRow& row = row_of(first.outcome);
  const std::string detail = first.detail.empty() ? usual_detail(first.outcome) : first.detail;
  net::Response response;
  response.status = status_of(first, form);
  codec::JsonWriter writer{response.body};
  writer.begin_object();
  if (form == ProblemForm::oauth)
    writer.member("error", to_token(oauth_error(first))).member("error_description", oauth_description(detail));
  else
    response.content_type = "application/problem+json";
  writer.member("type", "/problems/" + std::string{row.token}).member("title", row.title).member("status", response.status);
  writer.member("detail", detail);
  writer.member("instance", instance).member("token", row.token);
  if (!row.clause.empty()) writer.member("clause", row.clause);
  if (!first.field.empty()) writer.member("field", first.field);
  writer.member("retry", to_token(row.retry)).member("request_id", request_id);
  if (refusals.size() > 1) {
    writer.key("reasons").begin_array();
    for (const Refusal& refusal : refusals) write_reason(writer, refusal);
    writer.end_array();
  }
  writer.end_object();
  if (row.http_status == 503 || row.http_status == 507) response.add("Retry-After", "1");
  if (response.status == 401) response.add("WWW-Authenticate", challenge_of(first.outcome, form));
  return response;
}

net::Response problem(const Refusal& refusal, std::string_view request_id, std::string_view instance, ProblemForm form) {
  return problem(std::span{&refusal, 1}, request_id, instance, form);
}

}  // namespace mohur::gateway
