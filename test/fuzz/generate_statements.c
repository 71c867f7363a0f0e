/* generate_statements.c: the statements of a body, but for what drives tasks. */
#include "generate.h"

struct scope scope_open(struct context *c)
{
    return (struct scope){c->variable_count, c->times, c->can_break, c->can_continue};
}

void scope_close(struct context *c, struct scope s)
{
    c->variable_count = s.variable_count;
    c->times = s.times;
    c->can_break = s.can_break;
    c->can_continue = s.can_continue;
}

void block(struct context *c, unsigned count, unsigned times, bool is_loop)
{
    struct scope s = scope_open(c);
    c->times *= times;
    c->can_break |= is_loop;
    c->can_continue |= is_loop;
    line(c, "{");
    c->indent++;
    c->nesting++;
    statements(c, count);
    if (is_loop && chance(30))
        jump_out(c, true);
    for (unsigned k = s.variable_count; k < c->variable_count && c->where != IN_QUIET; k++)
        if (chance(30))
            observe(c, k);
    c->nesting--;
    c->indent--;
    line(c, "}");
    scope_close(c, s);
}

/* The same, with no jumps to what is around. */
static void some(struct context *c)
{
    block(c, between(1, 3), 1, false);
}

static bool in_coroutine(const struct context *c)
{
    return c->where != IN_PLAIN;
}

/* ---- Leaving -------------------------------------------------------------------------------------- */

void leave(struct context *c)
{
    unsigned variables = c->variable_count; /* what it declares stays in its scope */
    const struct type *result = c->self ? c->self->signature->result : NULL;
    if (!in_coroutine(c)) {
        line(c, c->in_helper ? "return 1;" : "return;");
    } else if (c->where == IN_GENERATOR || !result) {
        line(c, "coro_return();");
    } else {
        char *value = NULL;
        if (chance(15) && !c->beside)
            value = one_await(c);
        if (!value)
            value = simple(c);
        line(c, "coro_return(%s);", stored(result, value));
    }
    c->variable_count = variables;
}

bool jump_out(struct context *c, bool from_loop)
{
    char *test = condition(c);
    unsigned kind = below(4);
    if (kind == 0 && from_loop && on(c, F_BREAK)) {
        use(c, F_BREAK);
        line(c, "if (%s)", test);
        line(c, "    break;");
    } else if (kind == 1 && from_loop && c->can_continue && on(c, F_CONTINUE)) {
        use(c, F_CONTINUE);
        line(c, "if (%s)", test);
        line(c, "    continue;");
    } else if (kind == 2 && c->label_count && on(c, F_GOTO_FORWARD)) {
        struct label *l = &c->labels[below(c->label_count)];
        l->used = true;
        use(c, F_GOTO_FORWARD);
        line(c, "if (%s)", test);
        line(c, "    goto %s;", l->name);
    } else if (on(c, F_EARLY_RETURN)) {
        use(c, F_EARLY_RETURN);
        line(c, "if (%s) {", test);
        c->indent++;
        leave(c);
        c->indent--;
        line(c, "}");
    } else {
        return false;
    }
    return true;
}

static bool jump(struct context *c)
{
    return jump_out(c, c->can_break);
}

/* ---- Variables --------------------------------------------------------------------------------------- */

static void count_type(struct context *c, const struct type *t)
{
    if (t->scalar == S_I128)
        use(c, F_INT128);
    if (t->scalar == S_COMPLEX)
        use(c, F_COMPLEX);
    if (t->scalar == SCALARS)
        use(c, t == vector_type() ? F_VECTOR : F_STRUCT);
}

static bool some_shared(struct context *c)
{
    return c->where != IN_QUIET && chance(30);
}

