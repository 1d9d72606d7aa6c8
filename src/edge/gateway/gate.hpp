// The gate: every request passes the same stages in the same order, and is then a read, or a command for the shard.
//
// Stages   The list stands in gate.cpp as one array, what they do in gate_stages.cpp and gate_sessions.cpp. A stage refuses or
//          lets pass; what it learns it writes into the Call.
// Threads  The reactor's thread only.
// Trust    Nothing that comes in is trusted before its stage has passed.
#pragma once

#include <memory>

#include "crypto/api_key.hpp"
#include "gateway/problem.hpp"
#include "gateway/route.hpp"
#include "net/server.hpp"
#include "observe/metrics.hpp"

namespace mohur::gateway {

inline constexpr std::string_view kApiVersion = "2026-11-22";

class SignatureCheck;

class Gate final : public net::Handler {
 public:
  explicit Gate(Services& services, std::vector<Route> routes = all_routes());
  ~Gate() override;

  net::BodyLimit on_head(const net::RequestHead& head) override;
  void on_request(net::Request& request, net::Responder responder) override;
  net::Response on_protocol_error(Outcome outcome, std::string_view detail) override;

  // Tells the core what became of throttled calls, and what the watch saw; at each second or so.
  void report();

  const Router& router() const { return router_; }

 private:
  struct Pending;
  using Stage = Result<void> (Gate::*)(Call&);

  Result<void> check_headers(Call& call);
  Result<void> find_origin(Call& call);
  Result<void> route(Call& call);
  Result<void> authenticate(Call& call);
  Result<void> find_person(Call& call);
  Result<bool> take_cookie(Call& call);
  Result<void> take_session(Call& call, const crypto::ApiKeyView& token, registry::SessionKind kind);
  void touch(const KnownSession& session);
  Result<void> check_network(Call& call);
  Result<void> check_certificate(Call& call);
  Result<void> check_signature(Call& call);
  Result<void> admit(Call& call);
  Result<void> check_rights(Call& call);
  Result<void> check_client(Call& call);
  Result<void> check_conduct(Call& call);
  Result<void> check_rate(Call& call);
  Result<void> use_signature(Call& call);
  Result<void> check_idempotency(Call& call);

  struct ShownKey;
  Result<void> take_key(Call& call, const ShownKey& shown);
  Result<void> take_token(Call& call, std::string_view text);
  void take(Call& call, const KnownKey& known);
  std::unexpected<Refusal> wrong_credential(Call& call, Refusal told = {Outcome::credential_invalid, "Authorization", {}});
  void note_use(const Call& call, Time arrived);
  void run(std::shared_ptr<Pending> pending);
  void proceed(const std::shared_ptr<Pending>& pending);
  void read(Pending& pending);
  void submit(std::shared_ptr<Pending> pending);
  struct Gathered;
  void submit_many(std::shared_ptr<Pending> pending);
  kernel::Command command_of(const Call& call, kernel::Intent intent) const;
  Result<net::Response> answer(Call& call, const engine::Done& done);
  void finish(Pending& pending, net::Response response, std::string_view outcome, std::string_view clause);
  void refuse_with(Pending& pending, std::span<const Refusal> refusals);

  Services& services_;
  Router router_;
  const std::unique_ptr<SignatureCheck> signatures_;
};

}  // namespace mohur::gateway
