//===- LinkedRecursion.h - What recursion does without a task ---*- C++ -*-===//

#ifndef COROINLINE_LINKEDRECURSION_H
#define COROINLINE_LINKEDRECURSION_H

#include "llvm/IR/PassManager.h"

namespace coroinline {

/// Where coroutines await each other by linked calls, because the source wants
/// it so, makes a task only where it may suspend. Returns whether M changed.
bool exitRecursionEarly(llvm::Module &M, llvm::FunctionAnalysisManager &FAM);

} // namespace coroinline

#endif
