//===- SlotPlan.cpp - What a frame is to hold, and where ------------------===//
//
// A value that is kept is in its slot from where it is made to the last segment
// that loads it. Two of which one is made while the other is in its slot must
// not overlap. So the slots are laid out as a register allocator's would be,
// large values first, each at the lowest offset that is free.
//
// The lowest ones are where the result is going to be stored, for what is in
// its slot, and has left it, before.
//
// CoroSplit computes casts, addresses, comparisons and the like again, and
// keeps their operands instead. That is no loss where these are in the frame
// anyway, and a gain where several values have one operand. Which of both is
// better is tried out: the smaller frame, and of equal ones, that which takes
// less instructions, times how often they run, to store, load and compute
// again.
//
//===----------------------------------------------------------------------===//

#include "SlotPlan.h"
#include "CoroLowerAlloca.h"
#include "Coroutine.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"

using namespace llvm;
using namespace coroinline;

/// How often a plan is tried out that differs in one value; less often where
/// there is much to look at, values times segments.
static constexpr size_t MaxTrials = 64, MaxTried = 1 << 22;

/// What CoroSplit computes again.
static bool isCheap(const Value &V) {
  return isa<CastInst>(V) || isa<GetElementPtrInst>(V) ||
         isa<BinaryOperator>(V) || isa<CmpInst>(V) || isa<SelectInst>(V);
}

static bool isCoroIntrinsic(const Value &V) {
  auto *II = dyn_cast<IntrinsicInst>(&V);
  return II && II->getCalledFunction()->getName().starts_with("llvm.coro.");
}

bool SlotPlanner::isEverywhere(const Value &V) {
  return (!isa<Instruction>(V) && !isa<Argument>(V)) || isa<AllocaInst>(V) ||
         isOwnBegin(V);
}

/// Addresses in the frame. If they were stored, CoroSplit would think that
/// others know them.
static SmallPtrSet<const Value *, 16> addressesInFrame(Function &F) {
  SmallPtrSet<const Value *, 16> Addresses;
  SmallVector<Value *, 16> Work;
  for (Instruction &I : instructions(F))
    if (SlotPlanner::isEverywhere(I))
      Work.push_back(&I);
  while (!Work.empty())
    for (User *U : Work.pop_back_val()->users())
      if ((isCheap(*U) || isa<PHINode>(U) || isa<FreezeInst>(U) ||
           isa<InsertElementInst>(U)) &&
          Addresses.insert(U).second)
        Work.push_back(U);
  return Addresses;
}

SlotPlanner::SlotPlanner(Function &F, IntrinsicInst &Begin,
                         const DominatorTree &DT, const BlockFrequencyInfo &BFI)
    : Parts(F), Crossing(findCrossingUses(F, Parts)), Begin(Begin), DT(DT),
      IndexType(Type::getIntNTy(F.getContext(),
                                std::max(1u, Log2_32_Ceil(Parts.suspends())))),
      DL(F.getParent()->getDataLayout()), Addresses(addressesInFrame(F)) {
  for (auto &[V, Where] : Crossing)
    add(*V);
  for (auto &[V, Where] : Crossing)
    if (any_of(Where, [&](unsigned N) { return Parts[N].IsPrepared; }) &&
        !(V->getType()->isPointerTy() && wayOf(*V) == Way::Keep))
      leave(*V); // see SlotSharer::make()
  for (unsigned N = 0; N != Values.size(); ++N)
    if (Values[N].How == Way::CoroSplit)
      leave(*Values[N].V);
  Stored.assign(Parts.size(), BitVector(size()));
  for (unsigned N = 0; N != Values.size(); ++N)
    Stored[storedIn(value(N))].set(N);
  // Each segment has a first instruction, since F has no catchswitch.
  for (unsigned N = 0; N != Parts.size(); ++N)
    Frequency.push_back(
        BFI.getBlockFreq(Parts[N].First->getParent()).getFrequency());
  for (unsigned From = 0; From != Parts.size(); ++From) {
    if (!Parts[From].Suspend)
      continue;
    BitVector Numbers(size());
    const BitVector OnWayOut = Parts.onWayOut(From); // set_bits() refers to it
    for (unsigned Segment : OnWayOut.set_bits())
      Numbers |= Stored[Segment];
    if (Numbers.any())
      StoredOnWayOut.push_back({From, Numbers});
  }
  for (unsigned N = 0; N != Values.size(); ++N)
    Order.push_back(N);
  llvm::sort(Order, [&](unsigned L, unsigned R) {
    auto *A = dyn_cast<Instruction>(&value(L)),
         *B = dyn_cast<Instruction>(&value(R));
    if (!A || !B)
      return !A && (B || L < R);
    if (A->getParent() == B->getParent())
      return A->comesBefore(B);
    return Parts.of(*A) < Parts.of(*B);
  });
}

