// What an application must show, what its review must look into, and who may then approve it.
#include "registry/application.hpp"

#include <gtest/gtest.h>

namespace mohur::registry {
namespace {

constexpr Time kNow{1'795'329'000'000'000'000};
constexpr PersonId kReviewer{{1, 1}}, kApprover{{2, 2}}, kThird{{3, 3}};

Application complete(BusinessType type) {
  Application application{.client = {{9, 9}}, .sequence = 1, .business_type = type};
  for (const DocumentKind kind : requirements_of(type).documents) application.documents.push_back({.kind = kind});
  return application;
}

Review good(BusinessType type, RiskGrade grade = RiskGrade::low) {
  Review made{.grade = grade, .by = kReviewer};
  for (const ReviewCheck check : requirements_of(type).checks) made.checks.push_back({check, true});
  if (grade == RiskGrade::high) made.approver = kApprover;
  return made;
}

std::string told(const auto& result) {
  return result ? "ok " : std::string{to_token(result.error().outcome)} + " " + result.error().field;
}

TEST(Application, EachTypeOfBusinessHasItsDocumentsAndChecks) {
  for (const auto& type : described_enumerators(BusinessType{})) {
    const Requirements& wanted = requirements_of(type.value);
    EXPECT_FALSE(wanted.documents.empty()) << type.token;
    EXPECT_EQ(told(review(complete(type.value), good(type.value), RiskGrade::low, kNow)), "ok ") << type.token;
    for (std::size_t i = 0; i < wanted.documents.size(); ++i) {
      Application lacks = complete(type.value);
      lacks.documents.erase(lacks.documents.begin() + static_cast<std::ptrdiff_t>(i));
      EXPECT_EQ(told(review(lacks, good(type.value), RiskGrade::low, kNow)), "document_missing documents") << type.token;
    }
    for (std::size_t i = 0; i < wanted.checks.size(); ++i) {
      Review lacks = good(type.value);
      lacks.checks.erase(lacks.checks.begin() + static_cast<std::ptrdiff_t>(i));
      EXPECT_EQ(told(review(complete(type.value), lacks, RiskGrade::low, kNow)), "field_missing checks") << type.token;
    }
  }
}

TEST(Application, ACheckComesOnceAndOnlyWhereTheTypeHasIt) {
  const Application firm = complete(BusinessType::llp), person = complete(BusinessType::proprietorship);
  Review twice = good(BusinessType::llp);
  twice.checks.push_back(twice.checks.front());
  EXPECT_EQ(told(review(firm, twice, RiskGrade::low, kNow)), "field_repeated checks");
  EXPECT_EQ(told(review(person, good(BusinessType::llp), RiskGrade::low, kNow)), "field_unknown checks");
}

TEST(Application, HighRiskIsDecidedByWhomTheReviewNames) {
  const auto type = BusinessType::proprietorship;
  EXPECT_EQ(told(review(complete(type), good(type, RiskGrade::medium), RiskGrade::high, kNow)), "field_out_of_range risk_grade");
  Review nobody = good(type, RiskGrade::high);
  nobody.approver.reset();
  EXPECT_EQ(told(review(complete(type), nobody, RiskGrade::low, kNow)), "field_missing approver");
  Review oneself = good(type, RiskGrade::high);
  oneself.approver = kReviewer;
  EXPECT_EQ(told(review(complete(type), oneself, RiskGrade::low, kNow)), "four_eyes_required approver");
  Review needless = good(type);
  needless.approver = kApprover;
  EXPECT_EQ(told(review(complete(type), needless, RiskGrade::low, kNow)), "field_unknown approver");

  const auto reviewed = review(complete(type), good(type, RiskGrade::high), RiskGrade::high, kNow);
  EXPECT_EQ(told(check_approval(*reviewed, kThird)), "approver_named ");
  EXPECT_EQ(told(check_approval(*reviewed, kApprover)), "ok ");
  EXPECT_EQ(reviewed->sequence, 2U);
}

TEST(Application, IsNotApprovedWhileACheckHasNotPassed) {
  const auto type = BusinessType::proprietorship;
  Review bad = good(type);
  bad.checks.back().passed = false;
  const auto reviewed = review(complete(type), bad, RiskGrade::low, kNow);
  EXPECT_EQ(told(check_approval(*reviewed, kThird)), "check_failed ");
  const auto again = review(*reviewed, good(type), RiskGrade::low, kNow);
  EXPECT_EQ(told(check_approval(*again, kThird)), "ok ") << "what was mended is looked at again";
}

TEST(Application, HasFiftyDocumentsAtMost) {
  Application full = complete(BusinessType::proprietorship);
  while (full.documents.size() < kMostDocuments - 1) full.documents.push_back({});
  const auto last = add_document(full, {.size = 7}, kNow);
  EXPECT_EQ(last->documents.back().size, 7U);
  EXPECT_EQ(told(add_document(*last, {}, kNow)), "state_conflict ");
}

}  // namespace
}  // namespace mohur::registry
