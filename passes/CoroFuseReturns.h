//===- CoroFuseReturns.h - Awaiters go on in awaited tasks ------*- C++ -*-===//

#ifndef COROINLINE_COROFUSERETURNS_H
#define COROINLINE_COROFUSERETURNS_H

#include "llvm/IR/PassManager.h"

namespace coroinline {

/// Where a task leaves for its awaiter, puts what that does behind the await,
/// for each coroutine that is known to await such tasks. For what has been
/// split and simplified: at OptimizerEarly.
struct CoroFuseReturnsPass : llvm::PassInfoMixin<CoroFuseReturnsPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &AM);
  static llvm::StringRef passName() { return "coro-fuse-returns"; }
};

} // namespace coroinline

#endif
