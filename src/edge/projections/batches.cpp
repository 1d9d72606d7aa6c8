#include "projections/batches.hpp"

#include <algorithm>

#include "base/india.hpp"
#include "base/thread.hpp"
#include "codec/binary.hpp"
#include "projections/batch_orders.hpp"

namespace mohur::projections {
namespace {

using payments::Batch;
using payments::BatchId;
using payments::BatchStatus;
using payments::Payout;

constexpr std::size_t kRowsOfATurn = 2'000;
constexpr std::size_t kMostChecks = 4, kMostReading = 4;
constexpr std::size_t kMostUnderWay = 256;
// Of one client, that are not over.
constexpr std::size_t kMostUnfinished = 100;
constexpr std::uint64_t kMostBytesOfRows = 4ull << 30;
constexpr Duration kLongestWait = seconds(60), kNoRoomWait = milliseconds(20), kHold = seconds(5);

// What is read of an event: its other parts are passed over.
struct BatchHead {
  std::optional<Batch> batch;
  std::optional<Payout> payout;
  MOHUR_DESCRIBE(BatchHead, (kernel::object_field<Batch>(), batch), (kernel::object_field<Payout>(), payout))
};

bool is_over(const Batch& batch) { return batch.finished_at.has_value(); }

// Refusals that say nothing about the row. The first kind: nobody has room for it now. The other one: its client may not send
// money now.
bool is_for_want_of_room(Outcome outcome) {
  return outcome == Outcome::overloaded || outcome == Outcome::storage_full || outcome == Outcome::stopping ||
         outcome == Outcome::io_failed;
}
bool is_for_its_client(Outcome outcome) { return outcome == Outcome::client_suspended || outcome == Outcome::client_restricted; }

}  // namespace

struct Batches::Answer {
  BatchId batch;
  std::uint32_t row = 0;  // 0: about the batch itself
  bool is_for_beneficiary = false;
  Result<Key128> made;
};

Batches::Batches(const Sources& sources, journal::Reader reader, std::uint64_t taken_up_at, Ask ask,
                 std::function<void(const Refusal&)> failed)
    : sources_(sources),
      reader_(std::move(reader)),
      taken_up_at_(taken_up_at),
      ask_(std::move(ask)),
      failed_(std::move(failed)) {}

// The journal is followed from before the tables are looked at: what comes twice is the same. Payouts are followed from midnight.
Result<std::unique_ptr<Batches>> Batches::open(const Sources& sources, const journal::Place& events,
                                               std::shared_ptr<const journal::Watermark> live, Ask ask,
                                               std::function<void(const Refusal&)> failed) {
  const std::uint64_t last = live->position().value;
  const Time midnight = india::start_of_day(india::day_of(sources.clock.now()));
  MOHUR_TRY_SET(before_today, sources.archive.position_before(midnight));
  MOHUR_TRY_SET(reader, journal::Reader::open(events, {std::min(before_today, last) + 1}, live));
  std::unique_ptr<Batches> batches{new Batches{sources, std::move(reader), last, std::move(ask), std::move(failed)}};
  MOHUR_TRY(batches->take_up());
  return batches;
}

// Takes up what is not over, and removes the rows of all else.
Result<void> Batches::take_up() {
  std::set<std::pair<SubjectId, std::string>> named;
  std::vector<Batch> unfinished;
  Result<void> outcome;
  MOHUR_TRY(sources_.archive.scan(kernel::Table::batches, [&](std::string_view, std::string_view value) {
    Batch batch;
    if (!codec::decode(value, batch)) {
      outcome = refuse(Outcome::data_damaged, {}, "A batch cannot be read.");
    } else if (is_over(batch)) {
      outcome = sources_.files.destroy_key(batch.rows_subject);
    } else {
      for (const payments::BatchPart& part : batch.parts) named.emplace(batch.rows_subject, part.hash);
      if (batch.report) named.emplace(batch.rows_subject, batch.report->verdicts);
      unfinished.push_back(std::move(batch));
    }
    return outcome.has_value();
  }));
  MOHUR_TRY(outcome);
  MOHUR_TRY(sources_.files.sweep(
      [&](SubjectId subject, std::string_view hash) { return named.contains({subject, std::string{hash}}); }));
  for (const Batch& batch : unfinished) MOHUR_TRY(follow(batch));
  return {};
}

Batches::~Batches() {
  {
    const std::lock_guard hold{mutex_};
    stopping_ = true;
  }
  woken_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Batches::start() {
  thread_ = std::thread([this] { run(); });
}

void Batches::notify() {
  {
    const std::lock_guard hold{mutex_};
    notified_ = true;
  }
  woken_.notify_one();
}

void Batches::run() {
  begin_thread("batches", Standing::behind);
  std::unique_lock hold{mutex_};
  while (!stopping_) {
    notified_ = false;
    hold.unlock();
    Result<Duration> wait = take_turn();
    if (!wait && wait.error().outcome == Outcome::storage_full) wait = kNoRoomWait;
    if (!wait) return failed_(wait.error());
    hold.lock();
    // While there is no room, whoever answers so is not asked again at once.
    const bool is_full = *wait == kNoRoomWait;
    woken_.wait_for(hold, std::chrono::nanoseconds{wait->ns}, [&] { return stopping_ || (notified_ && !is_full); });
  }
}

// Answers how long there is nothing to do, unless somebody wakes it.
Result<Duration> Batches::take_turn() {
  begin_day();
  for (bool has_more = true; has_more && !is_stopping();) {
    MOHUR_TRY_SET(read, read_frame());
    has_more = read;
  }
  if (is_stopping()) return Duration{};
  MOHUR_TRY(remove_rows());
  MOHUR_TRY_SET(is_full, take_answers());
  MOHUR_TRY_SET(has_rows_to_check, check_some());
  if (is_full) return kNoRoomWait;
  MOHUR_TRY_SET(has_rows_to_make, make_some());
  if (has_rows_to_check || has_rows_to_make) return Duration{};
  const bool has_held = std::ranges::any_of(makings_, [](const auto& each) { return each.second.on_hold.has_value(); });
  return has_held ? kHold : kLongestWait;
}

Result<bool> Batches::read_frame() {
  MOHUR_TRY_SET(frame, reader_.next());
  if (!frame) return false;
  for (const journal::RecordView record : *frame) {
    BatchHead head;
    if (!codec::decode(record.bytes, head))
      return refuse(Outcome::data_damaged, {},
                    "The event at position " + std::to_string(record.position.value) + " cannot be read.");
    if (head.payout) paid_today_.see(*head.payout);
    if (record.position.value <= taken_up_at_) continue;
    if (head.batch) MOHUR_TRY(follow(*head.batch));
    if (!head.payout || !head.payout->batch) continue;
    if (const auto making = makings_.find(head.payout->batch->batch); making != makings_.end()) making->second.see(*head.payout);
  }
  return true;
}

// A clock of the sandbox is never behind the server's.
void Batches::begin_day() {
  const std::int64_t day = india::day_of(sources_.clock.now());
  if (std::exchange(today_, day) != day) paid_today_.let_go_before(day);
}

bool Batches::is_stopping() const {
  const std::lock_guard hold{mutex_};
  return stopping_;
}

Result<void> Batches::follow(const Batch& batch) {
  note_unfinished(batch);
  if (batch.status != BatchStatus::validating) {
    to_check_.erase(batch.id);
    checks_.erase(batch.id);
  }
  if (batch.status != BatchStatus::processing) makings_.erase(batch.id);
  if (is_over(batch)) to_remove_.insert(batch.rows_subject);
  if (batch.status == BatchStatus::validating) to_check_.emplace(batch.id, batch);
  if (batch.status == BatchStatus::processing && !makings_.contains(batch.id)) return begin_making(batch);
  return {};
}

void Batches::note_unfinished(const Batch& batch) {
  std::uint64_t bytes = 0;
  for (const payments::BatchPart& part : batch.parts) bytes += part.bytes;
  const std::lock_guard hold{mutex_};
  if (is_over(batch))
    unfinished_.erase(batch.id);
  else
    unfinished_[batch.id] = {batch.client, bytes};
}

Batches::Unfinished Batches::unfinished(registry::ClientId client) const {
  const std::lock_guard hold{mutex_};
  Unfinished sum;
  for (const auto& [id, each] : unfinished_) {
    if (each.first != client) continue;
    sum.batches += 1;
    sum.bytes += each.second;
  }
  return sum;
}

Result<void> Batches::check_one_more(registry::ClientId client) const {
  if (unfinished(client).batches < kMostUnfinished) return {};
  return refuse(Outcome::batches_unfinished, {}, "100 batches are not over yet: finish or cancel some of them.");
}

Result<void> Batches::check_room(registry::ClientId client, std::uint64_t bytes) const {
  if (unfinished(client).bytes + bytes <= kMostBytesOfRows) return {};
  return refuse(Outcome::batches_unfinished, {},
                "4 GiB of rows are in batches that are not over yet: finish or cancel some of them.");
}

// The present on the clock of the batch's client: its sandbox clock in test mode.
Result<Time> Batches::now_of(const Batch& batch) const {
  if (batch.mode == Mode::live) return sources_.clock.now();
  MOHUR_TRY_SET(sandbox, sources_.archive.get<payments::SandboxClock>(batch.client.value));
  return sources_.clock.now() + (sandbox ? sandbox->ahead : Duration{});
}

Result<void> Batches::begin_making(const Batch& batch) {
  MOHUR_TRY_SET(verdicts, sources_.files.read(batch.rows_subject, batch.report->verdicts));
  makings_.emplace(std::piecewise_construct, std::forward_as_tuple(batch.id),
                   std::forward_as_tuple(batch, BatchRows{batch, sources_.files}, RowClaims{batch, sources_.vault}, verdicts));
  return {};
}

Result<void> Batches::remove_rows() {
  while (!to_remove_.empty()) {
    MOHUR_TRY(sources_.files.erase(*to_remove_.begin()));
    to_remove_.erase(to_remove_.begin());
  }
  return {};
}

// One of each client, so that no client keeps the others waiting.
Result<void> Batches::begin_checks() {
  std::set<registry::ClientId> checked;
  for (const auto& [id, check] : checks_) checked.insert(to_check_.at(id).client);
  for (const auto& [id, batch] : to_check_) {
    if (checks_.size() == kMostChecks) break;
    if (!checked.insert(batch.client).second) continue;
    MOHUR_TRY_SET(now, now_of(batch));
    MOHUR_TRY_SET(checker, BatchChecker::of(batch, sources_.archive, sources_.vault, paid_today_, {sources_.clock.now(), now}));
    checks_.emplace(std::piecewise_construct, std::forward_as_tuple(id),
                    std::forward_as_tuple(batch, BatchRows{batch, sources_.files}, std::move(checker)));
  }
  return {};
}

// Answers whether there is more to look at.
Result<bool> Batches::check_some() {
  MOHUR_TRY(begin_checks());
  bool has_more = false;
  for (auto& [id, check] : checks_) {
    if (check.is_reported) continue;
    MOHUR_TRY_SET(is_over, check.go_on(sources_.book, kRowsOfATurn));
    has_more = has_more || !is_over;
    if (is_over) MOHUR_TRY(report(to_check_.at(id), check));
  }
  return has_more;
}

// The verdicts are on the disk before the journal names them.
Result<void> Batches::report(const Batch& batch, BatchCheck& check) {
  MOHUR_TRY_SET(hash, sources_.files.write(batch.rows_subject, check.verdicts()));
  payments::BatchReport report = check.report();
  report.verdicts = hash.hex();
  check.is_reported = true;
  ask(batch, registry::by_system(), kernel::ReportBatch{batch.id, std::move(report)}, 0);
  return {};
}

// Of a few batches at a time rows are taken up, each has its share of what may be under way. Answers whether there are rows that
// could be taken up at once.
Result<bool> Batches::make_some() {
  const Time now = sources_.clock.now();
  std::size_t reading = 0;
  bool has_more = false;
  for (auto& [id, making] : makings_) {
    if (making.on_hold && now < *making.on_hold) continue;
    making.on_hold.reset();
    if (making.has_rows() && reading < kMostReading) {
      reading += 1;
      MOHUR_TRY_SET(more, take_up_rows(making, kMostUnderWay / kMostReading));
      has_more = has_more || more;
    }
    MOHUR_TRY(ask_for_rows(making));
    if (!making.is_final() || making.is_reported) continue;
    making.is_reported = true;
    ask(making.batch(), registry::by_system(), kernel::FinishBatch{id, making.outcome()}, 0);
  }
  return has_more;
}

Result<bool> Batches::take_up_rows(BatchMaking& making, std::size_t most_under_way) {
  const BatchMaking::Sources sources{sources_.book, sources_.archive, sources_.vault};
  MOHUR_TRY_SET(looked_at, making.take_up(sources, kRowsOfATurn, most_under_way));
  return looked_at == kRowsOfATurn;
}

Result<void> Batches::ask_for_rows(BatchMaking& making) {
  for (auto& [number, under_way] : making.under_way())
    if (!under_way.is_asked) MOHUR_TRY(ask_for(making, number, under_way));
  return {};
}

// The beneficiary first, where the row only says who it is.
Result<void> Batches::ask_for(const BatchMaking& making, std::uint32_t number, RowUnderWay& under_way) {
  const BatchOrders orders{making.batch(), making.claims(), sources_.archive, sources_.vault};
  if (!under_way.beneficiary) {
    MOHUR_TRY_SET(known, known_beneficiary(sources_.archive, making.claims().beneficiary(under_way.row)));
    if (known) under_way.beneficiary = known->id;
  }
  const registry::Caller maker = registry::by_credential(making.batch().made_by);
  if (under_way.beneficiary) {
    MOHUR_TRY_SET(create, orders.payout(number, under_way.row, *under_way.beneficiary));
    ask(making.batch(), maker, std::move(create), number);
  } else {
    if (!under_way.sealed) {
      MOHUR_TRY_SET(sealed, orders.sealed_beneficiary(under_way.row, sources_.clock.now()));
      under_way.sealed = std::move(sealed);
    }
    ask(making.batch(), maker, orders.beneficiary(under_way.row, *under_way.sealed), number, true);
  }
  under_way.is_asked = true;
  return {};
}

void Batches::ask(const Batch& batch, registry::Caller caller, kernel::Intent intent, std::uint32_t row,
                  bool is_for_beneficiary) {
  kernel::Command command{
      .caller = caller, .client = batch.client, .sublicence = batch.sublicence, .mode = batch.mode, .intent = std::move(intent)};
  ask_(std::move(command), [this, id = batch.id, row, is_for_beneficiary](const Result<engine::Done>& done) {
    Answer answer{id, row, is_for_beneficiary, {}};
    if (!done)
      answer.made = std::unexpected(done.error());
    else if (done->existing)
      answer.made = *done->existing;
    else
      answer.made = kernel::key_of(done->events.front().object);
    {
      const std::lock_guard hold{mutex_};
      answers_.push_back(std::move(answer));
      notified_ = true;
    }
    woken_.notify_one();
  });
}

// Answers whether there was no room for one of them.
Result<bool> Batches::take_answers() {
  std::vector<Answer> answers;
  {
    const std::lock_guard hold{mutex_};
    answers.swap(answers_);
  }
  bool is_full = false;
  for (const Answer& answer : answers) {
    MOHUR_TRY(take_answer(answer));
    is_full = is_full || (!answer.made && is_for_want_of_room(answer.made.error().outcome));
  }
  MOHUR_TRY(sources_.book.note(refused_));
  refused_.clear();
  return is_full;
}

// About a batch itself: what was not taken is told again. A state that it has left meanwhile is followed anyway.
Result<void> Batches::take_answer(const Answer& answer) {
  const bool is_again = !answer.made && is_for_want_of_room(answer.made.error().outcome);
  const auto check = checks_.find(answer.batch);
  if (check != checks_.end() && is_again) check->second.is_reported = false;
  const auto found = makings_.find(answer.batch);
  if (found == makings_.end()) return {};
  BatchMaking& making = found->second;
  if (answer.row == 0) {
    making.is_reported = making.is_reported && !is_again;
    return {};
  }
  const auto row = making.under_way().find(answer.row);
  if (row == making.under_way().end()) return {};
  row->second.is_asked = false;
  if (answer.made) {
    if (answer.is_for_beneficiary)
      row->second.beneficiary = payments::BeneficiaryId{*answer.made};
    else
      making.made(answer.row);
    return {};
  }
  const Refusal& refusal = answer.made.error();
  if (refusal.outcome == Outcome::data_damaged) return std::unexpected(refusal);
  if (is_for_its_client(refusal.outcome)) {
    making.on_hold = sources_.clock.now() + kHold;
    making.put_away();
  }
  if (is_again || is_for_its_client(refusal.outcome)) return {};
  refused_.push_back(finding_of(answer.batch, answer.row, RowFindingKind::refused, refusal));
  making.refused(answer.row);
  return {};
}

}  // namespace mohur::projections
