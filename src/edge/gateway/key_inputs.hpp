// What is sent about keys and what happens to them.
// One described struct per endpoint that takes a body: names and sentences are the public API.
#pragma once

#include <type_traits>

#include "gateway/input_forms.hpp"

namespace mohur::gateway {

struct IssueInput {
  Mode mode = Mode::test;
  FreeText<60> label;
  std::optional<std::vector<registry::Scope>> scopes;
  std::optional<Time> expires_at;
  std::optional<std::vector<registry::Network>> networks;
  std::optional<registry::SublicenceId> sublicence;
  std::optional<std::vector<registry::ApproverRole>> approver_roles;
  MOHUR_DESCRIBE(IssueInput, (1, mode), (2, label, "Where the key will be used."),
                 (3, scopes,
                  "All that such a key may have when absent, except read_personal and those of approvals: approve_payouts, "
                  "write_approval_workflows."),
                 (4, expires_at),
                 (5, networks,
                  "From which the key may be used; from anywhere when absent, but then a live key cannot send money "
                  "out."),
                 (6, sublicence, "For whom the client sends money with it; for itself when absent."),
                 (7, approver_roles, "As which it approves payouts, up to 5: names of the client's own, such as `finance`."))
};
struct RotateInput {
  std::optional<std::uint32_t> overlap_s;
  MOHUR_DESCRIBE(RotateInput, (1, overlap_s,
                               "For so many seconds the old secret is right as well; 86400, a day, when absent, 604800 at most."))
};
struct NetworksInput {
  std::vector<registry::Network> networks;
  MOHUR_DESCRIBE(NetworksInput, (1, networks,
                                 "The networks from which the key may be used; none means from anywhere, but then a "
                                 "live key cannot send money out."))
};
// A public key as tools write it: PEM, or base64.
struct PublicKeyRule {
  static constexpr std::string_view name = "public_key";
  static constexpr std::size_t min = 44, max = 200;
  static constexpr std::string_view pattern = "^[A-Za-z0-9+/= \\r\\n-]+$";
  static bool valid(std::string_view t) {
    return payments::all_of_text(
        t, [](char c) { return is_alphanumeric(c) || std::string_view{"+/= \r\n-"}.find(c) != std::string_view::npos; });
  }
};
struct CertificateInput {
  std::optional<registry::Thumbprint> thumbprint;
  std::optional<Text<MarkdownRule>> certificate;
  std::optional<FreeText<60>> label;
  MOHUR_DESCRIBE(CertificateInput, (1, thumbprint, "SHA-256 of its DER form in base64url: `x5t#S256` of RFC 8705."),
                 (2, certificate, "Or the certificate itself, in PEM."), (3, label, "Where it is used."))
};
struct ThumbprintInput {
  registry::Thumbprint thumbprint;
  MOHUR_DESCRIBE(ThumbprintInput, (1, thumbprint, "Of the certificate."))
};
struct SigningKeyInput {
  registry::SignatureAlgorithm algorithm = registry::SignatureAlgorithm::hmac_sha256;
  std::optional<Text<PublicKeyRule>> public_key;
  std::optional<std::uint32_t> overlap_s;
  MOHUR_DESCRIBE(SigningKeyInput,
                 (1, algorithm,
                  "hmac_sha256: the server makes a secret. ed25519: the holder has a pair, and sends its public key."),
                 (2, public_key, "Of ed25519: as PEM, or its 32 bytes in base64."),
                 (3, overlap_s,
                  "For so many seconds the signing key before is right as well; 86400, a day, when absent, 604800 at most."))
};
struct CompromiseInput {
  std::optional<FreeText<500>> note;
  MOHUR_DESCRIBE(CompromiseInput, (1, note, "Where the key was seen, and since when."))
};
struct FindingInput {
  FreeText<500> finding;
  MOHUR_DESCRIBE(FindingInput, (1, finding, "What came of it."))
};
struct StaffKeyInput {
  FreeText<60> label;
  std::optional<bool> revoke_others;
  MOHUR_DESCRIBE(StaffKeyInput, (1, label, "Where the key will be used."),
                 (2, revoke_others, "Ends your other keys at once, such as the one that was lost; false when absent."))
};

// Examples, as JSON.
std::string example_of(std::type_identity<IssueInput>);
std::string example_of(std::type_identity<RotateInput>);
std::string example_of(std::type_identity<NetworksInput>);
std::string example_of(std::type_identity<CertificateInput>);
std::string example_of(std::type_identity<ThumbprintInput>);
std::string example_of(std::type_identity<SigningKeyInput>);
std::string example_of(std::type_identity<CompromiseInput>);
std::string example_of(std::type_identity<FindingInput>);
std::string example_of(std::type_identity<StaffKeyInput>);

}  // namespace mohur::gateway
