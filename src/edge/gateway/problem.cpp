#include "gateway/problem.hpp"

#include "codec/json_writer.hpp"
#include "gateway/problem_page.hpp"

namespace mohur::gateway {
namespace {

void write_reason(codec::JsonWriter& writer, const Refusal& refusal) {
  writer.begin_object().member("token", to_token(refusal.outcome));
  if (!refusal.field.empty()) writer.member("field", refusal.field);
  writer.member("detail", refusal.detail.empty() ? usual_detail(refusal.outcome) : refusal.detail);
  writer.end_object();
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

net::Response problem(std::span<const Refusal> refusals, std::string_view request_id, std::string_view instance) {
  const Refusal& first = refusals.front();
  const OutcomeRow& row = row_of(first.outcome);
  net::Response response;
  response.status = row.http_status;
  response.content_type = "application/problem+json";
  codec::JsonWriter writer{response.body};
  writer.begin_object();
  writer.member("type", "/problems/" + std::string{row.token}).member("title", row.title).member("status", row.http_status);
  writer.member("detail", first.detail.empty() ? usual_detail(first.outcome) : first.detail);
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
  if (row.http_status == 401) response.add("WWW-Authenticate", "Bearer realm=\"mohur\"");
  return response;
}

net::Response problem(const Refusal& refusal, std::string_view request_id, std::string_view instance) {
  return problem(std::span{&refusal, 1}, request_id, instance);
}

}  // namespace mohur::gateway
