//===- SpliceGenerator.h - Puts a generator into its consumer ---*- C++ -*-===//

#ifndef COROINLINE_SPLICEGENERATOR_H
#define COROINLINE_SPLICEGENERATOR_H

#include "CoroInline.h"
#include "Splice.h"

namespace coroinline {

/// Replaces all places where the coroutine Self asks the generator of S for a
/// value, and where it destroys it, by the body of the coroutine Body.
Refusal spliceGenerator(AwaitSite &S, llvm::Function &Body,
                        const Coroutine &Self, const TaskUses &Uses);

/// Inlines generators into the coroutines that ask them for values, and erases
/// those that nobody calls any more. Returns whether M changed.
bool inlineGenerators(llvm::Module &M, const CoroInlineOptions &Options,
                      llvm::FunctionAnalysisManager &FAM);

} // namespace coroinline

#endif
