//===- CoroDescribeFrame.cpp - Suspended tasks, for debuggers -------------===//
//
// Tells a debugger what a frame holds, by the type of a variable that it finds
// in the resume function, which the frame begins with. In C:
//
//     struct coro__frame {
//       unsigned char index @ 44;         // of the suspend that the task is at
//       struct {                          // innermost function first
//         struct {
//           struct { node *n @ 48; } arguments;
//           struct { int hops @ 40; struct { int i; } "= 0" i; } locals;
//         } "step@layers.c:19";
//         struct { ... } "lookup@layers.c:33";
//       } "1";                            // at the suspend of this index
//       ...
//     } *coro__frame;
//
// All offsets are those in the frame. What is not simply there has a struct as
// its type, the name of whose only member is a formula for it (see Formula),
// and "=" stands for what the optimizer has left nowhere. The suspend that a
// task starts at is called "0:start". A variable and not a section of our own,
// since every debugger, linker and LTO can handle it. The marks that
// coro-mark-suspends left are used up here.
//
//===----------------------------------------------------------------------===//

#include "CoroDescribeFrame.h"
#include "Compat.h"
#include "DebugScopes.h"
#include "Markers.h"
#include "ResumeFunction.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DIBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/Support/FormatVariadic.h"

#include <optional>

using namespace llvm;
using namespace coroinline;

namespace {

using BlockSet = SmallPtrSet<const BasicBlock *, 4>;

/// How something is found from the address of a frame: a program of a stack
/// machine, whose words are
///   frame      push the frame's address
///   #N         push N
///   +N         add N to what is on top
///   *N         replace the address on top by the N bytes there
///   sx:N       extend the number on top by the sign that it has in N bits
///   plus minus mul udiv urem and or xor shl shr shra
///              replace the two on top by what the operation makes of them
///   value:O:N  pop the value that the bytes O to O+N of the variable have
///   at:O:N     pop the address that they are at
class Formula {
  struct Word {
    std::string Name;
    std::optional<uint64_t> N;
    std::string text() const { return Name + (N ? utostr(*N) : ""); }
  };
  SmallVector<Word, 4> Words;

public:
  static Formula frame() { return Formula("frame"); }
  Formula(StringRef Name, std::optional<uint64_t> N = std::nullopt)
      : Words{{Name.str(), N}} {}
  /// A ValueFormula's text, of operands that are known.
  Formula(StringRef Text, ArrayRef<Formula> Operands) {
    SmallVector<StringRef, 16> Parts;
    Text.split(Parts, ' ', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
    for (StringRef Part : Parts) {
      unsigned Number = 0;
      if (Part.consume_front("$")) {
        Part.getAsInteger(10, Number);
        append_range(Words, Operands[Number].Words);
      } else {
        Words.push_back({Part.str(), std::nullopt});
      }
    }
  }

  void push(uint64_t N) { Words.push_back({"#", N}); }
  void apply(StringRef Operation) {
    Words.push_back({Operation.str(), std::nullopt});
  }
  void add(uint64_t N) {
    if (Words.back().Name == "+")
      *Words.back().N += N;
    else if (N)
      Words.push_back({"+", N});
  }
  void load(uint64_t Size) { Words.push_back({"*", Size}); }
  /// Of a value that is the last thing loaded, makes its address.
  void undoLoad() { Words.pop_back(); }
  /// The bytes that are loaded last; 0 where something else comes after.
  uint64_t lastLoad() const {
    return Words.back().Name == "*" ? *Words.back().N : 0;
  }
  /// The offset of what this is the address of, if that is in the frame.
  std::optional<uint64_t> offset() const {
    if (Words[0].Name != "frame" || Words.size() > 2)
      return std::nullopt;
    if (Words.size() == 1)
      return 0;
    if (Words[1].Name != "+")
      return std::nullopt;
    return Words[1].N;
  }
  std::string text() const {
    std::string Text;
    for (const Word &W : Words)
      Text += " " + W.text();
    return Text;
  }
};

/// Whether all that AI ever holds is the first argument.
bool holdsFrame(const AllocaInst &AI) {
  const StoreInst *Only = nullptr;
  for (const User *U : AI.users())
    if (auto *Store = dyn_cast<StoreInst>(U)) {
      if (Only)
        return false;
      Only = Store;
    }
  return Only && Only->getValueOperand() == AI.getFunction()->getArg(0);
}

/// What R says that its variable is found from, and how. CoroSplit goes by a
/// variable with the address of the frame:
///   (ptr %slot, DIExpression(DW_OP_deref, ...)) => (ptr %frame, (...))
std::pair<Value *, DIExpression *> withoutSlot(const DbgVariableRecord &R) {
  Value *From = R.getVariableLocationOp(0);
  DIExpression *How = R.getExpression();
  auto *AI = dyn_cast_or_null<AllocaInst>(From);
  if (!AI || !holdsFrame(*AI) || !How->startsWithDeref())
    return {From, How};
  return {AI->getFunction()->getArg(0),
          DIExpression::get(AI->getContext(), How->getElements().drop_front())};
}

/// The value of V in a resume function; none where it does not come from the
/// frame. What is loaded elsewhere than in Blocks need not be what is in the
/// frame at the suspend.
std::optional<Formula> formulaFor(const Value *V, const BlockSet &Blocks) {
  if (auto *A = dyn_cast<Argument>(V); A && A->getArgNo() == 0)
    return Formula::frame();
  if (isa<ConstantPointerNull>(V))
    return Formula("#", uint64_t(0));
  if (auto *N = dyn_cast<ConstantInt>(V); N && N->getBitWidth() <= 64)
    return Formula("#", N->getZExtValue());
  auto *I = dyn_cast<Instruction>(V);
  if (!I)
    return std::nullopt;
  const DataLayout &DL = I->getModule()->getDataLayout();
  if (auto *GEP = dyn_cast<GetElementPtrInst>(I)) {
    APInt Offset(64, 0);
    if (!GEP->accumulateConstantOffset(DL, Offset))
      return std::nullopt;
    auto Result = formulaFor(GEP->getPointerOperand(), Blocks);
    if (Result)
      Result->add(Offset.getZExtValue());
    return Result;
  }
  if (auto *Load = dyn_cast<LoadInst>(I);
      Load && Blocks.contains(I->getParent())) {
    auto Result = formulaFor(Load->getPointerOperand(), Blocks);
    uint64_t Size = DL.getTypeStoreSize(I->getType());
    if (!Result || !Result->offset() || Size > 8)
      return std::nullopt;
    Result->load(Size);
    return Result;
  }
  return std::nullopt;
}

/// Where a variable, or a part of it, is.
struct Place {
  Formula How;
  bool InMemory;         // How is its address, and not its value
  uint64_t Offset, Size; // in bits

