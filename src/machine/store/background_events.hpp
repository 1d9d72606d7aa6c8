// What RocksDB tells about its background work: that merging has fallen behind or caught up, and that something failed.
//
// Order    Two threads of RocksDB may tell of two changes the wrong way round. So what it tells only wakes who waits; how it
//          stands is asked, and asked again after a while.
#pragma once

#include <rocksdb/listener.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>

#include "base/result.hpp"
#include "store/rocks_options.hpp"

namespace mohur::store {

class BackgroundEvents final : public rocksdb::EventListener {
 public:
  static constexpr std::chrono::milliseconds kUsual{50};

  explicit BackgroundEvents(std::function<void(Refusal)> on_error) : on_error_(std::move(on_error)) {}

  void OnStallConditionsChanged(const rocksdb::WriteStallInfo&) override {
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  }

  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* status) override {
    on_error_(refusal_of(*status, "merging the store's runs"));
    stop_waiting();
  }

  // Returns when merging is not behind; false if stop_waiting() was called.
  bool wait_while(const std::function<bool()>& is_behind, std::chrono::milliseconds asked_again_after = kUsual) {
    std::unique_lock lock(mutex_);
    while (!stopped_ && is_behind()) changed_.wait_for(lock, asked_again_after);
    return !stopped_;
  }

  void stop_waiting() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }

 private:
  const std::function<void(Refusal)> on_error_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopped_ = false;
};

}  // namespace mohur::store
