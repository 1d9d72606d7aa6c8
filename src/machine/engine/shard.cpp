#include "engine/shard.hpp"

#include "base/assert.hpp"
#include "codec/binary.hpp"
#include "engine/replay.hpp"

namespace mohur::engine {
namespace {

// A decision's events are far smaller; what is left of a frame when it is nearly full still holds the next decision.
constexpr std::size_t kDecisionBytes = 64u << 10;
constexpr std::size_t kDecisionEvents = 256;

// What a command looks at first is asked for so many commands before it.
constexpr std::size_t kAhead = 3;

// An event is hardly smaller. A frame of smaller ones is sealed by their number.
constexpr std::size_t kEventBytes = 128;

// A frame lies in one segment, however small the journal's segments are.
ShardOptions fitted(ShardOptions options, const journal::Journal& journal) {
  options.frame_bytes = std::min<std::size_t>(options.frame_bytes, journal.payload_limit());
  return options;
}

kernel::Command by_system(kernel::Intent intent) {
  kernel::Command command{};
  command.caller = registry::by_system();
  command.intent = std::move(intent);
  return command;
}

}  // namespace

Shard::Shard(journal::Journal& journal, store::Store& store, Flusher& flusher, Clock& clock, Random& random, Post post,
             Fatal fatal, ShardOptions options)
    : journal_(journal),
      store_(store),
      flusher_(flusher),
      clock_(clock),
      random_(random),
      post_(std::move(post)),
      fatal_(std::move(fatal)),
      options_(fitted(options, journal)),
      fold_(store) {}

Result<void> Shard::submit(kernel::Command command, Reply reply) {
  if (stopping_ || failed_) return refuse(Outcome::stopping);
  if (queue_.size() >= options_.most_queued) return refuse(Outcome::overloaded);
  queue_.emplace_back(std::move(command), std::move(reply));
  return {};
}

void Shard::turn() {
  if (failed_) return;
  const Time at = std::max(clock_.now(), fold_.state().time);
  decide_queued(at);
  decide_due(at);
  if (!flying_) take_off();
}

// Whether the open frame takes another decision. Without room on the disk, everybody who waits is told so.
bool Shard::has_room() {
  if (open_.builder.payload_size() + kDecisionBytes > options_.frame_bytes) return false;
  if (open_.events.size() + kDecisionEvents > open_.events.capacity()) {
    if (!open_.events.empty()) return false;
    open_.events.reserve(options_.frame_bytes / kEventBytes + kDecisionEvents);
  }
  Result<void> reserved = journal_.reserve(options_.frame_bytes);
  if (reserved) reserved = flusher_.reserve();
  if (reserved) return true;
  if (reserved.error().outcome == Outcome::overloaded) return false;
  for (Waiting& waiting : std::exchange(queue_, {}))
    if (waiting.reply) waiting.reply(std::unexpected(reserved.error()));
  return false;
}

void Shard::decide_queued(Time at) {
  while (!queue_.empty() && has_room()) {
    if (queue_.size() > kAhead) fold_.prefetch(queue_[kAhead].command);
    Waiting& waiting = queue_.front();
    waiting.command.at = at;
    decide_one(waiting.command, std::move(waiting.reply));
    queue_.pop_front();
  }
}

// What time asks for, and then what the balance that came in lets go. What finds no room has its turn later: timers stay due.
// A stopping shard begins nothing new.
void Shard::decide_due(Time at) {
  if (stopping_) return;
  const auto decide = [&](kernel::Intent intent) {
    kernel::Command command = by_system(std::move(intent));
    command.at = at;
    decide_one(command, nullptr);
  };
  for (kernel::Intent& intent : kernel::due_intents(fold_.state(), at, options_.wakes_per_turn)) {
    if (!has_room()) return;
    decide(std::move(intent));
  }
  for (const payments::BalanceThresholdId id : fold_.take_crossed()) let_go_.push_back(kernel::WakeBalanceThreshold{id});
  for (const auto& [client, mode] : fold_.take_funded()) let_go(client, mode);
  while (!let_go_.empty() && has_room()) {
    decide(std::move(let_go_.front()));
    let_go_.pop_front();
  }
}

void Shard::let_go(kernel::ClientId client, Mode mode) {
  for (kernel::Intent& intent : kernel::queue_intents(fold_.state(), client, mode)) let_go_.push_back(std::move(intent));
}

void Shard::decide_one(kernel::Command& command, Reply reply) {
  command.id = {random_.next_u64(), random_.next_u64()};
  const std::size_t first_event = open_.events.size();
  const std::uint64_t first_position = fold_.state().position + 1;
  Result<kernel::Decided> decided = fold_.decide(command, open_.events);
  statistics_.commands += 1;
  if (!decided) {
    statistics_.refused += 1;
    if (reply) open_.answers.emplace_back(std::move(reply), std::unexpected(std::move(decided).error()), first_event, 0u);
    return;
  }
  if (decided->replay_of) statistics_.replayed += 1;
  if (decided->added > 0) apply(first_event);
  const Done done{{}, first_position, decided->replay_of, decided->existing};
  if (reply) open_.answers.emplace_back(std::move(reply), done, first_event, decided->added);
}

// A command's events become bytes of the open frame and part of the state, and then the laws are asked.
void Shard::apply(std::size_t first_event) {
  MOHUR_ASSERT(open_.events.size() - first_event <= kDecisionEvents);  // the events before have not moved
  if (first_event == 0) {
    fold_.begin_frame();
    open_.first_position = fold_.state().position + 1;
  }
  for (std::size_t i = first_event; i < open_.events.size(); ++i) {
    std::string& frame = open_.builder.begin_record();
    const std::size_t begin = frame.size();
    codec::encode(open_.events[i], frame);
    open_.builder.end_record();
    fold_.apply(open_.events[i], std::string_view{frame}.substr(begin));
    fold_.remember(open_.events[i]);
  }
  const auto broken = fold_.broken_law();
  if (broken) assertion_failed(broken->data(), __FILE__, __LINE__);
}

void Shard::take_off() {
  if (open_.events.empty()) {
    Flight nothing_new = std::exchange(open_, std::exchange(spare_, Flight{}));
    answer(nothing_new);
    put_away(std::move(nothing_new));
    if (stopping_ && queue_.empty() && stopped_) std::exchange(stopped_, nullptr)();
    return;
  }
  flying_ = std::exchange(open_, std::exchange(spare_, Flight{}));
  fold_.finish_frame(flying_->rows);
  Result<journal::Frame> sealed = journal_.seal(std::move(flying_->builder));
  if (!sealed) return land(std::unexpected(sealed.error()));
  flying_->frame = std::move(*sealed);
  MOHUR_ASSERT(flying_->frame->first().value == flying_->first_position);
  statistics_.frames += 1;
  statistics_.events += flying_->events.size();
  flusher_.flush(*flying_->frame,
                 [this](Result<void> flushed) { post_([this, flushed = std::move(flushed)] { land(flushed); }); });
}

void Shard::land(Result<void> flushed) {
  if (flushed) flushed = store_.apply(flying_->rows, flying_->first_position + flying_->events.size() - 1);
  if (!flushed) {
    failed_ = true;
    fatal_(flushed.error());
    return;
  }
  Flight landed = std::move(*flying_);
  flying_.reset();
  for (Subscriber* subscriber : subscribers_) subscriber->on_durable(landed.first_position, landed.events);
  answer(landed);
  put_away(std::move(landed));
  turn();
}

// Nothing on the shelves points at its events any more. Its memory is the next flight's.
void Shard::put_away(Flight landed) {
  fold_.trim(options_.shelf_entries, store_.position());
  if (landed.frame) landed.builder = journal::FrameBuilder{std::move(*landed.frame).take_memory()};
  landed.frame.reset();
  landed.rows.clear();
  landed.events.clear();
  landed.answers.clear();
  spare_ = std::move(landed);
}

void Shard::answer(Flight& flight) {
  for (Answered& answered : flight.answers) {
    if (answered.result) answered.result->events = std::span{flight.events}.subspan(answered.first_event, answered.event_count);
    answered.reply(answered.result);
  }
}

void Shard::stop(std::function<void()> done) {
  stopping_ = true;
  stopped_ = std::move(done);
  turn();
}

Result<void> Shard::recover(const journal::Place& place) {
  MOHUR_TRY(fold_.load());
  MOHUR_TRY(replay(place, fold_, store_));
  // The balance that came last may not have let anything go before the process ended.
  fold_.look_at_all_thresholds();
  for (const auto& [client, mode] : fold_.state().open.queue_owners()) let_go(client, mode);
  return {};
}

ShardStatistics Shard::statistics() const {
  ShardStatistics now = statistics_;
  now.queued = queue_.size();
  return now;
}

}  // namespace mohur::engine
