/* must(x): an assertion about our own code that stays on in production.
 * A failed one is a bug: the process prints where, calls the panic hook (the server prints the
 * turn) and aborts. Never used for the state of the world or for bad input: those have `enum err`
 * and refusals. */
#ifndef BASE_MUST_H
#define BASE_MUST_H

#define MUST_USE __attribute__((warn_unused_result))

typedef void must_hook_fn(void *arg);

/* Sets the function that prints what the process was doing when a must() failed. NULL removes it.
 */
void must_hook_set(must_hook_fn *hook, void *arg);

_Noreturn void must_fail(const char *file, int line, const char *func, const char *what);

#define must(x) ((x) ? (void)0 : must_fail(__FILE__, __LINE__, __func__, #x))

#endif
