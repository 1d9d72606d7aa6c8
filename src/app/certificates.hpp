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

// Errors: not_found, io_failed, each naming the file.
Result<CertificateFiles> load_certificate(const Settings& settings, const std::string& folder, Time now);

}  // namespace mohur::app
