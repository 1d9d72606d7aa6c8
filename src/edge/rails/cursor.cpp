#include "rails/cursor.hpp"

#include <optional>

#include "crypto/sha256.hpp"
#include "journal/little_endian.hpp"

namespace mohur::rails {
namespace {

constexpr std::string_view kMagic = "mohurcur";
constexpr std::size_t kContentSize = 32;
constexpr std::size_t kSlotSize = 4096;

struct Slot {
  std::uint64_t number = 0;
  InHand in_hand;
};

std::string to_bytes(const Slot& slot) {
  std::string bytes{kMagic};
  bytes.resize(kContentSize);
  journal::put(bytes.data() + 8, slot.number);
  journal::put(bytes.data() + 16, slot.in_hand.first.value);
  journal::put(bytes.data() + 24, slot.in_hand.last.value);
  bytes += crypto::sha256(bytes).view();
  bytes.resize(kSlotSize);
  return bytes;
}

std::optional<Slot> from_bytes(std::string_view bytes) {
  if (bytes.size() != kSlotSize || !bytes.starts_with(kMagic)) return std::nullopt;
  if (bytes.substr(kContentSize, 32) != crypto::sha256(bytes.substr(0, kContentSize)).view()) return std::nullopt;
  return Slot{journal::get<std::uint64_t>(bytes, 8),
              {{journal::get<std::uint64_t>(bytes, 16)}, {journal::get<std::uint64_t>(bytes, 24)}}};
}

// A file appears under its name only when it is whole.
Result<void> make(const std::string& folder, const InHand& at_first, journal::FileLayer& files) {
  MOHUR_TRY(files.make_folder(folder));
  const std::string unfinished = folder + "/cursor.new";
  {
    MOHUR_TRY_SET(file, files.open(unfinished, journal::OpenMode::create_new));
    MOHUR_TRY(journal::write_all(*file, to_bytes({1, at_first}), 0));
    MOHUR_TRY(journal::write_zeros(*file, kSlotSize, kSlotSize));
    MOHUR_TRY(file->flush());
  }
  MOHUR_TRY(files.rename(unfinished, folder + "/cursor"));
  return files.sync_folder(folder);
}

}  // namespace

Result<Cursor> Cursor::open(const std::string& folder, const InHand& at_first, journal::FileLayer& files) {
  const std::string path = folder + "/cursor";
  auto file = files.open(path, journal::OpenMode::write);
  if (!file && file.error().outcome == Outcome::not_found) {
    MOHUR_TRY(make(folder, at_first, files));
    file = files.open(path, journal::OpenMode::write);
  }
  if (!file) return std::unexpected(std::move(file).error());
  Cursor cursor{std::move(*file)};
  MOHUR_TRY(cursor.read());
  if (cursor.number_ == 0) return refuse(Outcome::data_damaged, {}, path + " holds no valid slot.");
  return cursor;
}

Result<void> Cursor::read() {
  std::string bytes;
  for (const std::uint64_t offset : {std::uint64_t{0}, std::uint64_t{kSlotSize}}) {
    MOHUR_TRY(journal::read_into(*file_, bytes, offset, kSlotSize));
    const auto slot = from_bytes(bytes);
    if (!slot || slot->number <= number_) continue;
    number_ = slot->number;
    noted_ = slot->in_hand;
  }
  return {};
}

Result<void> Cursor::note(const InHand& in_hand) {
  const Slot slot{number_ + 1, in_hand};
  MOHUR_TRY(journal::write_all(*file_, to_bytes(slot), (slot.number - 1) % 2 * kSlotSize));
  MOHUR_TRY(file_->flush());
  number_ = slot.number;
  noted_ = in_hand;
  return {};
}

}  // namespace mohur::rails
