// A text as a QR code picture.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace mohur::gateway {

// Black on white with the quiet zone that the standard asks for. Error correction level M. Errors: internal_error for a text
// that no QR code holds (above some 2,300 bytes).
Result<std::string> qr_svg(std::string_view text);
Result<std::string> qr_png(std::string_view text);

}  // namespace mohur::gateway
