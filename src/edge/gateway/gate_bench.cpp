// What the gate costs a call: the same server and the same answer, with an open gate and with the whole of it.
//
//   gateway_gate_bench cost FOLDER                      figures as lines of JSON
//   gateway_gate_bench serve FOLDER CERTIFICATE KEY     a server over TLS whose `/closed` asks for the key that it prints
//
// Open      `/open` is for everybody: no stage looks at more than that.
// Closed    `/closed` asks for a key that is bound to a network and has a scope, of a client with an agreement, and counts
//           against six limits: two rates, calls under way, a day, a month, and the escalation ladder.
// Signed    The same with a signature (HMAC-SHA-256) over method and address, with a nonce that was not used before.
// Measured  The processor time of the thread that answers. Calls come over plain HTTP, many at once, from a thread that has
//           prepared them; keys take turns, so that none is at hand because it was used just before.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <thread>

#include "crypto/api_key.hpp"
#include "crypto/encoding.hpp"
#include "engine/load_bench.hpp"
#include "gateway/gate.hpp"
#include "gateway/no_siblings_test.hpp"
#include "gateway/signing_secret.hpp"
#include "net/clocks.hpp"
#include "net/reactor.hpp"

namespace mohur::gateway {
namespace {

using store::give_up;
using store::must;

constexpr int kRounds = 21;
constexpr std::size_t kCalls = 40'000, kAtOnce = 64;
constexpr std::size_t kAnswerBytes = 400;
constexpr std::size_t kKeysKept = 5'000;  // of all: those that call
const std::string kSecret(32, 's');

class NoLog final : public CallLog {
  Result<void> append(CallRecord) override { return {}; }
  Result<Listed<CallRecord>> list(const Query&) override { return Listed<CallRecord>{}; }
  Result<CallRecord> get(registry::RequestId) override { return refuse(Outcome::not_found); }
  Result<std::map<std::string, std::uint64_t>> refusals_by_clause(registry::ClientId) override {
    return std::map<std::string, std::uint64_t>{};
  }
};

Result<net::Response> constant(Call&) {
  net::Response response;
  response.body.assign(kAnswerBytes, 'x');
  return response;
}

std::vector<Route> two_routes() {
  std::vector<Route> routes;
  routes.push_back(read("/open", "An answer for everybody", Access::everybody, std::nullopt, {}, constant));
  routes.push_back(read("/closed", "The same for those who may", Access::client, registry::Scope::read_payouts, {}, constant));
  return routes;
}

// A key that calls, and what it signs with.
struct Holder {
  std::string key, signing_key;
};

// A house with so many clients and keys, and its gate.
class House {
 public:
  House(const std::filesystem::path& folder, std::size_t clients, std::size_t keys_of_each, net::ServerOptions options)
      : works_(folder),
        vault_(must(vault::Vault::open((folder / "vault").string(), crypto::Key256::from_random(random_), vault_random_))),
        documents_(must(vault::SealedFiles::open((folder / "documents").string(), *vault_))),
        archive_(*works_.store, engine::place_in(folder), works_.journal->watermark()),
        tokens_(vault_->token_root(), random_) {
    fill(clients, keys_of_each);
    server_ = must(net::HttpServer::listen(reactor_, options, gate_));
  }
  std::uint16_t port() const { return server_->port(); }
  net::Reactor& reactor() { return reactor_; }
  const std::vector<Holder>& holders() const { return holders_; }

