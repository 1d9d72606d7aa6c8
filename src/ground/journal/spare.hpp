// Keeps one file full of zeros ready to become the next segment, so that going on to it costs no pause.
//
// Errors   storage_full, io_failed: the file could not be made. Nothing is lost by that; the next ensure() tries again.
// Threads  With `in_background`, a thread of its own makes the file; else ensure() does. Any thread may call.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/result.hpp"
#include "journal/files.hpp"

namespace mohur::journal {

class Spare {
 public:
  // A file of that name which an earlier process left is replaced: nobody knows whether its zeros are durable.
  Spare(FileLayer& files, std::string path, std::uint64_t size, bool in_background);
  ~Spare();

  // Begins to make the file and does not wait; does nothing without `in_background`.
  void start();
  // Waits until the file is there, or says why it is not.
  Result<void> ensure();
  // The file, which must be there and must be renamed before the next start(). Its size and zeros are durable.
  std::unique_ptr<File> take();

  const std::string& path() const { return path_; }
  std::uint64_t size() const { return size_; }

 private:
  Result<std::unique_ptr<File>> make();
  void run();

  FileLayer& files_;
  const std::string path_;
  const std::uint64_t size_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::unique_ptr<File> ready_;
  Refusal refusal_{};  // of the last try
  bool wanted_ = false;
  bool stopping_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace mohur::journal
