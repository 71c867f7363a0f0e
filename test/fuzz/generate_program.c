/* generate_program.c: the coroutines of a program, their types and attributes, and its drivers. */
#include "generate.h"

#include <string.h>

/* Least and most: of coroutines, of statements in each, of tasks that a driver has, and of statements
 * around each. The limits are of cost. */
struct extent {
    unsigned parts, coroutines[2], statements[2], limit;
    unsigned tasks; /* statements about tasks more, of a hundred */
    unsigned drives[2], driven[2], driver_limit, more_drivers;
};
static const struct extent extents[SIZES] = {
    [TINY] = {2, {2, 4}, {2, 4}, 80, 30, {0, 0}, {1, 2}, 1000, 0},
    [SMALL] = {MAX_PARTS, {3, 6}, {3, 10}, 120, 25, {1, 2}, {4, 8}, 1500, 0},
    [MEDIUM] = {MAX_PARTS, {6, 12}, {7, 22}, 200, 25, {1, 2}, {4, 8}, 2500, 1},
    [LARGE] = {MAX_PARTS, {10, 20}, {11, 34}, 280, 25, {1, 2}, {4, 8}, 3500, 2},
};

static unsigned between_both(const unsigned both[2])
{
    return between(both[0], both[1]);
}

/* ---- Signatures ------------------------------------------------------------------------------------ */

enum kind { ANY, QUIET, RECURSIVE };

static enum kind kind_of(const struct signature *s)
{
    bool values = true;
    for (unsigned k = 0; k < s->parameter_count; k++) {
        if (s->parameters[k].kind == P_DEPTH)
            return RECURSIVE;
        values &= s->parameters[k].kind == P_VALUE;
    }
    return values && s->result && !s->generator ? QUIET : ANY;
}

/* Of a coroutine that is there already: for a parameter that is such a function, or its task. */
static const struct signature *passed_signature(struct program *p)
{
    if (!p->coroutine_count)
        return NULL;
    const struct coroutine *f = &p->coroutines[below(p->coroutine_count)];
    const struct signature *s = f->signature;
    bool values = s->result && !s->generator && !f->recursive;
    for (unsigned n = 0; n < s->parameter_count; n++)
        values &= s->parameters[n].kind == P_VALUE || s->parameters[n].kind == P_POINTER;
    return values ? s : NULL;
}

static const struct type *pointed_type(struct program *p)
{
    return chance(60) ? type_of(S_U64) : random_type(p, 40);
}

static const struct type *generated_type(struct program *p)
{
    for (unsigned k = 0; k < p->coroutine_count; k++)
        if (p->coroutines[k].signature->generator && !p->coroutines[k].recursive)
            return p->coroutines[k].signature->result;
    return NULL;
}

static struct parameter random_parameter(struct program *p, enum kind kind)
{
    unsigned dice = kind == QUIET ? 0 : below(100);
    const struct signature *s = dice >= 84 ? passed_signature(p) : NULL;
    if (s && dice < 94 && p->on[F_INDIRECT_PARAMETER])
        return (struct parameter){.kind = P_FUNCTION, .signature = s};
    if (s && dice >= 94 && p->on[F_TASK_PARAMETER])
        return (struct parameter){P_TASK, .type = s->result};
    const struct type *values = dice >= 76 && dice < 84 ? generated_type(p) : NULL;
    if (values && p->on[F_GENERATOR_PARAMETER])
        return (struct parameter){P_GENERATOR, .type = values};
    if (dice >= 72 && dice < 76 && p->on[F_LINK_PARAMETER]) {
        p->used[F_LINK_PARAMETER] = true;
        return (struct parameter){.kind = P_LINK};
    }
    if (dice >= 50 && dice < 80 && p->on[F_POINTER_PARAMETER]) {
        p->used[F_POINTER_PARAMETER] = true;
        return (struct parameter){P_POINTER, .type = pointed_type(p)};
    }
    const struct type *t = random_type(p, p->on[F_STRUCT_PARAMETER] ? 20 : 0);
    if (t->scalar == SCALARS)
        p->used[F_STRUCT_PARAMETER] = true;
    return (struct parameter){P_VALUE, .type = t};
}

static unsigned random_parameter_count(struct program *p)
{
    if (p->on[F_NO_PARAMETERS] && chance(10)) {
        p->used[F_NO_PARAMETERS] = true;
        return 0;
    }
    if (p->on[F_MANY_PARAMETERS] && chance(12)) {
        p->used[F_MANY_PARAMETERS] = true;
        return between(5, MAX_PARAMETERS);
    }
    return between(1, 3);
}