 private:
  void know(kernel::Object object) {
    const kernel::Event event{.object = std::move(object)};
    directory_.on_durable(0, std::span{&event, 1});
  }
  policy::PlanId add_plan() {
    const policy::Rate wide{.quota = 1'000'000, .window_s = 1, .burst = 1'000'000};
    const policy::CallQuota quota{.calls = 1'000'000'000};
    policy::Plan plan{.id = {{1, 1}}, .status = policy::PlanStatus::active};
    plan.allowance = {.total = wide,
                      .rates = {{policy::RouteClass::read, wide}, {policy::RouteClass::reserved, wide}},
                      .concurrent_calls = 10'000,
                      .daily_quota = quota,
                      .monthly_quota = quota};
    know(kernel::Object{plan});
    return plan.id;
  }
  void fill(std::size_t clients, std::size_t keys_of_each) {
    const policy::PlanId plan = add_plan();
    const std::size_t step = std::max<std::size_t>(1, clients * keys_of_each / kKeysKept);
    for (std::size_t c = 0; c < clients; ++c) {
      registry::Client client{.id = {{2, c}}, .status = registry::ClientStatus::approved};
      client.agreement = {.purposes = {registry::Purpose::vendor}, .rails = {registry::Rail::imps}, .plan = plan};
      const registry::ClientId id = client.id;
      know(kernel::Object{std::move(client)});
      for (std::size_t k = 0; k < keys_of_each; ++k) add_key(id, c * keys_of_each + k, (c * keys_of_each + k) % step == 0);
    }
  }
  void add_key(registry::ClientId client, std::size_t number, bool calls) {
    const crypto::ApiKey key = crypto::make_api_key(crypto::KeyMode::test, crypto::KeyKind::sk, random_);
    registry::Credential credential{.id = {{3, number}},
                                    .client = client,
                                    .mode = Mode::test,
                                    .kid = key.kid,
                                    .secret_hash = std::string{vault_->secret_hash(key.secret).view()},
                                    .scopes = {registry::Scope::read_payouts},
                                    .networks = {*registry::Network::parse("127.0.0.0/8")}};
    if (calls) {
      const registry::SigningKeyId id{{4, number}};
      credential.signing_keys = {
          {.id = id, .secret = seal_signing_secret(*vault_, "mohur_sign_" + crypto::base64_encode(kSecret))}};
      holders_.push_back({crypto::to_text(key), id.to_string()});
    }
    know(kernel::Object{std::move(credential)});
  }

  crypto::SystemRandom random_, vault_random_;
  net::SystemClock clock_;
  net::SteadyClock steady_;
  engine::Works works_;
  std::unique_ptr<vault::Vault> vault_;
  vault::SealedFiles documents_;
  engine::Archive archive_;
  Directory directory_;
  NoSandbox sandbox_;
  NoDeliveries deliveries_;
  NoLog calls_;
  NoBatches batches_;
  Limiter limiter_;
  Guesses guesses_{random_};
  PolicyBook policy_;
  EventTally tally_{Time{}};
  Throttling throttling_;
  watch::Watch watch_{*vault_, random_};
  tokens::TokenSealer tokens_;
  StaffBook book_;
  SignInWaits waits_{random_};
  PasswordDesk passwords_{[this](std::function<void()> work) { reactor_.post(std::move(work)); }};
  Desk trials_{[this](Desk::Tell tell) { reactor_.post(std::move(tell)); }, 1};
  Desk uploads_{[this](Desk::Tell tell) { reactor_.post(std::move(tell)); }, 1};
  Services services_{works_.shard,
                     archive_,
                     *vault_,
                     documents_,
                     directory_,
                     clock_,
                     steady_,
                     random_,
                     sandbox_,
                     deliveries_,
                     calls_,
                     limiter_,
                     guesses_,
                     policy_,
                     tally_,
                     throttling_,
                     watch_,
                     trials_,
                     uploads_,
                     batches_,
                     tokens_,
                     {book_, waits_, passwords_},
                     {}};
  Gate gate_{services_, two_routes()};
  net::Reactor reactor_{clock_};
  std::unique_ptr<net::HttpServer> server_;
  std::vector<Holder> holders_;
};

// A caller on a connection of its own, which has all its calls ready before it begins.
class Caller {
 public:
  explicit Caller(std::uint16_t port) : port_(port), socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) give_up({Outcome::io_failed, {}, "connect"});
  }
  ~Caller() { ::close(socket_); }

  std::string call(std::string_view path, const Holder* holder, bool is_signed) {
    std::string text = "GET " + std::string{path} + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port_) +
                       "\r\nUser-Agent: mohur-bench/1\r\nAccept: application/json\r\n";
    if (holder != nullptr) text += "Authorization: Bearer " + holder->key + "\r\n";
    if (is_signed) text += signature(path, *holder);
    return text + "\r\n";
  }
  // Sends so many and waits for their answers, which must be good.
  void send(std::span<const std::string> calls) {
    std::string bytes;
    for (const std::string& each : calls) bytes += each;
    for (std::size_t sent = 0; sent < bytes.size();) sent += some(::write(socket_, bytes.data() + sent, bytes.size() - sent));
    for (std::size_t i = 0; i < calls.size(); ++i) take_answer();
  }

