#include "app/demo.hpp"

#include <unistd.h>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <thread>

#include "app/child.hpp"
#include "app/demo_client.hpp"
#include "app/sample_policy.hpp"
#include "codec/json_writer.hpp"
#include "money/money.hpp"

namespace mohur::app {
namespace {

// Stands in for a scan.
constexpr const char* kSmallestPng =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=";

// Who asks the demo to end asks its server: what the demo then finds, or does not find, ends it too.
std::atomic<pid_t> server_process = 0;
std::atomic<bool> is_asked_to_end = false;
void end(int) {
  is_asked_to_end = true;
  if (const pid_t process = server_process; process != 0) ::kill(process, SIGTERM);
}

// A step that went otherwise than told.
struct Surprise {
  std::string what;
};

std::string read_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream{path}.rdbuf();
  return text.str();
}

class Demo {
 public:
  Demo(const Settings& settings, std::string program, std::string folder)
      : settings_(settings), program_(std::move(program)), folder_(std::move(folder)) {}

  void play() {
    start();
    publish_a_policy();
    approve_a_client();
    take_webhooks_and_money();
    collect();
    refund();
    pay_and_repeat();
    fail();
    lose_and_reverse();
    kill_and_restart();
    prove();
  }

  // Serves again, for whoever wants to look around.
  void stay() {
    start();
    std::printf(
        "\nMohur stays up at %s (reference: %s/docs). A first call:\n\n  curl --cacert %s -H 'Authorization: Bearer %s' "
        "%s/v1/balances\n\nCtrl-C ends it.\n",
        api_->url().c_str(), api_->url().c_str(), certificate_.c_str(), key_.c_str(), api_->url().c_str());
    std::fflush(stdout);
    wait_for_server();
  }

 private:
  int wait_for_server() {
    const int status = server_->wait();
    server_process = 0;
    return status;
  }
  void say(const std::string& line) {
    std::printf("   %s\n", line.c_str());
    std::fflush(stdout);
  }
  void title(const std::string& line) {
    std::printf("\n%2d. %s\n", ++step_, line.c_str());
    std::fflush(stdout);
  }
  void expect(bool holds, const std::string& what) {
    if (!holds) throw Surprise{what};
  }
  Answer must(Answer answer, int status, const std::string& what) {
    expect(answer.status == status, what + ": expected " + std::to_string(status) + ", got " + std::to_string(answer.status) +
                                        " " + answer.body + answer.detail);
    return answer;
  }
  Answer post(const std::string& path, const std::string& body, int status = 201, const std::string& idempotency_key = {}) {
    return must(api_->post(path, key_, body, idempotency_key), status, "POST " + path);
  }

  void start() {
    const std::vector<std::string> environment = {"MOHUR_DATA_FOLDER=" + folder_,
                                                  "MOHUR_SERVER_PORT=" + std::to_string(settings_.port),
                                                  "MOHUR_OPERATOR_PORT=" + std::to_string(settings_.operator_port),
                                                  "MOHUR_WEBHOOKS_PRIVATE_TARGETS=true", "MOHUR_LOG_LEVEL=error"};
    auto started = Child::start(program_, {"serve"}, environment);
    expect(started.has_value(), "the server starts");
    server_.emplace(std::move(*started));
    server_process = server_->pid();
    expect(!is_asked_to_end, "nobody asks for the end");
    const auto told = server_->read_facts_until("api");
    expect(told.has_value(), "the server says where it listens");
    certificate_ = server_->facts("certificate").at(0);
    if (const auto& keys = server_->facts("founder_key"); keys.size() == 2) {
      asha_ = keys[0];
      bina_ = keys[1];
    }
    api_.emplace(server_->facts("api").at(0), read_file(certificate_));
  }

