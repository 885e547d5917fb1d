/* The whole server: boot, run, stop.
 *   recover both worlds → take the lease (a standby keeps reading the log while it waits) → the
 * rows that came meanwhile → start view, auth, archive, gateways → listen → turns until a signal →
 * stop listening, let the log finish, close. */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include "base/conf.h"
#include "base/fault.h"

/* Runs until SIGTERM or SIGINT, or until another server has taken the log. Returns the process's
 * exit status. */
int server_run(const struct conf *conf);

#endif