const char *parameter_type(const struct parameter *p)
{
    switch (p->kind) {
    case P_VALUE:
        return p->type->name;
    case P_POINTER:
        return text("%s *", p->type->name);
    case P_LINK:
        return "struct fz_link *";
    case P_FUNCTION:
        return text("%s *", p->signature->name);
    case P_TASK:
        return text("coro_task(%s)", p->type->name);
    case P_GENERATOR:
        return text("struct fz_values_%s *", p->type->name);
    case P_DEPTH:
        return "int";
    }
    return "";
}

static const char *parameter_name(const struct parameter *p, unsigned k)
{
    return p->kind == P_DEPTH ? "depth" : text("a%u", k);
}

static void declare_signature(struct program *p, const struct signature *s)
{
    append(&p->types_text, "typedef coro_%s(%s) %s(", s->generator ? "generator" : "task",
           s->result ? s->result->name : "void", s->name);
    for (unsigned k = 0; k < s->parameter_count; k++)
        append(&p->types_text, "%s%s", k ? ", " : "", parameter_type(&s->parameters[k]));
    append(&p->types_text, "%s);\n", s->parameter_count ? "" : "void");
}

static const struct signature *new_signature(struct program *p, enum kind kind, bool generator)
{
    struct signature *s = &p->signatures[p->signature_count];
    *s = (struct signature){.name = text("%s_f%u", p->prefix, p->signature_count),
                            .generator = generator};
    bool none = kind == ANY && !generator && p->on[F_AWAIT_VOID] && chance(20);
    s->result = none ? NULL : random_type(p, p->on[F_STRUCT_RESULT] ? 25 : 0);
    if (s->result && s->result->scalar == SCALARS)
        p->used[F_STRUCT_RESULT] = true;
    unsigned count = random_parameter_count(p);
    if (kind == RECURSIVE)
        s->parameters[s->parameter_count++] = (struct parameter){.kind = P_DEPTH};
    while (s->parameter_count < count)
        s->parameters[s->parameter_count++] = random_parameter(p, kind);
    declare_signature(p, s);
    p->signature_count++;
    return s;
}

static const struct signature *some_signature(struct program *p, enum kind kind, bool generator)
{
    unsigned first = p->signature_count ? below(p->signature_count) : 0;
    bool reuse = p->signature_count == MAX_SIGNATURES || chance(65);
    for (unsigned k = 0; k < p->signature_count && reuse; k++) {
        const struct signature *s = &p->signatures[(first + k) % p->signature_count];
        bool fits = kind_of(s) == kind || (kind == ANY && kind_of(s) == QUIET);
        if (s->generator == generator && fits)
            return s;
    }
    return p->signature_count < MAX_SIGNATURES ? new_signature(p, kind, generator) : NULL;
}

/* ---- Coroutines -------------------------------------------------------------------------------------- */

static const char *random_attributes(struct program *p, bool is_static)
{
    static const struct {
        enum feature feature;
        const char *text;
    } kinds[] = {{F_NOINLINE, "CORO_NOINLINE"},
                 {F_INLINE, "CORO_INLINE"},
                 {F_COLD, "__attribute__((cold))"},
                 {F_WEAK, "__attribute__((weak))"}};
    const char *linkage = is_static ? "static" : "";
    unsigned k = below(10);
    if (k >= 4 || !p->on[kinds[k].feature] || (is_static && kinds[k].feature == F_WEAK))
        return linkage;
    p->used[kinds[k].feature] = true;
    return text("%s%s%s", linkage, is_static ? " " : "", kinds[k].text);
}

/* All but its body and cost. */
static void coroutine_add(struct program *p)
{
    bool generator = p->on[F_YIELD] && chance(35);
    bool quiet = !generator && p->on[F_QUIET] && chance(p->coroutine_count ? 25 : 70);
    bool recursive = !quiet && p->on[F_RECURSION_DIRECT] && chance(p->recursion);
    enum kind kind = quiet ? QUIET : recursive ? RECURSIVE : ANY;
    const struct signature *s = some_signature(p, kind, generator);
    if (!s)
        return;
    unsigned k = p->coroutine_count++;
    bool is_static = chance(!p->on[F_EXTERNAL] ? 100 : p->part_count > 1 ? 35 : 65);
    const char *attributes = random_attributes(p, is_static);
    p->used[F_QUIET] |= quiet;
    p->used[F_EXTERNAL] |= !is_static;
    p->coroutines[k] = (struct coroutine){.number = k,
                                          .name = text("%s_c%u", p->prefix, k),
                                          .attributes = attributes,
                                          .signature = s,
                                          .part = below(p->part_count),
                                          .is_static = is_static,
                                          .quiet = quiet,
                                          .recursive = recursive};
}

