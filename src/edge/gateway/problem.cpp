#include "gateway/problem.hpp"

#include "codec/json_writer.hpp"

namespace mohur::gateway {
namespace {

std::string_view advice(Retry retry) {
  switch (retry) {
    case Retry::never: return "The same request will never succeed.";
    case Retry::after_change: return "Change what the problem names, then send the request again.";
    case Retry::later: return "The same request may succeed later.";
    case Retry::same_key: return "Send the same request again with the same Idempotency-Key.";
  }
  return {};
}

void write_reason(codec::JsonWriter& writer, const Refusal& refusal) {
  writer.begin_object().member("token", to_token(refusal.outcome));
  if (!refusal.field.empty()) writer.member("field", refusal.field);
  writer.member("detail", refusal.detail.empty() ? row_of(refusal.outcome).title : std::string_view{refusal.detail});
  writer.end_object();
}

std::string page(std::string_view title, std::string_view body) {
  std::string html =
      "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>";
  html.append(title).append(
      "</title><style>body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem;color:#1b1f24}"
      "code{background:#f2f0e9;padding:.1em .3em;border-radius:3px}td,th{text-align:left;padding:.3rem 1rem .3rem "
      "0;vertical-align:top}"
      "@media(prefers-color-scheme:dark){body{background:#15171a;color:#e6e6e6}code{background:#2a2d31}a{color:#9cc4ff}}</"
      "style><h1>");
  return html.append(title).append("</h1>").append(body);
}

net::Response html(std::string body) {
  net::Response response;
  response.content_type = "text/html; charset=utf-8";
  response.body = std::move(body);
  return response;
}

}  // namespace

net::Response problem(std::span<const Refusal> refusals, std::string_view request_id, std::string_view instance) {
  const Refusal& first = refusals.front();
  const OutcomeRow& row = row_of(first.outcome);
  net::Response response;
  response.status = row.http_status;
  response.content_type = "application/problem+json";
  codec::JsonWriter writer{response.body};
  writer.begin_object();
  writer.member("type", "/problems/" + std::string{row.token}).member("title", row.title).member("status", row.http_status);
  writer.member("detail", first.detail.empty() ? std::string{row.title} + " " + std::string{advice(row.retry)} : first.detail);
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

Result<net::Response> problem_page(std::string_view token) {
  const auto outcome = outcome_by_token(token);
  if (!outcome) return refuse(Outcome::not_found, "token");
  const OutcomeRow& row = row_of(*outcome);
  std::string body = "<p>" + std::string{row.title} + "</p><table><tr><th>HTTP status<td>" + std::to_string(row.http_status) +
                     "<tr><th>Number<td>" + std::to_string(static_cast<int>(row.outcome)) + "<tr><th>Retry<td><code>" +
                     std::string{to_token(row.retry)} + "</code> " + std::string{advice(row.retry)};
  if (!row.clause.empty()) body += "<tr><th>Policy clause<td>" + std::string{row.clause};
  return html(page(row.token, body + "</table><p><a href=\"/problems\">All problems</a>"));
}

net::Response problem_index() {
  std::string body =
      "<p>Everything that this API can refuse with, in order of "
      "precedence.</p><table><tr><th>Token<th>Status<th>Clause<th>Meaning";
  for (const OutcomeRow& row : outcome_table()) {
    body.append("<tr><td><a href=\"/problems/")
        .append(row.token)
        .append("\">")
        .append(row.token)
        .append("</a><td>")
        .append(std::to_string(row.http_status));
    body.append("<td>").append(row.clause).append("<td>").append(row.title);
  }
  return html(page("Problems", body + "</table>"));
}

}  // namespace mohur::gateway
