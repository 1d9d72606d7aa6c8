#include "projections/requests_log.hpp"

#include <pthread.h>

#include "base/india.hpp"
#include "codec/binary.hpp"
#include "engine/archive.hpp"

namespace mohur::projections {
namespace {

constexpr std::size_t kMostBuffered = 65'536;
constexpr store::TableNumber kByClient = 1;
constexpr store::TableNumber kCallsByDay = 2;
constexpr store::TableNumber kById = 3;
constexpr store::TableSpec kTables[] = {{kByClient, "requests_by_client", true, 0, store::KeyOrder::scattered},
                                        {kCallsByDay, "calls_by_day", false, 0, store::KeyOrder::scattered},
                                        {kById, "requests_by_id", false, 10, store::KeyOrder::by_time}};
constexpr std::chrono::seconds kSumsEvery{1};

std::string prefix_of(registry::ClientId client, Mode mode) {
  std::string key = client.value.to_bytes();
  key += static_cast<char>(mode);
  return key;
}

// What is read of a record to fold it: its other fields are passed over.
struct RecordHead {
  Time at;
  registry::ClientId client;
  Mode mode = Mode::test;
  registry::RequestId id;
  bool counted = false;
  MOHUR_DESCRIBE(RecordHead, (1, at), (4, client), (5, mode), (6, id), (18, counted))
};

std::string day_key(std::int64_t day, registry::ClientId client, Mode mode) {
  std::string key;
  engine::append_u32(key, static_cast<std::uint32_t>(day));
  return key + prefix_of(client, mode);
}

// Counts calls by day: day 4, client 16, mode 1 -> calls 8. What it counted lately it remembers: its frame is not in the
// tables yet.
class DayCounts {
 public:
  Result<void> add(const RecordHead& record, const store::Store& tables, store::Batch& rows) {
    const std::int64_t day = india::day_of(record.at);
    if (std::exchange(day_, day) != day && counts_.size() > kMostRemembered) counts_.clear();
    const std::string key = day_key(day, record.client, record.mode);
    const auto [count, is_new] = counts_.try_emplace(key);
    if (is_new) {
      MOHUR_TRY_SET(kept, tables.get(kCallsByDay, key));
      if (kept) count->second = engine::read_big_endian(*kept);
    }
    std::string value;
    engine::append_u64(value, ++count->second);
    rows.put(kCallsByDay, key, value);
    return {};
  }

