// Decides what a reader of an answer may see of personal data.
//
// Contract  append_json appends exactly one JSON value: a string or null for a Sealed, an object of strings or null for notes.
#pragma once

#include "base/sealed.hpp"

namespace mohur::codec {

class Revealer {
 public:
  virtual ~Revealer() = default;
  virtual void append_json(std::string& out, const Sealed& sealed) = 0;
  virtual void append_json(std::string& out, const SealedNotes& notes) = 0;
};

// Opens nothing: a sealed value shows as its mask, notes as null.
class MaskingRevealer final : public Revealer {
 public:
  void append_json(std::string& out, const Sealed& sealed) override;
  void append_json(std::string& out, const SealedNotes& notes) override;
};

}  // namespace mohur::codec
