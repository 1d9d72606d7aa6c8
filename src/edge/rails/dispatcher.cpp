#include "rails/dispatcher.hpp"

#include "codec/binary.hpp"

namespace mohur::rails {
namespace {

// Whether the event makes money move at the bank, so that doing it twice would matter.
bool sends(const kernel::Event& event) {
  return event.mode == Mode::test &&
         (event.type == kernel::EventType::payout_initiated || event.type == kernel::EventType::refund_created);
}

Result<std::string> plain(vault::Vault& vault, const std::optional<Sealed>& sealed) {
  if (!sealed || sealed->empty()) return std::string{};
  return vault.unseal(*sealed);
}

// The last line of the log: how far the dispatcher had come.
Result<Progress> last_progress(const journal::Place& place, const journal::Journal& log) {
  Progress progress;
  const journal::JournalPosition last = log.sealed().position;
  if (last.value == 0) return progress;
  journal::Lookup lookup{place, log.watermark()};
  MOHUR_TRY_SET(record, lookup.record(last));
  if (!codec::decode(record, progress)) return refuse(Outcome::data_damaged, {}, "The dispatcher's log cannot be read.");
  return progress;
}

}  // namespace

Dispatcher::Dispatcher(std::unique_ptr<journal::Journal> log, journal::Reader reader, const engine::Archive& archive,
                       vault::Vault& vault, SandboxBank& bank, Clock& clock, std::function<void(const Refusal&)> failed)
    : log_(std::move(log)),
      reader_(std::move(reader)),
      archive_(archive),
      vault_(vault),
      bank_(bank),
      clock_(clock),
      failed_(std::move(failed)) {}

Result<std::unique_ptr<Dispatcher>> Dispatcher::open(const std::string& folder, journal::Place events,
                                                     std::shared_ptr<const journal::Watermark> live,
                                                     const engine::Archive& archive, vault::Vault& vault, SandboxBank& bank,
                                                     Clock& clock, std::function<void(const Refusal&)> failed) {
  const journal::Place place{folder, "rails", 0};
  MOHUR_TRY_SET(log, journal::Journal::open(place, {.segment_size = 4u << 20}));
  MOHUR_TRY_SET(progress, last_progress(place, *log));
  MOHUR_TRY_SET(reader, journal::Reader::open(events, {progress.position + 1}, std::move(live)));
  std::unique_ptr<Dispatcher> dispatcher{
      new Dispatcher{std::move(log), std::move(reader), archive, vault, bank, clock, std::move(failed)}};
  dispatcher->position_ = progress.position;
  for (const std::uint64_t position : progress.sending) {
    MOHUR_TRY_SET(stored, archive.event_at(position));
    MOHUR_TRY(dispatcher->carry_out(stored.event, true));
  }
  return dispatcher;
}

Dispatcher::~Dispatcher() {
  {
    const std::lock_guard hold{mutex_};
    stopping_ = true;
  }
  woken_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Dispatcher::start() {
  thread_ = std::thread([this] { run(); });
}

void Dispatcher::notify() {
  {
    const std::lock_guard hold{mutex_};
    notified_ = true;
  }
  woken_.notify_one();
}

void Dispatcher::run() {
  std::unique_lock hold{mutex_};
  while (!stopping_) {
    notified_ = false;
    hold.unlock();
    const auto next = step();
    if (!next) return failed_(next.error());
    // Client clocks may be moved at any time, and notify() tells; a due report in real time is waited for.
    const Duration wait = *next ? std::clamp(**next - clock_.now(), milliseconds(1), seconds(60)) : seconds(60);
    hold.lock();
    woken_.wait_for(hold, std::chrono::nanoseconds{wait.ns}, [this] { return notified_ || stopping_; });
  }
}

Result<std::optional<Time>> Dispatcher::step() {
  while (true) {
    MOHUR_TRY_SET(frame, reader_.next());
    if (!frame) break;
    MOHUR_TRY(handle_frame(*frame));
  }
  return bank_.step();
}

// Notes what will be sent, then does all that the frame's events ask for.
Result<void> Dispatcher::handle_frame(const journal::FrameView& frame) {
  Progress progress{frame.last().value, {}};
  std::vector<kernel::Event> events;
  for (const journal::RecordView record : frame) {
    if (record.position.value <= position_) continue;
    kernel::Event& event = events.emplace_back();
    if (!codec::decode(record.bytes, event))
      return refuse(Outcome::data_damaged, {},
                    "The event at position " + std::to_string(record.position.value) + " cannot be read.");
    if (sends(event)) progress.sending.push_back(record.position.value);
  }
  if (!progress.sending.empty()) MOHUR_TRY(note(progress));  // what sends nothing may be handled again after a crash
  for (const kernel::Event& event : events) MOHUR_TRY(carry_out(event, false));
  position_ = progress.position;
  return {};
}

Result<void> Dispatcher::note(const Progress& progress) {
  journal::FrameBuilder builder;
  codec::encode(progress, builder.begin_record());
  builder.end_record();
  MOHUR_TRY(log_->reserve(builder.payload_size()));
  MOHUR_TRY_SET(frame, log_->seal(std::move(builder)));
  return log_->write_and_flush(std::span{&frame, 1});
}

// `again`: it may have been done before a crash, so the bank is asked instead of told.
Result<void> Dispatcher::carry_out(const kernel::Event& event, bool again) {
  if (event.mode != Mode::test) return {};
  const auto* payout = std::get_if<payments::Payout>(&event.object);
  const auto* refund = std::get_if<payments::Refund>(&event.object);
  switch (event.type) {
    case kernel::EventType::payout_initiated: return again ? bank_.inquire(*payout) : dispatch(*payout);
    case kernel::EventType::payout_inquired: return bank_.inquire(*payout);
    case kernel::EventType::refund_created: return again ? bank_.inquire(*refund) : bank_.dispatch(*refund);
    case kernel::EventType::refund_inquired: return bank_.inquire(*refund);
    case kernel::EventType::attempt_succeeded: return bank_.settle(std::get<payments::Attempt>(event.object));
    default: return {};
  }
}

Result<void> Dispatcher::dispatch(const payments::Payout& payout) {
  MOHUR_TRY_SET(beneficiary, archive_.get<payments::Beneficiary>(payout.beneficiary.value));
  if (!beneficiary) return refuse(Outcome::data_damaged, {}, "The beneficiary of " + payout.id.to_string() + " is missing.");
  Destination destination{.kind = beneficiary->destination};
  MOHUR_TRY_SET(account_number, plain(vault_, beneficiary->account_number));
  MOHUR_TRY_SET(vpa, plain(vault_, beneficiary->vpa));
  destination.account_number = std::move(account_number);
  destination.vpa = std::move(vpa);
  if (beneficiary->ifsc) destination.ifsc = beneficiary->ifsc->str();
  return bank_.dispatch(payout, destination);
}

}  // namespace mohur::rails
