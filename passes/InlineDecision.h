//===- InlineDecision.h - Whether an await is inlined -----------*- C++ -*-===//

#ifndef COROINLINE_INLINEDECISION_H
#define COROINLINE_INLINEDECISION_H

#include "CoroInline.h"
#include "Splice.h"

#include "llvm/IR/PassManager.h"

namespace coroinline {

/// The awaits that an await stands in after inlining, outermost first.
using AwaitPath = llvm::ArrayRef<const AwaitGraph::Node *>;

/// Decides over awaits; changes nothing.
class InlineDecision {
  const AwaitGraph &Graph;
  const CoroInlineOptions &Options;
  llvm::FunctionAnalysisManager &FAM;

  Refusal checkCallee(const AwaitGraph::Node &Awaiter,
                      const AwaitSite &S) const;
  Refusal checkRecursion(const AwaitGraph::Node &Awaiter,
                         const AwaitGraph::Node &Callee, AwaitPath Path,
                         unsigned After) const;
  Refusal checkSize(const AwaitGraph::Node &Awaiter,
                    const AwaitGraph::Node &Callee, const AwaitSite &S,
                    unsigned After) const;

public:
  InlineDecision(const AwaitGraph &Graph, const CoroInlineOptions &Options,
                 llvm::FunctionAnalysisManager &FAM)
      : Graph(Graph), Options(Options), FAM(FAM) {}

  /// Why no await in F can be inlined.
  static Refusal checkAwaiter(const llvm::Function &F);
  /// Why S, an await in Awaiter, can't be inlined. Uses: of the task, where
  /// nothing is against it.
  Refusal checkLegality(const AwaitGraph::Node &Awaiter, const AwaitSite &S,
                        TaskUses &Uses) const;
  /// The same, whatever the source wants.
  Refusal checkForm(const AwaitGraph::Node &Awaiter, const AwaitSite &S,
                    TaskUses &Uses) const;
  /// Why S should not be. Path: the coroutines whose bodies it came with. Size:
  /// Awaiter's by now, in instructions.
  Refusal checkBudget(const AwaitGraph::Node &Awaiter, const AwaitSite &S,
                      AwaitPath Path, unsigned Size) const;

  /// Why F, a plain function that makes tasks, can't be inlined into Awaiter,
  /// or anywhere.
  static Refusal checkHelper(const llvm::Function &F);
  static Refusal checkHelper(llvm::Function &F, llvm::Function &Awaiter,
                             const CoroInlineOptions &Options,
                             llvm::FunctionAnalysisManager &FAM);
  /// Whether any await of F may be inlined, as far as F alone tells.
  static bool isInlinable(const llvm::Function &F, const Coroutine &Body);
};

/// Whether Callee's attributes (target features, sanitizers) allow it to be
/// inlined into Caller.
bool haveCompatibleAttributes(llvm::Function &Caller, llvm::Function &Callee,
                              llvm::FunctionAnalysisManager &FAM);

/// The size that limits are about: the instructions that C code stands for.
unsigned sizeOf(const llvm::Function &F);

} // namespace coroinline

#endif
