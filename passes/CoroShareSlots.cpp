//===- CoroShareSlots.cpp - Values that share room in a frame -------------===//
//
// CoroSplit gives every value that is alive across a suspend a field of its own
// in the frame. Here, those that are never alive at the same time share one:
//
//     %leaf = load ptr, ptr %child
//     %a = call i8 @llvm.coro.suspend(...)
//     %row = call ptr @of(ptr %leaf)             ; the last use of %leaf
//     %b = call i8 @llvm.coro.suspend(...)
//     call void @print(ptr %row)
// =>
//     %slots = alloca [8 x i8], align 8          ; the only one
//     %leaf = load ptr, ptr %child
//     store ptr %leaf, ptr %slots
//     %a = call i8 @llvm.coro.suspend(...)
//     %leaf.again = load ptr, ptr %slots
//     %row = call ptr @of(ptr %leaf.again)
//     store ptr %row, ptr %slots
//     %b = call i8 @llvm.coro.suspend(...)
//     %row.again = load ptr, ptr %slots
//     call void @print(ptr %row.again)
//
// The stores and loads are those that CoroSplit would make: a store behind the
// definition, and a load at the start of each block that uses the value and can
// be reached from there through a suspend. See SlotPlan.cpp for who shares what
// with whom. A coroutine whose frame would not shrink stays as it is.
//
// A debugger is told of slots where coro-mark-suspends has told it of values,
// by an operation that nothing else here uses, for coro-describe-frame:
//
//       #dbg_value(ptr %slots, !"n", !DIExpression(DW_OP_plus_uconst, 8,
//                                                  DW_OP_deref_size, 4), !9)
//
//===----------------------------------------------------------------------===//

#include "CoroShareSlots.h"
#include "Coroutine.h"
#include "FrameReport.h"
#include "Markers.h"
#include "SlotPlan.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/InstCombine/InstCombine.h"
#include "llvm/Transforms/Scalar/SimplifyCFG.h"
#include "llvm/Transforms/Utils/Local.h"

using namespace llvm;
using namespace coroinline;

namespace {

/// The coro.begin of a coroutine of coro.h; null for others, and for those that
/// a C compiler does not make.
IntrinsicInst *beginOf(Function &F) {
  IntrinsicInst *Begin = nullptr;
  bool HasStart = false;
  for (Instruction &I : instructions(F)) {
    if (isa<FuncletPadInst>(I)) // a catchswitch has some, too
      return nullptr;
    if (isOwnBegin(I)) {
      if (Begin)
        return nullptr;
      Begin = cast<IntrinsicInst>(&I);
    }
    HasStart |= isIntrinsic(&I, Intrinsic::coro_suspend) &&
                cast<IntrinsicInst>(I).hasFnAttr(tag::Start);
  }
  return HasStart ? Begin : nullptr;
}

/// The segment where a value is made.
unsigned homeOf(const Value &V, const Segments &Parts) {
  auto *I = dyn_cast<Instruction>(&V);
  return I ? Parts.of(*I) : 0;
}

/// Carries a plan out.
class SlotSharer {
  Function &F;
  IntrinsicInst &Begin;
  const SlotPlanner &Planner;
  const SlotPlan &Plan;
  const DataLayout &DL;
  AllocaInst *Slots = nullptr;
  BitVector Kept; // the values that are loaded anywhere
  DenseMap<unsigned, BitVector> InSlot;
  /// Of what is computed again, by number.
  DenseMap<unsigned, Instruction *> Originals;
  /// What has been made at the start of a segment for a value.
  DenseMap<std::pair<unsigned, unsigned>, Value *> There;

  Value *slot(IRBuilder<> &B, unsigned Number);
  Align alignOf(unsigned Number) const {
    return commonAlignment(Plan.AreaAlign, Plan.Offset[Number]);
  }
  Value *make(unsigned Number, unsigned Segment);
  Value *get(unsigned Number, unsigned Segment);
  void store(unsigned Number);
  bool isOverwritten(unsigned Number, unsigned Segment) const;
  BitVector whereInSlot(unsigned Number) const;
  bool isInSlot(unsigned Number, unsigned Segment);
  void tell(DbgVariableRecord &R, Value &V, unsigned Segment);
  void tellDebugger(const BitVector &Replaced);

public:
  SlotSharer(Function &F, IntrinsicInst &Begin, const SlotPlanner &Planner,
             const SlotPlan &Plan)
      : F(F), Begin(Begin), Planner(Planner), Plan(Plan),
        DL(F.getParent()->getDataLayout()) {}
  void run();
};

Value *SlotSharer::slot(IRBuilder<> &B, unsigned Number) {
  uint64_t Offset = Plan.Offset[Number];
  return Offset ? B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), Slots, Offset)
                : Slots;
}

/// Where, but ahead of the debug records there, which may tell of what is made.
BasicBlock::iterator aheadOf(Instruction &Where) {
  auto It = Where.getIterator();
  It.setHeadBit(true);
  return It;
}

