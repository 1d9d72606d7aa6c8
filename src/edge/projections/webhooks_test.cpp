// Webhooks against a real receiver: signed, retried on the test's clock, in order.
#include "crypto/certificate.hpp"
#include "projections/rig_test.hpp"

namespace mohur::projections {
namespace {

using testing::ElementsAre;

std::vector<std::string> types_of(const std::vector<Came>& all) {
  std::vector<std::string> types;
  for (const Came& came : all) types.push_back(came.member("type"));
  return types;
}

TEST_F(WebhooksTest, AnEventGoesOutOnceSignedAndCounted) {
  start();
  Receiver receiver;
  const auto endpoint = subscribe(receiver.url("/hooks"), {"payin.created"});
  const auto payin = create_payin();
  const Came came = receiver.wait_for(1)[0];
  EXPECT_EQ(came.path, "/hooks");
  EXPECT_EQ(came.signed_by(secret_of(std::string(32, 's'))), 0U);
  EXPECT_EQ(came.signed_by(secret_of(std::string(32, 'x'))), std::nullopt);
  EXPECT_EQ(came.headers.at("webhook-id"), came.member("id"));
  EXPECT_EQ(came.headers.at("webhook-timestamp"), std::to_string(machine.clock.now().unix_s()));
  EXPECT_EQ(came.headers.at("content-type"), "application/json");
  EXPECT_NE(came.body.find(payin.id.to_string()), std::string::npos);
  const Delivery delivery = wait_until(all_are(DeliveryStatus::succeeded, 1))[0];
  EXPECT_EQ(delivery.webhook_endpoint, endpoint.id);
  EXPECT_EQ(delivery.event.to_string(), came.member("id"));
  EXPECT_EQ(delivery.next_attempt_at, std::nullopt);
  ASSERT_EQ(delivery.attempts.size(), 1U);
  EXPECT_EQ(delivery.attempts[0].status, 204);
  EXPECT_EQ(delivery.attempts[0].error, "");
}

TEST_F(WebhooksTest, AfterARotationBothSecretsSignUntilTheOldOneHasRunOut) {
  start();
  Receiver receiver;
  const auto endpoint = subscribe(receiver.url("/"), {"payin.created"}, std::string(32, 'a'));
  send(kernel::RotateWebhookSecret{endpoint.id, machine.vault->seal_secret("webhook-secret", secret_of(std::string(32, 'b'))),
                                   hours(24)});
  create_payin();
  const Came both = receiver.wait_for(1)[0];
  EXPECT_EQ(both.signed_by(secret_of(std::string(32, 'b'))), 0U);
  EXPECT_EQ(both.signed_by(secret_of(std::string(32, 'a'))), 1U);
  advance(hours(24));
  create_payin();
  const Came one = receiver.wait_for(2)[1];
  EXPECT_EQ(one.signed_by(secret_of(std::string(32, 'b'))), 0U);
  EXPECT_EQ(one.signed_by(secret_of(std::string(32, 'a'))), std::nullopt);
}

TEST_F(WebhooksTest, NothingGoesOutUnsigned) {
  start();
  Receiver receiver;
  send(kernel::CreateWebhookEndpoint{receiver.url("/"), "not a sealed secret", {"payin.created"}});
  create_payin();
  const Delivery delivery = wait_until(all_are(DeliveryStatus::failed, 1))[0];
  EXPECT_EQ(delivery.attempts.at(0).error, "secret_unreadable");
  EXPECT_TRUE(receiver.came().empty());
}

TEST_F(WebhooksTest, AFailedOneIsTriedAgainAtGrowingDistancesAndThenNoMore) {
  start();
  Receiver receiver;
  const auto endpoint = subscribe(receiver.url("/500"), {"payin.created"});
  create_payin();
  const std::vector<Duration> distances = {seconds(5), minutes(5), minutes(30), hours(2), hours(5),
                                           hours(10),  hours(14),  hours(20),   hours(24)};
  for (std::size_t n = 0; n < distances.size(); ++n) {
    const Delivery pending = wait_until(tried(n + 1))[0];
    EXPECT_EQ(pending.status, DeliveryStatus::pending);
    EXPECT_EQ(pending.attempts.back().status, 500);
    const Duration distance = *pending.next_attempt_at - machine.clock.now();
    EXPECT_GE(distance, distances[n]) << n;
    EXPECT_LT(distance, distances[n] + Duration{distances[n].ns / 10}) << n;
    advance(distance - Duration{1});
    webhooks->notify();
    EXPECT_EQ(deliveries()[0].attempts.size(), n + 1) << "not before its time";
    advance(Duration{1});
  }
  const Delivery ended = wait_until(tried(distances.size() + 1))[0];
  EXPECT_EQ(ended.status, DeliveryStatus::failed);
  EXPECT_EQ(ended.attempts.size(), 10U);
  EXPECT_GT(ended.attempts.back().at - ended.attempts.front().at, days(3));
  EXPECT_EQ(receiver.came().size(), 10U);
  const std::lock_guard hold{mutex};
  EXPECT_THAT(disabled, ElementsAre(endpoint.id)) << "for three days it took nothing";
}

TEST_F(WebhooksTest, AnEndpointThatTakesOthersIsNotDisabledForOneThatItNeverTakes) {
  start();
  Receiver receiver;
  receiver.answer_with(500);
  subscribe(receiver.url("/"), {"payin.created"});
  create_payin();
  for (std::size_t n = 1; n <= 9; ++n) {
    const Delivery pending = wait_until(tried(n))[0];
    if (n == 5) {
      receiver.answer_with(204);
      create_payin();
      wait_until([](const auto& all) { return all.size() == 2 && all[1].status == DeliveryStatus::succeeded; });
      receiver.answer_with(500);
    }
    advance(*pending.next_attempt_at - machine.clock.now());
  }
  wait_until([](const auto& all) { return all[0].status == DeliveryStatus::failed; });
  const std::lock_guard hold{mutex};
  EXPECT_TRUE(disabled.empty());
}

TEST_F(WebhooksTest, WhatSucceedsLaterIsDone) {
  start();
  Receiver receiver;
  receiver.answer_with(503);
  subscribe(receiver.url("/"), {"payin.created"});
  create_payin();
  const Delivery pending = wait_until(tried(1))[0];
  receiver.answer_with(200);
  advance(*pending.next_attempt_at - machine.clock.now());
  const Delivery done = wait_until(all_are(DeliveryStatus::succeeded, 1))[0];
  EXPECT_EQ(done.attempts.size(), 2U);
  EXPECT_EQ(receiver.came()[0].body, receiver.came()[1].body);
  EXPECT_EQ(receiver.came()[0].headers.at("webhook-id"), receiver.came()[1].headers.at("webhook-id"));
}

TEST_F(WebhooksTest, GoneIsGone) {
  start();
  Receiver receiver;
  const auto endpoint = subscribe(receiver.url("/410"), {"payin.created"});
  create_payin();
  wait_until(all_are(DeliveryStatus::failed, 1));
  {
    const std::lock_guard hold{mutex};
    EXPECT_THAT(disabled, ElementsAre(endpoint.id));
  }
  send(kernel::SetWebhookEndpoint{endpoint.id, registry::WebhookEndpointStatus::disabled});
  create_payin();
  send(kernel::SetWebhookEndpoint{endpoint.id, registry::WebhookEndpointStatus::enabled});
  create_payin();
  EXPECT_EQ(wait_until([](const auto& all) { return all.size() == 2; }).size(), 2U) << "what happened meanwhile is not sent";
}

TEST_F(WebhooksTest, WhatWaitsForADisabledEndpointIsGivenUp) {
  start();
  Receiver receiver;
  const auto endpoint = subscribe(receiver.url("/500"), {"payin.created"});
  create_payin();
  const Delivery pending = wait_until(tried(1))[0];
  send(kernel::SetWebhookEndpoint{endpoint.id, registry::WebhookEndpointStatus::disabled});
  advance(*pending.next_attempt_at - machine.clock.now());
  EXPECT_EQ(wait_until(all_are(DeliveryStatus::failed, 1))[0].attempts.back().error, "endpoint_disabled");
  EXPECT_EQ(receiver.came().size(), 1U);
}

TEST_F(WebhooksTest, ARedirectIsNotFollowed) {
  start();
  Receiver receiver;
  subscribe(receiver.url("/302"), {"payin.created"});
  create_payin();
  const Delivery pending = wait_until(tried(1))[0];
  EXPECT_EQ(pending.attempts[0].status, 302);
  EXPECT_EQ(pending.status, DeliveryStatus::pending);
  EXPECT_EQ(receiver.came().size(), 1U);
}

// A name that was fine when it was registered may lead somewhere else today: each of these was not looked at before.
TEST_F(WebhooksTest, WhereverANameLeadsTodayTheInsideIsNotReached) {
  start(false);
  Receiver receiver;
  for (const char* host : {"127.0.0.1", "localhost", "[::1]", "2130706433"}) {
    std::string url = receiver.url("/", host);
    subscribe("https" + url.substr(4), {"payin.created"});
  }
  create_payin();
  const auto all = wait_until([](const auto& them) {
    return them.size() == 4 &&
           std::all_of(them.begin(), them.end(), [](const Delivery& one) { return one.attempts.size() == 1; });
  });
  for (const Delivery& one : all) EXPECT_EQ(one.attempts[0].error, "address_refused") << one.attempts[0].status;
  EXPECT_TRUE(receiver.came().empty());
}

TEST_F(WebhooksTest, PlainHttpIsNotSpokenToTheWorld) {
  start(false);
  Receiver receiver;
  subscribe(receiver.url("/"), {"payin.created"});
  create_payin();
  EXPECT_EQ(wait_until(tried(1))[0].attempts[0].error, "url_malformed");
  EXPECT_TRUE(receiver.came().empty());
}

TEST_F(WebhooksTest, ACertificateThatNobodyVouchesForIsNotTrusted) {
  start();
  const std::vector<std::string> names = {"127.0.0.1", "localhost"};
  const auto certificate = crypto::self_signed_certificate(names, 30, net::SystemClock{}.now());
  Receiver receiver{
      *net::TlsServer::make({.certificate_pem = certificate->certificate_pem, .key_pem = certificate->private_key_pem})};
  subscribe(receiver.url("/"), {"payin.created"});
  create_payin();
  const Delivery pending = wait_until(tried(1))[0];
  EXPECT_EQ(pending.attempts[0].error, "tls_failed");
  EXPECT_EQ(pending.status, DeliveryStatus::pending);
  EXPECT_TRUE(receiver.came().empty());
}

TEST_F(WebhooksTest, NobodyAnswering) {
  start();
  std::string url;
  {
    Receiver gone;
    url = gone.url("/");
  }
  subscribe(url, {"payin.created"});
  create_payin();
  const Delivery pending = wait_until(tried(1))[0];
  EXPECT_EQ(pending.attempts[0].error, "connect_failed");
  EXPECT_EQ(pending.attempts[0].status, 0);
  EXPECT_EQ(pending.status, DeliveryStatus::pending);
}

TEST_F(WebhooksTest, DeliveriesBeginInTheOrderInWhichThingsHappened) {
  Receiver receiver;
  subscribe(receiver.url("/"), {"payin.created"});
  std::vector<std::string> created;
  for (int n = 0; n < 40; ++n) created.push_back(create_payin().id.to_string());  // within one millisecond of journal time
  start();
  const auto all = wait_until(all_are(DeliveryStatus::succeeded, 40));
  std::vector<std::string> listed;
  for (const Delivery& one : all)
    listed.push_back(
        std::get<payments::Payin>(machine.archive->event_at(kernel::position_of(one.event.value))->event.object).id.to_string());
  EXPECT_EQ(listed, created) << "and they are listed so";
}

TEST_F(WebhooksTest, ASlowEndpointHoldsUpNobodyElse) {
  Receiver slow, receiver;
  subscribe(slow.url("/hold"), {"payin.created"});
  for (int n = 0; n < 400; ++n) create_payin();
  start();
  slow.wait_for(8);
  const auto quick = subscribe(receiver.url("/"), {"payin.cancelled"});
  const auto payin = create_payin();
  send(kernel::CancelPayin{payin.id});
  wait_until([&](const auto& all) {
    return std::any_of(all.begin(), all.end(), [&](const Delivery& one) {
      return one.webhook_endpoint == quick.id && one.status == DeliveryStatus::succeeded;
    });
  });
  EXPECT_EQ(receiver.came().size(), 1U);
  EXPECT_EQ(slow.came().size(), 8U) << "so many at a time of one endpoint";
  slow.release();
  wait_until(all_are(DeliveryStatus::succeeded, 402));
}

// As many clients as one host has, say, at a provider of webhook receivers.
TEST_F(WebhooksTest, AClientWhoseEndpointsHangHoldsUpNoOtherOnTheSameHost) {
  Receiver receiver;
  const kernel::ClientId other = machine.approve_client();
  for (int n = 0; n < 12; ++n) subscribe(receiver.url("/hold"), {"payin.created"}, std::string(32, 's'), other);
  for (int n = 0; n < 24; ++n) create_payin(other);
  start();
  receiver.wait_for(32);
  subscribe(receiver.url("/"), {"payin.created"});
  create_payin();
  EXPECT_EQ(wait_until(all_are(DeliveryStatus::succeeded, 1))[0].attempts.size(), 1U);
  EXPECT_EQ(receiver.came().size(), 33U) << "so many at a time of one client";
  receiver.release();
  receiver.wait_for(1 + 12 * 24);
}

TEST_F(WebhooksTest, PlacesAreSharedAmongAllWhoWantThem) {
  Receiver receiver;
  for (std::size_t n = 0; n < 20; ++n) {
    const kernel::ClientId one = machine.approve_client();
    for (int m = 0; m < 4; ++m) subscribe(receiver.url("/hold"), {"payin.created"}, std::string(32, 's'), one);
    for (int m = 0; m < 8; ++m) create_payin(one);
  }
  start();
  std::map<std::string, std::size_t> places;
  for (const Came& came : receiver.wait_for(256)) places[came.member("client")] += 1;
  EXPECT_EQ(places.size(), 20U);
  for (const auto& [one, count] : places) EXPECT_THAT(count, testing::AllOf(testing::Ge(12U), testing::Le(13U))) << one;
  receiver.release();
  receiver.wait_for(20 * 4 * 8);
}

TEST_F(WebhooksTest, OnlyOnesOwnEventsOfTheTypesAndTheModeWantedAreSent) {
  start();
  Receiver receiver;
  const kernel::ClientId other = machine.approve_client();
  subscribe(receiver.url("/all"));
  create_payin(other);
  EXPECT_TRUE(machine.send(kernel::CreatePayin{.order = {.amount = {100}}}, registry::by_credential({}), client, Mode::live));
  const auto payin = create_payin();
  send(kernel::CancelPayin{payin.id});
  EXPECT_THAT(types_of(receiver.wait_for(3)),
              testing::UnorderedElementsAre("webhook_endpoint.created", "payin.created", "payin.cancelled"));
}

TEST_F(WebhooksTest, WhatIsForTheOperatorOnlyIsNeverSent) {
  start();
  Receiver receiver;
  subscribe(receiver.url("/"));
  EXPECT_TRUE(machine.send(kernel::ReportBankCredit{.amount = {100}, .claim = {5, 5}}, registry::by_rail()));
  const auto payin = create_payin();
  EXPECT_TRUE(machine.send(kernel::ReportCollection{payin.id, {6, 1}, {.amount = {50'000}}}, registry::by_rail()));
  EXPECT_TRUE(machine.send(kernel::ReportCollection{payin.id, {6, 1}, {.status = payments::AttemptStatus::failed, .amount = {1}}},
                           registry::by_rail()));
  webhooks->notify();
  const auto types = types_of(receiver.wait_for(4));
  EXPECT_THAT(types,
              testing::UnorderedElementsAre("webhook_endpoint.created", "payin.created", "attempt.succeeded", "payin.paid"));
}

TEST_F(WebhooksTest, TheSequenceLetsAReceiverOrder) {
  start();
  Receiver receiver;
  subscribe(receiver.url("/"), {"payin.created", "payin.paid"});
  const auto payin = create_payin();
  EXPECT_TRUE(machine.send(kernel::ReportCollection{payin.id, {6, 1}, {.amount = {50'000}}}, registry::by_rail()));
  webhooks->notify();
  std::map<std::string, std::string> by_sequence;
  for (const Came& came : receiver.wait_for(2)) by_sequence[came.member("sequence")] = came.member("type");
  EXPECT_THAT(by_sequence, ElementsAre(std::pair{"1", "payin.created"}, std::pair{"2", "payin.paid"}));
}

TEST_F(WebhooksTest, AskedAgainItIsSentOnceMoreAndNotWhileItIsTried) {
  start();
  Receiver receiver;
  subscribe(receiver.url("/"), {"payin.created"});
  create_payin();
  Delivery done = wait_until(all_are(DeliveryStatus::succeeded, 1))[0];
  ASSERT_TRUE(webhooks->redeliver(done));
  receiver.wait_for(2);
  Delivery again =
      wait_until([](const auto& all) { return all[0].attempts.size() == 2 && all[0].status == DeliveryStatus::succeeded; })[0];
  EXPECT_EQ(receiver.came()[0].body, receiver.came()[1].body);
  receiver.answer_with(500);
  ASSERT_TRUE(webhooks->redeliver(again));
  wait_until(tried(3));
  const auto refused = webhooks->redeliver(again);
  ASSERT_FALSE(refused) << "what the caller holds is old: it is pending now";
  EXPECT_EQ(refused.error().outcome, Outcome::state_conflict);
}

TEST_F(WebhooksTest, AskedForAgainItHasAllItsAttemptsAgainHoweverOftenItWasTakenBefore) {
  start();
  Receiver receiver;
  const auto endpoint = subscribe(receiver.url("/"), {"payin.created"});
  create_payin();
  for (std::size_t taken = 1; taken <= 10; ++taken) {
    const auto done = wait_until([&](const auto& all) {
      return !all.empty() && all[0].attempts.size() == taken && all[0].status == DeliveryStatus::succeeded;
    });
    if (taken == 10) receiver.answer_with(500);
    ASSERT_TRUE(webhooks->redeliver(done[0]));
  }
  for (std::size_t n = 11; n <= 19; ++n) {
    const Delivery pending = wait_until(tried(n))[0];
    ASSERT_EQ(pending.status, DeliveryStatus::pending) << n;
    if (n == 11) {
      EXPECT_LT(*pending.next_attempt_at - machine.clock.now(), seconds(6)) << "the schedule begins anew";
      restart();
    }
    advance(*pending.next_attempt_at - machine.clock.now());
  }
  EXPECT_EQ(wait_until(tried(20))[0].status, DeliveryStatus::failed);
  const std::lock_guard hold{mutex};
  EXPECT_THAT(disabled, ElementsAre(endpoint.id));
}

TEST_F(WebhooksTest, WhatWasTakenBeforeItWasAskedForAgainIsNotTakenNow) {
  start();
  Receiver receiver;
  const auto endpoint = subscribe(receiver.url("/"), {"payin.created"});
  create_payin();
  create_payin();
  const Delivery first = wait_until(all_are(DeliveryStatus::succeeded, 2))[0];
  advance(days(30));
  receiver.answer_with(500);
  ASSERT_TRUE(webhooks->redeliver(first));
  for (std::size_t n = 2; n <= 10; ++n) advance(*wait_until(tried(n))[0].next_attempt_at - machine.clock.now());
  EXPECT_EQ(wait_until(tried(11))[0].status, DeliveryStatus::failed);
  const std::lock_guard hold{mutex};
  EXPECT_THAT(disabled, ElementsAre(endpoint.id)) << "for three days it took nothing";
}

TEST_F(WebhooksTest, ListsAreNewestFirstByEndpointAndInPages) {
  start();
  Receiver receiver;
  const auto one = subscribe(receiver.url("/one"), {"payin.created"});
  const auto two = subscribe(receiver.url("/two"), {"payin.created"});
  for (int n = 0; n < 5; ++n) create_payin();
  wait_until(all_are(DeliveryStatus::succeeded, 10));
  std::vector<DeliveryId> all, paged;
  const auto whole = webhooks->list(client, Mode::test, one.id, {}, 100);
  for (const Delivery& delivery : whole->items) all.push_back(delivery.id);
  EXPECT_EQ(all.size(), 5U);
  std::optional<Key128> from;
  do {
    const auto page = webhooks->list(client, Mode::test, one.id, from, 2);
    for (const Delivery& delivery : page->items) paged.push_back(delivery.id);
    from = page->next;
  } while (from);
  EXPECT_EQ(paged, all);
  EXPECT_TRUE(std::is_sorted(all.rbegin(), all.rend()));
  EXPECT_EQ(webhooks->list(client, Mode::test, two.id, {}, 100)->items.size(), 5U);
  EXPECT_TRUE(webhooks->list(client, Mode::live, {}, {}, 100)->items.empty());
  EXPECT_TRUE(webhooks->list(kernel::ClientId{{9, 9}}, Mode::test, {}, {}, 100)->items.empty());
  EXPECT_EQ((*webhooks->get(all[0]))->webhook_endpoint, one.id);
  EXPECT_FALSE(*webhooks->get(DeliveryId{{9, 9}}));
}

}  // namespace
}  // namespace mohur::projections