/* COROUTINE2(static, int, name, T, a, T, b) */
static void head(struct buffer *b, const struct coroutine *f, bool declare)
{
    const struct signature *s = f->signature;
    append(b, "%s%s%u(%s, %s, %s", declare ? "DECLARE_" : "",
           s->generator ? "GENERATOR" : "COROUTINE", s->parameter_count, f->attributes,
           s->result ? s->result->name : "void", f->name);
    for (unsigned k = 0; k < s->parameter_count; k++) {
        const struct parameter *p = &s->parameters[k];
        append(b, ", %s, %s", parameter_type(p), parameter_name(p, k));
    }
    append(b, declare ? ");\n" : ")\n");
}

/* The variable that holds the task from now on. */
static const char *held_parameter(struct context *c, const struct parameter *p, const char *name)
{
    const char *h = new_name(c, "h"), *T = p->type->name;
    use(c, F_TASK_PARAMETER);
    line(c, "__attribute__((cleanup(fz_drop_%s))) struct fz_held_%s %s = {%s, true};", T, T, h,
         name);
    return h;
}

/* All are held before one is awaited, where this one may be cancelled. */
static void task_parameters(struct context *c, const struct signature *s)
{
    const char *held[MAX_PARAMETERS];
    for (unsigned k = 0; k < s->parameter_count; k++)
        if (s->parameters[k].kind == P_TASK)
            held[k] = held_parameter(c, &s->parameters[k], parameter_name(&s->parameters[k], k));
    for (unsigned k = 0; k < s->parameter_count; k++) {
        const struct parameter *p = &s->parameters[k];
        if (p->kind != P_TASK)
            continue;
        if (chance(50))
            line(c, "coro_suspend();");
        line(c, "%s.full = false;", held[k]);
        note(c, loaded(p->type, text("coro_await(%s.task)", held[k])));
    }
}

static void parameters(struct context *c, const struct signature *s)
{
    for (unsigned k = 0; k < s->parameter_count; k++) {
        const struct parameter *p = &s->parameters[k];
        const char *name = parameter_name(p, k);
        if (p->kind == P_VALUE)
            variable_add(c, name, p->type, 0, c->where != IN_QUIET && chance(30), false);
        else if (p->kind == P_POINTER)
            variable_add(c, text("(*%s)", name), p->type, 0, true, false);
        else if (p->kind == P_LINK)
            variable_add(c, text("(*%s->at)", name), type_of(S_U64), 0, true, false);
    }
    task_parameters(c, s);
}

static void use_parameters(struct context *c)
{
    if (on(c, F_INDIRECT_PARAMETER))
        await_parameter(c);
    if (on(c, F_GENERATOR_PARAMETER) && consume_parameter(c))
        use(c, F_GENERATOR_PARAMETER);
}

static struct context body_of(struct program *p, struct coroutine *f)
{
    const struct extent *e = &extents[p->size];
    return (struct context){.program = p,
                            .self = f,
                            .where = f->quiet                  ? IN_QUIET
                                     : f->signature->generator ? IN_GENERATOR
                                                               : IN_TASK,
                            .part = f->part,
                            .reach = f->number,
                            .out = &p->parts[f->part].bodies,
                            .indent = 1,
                            .statements = between_both(e->statements),
                            .times = 1,
                            .limit = f->recursive ? 60 : e->limit,
                            .beside = f->quiet};
}

/* Whether it may call one that is recursive: without looking, if it calls anything. */
static bool reaches(const struct program *p, const struct coroutine *f)
{
    if (f->recursive)
        return true;
    for (unsigned k = 0; k < f->number; k++)
        if (p->coroutines[k].recursive)
            return !f->quiet;
    return false;
}

/* Whether what stands there, behind a position, suspends by itself. */
static bool suspends(const struct buffer *b, size_t position)
{
    return strstr(b->bytes + position, "coro_suspend(") ||
           strstr(b->bytes + position, "coro_prefetch");
}

