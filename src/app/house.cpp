#include "app/house.hpp"

#include <fstream>

#include "app/adapters.hpp"
#include "app/authority.hpp"
#include "app/certificates.hpp"
#include "app/operator_page.hpp"
#include "app/provider_line.hpp"
#include "app/shard_desk.hpp"
#include "base/india.hpp"
#include "crypto/api_key.hpp"
#include "crypto/system_random.hpp"
#include "engine/claims.hpp"
#include "gateway/gate.hpp"
#include "net/clocks.hpp"
#include "projections/mailer.hpp"
#include "tokens/access_token.hpp"
#include "vault/key_encryption_key.hpp"
#include "vault/masks.hpp"

namespace mohur::app {

Folders::Folders(const std::string& data)
    : events(data + "/journal"),
      state(data + "/state"),
      vault(data + "/vault"),
      documents(data + "/documents"),
      requests(data + "/requests"),
      deliveries(data + "/deliveries"),
      letters(data + "/letters"),
      batches(data + "/batches"),
      rails(data + "/rails"),
      sandbox_bank(data + "/sandbox-bank"),
      tls(data + "/tls"),
      kek_file(data + ".kek") {}

namespace {

constexpr std::size_t kMostTrials = 4;    // of limits, that wait for their turn
constexpr std::size_t kMostUploads = 16;  // parts of batches that wait for the disk

// Errors: not_found for a password file that is not there.
Result<projections::MailOptions> mail_options(const Settings& settings) {
  projections::MailOptions options{
      .server = {.host = settings.mail_server,
                 .port = settings.mail_port,
                 .security = settings.mail_security == "tls" ? net::MailSecurity::tls : net::MailSecurity::starttls,
                 .user = settings.mail_user,
                 .password = {},
                 .trusted_file = settings.mail_trusted_file},
      .from = settings.mail_from,
      .first_delay = seconds(static_cast<std::int64_t>(settings.mail_retry_s))};
  if (settings.mail_password_file.empty()) return options;
  std::ifstream file{settings.mail_password_file};
  if (!std::getline(file, options.server.password))
    return refuse(Outcome::not_found, {},
                  "The password of the mail server cannot be read from " + settings.mail_password_file + ".");
  return options;
}

// Errors: not_found for a file that is not there; what is wrong with it names it.
Result<gateway::ScannerKeys> scanner_keys(const Settings& settings) {
  if (settings.scanner_keys_file.empty()) return gateway::ScannerKeys{};
  MOHUR_TRY_SET(text, read_file(settings.scanner_keys_file));
  auto keys = gateway::ScannerKeys::read(text);
  if (!keys) keys.error().detail = settings.scanner_keys_file + ": " + keys.error().detail;
  return keys;
}

}  // namespace

// Tells the threads beside the shard that there is something new to read.
class Bell final : public engine::Subscriber {
 public:
  Bell(rails::Dispatcher& dispatcher, projections::Webhooks& webhooks, projections::Mailer& mailer, projections::Batches& batches)
      : dispatcher_(dispatcher), webhooks_(webhooks), mailer_(mailer), batches_(batches) {}
  void on_durable(std::uint64_t, std::span<const kernel::Event>) override {
    dispatcher_.notify();
    webhooks_.notify();
    mailer_.notify();
    batches_.notify();
  }

 private:
  rails::Dispatcher& dispatcher_;
  projections::Webhooks& webhooks_;
  projections::Mailer& mailer_;
  projections::Batches& batches_;
};

// In the order in which they are opened; they close in the reverse order.
struct House::Parts {
  Parts(const Settings& given, observe::Logger& log) : settings(given), folders(given.data_folder), logger(log), reactor(clock) {}

