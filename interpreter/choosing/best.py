"""Which of the models on this machine is the best to begin with, and why; decided without looking anywhere."""

import re
from collections.abc import Sequence

from interpreter.choosing.offer import Offer

_LONGEST_SHARE = 0.7
"""Of the memory: what is left is for the context, and for everything else that runs."""

_REASON = 20_000_000_000
"""Bytes beyond which larger is not better: 32 billion parameters at 4 bits, which few machines write fast."""

_CODER = re.compile(r"code|devstral|starcoder|granite", re.IGNORECASE)
_OUT_OF_PLACE = re.compile(r"\bbase\b|-base-|vision|llava|guard|\bmath\b|\bocr\b|draft", re.IGNORECASE)
_PARAMETERS = re.compile(r"(?<![a-z0-9])(?:(\d+)x)?(\d+(?:\.\d+)?)b(?![a-z0-9])", re.IGNORECASE)

_BYTES_A_PARAMETER = 0.6
"""Of a model quantised to 4 bits and a little, as most are that people keep."""


def best_here(offers: Sequence[Offer], memory: int | None) -> Offer | None:
    """The best of them; None where none is on this machine and fits its `memory` (bytes, None for unknown).

    A model that a server has in memory comes first: it answers at once, and the user chose it. Then what a server has,
    then files, then the embedded model; among these the largest within reason, one for code counting half as much
    again.
    """
    fitting = [offer for offer in offers if offer.is_here and _fits(offer, memory)]
    return max(fitting, key=_worth, default=None)


def reason(best: Offer, offers: Sequence[Offer]) -> str:
    """Why that one, in a few words."""
    what = {"server": f"{best.where} runs here", "file": f"a file of {best.where}", "embedded": "installed here"}
    said = [what.get(best.kind, best.where)]
    if best.is_loaded:
        said.append("in memory already")
    others = sum(1 for offer in offers if offer.is_here) - 1
    if others and not best.is_loaded and best.kind != "embedded":
        best_for_code = " for code" if _CODER.search(best.name) else ""
        said.append(f"the largest{best_for_code} of {others + 1} that fits")
    return ", ".join(said)


def size_of(offer: Offer) -> float:
    """Bytes, by the file or else by the parameters in the name (`8b`); 0 where neither tells."""
    if offer.size:
        return float(offer.size)
    found = _PARAMETERS.search(offer.name)
    return int(found[1] or 1) * float(found[2]) * 1e9 * _BYTES_A_PARAMETER if found else 0.0


def _fits(offer: Offer, memory: int | None) -> bool:
    return offer.is_loaded or memory is None or size_of(offer) <= _LONGEST_SHARE * memory


def _worth(offer: Offer) -> tuple[bool, bool, int, float, str]:
    size = min(size_of(offer), _REASON)
    kinds = {"server": 2, "file": 1}
    # A file that somebody took the trouble to get is worth more than a tiny model that a server happens to have.
    kind = kinds.get(offer.kind, 0) if size == 0 or size > 1e9 else 0
    coder = 1.5 if _CODER.search(offer.name) else 1.0
    return not _OUT_OF_PLACE.search(offer.name), offer.is_loaded, kind, size * coder, offer.name
