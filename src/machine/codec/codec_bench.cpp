// Nanoseconds of CPU time per call of each way through the codec, on the sample types: median and best of many short rounds.
#include <algorithm>
#include <cstdio>
#include <ctime>

#include "codec/binary.hpp"
#include "codec/card_number.hpp"
#include "codec/json_in.hpp"
#include "codec/json_out.hpp"
#include "codec/sample.hpp"

namespace mohur::codec {
namespace {

// Makes the compiler believe that the value is looked at.
template <class T>
void keep(const T& value) {
  asm volatile("" : : "g"(&value) : "memory");
}

double cpu_ns() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

template <class F>
void measure(const char* name, std::size_t bytes, F&& call) {
  constexpr int kRounds = 101;
  constexpr int kCalls = 2'000;
  std::array<double, kRounds> ns{};
  for (double& round : ns) {
    const double start = cpu_ns();
    for (int i = 0; i < kCalls; ++i) call();
    round = (cpu_ns() - start) / kCalls;
  }
  std::sort(ns.begin(), ns.end());
  std::printf("%-34s %5zu bytes %8.1f ns (best %.1f)\n", name, bytes, ns[kRounds / 2], ns[0]);
}

sample::Order make_order() {
  sample::Order order;
  order.id = {{0x019ab1c2d3e4f501ULL, 0x1122334455667788ULL}};
  order.shop = {{0x019ab1c2d3e4f502ULL, 0x8877665544332211ULL}};
  order.created_at = {1'795'329'000'123'456'789};
  order.updated_at = order.created_at + seconds(3);
  order.sequence = 3;
  order.status = sample::OrderStatus::paid;
  order.amount = {12'500'00};
  order.fee = {590};
  order.plate = sample::Plate::parse("KA01AB12");
  order.payer = Sealed{{{1, 2}}, std::string(44, 'x'), "••••1234"};
  order.metadata = SealedNotes{{{1, 2}}, std::string(60, 'y')};
  order.remark = "Two chairs, one table.";
  order.same_as = {1, 2};
  return order;
}

// Ten fields, one of them an object and one the caller's notes.
constexpr std::string_view kBody =
    R"({"amount": 1250000, "currency": "INR", "shop": "shop_01kap3dq5c9y8rt7zq4mwxv2ne", "destination": {"account_number": "KA01AB12", )"
    R"("holder": "Asha Rao Enterprises Pvt Ltd, Bengaluru"}, "status": "placed", "ship_at": "2026-11-22T06:30:00.000Z", )"
    R"("metadata": {"order_no": "A-2026-000417", "channel": "web"}, "express": true, "priority": 3, "patience_ms": 60000})";

void run() {
  const sample::Order order = make_order();
  std::string bytes;
  encode(order, bytes);
  std::string out;
  measure("encode", bytes.size(), [&] {
    out.clear();
    encode(order, out);
    keep(out);
  });
  sample::Order back;
  measure("decode", bytes.size(), [&] { keep(decode(bytes, back)); });

  MaskingRevealer masking;
  std::string json;
  write_json(order, json, masking);
  measure("write_json", json.size(), [&] {
    out.clear();
    write_json(order, out, masking);
    keep(out);
  });

  std::string padded{kBody};
  padded.reserve(padded.size() + kJsonPadding);
  measure("read_json, padded", kBody.size(), [&] { keep(read_json<sample::OrderInput>(PaddedBody{padded})); });
  measure("read_json, copied", kBody.size(), [&] { keep(read_json<sample::OrderInput>(kBody)); });
  measure("  of which scan", kBody.size(), [&] { keep(scan_padded(padded)); });

  const std::string_view fields[] = {"account_number", "utr"};
  measure("contains_card_number", kBody.size(), [&] { keep(contains_card_number(kBody, fields)); });
}

}  // namespace
}  // namespace mohur::codec

int main() { mohur::codec::run(); }
