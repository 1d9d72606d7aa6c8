// One request of the HTTP client on its way: a libcurl easy handle, and what it calls back.
#pragma once

#include <curl/curl.h>

#include <memory>
#include <string_view>
#include <vector>

#include "net/client.hpp"

struct x509_st;

namespace mohur::net {

template <auto Free>
struct CurlDeleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

using CurlList = std::unique_ptr<curl_slist, CurlDeleter<curl_slist_free_all>>;
using CurlEasy = std::unique_ptr<CURL, CurlDeleter<curl_easy_cleanup>>;

void append(CurlList& list, const std::string& text);

// What all requests of one client share; outlives them.
struct ClientTrust {
  explicit ClientTrust(const ClientOptions& options);
  ClientTrust(const ClientTrust&) = delete;
  ClientTrust& operator=(const ClientTrust&) = delete;
  ~ClientTrust();

  const ClientOptions& options;
  std::vector<x509_st*> certificates;
  CurlList known_names;
};

class Transfer {
 public:
  Transfer(ClientTrust& trust, ClientRequest request, HttpClient::Callback callback);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  CURL* handle() const { return easy_.get(); }
  // Calls back with what came of it.
  void finish(CURLcode code);
  void cancel();

 private:
  void set_rules(ClientTrust& trust);
  void set_request();
  bool allow(const Endpoint& endpoint);
  void read_facts();
  ClientError classify(CURLcode code) const;

  static std::size_t on_body(char* bytes, std::size_t one, std::size_t size, void* self);
  static std::size_t on_header(char* bytes, std::size_t one, std::size_t size, void* self);
  static curl_socket_t on_open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);
  static int on_connected(void* self, char* peer_ip, char* local_ip, int peer_port, int local_port);
  static CURLcode on_tls_context(CURL* easy, void* context, void* trust);

  CurlEasy easy_;
  CurlList headers_;
  const ClientRequest request_;
  const HttpClient::Callback callback_;
  ClientResponse response_;
  std::size_t header_bytes_ = 0;
  bool refused_ = false;
  bool too_large_ = false;
};

}  // namespace mohur::net