 private:
  static constexpr std::size_t kMostRemembered = 100'000;
  boost::unordered_flat_map<std::string, std::uint64_t> counts_;
  std::int64_t day_ = 0;
};

// Of each record client 16, mode 1, position 8 -> nothing; id 16 -> position 8; and the count of its client's day.
Result<void> fold(DayCounts& counts, std::uint64_t position, std::string_view bytes, const store::Store& tables,
                  store::Batch& rows) {
  RecordHead record;
  if (!codec::decode(bytes, record))
    return refuse(Outcome::data_damaged, {}, "The request at position " + std::to_string(position) + " cannot be read.");
  std::string key = prefix_of(record.client, record.mode);
  engine::append_u64(key, position);
  rows.put(kByClient, key, {});
  std::string value;
  engine::append_u64(value, position);
  rows.put(kById, record.id.value.to_bytes(), value);
  return record.counted ? counts.add(record, tables, rows) : Result<void>{};
}

}  // namespace

RequestsLog::RequestsLog(std::unique_ptr<Journaled> log, std::function<void(const Refusal&)> failed)
    : log_(std::move(log)), failed_(std::move(failed)), thread_([this] { run(); }) {}

Result<std::unique_ptr<RequestsLog>> RequestsLog::open(const std::string& folder, std::function<void(const Refusal&)> failed) {
  const auto counts = std::make_shared<DayCounts>();
  const auto folded = [counts](std::uint64_t, std::uint64_t position, std::string_view bytes, const store::Store& tables,
                               store::Batch& rows) { return fold(*counts, position, bytes, tables, rows); };
  MOHUR_TRY_SET(log, Journaled::open(folder, "requests", kTables, folded));
  return std::unique_ptr<RequestsLog>{new RequestsLog{std::move(log), std::move(failed)}};
}

RequestsLog::~RequestsLog() {
  {
    const std::lock_guard hold{mutex_};
    stopping_ = true;
  }
  filled_.notify_one();
  thread_.join();
}

Result<void> RequestsLog::append(RequestRecord record) {
  bool was_empty = false;
  {
    const std::lock_guard hold{mutex_};
    if (floods_.absorb(record)) return {};
    if (buffer_.size() >= kMostBuffered) return refuse(Outcome::overloaded, {}, "The requests log cannot keep up.");
    was_empty = buffer_.empty();
    buffer_.push_back(std::move(record));
  }
  if (was_empty) filled_.notify_one();
  return {};
}

void RequestsLog::run() {
  pthread_setname_np(pthread_self(), "requests");
  std::vector<RequestRecord> taken;
  std::vector<std::string> encoded;
  while (take(taken)) {
    encoded.clear();
    for (const RequestRecord& record : taken) codec::encode(record, encoded.emplace_back());
    taken.clear();
    if (const auto appended = log_->append(encoded); !appended) return failed_(appended.error());
  }
}

bool RequestsLog::take(std::vector<RequestRecord>& taken) {
  std::unique_lock hold{mutex_};
  const auto has_records = [this] { return stopping_ || !buffer_.empty(); };
  // While a flood goes on its sums are written each second; a flood alone wakes nobody.
  filled_.wait_for(hold, kSumsEvery, has_records);
  // A short wait lets a group form; stopping ends it at once.
  if (!buffer_.empty()) filled_.wait_for(hold, std::chrono::milliseconds{5}, [this] { return stopping_; });
  std::swap(taken, buffer_);
  if (!stopping_) {
    floods_.take_due(steady_.now(), taken);
    return true;
  }
  floods_.take_all(taken);
  return !taken.empty();
}

Result<std::vector<RequestsLog::DayOfCalls>> RequestsLog::counted_since(std::int64_t first) const {
  std::vector<DayOfCalls> days;
  std::string from;
  engine::append_u32(from, static_cast<std::uint32_t>(first));
  MOHUR_TRY(log_->tables().scan(kCallsByDay, from, std::string(32, '\xff'), store::Direction::forward,
                                [&](std::string_view key, std::string_view value) {
                                  days.push_back({static_cast<std::int64_t>(engine::read_big_endian(key.substr(0, 4))),
                                                  registry::ClientId{*Key128::from_bytes(key.substr(4, 16))},
                                                  static_cast<Mode>(key[20]), engine::read_big_endian(value)});
                                  return true;
                                }));
  return days;
}

Result<RequestsLog::Page> RequestsLog::list(registry::ClientId client, Mode mode, std::optional<std::uint64_t> from,
                                            std::size_t limit, const std::function<bool(const RequestRecord&)>& wanted) {
  const std::string prefix = prefix_of(client, mode);
  std::string last = prefix;
  engine::append_u64(last, from ? *from + 1 : ~std::uint64_t{0});
  Page page;
  std::size_t looked_at = 0;
  Result<void> outcome;
  MOHUR_TRY(log_->tables().scan(kByClient, prefix, last, store::Direction::backward, [&](std::string_view key, std::string_view) {
    const std::uint64_t position = engine::read_big_endian(key.substr(prefix.size()));
    Result<RequestRecord> record = read(position);
    if (!record) {
      outcome = std::unexpected(std::move(record).error());
      return false;
    }
    const bool is_wanted = !wanted || wanted(*record);
    if ((is_wanted && page.items.size() == limit) || looked_at == std::max(engine::kMostLookedAt, limit)) {
      page.next = position;
      return false;
    }
    looked_at += 1;
    if (is_wanted) page.items.push_back(std::move(*record));
    return true;
  }));
  MOHUR_TRY(outcome);
  return page;
}

Result<RequestRecord> RequestsLog::get(registry::RequestId id) {
  MOHUR_TRY_SET(position, log_->tables().get(kById, id.value.to_bytes()));
  if (!position) return refuse(Outcome::not_found, "id");
  return read(engine::read_big_endian(*position));
}

Result<RequestRecord> RequestsLog::read(std::uint64_t position) {
  MOHUR_TRY_SET(bytes, log_->record(position));
  RequestRecord record;
  if (!codec::decode(bytes, record))
    return refuse(Outcome::data_damaged, {}, "The request at position " + std::to_string(position) + " cannot be read.");
  return record;
}

}  // namespace mohur::projections
