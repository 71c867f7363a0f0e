//===- CoroLifetimes.h - Lifetimes that CoroSplit would misread -*- C++ -*-===//

#ifndef COROINLINE_COROLIFETIMES_H
#define COROINLINE_COROLIFETIMES_H

#include "llvm/IR/PassManager.h"

namespace coroinline {

/// Joins lifetimes of a variable that end and begin again in one block of a
/// coroutine. Last before CoroSplit, at Peephole.
struct CoroLifetimesPass : llvm::PassInfoMixin<CoroLifetimesPass> {
  llvm::PreservedAnalyses run(llvm::Function &F,
                              llvm::FunctionAnalysisManager &AM);
  static llvm::StringRef passName() { return "coro-lifetimes"; }
};

} // namespace coroinline

#endif
