//===- Diagnostics.h - Compile-time errors that name a line -----*- C++ -*-===//

#ifndef COROINLINE_DIAGNOSTICS_H
#define COROINLINE_DIAGNOSTICS_H

#include "llvm/ADT/Twine.h"
#include "llvm/IR/Instructions.h"

namespace coroinline {

/// Where something stands in the source.
class SourcePlace {
  const llvm::Function *F = nullptr;
  llvm::DebugLoc Loc;
  uint64_t Cookie = 0; // clang's own location, from the marker's !srcloc
  bool IsStandIn = false;

public:
  SourcePlace() = default;
  explicit SourcePlace(const llvm::Instruction &I);
  /// The place of I; where it has none, that of Fallback, and the error says
  /// how to be told the line.
  SourcePlace(const llvm::Instruction &I, const SourcePlace &Fallback);

  /// Reports an error. Compilation goes on, to find further ones, and fails.
  void error(const llvm::Twine &Message) const;
};

} // namespace coroinline

#endif