static bool scalar_variable(struct context *c)
{
    const struct type *t = random_type(c->program, 0);
    const char *qualifier = "";
    bool is_volatile = choose(c, F_VOLATILE, 15), is_aligned = choose(c, F_ALIGNED, 10);
    bool is_atomic = t->scalar <= S_U64 && choose(c, F_ATOMIC, 12);
    bool shared = !is_volatile && !is_atomic && some_shared(c);
    if (is_atomic) {
        use(c, F_ATOMIC);
        qualifier = "_Atomic ";
    } else if (is_volatile && t->scalar != SCALARS) {
        use(c, F_VOLATILE);
        qualifier = "volatile ";
    }
    if (is_aligned) {
        use(c, F_ALIGNED);
        qualifier = text("%s_Alignas(%u) ", qualifier, 16u << below(3));
    }
    count_type(c, t);
    char *value = expression(c, 2);
    const char *name = new_name(c, "v");
    line(c, "%s%s %s = %s;", qualifier, t->name, name, stored(t, value));
    variable_add(c, name, t, 0, shared, false);
    return true;
}

static bool array_variable(struct context *c)
{
    const struct type *t = random_type(c->program, 20);
    unsigned length = chance(15) ? between(9, 30) : between(2, 6);
    count_type(c, t);
    char *a = expression(c, 1), *b = expression(c, 1);
    const char *name = new_name(c, "r");
    line(c, "%s %s[%u] = {%s, %s};", t->name, name, length, stored(t, a), stored(t, b));
    variable_add(c, name, t, length, some_shared(c), false);
    return true;
}

static bool struct_variable(struct context *c)
{
    const struct type *t = random_type(c->program, 100);
    count_type(c, t);
    declare(c, t, some_shared(c));
    return true;
}

static bool pointer_variable(struct context *c)
{
    const struct type *t = random_type(c->program, 25);
    const char *target = shared_variable(c, t), *name = new_name(c, "p");
    line(c, "%s *%s = &%s;", t->name, name, target);
    variable_add(c, text("(*%s)", name), t, 0, true, false);
    if (chance(20)) {
        const char *outer = new_name(c, "p");
        line(c, "%s **%s = &%s;", t->name, outer, name);
        line(c, "fz_seen(&%s);", outer);
        variable_add(c, text("(**%s)", outer), t, 0, true, false);
    }
    if (chance(20))
        line(c, "fuzz_note(%u, %s == &%s);", fresh(c->program), name, target);
    return true;
}

static bool pointer_fields(struct context *c)
{
    const struct type *t = type_of(S_U64);
    const char *first = shared_variable(c, t), *second = shared_variable(c, t);
    const char *a = new_name(c, "l"), *b = new_name(c, "l");
    line(c, "struct fz_link %s = {%u, &%s, NULL};", a, below(100), first);
    line(c, "struct fz_link %s = {%u, &%s, &%s};", b, below(100), second, a);
    variable_add(c, text("(*%s.next->at)", b), t, 0, true, false);
    variable_add(c, text("(*%s.at)", b), t, 0, true, false);
    variable_add(c, text("%s.next->value", b), t, 0, true, false);
    return true;
}

static bool dynamic_array(struct context *c)
{
    char *length = simple(c), *value = expression(c, 1);
    const char *name = new_name(c, "d"), *n = new_name(c, "n");
    line(c, "{");
    line(c, "    unsigned %s = (unsigned)((%s) & 7) + 1;", n, length);
    line(c, "    uint64_t %s[%s];", name, n);
    line(c, "    for (unsigned k = 0; k < %s; k++)", n);
    line(c, "        %s[k] = %s + k;", name, value);
    line(c, "    fuzz_note(%u, %s[%s / 2]);", fresh(c->program), name, n);
    line(c, "}");
    return true;
}

static bool many_locals(struct context *c)
{
    const char *names[24];
    unsigned count = between(6, 24);
    for (unsigned k = 0; k < count; k++)
        names[k] = declare(c, type_of(chance(50) ? S_U64 : S_U32), false);
    line(c, "coro_suspend();");
    const char *sum = new_name(c, "v");
    line(c, "uint64_t %s = 0;", sum);
    for (unsigned k = 0; k < count; k++)
        line(c, "%s = %s * 5 + %s;", sum, sum, names[k]);
    variable_add(c, sum, type_of(S_U64), 0, false, false);
    return true;
}

