/* generate_drivers.c: the statements that drive tasks, and those that consume generators. */
#include "generate.h"

static const char *result_name(const struct signature *s)
{
    return s->result ? s->result->name : "void";
}

static void open_brace(struct context *c, const char *before)
{
    line(c, "%s{", before);
    c->indent++;
}

static void close_brace(struct context *c)
{
    c->indent--;
    line(c, "}");
}

static void count_driver(struct context *c)
{
    if (c->where != IN_PLAIN)
        use(c, F_DRIVER_INSIDE);
}

/* A line that notes the result of a task that `how` runs. */
static void note_result(struct context *c, const struct signature *s, const char *how,
                        const char *task)
{
    const char *value = text("%s(%s)", how, task);
    if (s->result)
        note(c, loaded(s->result, value));
    else
        line(c, "%s;", value);
}

/* coro_resume or coro_destroy. */
static void by_some_thread(struct context *c, const char *what, const struct signature *s,
                           const char *task)
{
    if (c->where != IN_PLAIN || !choose(c, F_MOVED, 60)) {
        line(c, "coro_%s(%s);", what, task);
        return;
    }
    use(c, F_MOVED);
    line(c, "fuzz_elsewhere(fz_%s_%s, &%s);", what, result_name(s), task);
}

/* ---- One task -------------------------------------------------------------------------------------- */

/* A task in a variable. In a coroutine, which may be cancelled at each suspend, it is in a struct
 * whose cleanup destroys it. */
struct held {
    const struct signature *signature;
    const char *task;
    const char *full; /* NULL: no struct */
};

/* Opens one scope or two, which let_go() closes. */
static bool hold(struct context *c, struct held *h, bool any_result)
{
    const struct coroutine *f = callee(c, (struct wanted){.any_result = any_result, .kept = true});
    char *task = f ? call(c, f) : NULL;
    if (!task)
        return false;
    const char *T = result_name(f->signature), *name = new_name(c, "h");
    bool in_struct = c->where != IN_PLAIN || chance(40);
    open_brace(c, "");
    if (in_struct)
        line(c, "__attribute__((cleanup(fz_drop_%s))) struct fz_held_%s %s = {%s, true};", T, T,
             name, task);
    else
        line(c, "coro_task(%s) %s = %s;", T, name, task);
    *h = (struct held){f->signature, in_struct ? text("%s.task", name) : name,
                       in_struct ? text("%s.full", name) : NULL};
    if (c->program->failing || choose(c, F_FAILING, 25)) {
        use(c, F_FAILING);
        line(c, "fuzz_note(%u, coro_failed(%s));", fresh(c->program), h->task);
    }
    if (c->program->failing) {
        if (in_struct)
            line(c, "%s = !coro_failed(%s);", h->full, h->task);
        open_brace(c, text("if (!coro_failed(%s)) ", h->task));
    }
    return true;
}

/* is_gone: it was awaited or run. */
static void let_go(struct context *c, const struct held *h, bool is_gone)
{
    if (!is_gone && (!h->full || chance(40))) {
        if (h->full)
            line(c, "%s = false;", h->full);
        by_some_thread(c, "destroy", h->signature, h->task);
    }
    if (c->program->failing)
        close_brace(c);
    close_brace(c);
}

static void steps(struct context *c, const struct held *h, unsigned most, bool noted)
{
    const char *n = new_name(c, "n");
    open_brace(
        c, text("for (unsigned %s = 0; %s < %u && !coro_done(%s); %s++) ", n, n, most, h->task, n));
    by_some_thread(c, "resume", h->signature, h->task);
    if (noted)
        line(c, "fuzz_note(%u, %s);", fresh(c->program), n);
    if (c->where != IN_PLAIN && chance(40))
        line(c, "coro_suspend();");
    close_brace(c);
}

bool drive_run(struct context *c)
{
    const struct coroutine *f = callee(c, (struct wanted){.any_result = true});
    char *task = f ? call(c, f) : NULL;
    if (!task)
        return false;
    count_driver(c);
    if (!c->program->failing) {
        note_result(c, f->signature, "coro_run", task);
        return true;
    }
    const char *name = new_name(c, "t");
    line(c, "coro_task(%s) %s = %s;", result_name(f->signature), name, task);
    open_brace(c, text("if (!coro_failed(%s)) ", name));
    note_result(c, f->signature, "coro_run", name);
    close_brace(c);
    use(c, F_FAILING);
    return true;
}