 private:
  static std::size_t some(ssize_t got) {
    if (got <= 0) give_up({Outcome::io_failed, {}, "the connection ended"});
    return static_cast<std::size_t>(got);
  }
  std::string signature(std::string_view path, const Holder& holder) {
    const std::string nonce = "nonce-" + std::to_string(10'000'000'000ULL + nonces_++);
    const std::string covered = R"(("@method" "@target-uri");created=)" + std::to_string(clock_.now().unix_s()) + ";nonce=\"" +
                                nonce + "\";keyid=\"" + holder.signing_key + "\"";
    const std::string base = "\"@method\": GET\n\"@target-uri\": http://127.0.0.1:" + std::to_string(port_) + std::string{path} +
                             "\n\"@signature-params\": " + covered;
    return "Signature-Input: sig=" + covered +
           "\r\nSignature: sig=:" + crypto::base64_encode(crypto::HmacSha256{kSecret}.of(base).view()) + ":\r\n";
  }
  void take_answer() {
    std::size_t end = std::string::npos;
    while ((end = in_.find("\r\n\r\n")) == std::string::npos || in_.size() < end + 4 + kAnswerBytes) {
      char more[65'536];
      in_.append(more, some(::read(socket_, more, sizeof more)));
      if (in_.size() > 12 && !in_.starts_with("HTTP/1.1 200")) give_up({Outcome::internal_error, {}, in_.substr(0, 900)});
    }
    in_.erase(0, end + 4 + kAnswerBytes);
  }

  std::uint16_t port_;
  int socket_;
  std::string in_;
  net::SystemClock clock_;
  static inline std::uint64_t nonces_ = 0;
};

// Microseconds of the answering thread for each call.
struct Costs {
  std::vector<double> open, closed, is_signed;
};

// Round by round.
template <class Combine>
std::vector<double> together(const std::vector<double>& left, const std::vector<double>& right, Combine combine) {
  std::vector<double> both(left.size());
  std::ranges::transform(left, right, both.begin(), combine);
  return both;
}

// A house whose gate answers on a thread of its own, as long as this lives.
class Measured {
 public:
  explicit Measured(House& house) : house_(house), answering_([&house] { house.reactor().run(); }) {
    ::pthread_getcpuclockid(answering_.native_handle(), &clock_);
  }
  ~Measured() {
    house_.reactor().stop();
    answering_.join();
  }

  void round() {
    costs_.open.push_back(run("/open", false, false));
    costs_.closed.push_back(run("/closed", true, false));
    costs_.is_signed.push_back(run("/closed", true, true));
  }
  const Costs& costs() const { return costs_; }

 private:
  double run(std::string_view path, bool has_key, bool is_signed) {
    Caller caller{house_.port()};
    const std::vector<Holder>& holders = house_.holders();
    std::vector<std::string> calls;
    calls.reserve(kCalls);
    for (std::size_t i = 0; i < kCalls; ++i)
      calls.push_back(caller.call(path, has_key ? &holders[turn_++ % holders.size()] : nullptr, is_signed));
    const std::span all{calls};
    caller.send(all.first(kAtOnce));
    const double begin = store::seconds_of(clock_);
    for (std::size_t at = kAtOnce; at < all.size(); at += kAtOnce) caller.send(all.subspan(at, kAtOnce));
    return (store::seconds_of(clock_) - begin) / static_cast<double>(kCalls - kAtOnce) * 1e6;
  }

  House& house_;
  std::thread answering_;
  clockid_t clock_{};
  std::size_t turn_ = 0;
  Costs costs_;
};

double middle(std::vector<double> rounds) {
  std::ranges::sort(rounds);
  return rounds[rounds.size() / 2];
}

int cost(const std::filesystem::path& folder) {
  for (const char* part : {"few", "many"}) std::filesystem::create_directories(folder / part);
  const double begin_mib = store::memory_mib();
  House many{folder / "many", 100'000, 10, {}};
  const double many_mib = store::memory_mib() - begin_mib;
  House few{folder / "few", 100, 10, {}};
  Measured answers_few{few}, answers_many{many};
  for (int round = 0; round < kRounds; ++round) {  // in turns: the machine is not the same from one second to the next
    answers_few.round();
    answers_many.round();
  }
  const Costs &of_few = answers_few.costs(), &of_many = answers_many.costs();
  store::print({"gate.open_cpu", "us", "lower"}, of_few.open);
  store::print({"gate.cost", "us", "lower", 2}, together(of_few.closed, of_few.open, std::minus{}));
  store::print({"gate.signed_cost", "us", "lower", 4}, together(of_few.is_signed, of_few.open, std::minus{}));
  store::print({"gate.cost_million_keys", "us", "lower"}, together(of_many.closed, of_many.open, std::minus{}));
  store::print({"gate.million_ratio", "of a thousand keys", "lower", 1.2},
               together(of_many.closed, of_few.closed, std::divides{}));
  store::print({"gate.million_memory", "MiB", "lower"}, {many_mib});
  std::fprintf(stderr, "a call: open %.2f us, closed %.2f us, signed %.2f us\n", middle(of_few.open), middle(of_few.closed),
               middle(of_few.is_signed));
  return 0;
}

std::string read_file(const char* path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

int serve(const std::filesystem::path& folder, const char* certificate, const char* key) {
  net::ServerOptions options;
  options.tls = must(net::TlsServer::make({.certificate_pem = read_file(certificate), .key_pem = read_file(key)}));
  House house{folder, 100, 10, options};
  std::cout << "key " << house.holders().front().key << "\nport " << house.port() << std::endl;
  house.reactor().run();
  return 0;
}

}  // namespace
}  // namespace mohur::gateway

int main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  if (what == "cost" && argc == 3) return mohur::gateway::cost(argv[2]);
  if (what == "serve" && argc == 5) return mohur::gateway::serve(argv[2], argv[3], argv[4]);
  std::cerr << "usage: gateway_gate_bench cost FOLDER | serve FOLDER CERTIFICATE KEY\n";
  return 2;
}