static bool assignment(struct context *c)
{
    const struct type *t;
    char *value = expression(c, 3), *to = lvalue(c, &t, false);
    if (!to)
        return false;
    if (t->scalar >= S_I8 && t->scalar <= S_U64 && t->scalar != S_I32 && t->scalar != S_I64 &&
        chance(30))
        line(c, "%s %c= %s;", to, "^&|"[below(3)], stored(t, value));
    else
        line(c, "%s = %s;", to, stored(t, value));
    return true;
}

static bool noted(struct context *c)
{
    if (c->where == IN_QUIET)
        return false;
    note(c, expression(c, 2));
    return true;
}

/* ---- Suspends ------------------------------------------------------------------------------------------ */

static void note_maybe(struct context *c)
{
    if (c->where != IN_QUIET && chance(70))
        noted(c);
}

static bool suspend(struct context *c)
{
    line(c, "coro_suspend();");
    note_maybe(c);
    return true;
}

/* Of the thread that the task is in at the time. */
static bool error_number(struct context *c)
{
    char *value = simple(c);
    line(c, "errno = (int)((%s) & 63);", value);
    if (chance(80))
        line(c, "coro_suspend();");
    note(c, "(uint64_t)errno");
    if (chance(30))
        line(c, "errno += %u;", between(1, 9));
    return true;
}

static bool thread_local_variable(struct context *c)
{
    const char *prefix = c->program->prefix, *name = new_name(c, "p");
    if (!*c->program->storage)
        return false;
    char *value = simple(c);
    line(c, "%s_global += %s;", prefix, value);
    /* Two threads, one after the other, may have theirs at the same address, or not. */
    bool compares = !c->program->on[F_MOVED] && chance(50);
    if (compares)
        line(c, "uint64_t *%s = &%s_global;", name, prefix);
    if (chance(80))
        line(c, "coro_suspend();");
    note(c, compares ? text("%s == &%s_global", name, prefix) : text("++%s_global", prefix));
    return true;
}

static bool thread_number(struct context *c)
{
    if (!on(c, F_MOVED))
        return false;
    const char *name = new_name(c, "v");
    line(c, "uint64_t %s = fuzz_thread();", name);
    if (chance(70))
        line(c, "coro_suspend();");
    note(c, text("%s * 3 + fuzz_thread()", name));
    if (chance(30))
        variable_add(c, name, type_of(S_U64), 0, chance(30), false);
    return true;
}

static bool prefetch(struct context *c)
{
    const char *name = chance(20) ? "NULL" : text("&%s", declare(c, type_of(S_U32), false));
    line(c, "coro_prefetch(%s);", name);
    note_maybe(c);
    return true;
}

static bool prefetch_range(struct context *c)
{
    unsigned length = between(1, 40);
    const char *name = new_name(c, "r");
    line(c, "uint64_t %s[%u] = {%u};", name, length, below(1000));
    variable_add(c, name, type_of(S_U64), length, false, false);
    line(c, "coro_prefetch_range(%s, sizeof %s);", name, name);
    note_maybe(c);
    return true;
}

static bool yield(struct context *c)
{
    const struct type *t = c->self->signature->result;
    char *value = chance(20) ? one_await(c) : NULL;
    if (!value)
        value = expression(c, 2);
    c->yields += c->times;
    line(c, "coro_yield(%s);", stored(t, value));
    note_maybe(c);
    return true;
}

static bool cleanup(struct context *c);

/* What most generators are: a loop that yields, with more in it. */
void yield_loop(struct context *c)
{
    unsigned times = between(1, 4);
    const char *name = new_name(c, "i");
    struct scope s = scope_open(c);
    variable_add(c, name, type_of(S_I32), 0, false, true);
    c->times *= times;
    line(c, "for (int32_t %s = 0; %s < %u; %s++) {", name, name, times, name);
    c->indent++;
    c->nesting++;
    if (choose(c, F_CLEANUP, 60) && cleanup(c))
        use(c, F_CLEANUP);
    if (chance(40))
        task_statement(c);
    if (chance(50))
        suspend(c);
    yield(c);
    use(c, F_YIELD);
    if (chance(40))
        suspend(c);
    statements(c, between(0, 2));
    c->nesting--;
    c->indent--;
    line(c, "}");
    scope_close(c, s);
}

