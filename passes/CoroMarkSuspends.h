//===- CoroMarkSuspends.h - Where tasks stand, for debuggers ----*- C++ -*-===//

#ifndef COROINLINE_COROMARKSUSPENDS_H
#define COROINLINE_COROMARKSUSPENDS_H

#include "llvm/IR/PassManager.h"

namespace coroinline {

struct CoroMarkSuspendsPass : llvm::PassInfoMixin<CoroMarkSuspendsPass> {
  llvm::PreservedAnalyses run(llvm::Function &F,
                              llvm::FunctionAnalysisManager &AM);
  static llvm::StringRef passName() { return "coro-mark-suspends"; }
  static bool isRequired() { return true; }
};

} // namespace coroinline

#endif
