//===- CoroNoteVariables.h - Keeps variables in debug info ------*- C++ -*-===//

#ifndef COROINLINE_CORONOTEVARIABLES_H
#define COROINLINE_CORONOTEVARIABLES_H

#include "llvm/IR/PassManager.h"

namespace coroinline {

struct CoroNoteVariablesPass : llvm::PassInfoMixin<CoroNoteVariablesPass> {
  llvm::PreservedAnalyses run(llvm::Function &F,
                              llvm::FunctionAnalysisManager &AM);
  static llvm::StringRef passName() { return "coro-note-variables"; }
  static bool isRequired() { return true; }
};

} // namespace coroinline

#endif
