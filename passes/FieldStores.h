//===- FieldStores.h - Stores into frames that nobody needs -----*- C++ -*-===//

#ifndef COROINLINE_FIELDSTORES_H
#define COROINLINE_FIELDSTORES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/PassManager.h"

namespace coroinline {

/// What is known to lie in a frame, as long as no one stores something else.
struct Field {
  const llvm::Value *Frame;
  int64_t Offset; // in bytes
  const llvm::Value *Holds;
  bool IsOwn; // by the functions of that coroutine alone
  uint64_t bytes(const llvm::DataLayout &DL) const {
    return DL.getTypeStoreSize(Holds->getType());
  }
};

/// Erases the stores of what lies in these fields already, from At on.
void dropIdleStores(llvm::BasicBlock &At, llvm::ArrayRef<Field> Fields);

/// What a task of Resume's coroutine leaves in its frame when it ends, its
/// index and its result, is stored on those ways alone on which somebody can
/// see it: not where the frame goes back, or another task begins in it. F knows
/// the frame as Task. Stores in the frame must all be there yet: not those of
/// what is there already left out.
void sinkEndStores(llvm::Function &F, llvm::Value &Task,
                   const llvm::Function &Resume,
                   llvm::FunctionAnalysisManager &FAM);

} // namespace coroinline

#endif