SlotPlanner::Way SlotPlanner::wayOf(const Value &V) const {
  Type *T = V.getType();
  if (!T->isIntegerTy() && !T->isFloatingPointTy() && !T->isPointerTy() &&
      !isa<FixedVectorType>(T))
    return Way::CoroSplit;
  if (auto *A = dyn_cast<Argument>(&V))
    return A->hasPassPointeeByValueCopyAttr() || A->hasSwiftErrorAttr()
               ? Way::CoroSplit
               : Way::Keep;
  if (isCoroIntrinsic(V) || isHiddenAlloca(V) || isa<CallBrInst>(V))
    return Way::CoroSplit;
  if (auto *Invoke = dyn_cast<InvokeInst>(&V))
    return Invoke->getNormalDest()->getSinglePredecessor() ? Way::Keep
                                                           : Way::CoroSplit;
  if (isCheap(V) && any_of(cast<Instruction>(V).operands(), [](Value *Operand) {
        return isIntrinsic(Operand, Intrinsic::coro_suspend);
      }))
    return Way::Keep;
  if (Addresses.contains(&V))
    return isCheap(V) ? Way::Again : Way::CoroSplit;
  return isCheap(V) ? Way::Either : Way::Keep;
}

/// Notes V, and what it may be computed from.
void SlotPlanner::add(Value &V) {
  SmallVector<Value *, 8> Work{&V};
  while (!Work.empty()) {
    Value *New = Work.pop_back_val();
    if (isEverywhere(*New) || !Numbers.try_emplace(New, Values.size()).second)
      continue;
    Values.push_back({New, wayOf(*New)});
    if (isCheap(*New))
      append_range(Work, cast<Instruction>(New)->operands());
  }
}

/// CoroSplit is to see to V, and to what it computes it from.
void SlotPlanner::leave(Value &V) {
  SmallPtrSet<Value *, 8> Seen;
  SmallVector<Value *, 8> Work{&V};
  while (!Work.empty()) {
    Value *Left = Work.pop_back_val();
    if (isEverywhere(*Left) || !Seen.insert(Left).second)
      continue;
    Values[Numbers.lookup(Left)].How = Way::CoroSplit;
    if (isCheap(*Left))
      append_range(Work, cast<Instruction>(Left)->operands());
  }
}

std::optional<unsigned> SlotPlanner::numberOf(const Value &V) const {
  auto It = Numbers.find(&V);
  return It == Numbers.end() || Values[It->second].How == Way::CoroSplit
             ? std::nullopt
             : std::optional(It->second);
}

bool SlotPlanner::isMadeBefore(const Value &V) const {
  auto *I = dyn_cast<Instruction>(&V);
  return !I || !DT.dominates(&Begin, I);
}

unsigned SlotPlanner::storedIn(const Value &V) const {
  if (isMadeBefore(V))
    return Parts.of(Begin);
  if (auto *Invoke = dyn_cast<InvokeInst>(&V))
    return Parts.ofStart(*Invoke->getNormalDest());
  return Parts.of(cast<Instruction>(V));
}

/// Whether what is made at the start of the segment From is there in To.
bool SlotPlanner::reaches(unsigned From, unsigned To) const {
  if (From == To)
    return true;
  if (!DT.dominates(Parts[From].First, Parts[To].First))
    return false;
  auto [It, IsNew] = Behind.try_emplace(From);
  if (IsNew)
    It->second = Parts.behindSuspends(From);
  return !It->second[To];
}

std::optional<unsigned> SlotPlanner::madeFor(unsigned Segment,
                                             const BitVector &Where) const {
  for (unsigned N : Where.set_bits())
    if (reaches(N, Segment))
      return N;
  return std::nullopt;
}

