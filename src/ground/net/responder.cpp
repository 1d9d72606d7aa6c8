#include <utility>

#include "base/assert.hpp"
#include "net/connection.hpp"
#include "net/server.hpp"

namespace mohur::net {

Responder::Responder(Connection& connection, std::uint64_t exchange) : connection_(&connection), exchange_(exchange) {
  connection_->retain();
}

Responder::Responder(Responder&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)), exchange_(other.exchange_) {}

Responder& Responder::operator=(Responder&& other) noexcept {
  if (this == &other) return *this;
  let_go();
  connection_ = std::exchange(other.connection_, nullptr);
  exchange_ = other.exchange_;
  return *this;
}

Responder::~Responder() { let_go(); }

void Responder::let_go() {
  if (connection_ == nullptr) return;
  Connection* const connection = std::exchange(connection_, nullptr);
  connection->answer_for_dropped(exchange_);
  connection->release();
}

void Responder::send(Response&& response) {
  MOHUR_ASSERT(connection_ != nullptr);
  connection_->answer(exchange_, std::move(response));
}

bool Responder::connected() const { return connection_ != nullptr && connection_->waits_for(exchange_); }

}  // namespace mohur::net
