// Decisions about tickets: what a client asks, what the operator's people answer, and when it is over.
#include "kernel/decision.hpp"

namespace mohur::kernel {
namespace {

using registry::Ticket;

// The client's own; any when one of the operator's people calls.
Result<const Ticket*> ticket_of(const Decision& decision, registry::TicketId id) {
  const Ticket* ticket = decision.state().find<Ticket>(id.value);
  const bool is_person = decision.command().caller.person().has_value();
  if (ticket == nullptr || (!is_person && ticket->client != decision.command().client))
    return refuse(Outcome::not_found, "ticket");
  return ticket;
}

}  // namespace

Added decide(Decision& decision, const OpenTicket& intent) {
  const Command& command = decision.command();
  MOHUR_TRY_SET(client, decision.client(command.client));
  const Ticket ticket{.id = decision.next_id<registry::TicketId>(),
                      .client = client->id,
                      .created_at = command.at,
                      .updated_at = command.at,
                      .sequence = 1,
                      .subject = intent.subject,
                      .about = intent.about,
                      .messages = {{command.at, std::nullopt, intent.text}}};
  decision.add(EventType::ticket_opened, Object{ticket}, client->id, Mode::live);
  return {};
}

Added decide(Decision& decision, const ReplyToTicket& intent) {
  MOHUR_TRY_SET(ticket, ticket_of(decision, intent.ticket));
  const Time now = decision.command().at;
  const auto person = decision.command().caller.person();
  MOHUR_TRY_SET(after, registry::with_message(*ticket, {now, person, intent.text}, now));
  decision.add(person ? EventType::ticket_answered : EventType::ticket_replied, Object{after}, after.client, Mode::live);
  return {};
}

Added decide(Decision& decision, const CloseTicket& intent) {
  MOHUR_TRY_SET(ticket, ticket_of(decision, intent.ticket));
  MOHUR_TRY_SET(after, registry::close(*ticket, decision.command().at));
  decision.add(EventType::ticket_closed, Object{after}, after.client, Mode::live);
  return {};
}

}  // namespace mohur::kernel
