// A route: where an endpoint lives, who may call it, and its four parts: input, output, outcomes, function.
//
// The table of routes is the gateway's contents page: the gate serves it, and OpenAPI and the reference page are made of it.
#pragma once

#include <span>

#include "codec/schema.hpp"
#include "gateway/answers.hpp"
#include "gateway/call.hpp"
#include "gateway/examples.hpp"
#include "gateway/problem.hpp"

namespace mohur::gateway {

enum class Access : std::uint8_t {
  everybody,
  client,        // a client's key
  client_or_us,  // a client's key; or one of the operator's people, who names the client in the query
  us,            // one of the operator's people
  own,           // one of the operator's people, about themselves: whatever the roles
  any_key,       // whoever holds a key that is right, whatever it may do and from wherever
  oauth,         // a client's key, by HTTP Basic, in the form, or as a bearer; or one of the operator's people
};

// How a call goes on after what was done beside the reactor, or is refused. It keeps the call alive.
using GoOn = std::function<void(Checked<void>)>;

enum class IdempotencyRule : std::uint8_t { none, optional, required };

// What a call needs: a scope of the client's key, a permission of the person's roles, or nothing more than to be admitted.
struct Needs {
  std::optional<registry::Scope> scope;
  std::optional<registry::Permission> permission;

  Needs() = default;
  Needs(std::nullopt_t) {}
  Needs(registry::Scope wanted) : scope(wanted) {}
  Needs(registry::Permission wanted) : permission(wanted) {}
};

// What a write comes to before it is queued.
struct Prepared {
  kernel::Intent intent;
  std::uint64_t fingerprint = 0;
  std::optional<net::Response> at_once = std::nullopt;  // there is nothing to do: the answer, and the intent is left alone
};

struct Route {
  net::Method method = net::Method::get;
  std::string_view path;
  std::string_view summary;
  std::string_view clause;  // of the usage policy, that the route's checks stand for
  Access access = Access::client;
  std::optional<registry::Scope> scope;            // of a client's key
  std::optional<registry::Permission> permission;  // of one of the operator's people; `read` where a read names none
  policy::RouteClass route_class = policy::RouteClass::read;
  IdempotencyRule idempotency = IdempotencyRule::none;
  std::uint16_t status = 200;
  bool also_when_suspended = false;         // a write that a suspended client may still do
  bool sends_money = false;                 // asked of it: a live key's networks, and a signature where the agreement demands one
  bool is_of_each_key = false;              // what it does is its key's own: idempotency keys of others are not its
  std::optional<std::uint64_t> body_limit;  // bytes; the usual one when absent
  std::vector<Outcome> outcomes;            // those of the function itself; the stages add theirs

  // Exactly one of the three. A read answers at once; a write becomes a command, and its first event's object is the answer. What
  // is asked of many objects at once becomes a command for each: every one of them is decided by itself, and told.
  std::function<Result<net::Response>(Call&)> read;
  std::function<Checked<Prepared>(Call&)> prepare;
  std::function<Checked<std::vector<kernel::Intent>>(Call&)> prepare_many;
  std::function<void(Call&, std::span<const Result<kernel::Object>>, std::string& out)> render_many;
  std::function<Result<void>(Call&, const kernel::Object&, std::string& out)> render;
  std::function<void(Call&, GoOn)> beside;                    // what takes its time, before the call is read or prepared
  std::function<Result<kernel::Object>(Call&, Key128)> load;  // of an object that exists already

