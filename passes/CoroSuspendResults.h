//===- CoroSuspendResults.h - What suspends give ----------------*- C++ -*-===//

#ifndef COROINLINE_COROSUSPENDRESULTS_H
#define COROINLINE_COROSUSPENDRESULTS_H

#include "llvm/IR/PassManager.h"

namespace coroinline {

/// Copies the results of a coroutine's suspends that are used in other blocks,
/// for an LLVM that doesn't keep them across another suspend. Last before
/// CoroSplit, at Peephole.
struct CoroSuspendResultsPass : llvm::PassInfoMixin<CoroSuspendResultsPass> {
  llvm::PreservedAnalyses run(llvm::Function &F,
                              llvm::FunctionAnalysisManager &AM);
  static llvm::StringRef passName() { return "coro-suspend-results"; }
};

} // namespace coroinline

#endif
