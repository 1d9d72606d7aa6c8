#include "engine/flusher.hpp"

#include <span>

#include "base/assert.hpp"
#include "base/thread.hpp"

namespace mohur::engine {

void InlineFlusher::flush(journal::Frame& frame, Done done) {
  Result<void> outcome = vault_ != nullptr ? vault_->flush() : Result<void>{};
  if (outcome) outcome = journal_.write_and_flush(std::span{&frame, 1});
  done(std::move(outcome));
}

ThreadFlusher::ThreadFlusher(journal::Journal& journal, vault::Vault* vault)
    : inline_(journal, vault), thread_([this] { run(); }) {}

ThreadFlusher::~ThreadFlusher() {
  {
    const std::lock_guard hold{mutex_};
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void ThreadFlusher::flush(journal::Frame& frame, Done done) {
  {
    const std::lock_guard hold{mutex_};
    MOHUR_ASSERT(!job_);
    job_ = Job{&frame, std::move(done)};
  }
  changed_.notify_one();
}

void ThreadFlusher::run() {
  begin_thread("journal", Standing::in_front);
  std::unique_lock hold{mutex_};
  while (true) {
    changed_.wait(hold, [this] { return job_ || stopping_; });
    if (!job_) return;
    Job job = std::move(*job_);
    job_.reset();
    hold.unlock();
    inline_.flush(*job.frame, std::move(job.done));
    hold.lock();
  }
}

}  // namespace mohur::engine
