"""docs/method.md is true: the code in its boxes is executed, and comes to what is written there."""

import doctest
import re
from pathlib import Path

PAGE = Path("docs/method.md")
TEXT = PAGE.read_text(encoding="utf-8")


def test_every_example_comes_out_as_it_is_written() -> None:
    unfenced = re.sub(r"^```.*$", "", TEXT, flags=re.MULTILINE)  # a fence would count as output
    examples = doctest.DocTestParser().get_doctest(unfenced, {}, PAGE.name, str(PAGE), 0)
    said: list[str] = []

    done = doctest.DocTestRunner(verbose=False).run(examples, out=said.append)

    assert done.failed == 0, "".join(said)
    assert done.attempted == TEXT.count("\n>>> ")


def test_all_code_on_the_page_is_executed() -> None:
    boxes = re.findall(r"^```(\w*)\n(.*?)^```$", TEXT, flags=re.MULTILINE | re.DOTALL)

    assert boxes
    assert {language for language, _ in boxes} == {"python"}
    assert all(box.startswith(">>> ") for _, box in boxes)


def test_every_link_within_the_page_leads_somewhere() -> None:
    headings = {
        re.sub(r"[^\w -]", "", line.lstrip("#").strip().lower()).replace(" ", "-")
        for line in TEXT.splitlines()
        if line.startswith("##")
    }

    linked = set(re.findall(r"\]\(#([^)]+)\)", TEXT))

    assert linked <= headings
    assert len(linked) > 20
