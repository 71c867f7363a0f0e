//===- ByValue.h - Arguments in the caller's memory -------------*- C++ -*-===//

#ifndef COROINLINE_BYVALUE_H
#define COROINLINE_BYVALUE_H

#include "llvm/IR/Argument.h"
#include "llvm/IR/Instructions.h"

#include <optional>

namespace coroinline {

/// The argument of a function fresh from clang that C passes by value and the
/// target by the address of a copy.
class ByValue {
  llvm::Argument *A = nullptr;
  llvm::StoreInst *Spill = nullptr; // for the debugger; null with byval

public:
  /// None where A is what it looks like.
  static std::optional<ByValue> analyze(llvm::Argument &A);

  struct Layout {
    llvm::Type *T;
    llvm::Align Alignment;
  };
  /// None where nothing in the module tells.
  std::optional<Layout> layout() const;

  /// Has debuggers look into Copy.
  void redirectDebugInfo(llvm::AllocaInst &Copy) const;
};

} // namespace coroinline

#endif