bool drive_by_hand(struct context *c)
{
    struct held h;
    if (!hold(c, &h, true))
        return false;
    count_driver(c);
    steps(c, &h, chance(40) ? between(1, 12) : 10000, true);
    open_brace(c, text("if (coro_done(%s)) ", h.task));
    note_result(c, h.signature, "coro_result", h.task);
    if (chance(30))
        note_result(c, h.signature, "coro_result", h.task);
    close_brace(c);
    let_go(c, &h, false);
    return true;
}

/* One task after the other, each cancelled later than the one before. */
bool drive_cancelled(struct context *c)
{
    unsigned count = between(3, c->where == IN_PLAIN ? 14 : 4), stride = between(1, 3);
    const char *n = new_name(c, "n"), *k = new_name(c, "k");
    unsigned times = c->times, variables = c->variable_count;
    open_brace(c, text("for (unsigned %s = 0; %s < %u; %s++) ", n, n, count, n));
    c->times *= count;
    struct held h;
    bool made = hold(c, &h, true);
    if (made) {
        open_brace(c, text("for (unsigned %s = 0; %s < %s * %u && !coro_done(%s); %s++) ", k, k, n,
                           stride, h.task, k));
        by_some_thread(c, "resume", h.signature, h.task);
        close_brace(c);
        line(c, "fuzz_note(%u, coro_done(%s));", fresh(c->program), h.task);
        let_go(c, &h, false);
        count_driver(c);
    }
    close_brace(c);
    c->times = times;
    c->variable_count = variables;
    return made;
}

bool drive_never_started(struct context *c)
{
    struct held h;
    if (!hold(c, &h, true))
        return false;
    if (c->where != IN_PLAIN && chance(50))
        line(c, "coro_suspend();");
    let_go(c, &h, false);
    count_driver(c);
    return true;
}

bool await_later(struct context *c)
{
    struct held h;
    if (!hold(c, &h, false))
        return false;
    bool is_noted = chance(50);
    steps(c, &h, between(0, 5), is_noted);
    if (chance(30))
        line(c, "coro_suspend();");
    line(c, "%s = false;", h.full);
    note_result(c, h.signature, "coro_await", h.task);
    let_go(c, &h, true);
    return true;
}

bool await_variable(struct context *c)
{
    const struct coroutine *f = callee(c, (struct wanted){.kept = true});
    char *task = f ? call(c, f) : NULL;
    if (!task || c->program->failing)
        return false;
    const char *name = new_name(c, "t"), *T = result_name(f->signature);
    char *value = expression(c, 2);
    line(c, "coro_task(%s) %s = %s;", T, name, task);
    note(c, value);
    if (chance(40)) {
        const char *moved = new_name(c, "t");
        line(c, "struct {");
        line(c, "    int number;");
        line(c, "    coro_task(%s) task;", T);
        line(c, "} %s = {%u, %s};", moved, below(9), name);
        name = text("%s.task", moved);
    }
    note_result(c, f->signature, "coro_await", name);
    return true;
}

bool call_plain(struct context *c)
{
    struct program *p = c->program;
    unsigned first = p->plain_count ? below(p->plain_count) : 0;
    for (unsigned k = 0; k < p->plain_count; k++) {
        const struct plain *f = &p->plains[(first + k) % p->plain_count];
        if (f->part != c->part || c->cost + c->times * f->cost > c->limit ||
            (c->self && c->self->recursive && f->reaches))
            continue;
        c->cost += c->times * f->cost;
        char *value = simple(c);
        note(c, text("%s(%s)", f->name, value));
        return true;
    }
    return false;
}

bool trim(struct context *c)
{
    line(c, "coro_trim();");
    return true;
}

/* ---- Several tasks ----------------------------------------------------------------------------------- */

static char *number_one(struct context *c, const struct coroutine **f, const char *index)
{
    struct wanted w = {.any_result = chance(30), .kept = true};
    *f = callee(c, w);
    if (!*f)
        return NULL;
    c->mixed = index;
    char *task = call_directly(c, *f);
    if (task && chance(35)) {
        w.signature = (*f)->signature;
        const struct coroutine *g = callee(c, w);
        char *other = g ? call_directly(c, g) : NULL;
        if (other && g != *f)
            task = text("(%s & 1 ? %s : %s)", index, task, other);
        if (other && g != *f)
            use(c, F_INTERLEAVE_SEVERAL);
    }
    c->mixed = NULL;
    return task;
}

