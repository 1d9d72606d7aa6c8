#include "rails/connector.hpp"

namespace mohur::rails {

std::string payout_reference(payments::PayoutId payout, std::uint32_t dispatch) {
  return payout.to_string() + "-" + std::to_string(dispatch);
}

std::string refund_reference(payments::RefundId refund) { return refund.to_string(); }

}  // namespace mohur::rails
