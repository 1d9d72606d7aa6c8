// Signing in and out of the operator's people, and what each of them sees and changes about themselves.
#include "gateway/cookies.hpp"
#include "gateway/factors.hpp"
#include "gateway/input_forms.hpp"
#include "gateway/people_inputs.hpp"
#include "gateway/sealing.hpp"
#include "gateway/signing_in.hpp"

namespace mohur::gateway {
namespace {

using registry::Permission;
using registry::Person;
using registry::Session;
using registry::SessionKind;
using registry::SignIn;

template <class Input>
Checked<Input> read_input(const Call& call) {
  const auto body = checked_body(call);
  if (!body) return std::unexpected(body.error());
  return codec::read_json_all<Input>(*body);
}

std::string stored_password(const SignIn* setup) { return setup == nullptr ? std::string{} : setup->factors.password; }

Key128 account_of(const Call& call, const Text<EmailRule>& email) {
  return engine::email_claim(call.services.vault, email.str());
}

// ---- signing in

Checked<PasswordJob> compare_at_sign_in(Call& call) {
  const auto input = read_input<SignInInput>(call);
  if (!input) return std::unexpected(input.error());
  const Key128 account = account_of(call, input->email);
  if (const auto begun = begin_try(call, account); !begun) return all_of(begun.error());
  const Person* person = call.services.staff.book.person_with(account);
  const SignIn* setup = person == nullptr ? nullptr : call.services.staff.book.sign_in(person->id);
  return PasswordJob{input->password.str(), password_hash(call.services.vault, setup), {}, stored_password(setup)};
}

Result<kernel::Intent> sign_in(Call& call, const SignInInput& input) {
  const Key128 account = account_of(call, input.email);
  const Person* person = call.services.staff.book.person_with(account);
  const SignIn* setup = person == nullptr ? nullptr : call.services.staff.book.sign_in(person->id);
  if (!call.password.matches || setup == nullptr || person->status == registry::PersonStatus::disabled)
    return failed(call, account, {Outcome::sign_in_failed, {}, {}});
  const auto factor = second_factor(call.services.vault, *setup, input.code.str(), call.services.clock.now());
  if (!factor) return failed(call, account, {Outcome::sign_in_failed, {}, {}});
  succeeded(call, account);
  kernel::OpenSession intent = open_session(call, person->id, input.kind.value_or(SessionKind::cookie));
  intent.factor = *factor;
  intent.compared = call.password.stored;
  return kernel::Intent{std::move(intent)};
}

// ---- setting it up

Checked<PasswordJob> make_for_invited(Call& call) {
  const auto input = read_input<AcceptInvitationInput>(call);
  if (!input) return std::unexpected(input.error());
  const Key128 account = account_of(call, input->email);
  const Key128 here = account_here(call, account);
  if (const auto begun = begin_try(call, here); !begun) return all_of(begun.error());
  const Person* person = call.services.staff.book.person_with(account);
  const SignIn* setup = person == nullptr ? nullptr : call.services.staff.book.sign_in(person->id);
  const bool is_right = setup != nullptr && setup->invitation &&
                        setup->invitation->first_half_hash == half_hash(call.services.vault, input->first_half.str()) &&
                        setup->invitation->second_half_hash == half_hash(call.services.vault, input->second_half.str());
  if (!is_right) return all_of(failed(call, here, {Outcome::invitation_invalid, {}, {}}).error());
  succeeded(call, here);
  if (const auto suits = check_password(input->password.str(), input->email.str()); !suits) return all_of(suits.error());
  return PasswordJob{{}, {}, input->password.str(), {}};
}

Result<kernel::Intent> accept_invitation(Call& call, const AcceptInvitationInput& input) {
  const Person* person = call.services.staff.book.person_with(account_of(call, input.email));
  if (person == nullptr) return refuse(Outcome::invitation_invalid);
  call.caller = registry::by_person(person->id, {});
  call.mode = Mode::live;
  MadeFactors made = make_factors(call, person->id, input.email.str());
  call.factors = std::move(made.shown);
  return kernel::Intent{kernel::AcceptInvitation{person->id, half_hash(call.services.vault, input.first_half.str()),
                                                 half_hash(call.services.vault, input.second_half.str()),
                                                 std::move(made.stored)}};
}

Checked<PasswordJob> make_for_holder(Call& call) {
  const auto input = read_input<EnrolInput>(call);
  if (!input) return std::unexpected(input.error());
  const SignIn* setup = call.services.staff.book.sign_in({call.caller.id});
  if (setup != nullptr && (setup->enrolled_at || !setup->subject.empty()))
    return all_of({Outcome::state_conflict, {}, "You have a sign-in: who lost it is invited anew by two owners."});
  if (const auto suits = check_password(input->password.str(), input->email.str()); !suits) return all_of(suits.error());
  return PasswordJob{{}, {}, input->password.str(), {}};
}

Result<kernel::Intent> enrol(Call& call, const EnrolInput& input) {
  const registry::PersonId person{call.caller.id};
  const Person* known = call.services.staff.book.person(person);
  if (known == nullptr) return refuse(Outcome::not_found);
  Sealing sealing{call, known->name.subject};
  MadeFactors made = make_factors(call, person, input.email.str());
  kernel::EnrolSignIn intent{.person = person,
                             .factors = std::move(made.stored),
                             .email = sealing.value(input.email.str(), vault::mask_email(input.email.str())),
                             .email_key = account_of(call, input.email)};
  MOHUR_TRY(sealing.outcome());
  call.factors = std::move(made.shown);
  return kernel::Intent{std::move(intent)};
}

Checked<PasswordJob> compare_and_make(Call& call) {
  const auto input = read_input<PasswordInput>(call);
  if (!input) return std::unexpected(input.error());
  const Person* person = call.services.staff.book.person({call.caller.id});
  const SignIn* setup = call.services.staff.book.sign_in({call.caller.id});
  if (person == nullptr || setup == nullptr || !setup->enrolled_at)
    return all_of({Outcome::state_conflict, {}, "There is no password yet."});
  const std::string email = person->email ? call.services.vault.unseal(*person->email).value_or("") : "";
  if (const auto suits = check_password(input->password.str(), email); !suits) return all_of(suits.error());
  if (const auto begun = begin_try(call, person->email_key); !begun) return all_of(begun.error());
  return PasswordJob{input->current_password.str(), password_hash(call.services.vault, setup), input->password.str(),
                     stored_password(setup)};
}

Result<kernel::Intent> change_password(Call& call, const PasswordInput&) {
  const registry::PersonId id{call.caller.id};
  const Person* person = call.services.staff.book.person(id);
  if (person == nullptr) return refuse(Outcome::not_found);
  if (!call.password.matches) return failed(call, person->email_key, {Outcome::sign_in_failed, "current_password", {}});
  succeeded(call, person->email_key);
  return kernel::Intent{
      kernel::ChangePassword{id, sealed_password(call.services.vault, id, call.password.made), call.password.stored}};
}

// ---- sessions

Result<kernel::Intent> end_any(Call& call, const NoInput&) {
  MOHUR_TRY_SET(id, call.path_id<registry::SessionId>());
  return kernel::Intent{kernel::EndSession{id}};
}

Result<kernel::Intent> end_own(Call& call, const NoInput& nothing) {
  MOHUR_TRY_SET(id, call.path_id<registry::SessionId>());
  MOHUR_TRY_SET(found, call.services.archive.get<Session>(id.value));
  if (!found || found->person.value != call.caller.id) return refuse(Outcome::not_found, "id");
  if (call.by_cookie && call.session == id) call.cookies.push_back(session_cookie("", {}));
  return end_any(call, nothing);
}

Result<net::Response> sessions(Call& call, std::optional<Key128> person) {
  MOHUR_TRY_SET(query, parse_query<Session>(call));
  const auto as_of_now = [&call](Session session) {
    return call.services.staff.book.as_of(std::move(session), call.services.clock.now(), call.services.settings.session_idle);
  };
  const auto is_wanted = [&](const Session& session) {
    if (person && session.person.value != *person) return false;
    return !query.wanted || query.wanted(as_of_now(session));
  };
  MOHUR_TRY_SET(page, (call.services.archive.list<Session>({}, Mode::live, query.after, query.limit, is_wanted)));
  for (Session& session : page.items) session = as_of_now(std::move(session));
  return ListWriter{call}.append(page.items).finish(page.next);
}

Result<net::Response> own_sessions(Call& call) { return sessions(call, call.caller.id); }
Result<net::Response> all_sessions(Call& call) { return sessions(call, {}); }

Result<net::Response> me(Call& call) {
  const Person* person = call.services.staff.book.person({call.caller.id});
  if (person == nullptr) return refuse(Outcome::not_found);
  Me shown{
      .person = person->id, .roles = registry::roles_of(*person), .permissions = {}, .session = call.session, .csrf_token = {}};
  for (const auto& row : described_enumerators(Permission{}))
    if (registry::permits(shown.roles, row.value)) shown.permissions.push_back(row.value);
  if (call.by_cookie) shown.csrf_token = csrf_token(call.services.vault, call.session_kid);
  return answer_with(call, shown);
}

Result<net::Response> sign_in_of(Call& call) {
  MOHUR_TRY_SET(id, call.path_id<registry::PersonId>());
  MOHUR_TRY_SET(found, call.services.archive.get<SignIn>(id.value));
  if (!found) return refuse(Outcome::not_found, "id");
  return answer_with(call, *found);
}

using JobOf = Checked<PasswordJob> (*)(Call&);

void look_at_password(Call& call, Checked<PasswordJob> job, GoOn go_on) {
  if (!job) return go_on(std::unexpected(std::move(job).error()));
  const Result<void> asked = call.services.staff.passwords.ask(std::move(*job), [&call, go_on](PasswordResult result) {
    call.password = std::move(result);
    go_on({});
  });
  if (asked) return;
  if (call.attempt) call.services.staff.waits.not_looked_at(*call.attempt);
  go_on(all_of(asked.error()));
}

void add_signing_in(std::vector<Route>& routes) {
  using enum Outcome;
  const auto add = [&](Route route, JobOf job_of) -> Route& {
    route.beside = [job_of](Call& call, GoOn go_on) { look_at_password(call, job_of(call), std::move(go_on)); };
    route.outcomes.push_back(overloaded);
    return routes.emplace_back(std::move(route));
  };
  add(write<Session, SignInInput>("/v1/staff/sessions", "Sign in", "P4.2", Access::everybody, {}, IdempotencyRule::none,
                                  {sign_in_failed, sign_in_blocked, role_missing}, sign_in, 201),
      compare_at_sign_in);
  gives_with<Session, WithTokens>(routes.back(), example_of_signing_in);
  add(write<SignIn, AcceptInvitationInput>("/v1/staff/invitations/accept", "Set up your sign-in with an invitation", "P1.2",
                                           Access::everybody, {}, IdempotencyRule::none,
                                           {invitation_invalid, sign_in_blocked, password_unsuitable, role_missing},
                                           accept_invitation, 201),
      make_for_invited);
  gives_with<SignIn, WithFactors>(routes.back(), [] { return example_of_setting_up(2); });
  add(write<SignIn, EnrolInput>("/v1/staff/enrolment", "Set up your sign-in with a key of your own", "P1.2", Access::own, {},
                                IdempotencyRule::none, {state_conflict, password_unsuitable}, enrol, 201),
      make_for_holder);
  gives_with<SignIn, WithFactors>(routes.back(), [] { return example_of_setting_up(1); });
  add(write<SignIn, PasswordInput>("/v1/staff/password", "Change your password; your sessions end", "P1.2", Access::own, {},
                                   IdempotencyRule::none, {state_conflict, sign_in_failed, sign_in_blocked, password_unsuitable},
                                   change_password),
      compare_and_make);
}

void add_sessions(std::vector<Route>& routes) {
  using enum Outcome;
  const auto add_list = [&routes](Route list) {
    gives<Session>(list);
    list.is_list = true;
    list.filters = filters_of<Session>();
    routes.push_back(std::move(list));
  };
  add_list(read("/v1/staff/sessions", "List your sessions", Access::own, {}, {}, own_sessions));
  routes.push_back(write<Session, NoInput>("/v1/staff/sessions/{id}/end", "End a session of yours", "P4.2", Access::own, {},
                                           IdempotencyRule::optional, {not_found, state_conflict}, end_own));
  leaves<Session, registry::SessionStatus::ended>(routes.back());
  Route self = read("/v1/staff/me", "See who you are and what you may do", Access::own, {}, {}, me);
  gives<Me>(self);
  routes.push_back(std::move(self));
  add_list(read("/v1/admin/sessions", "List the sessions of all people", Access::us, Permission::read, {}, all_sessions));
  routes.push_back(write<Session, NoInput>("/v1/admin/sessions/{id}/end", "End anybody's session", "P4.2", Access::us,
                                           Permission::appoint_people, IdempotencyRule::optional, {not_found, state_conflict},
                                           end_any));
  leaves<Session, registry::SessionStatus::ended>(routes.back());
  Route setup =
      read("/v1/admin/people/{id}/sign_in", "See how a person signs in", Access::us, Permission::read, {not_found}, sign_in_of);
  gives<SignIn>(setup);
  routes.push_back(std::move(setup));
}

}  // namespace

std::vector<Route> staff_routes() {
  std::vector<Route> routes;
  add_signing_in(routes);
  add_sessions(routes);
  return routes;
}

}  // namespace mohur::gateway
