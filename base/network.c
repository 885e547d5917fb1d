#include "base/network.h"

#include <arpa/inet.h>
#include <string.h>

struct str network_of(struct str address, uint8_t bytes[16])
{
    char text[INET6_ADDRSTRLEN] = "";
    struct in6_addr in;
    if (address.len == 0 || address.len >= sizeof(text)) {
        return address;
    }
    memcpy(text, address.at, address.len);
    if (inet_pton(AF_INET6, text, &in) != 1 || IN6_IS_ADDR_V4MAPPED(&in)) {
        return address;
    }
    memcpy(bytes, in.s6_addr, 16);
    return (struct str){ (const char *)bytes, 8 };
}
