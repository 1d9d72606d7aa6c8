// One TLS connection to the server, with at most one call under way.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "load/answer_reader.hpp"

struct ssl_st;
struct ssl_ctx_st;

namespace mohur::load {

// The client's side of TLS 1.3, shared by all connections.
class TlsClient {
 public:
  TlsClient();
  ssl_ctx_st* context() const { return context_.get(); }

 private:
  struct Free {
    void operator()(ssl_ctx_st* context) const;
  };
  std::unique_ptr<ssl_ctx_st, Free> context_;
};

class Connection {
 public:
  // Connects to 127.0.0.1 and shakes hands, waiting for both. Ends the program when that fails: there is nothing to measure.
  Connection(const TlsClient& tls, std::uint16_t port);
  Connection(Connection&& other) noexcept;
  Connection& operator=(Connection&&) = delete;
  ~Connection();

  int descriptor() const { return descriptor_; }

  // False when the connection is broken.
  bool send(std::string_view request);
  // Reads what has come of the answer.
  AnswerReader::Step receive();
  const AnswerReader& answer() const { return reader_; }

  std::uint64_t began_ns = 0;  // when the call that is under way was due or sent

 private:
  int descriptor_ = -1;
  ssl_st* ssl_ = nullptr;
  AnswerReader reader_;
};

}  // namespace mohur::load
