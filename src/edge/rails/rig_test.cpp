// The definitions of rig_test.hpp.
#include "rails/rig_test.hpp"

#include "codec/binary.hpp"
#include "kernel/papers_test.hpp"

namespace mohur::rails {
namespace {

using kernel::EventType;

std::filesystem::path new_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "rails_test_XXXXXX").string();
  return ::mkdtemp(name.data());
}

// Of a beneficiary, whose name says nothing here.
std::optional<Sealed> sealed(vault::Vault& vault, SubjectId subject, const std::string& plain) {
  if (plain.empty()) return std::nullopt;
  return *vault.seal(subject, plain, "•••");
}

// `+2m5s` since the story's begin.
std::string since(Duration passed) {
  std::int64_t left = passed.ns / seconds(1).ns;
  std::string text = "+";
  for (const auto& [unit, size] : {std::pair{"d", 86'400}, {"h", 3'600}, {"m", 60}, {"s", 1}}) {
    if (left / size > 0) text += std::to_string(left / size) + unit;
    left %= size;
  }
  return text == "+" ? "+0" : text;
}

// What a reader wants to know of the object after the event.
struct Remark {
  std::string operator()(const payments::Payout& payout) const {
    return payout.status == payments::PayoutStatus::failed || payout.status == payments::PayoutStatus::reversed ||
                   payout.reason == payments::PayoutReason::beneficiary_bank_confirmation_pending
               ? std::string{to_token(payout.reason)}
               : std::string{};
  }
  std::string operator()(const payments::Payin& payin) const { return "paid " + std::to_string(payin.amount_paid.minor); }
  std::string operator()(const payments::Attempt& attempt) const {
    std::string text = std::to_string(attempt.amount.minor);
    if (attempt.kind) text += " " + std::string{to_token(*attempt.kind)};
    if (attempt.reason) text += " " + std::string{to_token(*attempt.reason)};
    return text;
  }
  template <class T>
  std::string operator()(const T&) const {
    return {};
  }
};

bool is_told(EventType type) {
  return type != EventType::payout_inquired && type != EventType::refund_inquired && type != EventType::sandbox_clock_advanced &&
         type != EventType::sandbox_clock_caught_up && type != EventType::beneficiary_created;
}

}  // namespace

void SeededRandom::fill(std::span<std::uint8_t> out) {
  for (std::uint8_t& byte : out) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    byte = static_cast<std::uint8_t>(state_ >> 56);
  }
}

bool RigDesk::submit(kernel::Command command) {
  if (refuse > 0) return --refuse, false;
  if (is_deaf) return true;
  if (drop > 0) return --drop, true;
  if (repeat > 0) --repeat, commands.push_back(command);
  commands.push_back(std::move(command));
  return true;
}

Result<void> FragileConnector::dispatch(const payments::Payout& payout, const Destination& destination) {
  ++dispatches;
  if (breaks == Breaks::before_it_came) return refuse(Outcome::io_failed);
  MOHUR_TRY(bank_.dispatch(payout, destination));
  if (breaks == Breaks::never) return {};
  MOHUR_TRY(bank_.keep());
  return refuse(Outcome::io_failed);
}

House::House() : folder_(new_folder()) {
  open();
  found();
}

House::~House() {
  stop();
  std::filesystem::remove_all(folder_);
}

void House::open() {
  vault = *vault::Vault::open(path("vault"), *crypto::Key256::from_bytes(std::string(32, 'k')), vault_random);
  journal = *journal::Journal::open(events(), {.segment_size = 1u << 22, .prepare_in_background = false});
  store = *store::Store::open({.folder = path("state")}, engine::table_specs());
  archive = std::make_unique<engine::Archive>(*store, events(), journal->watermark());
  flusher = std::make_unique<engine::InlineFlusher>(*journal, vault.get());
  shard = std::make_unique<engine::Shard>(
      *journal, *store, *flusher, clock, random, [this](std::function<void()> work) { posted_.push_back(std::move(work)); },
      [](const Refusal& refusal) { FAIL() << refusal.detail; });
  ASSERT_TRUE(shard->recover(events()));
  desk = std::make_unique<RigDesk>();
  bank = *SandboxBank::open(path("bank"), *archive, *vault, clock, bank_random, *desk);
  connector = std::make_unique<FragileConnector>(*bank);
  dispatcher = *Dispatcher::open(path("rails"), events(), journal->watermark(), *archive, *vault, *connector, clock,
                                 [](const Refusal& refusal) { FAIL() << refusal.detail; });
}

