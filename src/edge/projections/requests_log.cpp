#include "projections/requests_log.hpp"

#include <pthread.h>

#include "codec/binary.hpp"
#include "engine/archive.hpp"

namespace mohur::projections {
namespace {

constexpr std::size_t kMostBuffered = 65'536;
constexpr store::TableNumber kByClient = 1;
constexpr store::TableSpec kTables[] = {{kByClient, "requests_by_client", true, 0, store::KeyOrder::scattered}};

std::string prefix_of(registry::ClientId client, Mode mode) {
  std::string key = client.value.to_bytes();
  key += static_cast<char>(mode);
  return key;
}

// What is read of a record to list it: its other fields are passed over.
struct RecordHead {
  registry::ClientId client;
  Mode mode = Mode::test;
  MOHUR_DESCRIBE(RecordHead, (4, client), (5, mode))
};

// One row a record: client 16, mode 1, position 8 -> nothing.
Result<void> fold(std::uint64_t, std::uint64_t position, std::string_view bytes, store::Batch& rows) {
  RecordHead record;
  if (!codec::decode(bytes, record))
    return refuse(Outcome::data_damaged, {}, "The request at position " + std::to_string(position) + " cannot be read.");
  std::string key = prefix_of(record.client, record.mode);
  engine::append_u64(key, position);
  rows.put(kByClient, key, {});
  return {};
}

}  // namespace

RequestsLog::RequestsLog(std::unique_ptr<Journaled> log, std::function<void(const Refusal&)> failed)
    : log_(std::move(log)), failed_(std::move(failed)), thread_([this] { run(); }) {}

Result<std::unique_ptr<RequestsLog>> RequestsLog::open(const std::string& folder, std::function<void(const Refusal&)> failed) {
  MOHUR_TRY_SET(log, Journaled::open(folder, "requests", kTables, fold));
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
  while (true) {
    {
      std::unique_lock hold{mutex_};
      filled_.wait(hold, [this] { return stopping_ || !buffer_.empty(); });
      if (buffer_.empty()) return;
      // A short wait lets a group form; stopping ends it at once.
      filled_.wait_for(hold, std::chrono::milliseconds{5}, [this] { return stopping_; });
      std::swap(taken, buffer_);
    }
    encoded.clear();
    for (const RequestRecord& record : taken) codec::encode(record, encoded.emplace_back());
    taken.clear();
    if (const auto appended = log_->append(encoded); !appended) return failed_(appended.error());
  }
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

Result<RequestRecord> RequestsLog::read(std::uint64_t position) {
  MOHUR_TRY_SET(bytes, log_->record(position));
  RequestRecord record;
  if (!codec::decode(bytes, record))
    return refuse(Outcome::data_damaged, {}, "The request at position " + std::to_string(position) + " cannot be read.");
  return record;
}

}  // namespace mohur::projections
