// A notice: something that the operator must tell a client, and the proof that it was told.
//
// Channels  The console: the client finds it in its list and acknowledges it. E-mail: a mail server has taken it. Each channel
//           has its own state and proof; the notice is sent when one of them has taken it.
// States    queued → sent | failed; a channel: queued → sent | bounced | failed, once.
// Source    policy clauses P8.2, P9.1
#pragma once

#include "registry/credential.hpp"

namespace mohur::registry {

using NoticeId = Id<"ntc">;

MOHUR_ENUM(NoticeKind, (1, policy_version), (2, restriction), (3, suspension), (4, termination), (5, reinstatement),
           (6, incident), (7, low_balance))
MOHUR_ENUM(NoticeStatus, (1, queued), (2, sent), (3, failed))
MOHUR_ENUM(NoticeChannel, (1, console), (2, email))
// bounced: the mail server refused it for good. failed: it was tried until time ran out, or could not be tried at all.
MOHUR_ENUM(SendingStatus, (1, queued), (2, sent), (3, bounced), (4, failed))

// What shows that a channel took it, or did not.
struct NoticeProof {
  Time at;
  std::string reply;
  std::optional<std::string> message_id;
  std::optional<std::string> hash;

  bool operator==(const NoticeProof&) const = default;
  MOHUR_DESCRIBE(NoticeProof, (1, at), (2, reply, "What the mail server said, or who acknowledged it."),
                 (3, message_id, "Of the e-mail."), (4, hash, "SHA-256 of the e-mail as it was sent, in hexadecimal digits."))
};

struct Sending {
  NoticeChannel channel = NoticeChannel::console;
  SendingStatus status = SendingStatus::queued;
  std::optional<Sealed> address;
  std::optional<NoticeProof> proof;

  bool operator==(const Sending&) const = default;
  MOHUR_DESCRIBE(Sending, (1, channel), (2, status), (3, address, "Of the e-mail."),
                 (4, proof, "What shows how it went; null while it is queued."))
};

struct Notice {
  static constexpr std::string_view object_name = "notice";

  NoticeId id;
  ClientId client;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  NoticeStatus status = NoticeStatus::queued;
  NoticeKind kind = NoticeKind::policy_version;
  std::string subject;
  std::string text;
  std::string about;  // id of the object
  std::vector<Sending> sendings;

  bool operator==(const Notice&) const = default;
  MOHUR_DESCRIBE(Notice, (1, id), (2, client), (3, created_at), (4, updated_at), (5, sequence),
                 (6, status, "Sent when one of its channels has taken it."), (7, kind), (8, subject), (9, text),
                 (10, about, "The id of the object that it is about."), (11, sendings, "One for each channel."))
};

// The notice with what became of one of its channels; nothing where that is known already.
std::optional<Notice> record(const Notice& notice, NoticeChannel channel, SendingStatus status, NoticeProof proof, Time now);

}  // namespace mohur::registry
