"""gdb commands that show where suspended tasks stand. Load them with

    (gdb) source P/share/coroinline/coroinline_gdb.py

and see `help coro-bt` and `help coro-list`. They only read memory: a core file will do.

What a frame holds is told by the type of the variable coro__frame of each resume function, which
the plugin makes with -g (passes/CoroDescribeFrame.cpp). The chain of linked awaits is that of
struct coro__header in coro.h.
"""

import collections
import operator
import re

import gdb

HEADER = 16  # bytes: CORO__HEADER_OFFSET in coro.h
ADDRESS = (1 << 64) - 1


class Failure(gdb.GdbError):
    """Ends a command; gdb prints the text."""


def read_number(address, size):
    """As gdb.MemoryError where nothing can be read."""
    memory = gdb.selected_inferior().read_memory(address, size)
    return int.from_bytes(bytes(memory), "little")


def value_at(address, type_):
    return gdb.Value(address).cast(type_.pointer()).dereference()


def evaluate(expression):
    try:
        return gdb.parse_and_eval(expression)
    except gdb.error as error:
        raise Failure(str(error))


# ---- What the plugin tells of a frame ------------------------------------------------------------


def function_blocks(block):
    """The blocks from this one outwards that are those of functions, inlined or not."""
    while block and not block.is_global and not block.is_static:
        if block.function:
            yield block
        block = block.superblock


def symbol_at(address):
    """The name of what begins there; None where nothing does."""
    found = re.match(r"(\S+) in section ", gdb.execute("info symbol %#x" % address, False, True))
    return found and found.group(1)


def description_in(block):
    """The type of the frames of the coroutine whose resume function has this block."""
    for symbol in block:
        if symbol.name == "coro__frame":
            return symbol.type.target()
    return None


def signed(number, bits=64):
    return number - (1 << bits) if number >> bits - 1 & 1 else number


OPERATIONS = {
    "plus": operator.add,
    "minus": operator.sub,
    "mul": operator.mul,
    "udiv": lambda a, b: a // b if b else 0,
    "urem": lambda a, b: a % b if b else 0,
    "and": operator.and_,
    "or": operator.or_,
    "xor": operator.xor,
    "shl": lambda a, b: a << b if b < 64 else 0,
    "shr": operator.rshift,
    "shra": lambda a, b: signed(a) >> b,
}


class Formula:
    """How a variable is found: see the class of that name in passes/CoroDescribeFrame.cpp."""

    def __init__(self, text):
        self.words = text.lstrip("=").split()

    def value(self, frame, type_):
        """None where the optimizer left the variable nowhere."""
        if not self.words:
            return None
        content = bytearray(type_.sizeof)
        stack = []
        for word in self.words:
            if word == "frame":
                stack.append(frame)
            elif word[0] == "#":
                stack.append(int(word[1:]))
            elif word[0] == "+":
                stack.append(stack.pop() + int(word[1:]) & ADDRESS)
            elif word[0] == "*":
                stack.append(read_number(stack.pop(), int(word[1:])))
            elif word.startswith("sx:"):
                stack.append(signed(stack.pop(), int(word[3:])) & ADDRESS)
            elif word in OPERATIONS:
                second = stack.pop()
                stack.append(OPERATIONS[word](stack.pop(), second) & ADDRESS)
            else:
                what, offset, size = word.split(":")
                offset, size = int(offset), int(size)
                number = read_number(stack[-1], size) if what == "at" else stack[-1]
                stack.pop()
                part = (number & (1 << 8 * size) - 1).to_bytes(size, "little")
                content[offset : offset + size] = part
        return gdb.Value(bytes(content), type_)


class Variable:
    """An argument or local variable of a suspended task."""

    def __init__(self, field, frame):
        self.name = field.name
        self.type = field.type
        self.offset = field.bitpos // 8
        self.frame = frame
        self.formula = None
        members = self.type.fields() if self.type.code == gdb.TYPE_CODE_STRUCT else []
        if len(members) == 1 and members[0].name and members[0].name[0] == "=":
            self.formula = Formula(members[0].name)
            self.type = members[0].type

    def __str__(self):
        try:
            if self.formula:
                value = self.formula.value(self.frame, self.type)
            else:
                value = value_at(self.frame + self.offset, self.type)
            return "<optimized out>" if value is None else value.format_string()
        except gdb.MemoryError as error:
            return "<%s>" % error

    def summary(self):
        """As gdb shows an argument in a backtrace."""
        shown = gdb.parameter("print frame-arguments")
        aggregates = (gdb.TYPE_CODE_STRUCT, gdb.TYPE_CODE_UNION, gdb.TYPE_CODE_ARRAY)
        is_aggregate = self.type.strip_typedefs().code in aggregates
        hidden = shown in ("none", "presence") or shown == "scalars" and is_aggregate
        return "%s=%s" % (self.name, "..." if hidden else self)


