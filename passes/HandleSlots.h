//===- HandleSlots.h - Gets task handles out of memory ----------*- C++ -*-===//

#ifndef COROINLINE_HANDLESLOTS_H
#define COROINLINE_HANDLESLOTS_H

namespace llvm {
class Function;
}

namespace coroinline {

/// Promotes the local variables through which the tasks of F's awaits go, so
/// that an await's operand is the call that made the task. No other variable is
/// touched: this runs at -O0 too, where a debugger wants them.
void promoteHandleSlots(llvm::Function &F);

} // namespace coroinline

#endif
