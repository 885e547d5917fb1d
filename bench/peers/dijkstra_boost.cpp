// dijkstra_boost FILE: Boost Graph's dijkstra_shortest_paths on the arcs that routing_run wrote, as
// its manual advises for a graph that does not change: compressed sparse rows, weights inside the
// edges, distances in a plain array, the default queue (a heap of four children a parent).
//
//     full COUNT FROM    ->  {"ns": [...], "plain_ns": [...], "sums": [...]}
//
// `ns` is of the form without a colour map, `plain_ns` of the form with one; processor time of the
// thread. `sums` are of all times that are finite.
#include <boost/graph/compressed_sparse_row_graph.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <boost/graph/dijkstra_shortest_paths_no_color_map.hpp>

#include <cstdint>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

struct Road {
    std::uint32_t ms;
};

using Roads = boost::compressed_sparse_row_graph<boost::directedS, boost::no_property, Road,
                                                 boost::no_property, std::uint32_t, std::uint32_t>;

static const std::uint32_t never = 0x3fffffff;

static std::int64_t now_ns()
{
    timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<std::int64_t>(t.tv_sec) * 1000000000 + t.tv_nsec;
}

static bool read_roads(const char *path, Roads &out)
{
    std::ifstream file(path, std::ios::binary);
    std::uint32_t head[2];

    if (!file.read(reinterpret_cast<char *>(head), sizeof(head))) {
        return false;
    }
    std::vector<std::pair<std::uint32_t, std::uint32_t>> ends(head[1]);
    std::vector<Road> ways(head[1]);

    for (std::uint32_t a = 0; a < head[1]; a++) {
        std::uint32_t row[3];

        if (!file.read(reinterpret_cast<char *>(row), sizeof(row))) {
            return false;
        }
        ends[a] = std::make_pair(row[0], row[1]);
        ways[a].ms = row[2];
    }
    out = Roads(boost::edges_are_sorted, ends.begin(), ends.end(), ways.begin(), head[0]);
    return true;
}

template <typename Search>
static std::int64_t timed(Search search)
{
    const std::int64_t began = now_ns();

    search();
    return now_ns() - began;
}

static void print(const char *name, const std::vector<std::int64_t> &values, const char *end)
{
    std::printf("\"%s\": [", name);
    for (std::size_t i = 0; i < values.size(); i++) {
        std::printf("%s%lld", i > 0 ? "," : "", static_cast<long long>(values[i]));
    }
    std::printf("]%s", end);
}

static void full(const Roads &roads, unsigned count, unsigned from)
{
    const std::uint32_t nodes = static_cast<std::uint32_t>(boost::num_vertices(roads));
    std::vector<std::uint32_t> ms(nodes);
    std::vector<std::int64_t> bare, plain, sums;
    auto weights = boost::get(&Road::ms, roads);
    auto times = boost::make_iterator_property_map(ms.begin(), get(boost::vertex_index, roads));

    for (unsigned i = 0; i < count; i++) {
        const std::uint32_t start =
            static_cast<std::uint32_t>((from + i) * std::uint64_t{2654435761} % nodes);
        const auto wish = boost::weight_map(weights).distance_map(times).distance_inf(never);
        std::int64_t sum = 0;

        plain.push_back(timed([&] { boost::dijkstra_shortest_paths(roads, start, wish); }));
        bare.push_back(
            timed([&] { boost::dijkstra_shortest_paths_no_color_map(roads, start, wish); }));
        for (const std::uint32_t value : ms) {
            sum += value < never ? value : 0;
        }
        sums.push_back(sum);
    }
    std::printf("{");
    print("ns", bare, ", ");
    print("plain_ns", plain, ", ");
    print("sums", sums, "}\n");
    std::fflush(stdout);
}

int main(int argc, char **argv)
{
    Roads roads;
    std::string line;

    if (argc != 2 || !read_roads(argv[1], roads)) {
        std::fprintf(stderr, "dijkstra_boost: no arcs to read\n");
        return 1;
    }
    while (std::getline(std::cin, line)) {
        unsigned count;
        unsigned from;

        if (std::sscanf(line.c_str(), "full %u %u", &count, &from) != 2) {
            std::fprintf(stderr, "dijkstra_boost: no such order: %s\n", line.c_str());
            return 1;
        }
        full(roads, count, from);
    }
    return 0;
}
