#include "server/internal.h"

#include "base/buf.h"
#include "base/must.h"
#include "dispatch/codec/pack.h"
#include "server/wake.h"

bool internal_push(const struct door_way *way, enum command_type type, const void *as)
{
    struct internal_record head = { .type = type };
    struct buf b;
    bool wake = false;
    must(command_roles(type) == 0);
    buf_init(&b);
    buf_add(&b, &head, sizeof(head));
    pack_struct(&b, command_infos[type].shape, as);
    head.body_len = (uint32_t)(b.len - sizeof(head));
    bool sent = buf_ok(&b);
    if (sent) {
        memcpy(b.at, &head, sizeof(head));
        sent = queue_push(way->queue, b.at, b.len, &wake);
    }
    buf_fini(&b);
    if (wake) {
        wake_up(way->wake_fd);
    }
    return sent;
}

void internal_read(const void *record, size_t len, struct arena *arena, struct command *out)
{
    struct internal_record head;
    size_t pos = 0;
    must(len >= sizeof(head));
    memcpy(&head, record, sizeof(head));
    must(head.type > COMMAND_NONE && head.type < COMMAND_TYPE_COUNT);
    must(len == sizeof(head) + head.body_len);
    *out = (struct command){ .type = (enum command_type)head.type,
                             .principal = STR("system"),
                             .id = STR("inside") };
    struct str body = { (const char *)record + sizeof(head), head.body_len };
    must(unpack_struct(command_infos[out->type].shape, body, &pos, arena, &out->as, NULL) == OK);
}
