// Decisions about notices: what clients are told, and what became of it on each channel.
#include "kernel/telling.hpp"

namespace mohur::kernel {
namespace {

using registry::Notice;
using registry::NoticeChannel;
using registry::NoticeStatus;
using registry::SendingStatus;

EventType type_of(SendingStatus status) {
  switch (status) {
    case SendingStatus::sent: return EventType::notice_sent;
    case SendingStatus::bounced: return EventType::notice_bounced;
    case SendingStatus::failed: return EventType::notice_failed;
    case SendingStatus::queued: break;
  }
  return EventType::notice_queued;
}

// What was told may be what a measure has waited for beyond its time.
Added go_on(Decision& decision, const Notice& notice) {
  const auto id = registry::MeasureId::parse(notice.about);
  if (!id || notice.status != NoticeStatus::sent) return {};
  const auto* measure = decision.state().find<registry::Measure>(id->value);
  if (measure == nullptr || measure->status != registry::MeasureStatus::scheduled || !measure->is_overdue) return {};
  return take_effect(decision, *measure);
}

// What is known already is not recorded again.
Added record(Decision& decision, const Notice& notice, NoticeChannel channel, SendingStatus status, registry::NoticeProof proof) {
  const auto after = registry::record(notice, channel, status, std::move(proof), decision.command().at);
  if (!after) return {};
  decision.add(type_of(status), Object{*after}, after->client, Mode::live);
  return notice.status == NoticeStatus::sent ? Added{} : go_on(decision, *after);
}

}  // namespace

Event& tell(Decision& decision, const registry::Client& client, registry::NoticeId id, registry::NoticeKind kind,
            std::string about, NoticeText text) {
  const Time now = decision.command().at;
  Notice notice{.id = id,
                .client = client.id,
                .created_at = now,
                .updated_at = now,
                .sequence = 1,
                .kind = kind,
                .subject = std::move(text.subject),
                .text = std::move(text.text),
                .about = std::move(about),
                .sendings = {{.channel = NoticeChannel::console}}};
  if (!client.contact_email.empty())
    notice.sendings.push_back({.channel = NoticeChannel::email, .address = client.contact_email});
  return decision.add(EventType::notice_queued, Object{std::move(notice)}, client.id, Mode::live);
}

Added decide(Decision& decision, const TellOfPolicy& intent) {
  MOHUR_TRY_SET(client, decision.client(intent.client));
  const auto* version = decision.state().find<policy::PolicyVersion>(intent.version.value);
  if (version == nullptr || version->status != policy::PolicyVersionStatus::published)
    return refuse(Outcome::not_found, "version");
  if (const Claim* told = decision.state().find<Claim>(intent.claim); told != nullptr) {
    decision.hand_out(told->object);
    return {};
  }
  if (!registry::is_told_of_policies(client->status)) return refuse(Outcome::client_not_approved);
  claim(tell(decision, *client, decision.next_id<registry::NoticeId>(), registry::NoticeKind::policy_version,
             version->id.to_string(), notice_text(*version)),
        intent.claim);
  return {};
}

Added decide(Decision& decision, const RecordNotice& intent) {
  const Notice* notice = decision.state().find<Notice>(intent.notice.value);
  if (notice == nullptr) return refuse(Outcome::not_found, "notice");
  return record(decision, *notice, intent.channel, intent.status, intent.proof);
}

// The client has read it: that is the proof of the console.
Added decide(Decision& decision, const AcknowledgeNotice& intent) {
  const Command& command = decision.command();
  const Notice* notice = decision.state().find<Notice>(intent.notice.value);
  if (notice == nullptr || notice->client != command.client) return refuse(Outcome::not_found, "notice");
  MOHUR_TRY(
      record(decision, *notice, NoticeChannel::console, SendingStatus::sent,
             {.at = command.at, .reply = "acknowledged with " + registry::CredentialId{command.caller.credential}.to_string()}));
  if (decision.added() == 0) decision.hand_out(notice->id.value);
  return {};
}

}  // namespace mohur::kernel