class Level:
    """A function that a task stands in: an inlined one, or the coroutine itself."""

    def __init__(self, field, frame):
        self.function, _, self.place = field.name.partition("@")
        parts = {part.name: part.type.fields() for part in field.type.fields()}
        self.arguments = [Variable(f, frame) for f in parts["arguments"]]
        self.locals = [Variable(f, frame) for f in parts["locals"]]
        self.note = ""

    def line(self, with_arguments=True):
        arguments = ", ".join(a.summary() for a in self.arguments) if with_arguments else ""
        return "%s (%s) at %s%s" % (self.function, arguments, self.place, self.note)


class Remark:
    """What takes the place of a level where there is none to be told."""

    locals = ()

    def __init__(self, task, text):
        self.text = "%s () %s" % (task.name, text)
        self.note = ""

    def line(self, with_arguments=True):
        return self.text + self.note


# ---- Tasks ---------------------------------------------------------------------------------------


class Task:
    """A task, by the address of its frame."""

    def __init__(self, frame):
        self.frame = frame
        if frame == 0:
            raise Failure("the task is NULL")
        try:
            resume, destroy, self.root, self.up = (
                read_number(frame + offset, 8) for offset in (0, 8, HEADER, HEADER + 8)
            )
        except (gdb.MemoryError, OverflowError):
            raise self.failure("no memory can be read there")
        self.up -= self.up % 2  # that marks a generator
        self.ended = resume == 0
        entry = destroy if self.ended else resume
        self.block = None
        for self.block in function_blocks(gdb.block_for_pc(entry)):
            pass  # the last one is not inlined
        name = self.block.function.name if self.block else symbol_at(entry)
        if not name or self.block and self.block.start != entry:
            raise self.failure("no coroutine's frame is there, or not any more")
        self.name = re.split(r"[.[]", name)[0]  # without what the compiler has appended

    def failure(self, why):
        return Failure("%#x is not a task: %s" % (self.frame, why))

    def levels(self, running):
        """What the task stands in, innermost first."""
        if self.ended:
            return [Remark(self, "has ended")]
        if self.frame in running.threads:
            return [Remark(self, "is running in thread %d" % running.threads[self.frame])]
        description = description_in(self.block or ())
        if not description:
            why = "was it compiled with -g, and linked with the plugin if with -flto=thin?"
            return [Remark(self, "stands at an unknown line: " + why)]
        levels = self.levels_at_index(description)
        maybe = running.maybe.get(self.block.function.name)
        if maybe:
            levels[0].note += " (or is running in thread %d)" % maybe
        return levels

    def levels_at_index(self, description):
        fields = {field.name: field for field in description.fields()}
        index = fields.pop("index")
        number = read_number(self.frame + index.bitpos // 8, index.type.sizeof)
        for name, field in fields.items():
            suspend, _, start = name.partition(":")
            if int(suspend) == number:
                levels = [Level(f, self.frame) for f in field.type.fields()]
                if start:
                    levels[0].note = ", not started"
                return levels
        return [Remark(self, "stands where there is no line")]


def innermost_of(root, running):
    """The frame of the innermost task. The root knows the one that has suspended last."""
    if root.ended:
        return root.frame
    for frame in running.threads:
        try:
            if Task(frame).root == root.frame:
                return frame
        except Failure:
            pass
    return root.up


def chain_of(frame, running):
    """The tasks of the chain that this one belongs to, innermost first."""
    given = Task(frame)
    root = Task(given.root)
    chain = [Task(innermost_of(root, running))]
    seen = {chain[0].frame}
    while chain[-1].frame != root.frame:
        task = chain[-1]
        if task.root != root.frame or task.up in seen:
            raise given.failure("its chain of awaits leads nowhere")
        seen.add(task.up)
        chain.append(Task(task.up))
    if root.root != root.frame or frame not in seen:
        raise given.failure("its chain of awaits leads nowhere")
    return chain


def frame_of(value):
    """The frame of a task that is given as coro_task(T), as a slot, as pointer or as number."""
    type_ = value.type.strip_typedefs()
    if value.is_optimized_out:
        raise Failure("the task has been optimized out here: another frame may have it")
    if type_.code == gdb.TYPE_CODE_STRUCT:
        for name in ("coro__frame", "frame"):
            if name in type_:
                return frame_of(value[name])
    elif type_.code in (gdb.TYPE_CODE_PTR, gdb.TYPE_CODE_INT):
        return int(value) & ADDRESS
    raise Failure("'%s' is not the type of a task" % value.type)


class Running:
    """Which tasks the threads are in."""

    def __init__(self):
        self.threads = {}  # by frame, the innermost first of each
        self.maybe = {}  # by resume function, where the frame can't be told
        selected = gdb.selected_thread()
        if not selected:
            return
        frame = gdb.selected_frame()
        try:
            for thread in gdb.selected_inferior().threads():
                thread.switch()
                self.look(thread.num)
        finally:
            selected.switch()
            frame.select()

    def look(self, thread):
        frame = gdb.newest_frame()
        while frame:
            try:
                block = next(function_blocks(frame.block()), None)
            except RuntimeError:  # no debug info
                block = None
            if block and description_in(block):
                task = self.task_in(frame, block)
                if task is None:
                    self.maybe[block.function.name] = thread
                else:
                    self.threads[task] = thread
            frame = frame.older()

    @staticmethod
    def task_in(frame, block):
        """The task that a resume function is at; None where that can't be told."""
        task = frame.read_var("coro__frame", block)
        if not task.is_optimized_out:
            return int(task)
        # In a coro_interleave that it was put into, it is the one of the slot at hand.
        step = frame.older() if frame.type() == gdb.INLINE_FRAME else None
        driver = step.older() if step and step.name() == "coro__step" else None
        try:
            slot = driver.read_var("coro__slot") if driver else None
        except ValueError:
            return None
        if slot is None or slot.is_optimized_out:
            return None
        return int(slot["frame"]) or None


# ---- Commands ------------------------------------------------------------------------------------


class CoroBt(gdb.Command):
    """Print where a task stands: its stack of awaits, innermost function first.
Usage: coro-bt [-full] TASK

TASK is an expression: a coro_task(T), or the address of a frame. Any task of a chain will do.
Linked and inlined awaits are shown alike. With -full, local variables as well. Of a task that a
thread is running now, the thread is told: its backtrace has the rest."""

    def __init__(self):
        super().__init__("coro-bt", gdb.COMMAND_STACK, gdb.COMPLETE_EXPRESSION)

    def invoke(self, argument, from_tty):
        full, expression = False, argument
        first, _, rest = argument.partition(" ")
        if first in ("-full", "full"):
            full, expression = True, rest
        if not expression.strip():
            raise Failure("coro-bt wants a task: coro-bt [-full] TASK")
        frame = frame_of(evaluate(expression))
        running = Running()
        chain = chain_of(frame, running)
        limit = gdb.parameter("backtrace limit")
        number = 0
        for task in chain:
            for level in task.levels(running):
                if limit is not None and number >= limit:
                    print("(More awaits follow: see `show backtrace limit')")
                    return
                print("#%-3d%s" % (number, level.line()))
                if full:
                    for variable in level.locals:
                        print("        %s = %s" % (variable.name, variable))
                number += 1


class CoroList(gdb.Command):
    """Print where many tasks stand: those that stand alike once, the most first.
Usage: coro-list [TASKS]

TASKS is an expression: an array of coro_task(T), or of pointers to frames; `*tasks@N' makes one of
a pointer. Without it, what the innermost coro_interleave around the selected frame has in flight;
these are told by their numbers in it, the others by their places in the array."""

    SHOWN = 8  # tasks of a kind

    def __init__(self):
        super().__init__("coro-list", gdb.COMMAND_STACK, gdb.COMPLETE_EXPRESSION)

    def invoke(self, argument, from_tty):
        tasks = self.given(evaluate(argument)) if argument else self.in_flight()
        running = Running()
        alike = collections.defaultdict(list)
        for number, frame in tasks:
            try:
                chain = chain_of(frame, running)
                lines = [l.line(False) for task in chain for l in task.levels(running)]
            except Failure as failure:
                lines = [str(failure)]
            alike[tuple(lines)].append("%d (%#x)" % (number, frame))
        if not alike:
            print("No tasks.")
        for lines, names in sorted(alike.items(), key=lambda item: -len(item[1])):
            more = len(names) - self.SHOWN
            print(
                "%d task%s: %s%s"
                % (
                    len(names),
                    "s" if len(names) > 1 else "",
                    ", ".join(names[: self.SHOWN]),
                    ", and %d more" % more if more > 0 else "",
                )
            )
            for number, line in enumerate(lines):
                print("    #%-3d%s" % (number, line))

    @staticmethod
    def given(array):
        if array.type.strip_typedefs().code != gdb.TYPE_CODE_ARRAY:
            raise Failure("'%s' is not the type of an array of tasks" % array.type)
        first, last = array.type.strip_typedefs().range()
        for number in range(first, last + 1):
            frame = frame_of(array[number])
            if frame:
                yield number, frame

    @staticmethod
    def in_flight():
        if not gdb.selected_thread():
            raise Failure("there is no process: name the tasks: coro-list TASKS")
        frame = gdb.selected_frame()
        while frame:
            try:
                slots = frame.read_var("coro__slots")
                break
            except (RuntimeError, ValueError):
                frame = frame.older()
        else:
            raise Failure("no coro_interleave is running here: name the tasks: coro-list TASKS")
        kind = slots["first"].type
        try:
            first, end, size = int(slots["first"]), int(slots["end"]), int(slots["size"])
        except gdb.error:  # which a part of a variable may be, and not say so
            raise Failure("the slots of coro_interleave have been optimized out here") from None
        for address in range(first, end, size):
            slot = gdb.Value(address).cast(kind)
            if int(slot["frame"]):
                yield int(slot["index"]), int(slot["frame"])


CoroBt()
CoroList()
