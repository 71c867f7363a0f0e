//===- BlockCopies.h - What is defined in several copies --------*- C++ -*-===//

#ifndef COROINLINE_BLOCKCOPIES_H
#define COROINLINE_BLOCKCOPIES_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Transforms/Utils/ValueMapper.h"

#include <utility>

namespace coroinline {

/// Appends a copy of I to Into, with what is told of it to a debugger. The
/// operands are those of Map, where they have an entry; the copy gets none.
llvm::Instruction *appendCopy(llvm::Instruction &I, llvm::BasicBlock &Into,
                              llvm::ValueToValueMapTy &Map);

/// Has each use of Of outside its block get what comes there, where others
/// stand for it at the ends of other blocks.
void updateUses(
    llvm::Instruction &Of,
    llvm::ArrayRef<std::pair<llvm::BasicBlock *, llvm::Value *>> Others);

} // namespace coroinline

#endif
