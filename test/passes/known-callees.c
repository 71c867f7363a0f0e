// What a function pointer is seen to point to, whatever it has come through, and where that can't be told.
// clang itself compares the remarks with what stands here: each has to come, and no other one.
// RUN: %cc -O2 -w -Xclang -verify -c %s -o %t.o -Rpass=coro-inline -Rpass-missed=coro-inline
// The same where variables are values already, and one that was not stored to is undefined:
// RUN: %c-to-ir -w %s | %opt -passes="function(mem2reg),coro-prepare,coro-inline" -pass-remarks=coro-inline -pass-remarks-missed=coro-inline -disable-output 2>&1 | FileCheck %s
// A variable that the loader stores to:
// RUN: %c-to-ir -w %s | sed 's/^@shared = internal/& externally_initialized/' | %opt -passes=coro-prepare,coro-inline -pass-remarks-missed=coro-inline -disable-output 2>&1 | FileCheck %s --check-prefix=LOADER
#include <coroinline/coro.h>

typedef coro_task(int) step(int);
#define STEP(name)                                                                                 \
    static coro_task(int) name(int n)                                                              \
    {                                                                                              \
        coro_begin(int);                                                                           \
        coro_suspend();                                                                            \
        coro_return(n);                                                                            \
    }
STEP(a)
STEP(b)
STEP(other)

// A pointer to a, or something that is not to be overlooked.
#define OR_A(f) (n ? a : (f))(n)

struct ops {
    long number;
    step *get, *put;
    struct {
        step *check;
    } more;
};
static const struct ops constant = {1, a, b, {a}};
void use(void *);

// ---- Variables of the function ----

coro_task(int) local(int n)
{
    coro_begin(int);
    step *f = a;
    coro_await(f(n)); // expected-remark {{'a' inlined into 'local'}}
}

// CHECK: 'a' inlined into 'local'
// CHECK-NEXT: 'a' inlined into 'never_stored'
coro_task(int) never_stored(int n)
{
    coro_begin(int);
    step *f;
    if (n)
        f = a;
    coro_await(f(n)); // expected-remark {{'a' inlined into 'never_stored'}}
}

// CHECK-NEXT: '{{[ab]}}' inlined into 'maybe_loaded'
// CHECK-NEXT: '{{[ab]}}' inlined into 'maybe_loaded'
static step *const both[] = {a, b};
coro_task(int) maybe_loaded(int n)
{
    coro_begin(int);
    step *f;
    switch (n) {
    case 1:
        f = both[0];
        break;
    case 2:
        f = both[1];
    }
    // expected-remark@+2 {{'a' inlined into 'maybe_loaded'}}
    // expected-remark@+1 {{'b' inlined into 'maybe_loaded'}}
    coro_await(f(n));
}

// CHECK-NEXT: 'a' inlined into 'null_at_first'
coro_task(int) null_at_first(int n)
{
    coro_begin(int);
    step *f = NULL;
    if (n)
        f = a;
    coro_await(f(n)); // expected-remark {{'a' inlined into 'null_at_first'}}
}

coro_task(int) members(int n)
{
    coro_begin(int);
    struct ops o;
    o.number = n;
    o.get = other;
    o.put = a;
    o.more.check = other;
    coro_await(o.put(n)); // expected-remark {{'a' inlined into 'members'}}
}

coro_task(int) zeroed(int n)
{
    coro_begin(int);
    struct ops o = {0};
    o.get = a;
    coro_await(o.get(n)); // expected-remark {{'a' inlined into 'zeroed'}}
}

coro_task(int) copied(int n)
{
    coro_begin(int);
    struct ops o = constant, copy = o;
    use(&copy);
    coro_await(o.get(n)); // expected-remark {{'a' inlined into 'copied'}}
}

coro_task(int) copy_of_a_copy(int n)
{
    coro_begin(int);
    struct ops o = constant, copy = o;
    // expected-remark@+2 {{'a' inlined into 'copy_of_a_copy'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(OR_A(copy.get));
}

coro_task(int) copied_from_elsewhere(const struct ops *from, int n)
{
    coro_begin(int);
    struct ops o = *from;
    // expected-remark@+2 {{'a' inlined into 'copied_from_elsewhere'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(OR_A(o.get));
}

static struct ops variable = {1, a, b, {a}};
coro_task(int) copied_from_a_variable(int n)
{
    coro_begin(int);
    struct ops o = variable;
    variable.get = other;
    // expected-remark@+2 {{'a' inlined into 'copied_from_a_variable'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(OR_A(o.get));
}

extern const struct ops elsewhere;
coro_task(int) copied_from_another_file(int n)
{
    coro_begin(int);
    struct ops o = elsewhere;
    // expected-remark@+2 {{'a' inlined into 'copied_from_another_file'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(OR_A(o.get));
}

