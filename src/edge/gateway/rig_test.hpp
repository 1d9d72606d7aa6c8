// What the tests of this room share: the real gate on a real machine behind a real socket, and small ports to what stands beside.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <map>
#include <mutex>
#include <thread>

#include "crypto/api_key.hpp"
#include "engine/rig_test.hpp"
#include "gateway/gate.hpp"
#include "gateway/no_siblings_test.hpp"
#include "net/client.hpp"
#include "net/clocks.hpp"

namespace mohur::gateway {

// What a caller sees of an answer.
struct Answer {
  int status = 0;
  std::string body;
  std::map<std::string, std::string> headers;  // names in lower case
  // The first member of this name: a string's text, or a number's digits.
  std::string member(const std::string& name) const;
  std::string token() const { return status >= 400 ? member("token") : "ok"; }
};

// Keeps what it is given, unless it is told that it cannot keep up.
class Calls final : public CallLog {
 public:
  Result<void> append(CallRecord record) override;
  Result<Listed<CallRecord>> list(const Query&) override { return Listed<CallRecord>{}; }
  Result<CallRecord> get(registry::RequestId) override { return refuse(Outcome::not_found); }
  Result<std::map<std::string, std::uint64_t>> refusals_by_clause(registry::ClientId) override {
    return std::map<std::string, std::uint64_t>{};
  }
  std::vector<CallRecord> records();
  std::atomic<bool> is_full{false};

 private:
  std::mutex mutex_;
  std::vector<CallRecord> records_;
};

class GateTest : public testing::Test {
 protected:
  GateTest() = default;
  ~GateTest() override { stop(); }

  void start();  // founds the house at the first time
  void stop();
  // Runs `work` on the reactor's thread, where the shard lives, and waits for it.
  void run(const std::function<void()>& work);

  using Headers = std::vector<std::pair<std::string, std::string>>;
  std::future<Answer> send(const std::string& method, const std::string& path, const std::string& key,
                           const std::string& body = {}, const Headers& headers = {});
  Answer get(const std::string& path, const std::string& key = {}) {
    return send("GET", path, key.empty() ? client_key : key).get();
  }
  Answer post(const std::string& path, const std::string& body, const Headers& headers = {}) {
    return send("POST", path, client_key, body, headers).get();
  }
  std::string issue(std::optional<Time> expires_at = {}, Mode mode = Mode::test, std::vector<registry::Network> networks = {});
  // As the house does each second.
  void report() {
    run([this] { gate_->report(); });
  }
  // What becomes of a command while the gate is open.
  Result<std::vector<kernel::Event>> decide(kernel::Intent intent, registry::Caller caller);
  std::uint64_t position() { return machine.archive->position(); }
  std::size_t queued();  // commands that wait for a turn
  std::uint16_t port() const { return server_->port(); }

  engine::Machine machine;
  std::atomic<bool> takes_turns{true};
  std::string client_key;
  registry::ClientId client;
  NoSandbox sandbox;
  NoDeliveries deliveries;
  Calls calls;
  NoBatches batches;
  engine::HandClock steady;
  Limiter limiter;
  Guesses guesses{machine.random};
  Throttling throttling;
  std::optional<watch::Watch> watch;
  Settings settings;
  PolicyBook policy;
  EventTally tally{Time{}};
  StaffBook staff;
  SignInWaits waits{machine.random};

 private:
  net::SystemClock real_clock_;
  std::unique_ptr<net::Reactor> reactor_;
  std::unique_ptr<Directory> directory_;
  std::optional<tokens::TokenSealer> sealer_;
  std::optional<vault::SealedFiles> documents_;
  std::unique_ptr<Services> services_;
  std::unique_ptr<PasswordDesk> passwords_;
  std::unique_ptr<Desk> trials_, uploads_;
  std::unique_ptr<Gate> gate_;
  std::unique_ptr<net::HttpServer> server_;
  std::unique_ptr<net::HttpClient> http_;
  std::thread thread_;
};

inline const std::string kPayin = R"({"amount":100,"currency":"INR","payer_type":"customer","method":"upi_qr"})";

}  // namespace mohur::gateway
