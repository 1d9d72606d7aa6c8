// Memory for the entries of one overlay: handed out in order, given back all at once to a pool that the next one takes from.
//
// Why      A page that the kernel gives for the first time costs microseconds, more than all else that storing an entry
//          costs. Two overlays alternate, so that the chunks of the one that was written out serve the next.
// Threads  An Arena belongs to one overlay and is guarded as that is; the pool may be used by any thread.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace mohur::store {

using Chunk = std::unique_ptr<char[]>;

class ChunkPool {
 public:
  static constexpr std::size_t chunk_bytes = std::size_t{1} << 20;

  // Keeps at most `keep_bytes` of unused chunks; more are freed.
  explicit ChunkPool(std::size_t keep_bytes) : keep_(keep_bytes / chunk_bytes + 1) {}

  Chunk take();
  void give_back(std::vector<Chunk> chunks);

 private:
  const std::size_t keep_;
  std::mutex mutex_;
  std::vector<Chunk> unused_;
};

class Arena {
 public:
  explicit Arena(std::shared_ptr<ChunkPool> pool) : pool_(std::move(pool)) {}
  ~Arena() { pool_->give_back(std::move(chunks_)); }
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // Aligned for a pointer. What is larger than a chunk gets an allocation of its own.
  char* allocate(std::size_t bytes);

  // Takes back the newest allocation, which was of `bytes` bytes.
  void forget(std::size_t bytes);

  // Bytes held, the unused end of the newest chunk left out.
  std::size_t bytes() const { return held_ - static_cast<std::size_t>(end_ - at_); }

 private:
  std::shared_ptr<ChunkPool> pool_;
  std::vector<Chunk> chunks_;
  std::vector<Chunk> large_;
  char* at_ = nullptr;
  char* end_ = nullptr;
  std::size_t held_ = 0;
};

}  // namespace mohur::store
