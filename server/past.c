#include "server/past.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/must.h"
#include "dispatch/codec/pack.h"
#include "server/wake.h"

size_t past_command_len(const struct door_command *ask)
{
    return sizeof(*ask) + ask->id_len + ask->principal_len + ask->terminal_len + ask->body_len;
}

bool past_push(const struct door_way *way, const struct past_record *head,
               const struct door_command *ask, const struct incident *image)
{
    struct past_record h = *head;
    struct buf b;
    bool wake = false;
    buf_init(&b);
    h.command_len = (uint32_t)past_command_len(ask);
    buf_add(&b, &h, sizeof(h));
    buf_add(&b, ask, h.command_len);
    if (image != NULL) {
        pack_struct(&b, &incident_shape, image);
    }
    bool sent = buf_ok(&b);
    if (sent) {
        h.image_len = (uint32_t)(b.len - sizeof(h) - h.command_len);
        memcpy(b.at, &h, sizeof(h));
        sent = queue_push(way->queue, b.at, b.len, &wake);
    }
    buf_fini(&b);
    if (wake) {
        wake_up(way->wake_fd);
    }
    return sent;
}

enum past past_read(const void *record, size_t len, const struct door_command **ask,
                    struct incident *image)
{
    const struct past_record *h = record;
    const char *at = (const char *)(h + 1);
    size_t pos = 0;
    must(len >= sizeof(*h) && len == sizeof(*h) + h->command_len + h->image_len);
    *ask = (const struct door_command *)(const void *)at;
    must(h->command_len == past_command_len(*ask));
    if (h->image_len == 0) {
        return h->later != 0 ? PAST_LATER : h->taken != 0 ? PAST_TAKEN : PAST_NONE;
    }
    struct str bytes = { at + h->command_len, h->image_len };
    must(unpack_struct(&incident_shape, bytes, &pos, NULL, image, NULL) == OK);
    return PAST_FOUND;
}
