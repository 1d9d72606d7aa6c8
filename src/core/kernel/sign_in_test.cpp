// Signing in, as the core decides it: invitations in two halves, factors that count once, sessions that end.
#include "kernel/rig_test.hpp"

namespace mohur::kernel {
namespace {

using registry::Person;
using registry::PersonChange;
using registry::PersonChangeKind;
using registry::Role;
using registry::Session;
using registry::SessionStatus;
using registry::SignIn;

struct Desk : House {
  Desk() {
    const auto change = first<PersonChange>(send(
        ProposePersonChange{.name = Sealed{}, .email = Sealed{}, .email_key = some_key(95, 1), .roles = {Role::support}}, asha));
    EXPECT_TRUE(send(DecidePersonChange{change.id, true, {}}, bina));
    chitra = registry::by_person(change.person, {});
  }
  std::string told(const Result<std::vector<Event>>& result) {
    return result ? "ok" : std::string{to_token(result.error().outcome)} + " " + result.error().field;
  }
  void invite() {
    const auto change = first<PersonChange>(
        send(ProposePersonChange{.kind = PersonChangeKind::invite, .person = *chitra.person(), .half_hash = "first"}, asha));
    EXPECT_EQ(types_of(*send(DecidePersonChange{change.id, true, "second"}, bina)),
              (std::vector<std::string>{"person_change.approved", "sign_in.invited"}));
  }
  Result<std::vector<Event>> accept(std::string first_half = "first", std::string second_half = "second") {
    return send(AcceptInvitation{*chitra.person(), std::move(first_half), std::move(second_half), factors}, chitra);
  }
  void enrol() {
    invite();
    EXPECT_EQ(told(accept()), "ok");
  }
  Result<std::vector<Event>> sign_in(registry::SecondFactor factor, Key128 network = some_key(96, 1)) {
    return send(OpenSession{.person = *chitra.person(),
                            .factor = std::move(factor),
                            .compared = "password",
                            .kid = "kid",
                            .token_hash = "hash",
                            .network = network,
                            .lifetime = hours(12)},
                chitra);
  }
  OpenSession from_provider(const std::string& subject) const { return from_provider(subject, chitra); }
  OpenSession from_provider(const std::string& subject, const registry::Caller& person) const {
    return {.person = *person.person(),
            .manner = registry::SignInManner::provider,
            .factor = {},
            .compared = {},
            .subject = subject,
            .subject_key = {99, std::hash<std::string>{}(subject)},
            .kid = "kid",
            .token_hash = "hash",
            .network = {},
            .lifetime = hours(12)};
  }
  const SignIn& stored() { return *disk.find<SignIn>(chitra.id); }

