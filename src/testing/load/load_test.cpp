#include <gmock/gmock.h>

#include "load/answer_reader.hpp"
#include "load/histogram.hpp"
#include "load/request_form.hpp"

namespace mohur::load {
namespace {

using Step = AnswerReader::Step;

constexpr std::string_view kAnswer = "HTTP/1.1 201 Created\r\nContent-Length: 5\r\nDate: today\r\n\r\nhello";

TEST(Histogram, KnowsSmallValuesExactlyAndLargeOnesWithinTwoPercent) {
  for (const std::uint64_t value : {0ULL, 1ULL, 63ULL, 64ULL, 1'000ULL, 123'456ULL, 987'654'321ULL, 60'000'000'000ULL}) {
    Histogram one;
    one.add(value);
    one.add(value * 4 + 4);  // so that the largest value does not cap the answer
    EXPECT_GE(one.at(500), value);
    EXPECT_LE(one.at(500), value + value / 50);
  }
}

TEST(Histogram, PercentilesAreThoseOfTheValues) {
  Histogram histogram;
  EXPECT_EQ(histogram.at(500), 0);
  for (std::uint64_t value = 1; value <= 1'000; ++value) histogram.add(value * 1'000);
  EXPECT_NEAR(static_cast<double>(histogram.at(500)), 500'000, 10'000);
  EXPECT_NEAR(static_cast<double>(histogram.at(990)), 990'000, 20'000);
  EXPECT_EQ(histogram.at(1'000), 1'000'000);
  EXPECT_EQ(histogram.max(), 1'000'000);
  EXPECT_EQ(histogram.count(), 1'000);
}

TEST(RequestForm, FillsEveryPlaceWithTheNumberOfTheCall) {
  RequestForm form{"a=@@@@@@@@@@@@@@@@&b=@@@@@@@@@@@@@@@@.", 0xabc};
  EXPECT_EQ(form.places(), 2);
  EXPECT_EQ(form.next(), "a=0000000000000abc&b=0000000000000abc.");
  EXPECT_EQ(form.next(), "a=0000000000000abd&b=0000000000000abd.");
}

TEST(RequestForm, WithoutPlacesIsAlwaysTheSame) {
  RequestForm form{"GET / HTTP/1.1\r\n\r\n", 7};
  EXPECT_EQ(form.next(), "GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(form.next(), "GET / HTTP/1.1\r\n\r\n");
}

TEST(AnswerReader, FindsTheEndOfAnAnswerHoweverItIsCut) {
  for (std::size_t cut = 1; cut < kAnswer.size(); ++cut) {
    AnswerReader reader;
    EXPECT_EQ(reader.take(kAnswer.substr(0, cut)), Step::need_more) << cut;
    EXPECT_EQ(reader.take(kAnswer.substr(cut)), Step::complete) << cut;
    EXPECT_EQ(reader.status(), 201);
    EXPECT_EQ(reader.size(), kAnswer.size());
    EXPECT_EQ(reader.take(kAnswer), Step::complete) << "the next one begins afresh";
  }
}

TEST(AnswerReader, KeepsTheTextOfARefusal) {
  AnswerReader reader;
  EXPECT_EQ(reader.take("HTTP/1.1 422 Unprocessable Content\r\nContent-Length: 2\r\n\r\nno"), Step::complete);
  EXPECT_EQ(reader.status(), 422);
  EXPECT_THAT(reader.text(), testing::EndsWith("no"));
}

TEST(AnswerReader, TakesAnAnswerWithoutABody) {
  AnswerReader reader;
  EXPECT_EQ(reader.take("HTTP/1.1 204 No Content\r\n\r\n"), Step::complete);
  EXPECT_EQ(reader.status(), 204);
}

TEST(AnswerReader, RefusesWhatItCannotFollow) {
  EXPECT_EQ(AnswerReader{}.take("SSH-2.0"), Step::broken);
  EXPECT_EQ(AnswerReader{}.take("HTTP/1.1 what\r\n\r\n"), Step::broken);
  EXPECT_EQ(AnswerReader{}.take("HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n"), Step::broken);
  EXPECT_EQ(AnswerReader{}.take(std::string{kAnswer} + "!"), Step::broken) << "one call is under way at a time";
}

}  // namespace
}  // namespace mohur::load
