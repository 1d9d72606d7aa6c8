// Balances, ledger accounts and transfers: every rupee by the books.
#include <charconv>

#include "gateway/route.hpp"

namespace mohur::gateway {
namespace {

using ledger::Account;
using registry::Scope;

bool is_ours(const Call& call, const Account& account) { return account.owner == call.client.value && account.mode == call.mode; }

// What a client wants to know at a glance: what is there, what is reserved, what may still leave.
Result<net::Response> balances(Call& call) {
  MOHUR_TRY_SET(accounts, call.services.archive.accounts(call.client, call.mode));
  ByAccount by_account;
  for (const Account& account : accounts) {
    std::string_view name = to_token(account.code);
    if (name.starts_with("client_")) name.remove_prefix(7);
    for_each_field<ByAccount>([&](const auto& field) {
      if (field.name == name)
        by_account.*field.pointer = Balance{
            account.id, account.currency, {account.balance()}, {account.balance() - account.available()}, {account.available()}};
    });
  }
  net::Response response;
  codec::MaskingRevealer nothing_sealed;
  codec::write_json_with(Balances{call.mode, call.services.archive.position()}, by_account, response.body, nothing_sealed);
  return response;
}

// With `?as_of=` a position of the journal: the account as it stood when that was the last.
Result<net::Response> account(Call& call) {
  MOHUR_TRY_SET(id, call.path_id<ledger::AccountId>());
  MOHUR_TRY_SET(present, call.services.archive.get<Account>(id.value));
  if (!present || !is_ours(call, *present)) return refuse(Outcome::not_found, "id");
  MOHUR_TRY_SET(pairs, query_pairs(call.request));
  for (const QueryPair& pair : pairs) {
    if (pair.name == "client" || pair.name == "mode") continue;
    if (pair.name != "as_of") return unknown_filter(pair.name);
    MOHUR_TRY_SET(position, parse_position(pair));
    MOHUR_TRY_SET(then, call.services.archive.account_as_of(id, position));
    if (!then) return refuse(Outcome::position_unknown, "as_of", "The account was opened after this position.");
    present = *then;
  }
  return answer_with(call, *present);
}

Result<LedgerTransfer> shown(const Call& call, const engine::StoredEvent& stored, std::size_t index) {
  MOHUR_TRY_SET(move, call.services.archive.movement_of(stored.event.transfers[index]));
  return shown_transfer(stored, index, move.debit, move.credit);
}

// Where a page of transfers begins: at an event, and how many of its transfers are still to come; 0 is all of them.
struct TransferCursor {
  std::optional<engine::Cursor> at;
  std::size_t left = 0;
};

std::string transfer_cursor(const engine::Cursor& at, std::size_t left) { return to_text(at) + "." + std::to_string(left); }

Result<TransferCursor> parse_transfer_cursor(const std::optional<std::string>& text) {
  if (!text) return TransferCursor{};
  const std::size_t dot = std::min(text->find('.'), text->size());
  TransferCursor cursor;
  MOHUR_TRY_SET(at, parse_cursor(std::string_view{*text}.substr(0, dot)));
  cursor.at = at;
  const auto [end, error] =
      std::from_chars(text->data() + std::min(dot + 1, text->size()), text->data() + text->size(), cursor.left);
  if (error != std::errc{} || end != text->data() + text->size()) return refuse(Outcome::cursor_malformed, "after");
  return cursor;
}

Result<net::Response> transfers(Call& call) {
  MOHUR_TRY_SET(query, parse_page_query(call));
  MOHUR_TRY_SET(from, parse_transfer_cursor(query.after));
  const auto events = [&](std::size_t most) {
    return call.services.archive.events(call.client, call.mode, from.at, most,
                                        [](const auto& stored) { return !stored.event.transfers.empty(); });
  };
  MOHUR_TRY_SET(page, events(query.limit));
  ListWriter list{call};
  std::size_t listed = 0;
  for (std::size_t n = 0; n < page.items.size(); ++n) {
    const std::size_t all = page.items[n].event.transfers.size();
    for (std::size_t left = n == 0 && from.left > 0 ? std::min(from.left, all) : all; left > 0; --left) {
      if (listed++ == query.limit) {  // the rest of this event's stands on the next page
        MOHUR_TRY_SET(up_to_here, events(n));
        return list.finish_with(transfer_cursor(*up_to_here.next, left));
      }
      MOHUR_TRY_SET(transfer, shown(call, page.items[n], left - 1));
      append_answer(call, transfer, list.next());
    }
  }
  return list.finish_with(page.next ? std::optional{transfer_cursor(*page.next, 0)} : std::nullopt);
}

Result<net::Response> transfer(Call& call) {
  MOHUR_TRY_SET(id, call.path_id<ledger::TransferId>());
  const std::uint64_t position = kernel::position_of(id.value);
  if (position == 0 || position > call.services.archive.position()) return refuse(Outcome::not_found, "id");
  MOHUR_TRY_SET(stored, call.services.archive.event_at(position));
  const std::size_t index = kernel::transfer_index(id);
  const bool fits =
      index < stored.event.transfers.size() && kernel::first_transfer_id(stored.event.at, position).value.high == id.value.high;
  if (!fits || stored.event.client != call.client || stored.event.mode != call.mode) return refuse(Outcome::not_found, "id");
  MOHUR_TRY_SET(found, shown(call, stored, index));
  return answer_with(call, found);
}

}  // namespace

std::vector<Route> ledger_routes() {
  using enum Outcome;
  std::vector<Route> routes;
  routes.push_back(read("/v1/balances", "What is there, what is reserved, and what may leave", Access::client_or_us,
                        Scope::read_balances, {}, balances));
  gives_with<Balances, ByAccount>(routes.back(), [] { return example_of(Of<Balances>{}, {}); });
  routes.push_back(list_all<Account>("/v1/ledger/accounts", "List ledger accounts", Access::client_or_us, Scope::read_ledger));
  routes.push_back(read("/v1/ledger/accounts/{id}", "Get a ledger account, now or as of a journal position", Access::client_or_us,
                        Scope::read_ledger, {not_found, position_unknown, filter_unknown}, account));
  routes.back().filters = {filter_by<std::uint64_t>("as_of", "A journal position: the account as it stood then.")};
  gives<Account>(routes.back());
  routes.push_back(
      read("/v1/ledger/transfers", "List ledger transfers", Access::client_or_us, Scope::read_ledger, {}, transfers));
  routes.back().is_list = true;
  gives<LedgerTransfer>(routes.back());
  routes.push_back(read("/v1/ledger/transfers/{id}", "Get a ledger transfer", Access::client_or_us, Scope::read_ledger,
                        {not_found}, transfer));
  gives<LedgerTransfer>(routes.back());
  return routes;
}

}  // namespace mohur::gateway
