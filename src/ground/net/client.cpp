#include "net/client.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <list>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "base/assert.hpp"
#include "base/text.hpp"
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

// Where a connection for that address would lead, as `host:port`; empty when the address cannot be read.
std::string host_of(const std::string& url) {
  std::string host;
  const std::unique_ptr<CURLU, CurlDeleter<curl_url_cleanup>> parts{curl_url()};
  MOHUR_ASSERT(parts != nullptr);
  if (curl_url_set(parts.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return host;
  for (const CURLUPart part : {CURLUPART_HOST, CURLUPART_PORT}) {
    char* text = nullptr;
    if (curl_url_get(parts.get(), part, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) return {};
    host += (host.empty() ? "" : ":") + std::string{text};
    curl_free(text);
  }
  std::ranges::transform(host, host.begin(), [](char c) { return is_upper(c) ? static_cast<char>(c | 0x20) : c; });
  return host;
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
    thread_ = std::thread{[this] {
      begin_thread("client", options_.standing);
      run();
    }};
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
      std::string host = host_of(request.url);
      waiting_.push_back({std::move(request), std::move(callback), std::move(host)});
    }
    curl_multi_wakeup(multi_.get());
  }

 private:
  struct Waiting {
    ClientRequest request;
    Callback callback;
    std::string host;
  };
  struct Running {
    std::unique_ptr<Transfer> transfer;
    std::string host;
  };

  void run() {
    while (start_waiting()) {
      int running = 0;
      curl_multi_perform(multi_.get(), &running);
      finish_done();
      curl_multi_poll(multi_.get(), nullptr, 0, longest_sleep_ms, nullptr);
    }
    for (auto& [easy, running] : running_) {
      curl_multi_remove_handle(multi_.get(), easy);
      running.transfer->cancel();
    }
    running_.clear();
    cancel_waiting();
  }

  // False: the client is to stop. libcurl is given no more than it begins at once: its time-outs run from the moment on at
  // which it is given a request.
  bool start_waiting() {
    std::list<Waiting> starting;
    {
      const std::lock_guard lock{mutex_};
      if (stopping_) return false;
      for (auto next = waiting_.begin(); next != waiting_.end();) {
        if (running_.size() + starting.size() >= options_.running_requests) break;
        const auto here = next++;
        std::size_t& of_host = running_of_host_[here->host];
        if (of_host >= options_.connections_to_a_host) continue;
        of_host += 1;
        starting.splice(starting.end(), waiting_, here);
      }
    }
    for (Waiting& next : starting) {
      auto transfer = std::make_unique<Transfer>(trust_, std::move(next.request), std::move(next.callback));
      CURL* const easy = transfer->handle();
      curl_multi_add_handle(multi_.get(), easy);
      running_.emplace(easy, Running{std::move(transfer), std::move(next.host)});
    }
    return true;
  }

  void finish_done() {
    int left = 0;
    bool is_one_done = false;
    while (const CURLMsg* const message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      is_one_done = true;
      const CURLcode code = message->data.result;
      CURL* const easy = message->easy_handle;
      curl_multi_remove_handle(multi_.get(), easy);
      const Running done = std::move(running_.extract(easy).mapped());
      const auto of_host = running_of_host_.find(done.host);
      if (--of_host->second == 0) running_of_host_.erase(of_host);
      done.transfer->finish(code);
    }
    // A place that became free is taken without another sleep.
    if (is_one_done) curl_multi_wakeup(multi_.get());
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
  std::unordered_map<CURL*, Running> running_;                    // of the own thread
  std::unordered_map<std::string, std::size_t> running_of_host_;  // as well
  std::mutex mutex_;                                              // guards what follows
  std::list<Waiting> waiting_;
  bool stopping_ = false;
  std::thread thread_;
};

HttpClient::HttpClient(ClientOptions options) : impl_(std::make_unique<Impl>(std::move(options))) {}
HttpClient::~HttpClient() = default;
void HttpClient::send(ClientRequest request, Callback callback) { impl_->send(std::move(request), std::move(callback)); }

}  // namespace mohur::net
