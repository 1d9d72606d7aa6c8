// Makes a sealed frame durable, away from the shard's thread: first the vault's new keys, then the frame, one flush each.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "journal/journal.hpp"
#include "vault/vault.hpp"

namespace mohur::engine {

class Flusher {
 public:
  using Done = std::function<void(Result<void>)>;
  virtual ~Flusher() = default;

  // Makes sure of the room for what a frame needs besides the journal: the vault's new keys. storage_full: nothing happened.
  virtual Result<void> reserve() = 0;

  // Begins; one frame at a time. The frame must live until `done` is called, on whatever thread.
  virtual void flush(journal::Frame& frame, Done done) = 0;
};

// The caller waits. For tools, tests and the bulk path.
class InlineFlusher final : public Flusher {
 public:
  InlineFlusher(journal::Journal& journal, vault::Vault* vault) : journal_(journal), vault_(vault) {}
  Result<void> reserve() override { return vault_ != nullptr ? vault_->reserve() : Result<void>{}; }
  void flush(journal::Frame& frame, Done done) override;

 private:
  journal::Journal& journal_;
  vault::Vault* vault_;
};

// A thread of its own. Ends after the flush at hand.
class ThreadFlusher final : public Flusher {
 public:
  ThreadFlusher(journal::Journal& journal, vault::Vault* vault);
  ~ThreadFlusher() override;
  Result<void> reserve() override { return inline_.reserve(); }
  void flush(journal::Frame& frame, Done done) override;

 private:
  struct Job {
    journal::Frame* frame;
    Done done;
  };
  void run();

  InlineFlusher inline_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Job> job_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace mohur::engine
