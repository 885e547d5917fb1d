/* What the files of the cardboard world share: fake_server.c (its doors), fake_world.c (what it
 * answers), fake_script.c (what a test makes happen in it). */
#ifndef TESTS_WS_FAKE_H
#define TESTS_WS_FAKE_H

#include "base/buf.h"
#include "ws/gateway.h"

#define USERS_MAX 64
#define IDS_MAX 4096
#define GATEWAYS_MAX 4

struct fake_user {
    char name[32];
    struct door_rights rights;
};

struct fake_id {
    char id[65];
    uint64_t seq;
};

struct fake {
    struct conf conf;
    struct gateway *gateways[GATEWAYS_MAX];
    struct door doors[GATEWAYS_MAX];
    unsigned count;
    unsigned next_gateway;
    struct ring *ring;
    int wake_fd;
    int listen_fd;
    uint64_t seq;
    struct fake_user users[USERS_MAX];
    size_t user_count;
    struct fake_id ids[IDS_MAX];
    size_t id_count;
    uint64_t fixes, commands, reads, checks;
    _Atomic uint32_t ended;
    struct door_fix last;
    bool answer_first;
    bool hold;
    size_t snapshot_bytes;
    struct buf held; /* answers: length, gateway, bytes */
};

void fake_poke(int fd);
void fake_push(struct door_way *way, const void *head, size_t head_len, const void *rest,
               size_t rest_len);
void fake_hash_of(uint64_t seq, uint8_t hash8[8]);
void fake_put(struct fake *k, const struct ring_tags *tags, const char *at, size_t len);
void fake_put_row(struct fake *k);
const struct fake_user *fake_user_find(const struct fake *k, struct str name);
void fake_on_read(struct fake *k, struct door_way *way, const struct door_read_ask *ask);
void fake_on_auth(struct fake *k, struct door_way *way, const struct door_auth_ask *ask);
void fake_on_command(struct fake *k, const struct door_command *c);
void fake_on_fixes(struct fake *k, const struct door_positions *p);
void fake_do_line(struct fake *k, const char *text);

#endif
