#include "codec/proto_file.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "codec/binary.hpp"
#include "codec/sample.hpp"
#include "codec/sample_random.hpp"

namespace mohur::codec {

enum class Happening : std::uint8_t { order_placed = 1 };
constexpr std::string_view described_enum_name(Happening) { return "Happening"; }
constexpr auto described_enumerators(Happening) {
  return std::to_array<Enumerator<Happening>>({{Happening::order_placed, "order.placed"}});
}
struct Story {
  Happening what{};
  MOHUR_DESCRIBE(Story, (1, what))
};

namespace elsewhere {
struct SentBack {
  bool now = false;
  MOHUR_DESCRIBE(SentBack, (1, now))
};
}  // namespace elsewhere

namespace {

namespace fs = std::filesystem;

class TempFolder {
 public:
  TempFolder() {
    std::string form = (fs::temp_directory_path() / "codec_test_XXXXXX").string();
    if (::mkdtemp(form.data()) != nullptr) path = form;
  }
  ~TempFolder() { fs::remove_all(path); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  fs::path path;
};

void write_file(const fs::path& path, const std::string& text) { std::ofstream{path} << text; }

std::string hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    char two[3];
    std::snprintf(two, sizeof two, "%02x", static_cast<unsigned char>(c));
    out += two;
  }
  return out;
}

std::string from_hex(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) out += static_cast<char>(std::stoi(text.substr(i, 2), nullptr, 16));
  return out;
}

// What the other side is expected to see: the fields that are there, by name, in the order of their numbers.
template <Described T>
std::string dump(const T& value);

template <class M>
std::string dump_value(const M& value) {
  if constexpr (DescribedEnum<M>)
    return std::to_string(static_cast<int>(value));
  else if constexpr (std::same_as<M, Amount>)
    return std::to_string(value.minor);
  else if constexpr (std::same_as<M, Time> || std::same_as<M, Duration>)
    return std::to_string(value.ns);
  else if constexpr (Scalar<M>)
    return std::to_string(value);
  else if constexpr (std::same_as<M, Key128>)
    return hex(value.to_bytes());
  else if constexpr (is_id<M>)
    return hex(value.value.to_bytes());
  else if constexpr (Described<M>)
    return "{" + dump(value) + "}";
  else
    return hex(value);
}

template <Described T>
std::string dump(const T& value) {
  std::string out;
  for_each_index<T>([&](auto i) {
    const auto& field = field_at<T, i>;
    const auto& member = value.*field.pointer;
    using M = MemberAt<T, i>;
    std::string bytes(binary::most_field_bytes<field_at<T, i>.number>(member), '\0');
    if (binary::put_field<field_at<T, i>.number>(bytes.data(), member) == bytes.data()) return;
    std::string name{field.name};
    std::string text;
    if constexpr (is_variant<M>) {
      name = member.index() == 1 ? "outcome_paid" : "outcome_sent_back";
      binary::with_alternative<1>(member, [&](const auto& held, auto) { text = dump_value(held); });
    } else if constexpr (is_optional<M>) {
      text = dump_value(*member);
    } else if constexpr (is_vector<M>) {
      for (const auto& element : member) text += dump_value(element) + ",";
    } else {
      text = dump_value(member);
    }
    out += name + "=" + text + ";";
  });
  return out;
}

constexpr const char* kReader = R"(import sys
from sample_pb2 import Everything

def value(v):
    if isinstance(v, bool): return str(int(v))
    if isinstance(v, int): return str(v)
    if isinstance(v, bytes): return v.hex()
    if isinstance(v, str): return v.encode().hex()
    return '{' + dump(v) + '}'

def dump(m):
    out = ''
    for field, v in m.ListFields():
        text = ''.join(value(e) + ',' for e in v) if field.label == field.LABEL_REPEATED else value(v)
        out += field.name + '=' + text + ';'
    return out

for line in open(sys.argv[1]):
    m = Everything.FromString(bytes.fromhex(line.strip()))
    print(dump(m))
    print(m.SerializeToString().hex())
)";

// Needs protoc and Python's protobuf (Debian: protobuf-compiler, python3-protobuf).
TEST(ProtoFile, IsReadByProtocAndPythonSeesAndWritesTheSameRecords) {
  const TempFolder folder;
  ASSERT_FALSE(folder.path.empty());
  const fs::path at = folder.path;
  write_file(at / "sample.proto", proto_file<sample::Everything>("mohur.sample"));
  write_file(at / "reader.py", kReader);
  std::vector<sample::Everything> records;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) records.push_back(sample::random_value<sample::Everything>(seed));
  std::ofstream input{at / "records"};
  for (const auto& record : records) {
    std::string bytes;
    encode(record, bytes);
    input << hex(bytes) << "\n";
  }
  input.close();
  const std::string in_folder = "cd " + at.string() + " && ";
  ASSERT_EQ(std::system((in_folder + "protoc --python_out=. sample.proto").c_str()), 0);
  ASSERT_EQ(std::system((in_folder + "/usr/bin/python3 reader.py records > answers").c_str()), 0);

  std::ifstream answers{at / "answers"};
  std::string seen;
  std::string bytes;
  for (const auto& record : records) {
    ASSERT_TRUE(std::getline(answers, seen) && std::getline(answers, bytes));
    ASSERT_EQ(seen, dump(record));
    sample::Everything back;
    ASSERT_TRUE(decode(from_hex(bytes), back));
    ASSERT_EQ(back, record);
  }
}

TEST(ProtoFile, IsAFunctionOfTheTypesWithDependenciesFirst) {
  const std::string text = proto_file<sample::SentBack, sample::Order, sample::SentBack>("mohur.sample");
  EXPECT_EQ(text.substr(text.find("syntax")), R"(syntax = "proto3";

package mohur.sample;

message SentBack {
  // In the shop's words.
  bytes reason = 1;
}

enum OrderStatus {
  ORDER_STATUS_UNSPECIFIED = 0;
  ORDER_STATUS_PLACED = 1;
  ORDER_STATUS_PAID = 2;
  ORDER_STATUS_SENT_BACK = 7;
}

enum Currency {
  CURRENCY_UNSPECIFIED = 0;
  CURRENCY_INR = 1;
}

message Sealed {
  bytes subject = 1;
  bytes box = 2;
  bytes mask = 3;
}

message SealedNotes {
  bytes subject = 1;
  bytes box = 2;
}

message Order {
  bytes id = 1;
  bytes shop = 2;
  sfixed64 created_at = 3;
  sfixed64 updated_at = 4;
  // Grows by one with each change.
  uint32 sequence = 5;
  OrderStatus status = 6;
  // Minor units: paise for INR.
  sint64 amount = 7;
  Currency currency = 8;
  sint64 fee = 9;
  optional string plate = 10;
  optional Sealed payer = 11;
  optional SealedNotes metadata = 12;
  bytes remark = 13;
  optional sfixed64 paid_at = 14;
  bytes same_as = 15;
}
)");
}

TEST(ProtoFile, TurnsTheDotsOfTokensIntoUnderscores) {
  EXPECT_NE(proto_file<Story>("mohur.sample").find("  HAPPENING_ORDER_PLACED = 1;\n"), std::string::npos);
}

TEST(ProtoFileDeathTest, StopsWhenTwoTypesWantOneName) {
  EXPECT_DEATH((proto_file<sample::SentBack, elsewhere::SentBack>("mohur.sample")), "assertion failed");
}

}  // namespace
}  // namespace mohur::codec
