#include "journal/spare.hpp"

#include <utility>

#include "base/assert.hpp"
#include "base/thread.hpp"

namespace mohur::journal {

Spare::Spare(FileLayer& files, std::string path, std::uint64_t size, bool in_background)
    : files_(files), path_(std::move(path)), size_(size) {
  if (in_background) thread_ = std::thread{[this] { run(); }};
}

Spare::~Spare() {
  {
    const std::lock_guard hold{mutex_};
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Spare::start() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard hold{mutex_};
    wanted_ = ready_ == nullptr;
  }
  changed_.notify_all();
}

Result<void> Spare::ensure() {
  start();
  std::unique_lock hold{mutex_};
  if (ready_) return {};
  if (!thread_.joinable()) {
    MOHUR_TRY_SET(made, make());
    ready_ = std::move(made);
    return {};
  }
  changed_.wait(hold, [this] { return !wanted_; });
  if (!ready_) return std::unexpected(refusal_);
  return {};
}

std::unique_ptr<File> Spare::take() {
  const std::lock_guard hold{mutex_};
  MOHUR_ASSERT(ready_ != nullptr);
  return std::exchange(ready_, nullptr);
}

// Claims the room first, so that a full disk says so at once; then writes the zeros, since the first write into room that
// was only claimed costs the flush of a frame up to twice its time.
Result<std::unique_ptr<File>> Spare::make() {
  const auto fill = [this]() -> Result<std::unique_ptr<File>> {
    MOHUR_TRY_SET(file, files_.open(path_, OpenMode::create_new));
    MOHUR_TRY(file->preallocate(size_));
    MOHUR_TRY(write_zeros(*file, 0, size_));
    MOHUR_TRY(file->flush());
    return file;
  };
  auto made = fill();
  // A file whose flush failed must not be used again; whether it can be removed changes nothing.
  if (!made) (void)files_.remove(path_);
  return made;
}

void Spare::run() {
  begin_thread("spare", Standing::behind);
  std::unique_lock hold{mutex_};
  while (true) {
    changed_.wait(hold, [this] { return stopping_ || wanted_; });
    if (stopping_) return;
    hold.unlock();
    auto made = make();
    hold.lock();
    if (made)
      ready_ = std::move(*made);
    else
      refusal_ = std::move(made).error();
    wanted_ = false;
    changed_.notify_all();
  }
}

}  // namespace mohur::journal
