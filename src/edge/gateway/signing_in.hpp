// What all ways of signing in have in common: who must wait, and the session that is opened.
#pragma once

#include "gateway/route.hpp"

namespace mohur::gateway {

// Nobody finds the halves of an invitation by trying, and who tries elsewhere does not keep out whom it is for: what fails
// counts against the network that it comes from, for this account and for all.
Key128 account_here(const Call& call, Key128 account);

// Counts as failed until it is found right. Errors: sign_in_blocked.
Result<void> begin_try(Call& call, Key128 account);
void succeeded(Call& call, Key128 account);
// Where the next one must wait, the journal says so, as long as there is such a person.
std::unexpected<Refusal> failed(Call& call, Key128 account, Refusal refusal);

// A session with a new token, which the answer or its cookie shows once. From here on the call is the person's.
kernel::OpenSession open_session(Call& call, registry::PersonId person, registry::SessionKind kind);

}  // namespace mohur::gateway
