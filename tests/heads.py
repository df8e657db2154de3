#!/usr/bin/env python3
"""heads.py SIZE <STREAM - chunks that were cut where nobody should cut

Of a stream with chunks of SIZE: a cut inside the head of a definition, or
between it and its brace, where the head fits; a chunk of less than 50 non-blank
bytes in a file that has others. Prints them; exits with 1 if there are any.
"""
import base64
import json
import sys

MOST, LEAST = int(sys.argv[1]), 50
bad = 0


def solid(text):
    return len(b"".join(text.split()))


def say(chunk, what):
    global bad
    bad = 1
    print(f'{chunk["file_path"]}:{chunk["start_line"]}: {what}')


def look(chunks):
    text = b"".join(c["text"] for c in chunks)
    for c in chunks:
        if len(chunks) > 1 and solid(c["text"]) < LEAST <= MOST / 10:
            say(c, "tiny")
        for s in c["symbols"]:
            start, body = s["byte_start"], s.get("body_start", 0)
            if solid(text[start:body]) > MOST or s["kind"] == "variable":
                continue            # its type may have a body of its own
            for end in (c["byte_end"] for c in chunks[:-1]):
                # what is blank before a body is no head
                if start < end <= body and (
                        text[end:body].strip() or text[body:body + 1] == b"{"):
                    say(c, f'{s["name"]}: cut in its head')


chunks = []
for line in sys.stdin:
    r = json.loads(line)
    if r["type"] == "chunk":
        r["text"] = r["content"].encode() if "content" in r else \
            base64.b64decode(r["content_base64"])
        chunks.append(r)
    else:
        look(chunks)
        chunks = []
sys.exit(bad)
