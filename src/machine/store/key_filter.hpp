// Tells for nearly every key that a table does not hold it, without a look at the disk.
//
// Slices   The filter grows with the table: a full slice is left as it is, and a larger one begun. A key may be held when one
//          of them says so. A slice takes 2 bytes a key, and errs for about one absent key in a thousand when it is full.
// Line     A key has seven bits in one line of 64 bytes: a look is one place of memory for each slice.
// Threads  One thread adds; any may ask meanwhile. A key that was added before somebody asks is seen.
// Kept     Slices are records beside the tables (docs/formats/store.md), so that opening a store need not read its keys.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace mohur::store {

class KeyFilter {
 public:
  void add(std::string_view key);
  bool may_hold(std::string_view key) const;

  // Calls `f(slice, bytes)` for each slice that changed since the last call, lowest first.
  template <class F>
  void for_each_changed(F&& f) {
    const std::size_t count = count_.load(std::memory_order_relaxed);
    for (std::size_t i = first_changed_; i < count; ++i) f(i, slices_[i]->to_bytes());
    first_changed_ = count == 0 ? 0 : count - 1;
  }

  // Takes the next slice back, as it was given. Errors: false when the bytes are not those of that slice.
  bool restore(std::string_view bytes);

 private:
  class Slice {
   public:
    explicit Slice(std::uint64_t capacity);
    bool is_full() const { return keys_ >= capacity_; }
    void add(std::uint64_t hash);
    bool may_hold(std::uint64_t hash) const;
    void prefetch(std::uint64_t hash) const { __builtin_prefetch(&lines_[line_of(hash)]); }
    std::string to_bytes() const;
    bool set(std::string_view bytes);

   private:
    struct alignas(64) Line {
      std::array<std::atomic<std::uint64_t>, 8> words{};
    };
    std::size_t line_of(std::uint64_t hash) const;

    const std::uint64_t capacity_;
    std::uint64_t keys_ = 0;
    std::unique_ptr<Line[]> lines_;
    std::size_t line_count_;
  };
  static constexpr std::size_t kMostSlices = 256;  // a thousand million keys; what comes after that shares the last slice
  static std::uint64_t capacity_of(std::size_t slice);

  std::array<std::unique_ptr<Slice>, kMostSlices> slices_;
  std::atomic<std::size_t> count_ = 0;
  std::size_t first_changed_ = 0;
};

}  // namespace mohur::store
