//===- Tells.h - What a root is told by who suspends ------------*- C++ -*-===//

#ifndef COROINLINE_TELLS_H
#define COROINLINE_TELLS_H

#include "Coroutine.h"

#include "llvm/IR/IRBuilder.h"

namespace coroinline {

/// Makes the task with that frame what its root says is innermost.
void createTell(llvm::IRBuilderBase &B, llvm::Value *Frame);

/// Whether I does so for the task with that frame.
bool isTell(const llvm::Instruction &I, const llvm::Value &Frame);

/// Erases that, with how the root was found.
void eraseTell(llvm::Instruction &Tell);

/// Whether F runs other tasks as a part of its own, by linked awaits.
bool awaitsAny(const llvm::Function &F);

/// Erases the tells that say what the root says anyway. IsRoot: no task of the
/// coroutine is ever awaited.
bool dropIdleTells(const Coroutine &Body, bool IsRoot);

} // namespace coroinline

#endif
