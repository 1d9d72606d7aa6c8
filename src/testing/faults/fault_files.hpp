// A disk in memory that fails when told to, and that forgets what was not flushed when its power goes.
//
// Model    Bytes written wait in a cache, sector by sector (512 bytes), until the file is flushed; names wait until their folder
//          is. At a power loss each waiting sector keeps its old content, or any of those it was given since; of the
//          waiting changes of names a first part, of any length, is kept. The seed decides. A flush that failed loses what it
//          should have written: a later one that succeeds does not bring it back.
// Threads  Any thread may call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "journal/files.hpp"

namespace mohur::faults {

enum class Call : std::uint8_t { open, read, write, flush, preallocate, rename, remove, sync_folder };

struct Fault {
  Call call;
  std::uint64_t nth = 1;  // from now on: 1 is the next call of this kind
  Outcome outcome = Outcome::io_failed;
  bool lasting = false;  // true: all later calls of this kind fail as well, until heal()
};

class FaultFiles : public journal::FileLayer {
 public:
  FaultFiles();
  ~FaultFiles() override;

  void fail(const Fault& fault);
  void heal();
  // 0 takes the limit away.
  void write_at_most(std::size_t bytes);

  // The power goes in the middle of the n-th changing call from now on: it and all others fail until lose_power().
  void power_off_at(std::uint64_t nth_change);
  // Every open file and lock is dead from here on; the disk holds what the seed left of it, and works again.
  void lose_power(std::uint64_t seed);
  // The same for a process that is killed: nothing that was written is lost.
  void kill_process();
  // Calls so far that change something: all but open for reading, and read.
  std::uint64_t changes() const;

  // To look at the disk and to damage it.
  std::vector<std::string> paths() const;
  std::string content(const std::string& path) const;
  void set_content(const std::string& path, std::string bytes);

  Result<std::unique_ptr<journal::File>> open(const std::string& path, journal::OpenMode mode) override;
  Result<void> rename(const std::string& from, const std::string& to) override;
  Result<void> remove(const std::string& path) override;
  Result<std::vector<std::string>> list(const std::string& folder) override;
  Result<void> make_folder(const std::string& folder) override;
  Result<void> sync_folder(const std::string& folder) override;
  Result<std::unique_ptr<journal::FolderLock>> lock(const std::string& folder) override;

 private:
  struct Node;
  struct NameChange;
  class OpenFile;
  class HeldLock;
  using Names = std::map<std::string, std::shared_ptr<Node>>;

  // Whether a call of this kind may go on; counts it.
  Result<void> admit(Call call, std::uint64_t life);
  bool power_is_off() const { return power_off_at_ != 0 && changes_ >= power_off_at_; }
  void change_name(NameChange change);
  void restart();

  mutable std::mutex mutex_;
  Names names_;
  Names durable_names_;
  std::vector<NameChange> waiting_;
  std::set<std::string> locked_;
  std::vector<Fault> faults_;
  std::size_t write_limit_ = 0;
  std::uint64_t life_ = 0;  // counts restarts: what was opened in an earlier life is dead
  std::uint64_t changes_ = 0;
  std::uint64_t power_off_at_ = 0;  // the value of changes_ at which the power goes; 0: never
};

}  // namespace mohur::faults
