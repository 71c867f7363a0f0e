// A program that never asks coro_failed() ends, whichever allocation fails, at the first use of the task:
// with one line that names the operation and its place, and abort(). What it has printed is not lost.
// RUN: %everywhere %s -DUNCHECKED | FileCheck %s
// RUN: env LEVELS='-O0;-O2' %everywhere %s -DUNCHECKED -DCORO_NO_POOL | FileCheck %s
#include "Inputs/workload.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static const char reason[] = "the task is NULL: the memory for its frame could not be had";

/* Whether that line of the workload has the operation in it. */
static bool is_place_of(const char *file, int line, const char *operation)
{
    char text[512] = "";
    FILE *f = fopen(file, "r");
    while (f && line-- > 0)
        if (!fgets(text, sizeof text, f))
            break;
    if (f)
        fclose(f);
    return strstr(text, operation) ||
           (!strcmp(operation, "coro_await_next") && strstr(text, "coro_await_for"));
}

static bool is_as_documented(char *message)
{
    char *end = strchr(message, '\n'), *colon = strchr(message, ':'), operation[32];
    int line;
    if (!end || end[1] || !colon || !strstr(message, reason) ||
        sscanf(colon, ":%d: %31[a-z_]:", &line, operation) != 2)
        return false;
    *colon = '\0';
    bool is = is_place_of(message, line, operation);
    *colon = ':';
    return is;
}

static size_t read_all(int from, char *text, size_t size)
{
    size_t length = 0;
    ssize_t got;
    while ((got = read(from, text + length, size - 1 - length)) > 0)
        length += (size_t)got;
    text[length] = '\0';
    close(from);
    return length;
}

static void child(int out, int err, long call)
{
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    faulty.fail_at = call;
    fputs("buffered", stdout);
    run_parts();
    _exit(0);
}

/* Runs the program with that call failing. */
static void fail_at(long call)
{
    int out[2], err[2], status;
    if (pipe(out) || pipe(err))
        abort();
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0)
        child(out[1], err[1], call);
    close(out[1]), close(err[1]);
    char printed[64], message[1024];
    read_all(out[0], printed, sizeof printed);
    read_all(err[0], message, sizeof message);
    waitpid(pid, &status, 0);
    if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT)
        printf("call %ld: status %x\n", call, (unsigned)status);
    if (strcmp(printed, "buffered"))
        printf("call %ld: printed '%s'\n", call, printed);
    if (!is_as_documented(message))
        printf("call %ld: '%s'\n", call, message);
}

int main(void)
{
    use_faulty();
    // CHECK: missing 0, frames 0, scopes 0
    printf("missing %d, frames %ld, scopes %d\n", run_parts(), faulty.held, open_scopes);
    long calls = faulty.asked;
    for (long n = 1; n <= calls; n++)
        fail_at(n);
    // CHECK-NEXT: at least 10 calls 1
    printf("at least 10 calls %d\n", calls >= 10);
    // CHECK-NOT: {{.}}
    return 0;
}
