# SPDX-License-Identifier: Apache-2.0
"""How `vocode-pulumi pull` finds a literal of a program, and changes nothing else."""

import ast
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.pulled import changed, declared_by
from vocode_pulumi.pull.comparing import Changed
from vocode_pulumi.pull.editing import Literals
from vocode_pulumi.pull.taking import Taken, written
from vocode_pulumi.pull.texts import Refused
from vocode_pulumi.review.differences import ABSENT
from vocode_pulumi.review.preview import Place

MAIN = Path("__main__.py")
HEAD = "from vocode_pulumi import *\n"
Files = dict[Path, bytes]


def around(steps: list[str], value: Any) -> Any:
    """A value with what is around it."""
    for step in reversed(steps):
        value = [value] if step.isdigit() else {} if value is ABSENT else {step: value}
    return value


def one(path: str, old: Any, new: Any, **more: Any) -> Changed:
    """A resource of which one value was changed at Vocode."""
    steps = path.split(".")
    (found,) = changed(around(steps, old), around(steps, old), around(steps, new), **more)
    return found


def taken(files: Files, *found: Changed) -> Files:
    """The files that change."""
    literals = Literals(files, declared_by([*found]))
    plan = [Taken(each, row, literals.edit(each, row)) for each in found for row in each.rows]
    new, kept = written(files, plan, literals=True)
    for one_kept in kept:
        if one_kept.why_not:
            raise Refused(one_kept.why_not)
    return new


def edited(code: str, path: str, old: Any, new: Any, **more: Any) -> str:
    """The program after one value was changed at Vocode."""
    files = {MAIN: (HEAD + code).encode()}
    new_files = taken(files, one(path, old, new, **more))
    return (new_files.get(MAIN) or files[MAIN]).decode().removeprefix(HEAD)


