// The part of the consumer that is not C.
extern "C" const int scale;
const int scale = 2;