/* ---- Awaits --------------------------------------------------------------------------------------------- */

static bool await_new(struct context *c)
{
    char *value = awaits(c);
    if (!value)
        return false;
    if (c->where != IN_QUIET && chance(25)) {
        note(c, value);
        return true;
    }
    const struct type *t = random_type(c->program, 0);
    const char *name = new_name(c, "v");
    line(c, "%s %s = %s;", t->name, name, stored(t, value));
    variable_add(c, name, t, 0, some_shared(c), false);
    return true;
}

static bool await_assigned(struct context *c)
{
    char *value = one_await(c);
    if (!value)
        return false;
    bool beside = c->beside;
    c->beside = true;
    const struct type *t;
    char *to = lvalue(c, &t, true);
    c->beside = beside;
    if (!to)
        return false;
    bool is_unsigned = t->scalar == S_U8 || t->scalar == S_U16 || t->scalar == S_U64;
    line(c, "%s %s %s;", to, is_unsigned && chance(50) ? "^=" : "=", stored(t, value));
    return true;
}

static bool await_void(struct context *c)
{
    for (unsigned tries = 0; tries < 10; tries++) {
        const struct coroutine *f =
            callee(c, (struct wanted){.any_result = true, .quiet = c->where == IN_QUIET});
        char *task = f ? call(c, f) : NULL;
        if (!task)
            return false;
        use(c, F_AWAIT);
        if (!f->signature->result)
            use(c, F_AWAIT_VOID);
        if (!c->program->failing) {
            line(c, "(void)coro_await(%s);", task);
            return true;
        }
        const char *name = new_name(c, "t");
        line(c, "coro_task(%s) %s = %s;",
             f->signature->result ? f->signature->result->name : "void", name, task);
        line(c, "if (!coro_failed(%s))", name);
        line(c, "    (void)coro_await(%s);", name);
        use(c, F_FAILING);
        return true;
    }
    return false;
}

static bool await_condition(struct context *c)
{
    char *value = awaits(c);
    if (!value)
        return false;
    use(c, F_AWAIT_CONDITION);
    line(c, "if (%s & %u)", value, between(1, 7));
    some(c);
    if (chance(40)) {
        line(c, "else");
        some(c);
    }
    return true;
}

bool await_parameter(struct context *c)
{
    if (!c->self)
        return false;
    for (unsigned k = 0; k < c->self->signature->parameter_count; k++) {
        const struct parameter *p = &c->self->signature->parameters[k];
        if (p->kind != P_FUNCTION)
            continue;
        unsigned cost = 1;
        for (unsigned n = 0; n < c->reach; n++) {
            const struct coroutine *f = &c->program->coroutines[n];
            if (f->signature == p->signature && f->cost > cost)
                cost = f->cost;
        }
        if (c->cost + c->times * cost > c->limit)
            return false;
        const struct coroutine like = {.signature = p->signature, .number = 0, .cost = cost};
        char *task = call_as(c, &like, text("a%u", k));
        if (!task)
            return false;
        use(c, F_INDIRECT_PARAMETER);
        line(c, "if (a%u) {", k);
        c->indent++;
        note(c, awaited(c, p->signature->result, task));
        c->indent--;
        line(c, "}");
        return true;
    }
    return false;
}

