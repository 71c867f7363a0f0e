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

/// What a frame consists of, in bytes, as coro-share-slots sees it.
struct FrameParts {
  uint64_t Promise = 0, Index = 0;
  uint64_t Kept = 0;     // what lives across suspends
  uint64_t Unshared = 0; // the same with a field for each value
};
/// Adds that to the note, if there is one.
void noteParts(llvm::Function &F, const FrameParts &Parts);

/// Behind CoroSplit: an analysis remark for each coroutine with the size of its
/// frame.
class FrameReportPass : public llvm::PassInfoMixin<FrameReportPass> {
public:
  llvm::PreservedAnalyses run(llvm::Function &F,
                              llvm::FunctionAnalysisManager &AM);
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &AM);
  static llvm::StringRef passName() { return "coro-frame-report"; }
  static bool isRequired() { return true; }
};

} // namespace coroinline

#endif
