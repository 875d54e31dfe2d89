"""Hidden characters in what is typed or pasted, drawn as marks: a web page may have put them there."""

from itertools import accumulate

from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.layout.processors import Processor, Transformation, TransformationInput
from prompt_toolkit.layout.utils import explode_text_fragments

from interpreter.core.visible import visible


class Marks(Processor):
    """Draws marks; what is sent stays what it is."""

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        fragments = transformation_input.fragments
        text = "".join(fragment[1] for fragment in fragments)
        if text.isascii() or visible(text) == text:
            return Transformation(fragments)
        characters = explode_text_fragments(fragments)
        drawn: StyleAndTextTuples = [(each[0], visible(each[1])) for each in characters]
        ends = [0, *accumulate(len(each[1]) for each in drawn)]

        def to_display(place: int) -> int:
            return ends[min(place, len(ends) - 1)] + max(0, place - len(ends) + 1)

        def to_source(place: int) -> int:
            return next((number - 1 for number, end in enumerate(ends) if end > place), len(ends) - 1)

        return Transformation(drawn, source_to_display=to_display, display_to_source=to_source)
