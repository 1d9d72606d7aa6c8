// What notices say: plain text in paragraphs, out of facts alone, so that the same facts give the same words.
#pragma once

#include <string>

#include "payments/balance_threshold.hpp"
#include "policy/policy_version.hpp"
#include "registry/incident.hpp"
#include "registry/measure.hpp"

namespace mohur::kernel {

struct NoticeText {
  std::string subject;  // ASCII, one line
  std::string text;     // paragraphs with an empty line between them
};

NoticeText notice_text(const policy::PolicyVersion& version);
NoticeText notice_text(const registry::Measure& measure);
NoticeText notice_text(const payments::BalanceThreshold& crossed);
NoticeText notice_text(const registry::Incident& incident, const registry::Credential& revoked);

}  // namespace mohur::kernel
