// Routes for objects that belong to a client as a whole, whichever mode its key is for: what it is told, asks and accepts.
//
// A client sees its own. The operator's people see all of them, or those of the client that they name in the query.
#pragma once

#include "gateway/route.hpp"

namespace mohur::gateway {

template <class T>
bool is_of_caller(const Call& call, const T& object) {
  return call.caller.kind == registry::CallerKind::person || object.client == call.client;
}

template <class T>
Result<T> find_for_caller(const Call& call) {
  MOHUR_TRY_SET(id, call.path_id<decltype(T::id)>());
  MOHUR_TRY_SET(found, call.services.archive.get<T>(id.value));
  if (!found || !is_of_caller(call, *found)) return refuse(Outcome::not_found, "id");
  return std::move(*found);
}

template <class T>
Result<engine::Page<T>> page_for_caller(Call& call) {
  MOHUR_TRY_SET(query, (parse_query<T>(call)));
  return call.services.archive.list<T>(call.client, Mode::live, query.after, query.limit, query.wanted);
}

template <class T>
Route list_of_a_client(std::string_view path, std::string_view summary, std::string_view clause) {
  Route route = read(path, summary, Access::client_or_us, std::nullopt, {}, [](Call& call) -> Result<net::Response> {
    MOHUR_TRY_SET(page, page_for_caller<T>(call));
    return ListWriter{call}.append(page.items).finish(page.next);
  });
  gives<T>(route);
  route.is_list = true;
  route.filters = filters_of<T>();
  route.clause = clause;
  return route;
}

template <class T>
Route one_of_a_client(std::string_view path, std::string_view summary, std::string_view clause) {
  Route route =
      read(path, summary, Access::client_or_us, std::nullopt, {Outcome::not_found}, [](Call& call) -> Result<net::Response> {
        MOHUR_TRY_SET(found, find_for_caller<T>(call));
        return answer_with(call, found);
      });
  gives<T>(route);
  route.clause = clause;
  return route;
}

}  // namespace mohur::gateway