/// Makes the value anew at the start of a segment.
Value *SlotSharer::make(unsigned Number, unsigned Segment) {
  Value &V = Planner.value(Number);
  Instruction *First = Planner.Parts[Segment].First;
  IRBuilder<> B(First->getParent(), aheadOf(*First));
  if (!Plan.Again[Number])
    return B.CreateAlignedLoad(V.getType(), slot(B, Number), alignOf(Number),
                               V.getName() + ".again");
  Instruction *Copy = Originals.lookup(Number)->clone();
  for (Use &Operand : Copy->operands())
    if (auto N = Planner.numberOf(*Operand))
      Operand.set(get(*N, Segment));
  return B.Insert(Copy, V.getName());
}

/// The value in a segment that a suspend has led to; null where it is not.
Value *SlotSharer::get(unsigned Number, unsigned Segment) {
  auto Made = Planner.madeFor(Segment, Plan.Needed[Number]);
  return Made ? There.lookup({Number, *Made}) : nullptr;
}

/// Puts the value into its slot as soon as it is there.
void SlotSharer::store(unsigned Number) {
  Value &V = Planner.value(Number);
  Instruction *Where;
  if (Planner.isMadeBefore(V))
    Where = Begin.getNextNode();
  else if (isa<PHINode>(V) || cast<Instruction>(V).isTerminator())
    Where = Planner.Parts[Planner.storedIn(V)].First;
  else
    Where = cast<Instruction>(V).getNextNode();
  IRBuilder<> B(Where->getParent(), aheadOf(*Where));
  auto *Store = B.CreateAlignedStore(&V, slot(B, Number), alignOf(Number));
  if (F.hasFnAttribute(tag::Marked))
    Store->setMetadata(tag::Slot, MDNode::get(F.getContext(), {}));
}

/// Whether another value's slot, which overlaps, is stored to in a segment: not
/// in the one where this value is.
bool SlotSharer::isOverwritten(unsigned Number, unsigned Segment) const {
  auto EndOf = [&](unsigned N) {
    return Plan.Offset[N] +
           DL.getTypeAllocSize(Planner.value(N).getType()).getFixedValue();
  };
  return any_of(Kept.set_bits(), [&](unsigned N) {
    return Planner.storedIn(Planner.value(N)) == Segment &&
           Plan.Offset[N] < EndOf(Number) && Plan.Offset[Number] < EndOf(N);
  });
}

/// The segments at whose start a value is still in its slot.
BitVector SlotSharer::whereInSlot(unsigned Number) const {
  const Segments &Parts = Planner.Parts;
  unsigned Home = Planner.storedIn(Planner.value(Number));
  BitVector Kept(Parts.size()), Lost(Parts.size());
  SmallVector<std::pair<unsigned, bool>, 16> Work{{Home, false}};
  while (!Work.empty()) {
    auto [N, IsLost] = Work.pop_back_val();
    IsLost |= N != Home && isOverwritten(Number, N);
    for (unsigned Next : Parts[N].Next) {
      BitVector &Seen = IsLost ? Lost : Kept;
      if (Next != Home && !Seen[Next]) {
        Seen.set(Next);
        Work.push_back({Next, IsLost});
      }
    }
  }
  Kept.reset(Lost);
  return Kept;
}

bool SlotSharer::isInSlot(unsigned Number, unsigned Segment) {
  auto [It, IsNew] = InSlot.try_emplace(Number);
  if (IsNew)
    It->second = whereInSlot(Number);
  return It->second[Segment];
}

/// Replaces V in a record behind a suspend, where CoroSplit does not.
void SlotSharer::tell(DbgVariableRecord &R, Value &V, unsigned Segment) {
  unsigned Number = *Planner.numberOf(V);
  uint64_t Size = DL.getTypeStoreSize(V.getType()).getFixedValue();
  Value *Made = Plan.Again[Number] ? get(Number, Segment) : nullptr;
  if (Made) {
    R.replaceVariableLocationOp(&V, Made);
  } else if (Plan.Again[Number] && !R.hasArgList()) {
    SmallVector<uint64_t, 4> How;
    SmallVector<Value *, 1> Others;
    Value *Operand = salvageDebugInfoImpl(cast<Instruction>(V), 0, How, Others);
    if (!Operand || !Others.empty())
      return R.setKillLocation();
    R.replaceVariableLocationOp(&V, Operand);
    R.setExpression(DIExpression::appendOpsToArg(R.getExpression(), How, 0,
                                                 /*StackValue=*/true));
    if (Planner.numberOf(*Operand))
      tell(R, *Operand, Segment);
    else if (!SlotPlanner::isEverywhere(*Operand))
      R.setKillLocation();
  } else if (isInSlot(Number, Segment) && !R.hasArgList() && Size <= 8 &&
             F.hasFnAttribute(tag::Marked)) {
    SmallVector<uint64_t, 4> How;
    DIExpression::appendOffset(How, Plan.Offset[Number]);
    append_range(How, ArrayRef<uint64_t>{dwarf::DW_OP_deref_size, Size});
    R.replaceVariableLocationOp(&V, Slots);
    R.setExpression(DIExpression::prependOpcodes(R.getExpression(), How,
                                                 /*StackValue=*/true));
  } else {
    R.setKillLocation();
  }
}