static bool recursion(struct context *c)
{
    const struct coroutine *f;
    char *task, *guard;
    if (!recursive_call(c, &f, &task, &guard))
        return false;
    if (f->signature->generator) {
        const char *name = new_name(c, "v");
        if (c->program->failing)
            return false;
        line(c, "if (%s) {", guard);
        line(c, "    coro_await_for (%s, %s) {", name, task);
        if (f->signature->result == c->self->signature->result)
            line(c, "        coro_yield(%s);", name);
        c->yields += 1000;
        line(c, "        fuzz_note(%u, %s);", fresh(c->program),
             loaded(f->signature->result, name));
        line(c, "    }");
        line(c, "}");
        use(c, F_AWAIT_FOR);
        return true;
    }
    line(c, "if (%s) {", guard);
    c->indent++;
    char *value = awaited(c, f->signature->result, task);
    if (chance(50))
        note(c, value);
    else if (f->signature->result == c->self->signature->result && c->where == IN_TASK)
        line(c, "coro_return(%s);", stored(c->self->signature->result, value));
    else
        line(c, "%s_global = %s;", c->program->prefix, value);
    c->indent--;
    line(c, "}");
    return true;
}

/* ---- Control flow ------------------------------------------------------------------------------------------ */

static bool branch(struct context *c)
{
    char *test = condition(c);
    if (choose(c, F_UNLIKELY, 30)) {
        use(c, F_UNLIKELY);
        test = text("__builtin_expect(%s, %u)", test, below(2));
    }
    line(c, "if (%s)", test);
    some(c);
    if (chance(50)) {
        line(c, "else");
        some(c);
    }
    return true;
}

void label_open(struct context *c)
{
    if (c->label_count < MAX_LABELS)
        c->labels[c->label_count++] = (struct label){new_name(c, "L"), false};
}

void label_close(struct context *c)
{
    struct label l = c->labels[--c->label_count];
    if (l.used)
        line(c, "%s:;", l.name);
}

static unsigned loop_times(struct context *c)
{
    unsigned most = c->times >= 12 ? 2 : 5;
    return between(1, most);
}

static bool loop_for(struct context *c)
{
    unsigned times = loop_times(c);
    const char *name = new_name(c, "i");
    const struct type *t = type_of(chance(50) ? S_I32 : chance(50) ? S_U64 : S_U8);
    struct scope s = scope_open(c);
    variable_add(c, name, t, 0, false, true);
    label_open(c);
    line(c, "for (%s %s = 0; %s < %u; %s++)", t->name, name, name, times, name);
    block(c, between(1, 4), times, true);
    scope_close(c, s);
    label_close(c);
    return true;
}

/* For the condition of a loop that runs so often; NULL: it awaits nothing. */
static char *await_each_turn(struct context *c, unsigned times)
{
    unsigned kept = c->times;
    c->times *= times;
    char *test = chance(40) ? one_await(c) : NULL;
    c->times = kept;
    return test;
}

/* Whatever the condition awaits, a counter ends the loop. */
static bool loop_while(struct context *c)
{
    unsigned times = loop_times(c);
    const char *name = new_name(c, "n");
    line(c, "unsigned %s = %u;", name, times);
    char *test = await_each_turn(c, times);
    if (test) {
        use(c, F_AWAIT_CONDITION);
        line(c, "while (%s-- > 0 && (%s & %u))", name, test, between(1, 15));
    } else {
        line(c, "while (%s-- > 0)", name);
    }
    label_open(c);
    block(c, between(1, 4), times, true);
    label_close(c);
    return true;
}

static bool loop_do(struct context *c)
{
    unsigned times = loop_times(c);
    const char *name = new_name(c, "n");
    line(c, "unsigned %s = %u;", name, times);
    char *test = await_each_turn(c, times);
    label_open(c);
    line(c, "do");
    block(c, between(1, 4), times, true);
    if (test)
        line(c, "while (--%s > 0 && (%s & %u));", name, test, between(1, 15));
    else
        line(c, "while (--%s > 0);", name);
    label_close(c);
    return true;
}

