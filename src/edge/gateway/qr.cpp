#include "gateway/qr.hpp"

#include <png.h>
#include <qrencode.h>

#include <memory>
#include <vector>

namespace mohur::gateway {
namespace {

constexpr int kQuietModules = 4;
constexpr int kPixelsPerModule = 8;

struct FreeCode {
  void operator()(QRcode* code) const { QRcode_free(code); }
};
using Code = std::unique_ptr<QRcode, FreeCode>;

Result<Code> encode(std::string_view text) {
  Code code{QRcode_encodeString8bit(std::string{text}.c_str(), 0, QR_ECLEVEL_M)};
  if (!code) return refuse(Outcome::internal_error, {}, "The text does not fit into a QR code.");
  return code;
}

bool is_dark(const QRcode& code, int x, int y) {
  if (x < 0 || y < 0 || x >= code.width || y >= code.width) return false;
  return (code.data[y * code.width + x] & 1) != 0;
}

}  // namespace

Result<std::string> qr_svg(std::string_view text) {
  MOHUR_TRY_SET(code, encode(text));
  const std::string size = std::to_string(code->width + 2 * kQuietModules);
  std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + size + " " + size +
                    "\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h" + size + "v" + size + "H0z\"/><path d=\"";
  for (int y = 0; y < code->width; ++y)
    for (int x = 0; x < code->width; ++x)
      if (is_dark(*code, x, y))
        svg += "M" + std::to_string(x + kQuietModules) + " " + std::to_string(y + kQuietModules) + "h1v1h-1z";
  return svg + "\"/></svg>";
}

Result<std::string> qr_png(std::string_view text) {
  MOHUR_TRY_SET(code, encode(text));
  const int side = (code->width + 2 * kQuietModules) * kPixelsPerModule;
  std::vector<std::uint8_t> grey(static_cast<std::size_t>(side) * static_cast<std::size_t>(side));
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < side; ++x)
      grey[static_cast<std::size_t>(y) * static_cast<std::size_t>(side) + static_cast<std::size_t>(x)] =
          is_dark(*code, x / kPixelsPerModule - kQuietModules, y / kPixelsPerModule - kQuietModules) ? 0 : 255;
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = image.height = static_cast<png_uint_32>(side);
  image.format = PNG_FORMAT_GRAY;
  std::string png(PNG_IMAGE_PNG_SIZE_MAX(image), '\0');
  png_alloc_size_t size = png.size();
  if (png_image_write_to_memory(&image, png.data(), &size, 0, grey.data(), 0, nullptr) == 0)
    return refuse(Outcome::internal_error, {}, "The picture could not be made.");
  png.resize(size);
  return png;
}

}  // namespace mohur::gateway