/* Calls that make task number `index`, of `count`. */
static char *numbered(struct context *c, const struct coroutine **f, const char *index,
                      unsigned count)
{
    unsigned kept = c->times;
    c->times *= count;
    char *task = number_one(c, f, index);
    c->times = kept;
    return task;
}

/* Fills an array, of which `live` are in use. */
static void fill(struct context *c, const char *array, const char *live, const char *k,
                 unsigned count, const char *task)
{
    open_brace(c, text("for (unsigned %s = 0; %s < %u; %s++) ", k, k, count, k));
    line(c, "%s[%s] = %s;", array, live, task);
    if (c->program->failing)
        line(c, "if (!coro_failed(%s[%s]))", array, live);
    line(c, "%s%s++;", c->program->failing ? "    " : "", live);
    if (chance(30))
        line(c, "fuzz_note(%u, %s);", fresh(c->program), live);
    close_brace(c);
}

static void take_out(struct context *c, const struct signature *s, const char *array,
                     const char *live, const char *at)
{
    open_brace(c, text("if (coro_done(%s[%s])) ", array, at));
    note_result(c, s, "coro_result", text("%s[%s]", array, at));
    by_some_thread(c, "destroy", s, text("%s[%s]", array, at));
    line(c, "%s[%s] = %s[--%s];", array, at, array, live);
    close_brace(c);
}

bool drive_many(struct context *c)
{
    unsigned count = between(2, 5);
    const struct coroutine *f;
    const char *k = new_name(c, "k"), *m = new_name(c, "m");
    char *task = numbered(c, &f, k, count);
    if (!task)
        return false;
    count_driver(c);
    const struct signature *s = f->signature;
    const char *T = result_name(s), *array = text("%s.task", m), *live = text("%s.count", m);
    open_brace(c, "");
    line(c, "__attribute__((cleanup(fz_drop_many_%s))) struct fz_many_%s %s = {.count = 0};", T, T,
         m);
    fill(c, array, live, k, count, task);
    const char *rounds = new_name(c, "n");
    line(c, "unsigned %s = %u;", rounds, chance(50) ? between(3, 20) : 10000);
    open_brace(c, text("while (%s > 0 && %s-- > 0) ", live, rounds));
    line(c, "unsigned %s = fz_random(&%s_random) %% %s;", k, c->program->prefix, live);
    by_some_thread(c, "resume", s, text("%s[%s]", array, k));
    take_out(c, s, array, live, k);
    if (c->where != IN_PLAIN && chance(40))
        line(c, "coro_suspend();");
    close_brace(c);
    if (c->where != IN_PLAIN && on(c, F_MANY_AWAITED)) {
        use(c, F_MANY_AWAITED);
        open_brace(c, text("while (%s > 0) ", live));
        note_result(c, s, "coro_await", text("%s[--%s]", array, live));
        close_brace(c);
    }
    close_brace(c);
    return true;
}

bool drive_in_turn(struct context *c)
{
    unsigned count = between(2, 6);
    const struct coroutine *f;
    const char *k = new_name(c, "k"), *t = new_name(c, "t");
    char *task = numbered(c, &f, k, count);
    if (!task)
        return false;
    const char *live = new_name(c, "n"), *rounds = new_name(c, "n");
    open_brace(c, "");
    line(c, "coro_task(%s) %s[%u];", result_name(f->signature), t, count);
    line(c, "unsigned %s = 0, %s = %u;", live, rounds, chance(40) ? between(1, 9) : 10000);
    fill(c, t, live, k, count, task);
    line(c, "while (%s > 0 && %s-- > 0)", live, rounds);
    open_brace(c, text("    for (unsigned %s = 0; %s < %s;) ", k, k, live));
    by_some_thread(c, "resume", f->signature, text("%s[%s]", t, k));
    take_out(c, f->signature, t, live, k);
    line(c, "else");
    line(c, "    %s++;", k);
    close_brace(c);
    line(c, "while (%s > 0)", live);
    line(c, "    coro_destroy(%s[--%s]);", t, live);
    close_brace(c);
    return true;
}

