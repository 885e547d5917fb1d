"""The nearest units by PostGIS (straight line, GiST index and its <-> operator) and by pgRouting
(exact, by road), each as its manual advises. Times are taken inside the server, around the
statement, so that no client's way is in them."""
import csv
import io
import subprocess

from common.world import Trouble

TABLES = """
create extension postgis;
create extension pgrouting;
create table node (id integer primary key, at geometry(Point, 4326));
create table edge (id serial, source integer, target integer, cost double precision);
create table unit (id integer primary key, node integer, at geometry(Point, 4326),
    rare boolean not null);
create table incident (id integer primary key, node integer, at geometry(Point, 4326));
"""

INDEXES = """
alter table edge add primary key (id);
create index on unit using gist (at);
create index on unit using gist (at) where rare;
create index on unit (node);
analyze;
"""

KNN = """
create function knn(want integer) returns table (incident integer, us float8, units integer[]) as $$
declare
    began timestamptz;
    place record;
begin
    for place in select i.id, i.at from incident i order by i.id loop
        began := clock_timestamp();
        select array_agg(q.id) into units from
            (select u.id from unit u {where} order by u.at <-> place.at limit want) q;
        us := extract(epoch from clock_timestamp() - began) * 1e6;
        incident := place.id;
        return next;
    end loop;
end
$$ language plpgsql;
"""

# The roads turned round: from the incident to all units in one search.
EXACT = """
create function exact(want integer, seconds float8)
    returns table (incident integer, us float8, costs float8[]) as $$
declare
    first timestamptz := clock_timestamp();
    began timestamptz;
    place record;
    ends bigint[];
begin
    select array_agg(distinct u.node) into ends from unit u {where};
    for place in select i.id, i.node from incident i order by i.id loop
        began := clock_timestamp();
        exit when began > first + seconds * interval '1 second';
        select array_agg(q.cost order by q.cost) into costs from
            (select d.cost from
                (select end_vid, agg_cost as cost from pgr_dijkstraCost(
                    'select id, target as source, source as target, cost from edge',
                    place.node::bigint, ends, true)
                 union all select place.node, 0) d
             join unit u on u.node = d.end_vid {where} order by d.cost limit want) q;
        us := extract(epoch from clock_timestamp() - began) * 1e6;
        incident := place.id;
        return next;
    end loop;
end
$$ language plpgsql;
"""

MOVES = """
create table moved (us float8[]);
create procedure moves(count integer) as $$
declare
    began timestamptz;
    times float8[] := '{}';
begin
    for i in 0 .. count - 1 loop
        began := clock_timestamp();
        update unit u set at = (select p.at from incident p where p.id = i) where u.id = i % 1000;
        commit;
        times := times || extract(epoch from clock_timestamp() - began)::float8 * 1e6;
    end loop;
    insert into moved values (times);
end
$$ language plpgsql;
"""


def numbers(text):
    """PostgreSQL's form of an array."""
    return [float(word) for word in text.strip("{}").split(",") if word]


class RoadsDatabase:
    """The challenge's graph, units and incidents in a private cluster. `places`: as routing_run
    tells them."""

    def __init__(self, cluster, graph, places, few):
        self.cluster = cluster
        try:
            cluster.sql(TABLES)
        except Trouble as error:
            raise Trouble("PostGIS or pgRouting is not installed: run bench/install-peers") from error
        self.copy("edge (source, target, cost)", subprocess.run(
            ["sed", "-n", "s/^a //p", graph], stdout=subprocess.PIPE, check=True).stdout)
        for table, rows in (("unit", places["units"]), ("incident", places["incidents"])):
            text = io.StringIO()
            for i, (node, lon, lat) in enumerate(rows):
                rare = f" {i < few}" if table == "unit" else ""
                text.write(f"{i} {node} SRID=4326;POINT({lon / 1e7}~{lat / 1e7}){rare}\n")
            self.copy(table, text.getvalue().replace("~", "\\ ").encode())
        cluster.sql(INDEXES)
        cluster.sql(MOVES)

    def copy(self, table, rows):
        done = subprocess.run(
            ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", self.cluster.conninfo, "-c",
             f"copy {table} from stdin with (delimiter ' ')"], input=rows, check=False)
        if done.returncode != 0:
            raise Trouble(f"could not fill table {table}")

    def rows(self, function, rare, call):
        """(incident, ns, values) of a function made for one class of units."""
        where = "where u.rare" if rare else ""
        self.cluster.sql(f"drop function if exists {call.split('(')[0]}")
        self.cluster.sql(function.format(where=where))
        told = self.cluster.sql(f"copy (select * from {call}) to stdout with csv")
        return [(int(row[0]), float(row[1]) * 1000, numbers(row[2]))
                for row in csv.reader(io.StringIO(told))]

    def straight(self, want, rare):
        """PostGIS over all incidents: the units' numbers."""
        return self.rows(KNN, rare, f"knn({want})")

    def exact(self, want, rare, seconds):
        """pgRouting over as many incidents as fit: the times, in the graph's own units."""
        return self.rows(EXACT, rare, f"exact({want}, {seconds})")

    def move(self, count):
        """ns of each move, committed."""
        self.cluster.sql(f"call moves({count})")
        return [us * 1000 for us in numbers(self.cluster.sql("select us from moved"))]
