"""What models mean that miss the form: their code runs, and nothing does that only looks like it."""

import pytest

from tests.core.test_fences import parse
from tests.core.weak_replies import RUNS, STAYS, Sample


@pytest.mark.parametrize("sample", RUNS, ids=lambda sample: sample.name)
def test_code_is_found_in_the_form_of_each_family_however_it_is_cut(sample: Sample):
    result = parse(sample.reply)
    assert result.block is not None
    assert (result.block.language, result.block.code) == (sample.language, sample.code)
    assert result.reasoning == sample.reasoning


@pytest.mark.parametrize("text", STAYS)
def test_an_answer_that_only_shows_code_or_json_stays_prose_however_it_is_cut(text: str):
    result = parse(text)
    assert result.block is None
    assert result.source == result.prose == text
