#include "faults/fault_files.hpp"

#include <algorithm>
#include <optional>
#include <random>
#include <utility>

namespace mohur::faults {
namespace {

constexpr std::uint64_t sector_size = 512;

// One of 0 to n - 1.
std::size_t pick(std::mt19937_64& random, std::size_t n) { return static_cast<std::size_t>(random() % n); }

}  // namespace

struct FaultFiles::Node {
  std::string bytes;  // as every process sees them
  std::uint64_t durable_size = 0;
  // By sector: the durable content, then all that it was given since, but for the last, which stands in `bytes`.
  std::map<std::uint64_t, std::vector<std::string>> waiting;
  // By sector: the durable content, where a flush failed.
  std::map<std::uint64_t, std::string> lost;

  std::string sector(std::uint64_t index) const {
    const std::uint64_t at = index * sector_size;
    std::string content = at < bytes.size() ? bytes.substr(at, sector_size) : std::string{};
    content.resize(sector_size, '\0');
    return content;
  }

  void write(std::string_view what, std::uint64_t offset) {
    for (std::uint64_t index = offset / sector_size; index * sector_size < offset + what.size(); ++index)
      waiting[index].push_back(sector(index));
    bytes.resize(std::max<std::size_t>(bytes.size(), offset + what.size()), '\0');
    std::ranges::copy(what, bytes.begin() + static_cast<std::ptrdiff_t>(offset));
  }

  void flush() {
    for (const auto& [index, versions] : waiting) lost.erase(index);
    waiting.clear();
    durable_size = bytes.size();
  }

  void fail_flush() {
    for (auto& [index, versions] : waiting) lost.try_emplace(index, std::move(versions.front()));
    waiting.clear();
  }

  void put_sector(std::uint64_t index, const std::string& content) {
    const std::uint64_t at = index * sector_size;
    if (at < bytes.size()) bytes.replace(at, std::min(sector_size, bytes.size() - at), content, 0, bytes.size() - at);
  }

  void lose_power(std::mt19937_64& random) {
    for (auto& [index, versions] : waiting) {
      const std::size_t kept = pick(random, versions.size() + 1);
      if (kept < versions.size()) put_sector(index, versions[kept]);
    }
    for (const auto& [index, content] : lost) put_sector(index, content);
    if (pick(random, 2) == 0) bytes.resize(durable_size, '\0');
    waiting.clear();
    lost.clear();
    durable_size = bytes.size();
  }
};

// A name that gets a file, or loses it where there is none; a rename is both at once.
struct FaultFiles::NameChange {
  std::string from;  // loses its file; empty: none
  std::string to;    // gets the file; empty: none
  std::shared_ptr<Node> node;

  void apply(Names& names) const {
    if (!from.empty()) names.erase(from);
    if (!to.empty()) names[to] = node;
  }
};

class FaultFiles::OpenFile : public journal::File {
 public:
  OpenFile(FaultFiles& disk, std::shared_ptr<Node> node) : disk_(disk), node_(std::move(node)), life_(disk.life_) {}

  Result<std::size_t> pread(char* into, std::size_t size, std::uint64_t offset) override {
    const std::lock_guard hold{disk_.mutex_};
    MOHUR_TRY(disk_.admit(Call::read, life_));
    if (offset >= node_->bytes.size()) return std::size_t{0};
    return node_->bytes.copy(into, size, offset);
  }

  Result<std::size_t> pwrite(std::string_view bytes, std::uint64_t offset) override {
    const std::lock_guard hold{disk_.mutex_};
    if (disk_.write_limit_ > 0) bytes = bytes.substr(0, disk_.write_limit_);
    const auto admitted = disk_.admit(Call::write, life_);
    // A power loss catches this write on its way to the disk; any other failure keeps it away.
    if (admitted || (life_ == disk_.life_ && disk_.changes_ == disk_.power_off_at_)) node_->write(bytes, offset);
    if (!admitted) return std::unexpected(admitted.error());
    return bytes.size();
  }

  Result<void> flush() override {
    const std::lock_guard hold{disk_.mutex_};
    const auto admitted = disk_.admit(Call::flush, life_);
    if (admitted)
      node_->flush();
    else if (life_ == disk_.life_ && !disk_.power_is_off())
      node_->fail_flush();
    return admitted;
  }

  Result<void> preallocate(std::uint64_t size) override {
    const std::lock_guard hold{disk_.mutex_};
    MOHUR_TRY(disk_.admit(Call::preallocate, life_));
    node_->bytes.resize(std::max<std::size_t>(node_->bytes.size(), size), '\0');
    return {};
  }

  Result<std::uint64_t> size() override {
    const std::lock_guard hold{disk_.mutex_};
    return node_->bytes.size();
  }

 private:
  FaultFiles& disk_;
  const std::shared_ptr<Node> node_;
  const std::uint64_t life_;
};

class FaultFiles::HeldLock : public journal::FolderLock {
 public:
  HeldLock(FaultFiles& disk, std::string folder) : disk_(disk), folder_(std::move(folder)), life_(disk.life_) {}

  ~HeldLock() override {
    const std::lock_guard hold{disk_.mutex_};
    if (life_ == disk_.life_) disk_.locked_.erase(folder_);
  }

