#include "registry/sign_in.hpp"

#include <algorithm>

namespace mohur::registry {
namespace {

SignIn next(const SignIn& before, Time now) {
  SignIn after = before;
  after.updated_at = now;
  after.sequence += 1;
  return after;
}

void note_sign_in(SignIn& after, Key128 network, Time now) {
  after.signed_in_at = now;
  after.blocked_until.reset();
  std::erase(after.networks, network);
  after.networks.insert(after.networks.begin(), network);
  if (after.networks.size() > kMostNetworksKnown) after.networks.resize(kMostNetworksKnown);
}

}  // namespace

SignIn new_sign_in(PersonId person, Time now) { return {.person = person, .created_at = now, .updated_at = now}; }

SignIn invited(const SignIn& before, Invitation invitation, Time now) {
  SignIn after = next(before, now);
  after.invitation = std::move(invitation);
  return after;
}

Result<SignIn> accepted(const SignIn& before, const std::string& first_half, const std::string& second_half, Factors factors,
                        Time now) {
  const bool is_right = before.invitation && now < before.invitation->expires_at &&
                        before.invitation->first_half_hash == first_half && before.invitation->second_half_hash == second_half;
  if (!is_right) return refuse(Outcome::invitation_invalid);
  SignIn after = enrolled(before, std::move(factors), now);
  after.subject.clear();
  return after;
}

SignIn enrolled(const SignIn& before, Factors factors, Time now) {
  SignIn after = next(before, now);
  after.invitation.reset();
  after.factors = std::move(factors);
  after.last_step = 0;
  after.enrolled_at = now;
  after.blocked_until.reset();
  after.sessions_from = now;
  return after;
}

Result<SignIn> with_password(const SignIn& before, std::string password, Time now) {
  if (!before.enrolled_at) return refuse(Outcome::state_conflict, {}, "There is no password yet.");
  SignIn after = next(before, now);
  after.factors.password = std::move(password);
  after.sessions_from = now;
  return after;
}

Result<SignIn> used(const SignIn& before, const SecondFactor& factor, Key128 network, Time now) {
  if (!before.enrolled_at) return refuse(Outcome::sign_in_failed);
  SignIn after = next(before, now);
  if (factor.step) {
    if (*factor.step <= before.last_step) return refuse(Outcome::sign_in_failed);
    after.last_step = *factor.step;
  } else if (std::erase(after.factors.recovery_codes, factor.recovery_code) == 0) {
    return refuse(Outcome::sign_in_failed);
  }
  note_sign_in(after, network, now);
  return after;
}

Result<SignIn> used_at_provider(const SignIn& before, const std::string& subject, Key128 network, Time now) {
  if (!before.subject.empty() && before.subject != subject)
    return refuse(Outcome::sign_in_failed, {},
                  "You have signed in before with another account of the provider: two owners invite you anew.");
  SignIn after = next(before, now);
  after.subject = subject;
  note_sign_in(after, network, now);
  return after;
}

SignIn blocked(const SignIn& before, Time until, Time now) {
  SignIn after = next(before, now);
  after.blocked_until = until;
  return after;
}

}  // namespace mohur::registry