void SlotSharer::tellDebugger(const BitVector &Replaced) {
  DenseMap<unsigned, BitVector> Behind;
  auto IsBehindSuspend = [&](unsigned Number, unsigned Segment) {
    auto [It, IsNew] = Behind.try_emplace(Number);
    if (IsNew)
      It->second = Planner.Parts.behindSuspends(
          homeOf(Planner.value(Number), Planner.Parts));
    return It->second[Segment];
  };
  for (Instruction &I : instructions(F)) {
    if (!Planner.Parts.contains(I))
      continue;
    unsigned Segment = Planner.Parts.of(I);
    for (DbgVariableRecord &R : filterDbgVars(I.getDbgRecordRange())) {
      SmallVector<Value *, 2> Values(R.location_ops());
      for (Value *V : Values)
        if (auto N = V ? Planner.numberOf(*V) : std::nullopt;
            N && Replaced[*N] && IsBehindSuspend(*N, Segment))
          tell(R, *V, Segment);
    }
  }
}

void SlotSharer::run() {
  auto Entry = F.getEntryBlock().getFirstInsertionPt();
  IRBuilder<> B(Entry->getParent(), Entry);
  Slots = B.CreateAlloca(ArrayType::get(B.getInt8Ty(), Plan.AreaBytes), nullptr,
                         "slots");
  Slots->setAlignment(Plan.AreaAlign);
  Kept.resize(Planner.size());
  for (const BitVector &Loads : Plan.Loads)
    Kept |= Loads;
  // Before the operands in the originals are replaced.
  for (unsigned Number : Plan.Again.set_bits())
    Originals[Number] = cast<Instruction>(Planner.value(Number)).clone();
  BitVector Replaced(Planner.size());
  for (unsigned Number : Planner.order())
    for (unsigned Segment : Plan.Needed[Number].set_bits()) {
      if (!Planner.numberOf(Planner.value(Number)))
        break;
      Replaced.set(Number);
      Value *New = make(Number, Segment);
      There[{Number, Segment}] = New;
    }
  for (auto &[V, Where] : Planner.Crossing) {
    auto Number = Planner.numberOf(*V);
    if (!Number)
      continue;
    for (Use &U : make_early_inc_range(V->uses()))
      if (auto Segment = Planner.Parts.ofUse(U);
          Segment && is_contained(Where, *Segment))
        U.set(get(*Number, *Segment));
  }
  for (unsigned Number : Kept.set_bits())
    store(Number);
  for (auto &Original : Originals)
    Original.second->deleteValue();
  tellDebugger(Replaced);
}

} // namespace

/// Whether there is a frame, to keep values in, at every suspend: IR from
/// elsewhere may have some ahead of the coro.begin.
static bool hasFrameAtSuspends(Function &F, const IntrinsicInst &Begin,
                               const DominatorTree &DT) {
  return all_of(instructions(F), [&](const Instruction &I) {
    return !isIntrinsic(&I, Intrinsic::coro_suspend) ||
           DT.dominates(&Begin, &I);
  });
}

static uint64_t promiseBytes(const IntrinsicInst &Begin) {
  auto *Id = dyn_cast<IntrinsicInst>(Begin.getArgOperand(0));
  auto *Promise =
      Id ? dyn_cast<AllocaInst>(Id->getArgOperand(1)->stripPointerCasts())
         : nullptr;
  auto Size =
      Promise ? Promise->getAllocationSize(Begin.getModule()->getDataLayout())
              : std::nullopt;
  return Size ? Size->getFixedValue() : 0;
}

/// What LLVM's pipeline does next: what is stored and loaded must not keep it
/// from that, nor may a block be left that debug records have moved.
static void simplify(Function &F, FunctionAnalysisManager &AM) {
  FunctionPassManager FPM;
  FPM.addPass(SimplifyCFGPass(SimplifyCFGOptions()
                                  .convertSwitchRangeToICmp(true)
                                  .hoistCommonInsts(true)
                                  .sinkCommonInsts(true)));
  FPM.addPass(InstCombinePass());
  FPM.run(F, AM);
}

PreservedAnalyses CoroShareSlotsPass::run(Function &F,
                                          FunctionAnalysisManager &AM) {
  if (!F.isPresplitCoroutine() || F.hasOptNone() || !beginOf(F))
    return PreservedAnalyses::all();
  simplify(F, AM);
  IntrinsicInst *Begin = beginOf(F);
  const DominatorTree &DT = AM.getResult<DominatorTreeAnalysis>(F);
  if (!Begin || !hasFrameAtSuspends(F, *Begin, DT))
    return PreservedAnalyses::none();
  SlotPlanner Planner(F, *Begin, DT, AM.getResult<BlockFrequencyAnalysis>(F));
  SlotPlan Plan = Planner.best(), Unshared = Planner.withoutSharing();
  if (Plan.FrameBytes < Unshared.FrameBytes)
    SlotSharer(F, *Begin, Planner, Plan).run();
  else
    Plan = Unshared;
  noteParts(F, {promiseBytes(*Begin), Planner.indexBytes(), Plan.KeptBytes,
                Unshared.KeptBytes});
  return PreservedAnalyses::none();
}