static void coroutine_make(struct program *p, struct coroutine *f)
{
    struct context c = body_of(p, f);
    size_t start = c.out->length;
    const struct signature *s = f->signature;
    f->reaches = reaches(p, f);
    head(c.out, f, false);
    append(c.out, "{\n");
    line(&c, s->generator ? "coro_begin_generator(%s);" : "coro_begin(%s);",
         s->result ? s->result->name : "void");
    parameters(&c, s);
    if (c.where != IN_QUIET && chance(70))
        use_parameters(&c);
    if (c.where != IN_QUIET && choose(&c, F_AWAIT_FOR, 50) && await_for(&c))
        use(&c, F_AWAIT_FOR);
    if (p->size == TINY && c.where != IN_QUIET && chance(85)) {
        char *value = awaits(&c);
        if (value)
            note(&c, value);
    }
    while (c.statements && c.cost + 2 < c.limit) {
        statement(&c);
        if (chance(extents[p->size].tasks))
            task_statement(&c);
        if (c.where == IN_GENERATOR && chance(30))
            yield_loop(&c);
    }
    if (!suspends(c.out, start) && chance(80))
        line(&c, "coro_suspend();");
    for (unsigned k = 0; k < c.variable_count && c.where != IN_QUIET; k++)
        if (chance(50))
            observe(&c, k);
    leave(&c);
    append(c.out, "}\n\n");
    f->cost = (c.cost + 2) * (f->recursive ? 6 : 1);
    f->yields = c.yields;
}

static void prototype(struct program *p, const struct coroutine *f)
{
    head(f->is_static ? &p->parts[f->part].prototypes : &p->shared_text, f, true);
}

/* ---- Plain functions ------------------------------------------------------------------------------------ */

static void plain_make(struct program *p, unsigned reach)
{
    struct plain *f = &p->plains[p->plain_count];
    *f = (struct plain){.name = text("%s_plain%u", p->prefix, p->plain_count),
                        .part = below(p->part_count)};
    struct context c = {.program = p,
                        .where = IN_PLAIN,
                        .part = f->part,
                        .reach = reach,
                        .out = &p->parts[f->part].bodies,
                        .indent = 1,
                        .statements = between(3, 7),
                        .times = 1,
                        .limit = 100,
                        .in_helper = true};
    append(&p->parts[f->part].prototypes, "static uint64_t %s(uint64_t x);\n", f->name);
    append(c.out, "static uint64_t %s(uint64_t x)\n{\n", f->name);
    variable_add(&c, "x", type_of(S_U64), 0, chance(50), false);
    while (c.statements && c.cost + 2 < c.limit)
        statement(&c);
    line(&c, "return %s;", simple(&c));
    append(c.out, "}\n\n");
    f->cost = c.cost + 2;
    f->reaches = true;
    p->plain_count++;
}

/* Whether there is a coroutine that nothing calls, and that could be called here. */
static bool leaves_uncalled(const struct context *c)
{
    for (unsigned k = 0; k < c->program->coroutine_count; k++) {
        const struct coroutine *f = &c->program->coroutines[k];
        if (!c->program->called[k] && (!f->is_static || f->part == c->part))
            return true;
    }
    return false;
}

/* A statement about tasks. Not all can be made anywhere. */
static void drive(struct context *c)
{
    line(c, "%s_fuel = 12;", c->program->prefix);
    bool is_made = false;
    for (unsigned tries = 0; tries < 4 && !is_made && c->cost + 2 < c->limit; tries++) {
        c->statements = between_both(extents[c->program->size].driven);
        is_made = task_statement(c);
    }
}

static void driver_make(struct program *p, unsigned number)
{
    unsigned part = number % p->part_count;
    struct context c = {.program = p,
                        .where = IN_PLAIN,
                        .part = part,
                        .reach = p->coroutine_count,
                        .out = &p->parts[part].bodies,
                        .indent = 1,
                        .times = 1,
                        .limit = extents[p->size].driver_limit};
    append(&p->shared_text, "void %s_drive%u(void);\n", p->prefix, number);
    append(c.out, "void %s_drive%u(void)\n{\n", p->prefix, number);
    const char *first = new_name(&c, "v");
    bool is_opaque = chance(60);
    line(&c, is_opaque ? "uint64_t %s = fuzz_opaque(%u);" : "uint64_t %s = %u;", first,
         below(1000));
    variable_add(&c, first, type_of(S_U64), 0, chance(50), false);
    declare(&c, random_type(p, 20), true);
    c.statements = 1;
    bool cancels = choose(&c, F_CANCEL, 60) && drive_cancelled(&c);
    if (cancels)
        use(&c, F_CANCEL);
    unsigned wanted = between_both(extents[p->size].drives) + !cancels;
    unsigned most = p->size == TINY ? 1 : 12;
    for (unsigned k = 0; k < wanted || (k < most && leaves_uncalled(&c)); k++) {
        if (chance(40))
            statement(&c);
        drive(&c);
    }
    note(&c, text("%s_global", p->prefix));
    append(c.out, "}\n\n");
}

