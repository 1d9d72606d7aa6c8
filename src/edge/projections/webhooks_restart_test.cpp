// What a kill and a restart change of what is sent: nothing.
#include "projections/rig_test.hpp"

namespace mohur::projections {
namespace {

TEST_F(WebhooksTest, WhatWasPendingIsFoundAgainAfterAKill) {
  start();
  Receiver receiver;
  receiver.answer_with(500);
  subscribe(receiver.url("/"), {"payin.created"});
  for (int n = 0; n < 20; ++n) create_payin();
  const auto before = wait_until([](const auto& all) {
    return all.size() == 20 && std::all_of(all.begin(), all.end(), [](const Delivery& one) { return one.attempts.size() == 1; });
  });
  receiver.answer_with(204);
  kill_and_restart();
  advance(minutes(1));
  const auto after = wait_until(all_are(DeliveryStatus::succeeded, 20));
  for (std::size_t n = 0; n < 20; ++n) {
    EXPECT_EQ(after[n].id, before[n].id);
    EXPECT_EQ(after[n].attempts.size(), 2U);
  }
}

TEST_F(WebhooksTest, WhatWasOnItsWayWhenItWasKilledIsSentAgain) {
  start();
  Receiver receiver;
  subscribe(receiver.url("/hold"), {"payin.created"});
  create_payin();
  receiver.wait_for(1);
  kill_and_restart();
  receiver.wait_for(2);
  receiver.release();
  EXPECT_EQ(wait_until(all_are(DeliveryStatus::succeeded, 1))[0].attempts.size(), 1U) << "of the first nothing is known";
}

TEST_F(WebhooksTest, AfterARestartNothingIsMadeOfWhatHappenedBeforeAnEndpointWasThere) {
  start();
  Receiver receiver;
  for (int n = 0; n < 5; ++n) create_payin();
  subscribe(receiver.url("/"), {"payin.created"});  // within the same moment of journal time
  wait_until_read();
  restart();
  const auto payin = create_payin();
  const auto came = receiver.wait_for(1);
  wait_until(all_are(DeliveryStatus::succeeded, 1));
  EXPECT_NE(came[0].body.find(payin.id.to_string()), std::string::npos);
}

// A restart reads again from the last delivery on; the disabling lies before that.
TEST_F(WebhooksTest, WhatHappenedWhileAnEndpointWasDisabledIsNotSentAfterARestartEither) {
  start();
  Receiver receiver;
  const auto plain = subscribe(receiver.url("/plain"), {"payin.created"});
  const auto rotated = subscribe(receiver.url("/rotated"), {"payin.created"});
  for (const auto& endpoint : {plain, rotated})
    send(kernel::SetWebhookEndpoint{endpoint.id, registry::WebhookEndpointStatus::disabled});
  subscribe(receiver.url("/other"), {"webhook_endpoint.created"});
  receiver.wait_for(1);
  wait_until(all_are(DeliveryStatus::succeeded, 1));  // or it would be sent again after the restart
  create_payin();
  send(kernel::RotateWebhookSecret{rotated.id, rotated.secret, hours(24)});
  for (const auto& endpoint : {plain, rotated})
    send(kernel::SetWebhookEndpoint{endpoint.id, registry::WebhookEndpointStatus::enabled});
  wait_until_read();
  restart();
  const auto payin = create_payin();
  const auto came = receiver.wait_for(3);
  wait_until(all_are(DeliveryStatus::succeeded, 3));
  for (std::size_t n = 1; n < came.size(); ++n) EXPECT_NE(came[n].body.find(payin.id.to_string()), std::string::npos);
}

TEST_F(WebhooksTest, WhatHappenedBeforeAnEndpointWasDisabledIsNotForgottenByARestart) {
  start();
  Receiver receiver;
  const auto endpoint = subscribe(receiver.url("/"), {"payin.created"});
  create_payin();
  wait_until(all_are(DeliveryStatus::succeeded, 1));
  stop();
  create_payin();
  send(kernel::SetWebhookEndpoint{endpoint.id, registry::WebhookEndpointStatus::disabled});
  create_payin();
  start();
  const auto all = wait_until([](const auto& them) { return them.size() == 2 && them[1].status == DeliveryStatus::failed; });
  EXPECT_EQ(all[1].attempts.at(0).error, "endpoint_disabled");
  EXPECT_EQ(receiver.came().size(), 1U);
}

}  // namespace
}  // namespace mohur::projections