  void publish_a_policy() {
    title("Two people of the operator publish the usage policy");
    std::string text;
    codec::append_json_string(text, sample_policy());
    const Answer proposed =
        must(api_->post("/v1/admin/policy/versions", asha_,
                        R"({"text":)" + text + R"(,"effective_at":"2026-01-01T00:00:00Z","reason":"A sample to begin with",)" +
                            R"("change_summary":"The first version."})"),
             201, "propose");
    must(api_->post("/v1/admin/policy/versions/" + proposed.text("id") + "/publish", bina_, "{}"), 200, "publish");
    say("published    " + api_->url() + "/policy");
  }

  void approve_a_client() {
    title("Two people of the operator approve a client; one alone cannot");
    const Answer applied = must(
        api_->post("/v1/admin/clients", asha_,
                   R"({"legal_name":"Chai Point Retail","contact_email":"accounts@chaipoint.example","merchant_category":"5411",)"
                   R"("purposes":["salary","vendor","cashback","incentive","wallet_redemption","refund","settlement"],)"
                   R"("payer_types":["customer","agent","partner"],"rails":["imps","neft","rtgs","upi"],)"
                   R"("methods":["upi_intent","upi_qr","bank_transfer"],"business_type":"proprietorship","pan":"ABCPM1234K",)"
                   R"("gstin":"29ABCPM1234K1ZO","registered_address":"12 Brigade Road, Bengaluru 560001",)"
                   R"("expected_volumes":{"payouts":200,"payout_amount":50000000,"payins":900,"payin_amount":120000000}})"),
        201, "apply");
    client_ = applied.text("id");
    say("applied      " + client_);
    for (const std::string kind : {"pan_card", "bank_proof"})
      must(api_->post("/v1/admin/clients/" + client_ + "/documents", asha_,
                      R"({"kind":")" + kind + R"(","file_name":"scan.png","content":")" + kSmallestPng + "\"}"),
           201, "add a document");
    say("documents    PAN card and bank proof, sealed; the journal holds their hashes");
    const Answer reviewed =
        must(api_->post("/v1/admin/clients/" + client_ + "/review", asha_,
                        R"({"risk_grade":"low","checks":[{"check":"identity","passed":true},{"check":"address","passed":true},)"
                        R"({"check":"bank_account","passed":true},{"check":"sanctions","passed":true},)"
                        R"({"check":"business","passed":true}]})"),
             200, "review");
    say("reviewed     every check passed, risk " + reviewed.text("risk_grade"));
    const Answer alone = must(api_->post("/v1/admin/clients/" + client_ + "/approve", asha_, "{}"), 403, "approve alone");
    say("refused      " + alone.text("token") + " (policy clause " + alone.text("clause") + "): the maker is never the checker");
    must(api_->post("/v1/admin/clients/" + client_ + "/approve", bina_, "{}"), 200, "approve");
    say("approved     by the second person");
    const Answer issued = must(
        api_->post("/v1/admin/clients/" + client_ + "/credentials", asha_, R"({"mode":"test","label":"demo"})"), 201, "issue");
    key_ = issued.text("secret");
    say("issued       " + key_.substr(0, 27) + "... (shown once, kept as a keyed hash)");
  }

  void take_webhooks_and_money() {
    title("The client registers a webhook; its payout balance is funded");
    const Answer endpoint = post("/v1/webhook_endpoints", R"({"url":")" + hooks_.url() + R"("})");
    hooks_.expect_secret(endpoint.text("secret"));
    say("endpoint     " + endpoint.text("id") + " -> " + hooks_.url());
    const Answer funded =
        must(api_->post("/v1/admin/clients/" + client_ + "/fundings", asha_,
                        R"({"mode":"test","amount":5000000,"currency":"INR","utr":"SBIN0326112200001"})", "fund-1"),
             201, "fund");
    say("funded       " + to_display({5'000'000}, Currency::INR) + ", " + funded.text("id"));
  }

