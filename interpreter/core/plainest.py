"""Of all the forms in which something is displayed, the plainest that says something, for a reader of text."""

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from interpreter.core.messages import Image
from interpreter.core.pictures import describe_picture

_OPAQUE = re.compile(
    r"<(?:[^<>\n]* object\b[^<>\n]*|[^<>\n]* at 0x[0-9a-fA-F]+|Figure size [^<>\n]*|PIL\.[^<>\n]*)>\s*\Z"
)
"""A text that only says that there is something."""
_CHART = re.compile(r"application/vnd\.(plotly|vegalite|vega)\.v\d[\d.]*\+json\Z")
_CHARTS = {"plotly": "Plotly", "vegalite": "Vega-Lite", "vega": "Vega"}
LONGEST_TITLE = 80


def plainest(data: Mapping[str, Any]) -> str:
    """The text of a display: charts and pictures as one line, HTML without its tags, tables as aligned rows."""
    for mime, value in data.items():
        if match := _CHART.match(mime):
            return _chart(_CHARTS[match[1]], value if isinstance(value, dict) else {})
    text = str(data.get("text/plain", ""))
    if text and not _OPAQUE.match(text):
        return text
    for mime in ("text/markdown", "text/latex"):
        if mime in data:
            return str(data[mime])
    if "text/html" in data and (read := _html(str(data["text/html"]))):
        return read
    if "application/json" in data:
        return json.dumps(data["application/json"], ensure_ascii=False, separators=(",", ":"), default=str)
    return _picture(data) or text or f"[{', '.join(data)}]"


def only_names_a_picture(data: Mapping[str, Any]) -> bool:
    """Whether the text of a display says no more than that there is a picture."""
    text = str(data.get("text/plain", ""))
    return (not text or bool(_OPAQUE.match(text))) and not any(map(_CHART.match, data))


def _html(source: str) -> str:
    # Imported when there is some: its parser takes longer to load than all of ours.
    from interpreter.core.html_text import html_text

    return html_text(source)


def _chart(kind: str, value: Mapping[str, Any]) -> str:
    layout = value.get("layout")
    title = value.get("title") or (layout.get("title") if isinstance(layout, dict) else None)
    if isinstance(title, dict):
        title = title.get("text")
    named = f" “{str(title)[:LONGEST_TITLE]}”" if title else ""
    return f"[{kind} chart{named}{_marks(value)}]"


def _marks(value: Mapping[str, Any]) -> str:
    """What is drawn: traces and their types, or the mark of a layer."""
    traces = value.get("data")
    if isinstance(traces, list):
        types = dict.fromkeys(str(trace.get("type") or "scatter") for trace in traces if isinstance(trace, dict))
        return f": {len(traces)} {'trace' if len(traces) == 1 else 'traces'} ({', '.join(types)})" if types else ""
    mark = value.get("mark")
    if isinstance(mark, dict):
        mark = mark.get("type")
    return f": {mark}" if isinstance(mark, str) else ""


def _picture(data: Mapping[str, Any]) -> str:
    """A line for a picture that goes to no model as a picture."""
    if "image/svg+xml" in data:
        source = str(data["image/svg+xml"])
        return _svg(source)
    for mime in ("image/gif", "image/webp"):
        if mime in data:
            return describe_picture(Image(mime, str(data[mime])))
    return ""


def _svg(source: str) -> str:
    """As for other pictures; its size is that of the outermost element, which units may follow."""
    picture = describe_picture(Image("image/svg+xml", b64encode(source.encode("utf-8", "replace")).decode()))
    tag = re.search(r"<svg\b[^>]*>", source)
    sizes = [re.search(rf'\b{name}="([\d.]+)', tag[0]) for name in ("width", "height")] if tag else []
    if len(sizes) == 2 and sizes[0] and sizes[1]:
        return picture.replace("svg+xml,", f"svg+xml, {sizes[0][1]}x{sizes[1][1]},")
    return picture