  const registry::Factors factors{"password", "secret", {"code one", "code two"}};
  registry::Caller chitra;
};

TEST(Invitations, NeedBothHalvesAndCountOnce) {
  Desk desk;
  EXPECT_EQ(desk.told(desk.accept()), "invitation_invalid ") << "there is none";
  desk.invite();
  EXPECT_EQ(desk.told(desk.accept("first", "first")), "invitation_invalid ");
  EXPECT_EQ(desk.told(desk.accept("second", "second")), "invitation_invalid ");
  EXPECT_EQ(types_of(*desk.accept()), std::vector<std::string>{"sign_in.enrolled"});
  EXPECT_EQ(desk.stored().factors, desk.factors);
  EXPECT_EQ(desk.told(desk.accept()), "invitation_invalid ");
}

TEST(Invitations, EndAfterThreeDays) {
  Desk desk;
  desk.invite();
  desk.at = desk.at + registry::kInvitationLasts;
  EXPECT_EQ(desk.told(desk.accept()), "invitation_invalid ");
}

TEST(Invitations, AreForWhoHasAnAddressAndIsNotDisabled) {
  Desk desk;
  EXPECT_EQ(desk.refusal(ProposePersonChange{.kind = PersonChangeKind::invite, .person = *desk.bina.person()}, desk.asha),
            Outcome::state_conflict);
  desk.invite();
  const auto disable = first<PersonChange>(
      desk.send(ProposePersonChange{.kind = PersonChangeKind::disable, .person = *desk.chitra.person()}, desk.asha));
  EXPECT_TRUE(desk.send(DecidePersonChange{disable.id, true, {}}, desk.bina));
  EXPECT_EQ(desk.refusal(AcceptInvitation{*desk.chitra.person(), "first", "second", {}}, registry::by_system()),
            Outcome::invitation_invalid);
  EXPECT_EQ(desk.refusal(ProposePersonChange{.kind = PersonChangeKind::invite, .person = *desk.chitra.person()}, desk.asha),
            Outcome::state_conflict);
}

TEST(SigningIn, AKeyOfOnesOwnSetsUpASignInOnce) {
  Desk desk;
  const EnrolSignIn intent{.person = *desk.asha.person(), .factors = desk.factors, .email = {}, .email_key = some_key(95, 2)};
  EXPECT_EQ(desk.refusal(intent, desk.bina), Outcome::role_missing) << "nobody does it for somebody else";
  EnrolSignIn taken = intent;
  taken.email_key = some_key(95, 1);
  EXPECT_EQ(desk.told(desk.send(taken, desk.asha)), "state_conflict email");
  EXPECT_EQ(types_of(*desk.send(intent, desk.asha)), (std::vector<std::string>{"sign_in.enrolled", "person.address_set"}));
  EXPECT_EQ(desk.told(desk.send(intent, desk.asha)), "state_conflict ");
}

TEST(SigningIn, ACodeCountsOnceAndSoDoesARecoveryCode) {
  Desk desk;
  EXPECT_EQ(desk.told(desk.sign_in({.step = 100, .recovery_code = {}})), "sign_in_failed ") << "nothing is set up";
  desk.enrol();
  EXPECT_EQ(types_of(*desk.sign_in({.step = 100, .recovery_code = {}})),
            (std::vector<std::string>{"session.opened", "sign_in.used"}));
  EXPECT_EQ(desk.told(desk.sign_in({.step = 100, .recovery_code = {}})), "sign_in_failed ");
  EXPECT_EQ(desk.told(desk.sign_in({.step = 99, .recovery_code = {}})), "sign_in_failed ");
  EXPECT_EQ(desk.told(desk.sign_in({.step = 101, .recovery_code = {}})), "ok");
  EXPECT_EQ(desk.told(desk.sign_in({.step = {}, .recovery_code = "code two"})), "ok");
  EXPECT_EQ(desk.told(desk.sign_in({.step = {}, .recovery_code = "code two"})), "sign_in_failed ");
  EXPECT_EQ(desk.stored().factors.recovery_codes, std::vector<std::string>{"code one"});
  EXPECT_EQ(desk.told(desk.sign_in({})), "sign_in_failed ") << "a password alone is not enough";
}

TEST(SigningIn, NetworksAreRememberedTheLatestFirstAndNotTooMany) {
  Desk desk;
  desk.enrol();
  for (std::uint64_t i = 1; i <= registry::kMostNetworksKnown + 2; ++i)
    EXPECT_EQ(desk.told(desk.sign_in({.step = i, .recovery_code = {}}, some_key(96, i))), "ok");
  EXPECT_EQ(desk.stored().networks.size(), registry::kMostNetworksKnown);
  EXPECT_EQ(desk.stored().networks.front(), some_key(96, registry::kMostNetworksKnown + 2));
}

TEST(SigningIn, ABlockIsKeptUntilTheNextGoodSignIn) {
  Desk desk;
  desk.enrol();
  const BlockSignIn block{*desk.chitra.person(), desk.at + minutes(1)};
  EXPECT_EQ(desk.refusal(block, desk.chitra), Outcome::role_missing);
  EXPECT_EQ(types_of(*desk.send(block)), std::vector<std::string>{"sign_in.blocked"});
  EXPECT_EQ(desk.stored().blocked_until, desk.at + minutes(1));
  EXPECT_EQ(desk.told(desk.sign_in({.step = 1, .recovery_code = {}})), "ok");
  EXPECT_EQ(desk.stored().blocked_until, std::nullopt);
}

TEST(Sessions, AreUsedAndEndedByTheirPersonOrAnOwner) {
  Desk desk;
  desk.enrol();
  const auto session = first<Session>(desk.sign_in({.step = 1, .recovery_code = {}}));
  EXPECT_EQ(session.expires_at, desk.at + hours(12));
  const TouchSession touch{*desk.chitra.person(), session.id};
  desk.at = desk.at + minutes(5);
  EXPECT_EQ(first<Session>(desk.send(touch, desk.chitra)).used_at, desk.at);
  const registry::Caller operations = registry::by_person({{5, 5}}, {});
  EXPECT_EQ(desk.refusal(EndSession{session.id}, operations), Outcome::role_missing);
  EXPECT_EQ(desk.refusal(EndSession{session.id}, desk.asha), std::nullopt) << "an owner";
  const auto ended = first<Session>(desk.send(EndSession{session.id}, desk.chitra));
  EXPECT_EQ(ended.status, SessionStatus::ended);
  EXPECT_EQ(ended.ended_by, desk.chitra.person());
  EXPECT_EQ(desk.told(desk.send(EndSession{session.id}, desk.chitra)), "state_conflict ");
  EXPECT_EQ(desk.told(desk.send(touch, desk.chitra)), "state_conflict ");
}

TEST(Sessions, FromBeforeANewPasswordAreOver) {
  Desk desk;
  EXPECT_EQ(desk.told(desk.send(ChangePassword{*desk.chitra.person(), "other", ""}, desk.chitra)), "state_conflict ");
  desk.enrol();
  desk.at = desk.at + hours(1);
  EXPECT_EQ(types_of(*desk.send(ChangePassword{*desk.chitra.person(), "other", "password"}, desk.chitra)),
            std::vector<std::string>{"sign_in.password_changed"});
  EXPECT_EQ(desk.stored().sessions_from, desk.at);
  EXPECT_EQ(desk.stored().factors.password, "other");
  EXPECT_EQ(desk.stored().factors.code_secret, "secret");
}

TEST(Sessions, AProviderNeedsNoPasswordHereAndADisabledPersonGetsNone) {
  Desk desk;
  const OpenSession intent = desk.from_provider("subject");
  EXPECT_EQ(types_of(*desk.send(intent, desk.chitra)), (std::vector<std::string>{"session.opened", "sign_in.used"}));
  EXPECT_EQ(desk.stored().signed_in_at, desk.at);
  const auto disable = first<PersonChange>(
      desk.send(ProposePersonChange{.kind = PersonChangeKind::disable, .person = *desk.chitra.person()}, desk.asha));
  EXPECT_TRUE(desk.send(DecidePersonChange{disable.id, true, {}}, desk.bina));
  EXPECT_EQ(desk.refusal(intent, desk.chitra), Outcome::role_missing);
  const auto enable = first<PersonChange>(
      desk.send(ProposePersonChange{.kind = PersonChangeKind::enable, .person = *desk.chitra.person()}, desk.asha));
  EXPECT_TRUE(desk.send(DecidePersonChange{enable.id, true, {}}, desk.bina));
  EXPECT_EQ(desk.disk.find<Person>(desk.chitra.id)->enabled_at, desk.at) << "sessions from before are over";
}

TEST(Sessions, AProviderKnowsAPersonAsOneAccountUntilTwoOwnersInviteAnew) {
  Desk desk;
  EXPECT_EQ(desk.told(desk.send(desk.from_provider("subject"), desk.chitra)), "ok");
  EXPECT_EQ(desk.told(desk.send(desk.from_provider("other"), desk.chitra)), "sign_in_failed ");
  EXPECT_EQ(desk.told(desk.send(desk.from_provider("subject"), desk.chitra)), "ok");
  desk.enrol();
  EXPECT_EQ(desk.told(desk.send(desk.from_provider("other"), desk.chitra)), "ok");
}

TEST(Sessions, AnAccountOfTheProviderIsOnePersons) {
  Desk desk;
  EXPECT_EQ(desk.told(desk.send(desk.from_provider("subject"), desk.chitra)), "ok");
  EXPECT_EQ(desk.told(desk.send(desk.from_provider("subject", desk.asha), desk.asha)), "sign_in_failed ")
      << "also when its address has become somebody else's";
  EXPECT_EQ(desk.told(desk.send(desk.from_provider("other", desk.asha), desk.asha)), "ok");
  desk.enrol();
  EXPECT_EQ(desk.told(desk.send(desk.from_provider("other"), desk.chitra)), "sign_in_failed ");
}

TEST(Sessions, WhoCameThroughTheProviderIsInvitedBeforeThereIsAPassword) {
  Desk desk;
  EXPECT_EQ(desk.told(desk.send(desk.from_provider("subject"), desk.chitra)), "ok");
  EXPECT_EQ(desk.told(desk.send(EnrolSignIn{.person = *desk.chitra.person()}, desk.chitra)), "state_conflict ");
}

TEST(Sessions, ThatAScannerFoundAreEndedOnce) {
  Desk desk;
  desk.enrol();
  const auto session = first<Session>(desk.sign_in({.step = 1, .recovery_code = {}}));
  const ReportLeaks leaks{.scanner = "github", .keys = {}, .tokens = {}, .sessions = {session.id, session.id, {{9, 9}}}};
  EXPECT_EQ(types_of(*desk.send(leaks)), std::vector<std::string>{"session.ended"});
  EXPECT_EQ(desk.disk.find<Session>(session.id.value)->ended_by, std::nullopt);
  EXPECT_TRUE(desk.decide(desk.command(leaks, registry::by_system(), {}, {}))->events.empty());
}

TEST(Sessions, APasswordThatBecameAnotherOneMeanwhileOpensNothing) {
  Desk desk;
  desk.enrol();
  EXPECT_TRUE(desk.send(ChangePassword{*desk.chitra.person(), "other", "password"}, desk.chitra));
  EXPECT_EQ(desk.told(desk.sign_in({.step = 1, .recovery_code = {}})), "sign_in_failed ") << "the old one was compared";
  EXPECT_EQ(desk.told(desk.send(ChangePassword{*desk.chitra.person(), "third", "password"}, desk.chitra)), "sign_in_failed ");
}

}  // namespace
}  // namespace mohur::kernel
