//===- InlineDecision.cpp - Whether an await is inlined -------------------===//
//
// First what can't be, by what the function, the callee and the await are; then
// what should not be, by the sizes and by how often it would run. Each reason
// has its own words, which become the remark.
//
//===----------------------------------------------------------------------===//

#include "InlineDecision.h"
#include "CoroLowerAlloca.h"
#include "CoroSeal.h"
#include "Markers.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Analysis/TargetTransformInfo.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace coroinline;

namespace {

/// Whether a call of F can return anything but a new task or NULL for want of
/// memory: whether a return can be reached past the coro.begin when every
/// allocation succeeds.
bool returnsBeforeBegin(const Function &F, const Coroutine &C) {
  SmallPtrSet<const BasicBlock *, 16> Seen;
  SmallVector<const BasicBlock *, 16> Work{&F.getEntryBlock()};
  while (!Work.empty()) {
    const BasicBlock *BB = Work.pop_back_val();
    if (BB == C.Begin->getParent() || !Seen.insert(BB).second)
      continue;
    if (isa<ReturnInst>(BB->getTerminator()))
      return true;
    auto *Branch = dyn_cast<BranchInst>(BB->getTerminator());
    if (Branch && Branch->isConditional() &&
        isIntrinsic(Branch->getCondition(), Intrinsic::coro_alloc))
      Work.push_back(Branch->getSuccessor(1)); // inlined, it needs no memory
    else
      append_range(Work, successors(BB));
  }
  return false;
}

/// Whether each suspend of a yield has the other one beside it.
bool yieldsInPairs(const Coroutine &C) {
  auto OfYields = count_if(C.Suspends, [](const IntrinsicInst *Suspend) {
    return Suspend->hasFnAttr(tag::Yield);
  });
  return 2 * C.yields().size() == size_t(OfYields);
}

/// What no function can be inlined with. LLVM's isInlineViable would do, but
/// that the one of LLVM 19 also refuses a function which calls itself.
Refusal checkBody(const Function &F) {
  for (const BasicBlock &BB : F)
    if (BB.hasAddressTaken())
      return "it takes the address of a label";
  for (const Instruction &I : instructions(F)) {
    if (isIntrinsic(&I, Intrinsic::localescape))
      return "it gives its locals to outlined functions";
    if (isIntrinsic(&I, Intrinsic::vastart))
      return "it takes variable arguments";
    auto *Call = dyn_cast<CallBase>(&I);
    if (Call && Call->hasFnAttr(Attribute::ReturnsTwice))
      return "it calls a function that returns twice";
    if (Call && Call->cannotDuplicate())
      return "it has a call that must not be copied (noduplicate)";
  }
  return std::nullopt;
}

/// Why no await of F can be inlined, whatever the awaiter.
Refusal checkDefinition(const Function &F, const Coroutine &Body) {
  if (F.hasFnAttribute(Attribute::NoInline))
    return "it has the attribute noinline";
  if (returnsBeforeBegin(F, Body))
    return "it can return before coro_begin";
  return checkBody(F);
}

Refusal tooLarge(const char *Reason, unsigned Size, const char *Parameter,
                 unsigned Limit) {
  return formatv("{0} {1} instructions ({2}={3})", Reason, Size, Parameter,
                 Limit)
      .str();
}

Refusal checkAttributes(Function &Awaiter, Function &Callee,
                        FunctionAnalysisManager &FAM) {
  if (!haveCompatibleAttributes(Awaiter, Callee, FAM))
    return "its attributes (target features, sanitizers) are not the awaiter's";
  return std::nullopt;
}

/// Of a callee that is called from other places too.
Refusal checkOwnSize(unsigned Size, const Function &Awaiter,
                     const CoroInlineOptions &Options) {
  bool ForSize = Awaiter.hasOptSize(); // minsize too
  unsigned Limit = ForSize ? Options.SmallCallee : Options.Callee;
  if (Size > Limit)
    return tooLarge("it has", Size, ForSize ? "small-callee" : "callee", Limit);
  return std::nullopt;
}

} // namespace

bool coroinline::haveCompatibleAttributes(Function &Caller, Function &Callee,
                                          FunctionAnalysisManager &FAM) {
  return AttributeFuncs::areInlineCompatible(Caller, Callee) &&
         FAM.getResult<TargetIRAnalysis>(Caller).areInlineCompatible(&Caller,
                                                                     &Callee);
}

unsigned coroinline::sizeOf(const Function &F) {
  return F.getInstructionCount();
}

bool InlineDecision::isInlinable(const Function &F, const Coroutine &Body) {
  return !F.isInterposable() && Body.canBeSpliced() &&
         !checkDefinition(F, Body);
}

Refusal InlineDecision::checkAwaiter(const Function &F) {
  if (F.hasOptNone())
    return "the awaiter has the attribute optnone, as all have at -O0";
  // clang's pass for it runs later, and counts no line of another function.
  if (F.getParent()->getNamedMetadata("llvm.gcov"))
    return "--coverage counts lines by the function that they stand in";
  return std::nullopt;
}

Refusal InlineDecision::checkHelper(const Function &F) {
  if (F.isDeclaration() || F.isInterposable() || F.isPresplitCoroutine())
    return "it is not a coroutine that coro.h made";
  if (F.hasFnAttribute(Attribute::NoInline))
    return "it has the attribute noinline";
  if (F.isVarArg())
    return "it takes variable arguments";
  if (hasDynamicAlloca(F))
    return "it has an array of variable length";
  return checkBody(F);
}

