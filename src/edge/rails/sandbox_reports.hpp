// What the sandbox bank says about an entry of its book: how many reports, when, and what each of them is.
//
// Reports follow from the entry alone, so the bank can say the same again at any time.
#pragma once

#include "engine/archive.hpp"
#include "rails/sandbox_book.hpp"
#include "vault/vault.hpp"

namespace mohur::rails {

std::size_t count_reports(const Entry& entry);

// When the n-th report (first is 0) is due, on the client's clock; never before the one before it.
Time due_at(const Entry& entry, std::size_t n);

// As of the time at which it is due.
kernel::Command report_of(const Entry& entry, std::size_t n, const vault::Vault& vault);
// Said again to somebody who asked at this time.
kernel::Command report_of(const Entry& entry, std::size_t n, const vault::Vault& vault, Time as_of);

// Whether the house's durable state shows that it heard the n-th report; what is missing there is said again after a restart.
Result<bool> was_heard(const Entry& entry, std::size_t n, const engine::Archive& archive, const vault::Vault& vault);

}  // namespace mohur::rails
