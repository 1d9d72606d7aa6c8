#include "store/arena.hpp"

#include <utility>

namespace mohur::store {
namespace {

constexpr std::size_t aligned(std::size_t bytes) { return (bytes + alignof(void*) - 1) & ~(alignof(void*) - 1); }

}  // namespace

Chunk ChunkPool::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!unused_.empty()) {
      Chunk chunk = std::move(unused_.back());
      unused_.pop_back();
      return chunk;
    }
  }
  return std::make_unique_for_overwrite<char[]>(chunk_bytes);
}

void ChunkPool::give_back(std::vector<Chunk> chunks) {
  const std::lock_guard lock(mutex_);
  while (!chunks.empty() && unused_.size() < keep_) {
    unused_.push_back(std::move(chunks.back()));
    chunks.pop_back();
  }
}

char* Arena::allocate(std::size_t bytes) {
  bytes = aligned(bytes);
  if (bytes > ChunkPool::chunk_bytes) {
    held_ += bytes;
    return large_.emplace_back(std::make_unique_for_overwrite<char[]>(bytes)).get();
  }
  if (static_cast<std::size_t>(end_ - at_) < bytes) {
    at_ = chunks_.emplace_back(pool_->take()).get();
    end_ = at_ + ChunkPool::chunk_bytes;
    held_ += ChunkPool::chunk_bytes;
  }
  return std::exchange(at_, at_ + bytes);
}

void Arena::forget(std::size_t bytes) {
  bytes = aligned(bytes);
  if (bytes > ChunkPool::chunk_bytes) {
    held_ -= bytes;
    large_.pop_back();
  } else {
    at_ -= bytes;
  }
}

}  // namespace mohur::store