static void run_make(struct program *p, unsigned drivers)
{
    struct buffer *b = &p->parts[0].bodies;
    append(&p->shared_text, "void %s_run(void);\nenum { %s_threads = %u };\n", p->prefix, p->prefix,
           p->threads);
    append(b, "%sint %s_fuel;\n%suint64_t %s_global, %s_random;\n", p->storage, p->prefix,
           p->storage, p->prefix, p->prefix);
    append(b, "void %s_run(void)\n{\n    %s_global = 1;\n    %s_random = %u;\n", p->prefix,
           p->prefix, p->prefix, between(1, 1000));
    for (unsigned k = 0; k < drivers; k++)
        append(b, "    %s_fuel = 12;\n    %s_drive%u();\n", p->prefix, p->prefix, k);
    append(b, "}\n");
}

/* ---- Programs --------------------------------------------------------------------------------------------- */

static void choose_features(struct program *p)
{
    unsigned percent = between(40, 90);
    for (unsigned k = 0; k < FEATURE_COUNT; k++)
        p->on[k] = chance(percent);
    p->on[F_SUSPEND] = p->on[F_AWAIT] = p->on[F_SCALAR] = true;
    p->recursion = chance(50) ? 15 : 60;
    p->on[F_NEXT_PLAIN] |= !p->on[F_FOR_PLAIN];
    p->on[F_BY_HAND] |= !p->on[F_INTERLEAVE] && !p->on[F_CANCEL];
    p->on[F_CANCEL] |= chance(50);
    p->on[F_CLEANUP] |= chance(50);
    p->on[F_RECURSION_DIRECT] |= p->on[F_RECURSION_MUTUAL];
    if (p->failing)
        p->on[F_QUIET] = p->on[F_TASK_PARAMETER] = false;
    for (unsigned k = 0; k < rule_count; k++)
        p->weights[k] = p->on[rules[k].feature] ? rules[k].weight * between(1, 3) : 0;
}

/* Where several threads run a program, each needs variables of its own. */
static void choose_threads(struct program *p)
{
    p->threads = p->on[F_SEVERAL_THREADS] && !p->failing && chance(15) ? between(2, 3) : 1;
    bool is_local = p->threads > 1 || (p->on[F_THREAD_LOCAL] && chance(30));
    p->on[F_MOVED] &= is_local ? chance(90) : chance(30);
    p->storage = is_local ? "_Thread_local " : "";
    p->used[F_THREAD_LOCAL] = is_local;
    p->used[F_SEVERAL_THREADS] = p->threads > 1;
}

void program_make(struct program *p, uint64_t seed, unsigned number, enum size size, bool failing)
{
    memset(p, 0, sizeof *p);
    random_begin(seed, number);
    p->number = number;
    p->prefix = text("p%u", number);
    p->size = size;
    p->failing = failing;
    choose_features(p);
    p->part_count = p->on[F_PARTS] && chance(60) ? between(2, extents[size].parts) : 1;
    p->used[F_PARTS] = p->part_count > 1;
    choose_threads(p);
    types_make(p);
    append(&p->shared_text, "extern %sint %s_fuel;\nextern %suint64_t %s_global, %s_random;\n",
           p->storage, p->prefix, p->storage, p->prefix, p->prefix);
    for (unsigned k = between_both(extents[size].coroutines); k > 0; k--)
        coroutine_add(p);
    for (unsigned k = 0; k < p->coroutine_count; k++) {
        coroutine_make(p, &p->coroutines[k]);
        prototype(p, &p->coroutines[k]);
        if (p->on[F_DRIVER_INSIDE] && p->plain_count < MAX_PLAINS && chance(20))
            plain_make(p, k + 1);
    }
    unsigned drivers = p->part_count + (size != TINY && p->part_count == 1 && chance(60)) +
                       extents[size].more_drivers;
    for (unsigned k = 0; k < drivers; k++)
        driver_make(p, k);
    run_make(p, drivers);
}

void program_free(struct program *p)
{
    buffer_free(&p->types_text);
    buffer_free(&p->shared_text);
    for (unsigned k = 0; k < MAX_PARTS; k++) {
        buffer_free(&p->parts[k].prototypes);
        buffer_free(&p->parts[k].tables);
        buffer_free(&p->parts[k].bodies);
    }
    text_free();
}
