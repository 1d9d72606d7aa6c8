// The SHA-256 algorithm, fetched from OpenSSL once for the whole process; for the sources of this room only.
#pragma once

struct evp_md_st;

namespace mohur::crypto {

// Never freed: threads may still hash while the process ends.
const evp_md_st* fetched_sha256();

}  // namespace mohur::crypto