@pytest.mark.parametrize(
    ("code", "path", "old", "new", "then"),
    [
        ('Agent("desk", name="a")', "name", "a", "b", 'Agent("desk", name="b")'),
        ("Agent ( 'desk',name = 'a' ) # x", "name", "a", "b", "Agent ( 'desk',name = 'b' ) # x"),
        ('Agent(name="a", resource_name="desk")', "name", "a", "b", 'Agent(name="b", resource_name="desk")'),
        ('Agent("desk", name=("a"))', "name", "a", "it's \"b\"", 'Agent("desk", name=("it\'s \\"b\\""))'),
        ("Agent('desk', name='a')", "name", "a", "it's \"b\"", "Agent('desk', name='it\\'s \"b\"')"),
        ('Agent("desk", name="a")', "name", "a", "ä 🥐\u200b\x1b", 'Agent("desk", name="ä 🥐\\u200b\\x1b")'),
        ('Agent("desk", name=r"a\\b")', "name", "a\\b", "c\\d", 'Agent("desk", name=r"c\\d")'),
        ('Agent("desk", name=r"a")', "name", "a", 'c"\\', 'Agent("desk", name="c\\"\\\\")'),
        ('Agent("desk", name=u"a")', "name", "a", "b", 'Agent("desk", name=u"b")'),
        ('Agent("desk", name="a")', "name", "a", "b\nc", 'Agent("desk", name="b\\nc")'),
        ("Agent('desk', name='''a\nb''')", "name", "a\nb", "c\n'd'", "Agent('desk', name='''c\n'd\\'''')"),
        ('Agent("desk", name="""a""")', "name", "a", 'x"""\ny"\t', 'Agent("desk", name="""x\\"""\ny"\t""")'),
        ('Agent("desk", name="""\\\na\n""")', "name", "a\n", "b\n", 'Agent("desk", name="""\\\nb\n""")'),
        ('Agent("desk", name=r"""a""")', "name", "a", "\\d\n", 'Agent("desk", name=r"""\\d\n""")'),
        ('Agent("desk", name=r"""a""")', "name", "a", '"""', 'Agent("desk", name="""\\""\\"""")'),
        ('Agent("desk", name="a b " "c d")', "name", "a b c d", "a b c e", 'Agent("desk", name="a b " "c e")'),
        ("Agent('desk', name=('a'\n  'b'))", "name", "ab", "xb", "Agent('desk', name=('x'\n  'b'))"),
        ("Agent('desk', name=('a'\n  'b'))", "name", "ab", "xy", "Agent('desk', name=(\"xy\"))"),
        ('Agent("desk", idle_time_seconds=1)', "idle_time_seconds", 1, 2, 'Agent("desk", idle_time_seconds=2)'),
        ('Agent("desk", conversation_speed=1.0)', "conversation_speed", 1, 2, 'Agent("desk", conversation_speed=2.0)'),
        ('Agent("desk", conversation_speed=1)', "conversation_speed", 1, 1.5, 'Agent("desk", conversation_speed=1.5)'),
        ('Agent("desk", initial_message_delay=-1)', "initial_message_delay", -1, 2, 'Agent("desk", initial_message_delay=2)'),
        ('Agent("desk", noise_suppression=True)', "noise_suppression", True, False, 'Agent("desk", noise_suppression=False)'),
        ('Agent("desk", voice={"type": "voice_azure", "pitch": 1})', "voice.pitch", 1, 2, 'Agent("desk", voice={"type": "voice_azure", "pitch": 2})'),
        ('Agent("desk", voice=dict(pitch=1))', "voice.pitch", 1, 2, 'Agent("desk", voice=dict(pitch=2))'),
        ('Agent("desk", voice=x.AzureVoiceArgs(pitch=1))', "voice.pitch", 1, 2, 'Agent("desk", voice=x.AzureVoiceArgs(pitch=2))'),
        ('Agent("desk", voice={"pitch": 1, **more, "pitch": 1})'.replace("**more, ", ""), "voice.pitch", 1, 2, 'Agent("desk", voice={"pitch": 1, "pitch": 2})'),
        ('Agent("desk", prompt=PromptArgs(content="a"))', "prompt.content", "a", "b", 'Agent("desk", prompt=PromptArgs(content="b"))'),
        ('Agent("desk", actions=[{"type": "a"}])', "actions.0.type", "a", "b", 'Agent("desk", actions=[{"type": "b"}])'),
        ('Agent("desk", actions=({"type": "a"},))', "actions.0.type", "a", "b", 'Agent("desk", actions=({"type": "b"},))'),
        ('TEXT = "a"\nAgent("desk", name=TEXT)', "name", "a", "b", 'TEXT = "b"\nAgent("desk", name=TEXT)'),
        ('TEXT: str = "a"\nAgent("desk", name=TEXT)', "name", "a", "b", 'TEXT: str = "b"\nAgent("desk", name=TEXT)'),
        ('voice = {"pitch": 1}\nAgent("desk", voice=voice)', "voice.pitch", 1, 2, 'voice = {"pitch": 2}\nAgent("desk", voice=voice)'),
        ('import vocode_pulumi as v\nv.Agent("desk", name="a")', "name", "a", "b", 'import vocode_pulumi as v\nv.Agent("desk", name="b")'),
        ('from vocode_pulumi import Agent as A\nA("desk", name="a")', "name", "a", "b", 'from vocode_pulumi import Agent as A\nA("desk", name="b")'),
        ('def f():\n\treturn Agent("desk", name="a")\nf()', "name", "a", "b", 'def f():\n\treturn Agent("desk", name="b")\nf()'),
        ('Agent("other", name="a")\nAgent("desk", name="a")', "name", "a", "b", 'Agent("other", name="a")\nAgent("desk", name="b")'),
        ('Prompt("desk", name="a")\nAgent("desk", name="a")', "name", "a", "b", 'Prompt("desk", name="a")\nAgent("desk", name="b")'),
    ],
)  # fmt: skip
def test_only_the_literal_changes(code: str, path: str, old: Any, new: Any, then: str) -> None:
    assert edited(f"{code}\n", path, old, new) == f"{then}\n"


WORDS = """\
Agent(
    "desk",
    deepgram_keywords={
        "a": 1,  # first
        "b": 2,  # second
    },
)
"""


