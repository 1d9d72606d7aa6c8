// Workbooks: what a cell is, what is refused and where, and that no file takes more than its share of memory.
#include "sheets/xlsx_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sheets/rig_test.hpp"

namespace mohur::sheets {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// Each record as its fields with `|` between them, or as the detail of its refusal; that of the file when it cannot be opened.
std::vector<std::string> records_of(const std::string& file, const XlsxReader::Limits& limits = {}) {
  auto reader = XlsxReader::open(file, limits);
  if (!reader) return {reader.error().detail};
  std::vector<std::string> records, fields;
  while (records.size() < 100) {
    const auto has_one = reader->next(fields);
    if (has_one && !*has_one) break;
    std::string record = has_one ? "" : has_one.error().detail;
    if (has_one)
      for (std::size_t i = 0; i < fields.size(); ++i) record.append(i == 0 ? "" : "|").append(fields[i]);
    records.push_back(std::move(record));
  }
  return records;
}
std::string number(const std::string& text) { return "<c><v>" + text + "</v></c>"; }
std::string inline_text(const std::string& text) { return "<c t=\"inlineStr\"><is><t>" + text + "</t></is></c>"; }
std::string row(const std::string& cells) { return "<row>" + cells + "</row>"; }

constexpr const char* kTooLarge = "The workbook is too large once it is unpacked.";

TEST(XlsxReader, ReadsTextNumbersAndTruth) {
  const std::string strings =
      "<sst><si><t>name</t></si><si><r><t>am</t></r><r><t>ount</t></r><rPh><t>x</t></rPh></si><si><t>A &amp; B</t></si></sst>";
  EXPECT_THAT(records_of(workbook_of("<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c></row>"
                                     "<row r=\"2\"><c r=\"A2\" t=\"s\"><v>2</v></c><c r=\"B2\"><v>1500</v></c></row>" +
                                         row(inline_text("Ravi") + "<c t=\"b\"><v>1</v></c>") +
                                         row("<c t=\"str\"><v>x</v></c><c t=\"d\"><v>2026-11-30T00:00:00Z</v></c>"),
                                     strings)),
              ElementsAre("name|amount", "A & B|1500", "Ravi|true", "x|2026-11-30T00:00:00Z"));
}

TEST(XlsxReader, ShowsNumbersAsExcelDoes) {
  EXPECT_THAT(records_of(workbook_of(row(number("1234.5600000000001") + number("0.30000000000000004") + number("1.5E3") +
                                         number("-0.07") + number("123456789012345678") + number("1E+2")))),
              ElementsAre("1234.56|0.3|1500|-0.07|1.23456789012346e+17|100"));
  const std::string file = workbook_of(row(inline_text("0012") + number("12")));
  auto reader = XlsxReader::open(file);
  std::vector<std::string> fields;
  ASSERT_TRUE(reader && *reader->next(fields));
  EXPECT_THAT((std::vector{reader->is_number(0), reader->is_number(1), reader->is_number(2)}), ElementsAre(false, true, false));
}

TEST(XlsxReader, FillsGapsAndPassesOverEmptyRows) {
  EXPECT_THAT(records_of(workbook_of(row(inline_text("a") + inline_text("b") + inline_text("c")) + "<row r=\"4\"/>" +
                                     "<row r=\"5\"><c r=\"C5\"><v>3</v></c></row>" + row(number("1")) +
                                     row(number("1") + number("2") + number("3") + "<c/>") +
                                     row(number("1") + number("2") + number("3") + number("4")))),
              ElementsAre("a|b|c", "||3", "1||", "1|2|3", "1|2|3|4"));
}

TEST(XlsxReader, RefusesARowAndGoesOn) {
  std::string rows = "<row r=\"7\"><c r=\"B7\"><f>SUM(A1)</f><v>3</v></c></row>";
  for (const std::string& cells :
       {std::string{"<c t=\"e\"><v>#REF!</v></c>"}, std::string{"<c><v>1</v><v>0</v></c>"}, number("inf"), number("1,5"),
        std::string{"<c t=\"s\"><v>9</v></c>"}, inline_text("123456789"), std::string{"<c r=\"AB12\"><v>1</v></c>"},
        std::string{"<c t=\"s\"><v>0</v></c>"}, number("1")})
    rows += row(cells);
  EXPECT_THAT(records_of(workbook_of(rows, "<sst><si><t>123456789</t></si></sst>"), {.fields = 20, .field_bytes = 8}),
              ElementsAre("Cell B7 holds a formula: paste its value instead.", "Cell A8 holds an error.",
                          "Cell A9 holds more than one value.", "Cell A10 holds a number that is none.",
                          "Cell A11 holds a number that is none.", "Cell A12 holds a text that is not in the workbook.",
                          "Cell A13 is too long.", "Cell AB14 is beyond the 20 fields that a row may have.",
                          "Cell A15 is too long.", "1"));
}

TEST(XlsxReader, RefusesWhatIsNoWorkbook) {
  EXPECT_THAT(records_of(""), ElementsAre("This is no Excel workbook."));
  EXPECT_THAT(records_of("a,b\n1,2\n"), ElementsAre("This is no Excel workbook."));
  EXPECT_THAT(records_of(archive_of({{"word/document.xml", "<w/>"}})), ElementsAre(HasSubstr("_rels/.rels cannot be read")));
  auto parts = parts_of("<worksheet/>");
  parts["xl/workbook.xml"] = "<workbook><sheets/></workbook>";
  EXPECT_THAT(records_of(archive_of(parts)), ElementsAre("This is no Excel workbook with a sheet."));
  EXPECT_THAT(records_of(workbook_of("")), ElementsAre());
}

TEST(XlsxReader, TellsDamageOnceAndEndsThere) {
  const std::string file = archive_of(parts_of("<worksheet><sheetData>" + row(number("1")) + "<row><c></row>"));
  auto reader = XlsxReader::open(file);
  ASSERT_TRUE(reader);
  std::vector<std::string> fields;
  EXPECT_FALSE(reader->next(fields));
  EXPECT_TRUE(reader->is_damaged());
  std::string cut = workbook_of(row(number("1")));
  const std::size_t sheet = cut.find("sheet1.xml");
  for (std::size_t i = sheet + 12; i < sheet + 30; ++i) cut[i] = '\x55';
  EXPECT_THAT(records_of(cut).back(), HasSubstr("damaged"));
}

// What a parser would have to hold on to, or to look at again and again, until it ends.
TEST(XlsxReader, RefusesWhatNeverEnds) {
  constexpr std::size_t kMany = 2'000'000;
  std::string deep, names;
  for (int i = 0; i < 100'000; ++i) {
    deep += "<a>";
    names.append("<n").append(std::to_string(i)).append("/>");
  }
  for (const std::string& endless : {"<a b=\"" + std::string(kMany, 'x') + "\"/>", "<!--" + std::string(kMany, 'x') + "-->",
                                     "<" + std::string(kMany, 'x') + "/>", deep, names})
    EXPECT_THAT(records_of(archive_of(parts_of("<worksheet>" + endless))), ElementsAre(HasSubstr("no XML that workbooks have")))
        << endless.substr(0, 20);
}

// A few kilobytes that would be hundreds of megabytes, or a thousand million laughs.
TEST(XlsxReader, RefusesBombs) {
  const XlsxReader::Limits small{.unpacked_bytes = 100'000, .string_bytes = 10'000};
  EXPECT_THAT(records_of(workbook_of(std::string(200'000, ' ')), small), ElementsAre(kTooLarge));
  EXPECT_THAT(records_of(workbook_of("", "<sst><si><t>" + std::string(20'000, 'x') + "</t></si></sst>"), small),
              ElementsAre(kTooLarge));
  std::string many = "<sst>";
  for (int i = 0; i < 1'000; ++i) many += "<si/>";
  EXPECT_THAT(records_of(workbook_of("", many + "</sst>"), small), ElementsAre(kTooLarge));
  EXPECT_THAT(
      records_of(archive_of(parts_of("<!DOCTYPE w [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><worksheet>&b;</worksheet>"))),
      ElementsAre(HasSubstr("no XML that workbooks have")));
}

}  // namespace
}  // namespace mohur::sheets
