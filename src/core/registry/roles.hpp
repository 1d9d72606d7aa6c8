// Who of the operator's people may do what: roles, permissions, and the one table between them.
//
// Role        what a person is to the operator; a person may have several, and may then do whatever one of them permits.
// Permission  one class of operations. A route names the one that it needs, and the core asks for the same one again.
// Four eyes   is not the table's: one person may have both the permission to propose and the one to decide, never for one thing.
// Source      policy clause P4.2; docs/reference/people.md is written from this table
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/describe.hpp"

namespace mohur::registry {

MOHUR_ENUM(Role, (1, owner), (2, operations), (3, risk), (4, compliance), (5, finance), (6, support), (7, auditor))

MOHUR_ENUM(Permission, (1, read), (2, file_clients), (3, decide_clients), (4, propose_terms), (5, decide_terms), (6, issue_keys),
           (7, end_keys), (8, close_incidents), (9, take_measures), (10, confirm_measures), (11, propose_policy),
           (12, publish_policy), (13, record_funds), (14, answer_tickets), (15, close_reviews), (16, appoint_people),
           (17, see_alerts))

struct PermissionRow {
  Permission permission;
  std::string_view roles;  // a column for each role, in order
  std::string_view meaning;
};

// Columns: owner, operations, risk, compliance, finance, support, auditor.
inline constexpr std::array kPermissions = {
    //                                        own ope ris com fin sup aud
    PermissionRow{Permission::read, "x   x   x   x   x   x   x", "See everything that is not masked, alerts left out."},
    PermissionRow{Permission::file_clients, "x   x   x   x   .   .   .", "File clients' applications, and review them."},
    PermissionRow{Permission::decide_clients, "x   .   x   x   .   .   .", "Approve and decline applications."},
    PermissionRow{Permission::propose_terms, "x   x   x   .   x   .   .",
                  "Propose plans, changes of agreements, ladders and watch rules."},
    PermissionRow{Permission::decide_terms, "x   .   x   .   x   .   .", "Decide what is proposed of those."},
    PermissionRow{Permission::issue_keys, "x   x   .   .   .   .   .", "Issue clients' keys, rotate and bind them."},
    PermissionRow{Permission::end_keys, "x   x   x   x   .   x   .", "Revoke clients' keys, and report them as leaked."},
    PermissionRow{Permission::close_incidents, "x   .   x   x   .   .   .", "Close incidents and alerts with what came of them."},
    PermissionRow{Permission::take_measures, "x   .   x   x   .   .   .", "Take measures against clients, and take them back."},
    PermissionRow{Permission::confirm_measures, "x   .   x   x   .   .   .", "Confirm and reject measures that wait for it."},
    PermissionRow{Permission::propose_policy, "x   .   .   x   .   .   .", "Propose versions of the usage policy."},
    PermissionRow{Permission::publish_policy, "x   .   .   x   .   .   .", "Publish and reject them."},
    PermissionRow{Permission::record_funds, "x   .   .   .   x   .   .", "Record money received for clients."},
    PermissionRow{Permission::answer_tickets, "x   x   x   x   x   x   .", "Answer clients' tickets, and close them."},
    PermissionRow{Permission::close_reviews, "x   .   x   .   x   .   .", "Close reviews of clients' plans."},
    PermissionRow{Permission::appoint_people, "x   .   .   .   .   .   .", "Propose and decide who may do what; keys of people."},
    PermissionRow{Permission::see_alerts, "x   .   x   x   .   .   x", "See what the watch saw, and what was made of it."},
};

// Whether the table gives this permission to this role.
constexpr bool permits(Role role, Permission permission) {
  const auto& row = kPermissions[static_cast<std::size_t>(permission) - 1];
  return row.roles[(static_cast<std::size_t>(role) - 1) * 4] == 'x';
}
constexpr bool permits(const std::vector<Role>& roles, Permission permission) {
  for (const Role role : roles)
    if (permits(role, permission)) return true;
  return false;
}

// Each permission has its row, in order, and each row a column for each role.
consteval bool table_is_whole() {
  const auto permissions = described_enumerators(Permission{});
  if (permissions.size() != kPermissions.size()) return false;
  for (std::size_t i = 0; i < permissions.size(); ++i)
    if (kPermissions[i].permission != permissions[i].value ||
        kPermissions[i].roles.size() != 4 * described_enumerators(Role{}).size() - 3)
      return false;
  return true;
}
static_assert(table_is_whole());

}  // namespace mohur::registry
