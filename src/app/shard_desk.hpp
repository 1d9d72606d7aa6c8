// Where other threads leave commands for the shard, and wait for nothing.
//
// Kept     A command that was taken is brought to the shard until the shard has decided it: what the shard has no room for is
//          brought again, in order. At the end of the process what is still here is lost, and whoever left it knows how to ask
//          again: the bank after a restart, the webhooks at the next failed delivery.
// Full     submit() answers false; the same command is to be brought again later.
// Threads  submit() may be called by any thread; the rest runs on the reactor's.
#pragma once

#include <deque>
#include <memory>
#include <mutex>

#include "engine/shard.hpp"
#include "net/reactor.hpp"
#include "rails/connector.hpp"

namespace mohur::app {

class ShardDesk final : public rails::Desk {
 public:
  // Both outlive the desk.
  // `refused` is called on the reactor's thread with what the shard says about a command that it will never take.
  ShardDesk(engine::Shard& shard, net::Reactor& reactor, std::function<void(const Refusal&)> refused)
      : shard_(shard), reactor_(reactor), refused_(std::move(refused)) {}
  bool submit(kernel::Command command) override;

 private:
  using Kept = std::shared_ptr<const kernel::Command>;

  void carry();
  bool bring(const Kept& command);
  void put_back(Kept command);

  engine::Shard& shard_;
  net::Reactor& reactor_;
  const std::function<void(const Refusal&)> refused_;
  std::mutex mutex_;  // guards what follows
  std::deque<Kept> waiting_;
  bool is_called_ = false;  // carry() has been posted, or will run by a timer
};

}  // namespace mohur::app
