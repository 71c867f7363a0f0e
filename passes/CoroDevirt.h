//===- CoroDevirt.h - Direct calls of known coroutines ----------*- C++ -*-===//

#ifndef COROINLINE_CORODEVIRT_H
#define COROINLINE_CORODEVIRT_H

#include "Splice.h"

#include "llvm/Analysis/CGSCCPassManager.h"
#include "llvm/Analysis/LazyCallGraph.h"
#include "llvm/IR/PassManager.h"

namespace coroinline {

/// Makes the resumption and destruction of a task whose coroutine is known
/// direct, and puts the coroutine's resume function in the place of the call.
/// For what has been split: at CGSCCOptimizerLate. On a module, what can be
/// done for linked recursion before.
struct CoroDevirtPass : llvm::PassInfoMixin<CoroDevirtPass> {
  llvm::PreservedAnalyses run(llvm::LazyCallGraph::SCC &C,
                              llvm::CGSCCAnalysisManager &AM,
                              llvm::LazyCallGraph &CG,
                              llvm::CGSCCUpdateResult &UR);
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &AM);
  static llvm::StringRef passName() { return "coro-devirt"; }
};

/// Why the body of Resume can't stand in the place of a call in F.
Refusal checkFusion(llvm::Function &Resume, llvm::Function &F,
                    llvm::FunctionAnalysisManager &FAM);

/// Puts it there, if nothing is against it.
void inlineCall(llvm::CallInst &Call, llvm::FunctionAnalysisManager &FAM);

/// At the end: says of each place where a driver goes on resuming its tasks by
/// an indirect call why it does.
void reportIndirect(llvm::Module &M, llvm::FunctionAnalysisManager &FAM);

} // namespace coroinline

#endif
