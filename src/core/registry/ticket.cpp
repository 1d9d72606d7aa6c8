#include "registry/ticket.hpp"

namespace mohur::registry {

Result<Ticket> with_message(const Ticket& ticket, TicketMessage message, Time now) {
  if (ticket.status == TicketStatus::closed)
    return refuse(Outcome::state_conflict, {}, "The ticket is closed: open another one.");
  if (ticket.messages.size() >= kMostMessages)
    return refuse(Outcome::state_conflict, {}, "The ticket is full: open another one, and name this one in it.");
  Ticket after = ticket;
  after.status = message.person ? TicketStatus::answered : TicketStatus::open;
  after.messages.push_back(std::move(message));
  after.updated_at = now;
  after.sequence += 1;
  return after;
}

Result<Ticket> close(const Ticket& ticket, Time now) {
  if (ticket.status == TicketStatus::closed) return refuse(Outcome::state_conflict, {}, "The ticket is closed already.");
  Ticket after = ticket;
  after.status = TicketStatus::closed;
  after.updated_at = now;
  after.sequence += 1;
  return after;
}

}  // namespace mohur::registry
