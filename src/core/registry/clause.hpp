// The usage policy's clauses, and the grounds on which a client's access may be narrowed or ended: both closed lists.
//
// A decision against a client names one of each (P8.1). In the journal a clause is its text, so that one that is retired here
// can still be read there.
// Source   policy clauses P1.1 to P10.1, P8.1
#pragma once

#include "base/describe.hpp"

namespace mohur::registry {

MOHUR_ENUM(Ground, (1, policy_breach), (2, harmful_use), (3, contract_breach), (4, security_breach), (5, no_cooperation))

// Numbers are permanent.
#define MOHUR_CLAUSES(CLAUSE) \
  CLAUSE(1, 1_1, "P1.1")      \
  CLAUSE(2, 1_2, "P1.2")      \
  CLAUSE(3, 1_3, "P1.3")      \
  CLAUSE(4, 1_4, "P1.4")      \
  CLAUSE(5, 1_5, "P1.5")      \
  CLAUSE(6, 2_1, "P2.1")      \
  CLAUSE(7, 2_2, "P2.2")      \
  CLAUSE(8, 2_3, "P2.3")      \
  CLAUSE(9, 3_1, "P3.1")      \
  CLAUSE(10, 3_2, "P3.2")     \
  CLAUSE(11, 3_3, "P3.3")     \
  CLAUSE(12, 3_4, "P3.4")     \
  CLAUSE(13, 3_5, "P3.5")     \
  CLAUSE(14, 4_1, "P4.1")     \
  CLAUSE(15, 4_2, "P4.2")     \
  CLAUSE(16, 4_3, "P4.3")     \
  CLAUSE(17, 4_4, "P4.4")     \
  CLAUSE(18, 5_1, "P5.1")     \
  CLAUSE(19, 5_2, "P5.2")     \
  CLAUSE(20, 5_3, "P5.3")     \
  CLAUSE(21, 6_1, "P6.1")     \
  CLAUSE(22, 6_2, "P6.2")     \
  CLAUSE(23, 6_3, "P6.3")     \
  CLAUSE(24, 7_1, "P7.1")     \
  CLAUSE(25, 8_1, "P8.1")     \
  CLAUSE(26, 8_2, "P8.2")     \
  CLAUSE(27, 9_1, "P9.1")     \
  CLAUSE(28, 9_2, "P9.2")     \
  CLAUSE(29, 10_1, "P10.1")

enum class Clause : std::uint8_t {
#define MOHUR_CLAUSE(number, name, token) P##name = number,
  MOHUR_CLAUSES(MOHUR_CLAUSE)
#undef MOHUR_CLAUSE
};
constexpr std::string_view described_enum_name(Clause) { return "Clause"; }
constexpr auto described_enumerators(Clause) {
  return std::to_array<Enumerator<Clause>>({
#define MOHUR_CLAUSE(number, name, token) {Clause::P##name, token},
      MOHUR_CLAUSES(MOHUR_CLAUSE)
#undef MOHUR_CLAUSE
  });
}

}  // namespace mohur::registry
