// What RocksDB tells about its background work: that merging has fallen behind, and that something failed.
#pragma once

#include <rocksdb/listener.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <set>
#include <string>

#include "base/result.hpp"
#include "store/rocks_options.hpp"

namespace mohur::store {

class BackgroundEvents final : public rocksdb::EventListener {
 public:
  explicit BackgroundEvents(std::function<void(Refusal)> on_error) : on_error_(std::move(on_error)) {}

  void OnStallConditionsChanged(const rocksdb::WriteStallInfo& info) override {
    const std::lock_guard lock(mutex_);
    if (info.condition.cur == rocksdb::WriteStallCondition::kStopped)
      behind_.insert(info.cf_name);
    else
      behind_.erase(info.cf_name);
    changed_.notify_all();
  }

  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* status) override {
    on_error_(refusal_of(*status, "merging the store's runs"));
    stop_waiting();
  }

  // Returns when every table can take another run; false if stop_waiting() was called.
  bool wait_until_keeping_up() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return behind_.empty() || stopped_; });
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
  std::set<std::string> behind_;  // names of tables
  bool stopped_ = false;
};

}  // namespace mohur::store
