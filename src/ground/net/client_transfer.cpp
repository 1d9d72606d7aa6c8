#include "net/client_transfer.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "base/text.hpp"

namespace mohur::net {
namespace {

constexpr std::size_t header_bytes_max = 64 * 1024;

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
  MOHUR_ASSERT(curl_easy_setopt(easy, option, value) == CURLE_OK);
}

long to_ms(Duration duration) { return std::max(1L, static_cast<long>(duration.ns / 1'000'000)); }

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (static_cast<unsigned char>(text.back()) <= ' ')) text.remove_suffix(1);
  return text;
}

// A line end in a header would begin another header.
std::string without_controls(std::string text) {
  std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return text;
}

Duration read_time(CURL* easy, CURLINFO which) {
  curl_off_t us = 0;
  curl_easy_getinfo(easy, which, &us);
  return {us * 1'000};
}

}  // namespace

void append(CurlList& list, const std::string& text) {
  curl_slist* const longer = curl_slist_append(list.get(), text.c_str());
  MOHUR_ASSERT(longer != nullptr);
  [[maybe_unused]] curl_slist* const same = list.release();
  list.reset(longer);
}

ClientTrust::ClientTrust(const ClientOptions& the_options) : options(the_options) {
  BIO* const text = BIO_new_mem_buf(options.trusted_pem.data(), static_cast<int>(options.trusted_pem.size()));
  while (X509* const certificate = PEM_read_bio_X509(text, nullptr, nullptr, nullptr)) certificates.push_back(certificate);
  ERR_clear_error();
  BIO_free(text);
  for (const std::string& name : options.known_names) append(known_names, name);
}

ClientTrust::~ClientTrust() {
  for (X509* const certificate : certificates) X509_free(certificate);
}

Transfer::Transfer(ClientTrust& trust, ClientRequest request, HttpClient::Callback callback)
    : easy_(curl_easy_init()), request_(std::move(request)), callback_(std::move(callback)) {
  MOHUR_ASSERT(easy_ != nullptr);
  set_rules(trust);
  set_request();
}

