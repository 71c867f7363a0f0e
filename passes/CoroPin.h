//===- CoroPin.h - What differs between threads -----------------*- C++ -*-===//

#ifndef COROINLINE_COROPIN_H
#define COROINLINE_COROPIN_H

#include "llvm/IR/PassManager.h"

namespace coroinline {

/// Has our coroutines, and what they call, compute what may differ between
/// threads where the source does, also where LLVM sees no harm in doing so
/// behind a suspend.
void pinThreadValues(llvm::ArrayRef<llvm::Function *> Coroutines);

/// Does that again for what has been inlined into such a coroutine, and undoes
/// it in what CoroSplit has split and in other functions. At
/// CGSCCOptimizerLate.
struct CoroPinPass : llvm::PassInfoMixin<CoroPinPass> {
  llvm::PreservedAnalyses run(llvm::Function &F,
                              llvm::FunctionAnalysisManager &AM);
  static llvm::StringRef passName() { return "coro-pin"; }
};

} // namespace coroinline

#endif
