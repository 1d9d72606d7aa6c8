#include "kernel/notice_texts.hpp"

namespace mohur::kernel {
namespace {

using registry::Measure;
using registry::MeasureKind;

// `2026-11-22 06:30 UTC`
std::string moment(Time at) {
  const std::string text = to_rfc3339(at);
  return text.substr(0, 10) + " " + text.substr(11, 5) + " UTC";
}

std::string_view title_of(MeasureKind kind) {
  switch (kind) {
    case MeasureKind::restrict: return "Your access is restricted";
    case MeasureKind::suspend: return "Your access is suspended";
    case MeasureKind::terminate: return "Your access ends";
    case MeasureKind::reinstate: return "Your access is given back";
  }
  return {};
}

std::string_view meaning_of(MeasureKind kind) {
  switch (kind) {
    case MeasureKind::restrict: return "From then on no new money goes out. Reading, collecting and refunding go on.";
    case MeasureKind::suspend: return "From then on you can read, and nothing else.";
    case MeasureKind::terminate: return "From then on no call with your keys is accepted.";
    case MeasureKind::reinstate: return "Everything that your agreement names is open to you again.";
  }
  return {};
}

constexpr std::string_view kInFlight =
    "What is under way: payouts that were sent to a bank are finished, whatever comes of them. Payouts that are scheduled or "
    "wait "
    "for balance fail when their time comes, with the reason client_not_allowed, and their money stays on your balance. What "
    "payers still pay to you is recorded and stays yours.";

std::string reporter_of(const registry::Incident& incident) {
  switch (incident.source) {
    case registry::IncidentSource::holder: return "whoever holds it";
    case registry::IncidentSource::person: return "the operator";
    case registry::IncidentSource::scanner: return "a scanner for leaked keys, " + incident.scanner.value_or("");
  }
  return {};
}

std::string spaced(std::string_view token) {
  std::string words{token};
  for (char& c : words)
    if (c == '_') c = ' ';
  return words;
}

}  // namespace

NoticeText notice_text(const policy::PolicyVersion& version) {
  const std::string number = std::to_string(version.number.value_or(0));
  return {"Version " + number + " of the usage policy comes into force at " + moment(version.effective_at),
          "A new version of the usage policy was published: version " + number + ". It comes into force at " +
              moment(version.effective_at) + ".\n\nWhat is new: " + version.change_summary + "\n\nWhy: " + version.reason +
              "\n\nYou can read it, and compare it with the version before, at /policy/versions/" + number +
              " of the API's address. Whoever goes on using the API after that moment accepts it. The SHA-256 of its text is " +
              version.hash + "."};
}

NoticeText notice_text(const Measure& measure) {
  const std::string title{title_of(measure.kind)};
  std::string text = title + (measure.critical ? " at once, since " : ", since ") + moment(measure.effective_at) + ".";
  if (!measure.critical && measure.kind != MeasureKind::reinstate)
    text = title + " from " + moment(measure.effective_at) + " on.";
  text.append(" ").append(meaning_of(measure.kind));
  if (measure.kind == MeasureKind::reinstate) return {title, std::move(text)};
  text += "\n\nGround: " + spaced(to_token(measure.ground)) + ". Clause of the usage policy: " + measure.clause +
          ". Evidence: " + measure.evidence + ".";
  if (measure.critical)
    text += "\n\nThis took effect before you were told, because waiting would have endangered somebody (clause P8.2).";
  if (measure.confirm_by)
    text +=
        " A second person confirms it by " + moment(*measure.confirm_by) + "; otherwise it lapses, and you are restricted only.";
  return {title, text + "\n\n" + std::string{kInFlight}};
}

NoticeText notice_text(const payments::BalanceThreshold& crossed) {
  return {"Your payout balance is low",
          to_display(crossed.available, crossed.currency) + " of your payout balance are available, as of " +
              moment(crossed.updated_at) + ". That is less than the threshold of " +
              to_display(crossed.amount, crossed.currency) +
              " that you have set.\n\nPayouts that it does not cover are refused, or wait for balance where their order says "
              "so. GET /v1/balances shows what is available; the threshold is " +
              crossed.id.to_string() + "."};
}

NoticeText notice_text(const registry::Incident& incident, const registry::Credential& revoked) {
  std::string text = "Your " + std::string{to_token(revoked.mode)} + " key " + revoked.kid + " (" + revoked.label +
                     "), whose secret ends in " + revoked.last_four + ", was revoked at " + moment(incident.created_at) +
                     ". It was reported as compromised by " + reporter_of(incident) + ".";
  const bool is_of_a_stranger = incident.source == registry::IncidentSource::holder;  // whoever has the key writes what they like
  if (incident.note && !is_of_a_stranger) text += "\n\nWhat was reported: " + *incident.note;
  text +=
      "\n\nNo call with it is accepted from then on. Have another one issued, and put it wherever this one was used. What it was "
      "used for is listed at /v1/requests?credential=" +
      revoked.id.to_string() + "; the incident is " + incident.id.to_string() + ".";
  return {"An API key of yours was reported as compromised, and revoked", std::move(text)};
}

}  // namespace mohur::kernel