  void collect() {
    title("A pay-in by dynamic UPI QR; the sandbox payer pays it");
    const Answer payin =
        post("/v1/payins",
             R"({"amount":125000,"currency":"INR","payer_type":"customer","method":"upi_qr","reference_id":"order-1001"})");
    payin_ = payin.text("id");
    say("created      " + payin_);
    say("link         " + payin.text("link"));
    const Answer picture = must(api_->get("/v1/payins/" + payin_ + "/qr.png", key_), 200, "QR");
    say("QR           " + std::to_string(picture.body.size()) + " bytes of PNG");
    post("/v1/sandbox/payins/" + payin_ + "/pay", "{}", 202);
    expect(hooks_.wait_for("payin.paid", payin_), "the webhook payin.paid arrives");
    const Answer paid = must(api_->get("/v1/payins/" + payin_, key_), 200, "get the pay-in");
    say("paid         " + to_display({std::stoll(paid.text("amount_paid"))}, Currency::INR) + ", fee " +
        to_display({std::stoll(paid.text("fee"))}, Currency::INR) + ", tax " +
        to_display({std::stoll(paid.text("tax"))}, Currency::INR) + "; signed webhook payin.paid checked");
  }

  void refund() {
    title("A refund in part");
    const Answer refund = post("/v1/refunds", R"({"payin":")" + payin_ + R"(","amount":25000})", 201, "refund-1");
    expect(hooks_.wait_for("refund.processed", refund.text("id")), "the webhook refund.processed arrives");
    const Answer after = must(api_->get("/v1/payins/" + payin_, key_), 200, "get the pay-in");
    say("processed    " + refund.text("id") + "; refunded so far " +
        to_display({std::stoll(after.text("amount_refunded"))}, Currency::INR));
  }

