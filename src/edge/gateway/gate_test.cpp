// The gate where a caller from outside cannot bring it: keys that run out, a full queue, a full disk, a log that cannot keep up,
// a journal that is damaged, a server that stops. What callers see of all else is in tests/functional.
#include <algorithm>
#include <fstream>

#include "faults/fault_files.hpp"
#include "gateway/problem.hpp"
#include "gateway/problem_page.hpp"
#include "gateway/rig_test.hpp"

namespace mohur::gateway {
namespace {

using testing::HasSubstr;

TEST_F(GateTest, AKeyEndsAtItsMomentAndNotBefore) {
  machine.found();
  client = machine.approve_client();
  const std::string short_lived = issue(machine.clock.now() + hours(1));
  start();
  machine.clock.advance(hours(1) - Duration{1});
  EXPECT_EQ(get("/v1/payins", short_lived).token(), "ok");
  machine.clock.advance(Duration{1});
  const Answer refused = get("/v1/payins", short_lived);
  EXPECT_EQ(refused.token(), "credential_expired");
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.member("clause"), "P1.2");
  EXPECT_EQ(refused.headers.at("www-authenticate"), "Bearer realm=\"mohur\"");
  EXPECT_EQ(get("/v1/payins").token(), "ok") << "another key of the same client";
}

TEST_F(GateTest, AFullQueueIsToldAtOnceAndReadsGoOn) {
  machine.close();
  machine.options.most_queued = 3;
  machine.open();
  start();
  takes_turns = false;
  std::vector<std::future<Answer>> waiting;
  for (int n = 0; n < 8; ++n) waiting.push_back(send("POST", "/v1/payins", client_key, kPayin));
  const auto has_come = [](std::future<Answer>& one) {
    return one.wait_for(std::chrono::seconds{0}) == std::future_status::ready;
  };
  while (std::ranges::count_if(waiting, has_come) < 5) std::this_thread::yield();
  for (auto& one : waiting) {
    if (!has_come(one)) continue;
    const Answer answer = one.get();
    EXPECT_EQ(answer.token(), "overloaded");
    EXPECT_EQ(answer.status, 503);
    EXPECT_EQ(answer.member("retry"), "same_key");
    EXPECT_EQ(answer.headers.at("retry-after"), "1");
  }
  EXPECT_EQ(get("/v1/payins").token(), "ok");
  takes_turns = true;
  std::size_t taken = 0;
  for (auto& one : waiting)
    if (one.valid() && one.get().status == 201) ++taken;
  EXPECT_EQ(taken, 3U);
}

TEST_F(GateTest, AServerThatStopsTakesNoNewWorkAndStillAnswersWhatItTook) {
  start();
  takes_turns = false;
  auto taken = send("POST", "/v1/payins", client_key, kPayin);
  while (calls.records().empty() && queued() == 0) std::this_thread::yield();
  bool is_stopped = false;
  run([&] { machine.shard->stop([&] { is_stopped = true; }); });
  takes_turns = true;
  EXPECT_EQ(taken.get().status, 201);
  const Answer refused = post("/v1/payins", kPayin);
  EXPECT_EQ(refused.token(), "stopping");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(get("/v1/payins").token(), "ok");
  run([&] { EXPECT_TRUE(is_stopped); });
}

TEST_F(GateTest, AFullDiskRefusesWritesLetsReadsGoOnAndHeals) {
  faults::FaultFiles disk;
  machine.close();
  machine.files = [&]() -> journal::FileLayer& { return disk; };
  machine.segment_size = 1u << 20;
  machine.open();
  start();
  const Answer before = post("/v1/payins", kPayin);
  disk.fail({.call = faults::Call::preallocate, .outcome = Outcome::storage_full, .lasting = true});
  Answer refused;
  for (int n = 0; n < 5'000 && refused.status < 400; ++n) {
    refused = post("/v1/payins", kPayin);
    steady.advance(seconds(1));  // the plan's rate is not what this is about
  }
  EXPECT_EQ(refused.token(), "storage_full");
  EXPECT_EQ(refused.status, 507);
  EXPECT_EQ(refused.headers.at("retry-after"), "1");
  const std::uint64_t then = position();
  EXPECT_EQ(post("/v1/payins", kPayin).token(), "storage_full");
  EXPECT_EQ(position(), then);
  EXPECT_EQ(get("/v1/payins/" + before.member("id")).token(), "ok");
  disk.heal();
  EXPECT_EQ(post("/v1/payins", kPayin).status, 201);
  stop();
}

TEST_F(GateTest, WhatCannotBeRecordedIsNotShownButWhatWasDoneIsSaid) {
  start();
  calls.is_full = true;
  const Answer read = get("/v1/payins");
  EXPECT_EQ(read.token(), "overloaded");
  EXPECT_EQ(read.status, 503);
  const Answer written = post("/v1/payins", kPayin);
  EXPECT_EQ(written.status, 201) << "it has happened: the caller must know";
  EXPECT_EQ(post("/v1/payins", "{").token(), "body_malformed");
  calls.is_full = false;
  EXPECT_EQ(get("/v1/payins/" + written.member("id")).token(), "ok");
}

// Turns a bit of the last frame in the journal's only segment.
void damage_last_frame(const std::string& folder) {
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    if (!file.is_regular_file() || file.file_size() < 4'096 || file.path().filename() == "spare") continue;
    std::ifstream in{file.path(), std::ios::binary};
    std::string bytes{std::istreambuf_iterator<char>{in}, {}};
    const std::size_t at = bytes.find_last_not_of('\0') - 100;  // before the frame's own hash
    bytes[at] = static_cast<char>(bytes[at] ^ 0x40);
    std::ofstream{file.path(), std::ios::binary} << bytes;
  }
}

TEST_F(GateTest, DamageIsNamedAndNotServed) {
  start();
  const std::string id = post("/v1/payins", kPayin).member("id");
  const std::string event = kernel::event_id(machine.clock.now(), position()).to_string();
  damage_last_frame(machine.path("journal"));
  const Answer damaged = get("/v1/events/" + event);
  EXPECT_EQ(damaged.token(), "data_damaged");
  EXPECT_EQ(damaged.status, 500);
  EXPECT_EQ(damaged.member("retry"), "never");
  EXPECT_EQ(damaged.body.find("payin_"), std::string::npos);
  EXPECT_EQ(get("/v1/payins/" + id).token(), "ok") << "the object itself stands in the state";
}

TEST_F(GateTest, ARefusedShapeLeavesNoTraceInAnyFileOfOurs) {
  start();
  ASSERT_EQ(post("/v1/payins", kPayin).status, 201);
  const std::uint64_t before = position();
  const auto vault_bytes = [&] {
    std::uintmax_t bytes = 0;
    for (const auto& file : std::filesystem::recursive_directory_iterator(machine.path("vault")))
      if (file.is_regular_file()) bytes += file.file_size();
    return bytes;
  };
  const auto bytes = vault_bytes();
  const std::uint64_t events = machine.shard->statistics().events;
  for (const char* body : {"{", "[]", R"({"name":"A"})", R"({"name":"A","kind":"vendor","destination":{}})",
                           R"({"name":"A","kind":"vendor","destination":{"vpa":"x"}})", R"({"name":"A","nmae":"B"})",
                           R"({"name":"4111111111111111","kind":"vendor","destination":{"vpa":"ab@bank"}})"}) {
    EXPECT_NE(post("/v1/beneficiaries", body).token(), "ok") << body;
    EXPECT_NE(post("/v1/payouts", body, {{"Idempotency-Key", "k"}}).token(), "ok") << body;
    EXPECT_NE(post("/v1/payins", body).token(), "ok") << body;
  }
  EXPECT_EQ(position(), before);
  EXPECT_EQ(machine.shard->statistics().events, events);
  EXPECT_EQ(vault_bytes(), bytes) << "no key for a person whom nobody will meet";
}

TEST_F(GateTest, EveryCallIsRecordedOnceWithItsOutcomeAndWithoutItsValues) {
  start();
  get("/v1/payins?reference_id=secret-reference");
  post("/v1/payins", kPayin, {{"Request-Id", "mine"}});
  post("/v1/payins", R"({"amount":"secret"})");
  get("/v1/nothing/secret");
  get("/v1/payins", "secret");
  const std::string id = post("/v1/payins", kPayin, {{"Idempotency-Key", "k"}}).member("id");
  post("/v1/payins", kPayin, {{"Idempotency-Key", "k"}});
  get("/v1/payins/" + id);
  const auto records = calls.records();
  const struct {
    std::string_view method, route, outcome;
    int status;
  } expected[] = {{"GET", "/v1/payins", "ok", 200},
                  {"POST", "/v1/payins", "ok", 201},
                  {"POST", "/v1/payins", "field_missing", 422},
                  {"GET", "-", "route_not_found", 404},
                  {"GET", "/v1/payins", "credential_malformed", 401},
                  {"POST", "/v1/payins", "ok", 201},
                  {"POST", "/v1/payins", "ok", 201},
                  {"GET", "/v1/payins/{id}", "ok", 200}};
  ASSERT_EQ(records.size(), std::size(expected));
  for (std::size_t n = 0; n < records.size(); ++n) {
    EXPECT_EQ(records[n].method, expected[n].method) << n;
    EXPECT_EQ(records[n].route, expected[n].route) << n;
    EXPECT_EQ(records[n].outcome, expected[n].outcome) << n;
    EXPECT_EQ(records[n].status, expected[n].status) << n;
    EXPECT_EQ(records[n].from, "127.0.0.1");
    EXPECT_EQ(records[n].replayed, n == 6);
    EXPECT_EQ(records[n].client, n == 3 || n == 4 ? registry::ClientId{} : client) << n;
    for (const std::string& text :
         {records[n].route, records[n].outcome, records[n].id.to_string(), records[n].client_request_id})
      EXPECT_EQ(text.find("secret"), std::string::npos);
  }
  EXPECT_EQ(records[1].client_request_id, "mine");
  EXPECT_EQ(records[4].clause, "P4.2");
}

TEST(Problem, SaysWhatWhereWhichClauseAndWhatNext) {
  const Refusal several[] = {{Outcome::field_missing, "amount", ""}, {Outcome::field_malformed, "currency", "Expected INR."}};
  const net::Response response = problem(several, "req_1", "/v1/payins");
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(
      response.body,
      R"({"type":"/problems/field_missing","title":"A required field is missing.","status":422,)"
      R"("detail":"A member that this call needs is absent, or null. Add it.",)"
      R"("instance":"/v1/payins","token":"field_missing","field":"amount","retry":"after_change","request_id":"req_1",)"
      R"("reasons":[{"token":"field_missing","field":"amount","detail":"A member that this call needs is absent, or null. Add it."},)"
      R"({"token":"field_malformed","field":"currency","detail":"Expected INR."}]})");
}

TEST(Problem, EveryOutcomeIsAProblemWithAPage) {
  for (const OutcomeRow& row : outcome_table()) {
    const net::Response response = problem(Refusal{row.outcome, {}, {}}, "req_1", "/x");
    EXPECT_EQ(response.status, row.http_status) << row.token;
    EXPECT_THAT(response.body, HasSubstr("\"type\":\"/problems/" + std::string{row.token} + "\"")) << row.token;
    EXPECT_EQ(response.headers.find("Retry-After") != std::string::npos, row.http_status == 503 || row.http_status == 507)
        << row.token;
    EXPECT_EQ(response.headers.find("WWW-Authenticate") != std::string::npos, row.http_status == 401) << row.token;
    EXPECT_TRUE(problem_page(row.token)) << row.token;
  }
  EXPECT_FALSE(problem_page("nonsense"));
}

TEST(Router, FindsPlainPathsAndThoseWithValues) {
  const Router router{all_routes()};
  std::vector<std::string> values;
  EXPECT_EQ((*router.find(net::Method::get, "/v1/payins/%41b", values))->path, "/v1/payins/{id}");
  EXPECT_THAT(values, testing::ElementsAre("Ab"));
  EXPECT_EQ(router.find(net::Method::get, "/v1/payins/%zz", values).error().outcome, Outcome::malformed_request);
  for (const char* path : {"/v1/payins/", "/v1/payins//pay", "/", "//", "/v1/payins/a/b/c/d/e/f/g/h"})
    EXPECT_EQ(router.find(net::Method::get, path, values).error().outcome, Outcome::route_not_found) << path;
  EXPECT_EQ(router.find(net::Method::put, "/v1/payins/x", values).error().outcome, Outcome::method_not_allowed);
  EXPECT_EQ(router.allowed("/v1/payins"), "GET, HEAD, POST");
  EXPECT_EQ(router.allowed("/v1/payins/x"), "GET, HEAD");
  EXPECT_EQ(router.allowed("/v1/payins/x/cancel"), "POST");
}

}  // namespace
}  // namespace mohur::gateway
