//===- CoroPrepare.h - Makes LLVM coroutines of marked functions *- C++ -*-===//

#ifndef COROINLINE_COROPREPARE_H
#define COROINLINE_COROPREPARE_H

#include "llvm/IR/PassManager.h"

namespace coroinline {

struct CoroPreparePass : llvm::PassInfoMixin<CoroPreparePass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &AM);
  static llvm::StringRef passName() { return "coro-prepare"; }
  static bool isRequired() { return true; } // at -O0 too
};

} // namespace coroinline

#endif
