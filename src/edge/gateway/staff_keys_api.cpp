// Keys of the operator's people: each makes, sees and ends their own, signed in, so that nobody ever sees another one's.
#include "crypto/api_key.hpp"
#include "engine/claims.hpp"
#include "gateway/key_inputs.hpp"
#include "gateway/route.hpp"

namespace mohur::gateway {
namespace {

using registry::Credential;

// All keys of the person who calls.
Result<std::vector<Credential>> own_keys(const Call& call) {
  std::vector<Credential> own;
  std::optional<engine::Cursor> from;
  do {
    MOHUR_TRY_SET(page, (call.services.archive.list<Credential>({}, Mode::live, from, 100)));
    for (Credential& key : page.items)
      if (key.person && key.person->value == call.caller.id) own.push_back(std::move(key));
    from = page.next;
  } while (from);
  return own;
}

Result<kernel::Intent> make(Call& call, const StaffKeyInput& input) {
  const crypto::ApiKey key = crypto::make_api_key(crypto::KeyMode::live, crypto::KeyKind::op, call.services.random);
  kernel::IssueOperatorCredential intent{.person = {call.caller.id},
                                         .label = input.label.str(),
                                         .kid = key.kid,
                                         .secret_hash = std::string{call.services.vault.secret_hash(key.secret).view()},
                                         .last_four = key.secret.substr(key.secret.size() - 4),
                                         .claim = engine::kid_claim(call.services.vault, key.kid),
                                         .replaced = {}};
  if (input.revoke_others.value_or(false)) {
    MOHUR_TRY_SET(own, own_keys(call));
    for (const Credential& old : own)
      if (old.status == registry::CredentialStatus::active) intent.replaced.push_back(old.id);
  }
  call.secret = crypto::to_text(key);
  return kernel::Intent{std::move(intent)};
}

Result<net::Response> list(Call& call) {
  MOHUR_TRY_SET(own, own_keys(call));
  return ListWriter{call}.append(own).finish({});
}

Result<kernel::Intent> revoke(Call& call, const NoInput&) {
  MOHUR_TRY_SET(id, call.path_id<registry::CredentialId>());
  MOHUR_TRY_SET(found, call.services.archive.get<Credential>(id.value));
  if (!found || !found->person || found->person->value != call.caller.id) return refuse(Outcome::not_found, "id");
  return kernel::Intent{kernel::RevokeCredential{id}};
}

}  // namespace

std::vector<Route> staff_key_routes() {
  using enum Outcome;
  std::vector<Route> routes;
  routes.push_back(write<Credential, StaffKeyInput>("/v1/staff/credentials", "Make a key of your own; its secret is shown once",
                                                    "P1.2", Access::own, {}, IdempotencyRule::optional,
                                                    {session_required, state_conflict}, make, 201));
  gives_with<Credential, WithSecret>(routes.back(), [] { return example_with_secret_of_person(); });
  Route listed = read("/v1/staff/credentials", "List your keys", Access::own, {}, {}, list);
  gives<Credential>(listed);
  listed.is_list = true;
  routes.push_back(std::move(listed));
  routes.push_back(write<Credential, NoInput>("/v1/staff/credentials/{id}/revoke", "End a key of yours at once", "P1.3",
                                              Access::own, {}, IdempotencyRule::optional,
                                              {session_required, not_found, state_conflict}, revoke));
  routes.back().output_example = example_of_revoked_credential_of_person;
  return routes;
}

}  // namespace mohur::gateway
