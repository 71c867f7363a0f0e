//===- KnownCallees.h - What a function pointer can point to ----*- C++ -*-===//

#ifndef COROINLINE_KNOWNCALLEES_H
#define COROINLINE_KNOWNCALLEES_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/InstrTypes.h"

namespace coroinline {

struct KnownCallees {
  llvm::SmallVector<llvm::Function *, 4> Targets;
  bool AreAll = false; // a call goes to one of them, if it is defined at all
};

/// The functions that a call can be seen to go to: through an alias, variables,
/// parameters of functions whose calls are all in the module, tables and
/// structs of constants. Regardless of the order in which things happen.
KnownCallees findCallees(const llvm::CallBase &Call);

} // namespace coroinline

#endif
