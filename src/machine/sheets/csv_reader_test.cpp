// CSV: what is a record, what is refused, that reading goes on behind what was refused; and what is written reads the same.
#include "sheets/csv_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sheets/csv_writer.hpp"

namespace mohur::sheets {
namespace {

using testing::ElementsAre;

// Each record as its fields with `|` between them, or as the detail of its refusal.
std::vector<std::string> records_of(std::string_view text, const CsvReader::Limits& limits = {}) {
  CsvReader reader{text, limits};
  std::vector<std::string> records, fields;
  while (records.size() < 100) {
    const auto has_one = reader.next(fields);
    if (has_one && !*has_one) break;
    std::string record = has_one ? "" : has_one.error().detail;
    if (has_one)
      for (std::size_t i = 0; i < fields.size(); ++i) record.append(i == 0 ? "" : "|").append(fields[i]);
    records.push_back(std::move(record));
  }
  return records;
}

TEST(CsvReader, TakesWhatRfc4180Describes) {
  EXPECT_THAT(records_of(""), ElementsAre());
  EXPECT_THAT(records_of("aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n"), ElementsAre("aaa|bbb|ccc", "zzz|yyy|xxx"));
  EXPECT_THAT(records_of("aaa,bbb,ccc\nzzz,yyy,xxx"), ElementsAre("aaa|bbb|ccc", "zzz|yyy|xxx"));
  EXPECT_THAT(records_of("\"aaa\",\"b \r\nbb\",\"c,c\"\r\nz,,\r\n"), ElementsAre("aaa|b \r\nbb|c,c", "z||"));
  EXPECT_THAT(records_of("\"a \"\"b\"\"\",\"\"\n,"), ElementsAre("a \"b\"|", "|"));
}

TEST(CsvReader, PassesOverAByteOrderMarkAndEmptyLines) {
  EXPECT_THAT(records_of("\xEF\xBB\xBF"
                         "a,b\n\n\r\nc,d\n\n"),
              ElementsAre("a|b", "c|d"));
  EXPECT_THAT(records_of("\xE0\xA4\xB0\xE0\xA4\xB5\xE0\xA4\xBF,\t\n"), ElementsAre("\xE0\xA4\xB0\xE0\xA4\xB5\xE0\xA4\xBF|\t"));
}

TEST(CsvReader, TellsEachBadRecordWithItsLineAndGoesOnBehindIt) {
  const auto told = [](const std::string& bad) { return records_of("a\n\"x\ny\"\n" + bad + "\nb\n"); };
  const auto refused = [](const std::string& what) {
    return ElementsAre("a", "x\ny", "The record on line 4 " + what + ".", "b");
  };
  EXPECT_THAT(told("x,a\"b"), refused("has a quote in a field that does not begin with one"));
  EXPECT_THAT(told("x,\"a\"b,c"), refused("has something behind a quoted field that is no comma"));
  EXPECT_THAT(told("x,\xC3"), refused("is not UTF-8"));
  EXPECT_THAT(told("x,\"\xC0\x80\""), refused("is not UTF-8"));
  EXPECT_THAT(told("x,\x01"), refused("has a control character"));
  EXPECT_THAT(told("x\ry"), refused("has a control character")) << "a CR alone ends no line";
  EXPECT_THAT(records_of("a\n\"x\ny"), ElementsAre("a", "The record on line 2 has a quoted field that does not end."));
}

// A bad character in quotes does not make what stands behind it, in the same quotes, a record.
TEST(CsvReader, ReadsABadRecordToItsEnd) {
  EXPECT_THAT(records_of("\"\x01\nx,y\n\",z\nb"), ElementsAre("The record on line 1 has a control character.", "b"));
  EXPECT_THAT(records_of("\"a\"b,\"\nx\"\nc"),
              ElementsAre("The record on line 1 has something behind a quoted field that is no comma.", "c"));
  EXPECT_THAT(records_of("\"\xFF\"\"\nx\"\nc"), ElementsAre("The record on line 1 is not UTF-8.", "c"));
}

TEST(CsvReader, HoldsToItsLimits) {
  const CsvReader::Limits limits{.fields = 3, .field_bytes = 4};
  EXPECT_THAT(records_of("a,b,c\n1234,1234,\"12\"\"4\"\n", limits), ElementsAre("a|b|c", "1234|1234|12\"4"));
  EXPECT_THAT(records_of("a,b,c,d\nx", limits), ElementsAre("The record on line 1 has more than 3 fields.", "x"));
  EXPECT_THAT(records_of("12345\n\"12345\"\nx", limits), ElementsAre("The record on line 1 has a field that is too long.",
                                                                     "The record on line 2 has a field that is too long.", "x"));
}

TEST(CsvWriter, WritesWhatIsReadTheSame) {
  std::string text;
  append_csv_record(text, {"plain", "", "a,b", "say \"no\"", "two\nlines", "12.50"});
  EXPECT_THAT(records_of(text), ElementsAre("plain||a,b|say \"no\"|two\nlines|12.50"));
}

TEST(CsvWriter, WritesNothingThatASpreadsheetWouldRun) {
  std::string text;
  append_csv_record(text, {"=1+1", "+1", "-1", "@SUM(A1)", "\tx", "=A1,\"B\"", "a=1"});
  EXPECT_EQ(text, "'=1+1,'+1,'-1,'@SUM(A1),'\tx,\"'=A1,\"\"B\"\"\",a=1\n");
}

}  // namespace
}  // namespace mohur::sheets