struct outer {
    long number;
    struct ops inner;
};
coro_task(int) copied_into_a_part(int n)
{
    coro_begin(int);
    struct outer o;
    o.inner = constant;
    // expected-remark@+2 {{'a' inlined into 'copied_into_a_part'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(OR_A(o.inner.get));
}

coro_task(int) address_kept(int n)
{
    coro_begin(int);
    step *f = a, **address = &f;
    // expected-remark@+2 {{'a' inlined into 'address_kept'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(OR_A(f));
    *address = b;
}

coro_task(int) address_given_away(int n)
{
    coro_begin(int);
    step *f = a;
    use(&f);
    coro_await(f(n)); // expected-remark {{not known here}}
}

coro_task(int) in_an_array(int n)
{
    coro_begin(int);
    step *all[3];
    all[0] = a;
    all[1] = b;
    coro_await(all[1](n)); // expected-remark {{'b' inlined into 'in_an_array'}}
    coro_await(all[n](n)); // expected-remark {{not known here}}
}

coro_task(int) stored_anywhere(int n)
{
    coro_begin(int);
    step *all[3];
    all[0] = a;
    all[n] = b;
    // expected-remark@+2 {{'a' inlined into 'stored_anywhere'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(all[0](n));
}

coro_task(int) stored_before_it(int n)
{
    coro_begin(int);
    step *all[3];
    all[0] = a;
    all[-1] = b;
    // expected-remark@+2 {{'a' inlined into 'stored_before_it'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(all[0](n));
}

coro_task(int) overwritten_in_part(int n)
{
    coro_begin(int);
    union {
        step *f;
        char bytes[8];
    } u;
    u.f = a;
    u.bytes[4] = n;
    // expected-remark@+2 {{'a' inlined into 'overwritten_in_part'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(u.f(n));
}

coro_task(int) overwritten_as_another_type(int n)
{
    coro_begin(int);
    union {
        step *f;
        long number;
    } u;
    u.f = a;
    u.number = n;
    // expected-remark@+2 {{'a' inlined into 'overwritten_as_another_type'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(OR_A(u.f));
}

#define TEN(s) s s s s s s s s s s
coro_task(int) used_a_thousand_times(int n)
{
    coro_begin(int);
    step *f = a;
    TEN(TEN(TEN(if (f) n++;)))
    // expected-remark@+2 {{'a' inlined into 'used_a_thousand_times'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(OR_A(f));
}

// ---- Variables of the file ----

static step *shared = a, *odd = (step *)0x1000;
void change(void)
{
    shared = b;
    odd = a;
}
// LOADER: an awaited task not inlined into 'of_this_file': its coroutine is not known here
coro_task(int) of_this_file(int n)
{
    coro_begin(int);
    // expected-remark@+2 {{'a' inlined into 'of_this_file'}}
    // expected-remark@+1 {{'b' inlined into 'of_this_file'}}
    coro_await(shared(n));
}

step *visible = a;
extern step *undefined;
extern step *const constant_elsewhere;
coro_task(int) of_any_file(int n)
{
    coro_begin(int);
    // expected-remark@+2 {{'a' inlined into 'of_any_file'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(OR_A(visible));
    // expected-remark@+2 {{'a' inlined into 'of_any_file'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(OR_A(undefined));
    // expected-remark@+2 {{'a' inlined into 'of_any_file'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(OR_A(constant_elsewhere));
}

static step *kept = a, **keeper = &kept;
coro_task(int) address_in_another(int n)
{
    coro_begin(int);
    use(keeper);
    // expected-remark@+2 {{'a' inlined into 'address_in_another'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(kept(n));
}

static step *array[2] = {a, b};
static struct {
    step *f;
} wrapped = {a};
coro_task(int) not_looked_into(int n)
{
    coro_begin(int);
    // expected-remark@+2 {{'a' inlined into 'not_looked_into'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(OR_A(variable.put));
    // expected-remark@+2 {{'a' inlined into 'not_looked_into'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(OR_A(array[n]));
    // expected-remark@+2 {{'a' inlined into 'not_looked_into'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(OR_A(wrapped.f));
    // expected-remark@+2 {{'a' inlined into 'not_looked_into'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(OR_A(odd));
}

// ---- Tables ----

static step *const table[] = {a, b, NULL};
static step *const with_a_number[] = {a, (step *)0x1000};
static step *const large[1200] = {[0 ... 1199] = a};
static step *const empty[1200] = {[1199] = a};
coro_task(int) tables(int n)
{
    coro_begin(int);
    // expected-remark@+2 {{'a' inlined into 'tables'}}
    // expected-remark@+1 {{'b' inlined into 'tables'}}
    coro_await(table[n](n));
    coro_await(table[1](n)); // expected-remark {{'b' inlined into 'tables'}}
    // expected-remark@+2 {{'a' inlined into 'tables'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(with_a_number[n](n));
    // expected-remark@+2 {{'a' inlined into 'tables'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(large[n](n));
    // expected-remark@+2 {{'a' inlined into 'tables'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(OR_A(empty[n]));
    // expected-remark@+2 {{'a' inlined into 'tables'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(OR_A(*(step *const *)((char *)table + 4)));
}

