// The log of calls: every call that was made for a client, with its outcome; of the operator's own without a client.
#include "gateway/route.hpp"

namespace mohur::gateway {
namespace {

using registry::CallerKind;
using registry::Scope;
using Filter = std::function<bool(const CallRecord&)>;

std::optional<std::string> unless_empty(const std::string& text) { return text.empty() ? std::nullopt : std::optional{text}; }

std::optional<RequestCaller> caller_of(const CallRecord& record) {
  const registry::Caller& caller = record.caller;
  if (caller.kind != CallerKind::credential && caller.kind != CallerKind::person) return std::nullopt;
  const auto key = caller.credential.is_zero() ? std::nullopt : std::optional{registry::CredentialId{caller.credential}};
  return RequestCaller{caller.kind, caller.person(), key};
}

LoggedRequest shown(const CallRecord& record) {
  return {.id = record.id,
          .client = record.client.is_zero() ? std::nullopt : std::optional{record.client},
          .mode = record.mode,
          .created_at = record.at,
          .duration_us = record.duration_us,
          .caller = caller_of(record),
          .client_request_id = unless_empty(record.client_request_id),
          .from = record.from,
          .method = record.method,
          .route = record.route == "-" ? std::nullopt : std::optional{record.route},
          .status = record.status,
          .outcome = record.outcome,
          .clause = unless_empty(record.clause),
          .replayed = record.replayed,
          .forwarding_ignored = record.forwarding_ignored,
          .calls = record.calls,
          .until = record.until};
}

Result<void> add_filter(const QueryPair& pair, std::vector<Filter>& filters) {
  const std::string& value = pair.value;
  if (pair.name == "outcome") {
    if (value != "ok" && !outcome_by_token(value))
      return refuse(Outcome::field_malformed, "outcome", "Expected ok, or the token of a problem.");
    filters.emplace_back([value](const CallRecord& record) { return record.outcome == value; });
  } else if (pair.name == "method") {
    filters.emplace_back([value](const CallRecord& record) { return record.method == value; });
  } else if (pair.name == "route") {
    filters.emplace_back([value](const CallRecord& record) { return record.route == value; });
  } else if (pair.name == "credential") {
    MOHUR_TRY_SET(id, parse_id<registry::CredentialId>(pair));
    filters.emplace_back([id](const CallRecord& record) { return record.caller.credential == id.value; });
  } else if (pair.name == "created_at[gte]") {
    MOHUR_TRY_SET(from, parse_time(pair));
    filters.emplace_back([from](const CallRecord& record) { return record.at >= from; });
  } else if (pair.name == "created_at[lt]") {
    MOHUR_TRY_SET(until, parse_time(pair));
    filters.emplace_back([until](const CallRecord& record) { return record.at < until; });
  } else {
    return unknown_filter(pair.name);
  }
  return {};
}

Result<net::Response> requests(Call& call) {
  CallLog::Query query{.client = call.client, .mode = call.mode};
  std::vector<Filter> filters;
  MOHUR_TRY_SET(pairs, query_pairs(call.request));
  for (const QueryPair& pair : pairs) {
    MOHUR_TRY_SET(taken, take_common(pair, query.limit, query.after));
    if (taken) continue;
    MOHUR_TRY(add_filter(pair, filters));
  }
  if (!filters.empty())
    query.wanted = [&](const CallRecord& record) {
      return std::ranges::all_of(filters, [&](const Filter& filter) { return filter(record); });
    };
  MOHUR_TRY_SET(listed, call.services.calls.list(query));
  ListWriter list{call};
  for (const CallRecord& record : listed.items) append_answer(call, shown(record), list.next());
  return list.finish_with(listed.next);
}

// A client finds its own. The operator's people find any: they are told no more than a Request-Id.
Result<net::Response> request(Call& call) {
  MOHUR_TRY_SET(id, call.path_id<RequestId>());
  MOHUR_TRY_SET(record, call.services.calls.get(id));
  const bool is_asked_for_one = !call.client.is_zero();
  if (is_asked_for_one && (record.client != call.client || record.mode != call.mode)) return refuse(Outcome::not_found, "id");
  return answer_with(call, shown(record));
}

}  // namespace

std::vector<Route> request_routes() {
  std::vector<Route> routes;
  routes.push_back(
      read("/v1/requests", "List the calls that were made", Access::client_or_us, Scope::read_requests, {}, requests));
  routes.back().is_list = true;
  routes.back().filters = {{"outcome", "Only calls with this outcome: `ok`, or a problem's token."},
                           {"method", "Only calls with this method, such as POST."},
                           {"route", "Only calls of this path's template, such as `/v1/payouts/{id}`."},
                           filter_by<registry::CredentialId>("credential", "Only calls with this key."),
                           filter_by<Time>("created_at[gte]", "Only calls that came at this time or later."),
                           filter_by<Time>("created_at[lt]", "Only calls that came before this time.")};
  gives<LoggedRequest>(routes.back());
  routes.push_back(read("/v1/requests/{id}", "Get a call by the `Request-Id` of its answer", Access::client_or_us,
                        Scope::read_requests, {Outcome::not_found}, request));
  gives<LoggedRequest>(routes.back());
  return routes;
}

}  // namespace mohur::gateway
