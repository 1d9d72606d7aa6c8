// Described types that use every kind of field: what the tests, the benchmark and the fuzzer of this room work on.
#pragma once

#include "base/sealed.hpp"
#include "codec/notes.hpp"
#include "money/money.hpp"

#include "base/text.hpp"
#include "base/time.hpp"

#include <variant>
#include <vector>

namespace mohur::codec::sample {

using OrderId = Id<"order">;
using ShopId = Id<"shop">;

MOHUR_ENUM(OrderStatus, (1, placed), (2, paid), (7, sent_back))

struct PlateRule {
  static constexpr std::string_view name = "plate";
  static constexpr std::size_t min = 2, max = 8;
  static constexpr std::string_view pattern = "^[A-Z0-9]{2,8}$";
  static constexpr bool valid(std::string_view text) {
    for (const char c : text)
      if (!is_upper(c) && !is_digit(c)) return false;
    return true;
  }
};
using Plate = Text<PlateRule>;

struct Line {
  std::string label;
  Amount amount;
  std::optional<std::uint32_t> count;

  bool operator==(const Line&) const = default;
  MOHUR_DESCRIBE(Line, (1, label), (2, amount, "Minor units."), (3, count))
};

struct Paid {
  Time at;
  bool operator==(const Paid&) const = default;
  MOHUR_DESCRIBE(Paid, (1, at))
};
struct SentBack {
  std::string reason;
  bool operator==(const SentBack&) const = default;
  MOHUR_DESCRIBE(SentBack, (1, reason, "In the shop's words."))
};

// About as large as a payout.
struct Order {
  static constexpr std::string_view object_name = "order";

  OrderId id;
  ShopId shop;
  Time created_at;
  Time updated_at;
  std::uint32_t sequence = 0;
  OrderStatus status = OrderStatus::placed;
  Amount amount;
  Currency currency = Currency::INR;
  Amount fee;
  std::optional<Plate> plate;
  std::optional<Sealed> payer;
  std::optional<SealedNotes> metadata;
  std::string remark;
  std::optional<Time> paid_at;
  Key128 same_as;

  bool operator==(const Order&) const = default;
  MOHUR_DESCRIBE(Order, (1, id), (2, shop), (3, created_at), (4, updated_at), (5, sequence, "Grows by one with each change."),
                 (6, status), (7, amount, "Minor units: paise for INR."), (8, currency), (9, fee), (10, plate), (11, payer),
                 (12, metadata), (13, remark), (14, paid_at), (15, same_as, internal))
};

// Every kind of field once.
struct Everything {
  bool truth = false;
  std::uint8_t u8 = 7;
  std::uint16_t u16 = 0;
  std::uint32_t u32 = 0;
  std::uint64_t u64 = 0;
  std::int8_t i8 = 0;
  std::int16_t i16 = 0;
  std::int32_t i32 = 0;
  std::int64_t i64 = 0;
  Amount amount;
  Time time;
  Duration duration;
  Key128 key;
  OrderId id;
  std::string bytes;
  Plate plate;
  OrderStatus status = OrderStatus::paid;
  Line line;
  std::vector<Line> lines;
  std::vector<std::int32_t> numbers;
  std::vector<Time> times;
  std::vector<OrderStatus> statuses;
  std::vector<std::string> names;
  std::vector<OrderId> ids;
  std::optional<bool> maybe_truth;
  std::optional<Amount> maybe_amount;
  std::optional<std::string> maybe_bytes;
  std::optional<Line> maybe_line;
  std::optional<OrderStatus> maybe_status;
  std::variant<std::monostate, Paid, SentBack> outcome;
  std::uint64_t far = 0;

  bool operator==(const Everything&) const = default;
  MOHUR_DESCRIBE(Everything, (1, truth), (2, u8), (3, u16), (4, u32), (5, u64), (6, i8), (7, i16), (8, i32), (9, i64),
                 (10, amount), (11, time), (12, duration), (13, key), (14, id), (15, bytes), (16, plate), (17, status),
                 (18, line), (19, lines), (20, numbers), (21, times), (22, statuses), (23, names), (24, ids), (25, maybe_truth),
                 (26, maybe_amount), (27, maybe_bytes), (28, maybe_line), (29, maybe_status), (30, outcome, "What became of it."),
                 (3000, far))
};

// What a caller sends.
struct Destination {
  Plate account_number;
  std::optional<std::string> holder;
  bool operator==(const Destination&) const = default;
  MOHUR_DESCRIBE(Destination, (1, account_number), (2, holder))
};
struct OrderInput {
  Amount amount;
  Currency currency = Currency::INR;
  ShopId shop;
  Destination destination;
  std::optional<std::vector<Line>> items;
  std::optional<OrderStatus> status;
  std::optional<Time> ship_at;
  std::optional<Notes> metadata;
  std::optional<bool> express;
  std::optional<std::uint8_t> priority;
  std::optional<Duration> patience_ms;
  std::optional<Key128> same_as;
  std::string hidden;
  bool operator==(const OrderInput&) const = default;
  MOHUR_DESCRIBE(OrderInput, (1, amount, "Minor units: paise for INR."), (2, currency), (3, shop, "The shop that sells."),
                 (4, destination), (5, items), (6, status), (7, ship_at), (8, metadata), (9, express), (10, priority),
                 (11, patience_ms), (12, same_as), (13, hidden, internal))
};

}  // namespace mohur::codec::sample
