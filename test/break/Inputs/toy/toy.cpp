// What the test of ./dev break breaks: prints the n-th of some primes, and once more where asked to; n
// comes from the input where there are three arguments and it says one.
#include <cstdio>
#include <cstdlib>

static const int Primes[] = {2, 3, 5, 7};

static bool isPlace(const int *N)
{
    return *N >= 0 && *N < 4;
}

static const int *primeAt(int N)
{
    if (!isPlace(&N))
        return nullptr;
    return &Primes[N];
}

int main(int Count, char **Arguments)
{
    if (Count < 2)
        return 2;
    int N = std::atoi(Arguments[1]);
    if (Count > 3)
        Count = 1 + std::scanf("%d", &N);
    const int *Prime = primeAt(N);
    if (Prime == nullptr)
        return 1;
    std::printf("%d\n", *Prime);
    std::fflush(stdout);
    for (bool Again = Count > 2; Again;) {
        std::printf("%d\n", *Prime);
        if (Count > 2)
            break;
    }
    return 0;
}