bool drive_globals(struct context *c)
{
    struct wanted w = {.any_result = true, .kept = true};
    const struct coroutine *f = callee(c, w);
    if (!f || c->program->failing)
        return false;
    w.signature = f->signature;
    const struct coroutine *g = callee(c, w);
    char *a = call_directly(c, f), *b = call_directly(c, g);
    if (!a || !b)
        return false;
    const char *name = text("%s_kept%u", c->program->prefix, fresh(c->program));
    append(&c->program->parts[c->part].tables, "static %scoro_task(%s) %s[2];\n",
           c->program->storage, result_name(f->signature), name);
    line(c, "%s[0] = %s;", name, a);
    line(c, "%s[1] = %s;", name, b);
    by_some_thread(c, "resume", f->signature, text("%s[0]", name));
    by_some_thread(c, "resume", f->signature, text("%s[1]", name));
    unsigned run = below(2);
    note_result(c, f->signature, "coro_run", text("%s[%u]", name, run));
    line(c, "coro_destroy(%s[%u]);", name, 1 - run);
    return true;
}

static void leave_sink(struct context *c, const char *index)
{
    use(c, F_INTERLEAVE_LEFT);
    line(c, "if (%s == %u)", index, below(8));
    if (chance(60)) {
        line(c, "    break;");
    } else if (c->label_count && on(c, F_GOTO_FORWARD)) {
        struct label *l = &c->labels[below(c->label_count)];
        l->used = true;
        line(c, "    goto %s;", l->name);
    } else {
        bool beside = c->beside;
        c->beside = true; /* an await here would suspend within coro_interleave */
        open_brace(c, "");
        leave(c);
        close_brace(c);
        c->beside = beside;
    }
}

bool drive_interleaved(struct context *c)
{
    if (c->program->failing)
        return false;
    unsigned count = between(1, c->where == IN_PLAIN ? 9 : 4);
    const char *i = new_name(c, "i"), *v = new_name(c, "v");
    const struct coroutine *f;
    char *task = numbered(c, &f, i, count);
    if (!task)
        return false;
    count_driver(c);
    const char *group = text("%u", between(1, count + 1)), *total = text("%u", count);
    if (choose(c, F_INTERLEAVE_ODD, 20)) {
        static const char *const groups[] = {"0", "CORO_MAX_GROUP + 1", "fuzz_opaque(3)"};
        use(c, F_INTERLEAVE_ODD);
        group = groups[below(3)];
        total = chance(30) ? "0" : text("fuzz_opaque(%s)", total);
    }
    line(c, "coro_interleave(%s, %s, %s, (%s), %s, {", group, total, i, task, v);
    c->indent++;
    line(c, "fuzz_note(%u, %s);", fresh(c->program), i);
    if (f->signature->result)
        note(c, loaded(f->signature->result, v));
    if (choose(c, F_INTERLEAVE_LEFT, 30))
        leave_sink(c, i);
    c->indent--;
    line(c, "});");
    return true;
}

/* How many are in flight, and so the order of the ends, is the call's to choose: nothing may depend
 * on it, so the tasks are quiet and their results are summed up. Many, that it finds a size. */
bool drive_interleaved_auto(struct context *c)
{
    const struct coroutine *f = callee(c, (struct wanted){.quiet = true, .kept = true});
    const unsigned room = (c->limit > c->cost ? 20 : 0) * c->limit;
    if (!f || c->program->failing || c->times * f->cost > room)
        return false;
    const char *i = new_name(c, "i"), *v = new_name(c, "v"), *sum = new_name(c, "v");
    unsigned most = room / (c->times * f->cost), count = between(1, most > 600 ? 600 : most);
    c->mixed = i;
    unsigned cost = c->cost;
    char *task = call_directly(c, f);
    c->cost = cost + 20 * c->times;
    c->mixed = NULL;
    count_driver(c);
    bool leaves = choose(c, F_INTERLEAVE_LEFT, 30);
    line(c, "uint64_t %s = 0;", sum);
    line(c, "coro_interleave(CORO_GROUP_AUTO, %u, %s, (%s), %s, {", count, i, task, v);
    if (leaves)
        line(c, "    if (%s == %u)\n            break;", i, below(count));
    else
        line(c, "    %s += fz_mixed(%s, %s, 0);", sum, i, loaded(f->signature->result, v));
    line(c, "});");
    note(c, sum);
    return true;
}

