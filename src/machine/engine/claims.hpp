// Claims: keyed hashes under which an object owns a name for ever, such as a reference, an account number or a bank reference.
//
// Equal names of one kind give equal keys, and nobody without the vault's key can tell the name from its key. Parts are
// joined with a byte that cannot stand in them, so that no two lists of parts are the same text.
#pragma once

#include <initializer_list>

#include "kernel/event.hpp"
#include "vault/vault.hpp"

namespace mohur::engine {

inline Key128 claim_of(const vault::Vault& vault, std::string_view label, std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text.append(part).append(1, '\x1f');
  return vault.blind_index(label, text);
}

// The public part of an API key.
inline Key128 kid_claim(const vault::Vault& vault, std::string_view kid) { return claim_of(vault, "kid", {kid}); }

// A reference of whoever owns the object, a client or a sublicence; `kind` is the object's name, such as `payout`.
inline Key128 reference_claim(const vault::Vault& vault, std::string_view owner, Mode mode, std::string_view kind,
                              std::string_view reference_id) {
  return claim_of(vault, "reference_id", {owner, to_token(mode), kind, reference_id});
}

// The number of a virtual account.
inline Key128 account_claim(const vault::Vault& vault, Mode mode, std::string_view account_number) {
  return claim_of(vault, "account_number", {to_token(mode), account_number});
}

// A bank's reference of a credit, however it is written.
inline Key128 utr_claim(const vault::Vault& vault, Mode mode, std::string_view utr) {
  std::string upper{utr};
  for (char& c : upper)
    if (is_lower(c)) c = static_cast<char>(c - 'a' + 'A');
  return claim_of(vault, "utr", {to_token(mode), upper});
}

// A rail's reference of one try of a payer.
inline Key128 rail_reference_claim(const vault::Vault& vault, Mode mode, std::string_view reference) {
  return claim_of(vault, "rail_reference", {to_token(mode), reference});
}

// The tuple by which a beneficiary is the same one: who it is to its owner, its name and its destination.
inline Key128 beneficiary_claim(const vault::Vault& vault, std::string_view owner, Mode mode, payments::BeneficiaryKind kind,
                                std::string_view name, std::string_view ifsc, std::string_view account_number,
                                std::string_view vpa) {
  return claim_of(vault, "beneficiary", {owner, to_token(mode), to_token(kind), name, ifsc, account_number, vpa});
}

// Where a beneficiary's money goes, whoever sends it. It is a mark, and nobody owns it. An account is its bank's, whatever the
// branch: of the IFSC the bank counts.
inline Key128 destination_mark(const vault::Vault& vault, std::string_view ifsc, std::string_view account_number,
                               std::string_view vpa) {
  std::string lower{vpa};
  for (char& c : lower)
    if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
  return claim_of(vault, "destination", {ifsc.substr(0, 4), account_number, lower});
}

// What a client handed in as a part of a batch.
inline Key128 batch_part_claim(const vault::Vault& vault, kernel::ClientId client, Mode mode, std::string_view hash) {
  return claim_of(vault, "batch_part", {client.to_string(), to_token(mode), hash});
}

// That a row of a batch became a payout.
inline Key128 batch_row_claim(const vault::Vault& vault, payments::BatchId batch, std::uint32_t row) {
  return claim_of(vault, "batch_row", {batch.to_string(), std::to_string(row)});
}

// The address with which one of the operator's people signs in, however it is written.
inline Key128 email_claim(const vault::Vault& vault, std::string_view email) {
  std::string lower{email};
  for (char& c : lower)
    if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
  return claim_of(vault, "person_email", {lower});
}

// An account of an OpenID provider.
inline Key128 account_of_provider_claim(const vault::Vault& vault, std::string_view issuer, std::string_view subject) {
  return claim_of(vault, "provider_account", {issuer, subject});
}

// That a client accepted a version of the policy.
inline Key128 acceptance_claim(const vault::Vault& vault, kernel::ClientId client, std::uint32_t number) {
  return claim_of(vault, "policy_acceptance", {client.to_string(), std::to_string(number)});
}

// What change of its agreement a client asked for last.
inline Key128 agreement_ask_claim(const vault::Vault& vault, kernel::ClientId client) {
  return claim_of(vault, "agreement_ask", {client.to_string()});
}

// That a client was told of a version of the policy.
inline Key128 policy_notice_claim(const vault::Vault& vault, kernel::ClientId client, policy::PolicyVersionId version) {
  return claim_of(vault, "policy_notice", {client.to_string(), version.to_string()});
}

// That an alert was raised: one a day of each kind and subject.
inline Key128 alert_claim(const vault::Vault& vault, policy::AlertKind kind, Key128 subject, Mode mode, std::int64_t day) {
  return claim_of(vault, "alert", {to_token(kind), std::string_view{subject.to_bytes()}, to_token(mode), std::to_string(day)});
}

// What a caller sent as Idempotency-Key. Keys of different callers never meet.
inline Key128 idempotency_claim(const vault::Vault& vault, std::string_view owner, Mode mode, std::string_view key) {
  return claim_of(vault, "idempotency_key", {owner, to_token(mode), key});
}

}  // namespace mohur::engine
