// Measures and notices: nothing takes effect before the client was told, unless it is critical, and then not for long on one
// person's word.
#include "kernel/rig_test.hpp"

namespace mohur::kernel {
namespace {

using registry::ClientStatus;
using registry::Measure;
using registry::MeasureId;
using registry::MeasureKind;
using registry::MeasureStatus;
using registry::Notice;
using registry::NoticeChannel;
using registry::SendingStatus;
using testing::HasSubstr;

struct Told : House {
  Result<std::vector<Event>> take(MeasureKind kind, bool critical = false, std::optional<Time> effective_at = {}) {
    return send(TakeMeasure{.client = client,
                            .kind = kind,
                            .reason = {registry::Ground::harmful_use, registry::Clause::P3_5},
                            .evidence = "Case 7",
                            .effective_at = effective_at,
                            .critical = critical},
                asha);
  }
  Measure taken(MeasureKind kind, bool critical = false, std::optional<Time> effective_at = {}) {
    return first<Measure>(take(kind, critical, effective_at));
  }
  // What timers ask for now is decided; answers the types of the events.
  std::vector<std::string> wake() {
    std::vector<std::string> types;
    for (Intent& intent : due_intents(state, at, 100))
      for (const std::string& type : types_of(*send(std::move(intent)))) types.push_back(type);
    return types;
  }
  Result<std::vector<Event>> deliver(const Measure& measure, SendingStatus status = SendingStatus::sent) {
    return send(RecordNotice{*measure.notice, NoticeChannel::email, status, {at, "250 OK", "<id>", "hash"}});
  }
  // The rig's clients have no address: here is one with it.
  void give_address() {
    registry::Client changed = *disk.find<registry::Client>(client.value);
    changed.contact_email = {{}, "box", "b•••@shop.example"};
    state.shelf<registry::Client>().put(client.value, changed, state.position);
  }
  ClientStatus status() const { return state.shelf<registry::Client>().find(client.value)->status; }
  Measure now(const Measure& measure) { return *disk.find<Measure>(measure.id.value); }
  std::string told(const Result<std::vector<Event>>& result) {
    return result ? "ok" : std::string{to_token(result.error().outcome)} + " " + result.error().field;
  }
  registry::Caller owner = registry::by_credential({{7, 7}});
};
using Types = std::vector<std::string>;

TEST(Measures, TakeEffectAtTheirTimeWhenTheNoticeWasSent) {
  Told house;
  house.give_address();
  const auto events = house.take(MeasureKind::suspend, false, house.at + days(2));
  EXPECT_EQ(types_of(*events), (Types{"measure.scheduled", "notice.queued"}));
  const Measure measure = first<Measure>(events);
  EXPECT_EQ(types_of(*house.deliver(measure)), Types{"notice.sent"});
  EXPECT_EQ(house.wake(), Types{}) << "its time is not now";
  EXPECT_EQ(house.status(), ClientStatus::approved);
  house.at = house.at + days(2);
  EXPECT_EQ(house.wake(), (Types{"measure.taken", "client.suspended"}));
  const auto& client = *house.disk.find<registry::Client>(house.client.value);
  EXPECT_EQ(client.ground, registry::Ground::harmful_use);
  EXPECT_EQ(client.clause, "P3.5");
  EXPECT_EQ(house.wake(), Types{});
}

TEST(Measures, WaitForTheNoticeAndCallAPerson) {
  Told house;
  house.give_address();
  const Measure measure = house.taken(MeasureKind::restrict);
  house.at = house.at + seconds(1);
  EXPECT_EQ(house.wake(), (Types{"measure.delayed", "exception.raised"}));
  EXPECT_EQ(house.status(), ClientStatus::approved);
  EXPECT_EQ(house.wake(), Types{}) << "nobody is called twice";
  EXPECT_EQ(types_of(*house.deliver(measure, SendingStatus::bounced)), Types{"notice.bounced"});
  EXPECT_EQ(house.status(), ClientStatus::approved) << "a bounce is no notice";
  EXPECT_EQ(types_of(*house.send(AcknowledgeNotice{*measure.notice}, house.owner, house.client)),
            (Types{"notice.sent", "measure.taken", "client.restricted"}));
  EXPECT_FALSE(house.now(measure).is_overdue);
}

TEST(Measures, CriticalOnesActAtOnceAndLapseUnlessASecondPersonConfirms) {
  Told house;
  const auto events = house.take(MeasureKind::suspend, true);
  EXPECT_EQ(types_of(*events), (Types{"measure.taken", "notice.queued", "client.suspended"}));
  const Measure measure = first<Measure>(events);
  EXPECT_EQ(measure.confirm_by, measure.effective_at + hours(4));
  EXPECT_THAT(std::get<Notice>(events->at(1).object).text, HasSubstr("before you were told"));
  EXPECT_EQ(house.told(house.send(ConfirmMeasure{measure.id}, house.asha)), "four_eyes_required ");
  house.at = *measure.confirm_by;
  EXPECT_EQ(house.wake(), (Types{"measure.lapsed", "client.restricted"}));
  EXPECT_EQ(house.status(), ClientStatus::restricted);
  EXPECT_EQ(house.told(house.send(ConfirmMeasure{measure.id}, house.bina)), "state_conflict ");
}

TEST(Measures, CriticalOnesStayWhenConfirmedAndLapseWhenRejected) {
  Told house;
  const Measure measure = house.taken(MeasureKind::suspend, true);
  EXPECT_EQ(types_of(*house.send(ConfirmMeasure{measure.id}, house.bina)), Types{"measure.confirmed"});
  house.at = house.at + days(1);
  EXPECT_EQ(house.wake(), Types{});
  EXPECT_EQ(house.status(), ClientStatus::suspended);

  Told other;
  const Measure wrong = other.taken(MeasureKind::suspend, true);
  EXPECT_EQ(types_of(*other.send(RejectMeasure{wrong.id}, other.bina)), (Types{"measure.lapsed", "client.restricted"}));
}

// What lapses takes back what it did itself, and nothing that came after it.
TEST(Measures, ThatLapseLeaveWhatAnotherOneDid) {
  Told house;
  EXPECT_TRUE(house.take(MeasureKind::suspend, true));
  EXPECT_TRUE(house.send(ConfirmMeasure{house.taken(MeasureKind::reinstate).id}, house.bina));
  house.at = house.at + hours(1);
  const Measure later = house.taken(MeasureKind::suspend, true);
  EXPECT_TRUE(house.send(ConfirmMeasure{later.id}, house.bina));
  house.at = house.at + hours(3);
  EXPECT_EQ(house.wake(), Types{"measure.lapsed"}) << "the first, which nobody confirmed";
  EXPECT_EQ(house.status(), ClientStatus::suspended);
}

TEST(Measures, ToEndAccessAndToGiveItBackTakesTwoPeople) {
  Told house;
  house.give_address();
  const auto events = house.take(MeasureKind::terminate);
  EXPECT_EQ(types_of(*events), Types{"measure.proposed"});
  const MeasureId id = first<Measure>(events).id;
  house.at = house.at + days(1);
  EXPECT_EQ(house.wake(), Types{}) << "what is only proposed does not act";
  EXPECT_EQ(house.told(house.send(ConfirmMeasure{id}, house.asha)), "four_eyes_required ");
  const Measure measure = first<Measure>(house.send(ConfirmMeasure{id}, house.bina));
  EXPECT_EQ(measure.status, MeasureStatus::scheduled);
  EXPECT_EQ(types_of(*house.deliver(measure)), Types{"notice.sent"});
  house.at = house.at + seconds(1);
  EXPECT_EQ(house.wake(), (Types{"measure.taken", "client.terminated"}));
  EXPECT_EQ(house.told(house.take(MeasureKind::reinstate)), "state_conflict ") << "an end is an end";
}

TEST(Measures, GiveAccessBack) {
  Told house;
  EXPECT_EQ(house.told(house.take(MeasureKind::reinstate)), "state_conflict ") << "nothing was taken";
  EXPECT_TRUE(house.take(MeasureKind::restrict, true));
  const Measure measure = house.taken(MeasureKind::reinstate);
  EXPECT_EQ(house.status(), ClientStatus::restricted);
  EXPECT_EQ(types_of(*house.send(ConfirmMeasure{measure.id}, house.bina)),
            (Types{"measure.taken", "notice.queued", "client.reinstated"}));
  EXPECT_EQ(house.disk.find<registry::Client>(house.client.value)->ground, std::nullopt);
}

TEST(Measures, AreTakenBackBeforeTheirTimeAndOvertakenByWhatComesFirst) {
  Told house;
  house.give_address();
  const Measure withdrawn = house.taken(MeasureKind::restrict, false, house.at + days(1));
  const Measure overtaken = house.taken(MeasureKind::restrict, false, house.at + days(1));
  EXPECT_TRUE(house.deliver(withdrawn));
  EXPECT_TRUE(house.deliver(overtaken));
  EXPECT_EQ(types_of(*house.send(WithdrawMeasure{withdrawn.id}, house.asha)), Types{"measure.withdrawn"});
  EXPECT_TRUE(house.take(MeasureKind::restrict, true));
  house.at = house.at + days(2);
  EXPECT_EQ(house.wake(), (Types{"measure.lapsed", "measure.overtaken"}));
  EXPECT_EQ(house.told(house.send(WithdrawMeasure{overtaken.id}, house.asha)), "state_conflict ");
}

TEST(Measures, AreRefusedByTheirFields) {
  Told house;
  EXPECT_EQ(house.told(house.take(MeasureKind::restrict, false, house.at + days(400))), "time_too_far effective_at");
  EXPECT_EQ(house.told(house.send(TakeMeasure{.client = {{77, 77}}}, house.asha)), "not_found client");
  EXPECT_EQ(house.told(house.send(TakeMeasure{.client = house.client}, house.owner, house.client)), "scope_missing ");
  EXPECT_EQ(house.told(house.send(ConfirmMeasure{{{77, 77}}}, house.bina)), "not_found measure");
  EXPECT_EQ(house.told(house.send(WakeMeasure{{{77, 77}}})), "not_found measure");
}

TEST(Notices, AreRecordedOnceOnEachChannel) {
  Told house;
  house.give_address();
  const Measure measure = house.taken(MeasureKind::restrict, true);
  EXPECT_EQ(types_of(*house.deliver(measure)), Types{"notice.sent"});
  EXPECT_EQ(types_of(*house.deliver(measure)), Types{}) << "the second proof of the same letter";
  EXPECT_EQ(types_of(*house.deliver(measure, SendingStatus::bounced)), Types{});
  EXPECT_EQ(types_of(*house.send(AcknowledgeNotice{*measure.notice}, house.owner, house.client)), Types{"notice.sent"});
  EXPECT_EQ(types_of(*house.send(AcknowledgeNotice{*measure.notice}, house.owner, house.client)), Types{});
  EXPECT_EQ(house.told(house.send(AcknowledgeNotice{*measure.notice}, house.owner, ClientId{{77, 77}})), "not_found notice");
  EXPECT_EQ(house.disk.find<Notice>(measure.notice->value)->sendings[1].proof->reply, "250 OK");
}

TEST(Notices, OfAPolicyGoToEachClientOnce) {
  Told house;
  const auto version =
      first<policy::PolicyVersion>(house.send(ProposePolicyVersion{"# P", "hash", house.at, "Why", "What", days(30)}, house.asha))
          .id;
  EXPECT_EQ(house.told(house.send(TellOfPolicy{house.client, version, some_key(1, 1)})), "not_found version");
  EXPECT_TRUE(house.send(PublishPolicyVersion{version, 1, days(30)}, house.bina));
  const auto told = house.send(TellOfPolicy{house.client, version, some_key(1, 1)});
  EXPECT_THAT(first<Notice>(told).subject, HasSubstr("Version 1 of the usage policy"));
  EXPECT_EQ(types_of(*house.send(TellOfPolicy{house.client, version, some_key(1, 1)})), Types{});
}

TEST(Tickets, GoBackAndForthUntilSomebodyClosesThem) {
  Told house;
  const auto opened = house.send(OpenTicket{"A question", std::nullopt, {{}, "box", "•••"}}, house.owner, house.client);
  const auto id = first<registry::Ticket>(opened).id;
  EXPECT_EQ(types_of(*house.send(ReplyToTicket{id, {}}, house.asha)), Types{"ticket.answered"});
  EXPECT_EQ(types_of(*house.send(ReplyToTicket{id, {}}, house.owner, house.client)), Types{"ticket.replied"});
  EXPECT_EQ(house.told(house.send(ReplyToTicket{id, {}}, house.owner, ClientId{{77, 77}})), "not_found ticket");
  EXPECT_EQ(types_of(*house.send(CloseTicket{id}, house.owner, house.client)), Types{"ticket.closed"});
  EXPECT_EQ(house.told(house.send(ReplyToTicket{id, {}}, house.asha)), "state_conflict ");
  EXPECT_EQ(house.told(house.send(CloseTicket{id}, house.asha)), "state_conflict ");
}

}  // namespace
}  // namespace mohur::kernel
