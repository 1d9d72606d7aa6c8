// How objects become answers: JSON from the description, personal data by the caller's rights, and lists in pages.
#pragma once

#include "codec/json_out.hpp"
#include "gateway/call.hpp"
#include "gateway/query.hpp"

namespace mohur::gateway {

// Opens what the caller may see. A client sees its own notes; names, numbers and addresses need the scope read_personal.
class CallRevealer final : public codec::Revealer {
 public:
  explicit CallRevealer(const Call& call) : call_(call) {}
  void append_json(std::string& out, const Sealed& sealed) override;
  void append_json(std::string& out, const SealedNotes& notes) override;

 private:
  const Call& call_;
};

// What an answer holds besides the object.
WithUpi more_of(const Call& call, const payments::Payin& payin);
WithUpcoming more_of(const Call& call, const payments::PayoutSchedule& schedule);
WithNow more_of(const Call& call, const payments::SandboxClock& clock);
WithBalance more_of(const Call& call, const ledger::Account& account);
template <class T>
concept HasMore = requires(const Call& call, const T& object) { more_of(call, object); };

// What only the answer of this call shows of the object.
template <class T>
std::optional<WithSecret> shown_once(const Call& call, const T&) {
  return call.secret ? std::optional{WithSecret{call.secret}} : std::nullopt;
}
inline const std::optional<WithTokens>& shown_once(const Call& call, const registry::Session&) { return call.tokens; }
inline const std::optional<WithFactors>& shown_once(const Call& call, const registry::SignIn&) { return call.factors; }

// The object with what belongs to its answer.
template <Described T>
void append_answer(const Call& call, const T& object, std::string& out) {
  CallRevealer revealer{call};
  if constexpr (HasMore<T>)
    codec::write_json_with(object, more_of(call, object), out, revealer);
  else if (const auto& once = shown_once(call, object))
    codec::write_json_with(object, *once, out, revealer);
  else
    codec::write_json(object, out, revealer);
}
template <Described T>
net::Response answer_with(const Call& call, const T& object) {
  net::Response response;
  append_answer(call, object, response.body);
  return response;
}

// A transfer with what its event says about it; of one that resolves a pending one, the accounts are those of that.
LedgerTransfer shown_transfer(const engine::StoredEvent& stored, std::size_t index, ledger::AccountId debit,
                              ledger::AccountId credit);

// Whether the object belongs to whom the call is for.
template <class T>
bool is_visible(const Call& call, const T& object) {
  const auto is_callers = [&](const auto& own) { return own.client == call.client && own.mode == call.mode; };
  if constexpr (requires { object.sublicence; })
    if (call.sublicence && object.sublicence != call.sublicence) return false;
  if constexpr (requires { object.mode, object.client.has_value(); }) {  // may be one of the operator's people's
    return call.caller.kind == registry::CallerKind::person || is_callers(object);
  } else if constexpr (requires { object.mode, object.client; }) {
    return is_callers(object);
  } else {
    return call.caller.kind == registry::CallerKind::person;
  }
}

// Where the next page is: the same query with the next cursor in it.
void add_next_link(const Call& call, std::string_view next, net::Response& response);

// Composes `{"data":[...],"has_more":...,"next":...}` and the Link header.
class ListWriter {
 public:
  explicit ListWriter(const Call& call);
  // Where the next item is to be appended.
  std::string& next();
  template <class Items>
  ListWriter& append(const Items& items) {
    for (const auto& item : items) append_answer(call_, item, next());
    return *this;
  }
  net::Response finish(const std::optional<engine::Cursor>& next);
  net::Response finish_with(const std::optional<std::string>& next);

 private:
  const Call& call_;
  net::Response response_;
  bool empty_ = true;
};

// `upi://pay?...` of a pay-in by UPI.
std::string upi_link(const Settings& settings, const payments::Payin& payin);

}  // namespace mohur::gateway
