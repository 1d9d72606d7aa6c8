#include "gateway/query.hpp"

#include <charconv>

#include "crypto/encoding.hpp"

namespace mohur::gateway {

std::string to_text(const engine::Cursor& cursor) {
  std::string bytes;
  engine::append_u64(bytes, cursor.frame);
  engine::append_u32(bytes, cursor.index);
  return crypto::base64url_encode(bytes);
}

Result<engine::Cursor> parse_cursor(std::string_view text) {
  const auto bytes = crypto::base64url_decode(text);
  if (!bytes || bytes->size() != 12) return refuse(Outcome::cursor_malformed, "after");
  return engine::Cursor{engine::read_big_endian(std::string_view{*bytes}.substr(0, 8)),
                        static_cast<std::uint32_t>(engine::read_big_endian(std::string_view{*bytes}.substr(8)))};
}

Result<std::size_t> parse_limit(std::string_view text) {
  std::size_t limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc{} || end != text.data() + text.size() || limit < 1 || limit > kMostListed)
    return refuse(Outcome::field_out_of_range, "limit", "Expected 1 to " + std::to_string(kMostListed) + ".");
  return limit;
}

Result<std::vector<QueryPair>> query_pairs(const net::Request& request) {
  std::vector<QueryPair> pairs;
  net::QueryReader reader{request.query};
  while (const auto pair = reader.next()) {
    auto name = net::decode_query_text(pair->name);
    auto value = net::decode_query_text(pair->value);
    if (!name || !value) return refuse(Outcome::malformed_request, "query");
    pairs.push_back({std::move(*name), std::move(*value)});
  }
  return pairs;
}

std::unexpected<Refusal> unknown_filter(const std::string& name) {
  return refuse(Outcome::filter_unknown, name.size() <= 40 ? name : name.substr(0, 40));
}

Result<Time> parse_time(const QueryPair& pair) {
  const auto at = parse_rfc3339(pair.value);
  if (!at)
    return refuse(Outcome::field_malformed, pair.name,
                  "Expected a time such as 2026-11-22T06:30:00Z; a + in a query is written %2B.");
  return *at;
}

Result<std::uint64_t> parse_position(const QueryPair& pair) {
  std::uint64_t position = 0;
  const char* const end_of_text = pair.value.data() + pair.value.size();
  const auto [end, error] = std::from_chars(pair.value.data(), end_of_text, position);
  if (error != std::errc{} || end != end_of_text)
    return refuse(Outcome::field_malformed, pair.name, "Expected a journal position.");
  return position;
}

Result<PageQuery> parse_page_query(const Call& call) {
  PageQuery query;
  MOHUR_TRY_SET(pairs, query_pairs(call.request));
  for (const QueryPair& pair : pairs) {
    MOHUR_TRY_SET(taken, take_common(pair, query.limit, query.after));
    if (!taken) return unknown_filter(pair.name);
  }
  return query;
}

Result<bool> take_common(const QueryPair& pair, std::size_t& limit, std::optional<std::string>& after) {
  if (pair.name == "client" || pair.name == "mode") return true;  // taken by the gate, for the operator's people
  if (pair.name == "after") {
    after = pair.value;
    return true;
  }
  if (pair.name != "limit") return false;
  MOHUR_TRY_SET(number, parse_limit(pair.value));
  limit = number;
  return true;
}

}  // namespace mohur::gateway
