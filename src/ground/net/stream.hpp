// A connected socket, with or without TLS on it, read and written without ever waiting.
//
// TLS      The handshake happens inside the first reads and writes. A read may therefore want to write, and the other way round.
// Signals  None: writing to a peer that is gone is an error result.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "net/request.hpp"
#include "net/tls.hpp"

struct ssl_st;

namespace mohur::net {

class Stream {
 public:
  // ended: the peer has said that it will send no more. failed: nothing more will go either way.
  enum class Status : std::uint8_t { ok, want_read, want_write, ended, failed };

  struct Io {
    Status status;
    std::size_t bytes = 0;  // more than 0 exactly when the status is ok
  };

  // Takes over the descriptor, which must not block. Without `tls` the bytes go as they are.
  Stream(int descriptor, const TlsServer* tls);
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { close(); }

  Io read(std::span<char> room);
  Io write(std::string_view bytes);
  // Bytes that came from the kernel already and would be read without asking it.
  bool has_buffered() const;
  // Says that nothing more will be sent: close_notify, then the end of the TCP stream.
  void finish_writing();
  // Reads and throws away what the peer still sends, below TLS. True until it ends.
  bool discard_input();
  void close();

  int descriptor() const { return descriptor_; }
  bool is_tls() const { return ssl_ != nullptr; }
  bool handshake_is_done() const;
  TlsFacts facts() const;

 private:
  Io classify(int result) const;

  int descriptor_;
  ssl_st* ssl_ = nullptr;
  bool failed_ = false;
};

}  // namespace mohur::net