  // For OpenAPI; absent where there is no body.
  using Refer = std::string (*)(codec::SchemaSet&);
  Refer input = nullptr;
  Refer output = nullptr;
  bool is_list = false;
  std::vector<FilterName> filters;  // besides those that every list has
  using Example = std::string (*)();
  bool takes_form = false;                    // input is a form, and problems are told as OAuth has it
  std::vector<std::string_view> takes_files;  // media of a body that is no JSON
  Example input_example = nullptr;
  Example output_example = nullptr;  // of a list: of one item
  std::string_view media;            // of an answer that is not JSON
};

inline bool is_write(const Route& route) { return route.method != net::Method::get; }
// How the route tells problems.
inline ProblemForm form_of(const Route& route) { return route.takes_form ? ProblemForm::oauth : ProblemForm::plain; }

// The whole table, in the order of the reference page.
std::vector<Route> all_routes();
std::vector<Route> operator_routes();
std::vector<Route> onboarding_routes();
std::vector<Route> people_routes();
std::vector<Route> staff_routes();
std::vector<Route> openid_routes();
std::vector<Route> staff_key_routes();
std::vector<Route> plan_routes();
std::vector<Route> limit_trial_routes();
std::vector<Route> sublicence_routes();
std::vector<Route> incident_routes();
std::vector<Route> leak_routes();
std::vector<Route> oauth_routes();
std::vector<Route> policy_routes();
std::vector<Route> notice_routes();
std::vector<Route> ticket_routes();
std::vector<Route> conduct_routes();
std::vector<Route> watch_routes();
std::vector<Route> payin_routes();
std::vector<Route> payout_routes();
std::vector<Route> approval_routes();
std::vector<Route> threshold_routes();
std::vector<Route> schedule_routes();
std::vector<Route> batch_routes();
std::vector<Route> ledger_routes();
std::vector<Route> statement_routes();
std::vector<Route> event_routes();
std::vector<Route> request_routes();
std::vector<Route> sandbox_routes();
std::vector<Route> public_routes();

// Finds the route of a method and path. Errors: route_not_found, method_not_allowed.
class Router {
 public:
  explicit Router(std::vector<Route> routes);
  Result<const Route*> find(net::Method method, std::string_view path, std::vector<std::string>& path_values) const;
  // The methods that a path takes, as the Allow header lists them.
  std::string allowed(std::string_view path) const;
  const std::vector<Route>& routes() const { return routes_; }

