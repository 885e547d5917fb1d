"""Progress on stderr, the result as one JSON object on stdout, medians of alternations."""
import argparse
import json
import statistics
import sys
import time

STARTED = time.monotonic()


def say(text):
    print(f"[{time.monotonic() - STARTED:7.1f}] {text}", file=sys.stderr, flush=True)


def options(about):
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--quick", action="store_true", help="a smoke run: short, few alternations")
    parser.add_argument("--json", action="store_true", help="only the JSON line on stdout")
    return parser


def median(values):
    return statistics.median(values) if values else None


def rounded(value, digits=4):
    """Significant digits, so that small ratios and large counts are both readable."""
    if not isinstance(value, float):
        return value
    return float(f"{value:.{digits}g}")


def spread(values):
    """Median, least, most and how many: what the noise of the machine was."""
    if not values:
        return None
    return {"median": rounded(float(median(values))), "min": rounded(float(min(values))),
            "max": rounded(float(max(values))), "runs": len(values)}


def bar(name, value, limit, least):
    """Whether a figure meets its bar; `least`: it must be at least the limit."""
    met = value is not None and (value >= limit if least else value <= limit)
    say(f"{name} = {rounded(value)} ({'>=' if least else '<='} {limit}: "
        f"{'met' if met else 'NOT met'})")
    return met


def finish(name, quick, result, bars, as_json):
    """Prints the result. Exit status 0: the figures stand; the bars are judged by the reader."""
    out = {"bench": name, "quick": quick}
    out.update({key: rounded(value) for key, value in result.items()})
    out["bars"] = {key: bar(key, result.get(key), *limit) for key, limit in bars.items()}
    if not as_json:
        for key, value in result.items():
            say(f"{key}: {value if not isinstance(value, float) else rounded(value)}")
    print(json.dumps(out, ensure_ascii=False), flush=True)
