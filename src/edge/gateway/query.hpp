// The query of a list: how many, from where, and which.
//
// `limit` 1 to 100, 10 when absent; `after` a cursor that an earlier page gave; filters by field: `status=`, `reference_id=`,
// `payin=`, `beneficiary=`, `sublicence=`, `person=`, `created_at[gte]=`, `created_at[lt]=`. Operator's people also name
// `client=` and `mode=`. Errors filter_unknown, cursor_malformed, field_out_of_range, field_malformed.
#pragma once

#include "codec/schema.hpp"
#include "gateway/call.hpp"
#include "net/target.hpp"

namespace mohur::gateway {

inline constexpr std::size_t kUsuallyListed = 10;
inline constexpr std::size_t kMostListed = 100;

std::string to_text(const engine::Cursor& cursor);
Result<engine::Cursor> parse_cursor(std::string_view text);
Result<std::size_t> parse_limit(std::string_view text);

// A pair of the query with its escapes undone.
struct QueryPair {
  std::string name;
  std::string value;
};
Result<std::vector<QueryPair>> query_pairs(const net::Request& request);

template <class T>
struct ListQuery {
  std::size_t limit = kUsuallyListed;
  std::optional<engine::Cursor> after;
  std::function<bool(const T&)> wanted;
};

std::unexpected<Refusal> unknown_filter(const std::string& name);
Result<Time> parse_time(const QueryPair& pair);
Result<std::uint64_t> parse_position(const QueryPair& pair);
template <class AnyId>
Result<AnyId> parse_id(const QueryPair& pair) {
  const auto id = AnyId::parse(pair.value);
  if (!id)
    return refuse(Outcome::field_malformed, pair.name, "Expected an id that begins with " + std::string{AnyId::prefix()} + "_.");
  return *id;
}

// What a refusal says about a word that is none of E's.
template <class E>
std::string one_of() {
  std::string detail = "Expected one of: ";
  for (const auto& row : described_enumerators(E{})) detail.append(row.token).append(", ");
  detail.replace(detail.size() - 2, 2, ".");
  return detail;
}

struct FilterName {
  std::string_view name;
  std::string_view sentence;
  void (*schema)(codec::JsonWriter&, codec::SchemaSet&) = codec::write_value_schema<std::string>;
};
template <class M>
FilterName filter_by(std::string_view name, std::string_view sentence) {
  return {name, sentence, codec::write_value_schema<M>};
}

// The filters that a list of T has; filter_of understands these and no others.
template <class T>
std::vector<FilterName> filters_of() {
  std::vector<FilterName> names;
  if constexpr (requires(T t) { t.status; })
    names.push_back(filter_by<decltype(T::status)>("status", "Only those in this status."));
  if constexpr (requires(T t) { t.reference_id; })
    names.push_back(filter_by<payments::ReferenceId>("reference_id", "Only those with this reference."));
  if constexpr (requires(T t) { t.beneficiary.value; })
    names.push_back(filter_by<payments::BeneficiaryId>("beneficiary", "Only those to this beneficiary."));
  if constexpr (requires(T t) { t.sublicence; })
    names.push_back(filter_by<registry::SublicenceId>("sublicence", "Only those of this sublicence."));
  if constexpr (requires(T t) { t.payin.value; } && !requires(T t) { t.payin.has_value(); })
    names.push_back(filter_by<payments::PayinId>("payin", "Only those of this pay-in."));
  if constexpr (requires(T t) { t.person.value; } && !requires(T t) { t.person.has_value(); })
    names.push_back(filter_by<registry::PersonId>("person", "Only those of this person."));
  if constexpr (requires(T t) { t.created_at; }) {
    names.push_back(filter_by<Time>("created_at[gte]", "Only those made at this time or later."));
    names.push_back(filter_by<Time>("created_at[lt]", "Only those made before this time."));
  }
  return names;
}

// The condition that one pair stands for.
template <class T>
Result<std::function<bool(const T&)>> filter_of(const QueryPair& pair) {
  using Filter = std::function<bool(const T&)>;
  if constexpr (requires(T t) { t.status; }) {
    if (pair.name == "status") {
      const auto status = from_token<decltype(T::status)>(pair.value);
      if (!status) return refuse(Outcome::field_malformed, "status", one_of<decltype(T::status)>());
      return Filter{[status](const T& t) { return t.status == *status; }};
    }
  }
  if constexpr (requires(T t) { t.reference_id; }) {
    if (pair.name == "reference_id")
      return Filter{[value = pair.value](const T& t) { return t.reference_id && t.reference_id->str() == value; }};
  }
  if constexpr (requires(T t) { t.beneficiary.value; }) {
    if (pair.name == "beneficiary")
      return Filter{[value = pair.value](const T& t) { return t.beneficiary.to_string() == value; }};
  }
  if constexpr (requires(T t) { t.sublicence; }) {
    if (pair.name == "sublicence") {
      MOHUR_TRY_SET(id, parse_id<registry::SublicenceId>(pair));
      return Filter{[id](const T& t) { return t.sublicence == id; }};
    }
  }
  if constexpr (requires(T t) { t.payin.value; } && !requires(T t) { t.payin.has_value(); }) {
    if (pair.name == "payin") return Filter{[value = pair.value](const T& t) { return t.payin.to_string() == value; }};
  }
  if constexpr (requires(T t) { t.person.value; } && !requires(T t) { t.person.has_value(); }) {
    if (pair.name == "person") return Filter{[value = pair.value](const T& t) { return t.person.to_string() == value; }};
  }
  if constexpr (requires(T t) { t.created_at; }) {
    if (pair.name == "created_at[gte]" || pair.name == "created_at[lt]") {
      MOHUR_TRY_SET(at, parse_time(pair));
      if (pair.name == "created_at[gte]") return Filter{[at](const T& t) { return t.created_at >= at; }};
      return Filter{[at](const T& t) { return t.created_at < at; }};
    }
  }
  return unknown_filter(pair.name);
}

// Takes the pairs that every list has; answers false for a pair that is a filter.
Result<bool> take_common(const QueryPair& pair, std::size_t& limit, std::optional<std::string>& after);

// Of a list that has no filters.
struct PageQuery {
  std::size_t limit = kUsuallyListed;
  std::optional<std::string> after;
};
Result<PageQuery> parse_page_query(const Call& call);

template <class T>
Result<ListQuery<T>> parse_query(const Call& call) {
  ListQuery<T> query;
  std::optional<std::string> after;
  std::vector<std::function<bool(const T&)>> filters;
  MOHUR_TRY_SET(pairs, query_pairs(call.request));
  for (const QueryPair& pair : pairs) {
    MOHUR_TRY_SET(taken, take_common(pair, query.limit, after));
    if (taken) continue;
    MOHUR_TRY_SET(filter, filter_of<T>(pair));
    filters.push_back(std::move(filter));
  }
  if (after) {
    MOHUR_TRY_SET(cursor, parse_cursor(*after));
    query.after = cursor;
  }
  if (!filters.empty())
    query.wanted = [filters = std::move(filters)](const T& t) {
      return std::all_of(filters.begin(), filters.end(), [&](const auto& f) { return f(t); });
    };
  return query;
}

}  // namespace mohur::gateway
