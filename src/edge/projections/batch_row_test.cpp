// Rows of a batch: the same row in both formats, and every fault by its name.
#include "projections/batch_row.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mohur::projections {
namespace {

using payments::BatchFormat;
using testing::ElementsAre;

const std::string kBen = "ben_00000000000000000000000000";

// Each row as what it pays, or as the token and the field of its first refusal.
std::vector<std::string> rows_of(BatchFormat format, const std::string& part) {
  std::vector<std::string> rows;
  BatchReader reader{format, part};
  while (auto row = reader.next()) {
    if (!*row)
      rows.push_back(std::string{to_token(row->error().front().outcome)} + " " + row->error().front().field);
    else
      rows.push_back(std::to_string((*row)->amount.minor) + " " + std::string{to_token((*row)->purpose)} + " " +
                     ((*row)->beneficiary ? "known" : (*row)->name->str()));
  }
  return rows;
}
std::string counted(BatchFormat format, const std::string& part) {
  const auto rows = BatchReader::count(format, part);
  return rows ? std::to_string(*rows) : std::string{to_token(rows.error().outcome)} + " " + rows.error().field;
}

TEST(BatchRow, IsReadAlikeFromBothFormats) {
  EXPECT_THAT(
      rows_of(BatchFormat::jsonl, R"({"beneficiary":")" + kBen +
                                      R"(","amount":12345,"purpose":"salary"})"
                                      "\r\n\n"
                                      R"({"kind":"vendor","name":"Ravi \u0926","vpa":"ravi@upi","amount":1,"purpose":"vendor"})"),
      ElementsAre("12345 salary known", "1 vendor Ravi \xE0\xA4\xA6"));
  EXPECT_THAT(rows_of(BatchFormat::csv, "amount,purpose,beneficiary,kind,name,vpa,queue_if_low_balance\n12345,salary," + kBen +
                                            ",,,,true\n1,vendor,,vendor,\"Sharma, \"\"Ravi\"\"\",ravi@upi,false\n"),
              ElementsAre("12345 salary known", "1 vendor Sharma, \"Ravi\""));
}

TEST(BatchRow, HasItsAmountInPaiseOrInRupees) {
  const auto paise = [](const std::string& rupees) {
    return rows_of(BatchFormat::csv, "beneficiary,purpose,amount_rupees\n" + kBen + ",vendor," + rupees + "\n").at(0);
  };
  EXPECT_EQ(paise("1"), "100 vendor known");
  EXPECT_EQ(paise("0.07"), "7 vendor known");
  EXPECT_EQ(paise("1234.5"), "123450 vendor known");
  EXPECT_EQ(paise("00012.30"), "1230 vendor known");
  EXPECT_EQ(paise("92233720368547758.07"), "9223372036854775807 vendor known");
  for (const char* bad : {"1.234", "1.", ".5", "1e3", "-1", "1 000", "=1+1", "0x10", "\"1,000.00\""})
    EXPECT_EQ(paise(bad), "field_type_wrong amount_rupees") << bad;
  EXPECT_EQ(paise("92233720368547758.08"), "field_out_of_range amount_rupees");
  EXPECT_EQ(paise(""), "field_missing amount_rupees");
}

TEST(BatchRow, IsRefusedByFieldAndTheNextOneIsRead) {
  const auto told = [](const std::string& row) { return rows_of(BatchFormat::jsonl, row + "\n").at(0); };
  EXPECT_EQ(told("{"), "body_malformed ");
  EXPECT_EQ(told("{\"name\":\"" + std::string(17'000, 'x') + "\"}"), "body_malformed ");
  EXPECT_EQ(told(R"({"amount":1,"purpose":"vendor","x":1})"), "field_unknown x");
  EXPECT_EQ(told(R"({"amount":1,"purpose":"vendor"})"), "field_missing beneficiary");
  EXPECT_EQ(told(R"({"amount":1,"purpose":"gift","beneficiary":")" + kBen + R"("})"), "field_malformed purpose");
  EXPECT_EQ(told(R"({"amount":1,"purpose":"vendor","name":"A","vpa":"a1@upi"})"), "field_missing kind");
  EXPECT_EQ(told(R"({"amount":1,"purpose":"vendor","kind":"vendor","vpa":"a1@upi"})"), "field_missing name");
  EXPECT_EQ(told(R"({"amount":1,"purpose":"vendor","kind":"vendor","name":"A","ifsc":"HDFC0000123"})"),
            "field_missing account_number");
  EXPECT_EQ(told(R"({"amount":1,"purpose":"vendor","kind":"vendor","name":"A","beneficiary":")" + kBen + R"("})"),
            "field_malformed beneficiary");
  EXPECT_EQ(told(R"({"amount":1,"purpose":"vendor","kind":"vendor","name":"4111 1111 1111 1111","vpa":"a1@upi"})"),
            "card_number_refused ");
  EXPECT_THAT(
      rows_of(BatchFormat::csv, "beneficiary,amount,purpose\n" + kBen + ",1\n" + kBen + ",2,vendor,x\n" + kBen + ",3,vendor\n"),
      ElementsAre("body_malformed ", "body_malformed ", "3 vendor known"));
}

// What stands within quotes is never a row of its own, however bad the quoted field is.
TEST(BatchRow, IsNoneWithinAQuotedField) {
  const std::string evil =
      "amount,purpose,beneficiary,narration\n1,vendor," + kBen + ",\"\x01\n9,vendor," + kBen + ",\n\"\n2,vendor," + kBen + ",\n";
  EXPECT_THAT(rows_of(BatchFormat::csv, evil), ElementsAre("body_malformed ", "2 vendor known"));
  EXPECT_EQ(counted(BatchFormat::csv, evil), "2");
  EXPECT_EQ(counted(BatchFormat::csv, "amount,purpose,beneficiary\n1,vendor,\"x\n2,vendor,y\n"), "body_malformed ")
      << "where records end cannot be told";
}

TEST(BatchRow, APartIsCountedBadRowsAndAllUnlessItsColumnsAreWrong) {
  EXPECT_EQ(counted(BatchFormat::jsonl, "{\n\n{}\n  \nx"), "3");
  EXPECT_EQ(counted(BatchFormat::jsonl, "\n"), "batch_empty ");
  EXPECT_EQ(counted(BatchFormat::jsonl, "\xEF\xBB\xBF{}"), "1");
  EXPECT_EQ(counted(BatchFormat::csv, "beneficiary,amount,purpose\na\"b,1,x\n\n1,2,3\n"), "2");
  EXPECT_EQ(counted(BatchFormat::csv, "beneficiary,amount,purpose\n"), "batch_empty ");
  EXPECT_EQ(counted(BatchFormat::csv, ""), "batch_empty ");
  EXPECT_EQ(counted(BatchFormat::xlsx, "amount,purpose\n"), "body_malformed ");
  EXPECT_EQ(counted(BatchFormat::csv, "beneficiary,amount,purpose,colour\n"), "field_unknown colour");
  EXPECT_EQ(counted(BatchFormat::csv, "beneficiary,amount,purpose,amount\n"), "field_repeated amount");
  EXPECT_EQ(counted(BatchFormat::csv, "beneficiary,amount,amount_rupees,purpose\n"), "field_repeated amount");
  EXPECT_EQ(counted(BatchFormat::csv, "beneficiary,purpose\n"), "field_missing amount");
  EXPECT_EQ(counted(BatchFormat::csv, "beneficiary,amount\n"), "field_missing purpose");
}

}  // namespace
}  // namespace mohur::projections
