"""Look at the definitions of a stream: the chunks of a file on standard input.

Each one's comment, signature and body lie where the stream says, and are cut
out of the chunks as kvget does it. Prints, for each, its name, a tab, its
comment as one line, a tab, its signature as one line. Fails where the places
are out of order, or the chunks do not have them."""
import base64
import json
import sys

chunks = [r for r in map(json.loads, sys.stdin) if r["type"] == "chunk"]
for c in chunks:
    c["bytes"] = (c["content"].encode() if "content" in c
                  else base64.b64decode(c["content_base64"]))


def cut(start, end):
    out = b""
    for c in chunks:
        if c["byte_start"] < end and start < c["byte_end"]:
            out += c["bytes"][max(0, start - c["byte_start"]):end - c["byte_start"]]
    assert len(out) == end - start, (start, end)
    return out


def line(text):
    return " ".join(text.decode(errors="replace").split())


for at, c in enumerate(chunks):
    for y in c["symbols"]:
        start, end = y["byte_start"], y["byte_end"]
        doc, body = y.get("doc_start", start), y.get("body_start", end)
        assert doc <= start < body <= end, y
        assert doc != y.get("doc_start") or doc < start, y
        assert body != y.get("body_start") or body < end, y
        assert any(b["byte_start"] <= doc < b["byte_end"] for b in chunks[:at + 1]), y
        if doc < start:
            # a comment ends in a line's end or right before what it is about
            assert cut(doc, doc + 1).strip(), y
        print(y["name"], line(cut(doc, start)), line(cut(start, body)), sep="\t")
