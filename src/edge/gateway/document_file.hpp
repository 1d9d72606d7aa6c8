// The files of documents: which are taken, and what they are.
//
// Taken    PDF, PNG and JPEG, by what the bytes are and not by a name; whole from the first byte to the last; 2 MiB at most.
// Refused  A PDF that could do something when it is opened: scripts, launched programs, files inside it, forms of XFA, rich
//          media; or whose content is encrypted, so that nobody can look into it.
// Bounds   This is a look at the form, not a search for known malware: files are only ever handed out as attachments.
// Source   ISO 32000-1, 7.5.2 and 12.6.4; RFC 2083, 3.1; ISO/IEC 10918-1, B.1.1.3
#pragma once

#include "base/result.hpp"
#include "registry/application.hpp"

namespace mohur::gateway {

// Errors: document_refused.
Result<registry::DocumentMedia> check_document(std::string_view bytes);

}  // namespace mohur::gateway
