// What the house asks of a bank or network, and how what it says comes back.
//
// A connector may be slow, may answer twice, late or never. Everything it learns becomes a command on the Desk; the core
// decides what it means. Every dispatch has a reference of its own, under which the bank can be asked about it for ever.
// Kept     What a connector was given is its own for good once keep() has answered; until then a crash may lose it.
// Errors   A connector that cannot tell what it has done refuses, and is then of no more use: the process stops, and after
//          the restart the bank is asked. A bank's own no is not an error: it is a report.
// Threads  The dispatcher's thread calls all of this.
#pragma once

#include <optional>
#include <string>

#include "kernel/command.hpp"

namespace mohur::rails {

// Takes commands to the shard. False: not now; the same command is to be brought again. It must not call back.
class Desk {
 public:
  virtual ~Desk() = default;
  virtual bool submit(kernel::Command command) = 0;
};

// Where a payout goes, in clear. A bank account has an IFSC and a number, the other kind a VPA.
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

  // Sends money. The dispatch is durable in the journal and noted as being sent.
  virtual Result<void> dispatch(const payments::Payout& payout, const Destination& destination) = 0;
  virtual Result<void> dispatch(const payments::Refund& refund) = 0;
  // Asks what became of a dispatch. What never came is reported as not_received, and is then never carried out.
  virtual Result<void> inquire(const payments::Payout& payout) = 0;
  virtual Result<void> inquire(const payments::Refund& refund) = 0;
  // A captured attempt that the bank is to credit to the escrow account.
  virtual Result<void> settle(const payments::Attempt& attempt) = 0;
  // A client's sandbox clock was moved, or has caught up by a step. Nothing to a bank that lives in real time.
  virtual Result<void> clock_moved(const payments::SandboxClock& clock) = 0;

  virtual Result<void> keep() = 0;
  // Reports what has come in and what is due; answers the real time at which there is more to do, if that is known.
  // `knows_all`: everything that the journal holds by now was carried out.
  virtual Result<std::optional<Time>> step(bool knows_all) = 0;
};

}  // namespace mohur::rails
