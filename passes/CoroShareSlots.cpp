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
// Until the result is stored, its place in the frame is free. It is used where
// a frame takes less of the memory that the free lists give for it then: a line
// of the cache less, often. A debugger finds fewer values there.
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
#include "Places.h"
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

/// Frames from the free lists of coro.h have a multiple of this, in bytes.
constexpr uint64_t FrameUnit = 64;

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
  const ResultRoom &Room;
  const DataLayout &DL;
  AllocaInst *Slots = nullptr; // null where the room for the result is enough
  BitVector Kept;              // the values that are loaded anywhere
  DenseMap<unsigned, BitVector> InSlot;
  /// Of what is computed again, by number.
  DenseMap<unsigned, Instruction *> Originals;
  /// What has been made at the start of a segment for a value.
  DenseMap<std::pair<unsigned, unsigned>, Value *> There;

  std::pair<Value *, uint64_t> placeOf(unsigned Number) const;
  Value *slot(IRBuilder<> &B, unsigned Number) const;
  Align alignOf(unsigned Number) const;
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
             const SlotPlan &Plan, const ResultRoom &Room)
      : F(F), Begin(Begin), Planner(Planner), Plan(Plan), Room(Room),
        DL(F.getParent()->getDataLayout()) {}
  void run();
};

/// So many bytes behind an address.
std::pair<Value *, uint64_t> SlotSharer::placeOf(unsigned Number) const {
  uint64_t Offset = Plan.Offset[Number];
  if (Offset < Plan.RoomEnd)
    return {Room.Address, Room.Offset + Offset};
  return {Slots, Offset - Plan.RoomEnd};
}

Align SlotSharer::alignOf(unsigned Number) const {
  auto [Address, Offset] = placeOf(Number);
  return commonAlignment(
      Address == Slots ? Plan.AreaAlign : DL.getPointerABIAlignment(0), Offset);
}

Value *SlotSharer::slot(IRBuilder<> &B, unsigned Number) const {
  auto [Address, Offset] = placeOf(Number);
  return Offset ? B.CreateConstInBoundsGEP1_64(B.getInt8Ty(), Address, Offset)
                : Address;
}

/// Where, but ahead of the debug records there, which may tell of what is made.
BasicBlock::iterator aheadOf(Instruction &Where) {
  auto It = Where.getIterator();
  It.setHeadBit(true);
  return It;
}

