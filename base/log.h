/* Process log: one logfmt line an event on stderr. The message is constant, the context comes
 * first, values are keyed. log_info("turn", "batch written", "rows=%u ms=%u", rows, ms) Fields
 * marked personal in the model have no printable type here on purpose: never pass words a caller
 * said. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* Lines below `level` are dropped. Default LOG_INFO. */
void log_level_set(enum log_level level);

void log_line(enum log_level level, const char *context, const char *message, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

#define log_debug(context, message, ...) log_line(LOG_DEBUG, context, message, __VA_ARGS__)
#define log_info(context, message, ...) log_line(LOG_INFO, context, message, __VA_ARGS__)
#define log_warn(context, message, ...) log_line(LOG_WARN, context, message, __VA_ARGS__)
#define log_error(context, message, ...) log_line(LOG_ERROR, context, message, __VA_ARGS__)

#endif
