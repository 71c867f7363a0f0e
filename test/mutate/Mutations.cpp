//===- Mutations.cpp - Random changes to the plugin's input ---------------===//
//
// Each mutation changes one thing at one place; where it leaves uses that their
// definitions no longer dominate, repair() gives these another operand. LLVM's
// own FuzzMutate strategies do what has nothing to do with coroutines.
//
//===----------------------------------------------------------------------===//

#include "Mutations.h"

#include "llvm/FuzzMutate/IRMutator.h"
#include "llvm/FuzzMutate/Operations.h"
#include "llvm/FuzzMutate/Random.h"
#include "llvm/FuzzMutate/RandomIRBuilder.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace llvm;

namespace
{

using InstructionList = SmallVector<Instruction *, 64>;

/// Whether the passes look at I: it calls a marker, an intrinsic or a helper of
/// coroutines, or is tagged.
bool isOfCoroutines(const Instruction &I)
{
    auto *Call = dyn_cast<CallBase>(&I);
    if (!Call)
        return false;
    if (const Function *F = Call->getCalledFunction())
        for (StringRef Prefix : {"llvm.coro.", "coroinline_", "coro__"})
            if (F->getName().starts_with(Prefix))
                return true;
    for (Attribute A : Call->getAttributes().getFnAttrs())
        if (A.isStringAttribute() && A.getKindAsString().starts_with("coroinline-"))
            return true;
    return false;
}

class Mutator
{
    Module &M;
    RandomIRBuilder Builder;
    std::mt19937 &Rand = Builder.Rand;
    Function *F = nullptr; // the one to change

    unsigned below(unsigned Bound)
    {
        return uniform(Rand, 0u, Bound - 1);
    }
    bool oneIn(unsigned N)
    {
        return below(N) == 0;
    }
    template <typename RangeT> auto pick(RangeT &&Items)
    {
        return makeSampler(Rand, Items).getSelection();
    }

    SmallVector<Function *, 16> definitions();
    InstructionList instructionsOf(Function &In, bool OfCoroutinesOnly);
    Instruction *anInstruction();
    CallBase *aCall();
    Value *aValue(Type *T, bool IsConstant = false);
    Constant *aConstant(Type *T);
    void repair();
    void replaceUses(Instruction &I);
    bool redirect(BasicBlock &From, unsigned Edge, BasicBlock &To);

    bool eraseCall();
    bool copyCall();
    bool moveInstruction();
    bool swapInstructions();
    bool retargetCall();
    bool changeOperand();
    bool changeSignature();
    bool changeAttribute();
    bool changeFunction();
    bool changeAlloca();
    bool redirectEdge();
    bool endBlock();
    bool changePhi();
    bool spliceBlock();
    bool replaceFunction();
    bool useOwnStrategies();

