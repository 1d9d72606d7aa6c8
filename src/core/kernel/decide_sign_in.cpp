// Decisions about signing in. That a password or a code is right is found out before; that it counts once is decided here.
#include "kernel/decision.hpp"

namespace mohur::kernel {
namespace {

using registry::Person;
using registry::Session;
using registry::SignIn;

// A person who may sign in. Errors: as little as possible is told.
Result<const Person*> signer(const Decision& decision, registry::PersonId id) {
  const auto* person = decision.state().find<Person>(id.value);
  if (person == nullptr || person->status == registry::PersonStatus::disabled) return refuse(Outcome::sign_in_failed);
  return person;
}

SignIn sign_in_of(const Decision& decision, registry::PersonId person) {
  const auto* found = decision.state().find<SignIn>(person.value);
  return found != nullptr ? *found : registry::new_sign_in(person, decision.command().at);
}

// Hashing takes its time: meanwhile the password may have become another one.
Result<SignIn> sign_in_with(const Decision& decision, registry::PersonId person, const std::string& compared) {
  SignIn found = sign_in_of(decision, person);
  if (found.factors.password != compared) return refuse(Outcome::sign_in_failed);
  return found;
}

void add(Decision& decision, EventType type, SignIn after) { decision.add(type, Object{std::move(after)}, {}, Mode::live); }

Session session_of(Decision& decision, const OpenSession& intent) {
  const Time now = decision.command().at;
  return {.id = decision.next_id<registry::SessionId>(),
          .person = intent.person,
          .created_at = now,
          .updated_at = now,
          .sequence = 1,
          .kind = intent.kind,
          .manner = intent.manner,
          .kid = intent.kid,
          .token_hash = intent.token_hash,
          .used_at = now,
          .expires_at = now + intent.lifetime,
          .ended_by = {}};
}

Result<SignIn> used_by(const Decision& decision, const OpenSession& intent) {
  const Time now = decision.command().at;
  if (intent.manner == registry::SignInManner::provider)
    return registry::used_at_provider(sign_in_of(decision, intent.person), intent.subject, intent.network, now);
  MOHUR_TRY_SET(before, sign_in_with(decision, intent.person, intent.compared));
  return registry::used(before, intent.factor, intent.network, now);
}

// An account of the provider is one person's for ever: whoever comes with it is that person, whatever address it has by then.
Result<bool> is_new_account(const Decision& decision, const OpenSession& intent) {
  if (intent.manner != registry::SignInManner::provider) return false;
  const auto* owner = decision.state().find<Claim>(intent.subject_key);
  if (owner != nullptr && owner->object != intent.person.value)
    return refuse(Outcome::sign_in_failed, {}, "This account of the provider is another person's.");
  return owner == nullptr;
}

Result<const Session*> active_session(const Decision& decision, registry::SessionId id) {
  const auto* session = decision.state().find<Session>(id.value);
  if (session == nullptr) return refuse(Outcome::not_found, "session");
  if (session->status == registry::SessionStatus::ended)
    return refuse(Outcome::state_conflict, {}, "The session is ended already.");
  return session;
}

}  // namespace

Added decide(Decision& decision, const AcceptInvitation& intent) {
  const auto person = signer(decision, intent.person);
  if (!person) return refuse(Outcome::invitation_invalid);
  const SignIn before = sign_in_of(decision, intent.person);
  const auto& enabled_at = (*person)->enabled_at;  // what was offered before is over, as sessions are
  if (enabled_at && before.invitation && before.invitation->expires_at <= *enabled_at + registry::kInvitationLasts)
    return refuse(Outcome::invitation_invalid);
  MOHUR_TRY_SET(
      after, registry::accepted(before, intent.first_half_hash, intent.second_half_hash, intent.factors, decision.command().at));
  add(decision, EventType::sign_in_enrolled, std::move(after));
  return {};
}

// Whoever has a key of their own needs no invitation, once.
Added decide(Decision& decision, const EnrolSignIn& intent) {
  MOHUR_TRY_SET(person, signer(decision, intent.person));
  const SignIn before = sign_in_of(decision, intent.person);
  if (before.enrolled_at || !before.subject.empty())
    return refuse(Outcome::state_conflict, {}, "The person has a sign-in: who lost it is invited anew by two owners.");
  if (person->email && person->email_key != intent.email_key)
    return refuse(Outcome::state_conflict, "email", "The person has another address.");
  const auto* owner = decision.state().find<Claim>(intent.email_key);
  if (owner != nullptr && owner->object != person->id.value)
    return refuse(Outcome::state_conflict, "email", "Another person has this address, or had it.");
  const Time now = decision.command().at;
  add(decision, EventType::sign_in_enrolled, registry::enrolled(before, intent.factors, now));
  if (person->email) return {};
  Person after = *person;
  after.email = intent.email;
  after.email_key = intent.email_key;
  after.updated_at = now;
  after.sequence += 1;
  claim(decision.add(EventType::person_address_set, Object{std::move(after)}, {}, Mode::live), intent.email_key);
  return {};
}

Added decide(Decision& decision, const ChangePassword& intent) {
  MOHUR_TRY_SET(before, sign_in_with(decision, intent.person, intent.compared));
  MOHUR_TRY_SET(after, registry::with_password(before, intent.password, decision.command().at));
  add(decision, EventType::sign_in_password_changed, std::move(after));
  return {};
}

Added decide(Decision& decision, const OpenSession& intent) {
  MOHUR_TRY(signer(decision, intent.person));
  MOHUR_TRY_SET(after, used_by(decision, intent));
  MOHUR_TRY_SET(is_new, is_new_account(decision, intent));
  decision.add(EventType::session_opened, Object{session_of(decision, intent)}, {}, Mode::live);
  Event& used = decision.add(EventType::sign_in_used, Object{std::move(after)}, {}, Mode::live);
  if (is_new) claim(used, intent.subject_key);
  return {};
}

Added decide(Decision& decision, const TouchSession& intent) {
  MOHUR_TRY_SET(session, active_session(decision, intent.session));
  if (session->person != intent.person) return refuse(Outcome::not_found, "session");
  decision.add(EventType::session_used, Object{registry::used(*session, decision.command().at)}, {}, Mode::live);
  return {};
}

Added decide(Decision& decision, const EndSession& intent) {
  MOHUR_TRY_SET(session, active_session(decision, intent.session));
  decision.add(EventType::session_ended,
               Object{registry::ended(*session, decision.command().caller.person(), decision.command().at)}, {}, Mode::live);
  return {};
}

Added decide(Decision& decision, const BlockSignIn& intent) {
  const auto* before = decision.state().find<SignIn>(intent.person.value);
  if (before == nullptr) return refuse(Outcome::not_found, "person");
  add(decision, EventType::sign_in_blocked, registry::blocked(*before, intent.until, decision.command().at));
  return {};
}

}  // namespace mohur::kernel
