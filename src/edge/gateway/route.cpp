#include "gateway/route.hpp"

#include "codec/card_number.hpp"
#include "crypto/sha256.hpp"
#include "gateway/evaluation.hpp"

namespace mohur::gateway {
namespace {

bool is_parameter(std::string_view segment) { return segment.starts_with('{'); }

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::size_t end = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, end));
    path.remove_prefix(end);
  }
  return segments;
}

// The path matches when every plain segment is equal; the others are its values, and a value is not empty.
bool matches(const std::vector<std::string_view>& wanted, const std::vector<std::string_view>& segments) {
  if (wanted.size() != segments.size()) return false;
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (is_parameter(wanted[i]) ? segments[i].empty() : wanted[i] != segments[i]) return false;
  return true;
}

// Fields whose values are long digit strings by right.
constexpr std::string_view kNotCards[] = {"account_number", "utr", "phone", "reference_id", "amount", "content"};

}  // namespace

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)) {
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    const Route& route = routes_[i];
    if (route.path.find('{') != std::string_view::npos)
      entries_.push_back({split(route.path), i});
    else
      (route.method == net::Method::get ? plain_gets_ : plain_posts_).emplace(route.path, i);
  }
}

Result<const Route*> Router::find(net::Method method, std::string_view path, std::vector<std::string>& path_values) const {
  if (method == net::Method::head) method = net::Method::get;
  const auto& plain = method == net::Method::get ? plain_gets_ : plain_posts_;
  const bool known_method = method == net::Method::get || method == net::Method::post;
  if (known_method)
    if (const auto found = plain.find(path); found != plain.end()) return &routes_[found->second];
  bool path_exists = plain_gets_.contains(path) || plain_posts_.contains(path);
  const std::vector<std::string_view> segments = split(path);
  for (const Entry& entry : entries_) {
    if (!matches(entry.segments, segments)) continue;
    path_exists = true;
    if (!known_method || routes_[entry.route].method != method) continue;
    for (std::size_t i = 0; i < segments.size(); ++i) {
      if (!is_parameter(entry.segments[i])) continue;
      auto value = net::decode_segment(segments[i]);
      if (!value) return refuse(Outcome::malformed_request, "path");
      path_values.push_back(std::move(*value));
    }
    return &routes_[entry.route];
  }
  return refuse(path_exists ? Outcome::method_not_allowed : Outcome::route_not_found);
}

std::string Router::allowed(std::string_view path) const {
  bool gets = plain_gets_.contains(path);
  bool posts = plain_posts_.contains(path);
  const std::vector<std::string_view> segments = split(path);
  for (const Entry& entry : entries_)
    if (matches(entry.segments, segments)) (routes_[entry.route].method == net::Method::get ? gets : posts) = true;
  std::string methods = gets ? "GET, HEAD" : "";
  if (posts) methods += gets ? ", POST" : "POST";
  return methods;
}

std::vector<Route> all_routes() {
  std::vector<Route> all;
  for (auto part :
       {payin_routes,       payout_routes,     approval_routes,  schedule_routes,   threshold_routes, batch_routes,
        ledger_routes,      statement_routes,  event_routes,     request_routes,    sandbox_routes,   plan_routes,
        limit_trial_routes, sublicence_routes, incident_routes,  conduct_routes,    watch_routes,     evaluation_routes,
        policy_routes,      notice_routes,     ticket_routes,    onboarding_routes, operator_routes,  people_routes,
        staff_routes,       openid_routes,     staff_key_routes, leak_routes,       oauth_routes,     public_routes})
    for (Route& route : part()) all.push_back(std::move(route));
  return all;
}

std::uint64_t fingerprint_of(std::string_view route, const std::vector<std::string>& path_values,
                             std::string_view canonical_input) {
  thread_local crypto::Sha256 hash;
  hash.update(route);
  for (const std::string& value : path_values) hash.update("\x1f").update(value);
  hash.update("\x1f").update(canonical_input);
  return engine::read_big_endian(hash.finish().view().substr(0, 8));
}

Checked<codec::PaddedBody> checked_body(const Call& call) {
  const auto type = call.request.find("content-type");
  const std::string_view media = type ? type->substr(0, type->find(';')) : std::string_view{};
  if (!net::equals_ignoring_case(media, "application/json"))
    return std::unexpected(Refusals{{Outcome::media_type_unsupported, "Content-Type", "Send the body as application/json."}});
  if (codec::contains_card_number(call.request.body, kNotCards))
    return std::unexpected(Refusals{
        {Outcome::card_number_refused, {}, "The body holds what looks like a card number. Remove it; it was not kept."}});
  return codec::PaddedBody{call.request.body};
}

}  // namespace mohur::gateway