static bool cases(struct context *c)
{
    unsigned count = between(2, 5);
    char *value = chance(30) ? one_await(c) : NULL;
    if (!value)
        value = simple(c);
    struct scope s = scope_open(c);
    c->can_break = true;
    line(c, "switch ((%s) %% %u) {", value, count + 1);
    for (unsigned k = 0; k < count; k++) {
        line(c, "case %u:", k);
        some(c);
        if (chance(75))
            line(c, "break;");
        else if (k + 1 < count)
            line(c, "__attribute__((fallthrough));");
        else
            line(c, "break;");
    }
    line(c, "default:");
    some(c);
    line(c, "}");
    scope_close(c, s);
    return true;
}

static bool duff(struct context *c)
{
    unsigned count = between(2, 4), times = between(1, 3);
    char *value = simple(c);
    const char *name = new_name(c, "n");
    line(c, "unsigned %s = %u;", name, times);
    struct scope s = scope_open(c);
    c->can_break = true;
    c->can_continue = true;
    c->times *= times;
    line(c, "switch ((%s) %% %u) {", value, count);
    line(c, "case 0:");
    line(c, "    do {");
    c->indent++;
    for (unsigned k = 0; k < count; k++) {
        if (k) {
            line(c, "__attribute__((fallthrough));");
            line(c, "case %u:", k);
        }
        some(c);
    }
    c->indent--;
    line(c, "    } while (--%s > 0 && %s < 10);", name, name);
    line(c, "}");
    scope_close(c, s);
    return true;
}

static bool goto_backward(struct context *c)
{
    unsigned times = between(1, 3);
    const char *label = new_name(c, "L"), *name = new_name(c, "n");
    line(c, "unsigned %s = 0;", name);
    line(c, "%s:;", label);
    struct scope s = scope_open(c);
    c->times *= times + 1;
    line(c, "{");
    c->indent++;
    c->nesting++;
    statements(c, between(1, 3));
    char *test = condition(c);
    line(c, "if (%s++ < %u && %s)", name, times, test);
    line(c, "    goto %s;", label);
    statements(c, between(0, 1));
    c->nesting--;
    c->indent--;
    line(c, "}");
    scope_close(c, s);
    return true;
}

static bool goto_forward(struct context *c)
{
    label_open(c);
    unsigned mine = c->label_count - 1;
    char *test = condition(c);
    line(c, "if (%s)", test);
    line(c, "    goto %s;", c->labels[mine].name);
    c->labels[mine].used = true;
    some(c);
    label_close(c);
    return true;
}

/* ---- Cleanups ---------------------------------------------------------------------------------------------- */

static bool cleanup(struct context *c)
{
    static const struct {
        enum scalar scalar;
        const char *function;
    } kinds[] = {{S_U64, "fz_left_u64"}, {S_I32, "fz_left_i32"}, {S_BOOL, "fz_left_bool"}};
    unsigned k = below(3);
    const struct type *t = type_of(kinds[k].scalar);
    char *value = simple(c);
    const char *name = new_name(c, "c");
    line(c, "__attribute__((cleanup(%s))) %s %s = %s;", kinds[k].function, t->name, name,
         stored(t, value));
    variable_add(c, name, t, 0, true, false);
    if (chance(60))
        statements(c, between(1, 2));
    return true;
}

static bool cleanup_writes(struct context *c)
{
    const char *target = shared_variable(c, type_of(S_U64)), *name = new_name(c, "c");
    line(c, "__attribute__((cleanup(fz_left_guard))) struct fz_guard %s = {&%s, %u};", name, target,
         fresh(c->program));
    line(c, "fz_seen(&%s);", name);
    return true;
}

/* A coroutine that takes values alone. */
static const struct coroutine *of_values(struct context *c)
{
    for (unsigned tries = 0; tries < 10; tries++) {
        const struct coroutine *f = callee(c, (struct wanted){.kept = true});
        bool values = f != NULL;
        for (unsigned k = 0; values && k < f->signature->parameter_count; k++)
            values = f->signature->parameters[k].kind == P_VALUE;
        if (values)
            return f;
    }
    return NULL;
}

