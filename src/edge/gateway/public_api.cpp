// What everybody may read: the API's description, its reference page, and the page of each problem.
#include "gateway/openapi.hpp"
#include "gateway/problem_page.hpp"
#include "gateway/reference_page.hpp"

namespace mohur::gateway {
namespace {

net::Response text(std::string body, std::string_view type) {
  net::Response response;
  response.body = std::move(body);
  response.content_type = type;
  return response;
}

// Made once, on the first request for it.
Result<net::Response> openapi(Call&) {
  static const std::string document = openapi_json(all_routes());
  return text(document, "application/json");
}

Result<net::Response> reference(Call&) { return text(reference_page(), "text/html; charset=utf-8"); }

}  // namespace

std::vector<Route> public_routes() {
  std::vector<Route> routes;
  routes.push_back(read("/openapi.json", "The description of this API", Access::everybody, std::nullopt, {}, openapi));
  routes.push_back(read("/docs", "The reference page", Access::everybody, std::nullopt, {}, reference));
  routes.push_back(read("/problems", "All problems", Access::everybody, std::nullopt, {},
                        [](Call&) -> Result<net::Response> { return problem_index(); }));
  routes.push_back(read("/problems/{token}", "What a problem means", Access::everybody, std::nullopt, {Outcome::not_found},
                        [](Call& call) { return problem_page(call.path_values[0]); }));
  for (Route& route : routes) route.media = route.path == "/openapi.json" ? "application/json" : "text/html";
  return routes;
}

}  // namespace mohur::gateway
