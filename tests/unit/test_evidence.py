# SPDX-License-Identifier: Apache-2.0
"""What `make evidence` puts on its page."""

import pytest

from bench import report
from tests.evidence import page
from tests.evidence.cases import cases, is_right


@pytest.mark.parametrize("section", page.SECTIONS)
def test_the_page_shows_what_was_counted(section: str) -> None:
    shown = report.on_page(page.PAGE.read_text(), section)
    assert shown == page.block(page.kept(), section), "run `make evidence`"


def test_every_case_that_is_promised_is_on_record_and_right() -> None:
    results = page.kept()["cases"]
    assert {page.name_of(case) for case in cases()} == results.keys()
    promised = ("killed", "stopped", "at once")
    wrong = [
        name for name, case in results.items() if case["section"] in promised and not is_right(case)
    ]
    assert wrong == []
