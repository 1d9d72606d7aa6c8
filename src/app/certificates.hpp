// The server's certificate: the files that the operator gives, or a self-signed one made at the first start.
#pragma once

#include <string>

#include "app/settings.hpp"
#include "base/time.hpp"

namespace mohur::app {

struct CertificateFiles {
  std::string certificate_file;
  std::string certificate_pem;
  std::string key_pem;
};

// Errors: not_found.
Result<std::string> read_file(const std::string& path);
// Readable by the server's user only. Appears under its name when it is whole, so that a crash leaves all of it or nothing.
Result<void> write_private_file(const std::string& path, const std::string& text);

// Errors: not_found, io_failed, each naming the file.
Result<CertificateFiles> load_certificate(const Settings& settings, const std::string& folder, Time now);

}  // namespace mohur::app
