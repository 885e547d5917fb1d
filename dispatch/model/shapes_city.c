/* What a city file looks like. */
#include "dispatch/model/city.h"

static const struct field city_ring_fields[] = {
    FIELD(city_ring, points, F_POINTS, .limit = 100000, .need = true),
    FIELD(city_ring, hole, F_BOOL),
};
SHAPE(city_ring);

static const struct field city_zone_fields[] = {
    FIELD(city_zone, code, F_STR, .limit = 31, .need = true),
    FIELD(city_zone, name_zh, F_STR, .limit = 63, .need = true),
    FIELD(city_zone, name_en, F_STR, .limit = 63),
    FIELD(city_zone, kind, F_WORD_ONE, .words = &zone_kind_words, .need = true),
    FIELD(city_zone, parent, F_STR, .limit = 31),
    FIELD(city_zone, rings, F_LIST, .sub = &city_ring_shape, .limit = 256),
};
SHAPE(city_zone);

static const struct field city_unit_fields[] = {
    FIELD(city_unit, callsign, F_STR, .limit = 31, .need = true),
    FIELD(city_unit, police_type, F_WORD_ONE, .words = &police_type_words, .need = true),
    FIELD(city_unit, capabilities, F_STRS, .limit = 64, .limit2 = 31),
    FIELD(city_unit, zone, F_STR, .limit = 31),
    FIELD(city_unit, lon, F_DEG, .need = true),
    FIELD(city_unit, lat, F_DEG, .need = true),
    FIELD(city_unit, voice_only, F_BOOL),
    FIELD(city_unit, phone, F_STR, .limit = 31),
    FIELD(city_unit, radio, F_STR, .limit = 31),
};
SHAPE(city_unit);

static const struct field city_type_fields[] = {
    FIELD(city_type, code, F_STR, .limit = 15, .need = true),
    FIELD(city_type, name_zh, F_STR, .limit = 63, .need = true),
    FIELD(city_type, name_en, F_STR, .limit = 63),
    FIELD(city_type, priority, F_UINT, .limit = 9),
    FIELD(city_type, feedback, F_BOOL),
    FIELD(city_type, sensitive, F_BOOL),
    FIELD(city_type, scene_min, F_UINT, .limit = 1440),
};
SHAPE(city_type);

static const struct field city_place_fields[] = {
    FIELD(city_place, name_zh, F_STR, .limit = 63, .need = true),
    FIELD(city_place, name_en, F_STR, .limit = 63),
    FIELD(city_place, flags, F_BITS, .words = &place_flag_words),
    FIELD(city_place, lon, F_DEG, .need = true),
    FIELD(city_place, lat, F_DEG, .need = true),
    FIELD(city_place, radius_m, F_UINT, .limit = 100000),
};
SHAPE(city_place);

static const struct field city_seat_fields[] = {
    FIELD(city_seat, code, F_STR, .limit = 31, .need = true),
    FIELD(city_seat, name_zh, F_STR, .limit = 63, .need = true),
    FIELD(city_seat, name_en, F_STR, .limit = 63),
    FIELD(city_seat, commander, F_BOOL),
    FIELD(city_seat, zones, F_STRS, .limit = 16, .limit2 = 31),
    FIELD(city_seat, channels, F_BITS, .words = &channel_words),
    FIELD(city_seat, tiers, F_BITS, .words = &tier_words),
};
SHAPE(city_seat);

static const struct field city_circle_fields[] = {
    FIELD(city_circle, code, F_STR, .limit = 31, .need = true),
    FIELD(city_circle, name_zh, F_STR, .limit = 63, .need = true),
    FIELD(city_circle, name_en, F_STR, .limit = 63),
    FIELD(city_circle, lon, F_DEG, .need = true),
    FIELD(city_circle, lat, F_DEG, .need = true),
    FIELD(city_circle, minutes, F_UINT, .limit = CIRCLE_MINUTES_MAX, .need = true),
    FIELD(city_circle, police_type, F_WORD, .words = &police_type_words),
};
SHAPE(city_circle);

static const struct field city_offset_fields[] = {
    FIELD(city_offset, from, F_INSTANT),
    FIELD(city_offset, offset_min, F_INT, .limit = 1439, .need = true),
};
SHAPE(city_offset);

static const struct field city_fields[] = {
    FIELD(city, name, F_STR, .limit = 63, .need = true),
    FIELD(city, name_en, F_STR, .limit = 63),
    FIELD(city, offsets, F_LIST, .sub = &city_offset_shape, .limit = 256, .need = true),
    FIELD(city, capabilities, F_STRS, .limit = CAPABILITIES_MAX, .limit2 = 31),
    FIELD(city, zones, F_LIST, .sub = &city_zone_shape, .limit = 65535),
    FIELD(city, units, F_LIST, .sub = &city_unit_shape, .limit = 2000000),
    FIELD(city, types, F_LIST, .sub = &city_type_shape, .limit = 65535),
    FIELD(city, places, F_LIST, .sub = &city_place_shape, .limit = 65535),
    FIELD(city, seats, F_LIST, .sub = &city_seat_shape, .limit = 128),
    FIELD(city, circles, F_LIST, .sub = &city_circle_shape, .limit = CIRCLES_MAX),
    FIELD(city, zone_reach_m, F_UINT, .limit = 20000),
};
SHAPE(city);