 private:
  struct Entry {
    std::vector<std::string_view> segments;
    std::size_t route;
  };
  const std::vector<Route> routes_;
  boost::unordered_flat_map<std::string_view, std::size_t> plain_gets_;  // by path, for paths without parameters
  boost::unordered_flat_map<std::string_view, std::size_t> plain_posts_;
  std::vector<Entry> entries_;
};

// ---- how the table is written

std::uint64_t fingerprint_of(std::string_view route, const std::vector<std::string>& path_values,
                             std::string_view canonical_input);

// Reads and checks the body. Errors: media_type_unsupported, card_number_refused, and what read_json finds.
Checked<codec::PaddedBody> checked_body(const Call& call);

struct NoInput {};

// What the route takes and gives, for OpenAPI.
template <class Input>
void takes(Route& route) {
  route.input = [](codec::SchemaSet& set) { return codec::schema_reference<Input, codec::Direction::input>(set); };
  route.input_example = [] { return example_of(Of<Input>{}); };
}
template <class Output>
void gives(Route& route) {
  route.output = [](codec::SchemaSet& set) {
    if constexpr (HasMore<Output>)
      return codec::schema_reference_with<Output, decltype(more_of(std::declval<const Call&>(), std::declval<Output>()))>(set);
    else
      return codec::schema_reference<Output>(set);
  };
  route.output_example = [] { return example_of(Of<Output>{}, {}); };
}
template <class Output, class More>
void gives_with(Route& route, Route::Example example) {
  route.output = [](codec::SchemaSet& set) { return codec::schema_reference_with<Output, More>(set); };
  route.output_example = example;
}
// The status that a call leaves behind, for its example.
template <class Output, auto Status>
void leaves(Route& route) {
  route.output_example = [] { return example_of(Of<Output>{}, Status); };
}

// A write: `decide(call, input)` makes the intent.
template <class Output, class Input>
Route write(std::string_view path, std::string_view summary, std::string_view clause, Access access, const Needs& needs,
            IdempotencyRule idempotency, std::vector<Outcome> outcomes, Result<kernel::Intent> (*decide)(Call&, const Input&),
            std::uint16_t status = 200) {
  Route route{.method = net::Method::post,
              .path = path,
              .summary = summary,
              .clause = clause,
              .access = access,
              .scope = needs.scope,
              .permission = needs.permission,
              .route_class = policy::RouteClass::write,
              .idempotency = idempotency,
              .status = status,
              .outcomes = std::move(outcomes)};
  route.prepare = [decide](Call& call) -> Checked<Prepared> {
    Input input{};
    std::string canonical;
    if constexpr (!std::is_same_v<Input, NoInput>) {
      const auto body = checked_body(call);
      if (!body) return std::unexpected(body.error());
      auto read = codec::read_json_all<Input>(*body);
      if (!read) return std::unexpected(std::move(read).error());
      input = std::move(*read);
      canonical.reserve(2 * call.request.body.size());
      codec::MaskingRevealer nothing_sealed;
      codec::write_json(input, canonical, nothing_sealed);
    } else if (!call.request.body.empty() && call.request.body != "{}") {
      return std::unexpected(Refusals{{Outcome::field_unknown, {}, "This call takes no body."}});
    }
    auto intent = decide(call, input);
    if (!intent) return std::unexpected(Refusals{std::move(intent).error()});
    return Prepared{std::move(*intent), fingerprint_of(call.route->path, call.path_values, canonical)};
  };
  route.render = [](Call& call, const kernel::Object& object, std::string& out) -> Result<void> {
    const Output* held = std::get_if<Output>(&object);
    if (held == nullptr) return refuse(Outcome::internal_error);
    append_answer(call, *held, out);
    return {};
  };
  route.load = [](Call& call, Key128 key) -> Result<kernel::Object> {
    MOHUR_TRY_SET(found, call.services.archive.get<Output>(key));
    if (!found) return refuse(Outcome::not_found);
    return kernel::Object{std::move(*found)};
  };
  if constexpr (!std::is_same_v<Input, NoInput>) takes<Input>(route);
  gives<Output>(route);
  if constexpr (requires(Output made) { made.status; })
    if (status == 201) route.output_example = [] { return example_of(Of<Output>{}, Output{}.status); };
  return route;
}

// A read that answers with JSON.
inline Route read(std::string_view path, std::string_view summary, Access access, const Needs& needs,
                  std::vector<Outcome> outcomes, std::function<Result<net::Response>(Call&)> function) {
  Route route{.path = path,
              .summary = summary,
              .access = access,
              .scope = needs.scope,
              .permission = needs.permission,
              .outcomes = std::move(outcomes)};
  route.read = std::move(function);
  return route;
}

// `GET /things/{id}` of the caller's own objects.
template <class T>
Route get_one(std::string_view path, std::string_view summary, Access access, const Needs& needs) {
  Route route = read(path, summary, access, needs, {Outcome::not_found}, [](Call& call) -> Result<net::Response> {
    MOHUR_TRY_SET(id, call.path_id<decltype(T::id)>());
    MOHUR_TRY_SET(found, call.services.archive.get<T>(id.value));
    if (!found || !is_visible(call, *found)) return refuse(Outcome::not_found, "id");
    return answer_with(call, *found);
  });
  gives<T>(route);
  return route;
}

// `GET /things`: newest first, with filters by the fields that the object has.
template <class T>
Route list_all(std::string_view path, std::string_view summary, Access access, const Needs& needs) {
  Route route = read(path, summary, access, needs, {}, [](Call& call) -> Result<net::Response> {
    MOHUR_TRY_SET(query, (parse_query<T>(call)));
    MOHUR_TRY_SET(page, (call.services.archive.list<T>(call.listed_under(), call.mode, query.after, query.limit, query.wanted)));
    return ListWriter{call}.append(page.items).finish(page.next);
  });
  gives<T>(route);
  route.is_list = true;
  route.filters = filters_of<T>();
  return route;
}

}  // namespace mohur::gateway
