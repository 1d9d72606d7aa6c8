// `mohur ca`: the server's own authority for the certificates of clients, made and used on the machine.
//
// A running server only reads its certificate, at its start.
//
// Files    <data.folder>/ca/certificate.pem and key.pem, each readable by the server's user alone. They are made once: another
//          authority under the same name would leave out all who have certificates of the first.
#pragma once

#include <optional>
#include <string>

#include "app/settings.hpp"

namespace mohur::app {

// What vouches for certificates of clients: the own authority, if there is one, and those of `server.client_ca_file`; empty when
// there are none. Errors: not_found for a file that cannot be read.
Result<std::string> client_authorities(const Settings& settings);

// Each answers with the process's exit status.
int make_authority(const Settings& settings);
// Signs a certificate request and writes the certificate, to standard output when `out` is empty; tells its thumbprint.
int issue_certificate(const Settings& settings, const std::string& request_file, int days, const std::string& out);

}  // namespace mohur::app
