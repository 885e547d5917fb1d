-- What of an OpenStreetMap extract stands on the base map, and from which zoom on. Written for tilemaker 2.2 (Debian);
-- tools/basemap runs it. Layers: area, water, waterway, building, road, boundary, place, poi. A name is kept as it is
-- (name), in Chinese (name_zh) and in English (name_en); the last two only where they say something else.

node_keys = { "place", "amenity", "railway", "public_transport", "office", "tourism", "addr:housenumber" }

-- highway = class, first zoom, first zoom of its name
local roads = {
    motorway = { "motorway", 5, 11 },
    motorway_link = { "motorway_link", 11, 14 },
    trunk = { "trunk", 6, 11 },
    trunk_link = { "trunk_link", 11, 14 },
    primary = { "primary", 8, 11 },
    primary_link = { "primary_link", 12, 14 },
    secondary = { "secondary", 9, 12 },
    secondary_link = { "secondary_link", 12, 14 },
    tertiary = { "tertiary", 11, 12 },
    tertiary_link = { "tertiary_link", 13, 14 },
    unclassified = { "minor", 12, 13 },
    residential = { "minor", 12, 13 },
    living_street = { "minor", 12, 13 },
    road = { "minor", 12, 13 },
    pedestrian = { "pedestrian", 12, 13 },
    service = { "service", 13, 14 },
    track = { "track", 13, 14 },
    footway = { "path", 14, 14 },
    path = { "path", 14, 14 },
    cycleway = { "path", 14, 14 },
    bridleway = { "path", 14, 14 },
    steps = { "path", 14, 14 },
}

local rails = { rail = 9, light_rail = 11, subway = 11, tram = 12, monorail = 12, narrow_gauge = 11 }

-- Kinds of ground, by key and value of the tag.
local grounds = {
    landuse = {
        residential = "residential",
        commercial = "commercial",
        retail = "commercial",
        industrial = "industrial",
        railway = "industrial",
        forest = "wood",
        grass = "green",
        meadow = "green",
        village_green = "green",
        recreation_ground = "green",
        cemetery = "green",
        farmland = "farm",
        orchard = "farm",
        military = "closed",
    },
    leisure = {
        park = "park",
        garden = "park",
        nature_reserve = "park",
        golf_course = "park",
        playground = "park",
        pitch = "sport",
        stadium = "sport",
        sports_centre = "sport",
    },
    natural = { wood = "wood", scrub = "green", grassland = "green", heath = "green", beach = "sand", sand = "sand", wetland = "green" },
    amenity = {
        school = "school",
        kindergarten = "school",
        college = "school",
        university = "school",
        hospital = "hospital",
        parking = "parking",
    },
    aeroway = { aerodrome = "airport", apron = "airport" },
    place = { island = "island", islet = "island" },
}

local waters = {
    natural = { water = true, bay = true },
    landuse = { reservoir = true, basin = true },
    waterway = { riverbank = true, dock = true },
}

-- Width tells the class of a stream; its first zoom goes with it.
local streams = { river = 8, canal = 10, stream = 13, ditch = 14, drain = 14 }

local places = {
    city = 5,
    town = 8,
    borough = 9,
    district = 9,
    suburb = 10,
    village = 11,
    quarter = 11,
    island = 11,
    neighbourhood = 13,
    hamlet = 13,
    locality = 13,
}

-- Where people are sent to, and what callers name when they say where they are.
local pois = {
    amenity = {
        police = 11,
        fire_station = 12,
        hospital = 12,
        clinic = 14,
        university = 12,
        college = 13,
        school = 13,
        kindergarten = 14,
        townhall = 12,
        courthouse = 13,
        prison = 13,
        bus_station = 13,
        ferry_terminal = 13,
        fuel = 14,
        bank = 14,
        marketplace = 14,
        theatre = 14,
        cinema = 14,
        library = 14,
        place_of_worship = 14,
    },
    railway = { station = 11, halt = 13, subway_entrance = 14 },
    public_transport = { station = 12 },
    office = { government = 13 },
    tourism = { attraction = 13, museum = 14, hotel = 14, zoo = 13 },
    leisure = { stadium = 12, park = 13 },
    shop = { mall = 13, supermarket = 14 },
    aeroway = { aerodrome = 10, terminal = 12 },
}

local function names(object, from)
    local name = object:Find("name")
    local zh = object:Find("name:zh")
    local en = object:Find("name:en")
    if zh == "" then
        zh = object:Find("name:zh-Hans")
    end
    if name == "" then
        name = zh ~= "" and zh or en
    end
    if name == "" then
        return
    end
    object:Attribute("name", name, from)
    if zh ~= "" and zh ~= name then
        object:Attribute("name_zh", zh, from)
    end
    if en ~= "" and en ~= name then
        object:Attribute("name_en", en, from)
    end
end

local function named(object)
    return object:Find("name") ~= "" or object:Find("name:zh") ~= "" or object:Find("name:zh-Hans") ~= ""
        or object:Find("name:en") ~= ""
end

