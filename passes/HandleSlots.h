//===- HandleSlots.h - Gets task handles out of memory ----------*- C++ -*-===//

#ifndef COROINLINE_HANDLESLOTS_H
#define COROINLINE_HANDLESLOTS_H

#include "llvm/ADT/ArrayRef.h"

namespace llvm {
class Function;
class Value;
} // namespace llvm

namespace coroinline {

/// Promotes the local variables of F through which Tasks go, so that the use of
/// a task has the call that made it as operand. Tasks may be dangling then. No
/// other variable is touched: this runs at -O0 too, where a debugger wants
/// them. Returns whether F changed.
bool promoteHandleSlots(llvm::Function &F, llvm::ArrayRef<llvm::Value *> Tasks);

} // namespace coroinline

#endif