  const Settings settings;
  const Folders folders;
  observe::Logger& logger;
  observe::Metrics metrics;
  net::SystemClock clock;
  net::SteadyClock steady;
  crypto::SystemRandom random, vault_random, bank_random, webhook_random;
  net::Reactor reactor;
  CertificateFiles certificate;
  std::unique_ptr<vault::Vault> vault;
  std::optional<vault::SealedFiles> documents;
  std::unique_ptr<journal::Journal> journal;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<engine::Archive> archive;
  std::unique_ptr<engine::ThreadFlusher> flusher;
  gateway::Limiter limiter;  // outlives the shard, whose waiting commands hold its tickets
  gateway::Guesses guesses{random};
  gateway::Throttling throttling;
  std::unique_ptr<engine::Shard> shard;
  gateway::Directory directory;
  gateway::PolicyBook policy;
  std::optional<tokens::TokenSealer> tokens;
  gateway::EventTally tally{clock.now()};
  std::optional<watch::Watch> watch;
  std::unique_ptr<ShardDesk> desk;
  std::unique_ptr<rails::SandboxBank> bank;
  std::unique_ptr<rails::Dispatcher> dispatcher;
  std::unique_ptr<projections::Webhooks> webhooks;
  std::unique_ptr<projections::Mailer> mailer;
  std::optional<vault::SealedFiles> batch_files;
  std::unique_ptr<projections::BatchBook> batch_book;
  std::unique_ptr<projections::Batches> batches;
  std::unique_ptr<projections::RequestsLog> requests;
  std::unique_ptr<Bell> bell;
  std::unique_ptr<SandboxAdapter> sandbox;
  std::unique_ptr<DeliveryAdapter> deliveries;
  std::unique_ptr<CallLogAdapter> calls;
  std::unique_ptr<BatchAdapter> batch_rows;
  gateway::StaffBook staff;
  gateway::SignInWaits waits{random};
  std::unique_ptr<gateway::PasswordDesk> passwords;
  std::unique_ptr<gateway::Desk> trials, uploads;
  std::unique_ptr<ProviderLine> openid;
  std::unique_ptr<gateway::Services> services;
  std::unique_ptr<gateway::Gate> gate;
  std::unique_ptr<OperatorPage> operator_page;
  std::unique_ptr<net::HttpServer> api, operator_listener;
  std::optional<FoundersKeys> founders_keys;
  std::optional<Refusal> ended_by;
  net::TimerId timer = 0;
  bool stopping = false;

