// Tells for nearly every key that a table does not hold it, without a look at the disk.
//
// Slices   The filter grows with the table: a full slice is left as it is, and a larger one begun, of at most four million
//          keys. A key may be held when one of the slices says so.
// Memory   2 bytes for each key, and up to 8 MiB for those to come.
// Errs     A full slice lets one absent key in a thousand through, and a look asks all slices: of 10 million keys there are
//          7, which let 0.6 % through; of 100 million 28, which let 2.7 % through.
// Line     A key has seven bits in one line of 64 bytes: a look is one place of memory for each slice.
// Threads  One thread adds; any may ask meanwhile. A key is sure to be seen by who has synchronised with its adder since:
//          in the store, by its mutex.
// Kept     Slices are records beside the tables (docs/formats/store.md), so that opening a store need not read its keys.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mohur::store {

class KeyFilter {
 public:
  void add(std::string_view key);
  bool may_hold(std::string_view key) const;

  // Ask ahead of time for the memory that add(), or may_hold(), will look at.
  void prefetch_to_add(std::string_view key) const;
  void prefetch_to_look(std::string_view key) const;

  // Calls `f(slice, is_last, bytes)` for each slice that is not as the last call gave it, lowest first. Only the last slice of a
  // filter changes; the first call gives it even when it is empty.
  template <class F>
  void for_each_changed(F&& f) {
    if (count_.load(std::memory_order_relaxed) == 0) begin_slice();
    if (!std::exchange(has_changed_, false)) return;
    const std::size_t last = count_.load(std::memory_order_relaxed) - 1;
    for (; first_changed_ < last; ++first_changed_) f(first_changed_, false, slices_[first_changed_]->to_bytes());
    f(last, true, slices_[last]->to_bytes());
  }

  // Which slice the bytes are, so how many full ones come before it. Errors: nothing when they are no slice's.
  static std::optional<std::size_t> slice_of(std::string_view bytes);

  // Takes the next slice back, as it was given. Errors: false when the bytes are not those of that slice, or follow on one that
  // is not full.
  bool restore(std::string_view bytes);

 private:
  class Slice {
   public:
    explicit Slice(std::size_t number);
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

    const std::size_t number_;
    const std::uint64_t capacity_;  // keys
    const std::size_t line_count_;
    std::uint64_t keys_ = 0;
    std::unique_ptr<Line[]> lines_;
  };
  static constexpr std::size_t kMostSlices = 256;  // a thousand million keys; what comes after that shares the last slice
  void begin_slice();

  std::array<std::unique_ptr<Slice>, kMostSlices> slices_;
  std::atomic<std::size_t> count_ = 0;
  std::size_t first_changed_ = 0;
  bool has_changed_ = false;
};

}  // namespace mohur::store
