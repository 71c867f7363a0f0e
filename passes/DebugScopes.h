//===- DebugScopes.h - What a debugger can be told of a place ---*- C++ -*-===//

#ifndef COROINLINE_DEBUGSCOPES_H
#define COROINLINE_DEBUGSCOPES_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/DebugProgramInstruction.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/IntrinsicInst.h"

#include <optional>

namespace coroinline {

/// Whether F has debug info with variables, which -gline-tables-only has not.
bool describesVariables(const llvm::Function &F);

/// Whether V can be named at Where: it is declared before, in a scope around,
/// and is not one of coro.h's own. Says nothing of the inlined callers.
bool isInScope(const llvm::DILocalVariable &V, const llvm::DILocation &Where);

/// The same for a variable of the inlined instance that Inlined is in, and
/// Where or, where that has been inlined, the call in that instance.
bool isInScope(const llvm::DILocalVariable &V, const llvm::DILocation &Inlined,
               const llvm::DILocation &Where);

/// The suspends with a line that a debugger can find a task of coro.h at.
llvm::SmallVector<llvm::IntrinsicInst *, 8> suspendsToMark(llvm::Function &F);

/// Inserts a record before Where and those that belong to it.
void insertAtHead(llvm::DbgRecord *R, llvm::BasicBlock::iterator Where);

/// What coro-mark-suspends tells coro-describe-frame of how a variable is
/// computed, in this order behind the variable's own record: a record of each
/// operand, and one of the formula. Each is of a variable that there is not.
std::optional<unsigned> operandBits(const llvm::DbgVariableRecord &R);
std::optional<llvm::StringRef> formulaIn(const llvm::DbgVariableRecord &R);
llvm::DILocalVariable *createOperand(const llvm::DILocalVariable &Of,
                                     unsigned Bits);
llvm::DILocalVariable *createFormula(const llvm::DILocalVariable &Of,
                                     llvm::StringRef Text);

/// The mark that coro-mark-suspends puts behind a suspend.
enum class SuspendMark { None, Start, Other };
SuspendMark suspendMarkOf(const llvm::DbgRecord &R);
llvm::DbgRecord *createSuspendMark(llvm::DILocation &Where, SuspendMark Kind);

} // namespace coroinline

#endif