@pytest.mark.parametrize(
    ("code", "old", "new", "then"),
    [
        (WORDS, {"a": 1, "b": 2}, {"b": 2}, WORDS.replace('        "a": 1,  # first\n', "")),
        (WORDS, {"a": 1, "b": 2}, {"a": 1}, WORDS.replace('        "b": 2,  # second\n', "")),
        (WORDS, {"a": 1, "b": 2}, {"a": 1, "b": 2, "c d": 3}, WORDS.replace("# second\n", '# second\n        "c d": 3,\n')),
        ('Agent("desk", deepgram_keywords={"a": 1, "b": 2})', {"a": 1, "b": 2}, {"b": 2}, 'Agent("desk", deepgram_keywords={"b": 2})'),
        ('Agent("desk", deepgram_keywords={"a": 1, "b": 2})', {"a": 1, "b": 2}, {"a": 1}, 'Agent("desk", deepgram_keywords={"a": 1})'),
        ('Agent("desk", deepgram_keywords={"a": 1, "b": 2,})', {"a": 1, "b": 2}, {"a": 1}, 'Agent("desk", deepgram_keywords={"a": 1,})'),
        ('Agent("desk", deepgram_keywords={"a": 1,})', {"a": 1}, {}, 'Agent("desk", deepgram_keywords={})'),
        ('Agent("desk", deepgram_keywords={})', {}, {"a": 1}, 'Agent("desk", deepgram_keywords={"a": 1})'),
        ('Agent("desk", deepgram_keywords={"a": 1})', {"a": 1}, {"a": 1, "b": 2}, 'Agent("desk", deepgram_keywords={"a": 1, "b": 2})'),
        ('Agent("desk", deepgram_keywords=dict(a=1, b=2))', {"a": 1, "b": 2}, {"a": 1}, 'Agent("desk", deepgram_keywords=dict(a=1))'),
        ('Agent("desk", deepgram_keywords={\n    "a": 1\n})', {"a": 1}, {"a": 1, "b": 2}, 'Agent("desk", deepgram_keywords={\n    "a": 1,\n    "b": 2\n})'),
    ],
)  # fmt: skip
def test_a_map_gains_and_loses_entries(code: str, old: Any, new: Any, then: str) -> None:
    assert edited(code, "deepgram_keywords", old, new) == then


def test_an_argument_that_is_gone_at_vocode_is_taken_out() -> None:
    code = 'Agent("desk", name="a",\n    language="en",  # x\n    idle_time_seconds=1,\n)\n'
    files = {MAIN: code.encode()}
    before = {"name": "a", "language": "en", "idle_time_seconds": 1}
    found = changed(before, before, {"idle_time_seconds": 1})
    assert taken(files, *found)[MAIN].decode() == 'Agent("desk",\n    idle_time_seconds=1,\n)\n'


EVENTS = """\
Webhook("desk", subscriptions=[
    "a",  # one
    "b",
])
"""


