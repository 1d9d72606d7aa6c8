#include "rails/dispatcher.hpp"

#include <algorithm>

#include "base/thread.hpp"
#include "codec/binary.hpp"

namespace mohur::rails {
namespace {

using kernel::EventType;

// So many frames are carried out before the bank's reports get their turn.
constexpr int kFramesAtOnce = 64;
// So many events without a dispatch may be gone through again after a restart.
constexpr std::uint64_t kMostUnnoted = 10'000;

// Whether the event makes money move at the bank, so that doing it twice would matter.
bool sends(const kernel::Event& event) {
  const bool of_payout = event.type == EventType::payout_initiated || event.type == EventType::payout_redispatched;
  return event.mode == Mode::test && (of_payout || event.type == EventType::refund_created);
}

// Whether the house still waits for this very dispatch.
template <class Noun>
Result<bool> is_awaited(const engine::Archive& archive, const Noun& noun) {
  MOHUR_TRY_SET(now, archive.get<Noun>(noun.id.value));
  if (!now || now->status != noun.status) return false;
  if constexpr (requires { noun.dispatch; }) return now->dispatch == noun.dispatch;
  return true;
}

Result<std::string> plain(vault::Vault& vault, const std::optional<Sealed>& sealed) {
  if (!sealed || sealed->empty()) return std::string{};
  return vault.unseal(*sealed);
}

// Nothing is in hand behind this position.
InHand nothing_after(std::uint64_t position) { return {{position + 1}, {position}}; }

}  // namespace

Dispatcher::Dispatcher(Cursor cursor, journal::Reader reader, const engine::Archive& archive, vault::Vault& vault,
                       Connector& test_bank, Clock& clock, Failed failed)
    : cursor_(std::move(cursor)),
      reader_(std::move(reader)),
      archive_(archive),
      vault_(vault),
      bank_(test_bank),
      clock_(clock),
      failed_(std::move(failed)),
      ask_up_to_(cursor_.noted().last) {
  position_ = cursor_.noted().first.value - 1;
  in_hand_ = position_ < ask_up_to_.value;
}

Result<std::unique_ptr<Dispatcher>> Dispatcher::open(const std::string& folder, journal::Place events,
                                                     std::shared_ptr<const journal::Watermark> live,
                                                     const engine::Archive& archive, vault::Vault& vault, Connector& test_bank,
                                                     Clock& clock, Failed failed) {
  MOHUR_TRY_SET(cursor, Cursor::open(folder, {{1}, live->position()}));
  MOHUR_TRY_SET(reader, journal::Reader::open(events, cursor.noted().first, std::move(live)));
  return std::unique_ptr<Dispatcher>{
      new Dispatcher{std::move(cursor), std::move(reader), archive, vault, test_bank, clock, std::move(failed)}};
}

Dispatcher::~Dispatcher() { stop(); }

void Dispatcher::start() {
  thread_ = std::thread([this] { run(); });
}

void Dispatcher::stop() {
  {
    const std::lock_guard hold{mutex_};
    if (std::exchange(stopping_, true)) return;
  }
  woken_.notify_one();
  if (thread_.joinable()) thread_.join();
  // Without this note the bank is asked once more than needed after the restart, and no harm is done.
  if (!in_hand_) (void)note_rest();
}

void Dispatcher::notify() {
  {
    const std::lock_guard hold{mutex_};
    notified_ = true;
  }
  woken_.notify_one();
}

void Dispatcher::run() {
  begin_thread("rails", Standing::in_front);
  std::unique_lock hold{mutex_};
  while (!stopping_) {
    notified_ = false;
    hold.unlock();
    const auto next = step();
    if (!next) return failed_(next.error());
    const Duration wait = *next ? std::clamp(**next - clock_.now(), milliseconds(1), seconds(60)) : seconds(60);
    hold.lock();
    woken_.wait_for(hold, std::chrono::nanoseconds{wait.ns}, [this] { return notified_ || stopping_; });
  }
}

Result<std::optional<Time>> Dispatcher::step() {
  for (int frames = 0; frames < kFramesAtOnce && has_frame(); ++frames) MOHUR_TRY(next_frame());
  MOHUR_TRY_SET(next, bank_.step(!has_frame()));
  return has_frame() ? std::optional{clock_.now()} : next;
}

// Notes the frame if it sends anything, and then does all that its events ask for.
Result<void> Dispatcher::next_frame() {
  MOHUR_TRY_SET(frame, reader_.next());
  if (!frame) return refuse(Outcome::data_damaged, {}, "The journal ends before what the archive shows.");
  const std::uint64_t last = frame->last().value;
  const bool ask = frame->last() <= ask_up_to_;
  std::vector<kernel::Event> events(frame->count());
  auto event = events.begin();
  for (const journal::RecordView record : *frame)
    if (!codec::decode(record.bytes, *event++))
      return refuse(Outcome::data_damaged, {},
                    "The event at position " + std::to_string(record.position.value) + " cannot be read.");
  if (!ask && std::ranges::any_of(events, sends)) {
    in_hand_ = true;
    MOHUR_TRY(cursor_.note({frame->first(), frame->last()}));
  }
  for (const kernel::Event& each : events) MOHUR_TRY(carry_out(each, ask));
  MOHUR_TRY(bank_.keep());
  position_ = last;
  in_hand_ = last < ask_up_to_.value;
  const bool is_behind = !in_hand_ && last - cursor_.noted().last.value > kMostUnnoted;
  return is_behind ? note_rest() : Result<void>{};
}

Result<void> Dispatcher::note_rest() {
  const InHand rest = nothing_after(position_);
  return cursor_.noted() == rest ? Result<void>{} : cursor_.note(rest);
}

// `ask`: it may have been done before a crash, so the bank is asked instead of told.
Result<void> Dispatcher::carry_out(const kernel::Event& event, bool ask) {
  if (event.mode != Mode::test) return {};
  switch (event.type) {
    case EventType::payout_initiated:
    case EventType::payout_redispatched: return carry_out(std::get<payments::Payout>(event.object), ask);
    case EventType::payout_inquired: return carry_out(std::get<payments::Payout>(event.object), true);
    case EventType::refund_created: return carry_out(std::get<payments::Refund>(event.object), ask);
    case EventType::refund_inquired: return carry_out(std::get<payments::Refund>(event.object), true);
    case EventType::attempt_succeeded: return bank_.settle(std::get<payments::Attempt>(event.object));
    case EventType::sandbox_clock_advanced:
    case EventType::sandbox_clock_caught_up: return bank_.clock_moved(std::get<payments::SandboxClock>(event.object));
    default: return {};
  }
}

Result<void> Dispatcher::carry_out(const payments::Payout& payout, bool ask) {
  MOHUR_TRY_SET(awaited, is_awaited(archive_, payout));
  if (!awaited) return {};
  if (ask) return bank_.inquire(payout);
  MOHUR_TRY_SET(destination, destination_of(payout));
  return destination ? bank_.dispatch(payout, *destination) : bank_.inquire(payout);
}

Result<void> Dispatcher::carry_out(const payments::Refund& refund, bool ask) {
  MOHUR_TRY_SET(awaited, is_awaited(archive_, refund));
  if (!awaited) return {};
  return ask ? bank_.inquire(refund) : bank_.dispatch(refund);
}

// Nothing when the beneficiary was erased meanwhile: then nothing is sent, and the bank says that nothing came.
Result<std::optional<Destination>> Dispatcher::destination_of(const payments::Payout& payout) {
  MOHUR_TRY_SET(beneficiary, archive_.get<payments::Beneficiary>(payout.beneficiary.value));
  if (!beneficiary) return refuse(Outcome::data_damaged, {}, "The beneficiary of " + payout.id.to_string() + " is missing.");
  auto account_number = plain(vault_, beneficiary->account_number);
  auto vpa = plain(vault_, beneficiary->vpa);
  for (const auto* part : {&account_number, &vpa}) {
    if (*part) continue;
    if (part->error().outcome == Outcome::not_found) return std::nullopt;
    return std::unexpected(part->error());
  }
  return Destination{.kind = beneficiary->destination,
                     .ifsc = beneficiary->ifsc ? beneficiary->ifsc->str() : std::string{},
                     .account_number = std::move(*account_number),
                     .vpa = std::move(*vpa)};
}

}  // namespace mohur::rails
