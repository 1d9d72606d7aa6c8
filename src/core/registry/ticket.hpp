// A ticket: a client's question to the operator, and what was said about it.
//
// States   open → answered ⇄ open; either → closed. It is open while the operator is to speak, answered while the client is.
// Source   policy clause P10.1
#pragma once

#include "base/result.hpp"
#include "registry/caller.hpp"

namespace mohur::registry {

using TicketId = Id<"tkt">;

MOHUR_ENUM(TicketStatus, (1, open), (2, answered), (3, closed))

struct TicketMessage {
  Time at;
  std::optional<PersonId> person;  // one of the operator's; absent: the client
  Sealed text;

  bool operator==(const TicketMessage&) const = default;
  MOHUR_DESCRIBE(TicketMessage, (1, at), (2, person, "The operator's person who said it; null for the client's own words."),
                 (3, text))
};
inline constexpr std::size_t kMostMessages = 100;

struct Ticket {
  static constexpr std::string_view object_name = "ticket";

  TicketId id;
  ClientId client;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  TicketStatus status = TicketStatus::open;
  std::string subject;
  std::optional<std::string> about;
  std::vector<TicketMessage> messages;

  bool operator==(const Ticket&) const = default;
  MOHUR_DESCRIBE(Ticket, (1, id), (2, client), (3, created_at), (4, updated_at), (5, sequence),
                 (6, status, "Open while the operator is to speak, answered while you are."), (7, subject),
                 (8, about, "The id of the object that it is about."), (9, messages, "Oldest first."))
};

// With one more message. Errors: state_conflict for a closed ticket, or one that has as many messages as a ticket can.
Result<Ticket> with_message(const Ticket& ticket, TicketMessage message, Time now);
// Errors: state_conflict for a closed one.
Result<Ticket> close(const Ticket& ticket, Time now);

}  // namespace mohur::registry
