#include "gateway/signing_in.hpp"

#include "crypto/api_key.hpp"
#include "gateway/cookies.hpp"

namespace mohur::gateway {
namespace {

// The same for all that one household or server has.
Key128 network_key(const Call& call) {
  const auto& bytes = call.origin.address.bytes();
  const std::size_t size = call.origin.address.is_v4() ? bytes.size() : bytes.size() / 2;
  return call.services.vault.blind_index("network", {reinterpret_cast<const char*>(bytes.data()), size});
}

SignInTry try_of(const Call& call, Key128 account) {
  const registry::Person* person = call.services.staff.book.person_with(account);
  SignInTry attempt{.account = account, .network = network_key(call), .is_person = person != nullptr};
  const registry::SignIn* setup = person == nullptr ? nullptr : call.services.staff.book.sign_in(person->id);
  attempt.is_known_network = setup != nullptr && std::ranges::find(setup->networks, attempt.network) != setup->networks.end();
  return attempt;
}

}  // namespace

Key128 account_here(const Call& call, Key128 account) {
  const Key128 network = network_key(call);
  return {account.high ^ network.low, account.low ^ network.high};
}

Result<void> begin_try(Call& call, Key128 account) {
  const SignInTry attempt = try_of(call, account);
  call.retry_after = call.services.staff.waits.begin(attempt, call.services.steady.now());
  if (!call.retry_after) {
    call.attempt = attempt;
    return {};
  }
  return refuse(Outcome::sign_in_blocked, {},
                "The next sign-in is looked at in " + std::to_string(whole_seconds(*call.retry_after)) + " s.");
}

void succeeded(Call& call, Key128 account) { call.services.staff.waits.right(try_of(call, account)); }

std::unexpected<Refusal> failed(Call& call, Key128 account, Refusal refusal) {
  const auto wait = call.services.staff.waits.wait_of(try_of(call, account), call.services.steady.now());
  const registry::Person* person = call.services.staff.book.person_with(account);
  if (wait && person != nullptr && call.services.staff.book.sign_in(person->id) != nullptr) {
    kernel::Command command{.caller = registry::by_system(),
                            .mode = Mode::live,
                            .intent = kernel::BlockSignIn{person->id, call.services.clock.now() + *wait}};
    std::ignore = call.services.shard.submit(std::move(command), [](const Result<engine::Done>&) {});
  }
  return std::unexpected(std::move(refusal));
}

kernel::OpenSession open_session(Call& call, registry::PersonId person, registry::SessionKind kind) {
  call.caller = registry::by_person(person, {});
  call.mode = Mode::live;
  const crypto::ApiKey token = crypto::make_api_key(crypto::KeyMode::live, crypto::KeyKind::st, call.services.random);
  const std::string text = crypto::to_text(token);
  const Duration lifetime = call.services.settings.session_lifetime;
  if (kind == registry::SessionKind::bearer) {
    call.tokens = WithTokens{text, {}};
  } else {
    call.tokens = WithTokens{{}, csrf_token(call.services.vault, token.kid)};
    call.cookies.push_back(session_cookie(text, lifetime));
  }
  return {.person = person,
          .kind = kind,
          .factor = {},
          .compared = {},
          .subject = {},
          .kid = token.kid,
          .token_hash = std::string{call.services.vault.secret_hash(token.secret).view()},
          .network = network_key(call),
          .lifetime = lifetime};
}

}  // namespace mohur::gateway
