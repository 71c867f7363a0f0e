//===- FrameReport.h - Says what the coroutines came to ---------*- C++ -*-===//

#ifndef COROINLINE_FRAMEREPORT_H
#define COROINLINE_FRAMEREPORT_H

#include "llvm/IR/PassManager.h"

namespace coroinline {

/// Leaves a note on a coroutine for the report, if anybody is to read it: how
/// many suspends it has, with the initial one.
void noteForReport(llvm::Function &F, unsigned Suspends);
/// The same after so many awaits have been inlined.
void updateNote(llvm::Function &F, unsigned Suspends, unsigned Inlined);

/// Behind CoroSplit: an analysis remark for each coroutine with the size of its
/// frame.
class FrameReportPass : public llvm::PassInfoMixin<FrameReportPass> {
public:
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &AM);
  static llvm::StringRef passName() { return "coro-frame-report"; }
  static bool isRequired() { return true; }
};

} // namespace coroinline

#endif
