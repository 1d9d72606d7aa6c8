#include "net/http_syntax.hpp"

#include <algorithm>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <cstring>
#include <functional>
#include <new>

#include "base/text.hpp"
#include "net/target.hpp"

namespace mohur::net {
namespace {

namespace http = boost::beast::http;
using ErrorCode = boost::beast::error_code;

std::string_view to_view(boost::beast::string_view text) { return {text.data(), text.size()}; }

// Eight characters at once: of each that is A to Z, the bit of 0x20 is set.
std::uint64_t to_lower(std::uint64_t text) {
  constexpr std::uint64_t each = 0x0101'0101'0101'0101;
  const std::uint64_t low_bits = text & each * 0x7f;
  const std::uint64_t from_a = low_bits + each * (0x80 - 'A');
  const std::uint64_t behind_z = low_bits + each * (0x7f - 'Z');
  const std::uint64_t upper = from_a & ~behind_z & ~text & each * 0x80;
  return text | upper >> 2;
}

std::uint64_t load(const char* text, std::size_t size) {
  std::uint64_t word = 0;
  std::memcpy(&word, text, size);
  return word;
}

Method to_method(http::verb verb) {
  switch (verb) {
    case http::verb::get: return Method::get;
    case http::verb::head: return Method::head;
    case http::verb::post: return Method::post;
    case http::verb::put: return Method::put;
    case http::verb::patch: return Method::patch;
    case http::verb::delete_: return Method::delete_;
    case http::verb::options: return Method::options;
    default: return Method::other;
  }
}

bool carries_body(Method method) { return method == Method::post || method == Method::put || method == Method::patch; }

// host [":" port], where the host is a name, an IPv4 address or a bracketed IPv6 address.
bool is_valid_host(std::string_view host) {
  if (host.empty() || host.size() > 260) return false;
  const std::size_t colon = host.find(':', host.front() == '[' ? std::min(host.find(']'), host.size()) : 0);
  const std::string_view port = colon == host.npos ? std::string_view{} : host.substr(colon + 1);
  const std::string_view name = host.substr(0, colon);
  if (port.size() > 5 || !std::ranges::all_of(port, is_digit)) return false;
  if (name.starts_with('[')) return name.ends_with(']') && IpAddress::parse(name.substr(1, name.size() - 2)).has_value();
  return !name.empty() &&
         std::ranges::all_of(name, [](char c) { return is_alphanumeric(c) || c == '-' || c == '.' || c == '_'; });
}

SyntaxFailure to_failure(const ErrorCode& error) {
  if (error == http::error::bad_method) return {Outcome::malformed_request, "The method is malformed."};
  if (error == http::error::bad_target) return {Outcome::malformed_request, "The request target is malformed."};
  if (error == http::error::bad_version) return {Outcome::malformed_request, "The request line does not end in HTTP/1.1."};
  if (error == http::error::bad_field) return {Outcome::malformed_request, "A header name is malformed."};
  if (error == http::error::bad_value) return {Outcome::malformed_request, "A header value is malformed."};
  if (error == http::error::bad_content_length || error == http::error::multiple_content_length)
    return {Outcome::malformed_request, "The Content-Length is malformed, repeated or beside a Transfer-Encoding."};
  if (error == http::error::bad_transfer_encoding)
    return {Outcome::malformed_request, "The Transfer-Encoding is repeated or beside a Content-Length."};
  if (error == http::error::header_limit) return {Outcome::headers_too_large, "The headers are too large."};
  return {Outcome::malformed_request, "The request is not well-formed HTTP."};
}

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  std::size_t at = 0;
  for (; at + 8 <= a.size(); at += 8)
    if (to_lower(load(a.data() + at, 8)) != to_lower(load(b.data() + at, 8))) return false;
  return at == a.size() || to_lower(load(a.data() + at, a.size() - at)) == to_lower(load(b.data() + at, a.size() - at));
}

// One head: Beast calls back for each part of it. Made anew for every head, as Beast's parsers are.
class HttpSyntax::Reader final : public http::basic_parser<true> {
 public:
  explicit Reader(const SyntaxLimits& limits) : limits_(limits) {
    header_limit(static_cast<std::uint32_t>(limits.head_bytes + 1));
    body_limit(boost::none);
  }

  void read_head(std::string_view head, RequestHead& into) {
    head_ = head;
    into_ = &into;
    into.headers.clear();
    into.host = {};
    ErrorCode error;
    put({head.data(), head.size()}, error);
    if (error && !failure_) failure_ = error == http::error::bad_version ? version_failure() : to_failure(error);
    if (failure_) return;
    into.content_length.reset();
    if (const auto length = content_length()) into.content_length = *length;
    into.chunked = chunked();
    check_head();
  }

  const std::optional<SyntaxFailure>& failure() const { return failure_; }
  bool expects_continue() const { return expects_continue_; }

 private:
  void refuse(ErrorCode& error, std::string_view detail, Outcome outcome = Outcome::malformed_request) {
    failure_ = SyntaxFailure{outcome, detail};
    error = http::error::bad_value;
  }

  void on_request_impl(http::verb verb, boost::beast::string_view method, boost::beast::string_view target, int version,
                       ErrorCode& error) override {
    if (version != 11) return refuse(error, "Only HTTP/1.1 is spoken here.", Outcome::http_version_not_supported);
    if (target.size() > limits_.target_bytes) return refuse(error, "The request target is too long.", Outcome::uri_too_long);
    into_->method = to_method(verb);
    into_->method_text = to_view(method);
    into_->target = to_view(target);
  }