/// Leaves the segments that nothing is there in from an earlier one.
void SlotPlanner::dropRepeated(BitVector &Where) const {
  BitVector First(Where.size());
  for (unsigned N : Where.set_bits())
    if (!madeFor(N, First))
      First.set(N);
  Where = First;
}

namespace {

/// Room that is taken.
struct Range {
  uint64_t Begin, End;
};

/// The lowest offset of free room.
uint64_t findRoom(SmallVectorImpl<Range> &Taken, uint64_t Size, Align A) {
  llvm::sort(Taken,
             [](const Range &L, const Range &R) { return L.Begin < R.Begin; });
  uint64_t Offset = 0;
  for (const Range &R : Taken)
    if (R.Begin < Offset + Size && Offset < R.End)
      Offset = alignTo(R.End, A);
  return Offset;
}

/// The fields of a struct, as LLVM's OptimizedStructLayout packs them.
class Fields {
  SmallVector<std::pair<Align, uint64_t>, 16> All;

public:
  void add(uint64_t Size, Align A) { All.push_back({A, Size}); }
  uint64_t bytes() {
    llvm::sort(All, [](auto &L, auto &R) { return L > R; });
    uint64_t End = 0;
    for (auto [A, Size] : All)
      End = alignTo(End, A) + Size;
    return End;
  }
};

} // namespace

/// The values that can't be where the result is stored: those that are in their
/// slots when that happens, or come to them later.
BitVector SlotPlanner::outside(const ResultRoom &Room,
                               const SlotPlan &P) const {
  BitVector Outside(size()), Reached(Parts.size());
  SmallVector<unsigned, 16> Work;
  for (Instruction *Store : Room.Stores)
    if (Parts.contains(*Store)) {
      Outside |= P.LiveAtEnd[Parts.of(*Store)];
      append_range(Work, Parts[Parts.of(*Store)].Next);
    }
  while (!Work.empty()) {
    unsigned N = Work.pop_back_val();
    if (Reached[N])
      continue;
    Reached.set(N);
    Outside |= Stored[N];
    append_range(Work, Parts[N].Next);
  }
  return Outside;
}

/// Gives what is kept its place.
void SlotPlanner::place(SlotPlan &P, const ResultRoom &Room) const {
  std::vector<BitVector> Interferes(size(), BitVector(size()));
  BitVector Kept(size());
  for (const BitVector &Loads : P.Loads)
    Kept |= Loads;
  for (auto &[From, Numbers] : StoredOnWayOut)
    for (unsigned N : Numbers.set_bits())
      Interferes[N] |= P.LiveAtEnd[From];
  for (unsigned N : Kept.set_bits()) {
    Interferes[N] |= P.LiveAtEnd[storedIn(value(N))];
    Interferes[N].reset(N);
    for (unsigned Other : Interferes[N].set_bits())
      Interferes[Other].set(N);
  }
  SmallVector<unsigned, 16> Order(Kept.set_bits());
  auto SizeOf = [&](unsigned N) {
    return DL.getTypeAllocSize(value(N).getType()).getFixedValue();
  };
  llvm::sort(Order, [&](unsigned L, unsigned R) {
    return std::pair(SizeOf(R), L) < std::pair(SizeOf(L), R);
  });
  auto AlignOf = [&](unsigned N) {
    return DL.getABITypeAlign(value(N).getType());
  };
  for (unsigned N : Order)
    P.AreaAlign = std::max(P.AreaAlign, AlignOf(N));
  P.RoomEnd = alignTo(Room.Bytes, P.AreaAlign);
  const BitVector Outside = outside(Room, P);
  BitVector Placed(size());
  P.Offset.assign(size(), 0);
  for (unsigned N : Order) {
    SmallVector<Range, 8> Taken;
    const bool IsOutside =
        Outside[N] || AlignOf(N) > DL.getPointerABIAlignment(0);
    // Even where that is no room at all, nothing lies across it.
    Taken.push_back({IsOutside ? 0 : Room.Bytes, P.RoomEnd});
    BitVector Others = Interferes[N];
    Others &= Placed;
    for (unsigned Other : Others.set_bits())
      Taken.push_back({P.Offset[Other], P.Offset[Other] + SizeOf(Other)});
    P.Offset[N] = findRoom(Taken, SizeOf(N), AlignOf(N));
    if (P.Offset[N] >= P.RoomEnd)
      P.AreaBytes = std::max(P.AreaBytes, P.Offset[N] + SizeOf(N) - P.RoomEnd);
    Placed.set(N);
  }
}

