#include "projections/requests_log.hpp"

#include "base/india.hpp"
#include "base/thread.hpp"
#include "codec/binary.hpp"
#include "engine/archive.hpp"

namespace mohur::projections {
namespace {

constexpr std::size_t kMostBuffered = 65'536;
constexpr store::TableNumber kByClient = 1;
constexpr store::TableNumber kCallsByDay = 2;
constexpr store::TableNumber kById = 3;
constexpr store::TableNumber kRefusals = 4;
constexpr store::TableSpec kTables[] = {{kByClient, "requests_by_client", true, 0, store::KeyOrder::scattered},
                                        {kCallsByDay, "calls_by_day", false, 0, store::KeyOrder::scattered},
                                        {kById, "requests_by_id", false, 10, store::KeyOrder::by_time},
                                        {kRefusals, "refusals_by_clause", true, 0, store::KeyOrder::scattered}};
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
  std::string clause;
  std::uint64_t calls = 1;
  bool counted = false;
  MOHUR_DESCRIBE(RecordHead, (1, at), (4, client), (5, mode), (6, id), (13, clause), (16, calls), (18, counted))
};

// Refusals by client and clause: client 16, clause -> how many, 8. A zero client stands for everybody. What a frame has counted
// is kept until it ends, since the tables do not show it before.
class RefusalCounts {
 public:
  Result<void> count(const Journaled::Folded& folded, registry::ClientId client, const RecordHead& record, store::Batch& rows) {
    if (folded.first_position != frame_) counted_.clear();
    frame_ = folded.first_position;
    std::string key = client.value.to_bytes();
    key += record.clause;
    const auto [entry, is_new] = counted_.try_emplace(key, 0);
    if (is_new) {
      MOHUR_TRY_SET(before, folded.tables.get(kRefusals, key));
      if (before) entry->second = engine::read_big_endian(*before);
    }
    std::string value;
    engine::append_u64(value, entry->second += record.calls);
    rows.put(kRefusals, key, value);
    return {};
  }

 private:
  std::uint64_t frame_ = 0;
  std::map<std::string, std::uint64_t> counted_;
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

struct Counts {
  RefusalCounts refusals;
  DayCounts days;
};

// Of each record client 16, mode 1, position 8 -> nothing; id 16 -> position 8; and the counts that it belongs to.
Result<void> fold(const Journaled::Folded& folded, Counts& counts, store::Batch& rows) {
  RecordHead record;
  if (!codec::decode(folded.record, record))
    return refuse(Outcome::data_damaged, {}, "The request at position " + std::to_string(folded.position) + " cannot be read.");
  std::string key = prefix_of(record.client, record.mode);
  engine::append_u64(key, folded.position);
  rows.put(kByClient, key, {});
  std::string value;
  engine::append_u64(value, folded.position);
  rows.put(kById, record.id.value.to_bytes(), value);
  if (record.counted) MOHUR_TRY(counts.days.add(record, folded.tables, rows));
  if (record.clause.empty()) return {};
  if (!record.client.is_zero()) MOHUR_TRY(counts.refusals.count(folded, record.client, record, rows));
  return counts.refusals.count(folded, {}, record, rows);
}

}  // namespace

RequestsLog::RequestsLog(std::unique_ptr<Journaled> log, std::function<void(const Refusal&)> failed)
    : log_(std::move(log)), failed_(std::move(failed)), thread_([this] { run(); }) {}

Result<std::unique_ptr<RequestsLog>> RequestsLog::open(const std::string& folder, std::function<void(const Refusal&)> failed) {
  const auto fold_record = [counts = std::make_shared<Counts>()](const Journaled::Folded& folded, store::Batch& rows) {
    return fold(folded, *counts, rows);
  };
  MOHUR_TRY_SET(log, Journaled::open(folder, "requests", kTables, fold_record));
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
  begin_thread("requests", Standing::in_front);
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

Result<std::map<std::string, std::uint64_t>> RequestsLog::refusals_by_clause(registry::ClientId client) {
  const std::string from = client.value.to_bytes();
  std::map<std::string, std::uint64_t> counts;
  MOHUR_TRY(log_->tables().scan(kRefusals, from, from + '\xff', store::Direction::forward,
                                [&](std::string_view key, std::string_view value) {
                                  counts.emplace(key.substr(from.size()), engine::read_big_endian(value));
                                  return true;
                                }));
  return counts;
}

Result<RequestRecord> RequestsLog::read(std::uint64_t position) {
  MOHUR_TRY_SET(bytes, log_->record(position));
  RequestRecord record;
  if (!codec::decode(bytes, record))
    return refuse(Outcome::data_damaged, {}, "The request at position " + std::to_string(position) + " cannot be read.");
  return record;
}

}  // namespace mohur::projections
