//===- LinkedAwaits.cpp - Where a coroutine awaits tasks ------------------===//
//
// Right behind CoroSplit, it can be read off a resume function:
//
//   store ptr %task, ptr (%frame + 80)           ; the handle
//   store i2 1, ptr (%frame + 88)                ; the index
//   ...
//   %fn = call ptr @llvm.coro.subfn.addr(ptr %task, i8 0)
//   musttail call fastcc void %fn(ptr %task)     ; of find, as coro-devirt sees
//
// Soon the first part of @find.resume is there instead of the call. But the
// resume functions of the coroutines that a task may be awaited by are all
// known only at the end:
//
//   define fastcc void @lookup.resume(ptr %frame) !coroinline.awaits !1
//   !1 = !{!2}
//   !2 = !{ptr @find.resume, i2 1, i64 93, i64 80}
//                                       often
//
//===----------------------------------------------------------------------===//

#include "LinkedAwaits.h"
#include "KnownTasks.h"
#include "Markers.h"
#include "Places.h"
#include "ResumeFunction.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;
using namespace coroinline;

static constexpr char AwaitsNote[] = "coroinline.awaits";

/// The index that the coroutine has stored in its frame when it comes to I;
/// null where that is not known.
static ConstantInt *indexStoredAhead(Instruction &I) {
  Function &Resume = *I.getFunction();
  for (BasicBlock *BB = I.getParent(); BB; BB = BB->getSinglePredecessor())
    for (Instruction &Before : reverse(*BB))
      if (auto Index = indexStoredBy(Before, *Resume.getArg(0), Resume))
        return *Index;
  return nullptr;
}

SmallVector<LinkedAwait, 4>
coroinline::findLinkedAwaits(Function &Resume, ArrayRef<Enter> Enters) {
  const DataLayout &DL = Resume.getParent()->getDataLayout();
  SmallVector<LinkedAwait, 4> Result;
  for (const Enter &E : Enters) {
    ConstantInt *Index = indexStoredAhead(*E.Call);
    if (!Index)
      return {};
    // Two are its place and a variable, which others may change.
    Value *Task = E.Call->getArgOperand(0);
    SmallVector<int64_t, 2> Places;
    for (User *U : Task->users())
      if (auto *Store = dyn_cast<StoreInst>(U);
          Store && Store->getValueOperand() == Task)
        if (auto At =
                offsetFrom(*Resume.getArg(0), *Store->getPointerOperand(), DL))
          Places.push_back(*At);
    Result.push_back(
        {E.Awaited, Index, E.Often,
         Places.size() == 1 ? std::optional(Places[0]) : std::nullopt});
  }
  return Result;
}

void coroinline::noteLinkedAwaits(Function &Resume,
                                  ArrayRef<LinkedAwait> Awaits) {
  if (Awaits.empty())
    return;
  LLVMContext &C = Resume.getContext();
  auto Number = [&C](uint64_t N) {
    return ValueAsMetadata::get(ConstantInt::get(Type::getInt64Ty(C), N));
  };
  SmallVector<Metadata *, 4> All;
  for (const LinkedAwait &A : Awaits) {
    SmallVector<Metadata *, 4> Each{ValueAsMetadata::get(A.Awaited),
                                    ValueAsMetadata::get(A.Index),
                                    Number(A.Often)};
    if (A.Handle)
      Each.push_back(Number(*A.Handle));
    All.push_back(MDNode::get(C, Each));
  }
  Resume.setMetadata(AwaitsNote, MDNode::get(C, All));
}

/// None where something that it is about is gone, or it is not ours.
static std::optional<LinkedAwait> readNote(const Metadata *Operand) {
  auto *Note = dyn_cast_or_null<MDNode>(Operand);
  if (!Note)
    return std::nullopt;
  auto At = [Note](unsigned K) {
    return K < Note->getNumOperands() ? Note->getOperand(K).get() : nullptr;
  };
  auto Number = [At](unsigned K) {
    return mdconst::dyn_extract_or_null<ConstantInt>(At(K));
  };
  auto *Awaited = mdconst::dyn_extract_or_null<Function>(At(0));
  ConstantInt *Index = Number(1), *Often = Number(2), *Handle = Number(3);
  if (!Awaited || !Index || !Often)
    return std::nullopt;
  return LinkedAwait{Awaited, Index, Often->getZExtValue(),
                     Handle ? std::optional(Handle->getSExtValue())
                            : std::nullopt};
}

SmallVector<LinkedAwait, 4> coroinline::takeLinkedAwaits(Function &Resume) {
  MDNode *Note = Resume.getMetadata(AwaitsNote);
  if (!Note)
    return {};
  Resume.setMetadata(AwaitsNote, nullptr);
  SmallVector<LinkedAwait, 4> Result;
  for (const MDOperand &Each : Note->operands()) {
    auto A = readNote(Each);
    if (!A)
      return {};
    Result.push_back(*A);
  }
  return Result;
}

bool coroinline::mayHaveLinkedAwaits(LLVMContext &Context) {
  // To ask for a kind of metadata makes one, and bitcode tells of them all.
  SmallVector<StringRef, 64> Kinds;
  Context.getMDKindNames(Kinds);
  return is_contained(Kinds, AwaitsNote);
}

/// Whether Call resumes Task, by the function that its frame begins with.
static bool resumes(const CallInst &Call, const Value &Task) {
  auto *Load = dyn_cast<LoadInst>(Call.getCalledOperand());
  return calledOn(Call, Task) == 0u ||
         (Load && Load->isSimple() &&
          offsetFrom(Task, *Load->getPointerOperand(), Call.getDataLayout()) ==
              0);
}

bool coroinline::isLeave(const CallInst &Call, const Value &Task) {
  const DataLayout &DL = Call.getDataLayout();
  if (!Call.isMustTailCall() || Call.arg_size() != 1 ||
      !resumes(Call, *Call.getArgOperand(0)))
    return false;
  auto *Awaiter = dyn_cast<LoadInst>(Call.getArgOperand(0));
  return Awaiter && offsetFrom(Task, *Awaiter->getPointerOperand(), DL) ==
                        headerOffset(DL) + DL.getPointerSize();
}

SmallVector<CallInst *, 2> coroinline::findLeaves(Function &F,
                                                  const Value &Task) {
  SmallVector<CallInst *, 2> Leaves;
  for (Instruction &I : instructions(F))
    if (auto *Call = dyn_cast<CallInst>(&I); Call && isLeave(*Call, Task))
      Leaves.push_back(Call);
  return Leaves;
}

CallInst &coroinline::divideLeave(CallInst &Leave, Value &Condition) {
  Instruction *Then =
      SplitBlockAndInsertIfThen(&Condition, &Leave, /*Unreachable=*/true);
  auto *Own = cast<CallInst>(Leave.clone());
  Own->insertBefore(Then->getIterator());
  Leave.getNextNode()->clone()->insertBefore(Then->getIterator());
  Then->eraseFromParent();
  return *Own;
}
