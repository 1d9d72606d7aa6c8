// Support tickets: what clients ask and what they are answered; and where to report a weakness in security.
#include "gateway/conduct_inputs.hpp"
#include "gateway/of_a_client.hpp"
#include "gateway/sealing.hpp"

namespace mohur::gateway {
namespace {

using registry::Scope;
using registry::Ticket;

// The words are sealed in the journal. Who may see the ticket at all may read them: it is what they were written for.
ShownTicket shown(const Call& call, const Ticket& ticket) {
  ShownTicket out{.id = ticket.id,
                  .client = ticket.client,
                  .created_at = ticket.created_at,
                  .updated_at = ticket.updated_at,
                  .sequence = ticket.sequence,
                  .status = ticket.status,
                  .subject = ticket.subject,
                  .about = ticket.about,
                  .messages = {}};
  for (const registry::TicketMessage& message : ticket.messages) {
    const auto text = call.services.vault.unseal(message.text);
    out.messages.push_back({message.at, message.person, text ? *text : message.text.mask});
  }
  return out;
}

Result<kernel::Intent> open(Call& call, const TicketInput& input) {
  Sealing sealing = seal_for_client(call);
  kernel::OpenTicket intent{.subject = input.subject.str(),
                            .about = input.about ? std::optional{input.about->str()} : std::nullopt,
                            .text = sealing.value(input.text.str(), vault::mask_text())};
  MOHUR_TRY(sealing.outcome());
  return kernel::Intent{std::move(intent)};
}

// Under the client's key, whoever speaks.
Result<kernel::Intent> reply(Call& call, const TicketReplyInput& input) {
  MOHUR_TRY_SET(ticket, find_for_caller<Ticket>(call));
  const KnownClient* client = call.services.directory.find(ticket.client);
  if (client == nullptr) return refuse(Outcome::not_found, "id");
  Sealing sealing{call, client->subject};
  kernel::ReplyToTicket intent{ticket.id, sealing.value(input.text.str(), vault::mask_text())};
  MOHUR_TRY(sealing.outcome());
  return kernel::Intent{std::move(intent)};
}

Result<kernel::Intent> close(Call& call, const NoInput&) {
  MOHUR_TRY_SET(id, call.path_id<registry::TicketId>());
  return kernel::Intent{kernel::CloseTicket{id}};
}

Result<net::Response> tickets(Call& call) {
  MOHUR_TRY_SET(page, page_for_caller<Ticket>(call));
  ListWriter list{call};
  for (const Ticket& ticket : page.items) append_answer(call, shown(call, ticket), list.next());
  return list.finish(page.next);
}

Result<net::Response> ticket(Call& call) {
  MOHUR_TRY_SET(found, find_for_caller<Ticket>(call));
  return answer_with(call, shown(call, found));
}

// A write on a ticket, which answers with its words; open to suspended clients too, who may have the most to ask.
Route with_words(Route route) {
  route.scope.reset();
  if (route.access == Access::client_or_us) route.permission = registry::Permission::answer_tickets;
  route.also_when_suspended = true;
  route.render = [](Call& call, const kernel::Object& object, std::string& out) -> Result<void> {
    const Ticket* held = std::get_if<Ticket>(&object);
    if (held == nullptr) return refuse(Outcome::internal_error);
    append_answer(call, shown(call, *held), out);
    return {};
  };
  gives<ShownTicket>(route);
  return route;
}

constexpr std::int64_t kSecurityTextDays = 180;

// RFC 9116. It ends at midnight, so that it stays the same for a day.
Result<net::Response> security_text(Call& call) {
  const Settings& settings = call.services.settings;
  if (settings.security_contact.empty()) return refuse(Outcome::not_found, {}, "No contact for security is set.");
  const Time end = call.services.clock.now() + days(kSecurityTextDays);
  net::Response response;
  response.content_type = "text/plain; charset=utf-8";
  response.body = "Contact: " + settings.security_contact + "\nExpires: " + to_rfc3339(end).substr(0, 10) +
                  "T00:00:00Z\nPreferred-Languages: " + settings.security_languages + "\n";
  if (!settings.security_policy.empty()) response.body += "Policy: " + settings.security_policy + "\n";
  return response;
}

}  // namespace

std::vector<Route> ticket_routes() {
  using enum Outcome;
  using registry::TicketStatus;
  std::vector<Route> routes;
  routes.push_back(with_words(write<Ticket, TicketInput>("/v1/tickets", "Ask the operator something", "P10.1", Access::client,
                                                         Scope::read_events, IdempotencyRule::optional, {}, open, 201)));
  leaves<ShownTicket, TicketStatus::open>(routes.back());
  Route all = list_of_a_client<Ticket>("/v1/tickets", "List tickets", "P10.1");
  all.read = tickets;
  gives<ShownTicket>(all);
  routes.push_back(std::move(all));
  Route one = one_of_a_client<Ticket>("/v1/tickets/{id}", "Get a ticket with what was said", "P10.1");
  one.read = ticket;
  gives<ShownTicket>(one);
  routes.push_back(std::move(one));
  routes.push_back(with_words(write<Ticket, TicketReplyInput>("/v1/tickets/{id}/reply", "Say something more, or answer", "P10.1",
                                                              Access::client_or_us, Scope::read_events, IdempotencyRule::optional,
                                                              {not_found, state_conflict}, reply)));
  leaves<ShownTicket, TicketStatus::answered>(routes.back());
  routes.push_back(
      with_words(write<Ticket, NoInput>("/v1/tickets/{id}/close", "Close a ticket", "P10.1", Access::client_or_us,
                                        Scope::read_events, IdempotencyRule::optional, {not_found, state_conflict}, close)));
  leaves<ShownTicket, TicketStatus::closed>(routes.back());
  Route text = read("/.well-known/security.txt", "Where to report a weakness in security", Access::everybody, std::nullopt,
                    {not_found}, security_text);
  text.clause = "P10.1";
  text.media = "text/plain";
  routes.push_back(std::move(text));
  return routes;
}

}  // namespace mohur::gateway
