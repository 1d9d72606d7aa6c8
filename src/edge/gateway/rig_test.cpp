// The definitions of rig_test.hpp.
#include "gateway/rig_test.hpp"

#include "engine/claims.hpp"

namespace mohur::gateway {

std::string Answer::member(const std::string& name) const {
  const std::size_t at = body.find("\"" + name + "\":");
  if (at == std::string::npos) return {};
  const std::size_t begin = at + name.size() + 3;
  if (body[begin] == '"') return body.substr(begin + 1, body.find('"', begin + 1) - begin - 1);
  return body.substr(begin, body.find_first_of(",}]", begin) - begin);
}

Result<void> Calls::append(CallRecord record) {
  if (is_full) return refuse(Outcome::overloaded, {}, "The log cannot keep up.");
  const std::lock_guard hold{mutex_};
  records_.push_back(std::move(record));
  return {};
}

std::vector<CallRecord> Calls::records() {
  const std::lock_guard hold{mutex_};
  return records_;
}

void GateTest::start() {
  if (client.is_zero()) {
    machine.found();
    client = machine.approve_client();
  }
  if (client_key.empty()) client_key = issue();
  directory_ = std::make_unique<Directory>();
  ASSERT_TRUE(directory_->load(*machine.archive, machine.clock.now()));
  machine.shard->subscribe(*directory_);
  documents_.emplace(*vault::SealedFiles::open(machine.path("documents"), *machine.vault));
  policy = PolicyBook{};
  ASSERT_TRUE(policy.load(*machine.archive));
  machine.shard->subscribe(policy);
  machine.shard->subscribe(tally);
  sealer_.emplace(machine.vault->token_root(), machine.random);
  staff = StaffBook{};
  ASSERT_TRUE(staff.load(*machine.archive));
  machine.shard->subscribe(staff);
  watch.emplace(*machine.vault, machine.random);
  machine.shard->subscribe(*watch);
  reactor_ = std::make_unique<net::Reactor>(real_clock_);
  passwords_ = std::make_unique<PasswordDesk>([this](std::function<void()> work) { reactor_->post(std::move(work)); },
                                              crypto::PasswordCost{.memory_kib = 64, .passes = 1, .lanes = 1});
  trials_ = std::make_unique<Desk>([this](Desk::Tell tell) { reactor_->post(std::move(tell)); }, 1);
  uploads_ = std::make_unique<Desk>([this](Desk::Tell tell) { reactor_->post(std::move(tell)); }, 1);
  services_ = std::make_unique<Services>(Services{*machine.shard, *machine.archive,
                                                  *machine.vault, *documents_,
                                                  *directory_,    machine.clock,
                                                  steady,         machine.random,
                                                  sandbox,        deliveries,
                                                  calls,          limiter,
                                                  guesses,        policy,
                                                  tally,          throttling,
                                                  *watch,         *trials_,
                                                  *uploads_,      batches,
                                                  *sealer_,       {staff, waits, *passwords_},
                                                  settings});
  gate_ = std::make_unique<Gate>(*services_);
  machine.post = [this](std::function<void()> work) { reactor_->post(std::move(work)); };
  reactor_->at_turn_end([this] {
    if (takes_turns) machine.shard->turn();
  });
  server_ = *net::HttpServer::listen(*reactor_, {.limits = {.longest_rest = milliseconds(1)}, .name = "gate"}, *gate_);
  http_ = std::make_unique<net::HttpClient>(net::ClientOptions{.plain_http = true, .connections_to_a_host = 64});
  thread_ = std::thread([this] { reactor_->run(); });
}

void GateTest::stop() {
  if (!thread_.joinable()) return;
  http_.reset();
  reactor_->stop();
  thread_.join();
  passwords_.reset();
  trials_.reset();
  uploads_.reset();
  server_.reset();
  machine.close();
  reactor_.reset();
}

void GateTest::run(const std::function<void()>& work) {
  std::promise<void> done;
  reactor_->post([&] {
    work();
    done.set_value();
  });
  done.get_future().get();
}

std::size_t GateTest::queued() {
  std::size_t count = 0;
  run([&] { count = machine.shard->statistics().queued; });
  return count;
}

std::future<Answer> GateTest::send(const std::string& method, const std::string& path, const std::string& key,
                                   const std::string& body, const Headers& headers) {
  net::ClientRequest request{.method = method,
                             .url = "http://127.0.0.1:" + std::to_string(port()) + path,
                             .headers = headers,
                             .body = body,
                             .policy = [](const net::Endpoint&) { return true; }};
  if (!key.empty()) request.headers.emplace_back("Authorization", "Bearer " + key);
  const bool has_type = std::ranges::any_of(headers, [](const auto& header) { return header.first == "Content-Type"; });
  if (!body.empty() && !has_type) request.headers.emplace_back("Content-Type", "application/json");
  auto promise = std::make_shared<std::promise<Answer>>();
  std::future<Answer> answer = promise->get_future();
  http_->send(std::move(request), [promise](net::ClientResponse response) {
    Answer came{.status = response.status, .body = std::move(response.body), .headers = {}};
    for (auto& [name, value] : response.headers) came.headers[name] = std::move(value);
    promise->set_value(std::move(came));
  });
  return answer;
}

Result<std::vector<kernel::Event>> GateTest::decide(kernel::Intent intent, registry::Caller caller) {
  std::promise<Result<std::vector<kernel::Event>>> done;
  reactor_->post([&] {
    kernel::Command command{.caller = caller, .intent = std::move(intent)};
    EXPECT_TRUE(machine.shard->submit(std::move(command), [&](const Result<engine::Done>& came) {
      if (came)
        done.set_value(std::vector<kernel::Event>(came->events.begin(), came->events.end()));
      else
        done.set_value(std::unexpected(came.error()));
    }));
  });
  return done.get_future().get();
}

std::string GateTest::issue(std::optional<Time> expires_at, Mode mode, std::vector<registry::Network> networks) {
  const auto key_mode = mode == Mode::live ? crypto::KeyMode::live : crypto::KeyMode::test;
  const crypto::ApiKey key = crypto::make_api_key(key_mode, crypto::KeyKind::sk, machine.random);
  kernel::IssueCredential intent{.client = client,
                                 .mode = mode,
                                 .label = "test",
                                 .kid = key.kid,
                                 .secret_hash = std::string{machine.vault->secret_hash(key.secret).view()},
                                 .last_four = key.secret.substr(28),
                                 .expires_at = expires_at,
                                 .claim = engine::kid_claim(*machine.vault, key.kid),
                                 .networks = std::move(networks)};
  for (const auto& row : described_enumerators(registry::Scope{}))
    if (row.value < registry::Scope::admin_read) intent.scopes.push_back(row.value);
  EXPECT_TRUE(machine.send(std::move(intent), machine.asha));
  return crypto::to_text(key);
}

}  // namespace mohur::gateway