/* ---- Generators --------------------------------------------------------------------------------------- */

static void count_nested(struct context *c)
{
    if (c->where == IN_GENERATOR)
        use(c, F_GENERATOR_NESTED);
}

/* coro_for or coro_await_for */
static bool loop_over(struct context *c, const char *loop, enum feature left)
{
    if (c->program->failing)
        return false;
    const struct coroutine *f = callee(c, (struct wanted){.generator = true, .kept = true});
    char *made = f ? call(c, f) : NULL;
    if (!made)
        return false;
    count_nested(c);
    unsigned most = f->yields;
    const char *v = new_name(c, "v"), *n = NULL;
    if (most > 6 || chance(30)) {
        most = between(1, 5);
        n = new_name(c, "n");
        line(c, "unsigned %s = 0;", n);
    }
    struct scope s = scope_open(c);
    label_open(c);
    open_brace(c, text("%s (%s, %s) ", loop, v, made));
    variable_add(c, v, f->signature->result, 0, false, false);
    c->times *= most ? most : 1;
    c->can_break = c->can_continue = true;
    c->nesting++;
    if (n) {
        line(c, "if (%s++ == %u)", n, most);
        line(c, "    break;");
    }
    note(c, loaded(f->signature->result, v));
    if (chance(50) && jump_out(c, true))
        use(c, left);
    statements(c, between(0, 3));
    c->nesting--;
    close_brace(c);
    scope_close(c, s);
    label_close(c);
    return true;
}

bool await_for(struct context *c)
{
    return loop_over(c, "coro_await_for", F_AWAIT_FOR_LEFT);
}

bool for_plain(struct context *c)
{
    return loop_over(c, "coro_for", F_FOR_PLAIN_LEFT);
}

static bool next_by(struct context *c, const char *next)
{
    const struct coroutine *f = callee(c, (struct wanted){.generator = true, .kept = true});
    char *made = f ? call(c, f) : NULL;
    if (!made)
        return false;
    count_nested(c);
    const char *T = f->signature->result->name, *g = new_name(c, "g"), *v = new_name(c, "v"),
               *n = new_name(c, "n"), *more = new_name(c, "m");
    open_brace(c, "");
    line(c,
         "__attribute__((cleanup(fz_drop_values_%s))) struct fz_values_%s %s = {%s, true, false};",
         T, T, g, made);
    if (c->program->failing) {
        use(c, F_FAILING);
        line(c, "%s.full = !coro_failed(%s.generator);", g, g);
    }
    line(c, "%s %s = %s;", T, v, stored(f->signature->result, "0"));
    line(c, "bool %s = %s.full;", more, g);
    line(c, "for (unsigned %s = 0; %s < %u && %s;", n, n, between(0, 12), more);
    open_brace(c, text("     %s++, %s = %s && %s(%s.generator, &%s)) ", n, more, more, next, g, v));
    note(c, loaded(f->signature->result, v));
    if (c->where != IN_PLAIN && chance(40))
        line(c, "coro_suspend();");
    close_brace(c);
    if (chance(40)) {
        open_brace(c, text("if (%s && %s(%s.generator, &%s)) ", more, next, g, v));
        note(c, loaded(f->signature->result, v));
        close_brace(c);
    }
    close_brace(c);
    return true;
}

bool await_next(struct context *c)
{
    return next_by(c, "coro_await_next");
}

bool next_plain(struct context *c)
{
    return next_by(c, "coro_next");
}

/* A value of the generator that a parameter points to, unless somebody else waits for one or it has
 * ended: then it is busy for ever. */
bool consume_parameter(struct context *c)
{
    for (unsigned k = 0; k < c->self->signature->parameter_count; k++) {
        const struct parameter *p = &c->self->signature->parameters[k];
        if (p->kind != P_GENERATOR)
            continue;
        const char *v = new_name(c, "v");
        open_brace(c, text("if (!a%u->busy) ", k));
        line(c, "%s %s = %s;", p->type->name, v, stored(p->type, "1"));
        line(c, "a%u->busy = true;", k);
        line(c, "a%u->busy = !coro_await_next(a%u->generator, &%s);", k, k, v);
        note(c, loaded(p->type, v));
        close_brace(c);
        return true;
    }
    return false;
}