/// Makes the value anew at the start of a segment. Between the preparation of a
/// suspend and the suspend, LLVM would soon make the stored value of it again,
/// but for an atomic load. Pointers can be such; coro-pin makes them plain ones
/// when the coroutine has been split.
Value *SlotSharer::make(unsigned Number, unsigned Segment) {
  Value &V = Planner.value(Number);
  Instruction *First = Planner.Parts[Segment].First;
  IRBuilder<> B(First->getParent(), aheadOf(*First));
  if (!Plan.Again[Number]) {
    LoadInst *Load = B.CreateAlignedLoad(
        V.getType(), slot(B, Number), alignOf(Number), V.getName() + ".again");
    if (Planner.Parts[Segment].IsPrepared)
      Load->setAtomic(AtomicOrdering::Unordered);
    return Load;
  }
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

/// Whether another value's slot, which overlaps, or the result, is stored to in
/// a segment: not in the one where this value is.
bool SlotSharer::isOverwritten(unsigned Number, unsigned Segment) const {
  if (Plan.Offset[Number] < Plan.RoomEnd &&
      any_of(
          Room.Stores,
          [&](Instruction *Store) {
            return Planner.Parts.contains(*Store) &&
                   Planner.Parts.of(*Store) == Segment;
          }))
    return true;
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
    auto [Address, Offset] = placeOf(Number);
    DIExpression::appendOffset(How, Offset);
    append_range(How, ArrayRef<uint64_t>{dwarf::DW_OP_deref_size, Size});
    R.replaceVariableLocationOp(&V, Address);
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
  if (Plan.AreaBytes) {
    auto Entry = F.getEntryBlock().getFirstInsertionPt();
    IRBuilder<> B(Entry->getParent(), Entry);
    Slots = B.CreateAlloca(ArrayType::get(B.getInt8Ty(), Plan.AreaBytes),
                           nullptr, "slots");
    Slots->setAlignment(Plan.AreaAlign);
  }
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

static AllocaInst *promiseOf(const IntrinsicInst &Begin) {
  auto *Id = dyn_cast<IntrinsicInst>(Begin.getArgOperand(0));
  return Id ? dyn_cast<AllocaInst>(Id->getArgOperand(1)->stripPointerCasts())
            : nullptr;
}

static uint64_t promiseBytes(const IntrinsicInst &Begin) {
  AllocaInst *Promise = promiseOf(Begin);
  auto Size = Promise ? Promise->getAllocationSize(Promise->getDataLayout())
                      : std::nullopt;
  return Size ? Size->getFixedValue() : 0;
}

namespace {

/// Looks for all that the coroutine does to its result.
class ResultSearch {
  ResultRoom &Room;
  const DataLayout &DL;
  /// Addresses, and how far they are from the promise.
  SmallVector<std::pair<Instruction *, int64_t>, 8> Work;

  bool touches(int64_t At, TypeSize Size) const {
    return Size.isScalable() ||
           canOverlap({nullptr, At}, Size.getFixedValue(),
                      {nullptr, int64_t(Room.Offset)}, Room.Bytes);
  }
  bool visit(const Use &U, int64_t At);

public:
  ResultSearch(ResultRoom &Room, const DataLayout &DL) : Room(Room), DL(DL) {}
  bool run(AllocaInst &Promise, IntrinsicInst &Begin);
};

} // namespace

/// False where it may be read, or somebody else may get to know where it is,
/// other than as a part of the task.
bool ResultSearch::visit(const Use &U, int64_t At) {
  auto *I = cast<Instruction>(U.getUser());
  const bool IsTask = isOwnBegin(*U.get());
  if (auto *Store = dyn_cast<StoreInst>(I)) {
    if (U.getOperandNo() != StoreInst::getPointerOperandIndex())
      return IsTask;
    if (touches(At, DL.getTypeStoreSize(Store->getValueOperand()->getType())))
      Room.Stores.push_back(Store);
    return true;
  }
  if (auto *Load = dyn_cast<LoadInst>(I))
    return !touches(At, DL.getTypeStoreSize(Load->getType()));
  if (isa<GetElementPtrInst>(I)) {
    auto Offset = offsetFrom(*U.get(), *I, DL);
    if (Offset)
      Work.push_back({I, At + *Offset});
    return Offset.has_value();
  }
  if (isIntrinsic(I, Intrinsic::coro_promise)) {
    Work.push_back({I, 0});
    return true;
  }
  return IsTask || isa<ICmpInst>(I) || I->isLifetimeStartOrEnd() ||
         isIntrinsic(I, Intrinsic::coro_id);
}

bool ResultSearch::run(AllocaInst &Promise, IntrinsicInst &Begin) {
  Work.push_back({&Promise, 0});
  Work.push_back({&Begin, -int64_t(headerOffset(DL))});
  while (!Work.empty()) {
    auto [Address, At] = Work.pop_back_val();
    for (const Use &U : Address->uses())
      if (!visit(U, At))
        return false;
  }
  return true;
}

static ResultRoom findResultRoom(IntrinsicInst &Begin) {
  const DataLayout &DL = Begin.getDataLayout();
  AllocaInst *Promise = promiseOf(Begin);
  const uint64_t Bytes = promiseBytes(Begin), Header = headerSize(DL);
  ResultRoom Room;
  if (!Promise || !isPromise(*Promise) || Bytes <= Header)
    return Room;
  Room.Address = Promise;
  Room.Offset = Header;
  Room.Bytes = alignDown(Bytes - Header, DL.getPointerSize());
  return ResultSearch(Room, DL).run(*Promise, Begin) ? Room : ResultRoom();
}

/// What is in a frame beside what is kept: that much at the most.
static uint64_t otherBytes(Function &F) {
  const DataLayout &DL = F.getDataLayout();
  uint64_t Bytes = headerOffset(DL);
  for (Instruction &I : instructions(F))
    if (auto *Alloca = dyn_cast<AllocaInst>(&I))
      if (auto Size = Alloca->getAllocationSize(DL);
          Size && !Size->isScalable())
        Bytes += Size->getFixedValue();
  return Bytes;
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
  const SlotPlan Unshared = Planner.withoutSharing();
  ResultRoom Room;
  SlotPlan Plan = Planner.best(Room);
  if (Unshared.FrameBytes <= Plan.FrameBytes)
    Plan = Unshared;
  const uint64_t Others = otherBytes(F);
  auto UnitsOf = [&](uint64_t KeptBytes) {
    return divideCeil(Others + KeptBytes, FrameUnit);
  };
  const ResultRoom Found = findResultRoom(*Begin);
  const uint64_t Saved = std::min(Found.Bytes, Plan.FrameBytes);
  bool Shares = Plan.FrameBytes < Unshared.FrameBytes;
  if (UnitsOf(Plan.FrameBytes - Saved) < UnitsOf(Plan.FrameBytes))
    if (SlotPlan InRoom = Planner.best(Found);
        UnitsOf(InRoom.FrameBytes) < UnitsOf(Plan.FrameBytes)) {
      Plan = std::move(InRoom);
      Room = Found;
      Shares = true;
    }
  if (Shares)
    SlotSharer(F, *Begin, Planner, Plan, Room).run();
  noteParts(F, {promiseBytes(*Begin), Planner.indexBytes(), Plan.KeptBytes,
                Unshared.KeptBytes});
  return PreservedAnalyses::none();
}
