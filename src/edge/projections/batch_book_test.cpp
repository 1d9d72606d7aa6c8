// The book of batches: a row is told as it stands last, in order, and still after the book was opened again.
#include "projections/batch_book.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>

namespace mohur::projections {
namespace {

using testing::ElementsAre;

constexpr payments::BatchId kOne{{1, 1}}, kOther{{1, 2}};

class BatchBookTest : public testing::Test {
 protected:
  BatchBookTest() {
    std::filesystem::remove_all(folder_);
    open();
  }
  ~BatchBookTest() override {
    book.reset();
    std::filesystem::remove_all(folder_);
  }
  void open() {
    book.reset();
    book = BatchBook::open(folder_).value();
  }
  void note(payments::BatchId batch, std::uint32_t row, RowFindingKind kind) {
    const RowFinding finding = finding_of(batch, row, kind, {Outcome::amount_not_positive, "amount", {}});
    ASSERT_TRUE(book->note({&finding, 1}));
  }
  std::vector<std::string> told(payments::BatchId batch, std::uint32_t from = 1, std::size_t most = 100) {
    std::vector<std::string> rows;
    const std::vector<RowFinding> found = book->list(batch, from, most).value();
    for (const RowFinding& each : found) rows.push_back(std::to_string(each.row) + " " + std::string{to_token(each.kind)});
    return rows;
  }
  std::unique_ptr<BatchBook> book;

 private:
  const std::string folder_ = testing::TempDir() + "mohur_batch_book_" + std::to_string(::getpid());
};

TEST_F(BatchBookTest, TellsRowsInOrderOfOneBatchAndFromAnyRow) {
  for (const std::uint32_t row : {300U, 2U, 1'000'000U}) note(kOne, row, RowFindingKind::invalid);
  note(kOther, 3, RowFindingKind::doubtful);
  EXPECT_THAT(told(kOne), ElementsAre("2 invalid", "300 invalid", "1000000 invalid"));
  EXPECT_THAT(told(kOne, 3, 1), ElementsAre("300 invalid"));
  EXPECT_THAT(told(kOther), ElementsAre("3 doubtful"));
}

TEST_F(BatchBookTest, TellsARowAsItStandsLastAndAWithdrawnOneNotAtAll) {
  note(kOne, 1, RowFindingKind::doubtful);
  note(kOne, 1, RowFindingKind::refused);
  note(kOne, 2, RowFindingKind::invalid);
  note(kOne, 2, RowFindingKind::withdrawn);
  for (int opened = 0; opened < 2; ++opened, open()) {
    EXPECT_THAT(told(kOne), ElementsAre("1 refused"));
    EXPECT_EQ(book->find(kOne, 2).value(), std::nullopt);
    EXPECT_EQ(book->find(kOne, 1).value()->token, "amount_not_positive");
  }
}

}  // namespace
}  // namespace mohur::projections
