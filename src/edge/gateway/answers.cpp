#include "gateway/answers.hpp"

#include "policy/bank_calendar.hpp"

namespace mohur::gateway {

void CallRevealer::append_json(std::string& out, const Sealed& sealed) {
  if (call_.has(registry::Scope::read_personal))
    if (const auto plain = call_.services.vault.unseal(sealed)) return codec::append_json_string(out, *plain);
  codec::append_json_string(out, sealed.mask);
}

void CallRevealer::append_json(std::string& out, const SealedNotes& notes) {
  if (call_.caller.kind == registry::CallerKind::credential || call_.has(registry::Scope::read_personal)) {
    if (call_.notes && notes.box.starts_with(call_.notes->opening)) {
      out += call_.notes->canonical;
      return;
    }
    if (const auto plain = call_.services.vault.unseal_notes(notes)) {
      out += *plain;
      return;
    }
  }
  out += "null";
}

std::string upi_link(const Settings& settings, const payments::Payin& payin) {
  std::string link = "upi://pay?pa=" + settings.collection_vpa + "&pn=" + net::encode_segment(settings.payee_name) + "&tr=";
  append_base32(link, payin.id.value);
  link += "&am=" + to_major(payin.amount, payin.currency) + "&cu=" + std::string{to_token(payin.currency)};
  link += payin.method == registry::CollectionMethod::upi_qr ? "&mode=01" : "&mode=04";
  return link;
}

WithUpi more_of(const Call& call, const payments::Payin& payin) {
  if (payin.method == registry::CollectionMethod::bank_transfer) return {};
  const std::string path = "/v1/payins/" + payin.id.to_string();
  return {UpiLinks{upi_link(call.services.settings, payin), path + "/qr.png", path + "/qr.svg"}};
}

// What the clock was moved to, so that a replay is the same answer.
LedgerTransfer shown_transfer(const engine::StoredEvent& stored, std::size_t index, ledger::AccountId debit,
                              ledger::AccountId credit) {
  const ledger::Transfer& transfer = stored.event.transfers[index];
  return {.id = ledger::nth(kernel::first_transfer_id(stored.event.at, stored.position), index),
          .kind = transfer.kind,
          .debit = debit,
          .credit = credit,
          .amount = transfer.amount,
          .pending = transfer.pending,
          .event = stored.id(),
          .event_type = stored.event.type,
          .position = stored.position,
          .created_at = stored.event.at + stored.event.ahead};
}

WithUpcoming more_of(const Call&, const payments::PayoutSchedule& schedule) {
  return {payments::upcoming(schedule, policy::banking_days())};
}

WithNow more_of(const Call&, const payments::SandboxClock& clock) { return {clock.updated_at + clock.ahead}; }

WithBalance more_of(const Call&, const ledger::Account& account) {
  return {ledger::type_of(account.code), {account.balance()}, {account.available()}};
}

ListWriter::ListWriter(const Call& call) : call_(call) { response_.body = "{\"data\":["; }

std::string& ListWriter::next() {
  if (!empty_) response_.body += ',';
  empty_ = false;
  return response_.body;
}

net::Response ListWriter::finish(const std::optional<engine::Cursor>& next) {
  return finish_with(next ? std::optional{to_text(*next)} : std::nullopt);
}

void add_next_link(const Call& call, std::string_view next, net::Response& response) {
  std::string link = "<" + std::string{call.request.path} + "?";
  net::QueryReader reader{call.request.query};
  while (const auto pair = reader.next())
    if (pair->name != "after") link.append(pair->name).append("=").append(pair->value).append("&");
  response.add("Link", link.append("after=").append(next).append(">; rel=\"next\""));
}

net::Response ListWriter::finish_with(const std::optional<std::string>& next) {
  response_.body += "],\"has_more\":";
  response_.body += next ? "true,\"next\":\"" + *next + "\"}" : "false,\"next\":null}";
  if (next) add_next_link(call_, *next, response_);
  return std::move(response_);
}

}  // namespace mohur::gateway