Refusal InlineDecision::checkHelper(Function &F, Function &Awaiter,
                                    const CoroInlineOptions &Options,
                                    FunctionAnalysisManager &FAM) {
  if (Refusal Why = checkHelper(F))
    return Why;
  if (Refusal Why = checkAttributes(Awaiter, F, FAM))
    return Why;
  if (F.hasFnAttribute(Attribute::AlwaysInline))
    return std::nullopt;
  const unsigned Size = sizeOf(F), After = sizeOf(Awaiter) + Size;
  if (After > Options.Limit)
    return tooLarge("the awaiter would have", After, "limit", Options.Limit);
  return F.hasLocalLinkage() && F.hasOneUse()
             ? std::nullopt
             : checkOwnSize(Size, Awaiter, Options);
}

Refusal InlineDecision::checkCallee(const AwaitGraph::Node &Awaiter,
                                    const AwaitSite &S) const {
  Function &Callee = *S.callee(), &F = *Awaiter.F;
  if (Callee.isDeclaration()) {
    if (wasSealed(F))
      return "the link does not have its definition: it is no bitcode, or was "
             "not imported";
    return isForLink(*F.getParent())
               ? "its definition is not in this file; the link may have it"
               : "its definition is not in this file";
  }
  if (Callee.isInterposable())
    return "the linker may choose another definition of it";
  const AwaitGraph::Node *Node = Graph.find(&Callee);
  if (!Node)
    if (Refusal Why = checkHelper(Callee, F, Options, FAM))
      return Why;
  if (!Node || !Node->CanBeSpliced ||
      !(isNext(*S.Point.Suspend) ? yieldsInPairs(Node->Body)
                                 : !Node->IsGenerator))
    return "it is not a coroutine that coro.h made";
  if (Refusal Why = checkDefinition(Callee, Node->Body))
    return Why;
  return checkAttributes(F, Callee, FAM);
}

/// A body within itself: as often as Unroll says, where there is room. From
/// outside of the recursion, once.
Refusal InlineDecision::checkRecursion(const AwaitGraph::Node &Awaiter,
                                       const AwaitGraph::Node &Callee,
                                       AwaitPath Path, unsigned After) const {
  unsigned Levels = count(Path, &Callee) + (&Callee == &Awaiter);
  if (!Awaiter.awaitsInTurn(Callee))
    return Levels ? Refusal("it is recursive") : std::nullopt;
  if (Levels > Options.Unroll)
    return formatv("it is recursive, and inlined {0} levels deep (unroll={0})",
                   Options.Unroll)
        .str();
  if (After > Options.UnrollLimit)
    return tooLarge("it is recursive, and with one more the awaiter would have",
                    After, "unroll-limit", Options.UnrollLimit);
  return std::nullopt;
}

Refusal InlineDecision::checkSize(const AwaitGraph::Node &Awaiter,
                                  const AwaitGraph::Node &Callee,
                                  const AwaitSite &S, unsigned After) const {
  const Function &F = *Awaiter.F;
  if (Callee.F->hasFnAttribute(Attribute::AlwaysInline))
    return std::nullopt;
  if (Callee.F->hasFnAttribute(Attribute::Cold))
    return "it has the attribute cold";
  if (S.IsCold)
    return "the await is on a path that is hardly ever taken";
  if (After > Options.Limit)
    return tooLarge("the awaiter would have", After, "limit", Options.Limit);
  // Its only call takes the body away with it.
  if (Callee.IsCalledOnce ||
      (Callee.F->hasLocalLinkage() && Callee.F->hasOneUse()))
    return std::nullopt;
  return checkOwnSize(sizeOf(Callee.body()), F, Options);
}

Refusal InlineDecision::checkLegality(const AwaitGraph::Node &Awaiter,
                                      const AwaitSite &S,
                                      TaskUses &Uses) const {
  if (S.Point.Transfer->hasFnAttr(tag::AwaitLinked) ||
      S.Point.Transfer->hasFnAttr(tag::NextLinked))
    return "CORO_NO_INLINE is defined";
  return checkForm(Awaiter, S, Uses);
}

Refusal InlineDecision::checkForm(const AwaitGraph::Node &Awaiter,
                                  const AwaitSite &S, TaskUses &Uses) const {
  if (Refusal Why = checkAwaiter(*Awaiter.F))
    return Why;
  if (!S.Ramp) {
    auto *Call = dyn_cast<CallInst>(S.Point.task()->stripPointerCasts());
    return Call && Call->hasFnAttr(tag::Others)
               ? "it is none of the coroutines that its pointer is known to "
                 "point to"
               : "its coroutine is not known here";
  }
  if (Refusal Why = checkCallee(Awaiter, S))
    return Why;
  if (isa<InvokeInst>(S.Ramp)) // else coro-prepare has made a call of it
    return "it calls, before coro_begin, what may throw";
  if (!S.Point.Edges.Resume)
    return "its await does not go on";
  if (Refusal Why = findTaskUses(S, Graph.find(S.callee())->Body, Uses))
    return Why;
  if (!S.IsMadeInBody)
    return "its task is made before coro_begin";
  return std::nullopt;
}

Refusal InlineDecision::checkBudget(const AwaitGraph::Node &Awaiter,
                                    const AwaitSite &S, AwaitPath Path,
                                    unsigned Size) const {
  const AwaitGraph::Node &Callee = *Graph.find(S.callee());
  unsigned After = Size + sizeOf(Callee.body());
  if (Refusal Why = checkRecursion(Awaiter, Callee, Path, After))
    return Why;
  return checkSize(Awaiter, Callee, S, After);
}
