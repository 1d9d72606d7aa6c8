// The bytes of a slice, which docs/formats/store.md explains:
//
//   slice  = number keys line*        one line for 32 keys of its size
//   number = 8 bytes                  how many slices come before it
//   keys   = 8 bytes                  how many were added
//   line   = word word word word word word word word, of 8 bytes
//
//   Numbers and words are least significant byte first. A key's seven bits in the line that its hash chooses:
//
//   hash   = mix(a ^ b * G)           for a key of 16 bytes, which are two numbers a and b
//          = mix(FNV-1a of the key)   for any other, of 64 bits
//   mix(x) = x ^= x >> 33, x *= 0xff51afd7ed558ccd, x ^= x >> 33, x *= 0xc4ceb9fe1a85ec53, x ^= x >> 33
//   line   = hash * lines >> 64
//   bits   = x ^ x >> 32, where x = hash * G; the lowest nine are the first bit, the next nine the second, and so on: six for
//            the bit of a word, and then three for the word
//   G      = 0x9e3779b97f4a7c15
#include "store/key_filter.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace mohur::store {
namespace {

static_assert(std::endian::native == std::endian::little, "words of a slice are copied as they are");

constexpr std::uint64_t kKeysInALine = 32;  // 16 bits each
constexpr int kBits = 7;
constexpr std::uint64_t kGolden = 0x9e37'79b9'7f4a'7c15;
constexpr std::size_t kHeadSize = 16;  // number and keys

std::uint64_t number_at(std::string_view bytes, std::size_t offset) {
  std::uint64_t number = 0;
  std::memcpy(&number, bytes.data() + offset, sizeof number);
  return number;
}

// The end of MurmurHash3: each bit of what is hashed changes half of those of the hash.
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ x >> 33) * 0xff51'afd7'ed55'8ccd;
  x = (x ^ x >> 33) * 0xc4ce'b9fe'1a85'ec53;
  return x ^ x >> 33;
}

std::uint64_t fnv_1a(std::string_view key) {
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325;
  for (const char byte : key) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100'0000'01b3;
  return hash;
}

// Part of the format, and so of no other room: a filter is asked by the program that comes after the one that made it.
std::uint64_t hash_of(std::string_view key) {
  return key.size() == 16 ? mix(number_at(key, 0) ^ number_at(key, 8) * kGolden) : mix(fnv_1a(key));
}

// 16 thousand keys, then four times as many each, up to four million: the last slice is written with each ingest.
std::uint64_t capacity_of(std::size_t slice) { return std::uint64_t{1} << std::min<std::size_t>(14 + 2 * slice, 22); }

template <class F>
bool each_bit(std::uint64_t hash, F&& f) {
  std::uint64_t bits = hash * kGolden;  // the hash itself has chosen the line
  bits ^= bits >> 32;
  for (int i = 0; i < kBits; ++i, bits >>= 9)
    if (!f(bits >> 6 & 7, std::uint64_t{1} << (bits & 63))) return false;
  return true;
}

}  // namespace

KeyFilter::Slice::Slice(std::size_t number)
    : number_(number),
      capacity_(capacity_of(number)),
      line_count_(static_cast<std::size_t>(capacity_ / kKeysInALine)),
      lines_(std::make_unique<Line[]>(line_count_)) {}

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

std::string KeyFilter::Slice::to_bytes() const {
  std::string bytes(kHeadSize + line_count_ * sizeof(Line), '\0');
  char* at = bytes.data();
  const auto put = [&at](std::uint64_t value) {
    std::memcpy(at, &value, sizeof value);
    at += sizeof value;
  };
  put(number_);
  put(keys_);
  for (std::size_t line = 0; line < line_count_; ++line)
    for (const auto& word : lines_[line].words) put(word.load(std::memory_order_relaxed));
  return bytes;
}

bool KeyFilter::Slice::set(std::string_view bytes) {
  if (bytes.size() != kHeadSize + line_count_ * sizeof(Line)) return false;
  keys_ = number_at(bytes, 8);
  std::size_t at = kHeadSize;
  for (std::size_t line = 0; line < line_count_; ++line)
    for (auto& word : lines_[line].words) {
      word.store(number_at(bytes, at), std::memory_order_relaxed);
      at += sizeof(std::uint64_t);
    }
  return true;
}

void KeyFilter::begin_slice() {
  const std::size_t count = count_.load(std::memory_order_relaxed);
  slices_[count] = std::make_unique<Slice>(count);
  count_.store(count + 1, std::memory_order_release);
  has_changed_ = true;
}

void KeyFilter::add(std::string_view key) {
  const std::size_t count = count_.load(std::memory_order_relaxed);
  if (count == 0 || (slices_[count - 1]->is_full() && count < kMostSlices)) begin_slice();
  slices_[count_.load(std::memory_order_relaxed) - 1]->add(hash_of(key));
  has_changed_ = true;
}

void KeyFilter::prefetch_to_add(std::string_view key) const {
  const std::size_t count = count_.load(std::memory_order_relaxed);
  if (count > 0) slices_[count - 1]->prefetch(hash_of(key));
}

void KeyFilter::prefetch_to_look(std::string_view key) const {
  const std::size_t count = count_.load(std::memory_order_acquire);
  const std::uint64_t hash = hash_of(key);
  for (std::size_t i = 0; i < count; ++i) slices_[i]->prefetch(hash);
}

bool KeyFilter::may_hold(std::string_view key) const {
  const std::size_t count = count_.load(std::memory_order_acquire);
  const std::uint64_t hash = hash_of(key);
  prefetch_to_look(key);
  for (std::size_t i = count; i > 0; --i)
    if (slices_[i - 1]->may_hold(hash)) return true;
  return false;
}

std::optional<std::size_t> KeyFilter::slice_of(std::string_view bytes) {
  if (bytes.size() < kHeadSize || number_at(bytes, 0) >= kMostSlices) return std::nullopt;
  return static_cast<std::size_t>(number_at(bytes, 0));
}

bool KeyFilter::restore(std::string_view bytes) {
  const std::size_t count = count_.load(std::memory_order_relaxed);
  if (slice_of(bytes) != count || (count > 0 && !slices_[count - 1]->is_full())) return false;
  auto slice = std::make_unique<Slice>(count);
  if (!slice->set(bytes)) return false;
  slices_[count] = std::move(slice);
  first_changed_ = count;
  count_.store(count + 1, std::memory_order_release);
  return true;
}

}  // namespace mohur::store