coro_task(int) structs(const struct ops *unknown, int n)
{
    coro_begin(int);
    const struct ops *o = &constant;
    coro_await(o->put(n));        // expected-remark {{'b' inlined into 'structs'}}
    coro_await(o->more.check(n)); // expected-remark {{'a' inlined into 'structs'}}
    // expected-remark@+2 {{'a' inlined into 'structs'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(OR_A(unknown->put));
    // expected-remark@+2 {{'a' inlined into 'structs'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(OR_A(o[-1].put));
}

static const struct {
    step *f[2];
} rows[] = {{{a, b}}, {{b, a}}};
coro_task(int) rows_of_a_table(int i, int j)
{
    coro_begin(int);
    step *const *row = rows[i].f;
    // expected-remark@+2 {{'a' inlined into 'rows_of_a_table'}}
    // expected-remark@+1 {{'b' inlined into 'rows_of_a_table'}}
    coro_await(row[j](i));
}

// ---- Parameters ----

static coro_task(int) apply(step *f, int n)
{
    coro_begin(int);
    // expected-remark@+2 {{'a' inlined into 'apply'}}
    // expected-remark@+1 {{'b' inlined into 'apply'}}
    coro_await(f(n));
    f = n ? f : f;
    // expected-remark@+2 {{'a' inlined into 'apply'}}
    // expected-remark@+1 {{'b' inlined into 'apply'}}
    coro_await(f(n));
}
coro_task(int) called_by_any(step *f, int n)
{
    coro_begin(int);
    // expected-remark@+2 {{'a' inlined into 'called_by_any'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(OR_A(f));
}
static coro_task(int) called_through_a_pointer(step *f, int n)
{
    coro_begin(int);
    // expected-remark@+2 {{'a' inlined into 'called_through_a_pointer'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(f(n));
}
static coro_task(int) handed_on(step *f, int n)
{
    coro_begin(int);
    // expected-remark@+2 {{'a' inlined into 'handed_on'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(f(n));
}
static coro_task(int) called_with_other_types(step *f, int n)
{
    coro_begin(int);
    // expected-remark@+2 {{'a' inlined into 'called_with_other_types'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(OR_A(f));
}
static coro_task(int) called_with_anything(step *f, int n)
{
    coro_begin(int);
    // expected-remark@+2 {{'a' inlined into 'called_with_anything'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(f(n));
}
coro_task(int) (*address_taken)(step *, int) = called_through_a_pointer;
void drive(step *unknown)
{
    coro_run(apply(a, 1));
    coro_run(apply(b, 1));
    coro_run(called_through_a_pointer(a, 1));
    use((void *)handed_on);
    coro_run(handed_on(a, 1));
    coro_run(((coro_task(int)(*)(step *, long))called_with_other_types)(a, 1));
    coro_run(called_with_anything(unknown, 1));
    coro_run(called_with_anything(a, 1));
}

// ---- Anything else ----

static coro_task(int) alias_of_a(int) __attribute__((alias("a")));
coro_task(int) weak_alias(int) __attribute__((weak, alias("a")));
step *chosen(void);
extern long data[];
static CORO_NOINLINE coro_task(int) of_two(int n, int m)
{
    coro_begin(int);
}
static __attribute__((preserve_most)) coro_task(int) of_another_convention(int n)
{
    coro_begin(int);
}
coro_task(int) odd_ones(long number, int n)
{
    coro_begin(int);
    step *alias = alias_of_a;
    coro_await(alias(n)); // expected-remark {{'a' inlined into 'odd_ones'}}
    step *weak = weak_alias;
    // expected-remark@+2 {{'a' inlined into 'odd_ones'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(OR_A(weak));
    // expected-remark@+2 {{'a' inlined into 'odd_ones'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(OR_A(chosen()));
    // expected-remark@+2 {{'a' inlined into 'odd_ones'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(OR_A((step *)number));
    // expected-remark@+2 {{'a' inlined into 'odd_ones'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(OR_A((step *)((char *)b + 4)));
    coro_await(OR_A((step *)((char *)a + 4))); // expected-remark {{not known here}}
    // expected-remark@+2 {{'a' inlined into 'odd_ones'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(OR_A((step *)data));
    // expected-remark@+2 {{'a' inlined into 'odd_ones'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(OR_A(*(step **)a));
    coro_await((n ? a : (step *)of_two)(n));     // expected-remark {{not known here}}
    coro_await((n ? a : (step *)of_another_convention)(n)); // expected-remark {{not known here}}
    step *volatile changing = a;
    // expected-remark@+2 {{'a' inlined into 'odd_ones'}}
    // expected-remark@+1 {{none of the coroutines that its pointer is known to point to}}
    coro_await(OR_A(changing));
}
