// What the house asks of a bank or network, and how what it says comes back.
//
// A connector may be slow, may answer twice, late or never. Everything it learns becomes a command on the Desk; the core
// decides what it means. Every dispatch has a reference of its own, under which the bank can be asked about it for ever.
// Trust    A connector's word is taken for what happened at the bank, never for what the house should do.
#pragma once

#include <string>

#include "kernel/command.hpp"

namespace mohur::rails {

// Takes commands to the shard. False: not now; the same command is to be brought again.
class Desk {
 public:
  virtual ~Desk() = default;
  virtual bool submit(kernel::Command command) = 0;
};

struct Destination {
  payments::DestinationKind kind = payments::DestinationKind::bank_account;
  std::string ifsc;
  std::string account_number;
  std::string vpa;
};

// The reference under which a payout's n-th dispatch is known at the bank.
std::string payout_reference(payments::PayoutId payout, std::uint32_t dispatch);
std::string refund_reference(payments::RefundId refund);

class Connector {
 public:
  virtual ~Connector() = default;
  // Sends money. Called once for each reference, after the dispatch is durable. Errors: io_failed when it is not known
  // whether it was sent; the dispatch is then asked about.
  virtual Result<void> dispatch(const payments::Payout& payout, const Destination& destination) = 0;
  virtual Result<void> dispatch(const payments::Refund& refund) = 0;
  // Asks what became of a dispatch.
  virtual Result<void> inquire(const payments::Payout& payout) = 0;
  virtual Result<void> inquire(const payments::Refund& refund) = 0;
  // A captured attempt that the bank is to credit to the escrow account.
  virtual Result<void> settle(const payments::Attempt& attempt) = 0;
};

}  // namespace mohur::rails