void House::stop() {
  dispatcher.reset();
  connector.reset();
  bank.reset();
  desk.reset();
  shard.reset();
  posted_.clear();
  flusher.reset();
  archive.reset();
  store.reset();
  journal.reset();
  vault.reset();
}

void House::kill() {
  std::filesystem::copy(path("rails"), path("rails.killed"), std::filesystem::copy_options::recursive);
  stop();
  std::filesystem::remove_all(path("rails"));
  std::filesystem::rename(path("rails.killed"), path("rails"));
}

void House::turn() {
  shard->turn();
  while (!posted_.empty()) {
    const auto work = std::move(posted_.front());
    posted_.pop_front();
    work();
  }
}

void House::bring_to_shard() {
  while (!desk->commands.empty()) {
    ASSERT_TRUE(shard->submit(std::move(desk->commands.front()), nullptr));
    desk->commands.pop_front();
  }
}

void House::take_step() {
  bring_to_shard();
  turn();
  ASSERT_TRUE(dispatcher->step());
}

bool House::settle() {
  while (true) {
    const std::uint64_t before = archive->position();
    bring_to_shard();
    turn();
    const auto next = dispatcher->step();
    if (!next) return false;
    const bool is_quiet = desk->commands.empty() && archive->position() == before && (!*next || **next > clock.now());
    if (is_quiet) return true;
  }
}

Result<kernel::Event> House::send(kernel::Intent intent, registry::Caller caller) {
  std::optional<Result<kernel::Event>> answer;
  kernel::Command command{.caller = caller, .client = client, .mode = Mode::test, .intent = std::move(intent)};
  EXPECT_TRUE(shard->submit(std::move(command), [&](const Result<engine::Done>& done) {
    if (!done)
      answer = std::unexpected(done.error());
    else
      answer = done->events.empty() ? kernel::Event{} : done->events.front();
  }));
  turn();
  EXPECT_TRUE(answer.has_value());
  return *answer;
}

Time House::client_now() {
  const auto moved = *archive->get<payments::SandboxClock>(client.value);
  return clock.now() + (moved ? moved->ahead : Duration{});
}

void House::move_client_clock(Duration by) {
  ASSERT_TRUE(send(kernel::AdvanceSandboxClock{client_now() + by}));
  ASSERT_TRUE(settle());
}

void House::found() {
  using enum registry::Purpose;
  using registry::Rail;
  ASSERT_TRUE(send(kernel::FoundHouse{{{{}, "asha", "h", "1111"}, {{}, "bina", "h", "2222"}}, {{1, 1}, {1, 2}}}));
  std::vector<registry::PersonId> people;
  for (const std::uint64_t position : {1U, 3U})
    people.push_back(std::get<registry::Person>(archive->event_at(position)->event.object).id);
  const registry::Agreement agreement{.purposes = {vendor},
                                      .payer_types = {registry::PayerType::customer},
                                      .rails = {Rail::imps, Rail::neft, Rail::rtgs, Rail::upi},
                                      .methods = {registry::CollectionMethod::upi_qr, registry::CollectionMethod::bank_transfer},
                                      .fees = {{300}, 50}};
  const auto made = send(kernel::ApplyForClient{{}, {}, "5411", agreement}, registry::by_person(people[0], {}));
  client = std::get<registry::Client>(made->object).id;
  for (kernel::Intent& step : kernel::papers_of_a_proprietor(client))
    ASSERT_TRUE(send(std::move(step), registry::by_person(people[0], {})));
  ASSERT_TRUE(send(kernel::DecideClient{client, registry::ClientStatus::approved, {}}, registry::by_person(people[1], {})));
  ASSERT_TRUE(
      send(kernel::FundBalance{client, Mode::test, {100'000'000}, Currency::INR, payments::Utr::trusted("FUND000001"), {2, 1}}));
  ASSERT_TRUE(settle());
}

