// Tells a write that was interrupted from damage, at the place where the frames of the last segment end.
//
// A write goes into zeros, and a disk writes whole sectors. So an interrupted write leaves some of its sectors as they were:
// full of zeros, up to the frame's edge in its first and last one. Nobody was told of such a frame, and it may be cut. Any
// other difference is damage, and nothing of it is touched: the frame may have been acknowledged.
#pragma once

#include <cstdint>
#include <string_view>

#include "journal/frame_format.hpp"

namespace mohur::journal {

// `bytes` are those from `offset` of the segment on, up to the last that is not zero or further. They do not begin with the
// frame that `expected` describes. Answers nothing where a write was interrupted, else one clause that says what is wrong.
//
// Torn, exactly, is what satisfies all of:
// 1. The frame lacks a part. Either its header is good and the end mark's last byte is zero, or so is a whole sector inside;
//    or its header lacks a part: everything up to the sector's end is zero, or the header's beginning is as expected and
//    is followed by zeros to the end, or up to the end of the sector that should hold the rest.
// 2. What lies behind that part looks like sectors of frames: each is full of zeros, or has no long run of them up to its end
//    or up to an end mark.
// 3. No frame behind it began a write of its own: that would show that this one had been made durable.
std::string_view damage_in_tail(std::string_view bytes, std::uint64_t offset, std::uint64_t segment_size, const Link& expected);

}  // namespace mohur::journal
