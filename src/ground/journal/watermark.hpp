// How far a journal is durable: what its writer moves and its readers ask, in one process.
//
// Threads  One thread moves it; any thread asks. position() is one atomic load.
#pragma once

#include <atomic>
#include <mutex>

#include "crypto/sha256.hpp"
#include "journal/position.hpp"

namespace mohur::journal {

// The end of a journal: its last record and the chain hash of the frame that holds it.
struct Head {
  JournalPosition position;
  crypto::Hash256 hash;

  bool operator==(const Head&) const = default;
};

class Watermark {
 public:
  explicit Watermark(const Head& head) : position_(head.position.value), head_(head) {}

  JournalPosition position() const { return {position_.load(std::memory_order_acquire)}; }

  Head head() const {
    const std::lock_guard hold{mutex_};
    return head_;
  }

  void move(const Head& head) {
    const std::lock_guard hold{mutex_};
    head_ = head;
    position_.store(head.position.value, std::memory_order_release);
  }

 private:
  std::atomic<std::uint64_t> position_;
  mutable std::mutex mutex_;
  Head head_;
};

}  // namespace mohur::journal
