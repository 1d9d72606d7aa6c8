// Examples of notices, measures and tickets.
#include "gateway/conduct_inputs.hpp"
#include "gateway/example_parts.hpp"

namespace mohur::gateway {
namespace {

const auto kNotice = id_of<registry::NoticeId>(23);
const auto kMeasure = id_of<registry::MeasureId>(24);
const auto kTicket = id_of<registry::TicketId>(25);

}  // namespace

std::string example_of(Of<MeasureInput>) {
  return R"({"kind":"suspend","ground":"policy_breach","clause":"P3.4","evidence":"Case 2026-117"})";
}
std::string example_of(Of<TicketInput>) {
  return R"({"subject":"A payout that is late","text":"Where is it?","about":"payout_01kan0c9r0000k0q9db85yxqsf"})";
}
std::string example_of(Of<TicketReplyInput>) { return R"({"text":"The bank had an outage; it arrives tonight."})"; }

std::string example_of(Of<registry::Notice>, std::optional<registry::NoticeStatus> asked) {
  using registry::NoticeChannel;
  using registry::SendingStatus;
  registry::Notice notice{.id = kNotice,
                          .client = kClient,
                          .created_at = kMade,
                          .updated_at = kMade,
                          .sequence = 1,
                          .status = asked.value_or(registry::NoticeStatus::queued),
                          .kind = registry::NoticeKind::policy_version,
                          .subject = "Version 2 of the usage policy comes into force at 2030-01-01 00:00 UTC",
                          .text = "A new version of the usage policy was published: version 2.",
                          .about = id_of<policy::PolicyVersionId>(21).to_string(),
                          .sendings = {{.channel = NoticeChannel::console},
                                       {.channel = NoticeChannel::email, .address = masked("b•••@shop.example")}}};
  if (notice.status == registry::NoticeStatus::queued) return to_json(notice);
  notice.updated_at = kDone;
  notice.sequence = 2;
  notice.sendings[0].status = SendingStatus::sent;
  notice.sendings[0].proof = {kDone, "acknowledged with " + id_of<registry::CredentialId>(8).to_string(), {}, {}};
  return to_json(notice);
}

std::string example_of(Of<registry::Measure>, std::optional<registry::MeasureStatus> asked) {
  using registry::MeasureStatus;
  registry::Measure measure{.id = kMeasure,
                            .client = kClient,
                            .created_at = kMade,
                            .updated_at = kMade,
                            .sequence = 1,
                            .status = asked.value_or(MeasureStatus::scheduled),
                            .kind = registry::MeasureKind::suspend,
                            .clause = "P3.4",
                            .evidence = "Case 2026-117",
                            .effective_at = kMade,
                            .proposed_by = kPerson};
  if (measure.status != MeasureStatus::rejected) measure.notice = kNotice;
  if (measure.status == MeasureStatus::scheduled) return to_json(measure);
  measure.updated_at = kDone;
  measure.sequence = 2;
  if (measure.status == MeasureStatus::rejected) measure.kind = registry::MeasureKind::terminate;
  if (measure.status == MeasureStatus::in_force) {
    measure.critical = true;
    measure.effective_at = kMade;
    measure.confirmed_by = id_of<registry::PersonId>(7);
  }
  return to_json(measure);
}

std::string example_of(Of<registry::Ticket>, std::optional<registry::TicketStatus> asked) {
  return example_of(Of<ShownTicket>{}, asked);
}
std::string example_of(Of<ShownTicket>, std::optional<registry::TicketStatus> asked) {
  using registry::TicketStatus;
  ShownTicket ticket{.id = kTicket,
                     .client = kClient,
                     .created_at = kMade,
                     .updated_at = kMade,
                     .sequence = 1,
                     .status = asked.value_or(TicketStatus::open),
                     .subject = "A payout that is late",
                     .about = kPayout.to_string(),
                     .messages = {{kMade, std::nullopt, "Where is it?"}}};
  if (ticket.status == TicketStatus::open) return to_json(ticket);
  ticket.messages.push_back({kDone, kPerson, "The bank had an outage; it arrives tonight."});
  ticket.updated_at = kDone;
  ticket.sequence = ticket.status == TicketStatus::answered ? 2 : 3;
  return to_json(ticket);
}

}  // namespace mohur::gateway
