//===- FrameReport.h - Says what the coroutines came to ---------*- C++ -*-===//

#ifndef COROINLINE_FRAMEREPORT_H
#define COROINLINE_FRAMEREPORT_H

#include "llvm/IR/PassManager.h"

namespace coroinline {

/// Of a coroutine before it is split: leaves a note for the report, with the
/// number of suspends that it has by now, and of awaits inlined since the last.
void noteForReport(llvm::Function &F, unsigned Suspends, unsigned Inlined);

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
