// A shard: the one writer of its journal. Commands go in, are decided in order, made durable in groups, and answered.
//
// A turn    All queued commands are decided against the state in memory; their events form the open frame. When no flush is
//           running the frame is sealed and flushed; meanwhile the next one fills. So batches form by themselves under load.
// Gate      Nothing is answered, stored or told to subscribers before it is durable: not even a refusal, since it may rest on
//           something that is not. A failed flush is final: `fatal` is called and nothing is answered any more.
// Threads   Everything here runs on the shard's thread; `post` brings the end of a flush back to it.
// Errors    submit: overloaded when the queue is full, stopping after stop(). Replies carry the refusals of decisions, or
//           storage_full while the journal has no room: then nothing is decided, and reads go on.
#pragma once

#include <deque>
#include <memory>

#include "base/random.hpp"
#include "engine/flusher.hpp"
#include "engine/fold.hpp"

namespace mohur::engine {

// What a decided command came to. The events are durable; views are valid during the call.
struct Done {
  std::span<const kernel::Event> events;
  std::uint64_t first_position = 0;  // of the events
  std::optional<std::uint64_t> replay_of;
  std::optional<Key128> existing;
};
using Reply = std::function<void(const Result<Done>&)>;

// Told of every durable frame, in order, before its commands are answered.
class Subscriber {
 public:
  virtual ~Subscriber() = default;
  virtual void on_durable(std::uint64_t first_position, std::span<const kernel::Event> events) = 0;
};

struct ShardOptions {
  std::size_t most_queued = 4'096;      // commands that wait for a decision
  std::size_t frame_bytes = 1u << 20;   // a frame that reached this size is sealed
  std::size_t shelf_entries = 100'000;  // of each kind that is looked at again and again
  std::size_t wakes_per_turn = 256;
};

struct ShardStatistics {
  std::uint64_t commands = 0;
  std::uint64_t refused = 0;
  std::uint64_t replayed = 0;
  std::uint64_t events = 0;
  std::uint64_t frames = 0;
  std::uint64_t queued = 0;  // now
};

class Shard {
 public:
  using Post = std::function<void(std::function<void()>)>;
  using Fatal = std::function<void(const Refusal&)>;

  // Everything handed in outlives the shard.
  Shard(journal::Journal& journal, store::Store& store, Flusher& flusher, Clock& clock, Random& random, Post post, Fatal fatal,
        ShardOptions options = {});

  // Loads the store and applies the journal from there on. To be called once, before anything else.
  Result<void> recover(const journal::Place& place);

  // Queues a command for the next turn. `id` and `at` are set here.
  Result<void> submit(kernel::Command command, Reply reply);
  void turn();

  // No new commands; `done` is called when everything taken is durable and answered.
  void stop(std::function<void()> done);

  void subscribe(Subscriber& subscriber) { subscribers_.push_back(&subscriber); }

  // Real time of the next timer, if any: the shard wants a turn then.
  std::optional<Time> next_due() const { return fold_.state().open.next_due(); }
  const kernel::State& state() const { return fold_.state(); }
  ShardStatistics statistics() const;

 private:
  struct Waiting {
    kernel::Command command;
    Reply reply;
  };
  struct Answered {
    Reply reply;
    Result<Done> result;      // `events` is filled in when it is called
    std::size_t first_event;  // in its flight
    std::size_t event_count;
  };
  // One frame from its first event to its answers. Events never move, since shelves point at them.
  struct Flight {
    journal::FrameBuilder builder = journal::FrameBuilder{};
    std::optional<journal::Frame> frame;
    store::Batch rows;
    std::vector<kernel::Event> events;
    std::vector<Answered> answers;
    std::uint64_t first_position = 0;
  };

  void decide_queued(Time at);
  void decide_due(Time at);
  void let_go(kernel::ClientId client, Mode mode);
  void decide_one(kernel::Command& command, Reply reply);
  void apply(std::size_t first_event);
  bool has_room();
  void take_off();
  void land(Result<void> flushed);
  void answer(Flight& flight);
  void put_away(Flight landed);

  journal::Journal& journal_;
  store::Store& store_;
  Flusher& flusher_;
  Clock& clock_;
  Random& random_;
  const Post post_;
  const Fatal fatal_;
  const ShardOptions options_;

  Fold fold_;
  std::deque<Waiting> queue_;
  std::deque<kernel::Intent> let_go_;  // what a balance that moved asks for: payouts that waited for it, thresholds
  Flight open_;
  std::optional<Flight> flying_;
  Flight spare_;  // landed, and ready to be the next
  std::vector<Subscriber*> subscribers_;
  std::function<void()> stopped_;
  bool stopping_ = false;
  bool failed_ = false;
  ShardStatistics statistics_;
};

}  // namespace mohur::engine
