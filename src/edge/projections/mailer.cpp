#include "projections/mailer.hpp"

#include <algorithm>

#include "base/thread.hpp"
#include "codec/binary.hpp"
#include "crypto/sha256.hpp"
#include "engine/claims.hpp"
#include "projections/mail_message.hpp"

namespace mohur::projections {
namespace {

constexpr Duration kLongestDelay = hours(6);
constexpr Duration kLongestTried = days(3);

// So many events without a letter are read again after a restart, at most.
constexpr std::uint64_t kMostReadAgain = 10'000;

// So many clients are told in one step; then what came of it is read.
constexpr std::size_t kMostTold = 1'000;

// What is read of an event here: its other fields are passed over.
struct NoticeHead {
  kernel::EventType type{};
  std::optional<policy::PolicyVersion> version;
  std::optional<registry::Notice> notice;
  MOHUR_DESCRIBE(NoticeHead, (1, type), (kernel::object_field<policy::PolicyVersion>(), version),
                 (kernel::object_field<registry::Notice>(), notice))
};

const registry::Sending* email_of(const registry::Notice& notice) {
  const auto found = std::ranges::find(notice.sendings, registry::NoticeChannel::email, &registry::Sending::channel);
  return found == notice.sendings.end() ? nullptr : &*found;
}

bool is_to_be_mailed(const registry::Notice& notice) {
  const registry::Sending* email = email_of(notice);
  return email != nullptr && email->status == registry::SendingStatus::queued;
}

}  // namespace

Mailer::Mailer(std::unique_ptr<Letters> letters, journal::Reader reader, const engine::Archive& archive, vault::Vault& vault,
               Clock& clock, MailOptions options, Submit submit, std::function<void(const Refusal&)> failed)
    : letters_(std::move(letters)),
      reader_(std::move(reader)),
      archive_(archive),
      vault_(vault),
      clock_(clock),
      options_(std::move(options)),
      submit_(std::move(submit)),
      failed_(std::move(failed)),
      client_(options_.server, stopping_) {}

Result<std::unique_ptr<Mailer>> Mailer::open(const std::string& folder, const journal::Place& events,
                                             std::shared_ptr<const journal::Watermark> live, const engine::Archive& archive,
                                             vault::Vault& vault, Clock& clock, MailOptions options, Submit submit,
                                             std::function<void(const Refusal&)> failed) {
  MOHUR_TRY_SET(letters, Letters::open(folder));
  MOHUR_TRY_SET(reader, journal::Reader::open(events, {letters->cursor() + 1}, std::move(live)));
  return std::unique_ptr<Mailer>{new Mailer{std::move(letters), std::move(reader), archive, vault, clock, std::move(options),
                                            std::move(submit), std::move(failed)}};
}

Mailer::~Mailer() {
  {
    const std::lock_guard hold{mutex_};
    stopping_ = true;
  }
  woken_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Mailer::start() {
  thread_ = std::thread([this] { run(); });
}

void Mailer::notify() {
  {
    const std::lock_guard hold{mutex_};
    notified_ = true;
  }
  woken_.notify_one();
}

void Mailer::run() {
  begin_thread("mailer", Standing::behind);
  std::unique_lock hold{mutex_};
  while (!stopping_) {
    notified_ = false;
    hold.unlock();
    if (const Result<void> done = take_turn(); !done) return failed_(done.error());
    const Duration longest = wait();
    hold.lock();
    woken_.wait_for(hold, std::chrono::nanoseconds{longest.ns}, [this] { return notified_ || stopping_; });
  }
}

Result<void> Mailer::take_turn() {
  for (bool has_more = true; has_more && !stopping_;) {
    MOHUR_TRY_SET(read, read_frame());
    has_more = read;
  }
  const std::vector<policy::PolicyVersionId> versions{letters_->tellings().begin(), letters_->tellings().end()};
  for (const policy::PolicyVersionId version : versions) MOHUR_TRY(tell(version));
  return send_due();
}

// Until the next letter is due. Whatever else must happen wakes the thread.
Duration Mailer::wait() const {
  Duration longest = letters_->tellings().empty() ? seconds(60) : seconds(1);
  for (const auto& [id, letter] : letters_->waiting())
    if (!reports_.contains(id)) longest = std::min(longest, *letter.next_attempt_at - clock_.now());
  if (std::ranges::any_of(reports_, [](const auto& report) { return !report.second.is_taken; })) longest = Duration{};
  return std::max(longest, milliseconds(20));
}

Result<bool> Mailer::read_frame() {
  MOHUR_TRY_SET(frame, reader_.next());
  if (!frame) return false;
  Letters::Changes changes;
  for (const journal::RecordView record : *frame) {
    if (record.position.value <= letters_->cursor()) continue;
    NoticeHead event;
    if (!codec::decode(record.bytes, event))
      return refuse(Outcome::data_damaged, {},
                    "The event at position " + std::to_string(record.position.value) + " cannot be read.");
    if (event.type == kernel::EventType::policy_version_published) changes.tellings.push_back({event.version->id});
    if (!event.notice) continue;
    if (event.type == kernel::EventType::notice_queued && is_to_be_mailed(*event.notice))
      changes.letters.push_back({event.notice->id, 0, clock_.now()});
    else if (letters_->waiting().contains(event.notice->id) && !is_to_be_mailed(*event.notice))
      changes.letters.push_back({event.notice->id, 0, std::nullopt});
    if (!is_to_be_mailed(*event.notice)) reports_.erase(event.notice->id);
  }
  const std::uint64_t last = frame->last().value;
  if (!changes.empty() || last >= letters_->cursor() + kMostReadAgain) MOHUR_TRY(letters_->record(changes, last));
  return true;
}

// Tells those who were not told yet. It is over when there is nobody left: what was left with the shard and lost is asked again.
Result<void> Mailer::tell(policy::PolicyVersionId version) {
  std::vector<std::pair<registry::ClientId, Key128>> untold;
  Result<void> outcome;
  MOHUR_TRY(archive_.scan(kernel::Table::clients, [&](std::string_view, std::string_view value) {
    registry::Client client;
    if (!codec::decode(value, client)) {
      outcome = refuse(Outcome::data_damaged, {}, "A client cannot be read.");
      return false;
    }
    if (!registry::is_told_of_policies(client.status)) return true;
    const Key128 claim = engine::policy_notice_claim(vault_, client.id, version);
    auto told = archive_.get<kernel::Claim>(claim);
    if (!told) {
      outcome = std::unexpected(std::move(told).error());
      return false;
    }
    if (!*told) untold.emplace_back(client.id, claim);
    return untold.size() < kMostTold;
  }));
  MOHUR_TRY(outcome);
  if (untold.empty()) return letters_->record({{}, {{version, true}}}, letters_->cursor());
  for (const auto& [client, claim] : untold)
    if (!submit_({.caller = registry::by_system(), .mode = Mode::live, .intent = kernel::TellOfPolicy{client, version, claim}}))
      return {};
  return {};
}

Result<void> Mailer::send_due() {
  for (auto& [notice, report] : reports_) hand_in(report);
  std::vector<Letter> due;
  for (const auto& [id, letter] : letters_->waiting())
    if (*letter.next_attempt_at <= clock_.now() && !reports_.contains(id)) due.push_back(letter);
  for (const Letter& letter : due) {
    if (stopping_) return {};
    MOHUR_TRY(send(letter));
  }
  return {};
}

void Mailer::report(registry::NoticeId notice, registry::SendingStatus status, registry::NoticeProof proof) {
  const auto made =
      reports_.emplace(notice, Report{{notice, registry::NoticeChannel::email, status, std::move(proof)}, /*is_taken=*/false});
  hand_in(made.first->second);
}

// A report that finds no room is kept and handed in again; the letter is not sent again for it.
void Mailer::hand_in(Report& report) {
  if (!report.is_taken)
    report.is_taken = submit_({.caller = registry::by_system(), .mode = Mode::live, .intent = report.outcome});
}

Result<void> Mailer::send(Letter letter) {
  MOHUR_TRY_SET(notice, archive_.get<registry::Notice>(letter.notice.value));
  if (!notice || !is_to_be_mailed(*notice)) {
    letter.next_attempt_at = std::nullopt;
    return letters_->record({{letter}, {}}, letters_->cursor());
  }
  const auto give_up = [&](const char* why) -> Result<void> {
    report(letter.notice, registry::SendingStatus::failed, {clock_.now(), why, std::nullopt, std::nullopt});
    return {};
  };
  if (options_.server.host.empty()) return give_up("No mail server is set.");
  MOHUR_TRY_SET(client, archive_.get<registry::Client>(notice->client.value));
  const auto address = vault_.unseal(*email_of(*notice)->address);
  if (!client || !address) return give_up("The address can no longer be read.");
  const auto name = vault_.unseal(client->legal_name);
  const MailMessage message =
      mail_message(*notice, options_.from, *address, name ? *name : client->legal_name.mask, clock_.now());
  const net::MailAnswer answer = client_.send(options_.from, *address, message.bytes);
  registry::NoticeProof proof{clock_.now(), answer.reply, message.message_id, crypto::sha256(message.bytes).hex()};
  switch (answer.outcome) {
    case net::MailOutcome::taken: report(letter.notice, registry::SendingStatus::sent, std::move(proof)); return {};
    case net::MailOutcome::refused: report(letter.notice, registry::SendingStatus::bounced, std::move(proof)); return {};
    case net::MailOutcome::not_now: break;
  }
  if (stopping_) return {};
  if (clock_.now() > notice->created_at + kLongestTried) {
    report(letter.notice, registry::SendingStatus::failed, std::move(proof));
    return {};
  }
  return try_later(letter);
}

Result<void> Mailer::try_later(Letter letter) {
  letter.attempts += 1;
  Duration delay = options_.first_delay;
  for (std::uint32_t i = 1; i < letter.attempts && delay < kLongestDelay; ++i) delay = delay + delay;
  letter.next_attempt_at = clock_.now() + std::min(delay, kLongestDelay);
  return letters_->record({{letter}, {}}, letters_->cursor());
}

}  // namespace mohur::projections
