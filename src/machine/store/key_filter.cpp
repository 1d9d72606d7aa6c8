#include "store/key_filter.hpp"

#include <algorithm>
#include <cstring>

#include "store/overlay.hpp"

namespace mohur::store {
namespace {

constexpr std::uint64_t kKeysInALine = 32;  // 16 bits each
constexpr int kBits = 7;

// Each bit is nine bits of the hash: a word of the line, and a bit of the word.
template <class F>
bool each_bit(std::uint64_t hash, F&& f) {
  std::uint64_t bits = hash * 0x9e37'79b9'7f4a'7c15;  // the hash itself has chosen the line
  bits ^= bits >> 32;
  for (int i = 0; i < kBits; ++i, bits >>= 9)
    if (!f(bits >> 6 & 7, std::uint64_t{1} << (bits & 63))) return false;
  return true;
}

// Part of the format: a filter is asked by the program that comes after the one that made it.
std::uint64_t hash_of(std::string_view key) { return KeyHash{}(key); }

}  // namespace

KeyFilter::Slice::Slice(std::uint64_t capacity)
    : capacity_(capacity),
      lines_(std::make_unique<Line[]>(capacity / kKeysInALine)),
      line_count_(static_cast<std::size_t>(capacity / kKeysInALine)) {}

std::size_t KeyFilter::Slice::line_of(std::uint64_t hash) const {
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::size_t>(Wide{hash} * line_count_ >> 64);
}

void KeyFilter::Slice::add(std::uint64_t hash) {
  Line& line = lines_[line_of(hash)];
  each_bit(hash, [&](std::size_t word, std::uint64_t bit) {
    line.words[word].store(line.words[word].load(std::memory_order_relaxed) | bit, std::memory_order_relaxed);
    return true;
  });
  ++keys_;
}

bool KeyFilter::Slice::may_hold(std::uint64_t hash) const {
  const Line& line = lines_[line_of(hash)];
  return each_bit(
      hash, [&](std::size_t word, std::uint64_t bit) { return (line.words[word].load(std::memory_order_relaxed) & bit) != 0; });
}

// How many keys it has, and then its words, in the order of bytes of the machine.
std::string KeyFilter::Slice::to_bytes() const {
  std::string bytes(sizeof keys_ + line_count_ * sizeof(Line), '\0');
  std::memcpy(bytes.data(), &keys_, sizeof keys_);
  char* at = bytes.data() + sizeof keys_;
  for (std::size_t line = 0; line < line_count_; ++line)
    for (const auto& word : lines_[line].words) {
      const std::uint64_t value = word.load(std::memory_order_relaxed);
      std::memcpy(at, &value, sizeof value);
      at += sizeof value;
    }
  return bytes;
}

bool KeyFilter::Slice::set(std::string_view bytes) {
  if (bytes.size() != sizeof keys_ + line_count_ * sizeof(Line)) return false;
  std::memcpy(&keys_, bytes.data(), sizeof keys_);
  const char* at = bytes.data() + sizeof keys_;
  for (std::size_t line = 0; line < line_count_; ++line)
    for (auto& word : lines_[line].words) {
      std::uint64_t value = 0;
      std::memcpy(&value, at, sizeof value);
      word.store(value, std::memory_order_relaxed);
      at += sizeof value;
    }
  return true;
}

// 16 thousand keys, then four times as many each, up to four million.
std::uint64_t KeyFilter::capacity_of(std::size_t slice) { return std::uint64_t{1} << std::min<std::size_t>(14 + 2 * slice, 22); }

void KeyFilter::add(std::string_view key) {
  std::size_t count = count_.load(std::memory_order_relaxed);
  if (count == 0 || (slices_[count - 1]->is_full() && count < kMostSlices)) {
    slices_[count] = std::make_unique<Slice>(capacity_of(count));
    count_.store(++count, std::memory_order_release);
  }
  slices_[count - 1]->add(hash_of(key));
}

bool KeyFilter::may_hold(std::string_view key) const {
  const std::size_t count = count_.load(std::memory_order_acquire);
  const std::uint64_t hash = hash_of(key);
  for (std::size_t i = 0; i < count; ++i) slices_[i]->prefetch(hash);
  for (std::size_t i = count; i > 0; --i)
    if (slices_[i - 1]->may_hold(hash)) return true;
  return false;
}

bool KeyFilter::restore(std::string_view bytes) {
  const std::size_t count = count_.load(std::memory_order_relaxed);
  if (count == kMostSlices) return false;
  slices_[count] = std::make_unique<Slice>(capacity_of(count));
  if (!slices_[count]->set(bytes)) return false;
  count_.store(count + 1, std::memory_order_release);
  first_changed_ = count;
  return true;
}

}  // namespace mohur::store