@pytest.mark.parametrize(
    ("code", "old", "new", "then"),
    [
        (EVENTS, "ab", "b", EVENTS.replace('    "a",  # one\n', "")),
        (EVENTS, "ab", "acb", EVENTS.replace("# one\n", '# one\n    "c",\n')),
        (EVENTS, "ab", "abc", EVENTS.replace('"b",\n', '"b",\n    "c",\n')),
        (EVENTS, "ab", "ac", EVENTS.replace('"b"', '"c"')),
        (EVENTS, "ab", "cab", EVENTS.replace('    "a"', '    "c",\n    "a"')),
        (EVENTS, "ab", "", 'Webhook("desk", subscriptions=[])\n'),
        ('Webhook("desk", subscriptions=["a", "b", "c"])', "abc", "bd", 'Webhook("desk", subscriptions=["b", "d"])'),
        ('Webhook("desk", subscriptions=["a"])', "a", "cab", 'Webhook("desk", subscriptions=["c", "a", "b"])'),
        ('Webhook("desk", subscriptions=[])', "", "ab", 'Webhook("desk", subscriptions=["a", "b"])'),
        ('Webhook("desk", subscriptions=("a", "b"))', "ab", "a", 'Webhook("desk", subscriptions=(["a"]))'),
    ],
)  # fmt: skip
def test_a_list_keeps_what_stays(code: str, old: str, new: str, then: str) -> None:
    assert edited(code, "subscriptions", [*old], [*new], kind="Webhook") == then


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ('Agent("desk", name=f"{x}")', "no plain literal"),
        ('Agent("desk", name="a" + b)', "no plain literal"),
        ('Agent("desk", name=b"a")', "no plain literal"),
        ('Agent("desk", name="b")', "not the value that the program declares"),
        ('Agent("desk", name=texts["a"])', "no plain literal"),
        ('Agent("desk", **{"name": "a"})', r"__main__.py:2 adds to it with `\*\*`"),
        ('Agent("other", name="a")', r"has no call `Agent\(\"desk\", …\)`"),
        ('if x:\n  Agent("desk", name="a")\nelse:\n  Agent("desk", name="b")', "several calls"),
        ('T = "a"\nAgent("desk", name=T)\nprint(T)', "takes it from `T`, which has another use"),
        ('T = f("a")\nAgent("desk", name=T)', "no plain literal"),
        ('T = U = "a"\nAgent("desk", name=T)', "no plain assignment"),
        ('for T in x:\n  Agent("desk", name=T)', "no plain assignment"),
        ('from elsewhere import T\nAgent("desk", name=T)', "no plain assignment"),
        ('Agent("desk")', "added by hand|adds|no plain"),
        ("Agent('desk', name='a'", "no call"),
    ],
)
def test_what_is_no_plain_literal_is_told(code: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        edited(f"{code}\n", "name", "a", "c")


@pytest.mark.parametrize(
    ("code", "path", "why"),
    [
        ('Agent("desk", voice=voices(pitch=1))', "voice.pitch", r"__main__.py:2 computes it"),
        ('Agent("desk", voice={**x, "pitch": 1})', "voice.pitch", r"adds to it with `\*\*`"),
        ('Agent("desk", voice={})', "voice.deep.pitch", "has no `deep`"),
        ('Agent("desk", actions=[*x, {"pitch": 1}])', "actions.0.pitch", r"adds to it with `\*`"),
    ],
)
def test_what_the_program_computes_around_it_is_told(code: str, path: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        edited(f"{code}\n", path, 1, 2)


def test_a_value_without_a_call_around_is_added_by_hand() -> None:
    with pytest.raises(Refused, match="added by hand"):
        edited('Agent("desk", deepgram_keywords=dict())\n', "deepgram_keywords", {}, {"a": 1})


def test_a_comment_beside_is_not_lost() -> None:
    code = 'Agent("desk", deepgram_keywords={"a": 1, # one\n  "b": 2})\n'
    with pytest.raises(Refused, match="a comment stands beside it"):
        edited(code, "deepgram_keywords", {"a": 1, "b": 2}, {"b": 2})


LOOP = 'for name in ("desk", "shop"):\n    Agent(name, name="a")\n'


def test_the_line_tells_which_call_made_a_resource() -> None:
    at_three = Place("__main__.py", 3)
    assert edited(LOOP, "name", "a", "b", place=at_three) == LOOP.replace('"a"', '"b"')
    twice = 'if x:\n    Agent("desk", name="a")\nelse:\n    Agent("desk", name="a")\n'
    found = edited(twice, "name", "a", "b", place=Place("__main__.py", 5))
    assert found == 'if x:\n    Agent("desk", name="a")\nelse:\n    Agent("desk", name="b")\n'


def test_a_line_that_makes_several_resources_is_told() -> None:
    place = Place("__main__.py", 3)
    found = [one("name", "a", "b", place=place), one("name", "a", "a2", name="shop", place=place)]
    with pytest.raises(Refused, match=r"__main__\.py:3 makes several resources"):
        taken({MAIN: (HEAD + LOOP).encode()}, *found)


def test_several_resources_of_a_line_are_told_apart_by_their_names() -> None:
    code = 'x = [Agent("desk", name="a"), Agent("shop", name="a")]\n'
    place = Place("__main__.py", 1)
    found = [one("name", "a", "b", place=place), one("name", "a", "c", name="shop", place=place)]
    assert taken({MAIN: code.encode()}, *found) == {
        MAIN: b'x = [Agent("desk", name="b"), Agent("shop", name="c")]\n'
    }


def test_a_constant_of_another_module_is_followed() -> None:
    files = {
        Path(
            "app/main.py"
        ): b'from .texts import HELLO as H\nfrom v import Agent\nAgent("desk", name=H)\n',
        Path("app/texts.py"): b'HELLO = "a"\nBYE = "a"\n',
    }
    assert taken(files, one("name", "a", "b")) == {
        Path("app/texts.py"): b'HELLO = "b"\nBYE = "a"\n'
    }


def test_a_constant_that_its_module_uses_elsewhere_is_left() -> None:
    files = {
        MAIN: b'from texts import HELLO\nAgent("desk", name=HELLO)\n',
        Path("texts.py"): b'HELLO = "a"\nBOTH = HELLO + "b"\n',
    }
    with pytest.raises(Refused, match=r"which has another use in texts\.py"):
        taken(files, one("name", "a", "b"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1"])
def test_a_file_keeps_its_encoding_and_its_line_ends(encoding: str) -> None:
    head = "# -*- coding: latin-1 -*-\r\n" if encoding == "latin-1" else "# ä\r\n"
    code = f'{head}\r\nAgent("desk", # é\r\n  name="""a\r\nb""",\r\n)  # ü'
    files = {MAIN: code.encode(encoding)}
    (new,) = taken(files, one("name", "a\nb", "ö\nc\n")).values()
    assert new == code.replace("a\r\nb", "ö\r\nc\r\n").encode(encoding)
    if encoding == "latin-1":
        with pytest.raises(Refused, match="letters that the file's encoding does not have"):
            taken(files, one("name", "a\nb", "宽"))


def test_several_values_of_a_file_change_together() -> None:
    code = 'Agent("desk", name="a", deepgram_keywords={"x": 1}, idle_time_seconds=1)\n'
    before = {"name": "a", "deepgram_keywords": {"x": 1}, "idle_time_seconds": 1}
    there = {"name": "b" * 50, "deepgram_keywords": {"y": 2}, "idle_time_seconds": 3}
    (new,) = taken({MAIN: code.encode()}, *changed(before, before, there)).values()
    assert new.decode() == (
        f'Agent("desk", name="{"b" * 50}", deepgram_keywords={{"y": 2}}, idle_time_seconds=3)\n'
    )


def test_the_line_and_the_new_code_are_told() -> None:
    code = 'Agent(\n    "desk",\n    name="a",\n)\n'
    found = one("name", "a", "b")
    edit = Literals({MAIN: code.encode()}, {}).edit(found, found.rows[0])
    assert (edit.file, edit.line, edit.code) == (MAIN, 3, '"b"')


def test_the_key_of_a_secret_is_told_if_the_program_names_it() -> None:
    def key(code: str) -> str:
        found = one("name", "[secret]", "b")
        return Literals({MAIN: code.encode()}, {}).key_of_secret(found, found.rows[0])

    call = 'Agent("desk", name=c.require_secret("k"))\n'
    assert key(f"c = pulumi.Config()\n{call}") == "k"
    assert key(f'c = pulumi.Config("ns")\n{call}') == ""
    assert key('Agent("desk", name=secret())\n') == ""
    assert key(f"c = Keys()\n{call}") == ""


def test_a_value_of_the_configuration_is_changed_there() -> None:
    code = 'c = pulumi.Config()\nhello = c.require("hello")\nAgent("desk", name=hello)\n'
    with pytest.raises(Refused, match=r"__main__\.py:3: .* `pulumi config set hello`"):
        edited(code, "name", "a", "b")


LETTERS = st.text(
    alphabet=st.one_of(st.sampled_from("\"'\\\n\r\t\0{}" + string.ascii_letters), st.characters(codec="utf-8")),
    max_size=12,
)  # fmt: skip


@settings(deadline=None, derandomize=True)
@given(
    new=LETTERS,
    prefix=st.sampled_from(["", "r", "u", "R"]),
    quote=st.sampled_from(["'", '"', "'''", '"""']),
    newline=st.sampled_from(["\n", "\r\n"]),
)
def test_any_text_is_written_so_that_the_program_has_it(
    new: str, prefix: str, quote: str, newline: str
) -> None:
    code = f"x = 1{newline}Agent('desk', name={prefix}{quote}a{quote})  # end{newline}"
    if new == "a":
        return
    (made,) = taken({MAIN: code.encode()}, one("name", "a", new)).values()
    call = ast.parse(made).body[1]
    assert isinstance(call, ast.Expr)
    assert isinstance(call.value, ast.Call)
    assert ast.literal_eval(call.value.keywords[0].value) == new
    assert made.startswith(f"x = 1{newline}Agent('desk', name=".encode())
    assert made.endswith(f")  # end{newline}".encode())


ITEMS = st.lists(st.sampled_from("abcde"), unique=True, max_size=5)


@settings(deadline=None, derandomize=True)
@given(old=ITEMS, new=ITEMS, form=st.sampled_from(["one line", "lines", "no comma"]))
def test_any_list_is_written_so_that_the_program_has_it(
    old: list[str], new: list[str], form: str
) -> None:
    if sorted(old) == sorted(new):
        return
    listed = ", ".join(f'"{item}"' for item in old)
    if form != "one line" and old:
        listed = "\n" + ",\n".join(f'    "{item}"' for item in old)
        listed += "\n" if form == "no comma" else ",\n"
    code = f'Webhook("desk", subscriptions=[{listed}])\n'
    made = edited(code, "subscriptions", old, new, kind="Webhook")
    call = ast.parse(made).body[0]
    assert isinstance(call, ast.Expr)
    assert isinstance(call.value, ast.Call)
    assert ast.literal_eval(call.value.keywords[0].value) == new
