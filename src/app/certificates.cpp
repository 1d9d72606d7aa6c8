#include "app/certificates.hpp"

#include <fcntl.h>
#include <unistd.h>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "crypto/certificate.hpp"
#include "journal/files.hpp"

namespace mohur::app {

Result<std::string> read_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) return refuse(Outcome::not_found, {}, path + " cannot be read.");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Result<void> write_private_file(const std::string& path, const std::string& text) {
  const std::string unfinished = path + ".new";
  const int file = ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool written =
      file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(file) == 0;
  if (file >= 0) ::close(file);
  if (!written) return refuse(Outcome::io_failed, {}, unfinished + " cannot be written.");
  return journal::posix_files().rename(unfinished, path);
}

namespace {

constexpr int kSelfSignedDays = 825;

// The key first: where there is a certificate, there is its key.
Result<void> make_certificate(const std::string& folder, const CertificateFiles& files, const std::string& key_file, Time now) {
  MOHUR_TRY(journal::posix_files().make_folder(folder));
  MOHUR_TRY_SET(made, crypto::self_signed_certificate({}, kSelfSignedDays, now));
  MOHUR_TRY(write_private_file(key_file, made.private_key_pem));
  MOHUR_TRY(journal::posix_files().sync_folder(folder));
  MOHUR_TRY(write_private_file(files.certificate_file, made.certificate_pem));
  return journal::posix_files().sync_folder(folder);
}

}  // namespace

Result<CertificateFiles> load_certificate(const Settings& settings, const std::string& folder, Time now) {
  CertificateFiles files{settings.certificate_file, {}, {}};
  std::string key_file = settings.key_file;
  if (files.certificate_file.empty()) {
    files.certificate_file = folder + "/certificate.pem";
    key_file = folder + "/key.pem";
    if (!std::filesystem::exists(files.certificate_file)) MOHUR_TRY(make_certificate(folder, files, key_file, now));
  }
  MOHUR_TRY_SET(certificate, read_file(files.certificate_file));
  MOHUR_TRY_SET(key, read_file(key_file));
  files.certificate_pem = std::move(certificate);
  files.key_pem = std::move(key);
  return files;
}

}  // namespace mohur::app
