#include "app/authority.hpp"

#include <cstdio>
#include <filesystem>

#include "app/certificates.hpp"
#include "crypto/certificate_authority.hpp"
#include "crypto/encoding.hpp"
#include "journal/files.hpp"
#include "net/clocks.hpp"

namespace mohur::app {
namespace {

struct Authority {
  explicit Authority(const Settings& settings)
      : folder(settings.data_folder + "/ca"), certificate(folder + "/certificate.pem"), key(folder + "/key.pem") {}
  std::string folder, certificate, key;
  bool exists() const { return std::filesystem::exists(certificate); }
};

// The key first: where there is a certificate, there is its key.
Result<void> make(const Authority& authority) {
  if (authority.exists())
    return refuse(Outcome::state_conflict, {}, "There is an authority in " + authority.folder + " already.");
  MOHUR_TRY(journal::posix_files().make_folder(std::filesystem::path{authority.folder}.parent_path()));
  MOHUR_TRY(journal::posix_files().make_folder(authority.folder));
  net::SystemClock clock;
  MOHUR_TRY_SET(made, crypto::make_authority("Mohur, certificates of clients", clock.now()));
  MOHUR_TRY(write_private_file(authority.key, made.private_key_pem));
  MOHUR_TRY(journal::posix_files().sync_folder(authority.folder));
  MOHUR_TRY(write_private_file(authority.certificate, made.certificate_pem));
  return journal::posix_files().sync_folder(authority.folder);
}

Result<crypto::ClientCertificateText> issue(const Settings& settings, const std::string& request_file, int days) {
  const Authority files{settings};
  if (!files.exists())
    return refuse(Outcome::not_found, {}, "There is no authority in " + files.folder + ": `mohur ca init` makes one.");
  crypto::Certificate authority;
  MOHUR_TRY_SET(certificate, read_file(files.certificate));
  MOHUR_TRY_SET(key, read_file(files.key));
  MOHUR_TRY_SET(request, read_file(request_file));
  authority.certificate_pem = std::move(certificate);
  authority.private_key_pem = std::move(key);
  net::SystemClock clock;
  return crypto::sign_request(authority, request, days, clock.now());
}

int told(const Refusal& refusal) {
  std::fprintf(stderr, "mohur: %s\n", refusal.detail.c_str());
  return 1;
}

}  // namespace

Result<std::string> client_authorities(const Settings& settings) {
  std::string all;
  if (const Authority own{settings}; own.exists()) {
    MOHUR_TRY_SET(text, read_file(own.certificate));
    all += text;
  }
  if (settings.client_ca_file.empty()) return all;
  MOHUR_TRY_SET(text, read_file(settings.client_ca_file));
  return all += text;
}

int make_authority(const Settings& settings) {
  const Authority authority{settings};
  if (const Result<void> made = make(authority); !made) return told(made.error());
  std::printf("authority %s\n", authority.certificate.c_str());
  return 0;
}

int issue_certificate(const Settings& settings, const std::string& request_file, int days, const std::string& out) {
  const auto issued = issue(settings, request_file, days);
  if (!issued) return told(issued.error());
  if (out.empty()) {
    std::fwrite(issued->certificate_pem.data(), 1, issued->certificate_pem.size(), stdout);
  } else if (const Result<void> written = write_private_file(out, issued->certificate_pem); !written) {
    return told(written.error());
  }
  std::fprintf(out.empty() ? stderr : stdout, "thumbprint %s\n", crypto::base64url_encode(issued->thumbprint.view()).c_str());
  return 0;
}

}  // namespace mohur::app