  std::string text() const {
    return formatv("{0} {1}:{2}:{3}", How.text(), InMemory ? "at" : "value",
                   Offset / 8, Size / 8);
  }
};

std::optional<Place> placeOf(DbgVariableRecord &R, const BlockSet &Blocks) {
  uint64_t Size = R.getVariable()->getSizeInBits().value_or(0);
  if (R.isKillLocation() || R.hasArgList() || !Size)
    return std::nullopt;
  auto [From, Expression] = withoutSlot(R);
  auto How = formulaFor(From, Blocks);
  if (!How)
    return std::nullopt;
  Place P{*How, R.isDbgDeclare(), 0, Size};
  bool EndsInDeref = false;
  for (auto Op : Expression->expr_ops())
    switch (Op.getOp()) {
    case dwarf::DW_OP_deref:
      P.How.load(8);
      EndsInDeref = true;
      break;
    case dwarf::DW_OP_deref_size:
      P.How.load(Op.getArg(0));
      EndsInDeref = false;
      break;
    case dwarf::DW_OP_plus_uconst:
      P.How.add(Op.getArg(0));
      EndsInDeref = false;
      break;
    case dwarf::DW_OP_constu:
      P.How.push(Op.getArg(0));
      EndsInDeref = false;
      break;
    case dwarf::DW_OP_plus:
    case dwarf::DW_OP_minus:
    case dwarf::DW_OP_mul:
    case dwarf::DW_OP_and:
    case dwarf::DW_OP_or:
    case dwarf::DW_OP_xor:
    case dwarf::DW_OP_shl:
    case dwarf::DW_OP_shr:
      P.How.apply(
          dwarf::OperationEncodingString(Op.getOp()).substr(strlen("DW_OP_")));
      EndsInDeref = false;
      break;
    case dwarf::DW_OP_LLVM_fragment:
      P.Offset = Op.getArg(0);
      P.Size = Op.getArg(1);
      break;
    case dwarf::DW_OP_stack_value:
      break;
    default:
      return std::nullopt;
    }
  if (P.Size % 8)
    return std::nullopt;
  if (!P.InMemory && (EndsInDeref || P.How.lastLoad() * 8 >= P.Size)) {
    P.How.undoLoad();
    P.InMemory = true;
  }
  return P;
}

/// What is told of a variable at a suspend.
struct Told {
  DbgVariableRecord *Variable;
  SmallVector<DbgVariableRecord *, 2> Operands; // of the formula
  DbgVariableRecord *Formula = nullptr;
};

/// A suspend of a resume function.
struct Suspend {
  uint64_t Index;
  SuspendMark Mark = SuspendMark::None;
  const DILocation *Where = nullptr;
  BlockSet Blocks;               // from the dispatch to the mark
  SmallVector<Told, 8> Records;  // that hold at the mark
  BasicBlock *Resumed = nullptr; // where control goes from there
};

/// The same by the formula that is told, if one is.
std::optional<Place> computedPlaceOf(const Told &T, const BlockSet &Blocks) {
  if (!T.Formula)
    return std::nullopt;
  // Where the records behind the suspends of two branches are the same, LLVM
  // moves them up: an operand, for one.
  StringRef Text = *formulaIn(*T.Formula);
  if (Text.contains("$" + utostr(T.Operands.size())))
    return std::nullopt;
  SmallVector<Formula, 2> Operands;
  for (DbgVariableRecord *R : T.Operands) {
    auto P = placeOf(*R, Blocks);
    if (!P)
      return std::nullopt;
    if (P->InMemory)
      P->How.load(divideCeil(*operandBits(*R), 8));
    Operands.push_back(P->How);
  }
  uint64_t Size = T.Formula->getVariable()->getSizeInBits().value_or(0);
  Place P{Formula(Text, Operands), false, 0, Size};
  if (auto Part = T.Formula->getExpression()->getFragmentInfo()) {
    P.Offset = Part->OffsetInBits;
    P.Size = Part->SizeInBits;
  }
  return P;
}

bool isMark(DbgRecord &R) { return suspendMarkOf(R) != SuspendMark::None; }

/// Where control goes at the end of a path, as far as that is said on it.
BasicBlock *next(ArrayRef<BasicBlock *> Path) {
  BasicBlock *BB = Path.back();
  auto *Switch = dyn_cast<SwitchInst>(BB->getTerminator());
  if (!Switch)
    return BB->getSingleSuccessor();
  Value *Condition = Switch->getCondition();
  if (auto *Phi = dyn_cast<PHINode>(Condition)) {
    auto *At = find(Path, Phi->getParent());
    if (At == Path.end() || At == Path.begin())
      return nullptr;
    Condition = Phi->getIncomingValueForBlock(*std::prev(At));
  }
  auto *N = dyn_cast<ConstantInt>(Condition);
  return N ? Switch->findCaseValue(N)->getCaseSuccessor() : nullptr;
}

/// Whether a record of an operand, or of a formula, is one of T's.
bool belongsTo(DbgVariableRecord &R, const Told &T) {
  const DILocalVariable *A = R.getVariable(), *B = T.Variable->getVariable();
  return A->getScope() == B->getScope() && A->getLine() == B->getLine() &&
         A->getType() == B->getType() &&
         R.getDebugLoc()->getInlinedAt() ==
             T.Variable->getDebugLoc()->getInlinedAt();
}

/// Reads the records of BB, up to the mark if it has one.
void readUpToMark(BasicBlock &BB, Suspend &S) {
  Told *Last = nullptr;
  for (Instruction &I : BB)
    for (DbgRecord &R : I.getDbgRecordRange()) {
      S.Mark = suspendMarkOf(R);
      if (S.Mark != SuspendMark::None) {
        S.Where = R.getDebugLoc();
        return;
      }
      auto *Variable = dyn_cast<DbgVariableRecord>(&R);
      if (!Variable)
        continue;
      bool IsOperand = operandBits(*Variable).has_value();
      if (!IsOperand && !formulaIn(*Variable))
        Last = &S.Records.emplace_back(Told{Variable, {}, nullptr});
      else if (!Last || !belongsTo(*Variable, *Last))
        continue; // LLVM dropped the variable's own, which told nothing new
      else if (IsOperand)
        Last->Operands.push_back(Variable);
      else
        Last->Formula = Variable;
    }
}

/// Follows a case of the dispatch to its mark, and on to where the suspend's
/// result has been looked at. False where there is no mark, as behind the
/// suspend that ends an awaited task.
bool findMark(BasicBlock *BB, Suspend &S) {
  SmallVector<BasicBlock *, 4> Path;
  while (BB && S.Blocks.insert(BB).second) {
    if (S.Mark == SuspendMark::None)
      readUpToMark(*BB, S);
    Path.push_back(BB);
    BB = next(Path);
    if (S.Mark != SuspendMark::None &&
        isa<SwitchInst>(Path.back()->getTerminator())) {
      S.Resumed = BB;
      break;
    }
  }
  return S.Mark != SuspendMark::None;
}

SmallVector<Suspend, 8> findSuspends(SwitchInst &Dispatch) {
  SmallVector<Suspend, 8> Suspends;
  for (auto &Case : Dispatch.cases()) {
    Suspend S{Case.getCaseValue()->getZExtValue(), {}, {}, {}, {}, {}};
    if (findMark(Case.getCaseSuccessor(), S))
      Suspends.push_back(S);
  }
  return Suspends;
}

/// Builds the type of the variable coro__frame.
class Describer {
  Function &F;
  DIBuilder DIB;
  DIFile *File;
  uint64_t FrameBytes;
  SmallVector<DbgVariableRecord *, 16> Declares;