payments::BeneficiaryId House::add_beneficiary(const std::string& account_number, const std::string& vpa) {
  using payments::DestinationKind;
  const SubjectId subject = vault->create_subject(clock.now());
  payments::Beneficiary beneficiary{.kind = payments::BeneficiaryKind::vendor,
                                    .destination = vpa.empty() ? DestinationKind::bank_account : DestinationKind::vpa,
                                    .account_number = sealed(*vault, subject, account_number),
                                    .vpa = sealed(*vault, subject, vpa)};
  if (vpa.empty()) beneficiary.ifsc = payments::Ifsc::trusted("MOHR0000001");
  const auto made = send(kernel::CreateBeneficiary{beneficiary, {3, ++credits_}});
  return std::get<payments::Beneficiary>(made->object).id;
}

payments::Payout House::pay_out(const std::string& account_number, const std::string& vpa, Amount amount,
                                std::optional<registry::Rail> rail, std::vector<registry::Rail> fallback_rails) {
  const auto made = send(kernel::CreatePayout{
      add_beneficiary(account_number, vpa), {.amount = amount, .rail = rail, .fallback_rails = std::move(fallback_rails)}, {}});
  EXPECT_TRUE(made) << made.error().detail;
  return std::get<payments::Payout>(made->object);
}

payments::Payin House::create_payin(Amount amount) {
  const auto made = send(kernel::CreatePayin{.order = {.amount = amount, .method = registry::CollectionMethod::upi_qr}});
  return std::get<payments::Payin>(made->object);
}

payments::Payin House::paid_payin(Amount amount) {
  const payments::Payin payin = create_payin(amount);
  EXPECT_TRUE(bank->pay(payin, PayerScript::succeed, {}, "payer@bank"));
  EXPECT_TRUE(settle());
  return get(payin.id);
}

payments::Refund House::refund(payments::PayinId payin, Amount amount) {
  const auto made = send(kernel::CreateRefund{payin, {.amount = amount}, {}});
  EXPECT_TRUE(made) << made.error().detail;
  return std::get<payments::Refund>(made->object);
}

std::int64_t House::balance(ledger::AccountCode code) {
  const auto& ledger = shard->state().ledger;
  const bool is_client = code == ledger::AccountCode::client_payout || code == ledger::AccountCode::client_collections;
  return ledger.find(ledger.id_of(Mode::test, code, is_client ? client.value : Key128{}))->balance();
}

std::vector<std::string> House::story(std::uint64_t after) {
  std::vector<std::string> lines;
  std::optional<Time> begin;
  for (std::uint64_t position = after + 1; position <= archive->position(); ++position) {
    const kernel::Event event = archive->event_at(position)->event;
    if (!is_told(event.type)) continue;
    const Time at = event.at + event.ahead;
    if (!begin) begin = at;
    const std::string remark = std::visit(Remark{}, event.object);
    lines.push_back(since(at - *begin) + " " + std::string{to_token(event.type)} + (remark.empty() ? "" : " ") + remark);
  }
  return lines;
}

std::vector<Entry> House::book() {
  std::vector<Entry> entries;
  auto reader = *journal::Reader::open({path("bank"), "sandbox-bank", 0}, {1});
  while (const auto frame = *reader.next())
    for (const journal::RecordView record : *frame) EXPECT_TRUE(SandboxBook::decode(record.bytes, entries.emplace_back()));
  return entries;
}

}  // namespace mohur::rails
