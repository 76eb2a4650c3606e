#!/usr/bin/env python3
"""Recomputes the golden vectors from the rules of docs/qoe.md, with nothing of the service: python3 docs/qoe-vectors/check.py

Prints one line for each vector; the exit code is 1 when a measure differs from what is expected.
"""
import json
import math
import pathlib
import sys

SEEK_SETTLES_MS = 1_000
LOST_END_MS = 1_000
MAX_SILENCE_MS = 300_000
FAILURES = {"ERROR", "NETWORK", "DRM"}
COUNTS = [
    "session_count", "start_count", "exits_before_start", "start_failures", "playback_failures", "completions", "watch_time_ms",
    "hidden_watch_time_ms", "rebuffer_count", "rebuffer_time_ms", "seek_rebuffer_count", "seek_rebuffer_time_ms", "rendition_changes", "present_ms",
]


def session(events):
    """What one session counts for; its startup time, or None; milliseconds with a known bitrate, and the bits of them."""
    counts = dict.fromkeys(COUNTS, 0)
    counts["session_count"] = 1
    state, startup, reason = "INITIATED", None, None
    now, position, rate, hidden, bitrate, stall, after_seek = 0, 0, 1.0, False, 0, None, 0
    bitrate_ms = bits = 0
    for event in events:
        kind = event["type"]
        end = max(now, event["at_ms"])
        place = event.get("position_ms", 0)
        moved = played = 0
        lost_end = False
        if state == "PLAYING":
            moved = max(0, (event.get("from_position_ms", 0) if kind == "SEEK" else place) - position)
            played = min(end - now, math.floor(moved / rate))
            lost_end = stall is not None and kind != "BUFFERING_END" and played > LOST_END_MS
            if stall is not None and not lost_end:
                played = moved = 0
            counts["hidden_watch_time_ms" if hidden else "watch_time_ms"] += played
            if bitrate > 0:
                bitrate_ms += played
                bits += played * bitrate // 1000
            stalled = min(end - now - played, MAX_SILENCE_MS) if stall is not None else 0
            if stall in ("rebuffer", "seek_rebuffer"):
                counts[stall + "_time_ms"] += stalled
            counts["present_ms"] += max(stalled + played, min(end - now, MAX_SILENCE_MS))
        if kind == "QUALITY_CHANGE" and state in ("PLAYING", "PAUSED") and event.get("bitrate_bps", 0) != bitrate:
            counts["rendition_changes"] += 1

        if kind == "PLAY":
            startup = end if startup is None else startup
            state, reason = "PLAYING", None
        elif kind == "PAUSE" and state == "PLAYING":
            state = "PAUSED"
        elif kind == "RESUME" and state == "PAUSED":
            state = "PLAYING"
        elif (kind == "COMPLETE" or event.get("is_fatal")) and state != "OVER":
            state, reason = "OVER", event.get("complete_reason", "ERROR")

        after_seek = SEEK_SETTLES_MS if kind == "SEEK" else max(0, after_seek - (moved if played else 0))
        before = None if lost_end else stall
        if kind == "BUFFERING_START" and before is None or kind == "SEEK" and before is not None:
            stall = "unseen"
        elif kind in ("BUFFERING_END", "PLAY"):
            stall = None
        else:
            stall = before
        if stall == "unseen" and state == "PLAYING":
            stall = "seek_rebuffer" if after_seek > 0 else "rebuffer"
            counts[stall + "_count"] += 1
        now, position = end, place
        rate = event.get("playback_rate", rate)
        hidden = event["visibility"] == "HIDDEN" if "visibility" in event else hidden
        if event.get("bitrate_bps", 0) > 0 or kind == "QUALITY_CHANGE":
            bitrate = event.get("bitrate_bps", 0)

    counts["start_count"] = int(startup is not None)
    if reason in FAILURES:
        counts["playback_failures" if startup is not None else "start_failures"] = 1
    elif reason is not None and startup is None:
        counts["exits_before_start"] = 1
    elif reason == "COMPLETED":
        counts["completions"] = 1
    return counts, startup, bitrate_ms, bits


def measures(sessions):
    """The measures of several sessions together."""
    results = [session(one["events"]) for one in sessions]
    total = {name: sum(counts[name] for counts, *_ in results) for name in COUNTS}
    startups = sorted(startup for _, startup, *_ in results if startup is not None)
    for share in (50, 95):
        total[f"startup_time_p{share}_ms"] = startups[math.ceil(len(startups) * share / 100) - 1] if startups else 0
    bitrate_ms = sum(result[2] for result in results)
    total["average_bitrate_bps"] = sum(result[3] for result in results) * 1000 // bitrate_ms if bitrate_ms else 0
    asked = total["rebuffer_time_ms"] + total["watch_time_ms"] + total["hidden_watch_time_ms"]
    total["rebuffer_ratio"] = total["rebuffer_time_ms"] / asked if asked else 0.0
    return total


def main():
    failed = False
    for file in sorted(pathlib.Path(__file__).parent.glob("*.json")):
        vector = json.loads(file.read_text(encoding="utf-8"))
        found = measures(vector["sessions"])
        expected = {name: vector["expected"].get(name, 0) for name in found if name != "present_ms" or name in vector["expected"]}
        wrong = {name: (value, found[name]) for name, value in expected.items() if not math.isclose(value, found[name], abs_tol=1e-12)}
        print(f"{file.name}: " + ("ok" if not wrong else "; ".join(f"{name} is {got}, not {value}" for name, (value, got) in wrong.items())))
        failed = failed or bool(wrong) or not set(vector["expected"]) <= set(found)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