void Transfer::set_rules(ClientTrust& trust) {
  CURL* const easy = easy_.get();
  const ClientOptions& options = trust.options;
  set(easy, CURLOPT_NOSIGNAL, 1L);
  set(easy, CURLOPT_FOLLOWLOCATION, 0L);
  set(easy, CURLOPT_PROXY, "");
  set(easy, CURLOPT_PROTOCOLS_STR, options.plain_http ? "http,https" : "https");
  set(easy, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  set(easy, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
  set(easy, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
  set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  set(easy, CURLOPT_SSL_CTX_FUNCTION, &Transfer::on_tls_context);
  set(easy, CURLOPT_SSL_CTX_DATA, &trust);
  if (!options.trust_system) {
    set(easy, CURLOPT_CAINFO, static_cast<char*>(nullptr));
    set(easy, CURLOPT_CAPATH, static_cast<char*>(nullptr));
  }
  set(easy, CURLOPT_USERAGENT, options.user_agent.c_str());
  if (trust.known_names) set(easy, CURLOPT_RESOLVE, trust.known_names.get());
  set(easy, CURLOPT_OPENSOCKETFUNCTION, &Transfer::on_open_socket);
  set(easy, CURLOPT_OPENSOCKETDATA, this);
  set(easy, CURLOPT_PREREQFUNCTION, &Transfer::on_connected);
  set(easy, CURLOPT_PREREQDATA, this);
  set(easy, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  set(easy, CURLOPT_WRITEDATA, this);
  set(easy, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  set(easy, CURLOPT_HEADERDATA, this);
  set(easy, CURLOPT_PRIVATE, this);
}

void Transfer::set_request() {
  CURL* const easy = easy_.get();
  set(easy, CURLOPT_URL, request_.url.c_str());
  set(easy, CURLOPT_TIMEOUT_MS, to_ms(request_.timeout));
  set(easy, CURLOPT_CONNECTTIMEOUT_MS, to_ms(request_.connect_timeout));
  if (request_.method == "HEAD") {
    set(easy, CURLOPT_NOBODY, 1L);
  } else if (!request_.body.empty() || request_.method == "POST") {
    set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    set(easy, CURLOPT_POSTFIELDS, request_.body.c_str());
  }
  if (request_.method != "HEAD") set(easy, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  append(headers_, "Expect:");
  // libcurl would otherwise call every body a form.
  if (std::ranges::none_of(request_.headers, [](const auto& header) { return header.first == "Content-Type"; }))
    append(headers_, "Content-Type:");
  // With a semicolon libcurl sends a header without a value; with a colon it would leave it out.
  for (const auto& [name, value] : request_.headers)
    append(headers_, without_controls(value.empty() ? name + ";" : name + ": " + value));
  set(easy, CURLOPT_HTTPHEADER, headers_.get());
}

bool Transfer::allow(const Endpoint& endpoint) {
  if (!request_.policy || request_.policy(endpoint)) return true;
  refused_ = true;
  response_.peer = endpoint;
  return false;
}

// Called with the very address that the next call will connect to.
curl_socket_t Transfer::on_open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  const auto ip = address_of(address->addr);
  // The port stands at the same place for both families.
  std::uint16_t port = 0;
  if (ip)
    port = static_cast<std::uint16_t>(static_cast<std::uint8_t>(address->addr.sa_data[0]) << 8 |
                                      static_cast<std::uint8_t>(address->addr.sa_data[1]));
  if (!ip || !static_cast<Transfer*>(self)->allow({*ip, port})) return CURL_SOCKET_BAD;
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// Called before the request is sent, also on a connection that was made for another request.
int Transfer::on_connected(void* self, char* peer_ip, char*, int peer_port, int) {
  const auto ip = IpAddress::parse(peer_ip);
  const Endpoint endpoint{ip.value_or(IpAddress{}), static_cast<std::uint16_t>(peer_port)};
  return ip && static_cast<Transfer*>(self)->allow(endpoint) ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

CURLcode Transfer::on_tls_context(CURL*, void* context, void* trust) {
  X509_STORE* const store = SSL_CTX_get_cert_store(static_cast<SSL_CTX*>(context));
  for (X509* const certificate : static_cast<ClientTrust*>(trust)->certificates) {
    if (X509_STORE_add_cert(store, certificate) != 1) return CURLE_SSL_CACERT_BADFILE;
  }
  return CURLE_OK;
}

std::size_t Transfer::on_body(char* bytes, std::size_t, std::size_t size, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  std::string& body = transfer.response_.body;
  const std::size_t taken = std::min(size, transfer.request_.response_bytes - body.size());
  body.append(bytes, taken);
  transfer.too_large_ = taken < size;
  return taken;
}

std::size_t Transfer::on_header(char* bytes, std::size_t, std::size_t size, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.header_bytes_ += size;
  if (transfer.header_bytes_ > header_bytes_max) {
    transfer.too_large_ = true;
    return 0;
  }
  const std::string_view line{bytes, size};
  const std::size_t colon = line.find(':');
  if (line.starts_with("HTTP/")) {
    transfer.response_.headers.clear();  // those of a 100 Continue
  } else if (colon != line.npos) {
    std::string name{trim(line.substr(0, colon))};
    std::ranges::transform(name, name.begin(), [](char c) { return is_upper(c) ? static_cast<char>(c | 0x20) : c; });
    transfer.response_.headers.emplace_back(std::move(name), trim(line.substr(colon + 1)));
  }
  return size;
}

void Transfer::read_facts() {
  CURL* const easy = easy_.get();
  long status = 0;
  long port = 0;
  char* ip = nullptr;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(easy, CURLINFO_PRIMARY_PORT, &port);
  curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &ip);
  response_.status = static_cast<int>(status);
  if (const auto address = IpAddress::parse(ip == nullptr ? "" : ip); address && !refused_)
    response_.peer = {*address, static_cast<std::uint16_t>(port)};
  response_.timings = {read_time(easy, CURLINFO_NAMELOOKUP_TIME_T), read_time(easy, CURLINFO_CONNECT_TIME_T),
                       read_time(easy, CURLINFO_APPCONNECT_TIME_T), read_time(easy, CURLINFO_STARTTRANSFER_TIME_T),
                       read_time(easy, CURLINFO_TOTAL_TIME_T)};
}

ClientError Transfer::classify(CURLcode code) const {
  if (code == CURLE_OK) return ClientError::none;
  if (too_large_) return ClientError::response_too_large;
  if (refused_ && (code == CURLE_COULDNT_CONNECT || code == CURLE_ABORTED_BY_CALLBACK)) return ClientError::address_refused;
  switch (code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_LOGIN_DENIED: return ClientError::url_malformed;
    case CURLE_COULDNT_RESOLVE_HOST: return ClientError::name_not_found;
    case CURLE_COULDNT_CONNECT: return ClientError::connect_failed;
    case CURLE_OPERATION_TIMEDOUT: return ClientError::timed_out;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE: return ClientError::tls_failed;
    default: return ClientError::transfer_failed;
  }
}

void Transfer::finish(CURLcode code) {
  read_facts();
  response_.error = classify(code);
  if (response_.error == ClientError::address_refused) {
    response_.detail = "Requests may not go to " + response_.peer.to_string() + ".";
  } else if (response_.error != ClientError::none) {
    response_.detail = std::string{curl_easy_strerror(code)} + ".";
  }
  callback_(std::move(response_));
}

void Transfer::cancel() {
  response_ = {.error = ClientError::cancelled, .detail = "The client was stopped."};
  callback_(std::move(response_));
}

}  // namespace mohur::net