static bool cleanup_runs(struct context *c)
{
    const struct coroutine *f = of_values(c);
    if (!f || c->program->failing)
        return false;
    count_call(c, f, f->cost);
    char *list = text("%s", "");
    for (unsigned k = 0; k < f->signature->parameter_count; k++)
        list = text("%s%s%s", list, k ? ", " : "", stored(f->signature->parameters[k].type, "*v"));
    const char *function = text("%s_runs%u", c->program->prefix, fresh(c->program));
    append(&c->program->parts[c->part].tables,
           "static void %s(uint64_t *v)\n{\n    fuzz_note(903, *v);\n    fuzz_note(904, %s);\n}\n",
           function, loaded(f->signature->result, text("coro_run(%s(%s))", f->name, list)));
    char *value = simple(c);
    const char *name = new_name(c, "c");
    line(c, "__attribute__((cleanup(%s))) uint64_t %s = %s;", function, name, value);
    variable_add(c, name, type_of(S_U64), 0, true, false);
    return true;
}

/* ---- Choice ------------------------------------------------------------------------------------------------- */

const struct rule rules[] = {
    {F_SCALAR, 14, ANYWHERE, false, scalar_variable},
    {F_ARRAY, 6, ANYWHERE, false, array_variable},
    {F_STRUCT, 6, ANYWHERE, false, struct_variable},
    {F_POINTER, 6, IN_COROUTINE | IN_PLAIN, false, pointer_variable},
    {F_POINTER_FIELD, 3, IN_COROUTINE | IN_PLAIN, false, pointer_fields},
    {F_DYNAMIC_ARRAY, 1, IN_COROUTINE | IN_PLAIN, false, dynamic_array},
    {F_MANY_LOCALS, 1, IN_COROUTINE | IN_QUIET, false, many_locals},
    {F_SCALAR, 14, ANYWHERE, false, assignment},
    {F_SCALAR, 8, ANYWHERE, false, noted},
    {F_SUSPEND, 12, IN_COROUTINE | IN_QUIET, false, suspend},
    {F_PREFETCH, 3, IN_COROUTINE | IN_QUIET, false, prefetch},
    {F_PREFETCH_RANGE, 1, IN_COROUTINE | IN_QUIET, false, prefetch_range},
    {F_ERRNO, 6, IN_COROUTINE, false, error_number},
    {F_THREAD_NUMBER, 12, IN_COROUTINE, false, thread_number},
    {F_THREAD_LOCAL, 10, IN_COROUTINE, false, thread_local_variable},
    {F_YIELD, 30, IN_GENERATOR, false, yield},
    {F_AWAIT, 24, IN_COROUTINE | IN_QUIET, false, await_new},
    {F_AWAIT, 10, IN_COROUTINE | IN_QUIET, false, await_assigned},
    {F_AWAIT_VOID, 6, IN_COROUTINE | IN_QUIET, false, await_void},
    {F_AWAIT_CONDITION, 5, IN_COROUTINE | IN_QUIET, true, await_condition},
    {F_INDIRECT_PARAMETER, 12, IN_COROUTINE, false, await_parameter},
    {F_RECURSION_DIRECT, 14, IN_COROUTINE, false, recursion},
    {F_IF, 8, ANYWHERE, true, branch},
    {F_FOR, 8, ANYWHERE, true, loop_for},
    {F_WHILE, 5, ANYWHERE, true, loop_while},
    {F_DO, 4, ANYWHERE, true, loop_do},
    {F_SWITCH, 4, ANYWHERE, true, cases},
    {F_DUFF, 3, ANYWHERE, true, duff},
    {F_GOTO_BACKWARD, 3, ANYWHERE, true, goto_backward},
    {F_GOTO_FORWARD, 3, ANYWHERE, true, goto_forward},
    {F_EARLY_RETURN, 6, ANYWHERE, false, jump},
    {F_CLEANUP, 13, IN_COROUTINE | IN_PLAIN, false, cleanup},
    {F_CLEANUP_WRITES, 3, IN_COROUTINE | IN_PLAIN, false, cleanup_writes},
    {F_CLEANUP_RUNS, 4, IN_COROUTINE | IN_PLAIN, false, cleanup_runs},
    {F_GENERATOR_PARAMETER, 16, IN_COROUTINE, false, consume_parameter},
    {F_RUN, 2, IN_COROUTINE, false, drive_run},
    {F_RUN, 12, IN_PLAIN, false, drive_run},
    {F_BY_HAND, 2, IN_COROUTINE, false, drive_by_hand},
    {F_BY_HAND, 14, IN_PLAIN, false, drive_by_hand},
    {F_CANCEL, 1, IN_COROUTINE, false, drive_cancelled},
    {F_CANCEL, 16, IN_PLAIN, false, drive_cancelled},
    {F_NEVER_STARTED, 1, IN_COROUTINE, false, drive_never_started},
    {F_NEVER_STARTED, 2, IN_PLAIN, false, drive_never_started},
    {F_MANY_TASKS, 2, IN_COROUTINE, false, drive_many},
    {F_MANY_TASKS, 12, IN_PLAIN, false, drive_many},
    {F_ROUND_ROBIN, 8, IN_PLAIN, false, drive_in_turn},
    {F_GLOBAL_TASKS, 4, IN_PLAIN, false, drive_globals},
    {F_INTERLEAVE, 2, IN_COROUTINE, false, drive_interleaved},
    {F_INTERLEAVE, 20, IN_PLAIN, false, drive_interleaved},
    {F_INTERLEAVE_AUTO, 12, IN_PLAIN, false, drive_interleaved_auto},
    {F_TRIM, 3, ANYWHERE & ~IN_QUIET, false, trim},
    {F_DRIVER_INSIDE, 5, ANYWHERE & ~IN_QUIET, false, call_plain},
    {F_AWAIT_LATER, 4, IN_COROUTINE, false, await_later},
    {F_VARIABLE_TASK, 3, IN_COROUTINE, false, await_variable},
    {F_AWAIT_FOR, 22, IN_COROUTINE, true, await_for},
    {F_AWAIT_NEXT, 12, IN_COROUTINE, false, await_next},
    {F_FOR_PLAIN, 14, IN_PLAIN, true, for_plain},
    {F_NEXT_PLAIN, 9, IN_PLAIN, false, next_plain},
};
const unsigned rule_count = sizeof rules / sizeof *rules;

