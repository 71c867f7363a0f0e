//===- EarlyExit.h - The part of a coroutine that needs no task -*- C++ -*-===//

#ifndef COROINLINE_EARLYEXIT_H
#define COROINLINE_EARLYEXIT_H

#include "llvm/IR/Function.h"

namespace coroinline {

/// A copy of the coroutine F that goes only as far as F may end without having
/// suspended. Where F would go on, it calls restOfBody(), having done nothing
/// yet that shows. The caller owns the copy. Null where F can't end like that.
llvm::Function *copyEarlyExit(llvm::Function &F);

/// What stands for the rest of a coroutine in such a copy.
llvm::Function &restOfBody(llvm::Module &M);

/// A copy of F to inline from, which stands for F in debug information too.
llvm::Function *copyToInline(llvm::Function &F);

} // namespace coroinline

#endif
