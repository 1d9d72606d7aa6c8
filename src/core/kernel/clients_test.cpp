// From an application to a decision about it: what the events say, and what nobody decides alone.
#include "kernel/rig_test.hpp"
#include "policy/sectors.hpp"

namespace mohur::kernel {
namespace {

using registry::Application;
using registry::Client;
using registry::ClientStatus;
using registry::PersonId;
using registry::RiskGrade;
using Types = std::vector<std::string>;

struct Office : House {
  Office() {
    const auto made = send(ApplyForClient{{}, {}, "5411", everything()}, asha);
    EXPECT_EQ(types_of(*made), (Types{"client.applied", "application.filed"}));
    applicant = first<Client>(made).id;
  }
  std::string told(const Result<std::vector<Event>>& result) {
    return result ? "ok " : std::string{to_token(result.error().outcome)} + " " + result.error().field;
  }
  void add_documents() {
    for (Intent& step : documents_of_a_proprietor(applicant)) EXPECT_TRUE(send(std::move(step), asha));
  }
  std::string review(const ReviewClient& review) { return told(send(review, asha)); }
  std::string decide_as(const registry::Caller& who, ClientStatus to = ClientStatus::approved) {
    return told(send(DecideClient{applicant, to, registry::Reason{}}, who));
  }
  const Client& now() { return *disk.find<Client>(applicant.value); }
  const Application& application() { return *disk.find<Application>(applicant.value); }
  policy::PlanId plan(bool for_high_risk) {
    policy::Allowance allowance = policy::standard_allowance();
    const auto id = first<policy::Plan>(send(ProposePlan{"careful", allowance, for_high_risk}, asha)).id;
    EXPECT_TRUE(send(DecidePlan{id, policy::PlanStatus::active}, bina));
    return id;
  }

  ClientId applicant;
};

TEST(Clients, AreApprovedWhenTheirPapersAreWholeAndTheirChecksHavePassed) {
  Office office;
  EXPECT_EQ(office.review(good_review(office.applicant)), "document_missing documents");
  office.add_documents();
  EXPECT_EQ(office.application().documents.size(), 2U);
  EXPECT_EQ(office.application().documents[0].added_by, office.asha.person());
  EXPECT_EQ(office.decide_as(office.bina), "state_conflict ") << "nobody has reviewed it";
  ReviewClient bad = good_review(office.applicant);
  bad.checks.back().passed = false;
  EXPECT_EQ(office.review(bad), "ok ");
  EXPECT_EQ(office.now().status, ClientStatus::under_review);
  EXPECT_EQ(office.decide_as(office.bina), "check_failed ");
  EXPECT_EQ(office.review(good_review(office.applicant, RiskGrade::medium)), "ok ");
  EXPECT_EQ(office.now().risk_grade, RiskGrade::medium);
  EXPECT_EQ(office.decide_as(office.asha), "four_eyes_required ");
  EXPECT_EQ(office.decide_as(office.bina), "ok ");
  EXPECT_EQ(office.review(good_review(office.applicant)), "state_conflict ");
}

TEST(Clients, OfHighRiskAreOnAPlanForThemAndDecidedByWhomTheReviewNames) {
  Office office;
  office.add_documents();
  ReviewClient high = good_review(office.applicant, RiskGrade::high);
  high.approver = PersonId{{77, 77}};
  EXPECT_EQ(office.review(high), "not_found approver");
  high.approver = office.bina.person();
  EXPECT_EQ(office.review(high), "plan_not_for_risk plan");
  high.plan = office.plan(false);
  EXPECT_EQ(office.review(high), "plan_not_for_risk plan");
  high.plan = office.plan(true);
  EXPECT_EQ(office.review(high), "ok ");
  EXPECT_EQ(office.decide_as(office.bina), "ok ");
  registry::Agreement usual = office.now().agreement;
  usual.plan.reset();
  EXPECT_EQ(office.told(office.send(ProposeAgreement{office.applicant, {usual, office.at}, "r"}, office.asha)),
            "plan_not_for_risk plan");
}

// Direct marketing of travel, which card schemes name among the businesses of high risk.
TEST(Clients, OfARiskySectorAreOfHighRiskFromTheFirst) {
  Office office;
  constexpr const char* kRisky = "5962";
  ASSERT_EQ(policy::risk_of(kRisky, office.at), policy::SectorRisk::high);
  registry::Agreement agreement = everything();
  EXPECT_EQ(office.told(office.send(ApplyForClient{{}, {}, kRisky, agreement}, office.asha)), "plan_not_for_risk plan");
  agreement.plan = office.plan(true);
  office.applicant = first<Client>(office.send(ApplyForClient{{}, {}, kRisky, agreement}, office.asha)).id;
  office.add_documents();
  EXPECT_EQ(office.review(good_review(office.applicant)), "field_out_of_range risk_grade");
}

TEST(Clients, ApplyAgainAfterADeclineAndSayOfWhat) {
  Office office;
  ApplyForClient again{{}, {}, "5411", everything()};
  again.reapplies = office.applicant;
  EXPECT_EQ(office.told(office.send(again, office.asha)), "state_conflict reapplies");
  office.add_documents();
  EXPECT_EQ(office.review(good_review(office.applicant)), "ok ");
  EXPECT_EQ(office.decide_as(office.bina, ClientStatus::declined), "ok ");
  EXPECT_EQ(office.told(office.send(AddDocument{office.applicant, {}}, office.asha)), "state_conflict ");
  EXPECT_EQ(first<Client>(office.send(again, office.asha)).previous, office.applicant);
  again.reapplies = ClientId{{77, 77}};
  EXPECT_EQ(office.told(office.send(again, office.asha)), "not_found reapplies");
}

}  // namespace
}  // namespace mohur::kernel
