#include "app/roles_page.hpp"

#include "registry/roles.hpp"

namespace mohur::app {

std::string roles_page() {
  std::string page =
      "# Roles\n\nMade by `mohur schema` of the table in `src/core/registry/roles.hpp`. A person may have several roles, and may "
      "then do whatever one of them permits. How people get and lose roles: [people.md](people.md).\n\n| permission |";
  std::string line = "| --- |";
  for (const auto& role : described_enumerators(registry::Role{})) {
    page.append(" ").append(role.token).append(" |");
    line += " :-: |";
  }
  page.append(" what it is |\n").append(line).append(" --- |\n");
  for (const registry::PermissionRow& row : registry::kPermissions) {
    page.append("| `").append(to_token(row.permission)).append("` |");
    for (const auto& role : described_enumerators(registry::Role{}))
      page.append(registry::permits(role.value, row.permission) ? " yes |" : " |");
    page.append(" ").append(row.meaning).append(" |\n");
  }
  return page;
}

}  // namespace mohur::app
