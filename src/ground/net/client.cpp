#include "net/client.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <deque>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "base/assert.hpp"
#include "net/client_transfer.hpp"

namespace mohur::net {
namespace {

constexpr int longest_sleep_ms = 1000;

using CurlMulti = std::unique_ptr<CURLM, CurlDeleter<curl_multi_cleanup>>;

CURLM* make_multi() {
  static std::once_flag once;
  std::call_once(once, [] { MOHUR_ASSERT(curl_global_init(CURL_GLOBAL_ALL) == CURLE_OK); });
  CURLM* const multi = curl_multi_init();
  MOHUR_ASSERT(multi != nullptr);
  return multi;
}

}  // namespace

bool public_addresses_only(const Endpoint& endpoint) {
  return is_public_address(endpoint.address) && (endpoint.port == 443 || endpoint.port == 80 || endpoint.port >= 1024);
}

std::string_view to_token(ClientError error) {
  switch (error) {
    case ClientError::none: return "none";
    case ClientError::url_malformed: return "url_malformed";
    case ClientError::name_not_found: return "name_not_found";
    case ClientError::address_refused: return "address_refused";
    case ClientError::connect_failed: return "connect_failed";
    case ClientError::tls_failed: return "tls_failed";
    case ClientError::timed_out: return "timed_out";
    case ClientError::response_too_large: return "response_too_large";
    case ClientError::transfer_failed: return "transfer_failed";
    case ClientError::cancelled: return "cancelled";
  }
  return "none";
}

std::string_view ClientResponse::find(std::string_view name) const {
  const auto found = std::ranges::find(headers, name, [](const auto& header) { return std::string_view{header.first}; });
  return found == headers.end() ? std::string_view{} : std::string_view{found->second};
}

class HttpClient::Impl {
 public:
  explicit Impl(ClientOptions options) : options_(std::move(options)), multi_(make_multi()), trust_(options_) {
    curl_multi_setopt(multi_.get(), CURLMOPT_MAX_HOST_CONNECTIONS, static_cast<long>(options_.connections_to_a_host));
    thread_ = std::thread{[this] { run(); }};
  }

  ~Impl() {
    {
      const std::lock_guard lock{mutex_};
      stopping_ = true;
    }
    curl_multi_wakeup(multi_.get());
    thread_.join();
  }

  void send(ClientRequest request, Callback callback) {
    {
      const std::lock_guard lock{mutex_};
      waiting_.push_back({std::move(request), std::move(callback)});
    }
    curl_multi_wakeup(multi_.get());
  }

 private:
  struct Waiting {
    ClientRequest request;
    Callback callback;
  };

  void run() {
    while (start_waiting()) {
      int running = 0;
      curl_multi_perform(multi_.get(), &running);
      finish_done();
      curl_multi_poll(multi_.get(), nullptr, 0, longest_sleep_ms, nullptr);
    }
    for (auto& [easy, transfer] : transfers_) {
      curl_multi_remove_handle(multi_.get(), easy);
      transfer->cancel();
    }
    transfers_.clear();
    cancel_waiting();
  }

  // False: the client is to stop.
  bool start_waiting() {
    std::deque<Waiting> starting;
    {
      const std::lock_guard lock{mutex_};
      if (stopping_) return false;
      while (!waiting_.empty() && transfers_.size() + starting.size() < options_.running_requests) {
        starting.push_back(std::move(waiting_.front()));
        waiting_.pop_front();
      }
    }
    for (Waiting& next : starting) {
      auto transfer = std::make_unique<Transfer>(trust_, std::move(next.request), std::move(next.callback));
      curl_multi_add_handle(multi_.get(), transfer->handle());
      transfers_.emplace(transfer->handle(), std::move(transfer));
    }
    return true;
  }

  void finish_done() {
    int left = 0;
    while (const CURLMsg* const message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      CURL* const easy = message->easy_handle;
      curl_multi_remove_handle(multi_.get(), easy);
      auto transfer = transfers_.extract(easy);
      transfer.mapped()->finish(code);
    }
    // A place that became free is taken without another sleep.
    const std::lock_guard lock{mutex_};
    if (!waiting_.empty() && transfers_.size() < options_.running_requests) curl_multi_wakeup(multi_.get());
  }

  void cancel_waiting() {
    for (;;) {
      Waiting next;
      {
        const std::lock_guard lock{mutex_};
        if (waiting_.empty()) return;
        next = std::move(waiting_.front());
        waiting_.pop_front();
      }
      next.callback({.error = ClientError::cancelled, .detail = "The client was stopped."});
    }
  }

  const ClientOptions options_;
  const CurlMulti multi_;
  ClientTrust trust_;
  std::unordered_map<CURL*, std::unique_ptr<Transfer>> transfers_;  // of the own thread
  std::mutex mutex_;                                                // guards what follows
  std::deque<Waiting> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

HttpClient::HttpClient(ClientOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
HttpClient::~HttpClient() = default;
void HttpClient::send(ClientRequest request, Callback callback) { impl_->send(std::move(request), std::move(callback)); }

}  // namespace mohur::net
