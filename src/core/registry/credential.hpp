// A credential: an API key pair of a client or of one of the operator's people, and the scopes it carries.
//
// The secret itself is never here: `secret_hash` is a keyed hash. `kid` is the public part of the key, by which it is found.
// Source   policy clauses P1.1, P1.2, P1.3, P4.2; docs/formats/keys.md
#pragma once

#include <algorithm>

#include "base/ip_address.hpp"
#include "base/text.hpp"
#include "money/mode.hpp"
#include "registry/client.hpp"

namespace mohur::registry {

using CredentialId = Id<"cred">;

MOHUR_ENUM(CredentialStatus, (1, active), (2, revoked))

// What a credential may do. Numbers are bit positions in a ScopeSet plus one.
MOHUR_ENUM(Scope, (1, read_payins), (2, write_payins), (3, read_payouts), (4, write_payouts), (5, read_beneficiaries),
           (6, write_beneficiaries), (7, read_refunds), (8, write_refunds), (9, read_balances), (10, read_ledger),
           (11, read_events), (12, read_webhooks), (13, write_webhooks), (14, read_requests), (15, use_sandbox),
           (16, read_personal),  // see names, account numbers and addresses in full
           (17, approve_payouts), (18, write_approval_workflows),
           // The keys of the operator's people had these before there were roles (registry/roles.hpp); none needs them.
           (32, admin_read), (33, admin_clients), (34, admin_decide), (35, admin_credentials), (36, admin_funds))

// A network from which a key may be used, in the one form in which it is written: 192.0.2.0/24, 2001:db8::/32, 192.0.2.7.
struct NetworkRule {
  static constexpr std::string_view name = "network";
  static constexpr std::size_t min = 2, max = 43;
  static constexpr std::string_view pattern = "^[0-9a-f:.]+(/[0-9]{1,3})?$";
  static bool valid(std::string_view text) {
    const auto network = IpNetwork::parse(text);
    return network && network->to_string() == text;
  }
};
using Network = Text<NetworkRule>;
inline constexpr std::size_t kMostNetworks = 50;

using SigningKeyId = Id<"sigkey">;

MOHUR_ENUM(SignatureAlgorithm, (1, hmac_sha256), (2, ed25519))

// A key with which the holder of a credential signs calls: of a secret that both sides know, or of a pair of its own.
struct SigningKey {
  SigningKeyId id;
  SignatureAlgorithm algorithm = SignatureAlgorithm::hmac_sha256;
  Time created_at;
  std::optional<Time> expires_at;         // set when another one follows
  std::optional<std::string> public_key;  // of a pair: its 32 bytes in base64
  std::string secret;                     // else: sealed by the vault

  bool operator==(const SigningKey&) const = default;
  MOHUR_DESCRIBE(SigningKey, (1, id, "What a signature names as its keyid."), (2, algorithm), (3, created_at),
                 (4, expires_at, "Until then it is right beside the one that followed."),
                 (5, public_key, "Of ed25519: the 32 bytes in base64."), (6, secret, internal))
};

// A certificate by its thumbprint: the SHA-256 of its DER form in base64url, as RFC 8705 writes it.
struct ThumbprintRule {
  static constexpr std::string_view name = "thumbprint";
  static constexpr std::size_t min = 43, max = 43;
  static constexpr std::string_view pattern = "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$";
  static bool valid(std::string_view text) {
    constexpr std::string_view kLast = "AEIMQUYcgkosw048";  // the others have bits that no digest leaves behind
    return std::ranges::all_of(text, [](char c) { return is_alphanumeric(c) || c == '-' || c == '_'; }) &&
           kLast.find(text.back()) != std::string_view::npos;
  }
};
using Thumbprint = Text<ThumbprintRule>;
inline constexpr std::size_t kMostCertificates = 10;

// A client's certificate, which a connection must show for the key to be taken on it.
struct BoundCertificate {
  Thumbprint thumbprint;
  std::optional<std::string> label;
  Time added_at;

  bool operator==(const BoundCertificate&) const = default;
  MOHUR_DESCRIBE(BoundCertificate, (1, thumbprint, "SHA-256 of its DER form, in base64url."),
                 (2, label, "Where it is used; chosen by who added it."), (3, added_at))
};

// What a client calls those who approve its payouts, such as `finance` or `owner`.
struct ApproverRoleRule {
  static constexpr std::string_view name = "approver_role";
  static constexpr std::size_t min = 1, max = 32;
  static constexpr std::string_view pattern = "^[a-z][a-z0-9_]*$";
  static bool valid(std::string_view text) {
    return is_lower(text.front()) && std::ranges::all_of(text, [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
  }
};
using ApproverRole = Text<ApproverRoleRule>;
inline constexpr std::size_t kMostApproverRoles = 5;

struct Credential {
  static constexpr std::string_view object_name = "credential";

  CredentialId id;
  std::optional<ClientId> client;  // exactly one of client and person is set
  std::optional<PersonId> person;
  Mode mode = Mode::test;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  CredentialStatus status = CredentialStatus::active;
  std::string label;
  std::string kid;
  std::string secret_hash;  // 32 bytes
  std::string last_four;
  std::vector<Scope> scopes;
  std::optional<Time> expires_at;
  std::optional<Time> revoked_at;
  std::optional<PersonId> issued_by;
  std::vector<Network> networks;                    // none: from anywhere
  std::optional<std::string> previous_secret_hash;  // is right as well until it expires
  std::optional<Time> previous_secret_expires_at;
  std::vector<SigningKey> signing_keys;        // the newest first; two at most
  std::vector<BoundCertificate> certificates;  // none: the key is taken on any connection
  std::optional<SublicenceId> sublicence;      // for whom the client sends money with it; nobody: for itself
  std::vector<ApproverRole> approver_roles;

  bool operator==(const Credential&) const = default;
  MOHUR_DESCRIBE(Credential, (1, id), (2, client), (3, person), (4, mode), (5, created_at), (6, updated_at), (7, sequence),
                 (8, status), (9, label, "Where the key is used; chosen by who asked for it."),
                 (10, kid, "The public part of the key."), (11, secret_hash, internal),
                 (12, last_four, "The last four characters of the secret."),
                 (13, scopes, "Of a client's key. What a person may do stands in the person's roles."), (14, expires_at),
                 (15, revoked_at), (16, issued_by),
                 (17, networks,
                  "The networks from which the key may be used; none means from anywhere, but then a live key cannot "
                  "send money out."),
                 (18, previous_secret_hash, internal),
                 (19, previous_secret_expires_at, "Until then the secret before the last rotation is right as well."),
                 (20, signing_keys, "With which calls are signed, the newest first; none when they cannot be."),
                 (21, certificates,
                  "One of which a connection must show for the key to be taken on it; none means that it is taken on any."),
                 (22, sublicence, "Whose key it is, of those for whom the client sends money; null: the client's own."),
                 (23, approver_roles, "As which it approves payouts: steps of an approval workflow ask for roles."))
};

}  // namespace mohur::registry