  Result<void> open_state();
  Result<void> open_edge();
  Result<void> open_batches(const std::function<void(const Refusal&)>& failed);
  Result<void> restore_quotas();
  Result<void> found();
  Result<void> listen();
  void report_each_second();
  void take_turn();
  void wake_for_timers();
  void fail(const Refusal& refusal);
  void begin_stop();
  void refresh_metrics();
  journal::Place events() const { return {folders.events, "events", 0}; }
};

// Whatever fails for good stops the house: recovery replays, and nobody is told what is not durable.
void House::Parts::fail(const Refusal& refusal) {
  reactor.post([this, refusal] {
    logger.error("app", "failed", {{"outcome", to_token(refusal.outcome)}, {"detail", refusal.detail}});
    if (!ended_by) ended_by = refusal;
    reactor.stop();
  });
}

Result<void> House::Parts::open_state() {
  const std::string kek_file = settings.kek_file.empty() ? folders.kek_file : settings.kek_file;
  MOHUR_TRY(journal::posix_files().make_folder(settings.data_folder));
  MOHUR_TRY(journal::posix_files().make_folder(folders.vault));
  // Only a vault without keys may be given a new one: to any other it would be the wrong one.
  const bool is_new = std::filesystem::is_empty(folders.vault);
  MOHUR_TRY_SET(kek,
                vault::load_key_encryption_key(kek_file, is_new ? vault::IfAbsent::create : vault::IfAbsent::refuse, random));
  MOHUR_TRY_SET(opened_vault, vault::Vault::open(folders.vault, kek, vault_random));
  vault = std::move(opened_vault);
  MOHUR_TRY_SET(opened_documents, vault::SealedFiles::open(folders.documents, *vault));
  documents.emplace(std::move(opened_documents));
  MOHUR_TRY_SET(opened_journal, journal::Journal::open(events(), {.segment_size = settings.segment_bytes}));
  journal = std::move(opened_journal);
  if (const auto& cut = journal->cut())
    logger.warn("journal", "interrupted_write_cut", {{"position", cut->position.value}, {"bytes", cut->bytes}});
  const store::Options options{
      .folder = folders.state, .overlay_bytes = settings.overlay_bytes, .block_cache_bytes = settings.block_cache_bytes};
  auto opened = store::Store::open(options, engine::table_specs());
  if (!opened && (opened.error().outcome == Outcome::data_damaged || opened.error().outcome == Outcome::state_conflict)) {
    logger.warn("store", "rebuilt_from_journal", {{"detail", opened.error().detail}});
    MOHUR_TRY(store::Store::discard(options.folder));
    opened = store::Store::open(options, engine::table_specs());
  }
  if (!opened) return std::unexpected(std::move(opened).error());
  store = std::move(*opened);
  if (const std::uint64_t end = journal->watermark()->position().value; store->position() > end)
    return refuse(Outcome::data_damaged, {},
                  "The journal in " + folders.events + " ends at position " + std::to_string(end) + ", but the state in " +
                      folders.state + " reflects position " + std::to_string(store->position()) +
                      ": events that were durable are gone. Restore the journal from a backup.");
  archive = std::make_unique<engine::Archive>(*store, events(), journal->watermark());
  flusher = std::make_unique<engine::ThreadFlusher>(*journal, vault.get());
  shard = std::make_unique<engine::Shard>(
      *journal, *store, *flusher, clock, random, [this](std::function<void()> work) { reactor.post(std::move(work)); },
      [this](const Refusal& refusal) { fail(refusal); },
      engine::ShardOptions{.most_queued = settings.queue_commands, .shelf_entries = settings.shelf_entries});
  MOHUR_TRY(shard->recover(events()));
  MOHUR_TRY(directory.load(*archive, clock.now()));
  tokens.emplace(vault->token_root(), random);
  MOHUR_TRY(staff.load(*archive));
  watch.emplace(*vault, random);
  MOHUR_TRY(watch->load(*archive, events(), clock.now()));
  return policy.load(*archive);
}

Result<void> House::Parts::open_edge() {
  const auto failed = [this](const Refusal& refusal) { fail(refusal); };
  desk = std::make_unique<ShardDesk>(*shard, reactor, [this](const Refusal& refusal) {
    logger.warn("rails", "report_refused", {{"outcome", to_token(refusal.outcome)}, {"detail", refusal.detail}});
  });
  MOHUR_TRY_SET(opened_bank, rails::SandboxBank::open(folders.sandbox_bank, *archive, *vault, clock, bank_random, *desk));
  bank = std::move(opened_bank);
  MOHUR_TRY_SET(opened_dispatcher,
                rails::Dispatcher::open(folders.rails, events(), journal->watermark(), *archive, *vault, *bank, clock, failed));
  dispatcher = std::move(opened_dispatcher);
  const auto disable = [this](const registry::WebhookEndpoint& endpoint) {
    kernel::Command command{.caller = registry::by_system(),
                            .client = endpoint.client,
                            .mode = endpoint.mode,
                            .intent = kernel::SetWebhookEndpoint{endpoint.id, registry::WebhookEndpointStatus::disabled}};
    desk->submit(std::move(command));
  };
  MOHUR_TRY_SET(opened_webhooks, projections::Webhooks::open(
                                     folders.deliveries, events(), journal->watermark(), *archive, *vault, clock, webhook_random,
                                     {.private_targets = settings.private_webhook_targets}, disable, failed));
  webhooks = std::move(opened_webhooks);
  MOHUR_TRY_SET(mail, mail_options(settings));
  MOHUR_TRY_SET(opened_mailer, projections::Mailer::open(
                                   folders.letters, events(), journal->watermark(), *archive, *vault, clock, std::move(mail),
                                   [this](kernel::Command command) { return desk->submit(std::move(command)); }, failed));
  mailer = std::move(opened_mailer);
  MOHUR_TRY_SET(opened_requests, projections::RequestsLog::open(folders.requests, failed));
  requests = std::move(opened_requests);
  MOHUR_TRY(open_batches(failed));
  bell = std::make_unique<Bell>(*dispatcher, *webhooks, *mailer, *batches);
  shard->subscribe(directory);
  shard->subscribe(policy);
  shard->subscribe(staff);
  shard->subscribe(tally);
  shard->subscribe(*watch);
  shard->subscribe(*bell);
  sandbox = std::make_unique<SandboxAdapter>(*bank, *dispatcher);
  deliveries = std::make_unique<DeliveryAdapter>(*webhooks);
  calls = std::make_unique<CallLogAdapter>(*requests);
  batch_rows =
      std::make_unique<BatchAdapter>(*batch_files, *batches, projections::BatchResultSources{*batch_book, *archive, *vault});
  MOHUR_TRY_SET(partners_keys, scanner_keys(settings));
  passwords = std::make_unique<gateway::PasswordDesk>([this](std::function<void()> work) { reactor.post(std::move(work)); });
  MOHUR_TRY_SET(opened_openid, ProviderLine::open(settings, clock, reactor));
  openid = std::move(opened_openid);
  const auto back = [this](gateway::Desk::Tell tell) { reactor.post(std::move(tell)); };
  trials = std::make_unique<gateway::Desk>(back, kMostTrials);
  uploads = std::make_unique<gateway::Desk>(back, kMostUploads, Standing::in_front);
  services = std::make_unique<gateway::Services>(
      gateway::Services{*shard,
                        *archive,
                        *vault,
                        *documents,
                        directory,
                        clock,
                        steady,
                        random,
                        *sandbox,
                        *deliveries,
                        *calls,
                        limiter,
                        guesses,
                        policy,
                        tally,
                        throttling,
                        *watch,
                        *trials,
                        *uploads,
                        *batch_rows,
                        *tokens,
                        {staff, waits, *passwords, openid ? &openid->provider() : nullptr},
                        {.trusted_proxies = settings.trusted_proxies,
                         .session_idle = seconds(static_cast<std::int64_t>(settings.session_idle_s)),
                         .session_lifetime = seconds(static_cast<std::int64_t>(settings.session_lifetime_s)),
                         .policy_notice = days(static_cast<std::int64_t>(settings.policy_notice_days)),
                         .token_lifetime = seconds(static_cast<std::int64_t>(settings.token_lifetime_s)),
                         .scanner_name = settings.scanner_name,
                         .scanner_keys = std::move(partners_keys),
                         .security_contact = settings.security_contact,
                         .security_policy = settings.security_policy,
                         .security_languages = settings.security_languages}});
  gate = std::make_unique<gateway::Gate>(*services);
  return restore_quotas();
}

Result<void> House::Parts::open_batches(const std::function<void(const Refusal&)>& failed) {
  MOHUR_TRY(journal::posix_files().make_folder(folders.batches));
  MOHUR_TRY_SET(files, vault::SealedFiles::open(folders.batches + "/rows", *vault));
  batch_files.emplace(std::move(files));
  MOHUR_TRY_SET(book, projections::BatchBook::open(folders.batches + "/book"));
  batch_book = std::move(book);
  const auto ask = [this](kernel::Command command, engine::Reply reply) {
    reactor.post([this, command = std::move(command), reply = std::move(reply)]() mutable {
      const Result<void> taken = shard->submit(std::move(command), reply);
      if (!taken) reply(std::unexpected(taken.error()));
    });
  };
  MOHUR_TRY_SET(opened, projections::Batches::open({*batch_book, *batch_files, *archive, *vault, clock}, events(),
                                                   journal->watermark(), ask, failed));
  batches = std::move(opened);
  return {};
}

// What was called since this month began, as the log of calls has it.
Result<void> House::Parts::restore_quotas() {
  const Time now = clock.now();
  MOHUR_TRY_SET(days, requests->counted_since(india::day_of(india::start_of_month(india::month_of(now)))));
  for (const auto& each : days)
    if (const gateway::KnownClient* client = directory.find(each.client))
      limiter.quotas_of(gateway::pool_number(client->number, each.mode)).restore(each.day, each.calls, now);
  return {};
}

// Each second, from the first turn on.
void House::Parts::report_each_second() {
  if (stopping) return;
  gate->report();
  reactor.after(seconds(1), [this] { report_each_second(); });
}

// The first start: two people, whose keys are shown once, and the operator's accounts in both books.
Result<void> House::Parts::found() {
  if (shard->state().position != 0) return {};
  kernel::FoundHouse intent;
  std::vector<std::string> keys;
  for (const std::string name : {"First Operator", "Second Operator"}) {
    const crypto::ApiKey key = crypto::make_api_key(crypto::KeyMode::live, crypto::KeyKind::op, random);
    MOHUR_TRY_SET(sealed, vault->seal(vault->create_subject(clock.now()), name, vault::mask_name(name)));
    intent.founders.push_back({std::move(sealed), key.kid, std::string{vault->secret_hash(key.secret).view()},
                               key.secret.substr(key.secret.size() - 4)});
    intent.claims.push_back(engine::kid_claim(*vault, key.kid));
    keys.push_back(crypto::to_text(key));
  }
  Result<void> outcome = refuse(Outcome::internal_error, {}, "The house was not founded.");
  kernel::Command command{.caller = registry::by_system(), .intent = std::move(intent)};
  MOHUR_TRY(shard->submit(std::move(command), [&](const Result<engine::Done>& done) {
    outcome = done ? Result<void>{} : std::unexpected(done.error());
    reactor.stop();
  }));
  reactor.post([] {});  // gives the loop a first turn
  reactor.run();
  if (ended_by) return std::unexpected(*ended_by);
  if (outcome) founders_keys = FoundersKeys{keys[0], keys[1]};
  return outcome;
}

Result<void> House::Parts::listen() {
  MOHUR_TRY_SET(files, load_certificate(settings, folders.tls, clock.now()));
  certificate = std::move(files);
  MOHUR_TRY_SET(client_ca, client_authorities(settings));
  MOHUR_TRY_SET(tls, net::TlsServer::make({.certificate_pem = certificate.certificate_pem,
                                           .key_pem = certificate.key_pem,
                                           .client_ca_pem = std::move(client_ca)}));
  MOHUR_TRY_SET(listening, net::HttpServer::listen(
                               reactor,
                               {.address = settings.address,
                                .port = settings.port,
                                .tls = tls,
                                .limits = {.longest_rest = milliseconds(static_cast<std::int64_t>(settings.longest_rest_ms))},
                                .metrics = &metrics,
                                .logger = &logger},
                               *gate));
  api = std::move(listening);
  operator_page = std::make_unique<OperatorPage>(metrics,
                                                 std::vector<Probe>{{"journal", [this] { return !journal->failed(); }},
                                                                    {"state", [this] { return store->health().has_value(); }},
                                                                    {"serving", [this] { return !stopping; }}},
                                                 [this] { refresh_metrics(); });
  MOHUR_TRY_SET(
      operators,
      net::HttpServer::listen(
          reactor,
          {.address = settings.operator_address, .port = settings.operator_port, .metrics = &metrics, .name = "operator"},
          *operator_page));
  operator_listener = std::move(operators);
  return {};
}

void House::Parts::take_turn() {
  shard->turn();
  wake_for_timers();
}

// The shard wants a turn when its next timer is due, though nothing may come in until then.
void House::Parts::wake_for_timers() {
  const auto due = shard->next_due();
  reactor.cancel(timer);
  if (!due || stopping) return;
  const Duration wait = std::clamp(*due - clock.now(), milliseconds(1), hours(1));
  timer = reactor.after(wait, [] {});  // the turn's end does the rest
}

void House::Parts::refresh_metrics() {
  const engine::ShardStatistics shard_now = shard->statistics();
  const store::Statistics store_now = store->statistics();
  const auto set = [&](std::string_view name, std::string_view help, std::uint64_t value) {
    metrics.gauge(name, help).set(static_cast<std::int64_t>(value));
  };
  set("mohur_engine_commands", "Commands decided since the start.", shard_now.commands);
  set("mohur_engine_refused", "Commands refused since the start.", shard_now.refused);
  set("mohur_engine_events", "Events journaled since the start.", shard_now.events);
  set("mohur_engine_frames", "Frames flushed since the start.", shard_now.frames);
  set("mohur_engine_queued", "Commands that wait for a decision.", shard_now.queued);
  set("mohur_journal_position", "Position of the last durable event.", journal->watermark()->position().value);
  set("mohur_engine_open_objects", "Objects that wait for something.", shard->state().open.size());
  set("mohur_webhooks_lag_events", "Events that webhooks have not read.", webhooks->lag());
  set("mohur_store_overlay_bytes", "State in memory that is not on disk yet.", store_now.overlay_bytes);
  set("mohur_store_disk_bytes", "State on disk.", store_now.disk_bytes);
}

// In flight is answered, what was taken is made durable, and then the loop ends.
void House::Parts::begin_stop() {
  if (stopping) return;
  stopping = true;
  trials->stop();
  uploads->stop();
  api->drain([this] { shard->stop([this] { reactor.stop(); }); });
}

House::House(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
House::~House() = default;

Result<std::unique_ptr<House>> House::open(const Settings& settings, observe::Logger& logger) {
  auto parts = std::make_unique<Parts>(settings, logger);
  Parts* const self = parts.get();
  MOHUR_TRY(parts->open_state());
  MOHUR_TRY(parts->open_edge());
  parts->reactor.at_turn_end([self] { self->take_turn(); });
  MOHUR_TRY(parts->found());
  MOHUR_TRY(parts->listen());
  parts->dispatcher->start();
  parts->webhooks->start();
  parts->mailer->start();
  parts->batches->start();
  return std::unique_ptr<House>{new House{std::move(parts)}};
}

Result<void> House::run() {
  parts_->logger.info("app", "serving", {{"port", port()}, {"position", parts_->shard->state().position}});
  parts_->report_each_second();
  parts_->reactor.run();
  if (parts_->ended_by) return std::unexpected(*parts_->ended_by);
  MOHUR_TRY(parts_->store->checkpoint());
  parts_->logger.info("app", "stopped", {{"position", parts_->shard->state().position}});
  return {};
}

void House::stop() {
  parts_->reactor.post([parts = parts_.get()] { parts->begin_stop(); });
}

std::uint16_t House::port() const { return parts_->api->port(); }
std::uint16_t House::operator_port() const { return parts_->operator_listener->port(); }
const std::string& House::certificate_file() const { return parts_->certificate.certificate_file; }
const std::optional<FoundersKeys>& House::founders_keys() const { return parts_->founders_keys; }

}  // namespace mohur::app
