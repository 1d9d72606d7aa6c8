// The definitions of rig_test.hpp.
#include "projections/rig_test.hpp"

#include "crypto/encoding.hpp"
#include "crypto/hmac.hpp"

namespace mohur::projections {
namespace {

using std::chrono::steady_clock;
constexpr auto kPatience = std::chrono::seconds{30};

}  // namespace

std::string secret_of(const std::string& key) { return "whsec_" + crypto::base64_encode(key); }

std::optional<std::size_t> Came::signed_by(const std::string& secret) const {
  const std::string key = *crypto::base64_decode(std::string_view{secret}.substr(6));
  const crypto::HmacSha256 hmac{std::string_view{key}};
  const std::string right =
      "v1," + crypto::base64_encode(hmac.of({headers.at("webhook-id"), ".", headers.at("webhook-timestamp"), ".", body}).view());
  std::string left = headers.at("webhook-signature");
  for (std::size_t place = 0; !left.empty(); ++place) {
    const std::size_t end = std::min(left.find(' '), left.size());
    if (left.substr(0, end) == right) return place;
    left.erase(0, end + 1);
  }
  return std::nullopt;
}

std::string Came::member(const std::string& name) const {
  const std::size_t at = body.find("\"" + name + "\":");
  if (at == std::string::npos) return {};
  const std::size_t begin = at + name.size() + 3;
  const std::size_t end = body.find_first_of(",}", begin);
  const std::string value = body.substr(begin, end - begin);
  return value.starts_with('"') ? value.substr(1, value.size() - 2) : value;
}

Receiver::Receiver(std::shared_ptr<const net::TlsServer> tls) : reactor_(clock_), is_tls_(tls != nullptr) {
  server_ = *net::HttpServer::listen(reactor_, {.tls = std::move(tls), .name = "receiver"}, *this);
  thread_ = std::thread([this] { reactor_.run(); });
}

Receiver::~Receiver() {
  reactor_.stop();
  thread_.join();
  held_.clear();
}

std::string Receiver::url(const std::string& path, const std::string& host) const {
  return (is_tls_ ? "https://" : "http://") + host + ":" + std::to_string(server_->port()) + path;
}

std::vector<Came> Receiver::wait_for(std::size_t count) {
  std::unique_lock hold{mutex_};
  EXPECT_TRUE(arrived_.wait_for(hold, kPatience, [&] { return came_.size() >= count; })) << came_.size() << " of " << count;
  return came_;
}

std::vector<Came> Receiver::came() const {
  const std::lock_guard hold{mutex_};
  return came_;
}

void Receiver::answer_with(int status) {
  const std::lock_guard hold{mutex_};
  status_ = status;
}

void Receiver::release() {
  reactor_.post([this] {
    const std::lock_guard hold{mutex_};
    holds_ = false;
    for (net::Responder& responder : std::exchange(held_, {})) responder.send({.status = 204});
  });
}

void Receiver::on_request(net::Request& request, net::Responder responder) {
  Came came{.path = std::string{request.path}, .body = std::string{request.body}, .headers = {}};
  for (const net::Header& header : request.headers) {
    std::string name;
    for (const char c : header.name) name += is_upper(c) ? static_cast<char>(c | 0x20) : c;
    came.headers[name] = header.value;
  }
  net::Response response{.status = 204};
  const std::lock_guard hold{mutex_};
  if (came.path == "/302") response.add("Location", "/moved");
  if (came.path.size() == 4 && is_digit(came.path[1])) response.status = std::atoi(came.path.c_str() + 1);
  if (status_ != 0) response.status = status_;
  const bool is_held = came.path == "/hold" && holds_;
  came_.push_back(std::move(came));
  arrived_.notify_all();
  if (is_held)
    held_.push_back(std::move(responder));
  else
    responder.send(std::move(response));
}

net::Response Receiver::on_protocol_error(Outcome outcome, std::string_view) { return {.status = row_of(outcome).http_status}; }

WebhooksTest::WebhooksTest() {
  machine.found();
  client = machine.approve_client();
}

void WebhooksTest::start(bool private_targets) {
  const auto disable = [this](const registry::WebhookEndpoint& gone) {
    const std::lock_guard hold{mutex};
    disabled.push_back(gone.id);
  };
  webhooks = *Webhooks::open(machine.path("deliveries"), machine.events(), machine.journal->watermark(), *machine.archive,
                             *machine.vault, machine.clock, chance, {.private_targets = private_targets}, disable,
                             [](const Refusal& refusal) { ADD_FAILURE() << refusal.detail; });
  webhooks->start();
}

void WebhooksTest::kill_and_restart() {
  const std::string folder = machine.path("deliveries"), copy = machine.path("deliveries.killed");
  std::filesystem::copy(folder, copy, std::filesystem::copy_options::recursive);
  stop();
  std::filesystem::remove_all(folder);
  std::filesystem::rename(copy, folder);
  machine.close();
  machine.open();
  start();
}

void WebhooksTest::send(kernel::Intent intent) {
  const auto sent = machine.send(std::move(intent), registry::by_credential({}), client);
  EXPECT_TRUE(sent) << (sent ? "" : sent.error().detail);
  if (webhooks) webhooks->notify();
}

registry::WebhookEndpoint WebhooksTest::subscribe(const std::string& url, std::vector<std::string> types, const std::string& key,
                                                  kernel::ClientId of) {
  const std::string sealed = machine.vault->seal_secret("webhook-secret", secret_of(key));
  const kernel::ClientId owner = of.is_zero() ? client : of;
  const auto made =
      machine.send(kernel::CreateWebhookEndpoint{url, sealed, std::move(types)}, registry::by_credential({}), owner);
  if (webhooks) webhooks->notify();
  return std::get<registry::WebhookEndpoint>(made->at(0).object);
}

payments::Payin WebhooksTest::create_payin(kernel::ClientId of) {
  const kernel::ClientId owner = of.is_zero() ? client : of;
  const auto made = machine.send(kernel::CreatePayin{.order = {.amount = {50'000}}}, registry::by_credential({}), owner);
  if (webhooks) webhooks->notify();
  return std::get<payments::Payin>(made->at(0).object);
}

std::vector<Delivery> WebhooksTest::deliveries() {
  auto page = webhooks->list(client, Mode::test, std::nullopt, std::nullopt, 1'000);
  std::reverse(page->items.begin(), page->items.end());
  return std::move(page->items);
}

std::vector<Delivery> WebhooksTest::wait_until(const std::function<bool(const std::vector<Delivery>&)>& holds) {
  const auto patience = steady_clock::now() + kPatience;
  while (true) {
    std::vector<Delivery> now = deliveries();
    if (holds(now)) return now;
    if (steady_clock::now() > patience) {
      ADD_FAILURE() << "it never came to it";
      return now;
    }
    std::this_thread::yield();
  }
}

void WebhooksTest::wait_until_read() {
  webhooks->notify();
  while (webhooks->lag() > 0) std::this_thread::yield();
}

std::function<bool(const std::vector<Delivery>&)> WebhooksTest::all_are(DeliveryStatus status, std::size_t count) {
  return [=](const std::vector<Delivery>& all) {
    return all.size() == count && std::all_of(all.begin(), all.end(), [&](const Delivery& one) { return one.status == status; });
  };
}

std::function<bool(const std::vector<Delivery>&)> WebhooksTest::tried(std::size_t attempts) {
  return [=](const std::vector<Delivery>& all) { return !all.empty() && all[0].attempts.size() >= attempts; };
}

}  // namespace mohur::projections
