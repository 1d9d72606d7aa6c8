#include "codec/binary.hpp"

#include <gtest/gtest.h>

#include "codec/sample.hpp"
#include "codec/sample_random.hpp"

namespace mohur::codec {

struct Nest {
  std::vector<Nest> inner;
  MOHUR_DESCRIBE(Nest, (1, inner))
};

namespace {

using sample::Everything;
using sample::Line;
using sample::Order;

template <class T>
std::string bytes_of(const T& value) {
  std::string out;
  encode(value, out);
  return out;
}

std::string hex(std::string_view bytes) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    out += kHex[static_cast<unsigned char>(c) >> 4];
    out += kHex[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

// Spaces are for the reader.
std::string from_hex(std::string_view text) {
  std::string out;
  int high = -1;
  for (const char c : text) {
    if (c == ' ') continue;
    const int digit = c <= '9' ? c - '0' : c - 'a' + 10;
    if (high < 0)
      high = digit;
    else
      out += static_cast<char>(high * 16 + digit), high = -1;
  }
  return out;
}

// These bytes are on disk somewhere: they must never change. docs/formats/records.md explains the first.
TEST(Binary, PinsTheBytesOfALine) { EXPECT_EQ(hex(bytes_of(Line{"Chair", {125'000}, 2})), "0a0543686169721090a10f1802"); }

TEST(Binary, PinsTheBytesOfAnOrder) {
  Order order;
  order.id = {{0x019ab1c2d3e4f501ULL, 0x1122334455667788ULL}};
  order.shop = {{0, 1}};
  order.created_at = {1'795'329'000'123'456'789};
  order.sequence = 300;
  order.status = sample::OrderStatus::sent_back;
  order.amount = {125'000};
  order.fee = {-590};
  order.plate = sample::Plate::parse("KA01");
  order.payer = Sealed{{{1, 2}}, "box", "••34"};
  order.metadata = SealedNotes{};
  order.paid_at = Time{};
  order.same_as = {0, 0xff};
  EXPECT_EQ(hex(bytes_of(order)),
            "0a10019ab1c2d3e4f5011122334455667788"                                    // id
            "121000000000000000000000000000000001"                                    // shop
            "1915dd50ab364aea18"                                                      // created_at
            "28ac02"                                                                  // sequence
            "3007"                                                                    // status
            "3890a10f"                                                                // amount
            "4001"                                                                    // currency
            "489b09"                                                                  // fee
            "52044b413031"                                                            // plate
            "5a210a10000000000000000100000000000000021203626f781a08e280a2e280a23334"  // payer
            "6200"                                                                    // metadata: there, and empty
            "710000000000000000"                                                      // paid_at: there, and zero
            "7a10000000000000000000000000000000ff");                                  // same_as
  Order back;
  ASSERT_TRUE(decode(bytes_of(order), back));
  EXPECT_EQ(back, order);
}

TEST(Binary, DoesNotWriteZerosUnlessAnOptionalHoldsThem) {
  Everything zero = {};
  ASSERT_TRUE(decode("", zero));
  EXPECT_EQ(bytes_of(zero), "");
  zero.maybe_truth = false;
  zero.maybe_line = Line{};
  zero.outcome = sample::SentBack{};
  EXPECT_EQ(hex(bytes_of(zero)),
            "c80100"
            "e20100"
            "fa0100");
}

TEST(Binary, ReadsWhatWasNotWrittenAsZeroWhateverTheInitializer) {
  Everything value;
  ASSERT_EQ(value.u8, 7);
  ASSERT_TRUE(decode("", value));
  EXPECT_EQ(value.u8, 0);
  EXPECT_EQ(value.status, sample::OrderStatus{});
}

TEST(Binary, GivesBackEveryRandomRecordAndTheSameBytesAgain) {
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
    const auto value = sample::random_value<Everything>(seed);
    const std::string bytes = bytes_of(value);
    auto back = sample::random_value<Everything>(seed + 7);
    ASSERT_TRUE(decode(bytes, back)) << "seed " << seed;
    ASSERT_EQ(back, value) << "seed " << seed;
    ASSERT_EQ(bytes_of(back), bytes) << "seed " << seed;
  }
}

TEST(Binary, AppendsToWhatIsThereAlready) {
  std::string out(100, 'x');
  encode(Line{"Chair", {}, {}}, out);
  EXPECT_EQ(out, std::string(100, 'x') + from_hex("0a05 4368616972"));
}

TEST(Binary, PassesOverFieldsThatItDoesNotKnow) {
  Line line;
  ASSERT_TRUE(decode(
      from_hex("20 ffffffffffffffffff01  1802  29 0102030405060708  32 03 616263  3d 01020304  0a 01 41  c0bb01 09"), line));
  EXPECT_EQ(line, (Line{"A", {}, 2}));
}

TEST(Binary, ReadsScalarsPackedAndOneByOneAndMergesPiecesOfAMessage) {
  Everything value;
  ASSERT_TRUE(decode(from_hex("a001 02  a201 02 0406  a001 08"), value));
  EXPECT_EQ(value.numbers, (std::vector<std::int32_t>{1, 2, 3, 4}));
  ASSERT_TRUE(decode(from_hex("9201 03 0a0141  9201 02 1004  9201 03 0a0142"), value));
  EXPECT_EQ(value.line, (Line{"B", {2}, {}}));
  ASSERT_TRUE(decode(from_hex("f201 00  fa01 03 0a0141"), value));
  EXPECT_EQ(std::get<sample::SentBack>(value.outcome).reason, "A");
  ASSERT_TRUE(decode(from_hex("fa01 03 0a0141  fa01 00"), value));
  EXPECT_EQ(std::get<sample::SentBack>(value.outcome).reason, "A");
}

TEST(Binary, RefusesBytesThatNoWriterMade) {
  const struct {
    const char* hex;
    const char* why;
  } rows[] = {
      {"08", "a tag without its value"},
      {"80", "half a tag"},
      {"00 00", "field number 0"},
      {"08 02", "bool other than 0 or 1"},
      {"10 8002", "256 in a uint8"},
      {"18 808004", "65536 in a uint16"},
      {"20 8080808010", "2^32 in a uint32"},
      {"28 ffffffffffffffffff02", "more than 64 bits"},
      {"28 8080808080808080808000", "a varint of eleven bytes"},
      {"30 8002", "128 in an int8"},
      {"40 8080808010", "2^31 in an int32"},
      {"0d 00000000", "a bool as fixed32"},
      {"0a 01 01", "a bool as bytes"},
      {"58 01", "a time as varint"},
      {"59 00000000000000", "seven bytes of a time"},
      {"6a 0f 000000000000000000000000000000", "a key of 15 bytes"},
      {"6a 00", "a key of no bytes"},
      {"7a 05 61", "bytes that end early"},
      {"7a ffffffffffffffffff01", "a length beyond memory"},
      {"78 01", "bytes as varint"},
      {"8801 03", "an unknown enumerator"},
      {"8801 8702", "an enumerator beyond a byte"},
      {"9201 02 0a05", "a message whose field ends early"},
      {"a201 01 80", "a packed list that ends within a number"},
      {"aa01 07 00000000000000", "a packed list of times that ends within one"},
      {"a101 0000000000000000", "numbers as fixed64"},
      {"9b01", "a group"},
      {"fb01", "a group in a known place"},
      {"f001 01", "an alternative that is no message"},
      {"c3bb01", "an unknown group"},
      {"c7bb01", "wire type 7"},
      {"b8ffffff1f 01", "a field number beyond protobuf's"},
  };
  for (const auto& row : rows) {
    Everything value;
    EXPECT_FALSE(decode(from_hex(row.hex), value)) << row.why;
  }
}

TEST(Binary, RefusesRecordsNestedBeyondTheLimit) {
  std::string bytes;
  for (int depth = 1; depth <= 40; ++depth) {
    Nest nest;
    EXPECT_EQ(decode(bytes, nest), depth <= 32) << depth;
    std::string outer = "\x0a";
    outer += static_cast<char>(bytes.size());
    bytes = outer + bytes;
  }
}

TEST(Binary, StaysWithinItsBytesWhereverTheyAreCutOrChanged) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const std::string bytes = bytes_of(sample::random_value<Everything>(seed));
    sample::Dice dice{seed};
    Everything value;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const std::vector<char> cut(bytes.begin(),
                                  bytes.begin() + static_cast<std::ptrdiff_t>(size));  // exact, so that a sanitizer sees
      std::string changed = bytes;
      changed[size] = static_cast<char>(dice.next());
      for (const std::string_view tried : {std::string_view{cut.data(), cut.size()}, std::string_view{changed}})
        if (Everything again; decode(tried, value)) {
          ASSERT_TRUE(decode(bytes_of(value), again));
          ASSERT_EQ(again, value);
        }
    }
  }
}

TEST(Binary, VarintsTakeAsManyBytesAsTheySay) {
  for (int shift = 0; shift < 64; ++shift)
    for (const std::uint64_t value : {std::uint64_t{1} << shift, (std::uint64_t{1} << shift) - 1, ~(std::uint64_t{1} << shift)}) {
      char buffer[10];
      const std::string_view bytes{buffer, static_cast<std::size_t>(put_varint(buffer, value) - buffer)};
      EXPECT_EQ(varint_size(value), bytes.size()) << value;
      WireReader in{bytes};
      std::uint64_t back = 0;
      EXPECT_TRUE(in.take_varint(back) && in.done());
      EXPECT_EQ(back, value);
      EXPECT_EQ(zigzag(unzigzag(value)), value);
    }
}

}  // namespace
}  // namespace mohur::codec
