// The definitions of rig_test.hpp.
#include "kernel/rig_test.hpp"

namespace mohur::kernel {

void Disk::keep(const Event& event, std::uint64_t position) {
  const Key128 key = kernel::key_of(event.object);
  std::visit(
      [&]<class T>(const T& object) {
        if constexpr (!std::is_same_v<T, std::monostate> && !std::is_same_v<T, ledger::Account>) rows<T>()[key] = object;
      },
      event.object);
  for (const policy::Usage& usage : event.usages) rows<policy::Usage>()[usage.owner] = usage;
  for (const Key128 claimed : event.claims) rows<Claim>()[claimed] = Claim{key};
  if (event.idempotency) rows<Answer>()[event.idempotency->key] = Answer{position, event.idempotency->fingerprint};
}

void Disk::fetch(State& state, const Missed& missed) const {
  state.for_each_shelf([&]<class T>(Shelf<T>& shelf) {
    if (table_of<T> != missed.table) return;
    const T* found = find<T>(missed.key);
    if (found == nullptr)
      state.know_absent(missed);
    else
      shelf.fetched(missed.key, *found);
  });
}

House::House(Time begin, std::size_t shelf_entries) : at(begin), shelf_entries_(shelf_entries) { found(); }

Result<House::Made> House::decide(const Command& command) {
  state.forget_absent();
  while (true) {
    Made made;
    Result<Decided> decided = kernel::decide(state, command, made.events);
    const std::vector<Missed> missed = state.take_missed();
    if (missed.empty()) {
      if (!decided) return std::unexpected(std::move(decided).error());
      static_cast<Decided&>(made) = *decided;
      return made;
    }
    for (const Missed& miss : missed) disk.fetch(state, miss);
  }
}

void House::apply(const Event& event) {
  kernel::apply(state, event, *this);
  remember(state, event);
  disk.keep(event, state.position);
  events.push_back(event);
  trim();
}

Command House::command(Intent intent, registry::Caller caller, ClientId for_client, Mode mode,
                       std::optional<Idempotency> idempotency) {
  const std::uint64_t chance = ++commands_ * 0x9e3779b97f4a7c15ULL;
  return {.id = {chance, chance ^ commands_ << 20},
          .at = at,
          .caller = caller,
          .client = for_client,
          .mode = mode,
          .idempotency = idempotency,
          .intent = std::move(intent)};
}

Result<std::vector<Event>> House::send(Intent intent, registry::Caller caller, ClientId for_client, Mode mode,
                                       std::optional<Idempotency> idempotency) {
  auto decided = decide(command(std::move(intent), caller, for_client, mode, idempotency));
  if (!decided) return std::unexpected(std::move(decided).error());
  for (const Event& event : decided->events) apply(event);
  const auto broken = broken_law();
  EXPECT_FALSE(broken) << *broken;
  return std::move(decided->events);
}

std::optional<Outcome> House::refusal(Intent intent, registry::Caller caller, ClientId for_client, Mode mode) {
  const auto decided = decide(command(std::move(intent), caller, for_client, mode));
  return decided ? std::nullopt : std::optional{decided.error().outcome};
}

void House::found() {
  const auto founded =
      send(FoundHouse{{{{}, "kid_of_asha", "h", "1111"}, {{}, "kid_of_bina", "h", "2222"}}, {some_key(90, 1), some_key(90, 2)}});
  asha = registry::by_person(std::get<registry::Person>(founded->at(0).object).id, {});
  bina = registry::by_person(std::get<registry::Person>(founded->at(2).object).id, {});
  client = approve_client(everything());
}

ClientId House::approve_client(const registry::Agreement& agreement) {
  const ClientId id = first<registry::Client>(send(ApplyForClient{{}, {}, "5411", agreement}, asha)).id;
  for (Intent& step : papers_of_a_proprietor(id)) EXPECT_TRUE(send(std::move(step), asha));
  EXPECT_TRUE(send(DecideClient{id, registry::ClientStatus::approved, {}}, bina));
  return id;
}

void House::bring_to(registry::ClientStatus status) {
  for (const auto& kind : described_enumerators(registry::MeasureKind{})) {
    if (registry::leads_to(kind.value) != status) continue;
    const auto measure = first<registry::Measure>(
        send(TakeMeasure{.client = client, .kind = kind.value, .evidence = "Case 1", .critical = true}, asha));
    if (registry::needs_confirmation_first(kind.value)) {
      EXPECT_TRUE(send(ConfirmMeasure{measure.id}, bina));
    }
  }
}

void House::fund(Amount amount, Mode mode) {
  EXPECT_TRUE(send(
      FundBalance{client, mode, amount, Currency::INR, payments::Utr::trusted("UTR000001"), some_key(91, ++commands_)}, asha));
}

const ledger::Account& House::account(ledger::AccountCode code, Mode mode) const {
  const bool is_clients = ledger::has_floor(code);
  return *state.ledger.find(state.ledger.id_of(mode, code, is_clients ? client.value : Key128{}));
}

registry::Agreement everything() {
  registry::Agreement agreement{.fees = {{300}, 50}};
  for (const auto& row : described_enumerators(registry::Purpose{})) agreement.purposes.push_back(row.value);
  for (const auto& row : described_enumerators(registry::PayerType{})) agreement.payer_types.push_back(row.value);
  for (const auto& row : described_enumerators(registry::Rail{})) agreement.rails.push_back(row.value);
  for (const auto& row : described_enumerators(registry::CollectionMethod{})) agreement.methods.push_back(row.value);
  return agreement;
}

std::vector<std::string> types_of(std::span<const Event> events) {
  std::vector<std::string> types;
  for (const Event& event : events) types.emplace_back(to_token(event.type));
  return types;
}

}  // namespace mohur::kernel