  // The same tuple again answers 200 with the beneficiary that is there.
  std::string beneficiary(const std::string& account_number) {
    const Answer made =
        api_->post("/v1/beneficiaries", key_,
                   R"({"name":"Ravi Sharma","kind":"vendor","destination":{"ifsc":"HDFC0000123","account_number":")" +
                       account_number + R"("}})");
    expect(made.status == 200 || made.status == 201, "a beneficiary is made: " + made.body + made.detail);
    return made.text("id");
  }
  std::string payout_body(const std::string& account_number, const std::string& amount) {
    return R"({"beneficiary":")" + beneficiary(account_number) + R"(","amount":)" + amount +
           R"(,"currency":"INR","purpose":"vendor","narration":"Invoice 42"})";
  }
  std::string available() {
    const Answer balances = must(api_->get("/v1/balances", key_), 200, "balances");
    const std::size_t at = balances.body.find("\"payout\":");
    expect(at != std::string::npos, "balances show the payout balance");
    return to_display({std::stoll(Answer{200, balances.body.substr(at)}.text("available"))}, Currency::INR);
  }

  void pay_and_repeat() {
    title("A payout; the same call again has no second effect");
    paid_body_ = payout_body("000000000001", "150000");
    const Answer payout = post("/v1/payouts", paid_body_, 201, "payout-1");
    paid_ = payout.text("id");
    say("initiated    " + paid_ + " by " + payout.text("rail") + ", reserved with fee and tax");
    expect(hooks_.wait_for("payout.processed", paid_), "the webhook payout.processed arrives");
    say("processed    UTR " + must(api_->get("/v1/payouts/" + paid_, key_), 200, "get").text("utr"));
    const Answer again = post("/v1/payouts", paid_body_, 201, "payout-1");
    expect(again.replayed && again.body == payout.body, "the replay is the first answer, byte for byte");
    say("replayed     the same answer, byte for byte; available " + available());
  }

  void fail() {
    title("A payout that fails gives everything back");
    const std::string before = available();
    const std::string id = post("/v1/payouts", payout_body("000000000011", "90000"), 201, "payout-2").text("id");
    expect(hooks_.wait_for("payout.failed", id), "the webhook payout.failed arrives");
    const std::string after = available();
    expect(before == after, "the reservation is released");
    say("failed       " + id + ": " + must(api_->get("/v1/payouts/" + id, key_), 200, "get").text("reason") + "; available " +
        after + " as before");
  }

  void lose_and_reverse() {
    title("A payout whose fate is unknown stays processing, is asked about, and turns out reversed");
    const std::string id = post("/v1/payouts", payout_body("000000000024", "70000"), 201, "payout-3").text("id");
    expect(hooks_.wait_for("payout.updated", id), "the webhook payout.updated arrives");
    const Answer unknown = must(api_->get("/v1/payouts/" + id, key_), 200, "get");
    say(unknown.text("status") + "   " + unknown.text("reason") + "; never sent again");
    const Answer clock = must(api_->get("/v1/sandbox/clock", key_), 200, "clock");
    const auto now = parse_rfc3339(clock.text("now"));
    expect(now.has_value(), "the sandbox clock shows a time");
    post("/v1/sandbox/clock", R"({"now":")" + to_rfc3339(*now + minutes(10)) + R"("})", 200);
    expect(hooks_.wait_for("payout.reversed", id), "the webhook payout.reversed arrives");
    say("reversed     after the client's sandbox clock moved ten minutes; available " + available());
  }

  void kill_and_restart() {
    title("The server is killed in the middle of its work, and started again");
    const std::string body = payout_body("000000000001", "30000");
    server_->send(SIGKILL);
    wait_for_server();
    start();
    say("recovered    from the journal");
    const Answer again = post("/v1/payouts", paid_body_, 201, "payout-1");
    expect(again.replayed && again.text("id") == paid_, "the key that was used before the kill still gives the first answer");
    const std::string id = post("/v1/payouts", body, 201, "payout-4").text("id");
    expect(hooks_.wait_for("payout.processed", id), "the webhook payout.processed arrives");
    say("replayed     the answer from before the kill; a new payout is processed");
  }

  std::string run(const std::vector<std::string>& arguments) {
    auto child = Child::start(program_, arguments, {"MOHUR_DATA_FOLDER=" + folder_});
    expect(child.has_value(), "mohur " + arguments[0] + " starts");
    const std::string output = child->read_rest();
    expect(child->wait() == 0, "mohur " + arguments[0] + " succeeds");
    return output;
  }

  void prove() {
    title("The whole run is proven from the journal");
    server_->send(SIGTERM);
    expect(wait_for_server() == 0, "the server stops cleanly");
    std::istringstream lines{run({"verify"})};
    std::string stored;
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words{line};
      std::string word, rest;
      std::getline(words >> word >> std::ws, rest);
      say(word + std::string(13 - std::min<std::size_t>(12, word.size()), ' ') + rest);
      if (word == "stored") stored = rest;
    }
    const std::string replayed = run({"replay"});
    expect(stored.size() == 64 && replayed.find(stored) != std::string::npos, "the replayed state is the stored state");
    say("replay       gives the same state; " + std::to_string(hooks_.received()) + " signed webhooks were received and checked");
  }

  const Settings settings_;
  const std::string program_;
  const std::string folder_;
  WebhookReceiver hooks_;
  std::optional<Child> server_;
  std::optional<Caller> api_;
  int step_ = 0;
  std::string certificate_, asha_, bina_, client_, key_, payin_, paid_, paid_body_;
};

}  // namespace

int demo(const Settings& settings, const std::string& program, bool once) {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGTERM, end);
  std::signal(SIGINT, end);
  Settings chosen = settings;
  if (once) chosen.port = chosen.operator_port = 0;
  const std::string folder = once ? std::filesystem::temp_directory_path().string() + "/mohur-demo-" + std::to_string(::getpid())
                                  : settings.data_folder + "-demo";
  std::filesystem::remove_all(folder);
  std::filesystem::remove(folder + ".kek");
  std::printf("Mohur plays its main job over real HTTPS, with a real webhook receiver.\n");
  int status = 0;
  try {
    Demo play{chosen, program, folder};
    play.play();
    std::printf("\nEverything went as told.\n");
    if (!once) play.stay();
  } catch (const Surprise& surprise) {
    const std::string what = is_asked_to_end ? "Ended before its end." : "This went otherwise than told: " + surprise.what;
    std::printf("\n%s\n", what.c_str());
    status = 1;
  }
  if (once) {
    std::filesystem::remove_all(folder);
    std::filesystem::remove(folder + ".kek");
  }
  return status;
}

}  // namespace mohur::app