  public:
    Mutator(Module &M, unsigned Seed)
        : M(M), Builder(Seed, {Type::getInt1Ty(M.getContext()), Type::getInt8Ty(M.getContext()),
                               Type::getInt32Ty(M.getContext()), Type::getInt64Ty(M.getContext()),
                               PointerType::get(M.getContext(), 0)})
    {
    }
    bool change();
};

SmallVector<Function *, 16> Mutator::definitions()
{
    SmallVector<Function *, 16> Found;
    for (Function &Each : M)
        if (!Each.isDeclaration())
            Found.push_back(&Each);
    return Found;
}

InstructionList Mutator::instructionsOf(Function &In, bool OfCoroutinesOnly)
{
    InstructionList Found;
    for (Instruction &I : instructions(In))
        if (!OfCoroutinesOnly || isOfCoroutines(I))
            Found.push_back(&I);
    return Found;
}

Instruction *Mutator::anInstruction()
{
    InstructionList Found = instructionsOf(*F, !oneIn(4));
    return Found.empty() ? nullptr : pick(Found);
}

CallBase *Mutator::aCall()
{
    SmallVector<CallBase *, 64> Found;
    bool OfCoroutinesOnly = !oneIn(4);
    for (Instruction *I : instructionsOf(*F, OfCoroutinesOnly))
        if (auto *Call = dyn_cast<CallBase>(I))
            Found.push_back(Call);
    return Found.empty() ? nullptr : pick(Found);
}

Constant *Mutator::aConstant(Type *T)
{
    if (T->isTokenTy())
        return ConstantTokenNone::get(T->getContext());
    if (T->isIntegerTy() && !oneIn(4)) {
        constexpr uint64_t Odd[] = {0, 1, 2, 8, 16, 32, 64, ~uint64_t(0)};
        unsigned Bits = T->getIntegerBitWidth();
        return ConstantInt::get(T, APInt(64, pick(Odd)).zextOrTrunc(Bits));
    }
    switch (below(3)) {
    case 0:
        return PoisonValue::get(T);
    case 1:
        return UndefValue::get(T);
    default:
        return T->isFirstClassType() && !T->isLabelTy() && !T->isMetadataTy() &&
                       !isa<TargetExtType>(T)
                   ? Constant::getNullValue(T)
                   : PoisonValue::get(T);
    }
}

Value *Mutator::aValue(Type *T, bool IsConstant)
{
    SmallVector<Value *, 64> Found;
    if (!IsConstant) {
        for (Argument &A : F->args())
            if (A.getType() == T)
                Found.push_back(&A);
        for (Instruction &I : instructions(*F))
            if (I.getType() == T)
                Found.push_back(&I);
    }
    if (T->isPointerTy() && oneIn(4)) {
        for (Function &Each : M)
            if (!Each.isIntrinsic())
                Found.push_back(&Each);
        for (GlobalVariable &G : M.globals())
            if (G.getType() == T)
                Found.push_back(&G);
    }
    return Found.empty() || oneIn(6) ? aConstant(T) : pick(Found);
}

/// Gives each use that its definition does not dominate another operand.
void Mutator::repair()
{
    DominatorTree DT(*F);
    for (Instruction &I : instructions(*F))
        for (Use &U : I.operands()) {
            auto *Definition = dyn_cast<Instruction>(U);
            if (Definition && !DT.dominates(Definition, U))
                U.set(aConstant(Definition->getType()));
        }
}

void Mutator::replaceUses(Instruction &I)
{
    if (!I.getType()->isVoidTy())
        I.replaceAllUsesWith(aConstant(I.getType()));
}

bool Mutator::redirect(BasicBlock &From, unsigned Edge, BasicBlock &To)
{
    if (To.isEntryBlock() || To.isEHPad())
        return false;
    Instruction *End = From.getTerminator();
    BasicBlock *Old = End->getSuccessor(Edge);
    if (Old->isEHPad())
        return false;
    bool IsNew = !is_contained(successors(&From), &To);
    Old->removePredecessor(&From, /*KeepOneInputPHIs=*/true);
    End->setSuccessor(Edge, &To);
    for (PHINode &Phi : To.phis())
        Phi.addIncoming(IsNew ? aValue(Phi.getType()) : Phi.getIncomingValueForBlock(&From), &From);
    repair();
    return true;
}

bool Mutator::eraseCall()
{
    CallBase *Call = aCall();
    if (!Call || Call->isTerminator())
        return false;
    Type *T = Call->getType();
    Value *Instead = T->isVoidTy() ? nullptr : aValue(T);
    if (Instead == Call)
        return false;
    if (Instead)
        Call->replaceAllUsesWith(Instead);
    Call->eraseFromParent();
    repair();
    return true;
}

bool Mutator::copyCall()
{
    CallBase *Call = aCall();
    Instruction *Where = anInstruction();
    if (!Call || Call->isTerminator() || !Where || isa<PHINode>(Where))
        return false;
    Instruction *Copy = Call->clone();
    Copy->insertBefore(Where->getIterator());
    if (oneIn(2))
        Call->replaceUsesWithIf(Copy, [&](Use &U) { return U.getUser() != Copy; });
    repair();
    return true;
}

bool Mutator::moveInstruction()
{
    Instruction *I = anInstruction(), *Where = anInstruction();
    if (!I || !Where || I == Where || I->isTerminator() || isa<PHINode>(I) || isa<PHINode>(Where))
        return false;
    I->moveBefore(*Where->getParent(), Where->getIterator());
    repair();
    return true;
}

bool Mutator::swapInstructions()
{
    Instruction *A = anInstruction(), *B = anInstruction();
    if (!A || !B || A == B || A->isTerminator() || B->isTerminator() || isa<PHINode>(A) ||
        isa<PHINode>(B))
        return false;
    BasicBlock::iterator Behind = std::next(A->getIterator());
    BasicBlock *Home = A->getParent();
    A->moveBefore(*B->getParent(), B->getIterator());
    if (&*Behind != B)
        B->moveBefore(*Home, Behind);
    repair();
    return true;
}

bool Mutator::retargetCall()
{
    CallBase *Call = aCall();
    if (!Call)
        return false;
    SmallVector<Function *, 16> Others;
    for (Function &Each : M)
        if (Each.getFunctionType() == Call->getFunctionType())
            Others.push_back(&Each);
    if (Others.empty() || (oneIn(8) && !Call->getCalledFunction()))
        return false;
    if (oneIn(8) && !isa<IntrinsicInst>(Call))
        Call->setCalledOperand(aValue(Call->getCalledOperand()->getType()));
    else
        Call->setCalledFunction(pick(Others));
    repair();
    return true;
}

bool Mutator::changeOperand()
{
    Instruction *I = anInstruction();
    if (!I || I->getNumOperands() == 0 || isa<PHINode>(I))
        return false;
    Use &U = I->getOperandUse(below(I->getNumOperands()));
    Type *T = U->getType();
    if (T->isLabelTy() || T->isMetadataTy())
        return false;
    auto *Call = dyn_cast<CallBase>(I);
    bool IsConstant =
        isa<SwitchInst>(I) || (Call && Call->isArgOperand(&U) &&
                               Call->paramHasAttr(Call->getArgOperandNo(&U), Attribute::ImmArg));
    U.set(aValue(T, IsConstant));
    repair();
    return true;
}

/// A call of the same function with one argument less or more, or another
/// result.
bool Mutator::changeSignature()
{
    auto *Call = dyn_cast_or_null<CallInst>(aCall());
    if (!Call || isa<IntrinsicInst>(Call))
        return false;
    SmallVector<Value *, 8> Arguments(Call->args());
    Type *Result = Call->getType();
    switch (below(4)) {
    case 0:
        Arguments.push_back(aValue(Type::getInt32Ty(M.getContext())));
        break;
    case 1:
        if (Arguments.empty())
            return false;
        Arguments.pop_back();
        break;
    case 2:
        Result = Type::getInt64Ty(M.getContext());
        break;
    default:
        if (Arguments.empty())
            return false;
        Arguments[below(Arguments.size())] =
            aValue(oneIn(2) ? Type::getInt64Ty(M.getContext()) : Type::getInt1Ty(M.getContext()));
    }
    SmallVector<Type *, 8> Types;
    for (Value *A : Arguments)
        Types.push_back(A->getType());
    auto *New = CallInst::Create(FunctionType::get(Result, Types, oneIn(8)),
                                 Call->getCalledOperand(), Arguments, "", Call->getIterator());
    New->setDebugLoc(Call->getDebugLoc());
    if (oneIn(2) && Arguments.size() >= Call->arg_size())
        New->setAttributes(Call->getAttributes());
    if (Result == Call->getType())
        Call->replaceAllUsesWith(New);
    else
        replaceUses(*Call);
    Call->eraseFromParent();
    repair();
    return true;
}

/// Takes an attribute off a call or function, or puts another one's onto it.
bool Mutator::changeAttribute()
{
    CallBase *Call = aCall();
    if (!Call)
        return false;
    if (oneIn(2)) {
        CallBase *Other = aCall();
        for (Attribute A : Other ? Other->getAttributes().getFnAttrs() : AttributeSet())
            if (A.isStringAttribute() || oneIn(3))
                Call->addFnAttr(A);
        return Other != nullptr;
    }
    AttributeSet Set = Call->getAttributes().getFnAttrs();
    SmallVector<Attribute, 8> Found(Set.begin(), Set.end());
    if (Found.empty()) {
        if (Call->arg_size() == 0)
            return false;
        unsigned Argument = below(Call->arg_size());
        Set = Call->getAttributes().getParamAttrs(Argument);
        for (Attribute A : Set)
            if (A.isEnumAttribute())
                Call->removeParamAttr(Argument, A.getKindAsEnum());
        return Set.hasAttributes();
    }
    Attribute Gone = pick(Found);
    if (Gone.isStringAttribute())
        Call->removeFnAttr(Gone.getKindAsString());
    else
        Call->removeFnAttr(Gone.getKindAsEnum());
    return true;
}

bool Mutator::changeFunction()
{
    switch (below(4)) {
    case 0: {
        constexpr GlobalValue::LinkageTypes Linkages[] = {
            GlobalValue::ExternalLinkage,    GlobalValue::InternalLinkage,
            GlobalValue::PrivateLinkage,     GlobalValue::WeakAnyLinkage,
            GlobalValue::LinkOnceODRLinkage, GlobalValue::AvailableExternallyLinkage};
        GlobalValue::LinkageTypes New = pick(Linkages);
        if (GlobalValue::isLocalLinkage(New)) {
            F->setVisibility(GlobalValue::DefaultVisibility);
            F->setDLLStorageClass(GlobalValue::DefaultStorageClass);
        }
        F->setLinkage(New);
        return true;
    }
    case 1: {
        constexpr Attribute::AttrKind Kinds[] = {
            Attribute::NoInline,          Attribute::AlwaysInline, Attribute::OptimizeNone,
            Attribute::PresplitCoroutine, Attribute::Cold,         Attribute::NoReturn,
            Attribute::NoUnwind,          Attribute::Naked,        Attribute::NoDuplicate,
            Attribute::Convergent};
        Attribute::AttrKind Kind = pick(Kinds);
        if (F->hasFnAttribute(Kind))
            F->removeFnAttr(Kind);
        else
            F->addFnAttr(Kind);
        return true;
    }
    case 2: {
        Function *Other = pick(definitions());
        for (Attribute A : Other->getAttributes().getFnAttrs())
            if (A.isStringAttribute())
                F->addFnAttr(A);
        return true;
    }
    default: {
        constexpr CallingConv::ID Conventions[] = {CallingConv::C, CallingConv::Fast,
                                                   CallingConv::Cold};
        F->setCallingConv(pick(Conventions));
        return true;
    }
    }
}

bool Mutator::changeAlloca()
{
    SmallVector<AllocaInst *, 16> Found;
    for (Instruction &I : instructions(*F))
        if (auto *AI = dyn_cast<AllocaInst>(&I))
            Found.push_back(AI);
    if (Found.empty())
        return false;
    AllocaInst *AI = pick(Found);
    switch (below(3)) {
    case 0:
        AI->setAlignment(Align(uint64_t(1) << below(9)));
        break;
    case 1:
        AI->setAllocatedType(pick(Builder.KnownTypes));
        break;
    default:
        AI->setOperand(0, aValue(AI->getArraySize()->getType()));
        repair();
    }
    return true;
}

bool Mutator::redirectEdge()
{
    SmallVector<BasicBlock *, 32> Blocks;
    for (BasicBlock &BB : *F)
        Blocks.push_back(&BB);
    BasicBlock *From = pick(Blocks);
    if (Instruction *Near = anInstruction(); Near && oneIn(2))
        From = Near->getParent();
    unsigned Edges = From->getTerminator()->getNumSuccessors();
    return Edges && redirect(*From, below(Edges), *pick(Blocks));
}

/// A branch becomes an unconditional one, a return or the end of all.
bool Mutator::endBlock()
{
    Instruction *Near = anInstruction();
    if (!Near)
        return false;
    BasicBlock *BB = Near->getParent();
    Instruction *End = BB->getTerminator();
    if (!isa<BranchInst, SwitchInst, ReturnInst>(End))
        return false;
    SmallVector<BasicBlock *, 4> Old(successors(BB));
    unsigned Kept = Old.empty() || oneIn(2) ? Old.size() : below(Old.size());
    for (unsigned K = 0; K < Old.size(); K++)
        if (K != Kept)
            Old[K]->removePredecessor(BB, /*KeepOneInputPHIs=*/true);
    End->eraseFromParent();
    Type *Result = F->getReturnType();
    if (Kept < Old.size())
        BranchInst::Create(Old[Kept], BB);
    else if (oneIn(2))
        new UnreachableInst(M.getContext(), BB);
    else
        ReturnInst::Create(M.getContext(), Result->isVoidTy() ? nullptr : aValue(Result), BB);
    repair();
    return true;
}

bool Mutator::changePhi()
{
    SmallVector<PHINode *, 16> Found;
    for (BasicBlock &BB : *F)
        for (PHINode &Phi : BB.phis())
            Found.push_back(&Phi);
    if (Found.empty())
        return false;
    PHINode *Phi = pick(Found);
    BasicBlock *From = Phi->getIncomingBlock(below(Phi->getNumIncomingValues()));
    Phi->setIncomingValueForBlock(From, aValue(Phi->getType()));
    repair();
    return true;
}

/// Copies a block, of another function maybe, into an edge of this one.
bool Mutator::spliceBlock()
{
    Function *Source = pick(definitions());
    InstructionList Points = instructionsOf(*Source, true);
    Instruction *Where = anInstruction();
    if (Points.empty() || !Where || isa<PHINode>(Where) || Where->isEHPad())
        return false;
    SmallVector<Instruction *, 32> From;
    for (Instruction &I : *pick(Points)->getParent())
        if (!I.isTerminator() && !isa<PHINode>(I) && !I.isEHPad())
            From.push_back(&I);
    ValueToValueMapTy Map;
    InstructionList Copies;
    for (Instruction *I : From) {
        Instruction *Copy = I->clone();
        Copy->insertBefore(Where->getIterator());
        Copy->setDebugLoc(Where->getDebugLoc());
        Map[I] = Copy;
        Copies.push_back(Copy);
    }
    for (Instruction *Copy : Copies)
        for (Use &U : Copy->operands()) {
            if (Value *Mapped = Map.lookup(U))
                U.set(Mapped);
            else if (Source != F && isa<Instruction, Argument>(U))
                U.set(aValue(U->getType()));
            else if (Source != F && isa<BasicBlock>(U))
                return true; // not valid, and taken back
        }
    repair();
    return true;
}

bool Mutator::replaceFunction()
{
    SmallVector<Function *, 16> Others;
    for (Function *Each : definitions())
        if (Each->getFunctionType() == F->getFunctionType() && Each != F)
            Others.push_back(Each);
    switch (below(3)) {
    case 0:
        F->deleteBody();
        return true;
    case 1:
        if (Others.empty())
            return false;
        F->replaceAllUsesWith(pick(Others));
        return true;
    default: // it calls itself
        for (Instruction *I : instructionsOf(*F, false))
            if (auto *Call = dyn_cast<CallBase>(I);
                Call && Call->getFunctionType() == F->getFunctionType()) {
                Call->setCalledFunction(F);
                return true;
            }
        return false;
    }
}

bool Mutator::useOwnStrategies()
{
    std::vector<fuzzerop::OpDescriptor> Operations;
    describeFuzzerIntOps(Operations);
    describeFuzzerControlFlowOps(Operations);
    describeFuzzerPointerOps(Operations);
    std::unique_ptr<IRMutationStrategy> Strategy;
    switch (below(6)) {
    case 0:
        Strategy = std::make_unique<InjectorIRStrategy>(std::move(Operations));
        break;
    case 1:
        Strategy = std::make_unique<InstDeleterIRStrategy>();
        break;
    case 2:
        Strategy = std::make_unique<InstModificationIRStrategy>();
        break;
    case 3:
        Strategy = std::make_unique<InsertPHIStrategy>();
        break;
    case 4:
        Strategy = std::make_unique<SinkInstructionStrategy>();
        break;
    default:
        Strategy = std::make_unique<ShuffleBlockStrategy>();
    }
    Strategy->mutate(*F, Builder);
    return true;
}

bool Mutator::change()
{
    SmallVector<Function *, 16> All = definitions();
    if (All.empty())
        return false;
    SmallVector<Function *, 16> Coroutines;
    for (Function *Each : All)
        if (!instructionsOf(*Each, true).empty())
            Coroutines.push_back(Each);
    F = Coroutines.empty() || oneIn(8) ? pick(All) : pick(Coroutines);
    constexpr bool (Mutator::*Ways[])() = {
        &Mutator::eraseCall,        &Mutator::copyCall,        &Mutator::moveInstruction,
        &Mutator::swapInstructions, &Mutator::retargetCall,    &Mutator::changeOperand,
        &Mutator::changeOperand,    &Mutator::changeSignature, &Mutator::changeAttribute,
        &Mutator::changeFunction,   &Mutator::changeAlloca,    &Mutator::redirectEdge,
        &Mutator::redirectEdge,     &Mutator::endBlock,        &Mutator::changePhi,
        &Mutator::spliceBlock,      &Mutator::replaceFunction, &Mutator::useOwnStrategies};
    return (this->*pick(Ways))();
}

} // namespace

std::unique_ptr<Module> mutations::mutate(std::unique_ptr<Module> M, unsigned Seed)
{
    std::mt19937 Rand(Seed);
    constexpr unsigned Most = 3, Tries = 20;
    // Of a coroutine that was changed a lot, coro-prepare only says so.
    unsigned Wanted = uniform(Rand, 1u, Most);
    for (unsigned K = 0; K < Tries && Wanted; K++) {
        std::unique_ptr<Module> Changed = CloneModule(*M);
        if (!Mutator(*Changed, Rand()).change() || verifyModule(*Changed))
            continue;
        M = std::move(Changed);
        Wanted--;
    }
    return M;
}