uint64_t SlotPlanner::indexBytes() const {
  return DL.getTypeAllocSize(IndexType).getFixedValue();
}

/// Says what it all comes to.
void SlotPlanner::addUp(SlotPlan &P, const BitVector &Others) const {
  Fields All;
  All.add(indexBytes(), DL.getABITypeAlign(IndexType));
  All.add(P.AreaBytes, P.AreaAlign);
  P.KeptBytes = P.AreaBytes;
  for (unsigned N : Others.set_bits()) {
    Type *T = value(N).getType();
    uint64_t Size = DL.getTypeAllocSize(T).getKnownMinValue();
    All.add(Size, DL.getABITypeAlign(T));
    P.KeptBytes += Size;
  }
  P.FrameBytes = alignTo(All.bytes(), DL.getPointerABIAlignment(0));
}

SlotPlan SlotPlanner::plan(const BitVector &Again, bool Share,
                           const ResultRoom &Room) const {
  SlotPlan P;
  P.Again = Again;
  P.Needed.assign(size(), BitVector(Parts.size()));
  P.Loads.assign(Parts.size(), BitVector(size()));
  BitVector Others(size()); // fields that CoroSplit makes
  for (auto &[V, Where] : Crossing)
    if (!isEverywhere(*V))
      for (unsigned Segment : Where)
        P.Needed[Numbers.lookup(V)].set(Segment);
  for (unsigned N : reverse(Order)) {
    auto [V, How] = Values[N];
    BitVector &Needed = P.Needed[N];
    if (Needed.none())
      continue;
    dropRepeated(Needed);
    for (unsigned Segment : Needed.set_bits())
      P.Steps = SaturatingAdd(P.Steps, Frequency[Segment]);
    if (How == Way::CoroSplit ? isCheap(*V) : Again[N]) {
      for (Value *Operand : cast<Instruction>(V)->operands())
        if (!isEverywhere(*Operand))
          P.Needed[Numbers.lookup(Operand)] |= Needed;
    } else if (How != Way::CoroSplit && Share) {
      P.Steps = SaturatingAdd(P.Steps, Frequency[storedIn(*V)]);
      for (unsigned Segment : Needed.set_bits())
        P.Loads[Segment].set(N);
    } else if (!isCoroIntrinsic(*V) && V->getType()->isSized()) {
      P.Steps = SaturatingAdd(P.Steps, Frequency[storedIn(*V)]);
      Others.set(N);
    }
  }
  if (Share) {
    P.LiveAtEnd = liveAtEnds(Parts, Stored, P.Loads);
    place(P, Room);
  }
  addUp(P, Others);
  return P;
}

/// The values that may be computed again, or must be.
BitVector SlotPlanner::cheap(bool IfTheyMust) const {
  BitVector Cheap(size());
  for (auto [N, C] : enumerate(Values))
    if (C.How == Way::Again || (C.How == Way::Either && !IfTheyMust))
      Cheap.set(N);
  return Cheap;
}

SlotPlan SlotPlanner::withoutSharing() const {
  return plan(cheap(/*IfTheyMust=*/false), /*Share=*/false, ResultRoom());
}

SlotPlan SlotPlanner::best(const ResultRoom &Room) const {
  BitVector All = cheap(false), None = cheap(true);
  SlotPlan Best = plan(All, true, Room), Other = plan(None, true, Room);
  if (Other.isBetterThan(Best))
    Best = std::move(Other);
  BitVector Choice = All;
  Choice.reset(None);
  size_t Trials =
      std::min(MaxTrials, MaxTried / (1 + Values.size() * Parts.size()));
  for (unsigned N : Choice.set_bits()) {
    if (Trials-- == 0)
      break;
    BitVector Again = Best.Again;
    Again.flip(N);
    SlotPlan Trial = plan(Again, true, Room);
    if (Trial.isBetterThan(Best))
      Best = std::move(Trial);
  }
  return Best;
}