-- What the object's tags pick, and by which value. A table's own order is none, so the keys are asked in this one.
local keys = { "natural", "waterway", "amenity", "railway", "aeroway", "leisure", "landuse", "public_transport", "office", "shop",
    "tourism", "place" }

local function find_in(object, kinds)
    for _, key in ipairs(keys) do
        local value = kinds[key] and object:Find(key) or ""
        if value ~= "" and kinds[key][value] ~= nil then
            return kinds[key][value], value
        end
    end
    return nil, nil
end

local function add_poi(object, as_centroid)
    local from, class = find_in(object, pois)
    if from == nil or not named(object) then
        return
    end
    if as_centroid then
        object:LayerAsCentroid("poi")
    else
        object:Layer("poi", false)
    end
    object:Attribute("class", class)
    object:MinZoom(from)
    names(object)
end

-- A square of water or ground is drawn once it is some sixteen pixels large.
local function zoom_of(square_m)
    local zoom, side = 14, 16 * 9.6
    while zoom > 5 and square_m > side * side do
        zoom, side = zoom - 1, side * 2
    end
    return zoom
end

local function add_road(way)
    local road = roads[way:Find("highway")]
    if road == nil or way:Find("area") == "yes" then
        return
    end
    way:Layer("road", false)
    way:Attribute("class", road[1])
    way:MinZoom(road[2])
    if way:Find("bridge") ~= "" and way:Find("bridge") ~= "no" then
        way:AttributeBoolean("bridge", true, 12)
    end
    if way:Find("tunnel") ~= "" and way:Find("tunnel") ~= "no" then
        way:AttributeBoolean("tunnel", true, 12)
    end
    local oneway = way:Find("oneway")
    if oneway == "yes" or oneway == "1" or oneway == "true" then
        way:AttributeNumeric("oneway", 1, 14)
    elseif oneway == "-1" or oneway == "reverse" then
        way:AttributeNumeric("oneway", -1, 14)
    end
    if way:Find("ref") ~= "" then
        way:Attribute("ref", way:Find("ref"), road[3])
    end
    names(way, road[3])
end

local function add_rail(way)
    local from = rails[way:Find("railway")]
    if from ~= nil then
        way:Layer("road", false)
        way:Attribute("class", way:Find("railway") == "rail" and "rail" or "tram")
        way:MinZoom(from)
        if way:Find("tunnel") == "yes" then
            way:AttributeBoolean("tunnel", true, 11)
        end
    end
end

local function add_water(way)
    if find_in(way, waters) ~= nil and way:IsClosed() then
        way:Layer("water", true)
        way:MinZoom(zoom_of(way:Area()))
        names(way, 11)
        return
    end
    local from = streams[way:Find("waterway")]
    if from ~= nil and way:Find("tunnel") ~= "yes" then
        way:Layer("waterway", false)
        way:Attribute("class", way:Find("waterway"))
        way:MinZoom(from)
        names(way, 12)
    end
end

local function add_ground(way)
    local class = find_in(way, grounds)
    if class ~= nil and way:IsClosed() then
        local from = zoom_of(way:Area())
        way:Layer("area", true)
        way:Attribute("class", class)
        way:MinZoom(from > 8 and from or 8)
        names(way, 13)
    end
end

local function add_building(way)
    local building = way:Find("building")
    if building ~= "" and building ~= "no" then
        way:Layer("building", true)
        way:MinZoom(way:Area() > 1000 and 13 or 14)
        if way:Find("addr:housenumber") ~= "" then
            way:Attribute("number", way:Find("addr:housenumber"), 14)
        end
    end
end

-- A border is drawn once, as the highest of the areas that it divides.
local function add_boundary(way)
    local level = tonumber(way:Find("boundary") == "administrative" and way:Find("admin_level") or nil)
    while true do
        local relation = way:NextRelation()
        if not relation then
            break
        end
        local other = tonumber(way:FindInRelation("admin_level"))
        if other ~= nil and (level == nil or other < level) then
            level = other
        end
    end
    if level ~= nil and level >= 2 and level <= 10 then
        way:Layer("boundary", false)
        way:AttributeNumeric("level", level)
        way:MinZoom(level <= 4 and 5 or level <= 6 and 8 or level <= 8 and 11 or 13)
    end
end

function relation_scan_function(relation)
    if relation:Find("boundary") == "administrative" then
        relation:Accept()
    end
end

function node_function(node)
    local from = places[node:Find("place")]
    if from ~= nil and named(node) then
        node:Layer("place", false)
        node:Attribute("class", node:Find("place"))
        node:MinZoom(from)
        names(node)
    end
    add_poi(node, false)
    if node:Find("addr:housenumber") ~= "" then
        node:Layer("building", false)
        node:Attribute("number", node:Find("addr:housenumber"))
        node:MinZoom(14)
    end
end

function way_function(way)
    add_road(way)
    add_rail(way)
    add_water(way)
    add_ground(way)
    add_building(way)
    add_boundary(way)
    if way:IsClosed() then
        add_poi(way, true)
    end
end
