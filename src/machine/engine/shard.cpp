#include "engine/shard.hpp"

#include "base/assert.hpp"
#include "codec/binary.hpp"
#include "engine/replay.hpp"

namespace mohur::engine {
namespace {

// A decision's events are far smaller; what is left of a frame when it is nearly full still holds the next decision.
constexpr std::size_t kDecisionBytes = 64u << 10;

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
  queue_.push_back({std::move(command), std::move(reply)});
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
    Waiting waiting = std::move(queue_.front());
    queue_.pop_front();
    waiting.command.at = at;
    decide_one(std::move(waiting.command), std::move(waiting.reply));
  }
}

// What time asks for, and then what the balance that came in lets go. What finds no room has its turn later: timers stay due.
// A stopping shard begins nothing new.
void Shard::decide_due(Time at) {
  if (stopping_) return;
  const auto decide = [&](kernel::Intent intent) {
    kernel::Command command = by_system(std::move(intent));
    command.at = at;
    decide_one(std::move(command), nullptr);
  };
  for (kernel::Intent& intent : kernel::due_intents(fold_.state(), at, options_.wakes_per_turn)) {
    if (!has_room()) return;
    decide(std::move(intent));
  }
  for (const auto& [client, mode] : fold_.take_funded()) let_go(client, mode);
  while (!let_go_.empty() && has_room()) {
    decide(std::move(let_go_.front()));
    let_go_.pop_front();
  }
}

void Shard::let_go(kernel::ClientId client, Mode mode) {
  for (kernel::Intent& intent : kernel::queue_intents(fold_.state(), client, mode)) let_go_.push_back(std::move(intent));
}

void Shard::decide_one(kernel::Command command, Reply reply) {
  command.id = {random_.next_u64(), random_.next_u64()};
  Result<kernel::Decided> decided = fold_.decide(command);
  statistics_.commands += 1;
  Answered answered{std::move(reply), Done{}, open_.events.size(), 0};
  if (!decided) {
    statistics_.refused += 1;
    answered.result = std::unexpected(std::move(decided).error());
  } else {
    if (open_.events.empty() && !decided->events.empty()) {
      fold_.begin_frame();
      open_.first_position = fold_.state().position + 1;
    }
    answered.event_count = decided->events.size();
    answered.result = Done{{}, fold_.state().position + 1, decided->replay_of, decided->existing};
    if (decided->replay_of) statistics_.replayed += 1;
    for (kernel::Event& event : decided->events) {
      codec::encode(event, open_.builder.begin_record());
      open_.builder.end_record();
      fold_.apply(event);
      open_.events.push_back(std::move(event));
    }
    const auto broken = fold_.broken_law();
    if (broken) assertion_failed(broken->data(), __FILE__, __LINE__);
  }
  if (answered.reply) open_.answers.push_back(std::move(answered));
}

void Shard::take_off() {
  if (open_.events.empty()) {
    Flight nothing_new = std::exchange(open_, Flight{});
    answer(nothing_new);
    if (stopping_ && queue_.empty() && stopped_) std::exchange(stopped_, nullptr)();
    return;
  }
  flying_ = std::exchange(open_, Flight{});
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
  fold_.trim(options_.shelf_entries, store_.position());
  turn();
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
  for (const auto& [client, mode] : fold_.state().open.queue_owners()) let_go(client, mode);
  return {};
}

ShardStatistics Shard::statistics() const {
  ShardStatistics now = statistics_;
  now.queued = queue_.size();
  return now;
}

}  // namespace mohur::engine
