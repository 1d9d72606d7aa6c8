// The house: every room opened, wired and running, from a folder of data to two listeners.
//
// Threads  One reactor thread carries the API, the gate and the shard. Beside it: the flusher, the rails, the webhooks, the
//          requests log, and the store's background writer. Nobody but the reactor's thread touches the shard.
// Stop     stop() takes no new connections, answers what is in flight, makes it durable, and writes the state out.
#pragma once

#include <memory>

#include "app/settings.hpp"
#include "observe/log.hpp"
#include "observe/metrics.hpp"

namespace mohur::app {

// The keys of the first two people, shown once: when the house is founded.
struct FoundersKeys {
  std::string first;
  std::string second;
};

class House {
 public:
  // Opens what is there, or founds a new house. Errors: those of the rooms, each naming its file or folder.
  static Result<std::unique_ptr<House>> open(const Settings& settings, observe::Logger& logger);
  ~House();

  // Serves until stop(). Errors: what made it stop by itself, such as a failed flush.
  Result<void> run();
  void stop();  // from any thread or a signal handler's thread

  std::uint16_t port() const;
  std::uint16_t operator_port() const;
  const std::string& certificate_file() const;  // what clients of a self-signed server trust
  const std::optional<FoundersKeys>& founders_keys() const;

 private:
  struct Parts;
  explicit House(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

// Where the parts of a house lie in its data folder.
struct Folders {
  explicit Folders(const std::string& data);
  std::string events, state, vault, documents, requests, deliveries, letters, batches, rails, sandbox_bank, tls, kek_file;
};

}  // namespace mohur::app
