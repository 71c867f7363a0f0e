//===- FramesInPlace.h - Frames in a scheduler's slots ----------*- C++ -*-===//

#ifndef COROINLINE_FRAMESINPLACE_H
#define COROINLINE_FRAMESINPLACE_H

#include "llvm/IR/PassManager.h"

namespace coroinline {

/// Replaces the markers by which coro_interleave asks for room for frames in
/// its slots: where what it starts is one coroutine that has been split, and
/// whose ramp stands in F by now, the ramp takes its frame from there. Gives
/// whether there were any. InSlots: false where no frame is to be put there.
bool placeFrames(llvm::Function &F, bool InSlots);

/// Replaces what coro-devirt has not come to.
struct CoroDropPlacesPass : llvm::PassInfoMixin<CoroDropPlacesPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &AM);
  static llvm::StringRef passName() { return "coro-drop-places"; }
  static bool isRequired() { return true; }
};

} // namespace coroinline

#endif