  void on_field_impl(http::field field, boost::beast::string_view name, boost::beast::string_view value,
                     ErrorCode& error) override {
    if (into_->headers.size() >= limits_.headers) return refuse(error, "There are too many headers.", Outcome::headers_too_large);
    const Header header{to_view(name), to_view(value)};
    if (is_folded(header)) return refuse(error, "A header is folded over several lines.");
    note(field, header.value, error);
    into_->headers.push_back(header);
  }

  // Another version of HTTP, or not a version at all.
  SyntaxFailure version_failure() const {
    const std::string_view line = head_.substr(0, head_.find('\r'));
    const std::size_t space = line.rfind(" HTTP/");
    const std::string_view version = space == line.npos ? std::string_view{} : line.substr(space + 6);
    if (version.size() == 3 && mohur::is_digit(version[0]) && version[1] == '.' && mohur::is_digit(version[2]))
      return {Outcome::http_version_not_supported, "Only HTTP/1.1 is spoken here."};
    return to_failure(http::error::bad_version);
  }

  // Beast joins folded lines, in a buffer of its own or by passing over the line end before the value.
  bool is_folded(const Header& header) const {
    const char* const after_name = header.name.data() + header.name.size() + 1;
    if (std::less{}(header.value.data(), after_name) || std::greater{}(header.value.data(), head_.data() + head_.size()))
      return true;
    return std::find(after_name, header.value.data(), '\n') != header.value.data();
  }

  // The headers that say where the message ends and to whom it goes, each at most once and in one form.
  void note(http::field field, std::string_view value, ErrorCode& error) {
    if (field == http::field::host) {
      if (!into_->host.empty()) return refuse(error, "Host stands twice.");
      if (!is_valid_host(value)) return refuse(error, "Host is malformed.");
      into_->host = value;
    } else if (field == http::field::content_length) {
      if (has_length_) return refuse(error, "Content-Length stands twice.");
      if (!std::ranges::all_of(value, mohur::is_digit)) return refuse(error, "Content-Length is not a number.");
      has_length_ = true;
    } else if (field == http::field::transfer_encoding) {
      if (!equals_ignoring_case(value, "chunked")) return refuse(error, "The only transfer coding understood is chunked.");
    } else if (field == http::field::expect) {
      expects_continue_ = equals_ignoring_case(value, "100-continue");
    } else if (field == http::field::content_type) {
      has_content_type_ = true;
    }
  }

  void check_head() {
    if (into_->host.empty()) {
      failure_ = SyntaxFailure{Outcome::malformed_request, "Host is missing."};
    } else if (!split_target()) {
      failure_ = SyntaxFailure{Outcome::malformed_request, "The request target is malformed or names another host."};
    } else if (has_content_type_ && carries_body(into_->method) && !into_->content_length && !into_->chunked) {
      failure_ =
          SyntaxFailure{Outcome::length_required, "There is a Content-Type but neither Content-Length nor chunked coding."};
    }
  }

  // RFC 9112, 3.2: `/path?query`, `https://host/path?query` with the host of the Host header, or `*` of OPTIONS.
  bool split_target() {
    std::string_view& target = into_->target;
    if (target == "*") {
      into_->path = target;
      into_->query = {};
      return into_->method == Method::options;
    }
    if (!target.starts_with('/')) {
      const std::size_t scheme = target.find("://");
      if (scheme == target.npos) return false;
      if (!equals_ignoring_case(target.substr(0, scheme), "http") && !equals_ignoring_case(target.substr(0, scheme), "https"))
        return false;
      const std::string_view rest = target.substr(scheme + 3);
      const std::size_t slash = std::min(rest.find('/'), rest.size());
      if (!equals_ignoring_case(rest.substr(0, slash), into_->host)) return false;
      target = slash == rest.size() ? std::string_view{"/"} : rest.substr(slash);
    }
    const std::size_t mark = target.find('?');
    into_->path = target.substr(0, mark);
    into_->query = mark == target.npos ? std::string_view{} : target.substr(mark + 1);
    return is_valid_target(into_->path) && is_valid_target(into_->query);
  }

  // Bodies are not shown to Beast.
  void on_response_impl(int, boost::beast::string_view, int, ErrorCode&) override {}
  void on_header_impl(ErrorCode&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) override {}
  std::size_t on_body_impl(boost::beast::string_view body, ErrorCode&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, boost::beast::string_view, ErrorCode&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, boost::beast::string_view body, ErrorCode&) override { return body.size(); }
  void on_finish_impl(ErrorCode&) override {}

  const SyntaxLimits& limits_;
  std::string_view head_;
  RequestHead* into_ = nullptr;
  std::optional<SyntaxFailure> failure_;
  bool has_length_ = false;
  bool has_content_type_ = false;
  bool expects_continue_ = false;
};

HttpSyntax::HttpSyntax(const SyntaxLimits& limits) : limits_(limits), reader_(std::make_unique<Reader>(limits_)) {}
HttpSyntax::~HttpSyntax() = default;

std::optional<SyntaxFailure> HttpSyntax::parse_head(std::string_view head, RequestHead& into) {
  Reader* const reader = reader_.get();
  reader->~Reader();
  new (reader) Reader(limits_);
  reader->read_head(head, into);
  return reader->failure();
}

bool HttpSyntax::keep_alive() const { return reader_->keep_alive(); }
bool HttpSyntax::expects_continue() const { return reader_->expects_continue(); }

}  // namespace mohur::net