  DIType *structOf(ArrayRef<Metadata *> Members, StringRef Name = "") {
    return DIB.createStructType(File, Name, File, 0, FrameBytes * 8, 0,
                                DINode::FlagZero, nullptr,
                                DIB.getOrCreateArray(Members));
  }
  DIType *member(const Twine &Name, DIType *T, uint64_t Offset = 0) {
    return DIB.createMemberType(File, Name.str(), File, 0, T->getSizeInBits(),
                                0, Offset * 8, DINode::FlagZero, T);
  }
  DIType *variable(const DILocalVariable &V, const Suspend &S,
                   const DILocation &Where);
  DIType *level(const Suspend &S, const DILocation &Where);
  DIType *suspend(const Suspend &S);

public:
  explicit Describer(Function &F)
      : F(F), DIB(*F.getParent(), /*AllowUnresolved=*/false,
                  F.getSubprogram()->getUnit()),
        File(F.getSubprogram()->getFile()),
        FrameBytes(F.getParamDereferenceableBytes(0)) {
    for (Instruction &I : instructions(F))
      for (DbgVariableRecord &R : filterDbgVars(I.getDbgRecordRange()))
        if (R.isDbgDeclare())
          Declares.push_back(&R);
  }
  void run(LoadInst &Index, ArrayRef<Suspend> Suspends);
};

/// Whether R is about V, in the inlined instance that Where is in.
bool isAbout(DbgVariableRecord &R, const DILocalVariable &V,
             const DILocation &Where) {
  return R.getVariable() == &V &&
         R.getDebugLoc()->getInlinedAt() == Where.getInlinedAt();
}

DIType *Describer::variable(const DILocalVariable &V, const Suspend &S,
                            const DILocation &Where) {
  SmallVector<Place, 1> Places;
  // Of several declarations, and of values for one part, any will do.
  auto Add = [&](std::optional<Place> P) {
    if (P && none_of(Places, [&](const Place &Q) {
          return P->Offset < Q.Offset + Q.Size &&
                 Q.Offset < P->Offset + P->Size;
        }))
      Places.push_back(*P);
  };
  for (const Told &T : S.Records)
    if (isAbout(*T.Variable, V, Where)) {
      auto P = placeOf(*T.Variable, S.Blocks);
      Add(P && P->InMemory ? P : computedPlaceOf(T, S.Blocks));
      Add(P);
    }
  for (DbgVariableRecord *R : Declares)
    if (isAbout(*R, V, Where))
      Add(placeOf(*R, S.Blocks));
  uint64_t Size = V.getSizeInBits().value_or(0), Known = 0;
  for (const Place &P : Places)
    Known += P.Size;
  std::string Formulas = "=";
  if (Known == Size) {
    if (Places.size() == 1 && Places[0].InMemory)
      if (auto Offset = Places[0].How.offset())
        return member(V.getName(), V.getType(), *Offset);
    for (const Place &P : Places)
      Formulas += P.text();
  }
  return member(V.getName(), structOf(member(Formulas, V.getType())));
}

/// What there is of one function: its place, arguments and variables, those of
/// inner scopes first.
DIType *Describer::level(const Suspend &S, const DILocation &Where) {
  SetVector<const DILocalVariable *> Seen;
  auto See = [&](const DILocalVariable *V) {
    if (isInScope(*V, Where))
      Seen.insert(V);
  };
  DISubprogram *SP = Where.getScope()->getSubprogram();
  for (const DINode *Node : SP->getRetainedNodes())
    if (auto *V = dyn_cast<DILocalVariable>(Node))
      See(V);
  auto SeeRecord = [&](DbgVariableRecord *R) {
    if (R->getDebugLoc()->getInlinedAt() == Where.getInlinedAt())
      See(R->getVariable());
  };
  for (const Told &T : S.Records)
    SeeRecord(T.Variable);
  for_each(Declares, SeeRecord);

  auto Depth = [](const DILocalVariable *V) {
    int N = 0;
    for (const DIScope *Scope = V->getScope(); Scope; Scope = Scope->getScope())
      N++;
    return N;
  };
  // As declared, where all else is the same.
  SmallVector<std::tuple<unsigned, int, unsigned, size_t>, 16> Order;
  for (auto [Number, V] : enumerate(Seen))
    Order.push_back({V->getArg(), -Depth(V), V->getLine(), Number});
  llvm::sort(Order);
  SmallVector<Metadata *, 8> Arguments, Locals;
  for (auto [Argument, Outwards, Line, Number] : Order)
    (Argument ? Arguments : Locals)
        .push_back(variable(*Seen[Number], S, Where));
  return member(SP->getName() + "@" + Where.getFilename() + ":" +
                    Twine(Where.getLine()),
                structOf({member("arguments", structOf(Arguments)),
                          member("locals", structOf(Locals))}));
}

DIType *Describer::suspend(const Suspend &S) {
  SmallVector<Metadata *, 8> Levels;
  for (const DILocation *Where = S.Where; Where; Where = Where->getInlinedAt())
    Levels.push_back(level(S, *Where));
  return member(Twine(S.Index) + (S.Mark == SuspendMark::Start ? ":start" : ""),
                structOf(Levels));
}

void Describer::run(LoadInst &Index, ArrayRef<Suspend> Suspends) {
  auto Where = formulaFor(Index.getPointerOperand(), {});
  if (!Where || !Where->offset())
    return;
  uint64_t Size =
      F.getParent()->getDataLayout().getTypeStoreSize(Index.getType());
  SmallVector<Metadata *, 16> Members{member(
      "index",
      DIB.createBasicType("coro__index", 8 * Size, dwarf::DW_ATE_unsigned),
      *Where->offset())};
  for (const Suspend &S : Suspends)
    Members.push_back(suspend(S));
  DIType *Frame = structOf(Members, "coro__frame");
  DILocalVariable *V = DIB.createAutoVariable(
      F.getSubprogram(), "coro__frame", File, F.getSubprogram()->getLine(),
      DIB.createPointerType(Frame, 64), /*AlwaysPreserve=*/false,
      DINode::FlagArtificial);
  auto *Scope = F.getSubprogram();
  auto Entry = F.getEntryBlock().begin();
  Entry->getParent()->insertDbgRecordBefore(
      new DbgVariableRecord(ValueAsMetadata::get(F.getArg(0)), V,
                            DIB.createExpression(),
                            DILocation::get(F.getContext(), 0, 0, Scope)),
      Entry);
}

/// CoroSplit says that a value is computed from what is in the frame, in a way
/// that
/// - goes by a slot that disappears (22)
/// - makes the result an address, where it should be the value:
///     (..., DW_OP_plus_uconst, 1) => (..., DW_OP_plus_uconst, 1,
///                                     DW_OP_stack_value)
void mendValue(DbgVariableRecord &R) {
  if (!R.isDbgValue() || R.hasArgList())
    return;
  auto [From, Expression] = withoutSlot(R);
  if (From != R.getVariableLocationOp(0))
    R.replaceVariableLocationOp(0u, From);
  uint64_t Last = dwarf::DW_OP_deref; // of those that compute
  for (auto Op : Expression->expr_ops())
    if (Op.getOp() != dwarf::DW_OP_LLVM_fragment)
      Last = Op.getOp();
  if (Last != dwarf::DW_OP_deref && !Expression->isImplicit())
    Expression = DIExpression::append(Expression, dwarf::DW_OP_stack_value);
  R.setExpression(Expression);
}

/// In a function that begins at its suspends, what is computed before one and
/// not in the frame is nowhere.
void dropLostValues(ArrayRef<Suspend> Suspends) {
  for (const Suspend &S : Suspends)
    for (const Told &T : S.Records)
      if (T.Variable->isDbgValue() && !placeOf(*T.Variable, S.Blocks))
        T.Variable->setKillLocation();
}

/// The records of a suspend go to the block that it alone leads to: those
/// before it are empty but for them, and the optimizer drops such blocks.
void moveRecords(ArrayRef<Suspend> Suspends) {
  for (const Suspend &S : Suspends) {
    if (!S.Resumed || !S.Resumed->getSinglePredecessor())
      continue;
    for (const Told &T : reverse(S.Records)) {
      T.Variable->removeFromParent();
      insertAtHead(T.Variable, S.Resumed->getFirstInsertionPt());
    }
  }
}

/// Bytes of a frame.
struct Bytes {
  int64_t Offset;
  uint64_t Size;
  bool overlap(const Bytes &Other) const {
    return Offset < Other.Offset + int64_t(Other.Size) &&
           Other.Offset < Offset + int64_t(Size);
  }
};

/// What an instruction loads from a frame, or stores there.
std::optional<Bytes> accessed(const Instruction &I) {
  const Value *Pointer = getLoadStorePointerOperand(&I);
  if (!Pointer)
    return std::nullopt;
  const DataLayout &DL = I.getModule()->getDataLayout();
  APInt Offset(DL.getIndexTypeSizeInBits(Pointer->getType()), 0);
  if (Pointer->stripAndAccumulateConstantOffsets(
          DL, Offset, /*AllowNonInbounds=*/true) != I.getFunction()->getArg(0))
    return std::nullopt;
  Type *T = isa<StoreInst>(I) ? I.getOperand(0)->getType() : I.getType();
  return Bytes{Offset.getSExtValue(), DL.getTypeStoreSize(T).getFixedValue()};
}

/// The load of these bytes with which a block begins.
LoadInst *findLoad(BasicBlock &BB, const Bytes &Which) {
  for (Instruction &I : BB) {
    if (I.mayWriteToMemory())
      break;
    auto B = isa<LoadInst>(I) ? accessed(I) : std::nullopt;
    if (B && B->Offset == Which.Offset && B->Size == Which.Size)
      return cast<LoadInst>(&I);
  }
  return nullptr;
}

/// Where coro-share-slots has made values share a slot, a record of what is in
/// it, by that pass or by CoroSplit, is true only until the next one is stored.
/// It becomes one of the value that is loaded from there, if one is.
///       #dbg_value(ptr %frame, !8, !DIExpression(DW_OP_plus_uconst, 48,
///                                                DW_OP_deref), !9)
///     %value = load i32, ptr %at48
///   =>
///     %value = load i32, ptr %at48
///       #dbg_value(i32 %value, !8, !DIExpression(), !9)
void leaveSlot(DbgVariableRecord &R, Instruction &Where,
               ArrayRef<Bytes> Stored) {
  if (R.getVariableLocationOp(0) != Where.getFunction()->getArg(0))
    return;
  Bytes B{0, 0};
  ArrayRef<uint64_t> Rest = R.getExpression()->getElements();
  for (; !Rest.empty() && Rest[0] == dwarf::DW_OP_plus_uconst;
       Rest = Rest.drop_front(2))
    B.Offset += Rest[1];
  if (Rest.empty())
    return;
  uint64_t Bits = R.getFragmentSizeInBits().value_or(64);
  if (Rest[0] == dwarf::DW_OP_deref_size) {
    B.Size = Rest[1];
    Rest = Rest.drop_front(2);
  } else if (Rest[0] == dwarf::DW_OP_deref) {
    Rest = Rest.drop_front();
    bool IsLast = Rest.empty() || Rest[0] == dwarf::DW_OP_LLVM_fragment;
    B.Size = IsLast ? std::min<uint64_t>(divideCeil(Bits, 8), 8) : 8;
  } else {
    return; // an address
  }
  if (none_of(Stored, [&](const Bytes &S) { return S.overlap(B); }))
    return;
  LoadInst *Load = findLoad(*Where.getParent(), B);
  if (!Load)
    return R.setKillLocation();
  // Of the value alone, it goes without saying that it is one.
  const uint64_t IsValue = dwarf::DW_OP_stack_value;
  if (Rest.take_front() == ArrayRef(IsValue))
    Rest = Rest.drop_front();
  R.replaceVariableLocationOp(0u, Load);
  R.setExpression(DIExpression::get(Where.getContext(), Rest));
  if (Where.comesBefore(Load) || &Where == Load) {
    R.removeFromParent();
    insertAtHead(&R, std::next(Load->getIterator()));
  }
}

void leaveSlots(Function &F) {
  SmallVector<Bytes, 16> Stored;
  for (Instruction &I : instructions(F))
    if (I.hasMetadata(tag::Slot)) {
      I.setMetadata(tag::Slot, nullptr);
      if (auto B = accessed(I))
        Stored.push_back(*B);
    }
  if (Stored.empty())
    return;
  for (Instruction &I : instructions(F))
    for (DbgRecord &R : make_early_inc_range(I.getDbgRecordRange()))
      if (auto *V = dyn_cast<DbgVariableRecord>(&R);
          V && V->isDbgValue() && !V->hasArgList())
        leaveSlot(*V, I, Stored);
}

void removeMarks(Function &F) {
  for (Instruction &I : instructions(F))
    for (DbgRecord &R : make_early_inc_range(I.getDbgRecordRange())) {
      auto *Variable = dyn_cast<DbgVariableRecord>(&R);
      if (isMark(R) ||
          (Variable && (operandBits(*Variable) || formulaIn(*Variable))))
        R.eraseFromParent();
    }
}

} // namespace

PreservedAnalyses CoroDescribeFramePass::run(Function &F,
                                             FunctionAnalysisManager &AM) {
  if (F.isPresplitCoroutine() || !F.hasFnAttribute(tag::Marked))
    return PreservedAnalyses::all();
  F.removeFnAttr(tag::Marked);
  for (Instruction &I : instructions(F))
    for (DbgVariableRecord &R : filterDbgVars(I.getDbgRecordRange()))
      mendValue(R);
  if (SwitchInst *Dispatch = findDispatch(F)) {
    SmallVector<Suspend, 8> Suspends = findSuspends(*Dispatch);
    if (storeIntoFrame(F))
      Describer(F).run(*cast<LoadInst>(Dispatch->getCondition()), Suspends);
    dropLostValues(Suspends);
    moveRecords(Suspends);
  }
  removeMarks(F);
  if (F.arg_size() == 1)
    leaveSlots(F);
  return PreservedAnalyses::all();
}