static bool is_possible(const struct context *c, const struct rule *r, unsigned where)
{
    return (r->where & c->where) && (r->where & ~where) == 0 &&
           (!r->nests || (c->nesting < 3 && c->statements > 1));
}

/* Of the rules that hold in `where` and nowhere else. */
static const struct rule *choice(struct context *c, unsigned where)
{
    unsigned total = 0;
    for (unsigned k = 0; k < rule_count; k++)
        total += is_possible(c, &rules[k], where) ? c->program->weights[k] : 0;
    unsigned at = total ? below(total) : 0;
    for (unsigned k = 0; k < rule_count; k++) {
        unsigned weight = is_possible(c, &rules[k], where) ? c->program->weights[k] : 0;
        if (at < weight)
            return &rules[k];
        at -= weight;
    }
    return NULL;
}

static bool statement_of(struct context *c, unsigned where)
{
    for (unsigned tries = 0; tries < 6 && c->statements; tries++) {
        const struct rule *r = choice(c, where);
        if (!r)
            return false;
        c->statements--;
        c->cost += c->times;
        if (r->make(c)) {
            use(c, r->feature);
            return true;
        }
    }
    return false;
}

void statement(struct context *c)
{
    statement_of(c, ANYWHERE);
}

/* What makes sense in one of coroutines and plain functions alone: it is about tasks. */
bool task_statement(struct context *c)
{
    return statement_of(c, c->where == IN_PLAIN ? IN_PLAIN : IN_COROUTINE | IN_QUIET);
}

void statements(struct context *c, unsigned count)
{
    for (unsigned k = 0; k < count && c->statements && c->cost + 2 * c->times < c->limit; k++)
        statement(c);
}