 private:
  FaultFiles& disk_;
  const std::string folder_;
  const std::uint64_t life_;
};

FaultFiles::FaultFiles() = default;
FaultFiles::~FaultFiles() = default;

void FaultFiles::fail(const Fault& fault) {
  const std::lock_guard hold{mutex_};
  faults_.push_back(fault);
}

void FaultFiles::heal() {
  const std::lock_guard hold{mutex_};
  faults_.clear();
}

void FaultFiles::write_at_most(std::size_t bytes) {
  const std::lock_guard hold{mutex_};
  write_limit_ = bytes;
}

void FaultFiles::power_off_at(std::uint64_t nth_change) {
  const std::lock_guard hold{mutex_};
  power_off_at_ = changes_ + nth_change;
}

void FaultFiles::lose_power(std::uint64_t seed) {
  const std::lock_guard hold{mutex_};
  std::mt19937_64 random{seed};
  const std::size_t kept = pick(random, waiting_.size() + 1);
  for (std::size_t i = 0; i < kept; ++i) waiting_[i].apply(durable_names_);
  names_ = durable_names_;
  waiting_.clear();
  for (const auto& [path, node] : names_) node->lose_power(random);
  restart();
}

void FaultFiles::kill_process() {
  const std::lock_guard hold{mutex_};
  restart();
}

void FaultFiles::restart() {
  ++life_;
  locked_.clear();
  power_off_at_ = 0;
}

std::uint64_t FaultFiles::changes() const {
  const std::lock_guard hold{mutex_};
  return changes_;
}

std::vector<std::string> FaultFiles::paths() const {
  const std::lock_guard hold{mutex_};
  std::vector<std::string> paths;
  for (const auto& [path, node] : names_) paths.push_back(path);
  return paths;
}

std::string FaultFiles::content(const std::string& path) const {
  const std::lock_guard hold{mutex_};
  return names_.at(path)->bytes;
}

void FaultFiles::set_content(const std::string& path, std::string bytes) {
  const std::lock_guard hold{mutex_};
  auto& node = names_[path];
  if (!node) node = std::make_shared<Node>();
  node->durable_size = bytes.size();
  node->bytes = std::move(bytes);
  durable_names_[path] = node;
}

Result<void> FaultFiles::admit(Call call, std::uint64_t life) {
  if (life != life_) return refuse(Outcome::io_failed, {}, "the process that opened this is gone");
  if (call != Call::read) ++changes_;
  if (power_is_off()) return refuse(Outcome::io_failed, {}, "the power is off");
  std::optional<Outcome> failure;
  for (Fault& fault : faults_) {
    if (fault.call != call) continue;
    if (fault.nth > 1) {
      --fault.nth;
    } else if (fault.nth == 1) {
      failure = fault.outcome;
      if (!fault.lasting) fault.nth = 0;
    }
  }
  if (failure) return refuse(*failure, {}, "a fault that the test asked for");
  return {};
}

void FaultFiles::change_name(NameChange change) {
  change.apply(names_);
  waiting_.push_back(std::move(change));
}

Result<std::unique_ptr<journal::File>> FaultFiles::open(const std::string& path, journal::OpenMode mode) {
  const std::lock_guard hold{mutex_};
  MOHUR_TRY(admit(mode == journal::OpenMode::create_new ? Call::open : Call::read, life_));
  if (mode == journal::OpenMode::create_new) change_name({{}, path, std::make_shared<Node>()});
  const auto found = names_.find(path);
  if (found == names_.end()) return refuse(Outcome::not_found, {}, "open " + path);
  return std::make_unique<OpenFile>(*this, found->second);
}

Result<void> FaultFiles::rename(const std::string& from, const std::string& to) {
  const std::lock_guard hold{mutex_};
  MOHUR_TRY(admit(Call::rename, life_));
  const auto found = names_.find(from);
  if (found == names_.end()) return refuse(Outcome::not_found, {}, "rename " + from);
  change_name({from, to, found->second});
  return {};
}

Result<void> FaultFiles::remove(const std::string& path) {
  const std::lock_guard hold{mutex_};
  MOHUR_TRY(admit(Call::remove, life_));
  if (names_.contains(path)) change_name({path, {}, nullptr});
  return {};
}

Result<std::vector<std::string>> FaultFiles::list(const std::string& folder) {
  const std::lock_guard hold{mutex_};
  MOHUR_TRY(admit(Call::read, life_));
  std::vector<std::string> names;
  for (const auto& [path, node] : names_)
    if (path.starts_with(folder + '/')) names.push_back(path.substr(folder.size() + 1));
  return names;
}

Result<void> FaultFiles::make_folder(const std::string&) { return {}; }

Result<void> FaultFiles::sync_folder(const std::string&) {
  const std::lock_guard hold{mutex_};
  MOHUR_TRY(admit(Call::sync_folder, life_));
  durable_names_ = names_;
  waiting_.clear();
  return {};
}

Result<std::unique_ptr<journal::FolderLock>> FaultFiles::lock(const std::string& folder) {
  const std::lock_guard hold{mutex_};
  MOHUR_TRY(admit(Call::read, life_));
  if (!locked_.insert(folder).second) return refuse(Outcome::state_conflict, {}, folder + " is in use");
  return std::make_unique<HeldLock>(*this, folder);
}

}  // namespace mohur::faults
