"""Suites are data that strangers write: whatever they write is read, or explained with its line."""

from __future__ import annotations

import re
import time
from textwrap import dedent

import pytest

from slipway.errors import SuiteInvalid
from slipway.smoke.suite.conversion import REFUSED
from slipway.smoke.suite.definition import (
    Accuracy,
    Compare,
    Identity,
    Latency,
    Ready,
    Suite,
)
from slipway.smoke.suite.reading import problems, read
from slipway.smoke.suite.requests import Expectation, Matcher, Part, Predict, Request
from tests.support.paths import ROOT

SERVICE = ROOT / "service" / "suite" / "suite.yaml"


def suite(text: str) -> Suite:
    return read(dedent(text).encode())


def request(text: str) -> Request:
    """The one request of a suite, in the flow style."""
    return suite(f"requests: [{{name: a, {text}}}]").requests[0]


def told(text: str, *names: str) -> list[tuple[int, str]]:
    """All mistakes with their lines."""
    return [(problem.line, problem.sentence) for problem in problems(dedent(text).encode(), names)]


def test_an_empty_suite_waits_identifies_and_sends_malformed_requests() -> None:
    """What holds for every service that is sent pictures in JSON needs not be written."""
    empty = suite("")
    assert (empty.ready, empty.identity, empty.predict) == (Ready(), Identity(), Predict())
    assert (empty.requests, empty.accuracy, empty.latency, empty.compare) == ((), None, None, None)
    assert empty.contract is not None
    assert [each.json_body for each in empty.contract.malformed] == [
        ({},),
        ({"image": "data:image/png;base64,AAAA"},),
    ]


def test_three_lines_make_a_suite() -> None:
    """A single value is the one bound that matters most."""
    three = suite("accuracy: 0.95\nlatency: 200\ncompare: 0.8")
    assert (three.accuracy, three.latency) == (Accuracy(at_least=0.95), Latency(p95=200))
    assert three.compare == Compare(agreement=0.8)


def test_a_check_without_a_bound_has_the_usual_one() -> None:
    """Which gives way to any other."""
    usual = suite("accuracy: true\nlatency: {concurrency: 2}\ncompare: {}")
    assert (usual.accuracy, usual.compare) == (Accuracy(at_least=0.9), Compare(agreement=0.9))
    assert usual.latency == Latency(p95=300, concurrency=2)
    assert suite("accuracy: {below_production: 0.02}").accuracy == Accuracy(below_production=0.02)
    assert suite("latency: {p99: 900}").latency == Latency(p99=900)


@pytest.mark.parametrize("off", ["null", "", "false"])
def test_a_check_can_be_switched_off(off: str) -> None:
    """By null, as in the candidate's suite, or by a word."""
    quiet = suite(f"accuracy: {off}\nlatency: {off}\ncompare: {off}\ncontract: {off}")
    assert (quiet.accuracy, quiet.latency, quiet.compare, quiet.contract) == (None, None, None, None)


def test_severity_and_attempts_belong_to_every_check() -> None:
    """A failed should is only told, and only a check that says so is tried again."""
    compare = suite("compare: {agreement: 0.9, severity: should, attempts: 3}").compare
    assert compare == Compare(agreement=0.9, severity="should", attempts=3)
    assert request("severity: should").severity == "should"


def test_a_plain_api_is_described_by_configuration_alone() -> None:
    """No /health, no /version: its page is how it says that it is ready."""
    flask = suite("""
        ready: {path: /}
        identity: absent
        predict: {path: /predict, field: image, answer: prediction.winning_class, confidence: prediction.confidence}
    """)
    assert (flask.ready.path, flask.identity.absent, flask.predict) == ("/", True, Predict())


def test_identity_may_lie_in_a_header_or_in_a_member() -> None:
    """Anywhere that the service puts it."""
    assert suite("identity: {path: /, header: x-release}").identity == Identity(path="/", header="x-release")
    member = suite("identity: {path: /info, expression: build.commit, member: commit, answers: 5}").identity
    assert member == Identity(path="/info", expression="build.commit", member="commit", answers=5)


def test_requests_are_asked_as_predictions_are() -> None:
    """Path, method, headers and time-out of `predict` hold unless a request has its own."""
    known = suite("""
        predict: {path: /classify, method: PUT, timeout: 3, headers: {X-Key: k}}
        requests:
          - {name: a, json: {x: 1}, headers: {accept: text/plain}}
          - {name: b, path: /, method: GET}
    """).requests
    assert (known[0].path, known[0].method, known[0].timeout) == ("/classify", "PUT", 3)
    assert known[0].headers == {"x-key": "k", "accept": "text/plain"}
    assert (known[1].path, known[1].method) == ("/", "GET")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("image: golden/7.png", {"input": "golden/7.png"}),
        ("file: ./golden/7.wav", {"input": "golden/7.wav"}),
        ("json: {image: x}", {"json_body": ({"image": "x"},)}),
        ("json: null", {"json_body": (None,)}),
        ("raw: '{'", {"raw": "{"}),
        ("query: {n: 1.10, q: yes}", {"query": {"n": "1.10", "q": "yes"}}),
        ("form: {t: 1, f: {file: a.png}}", {"form": (Part(name="t", text="1"), Part(name="f", file="a.png"))}),
        ("expect: 4xx", {"expect": Expectation(statuses=tuple(range(400, 500)))}),
        ("expect: {status: [200, 404]}", {"expect": Expectation(statuses=(200, 404))}),
    ],
)
def test_what_a_request_sends_and_expects(text: str, expected: dict[str, object]) -> None:
    """Each form becomes one field of the request."""
    found = request(text)
    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"7"', Matcher(equals=("7",))),
        ("null", Matcher(equals=(None,))),
        ("{winner: 7}", Matcher(equals=({"winner": 7},))),
        ("{equals: null}", Matcher(equals=(None,))),
        ("{equals: {at_least: 1}}", Matcher(equals=({"at_least": 1},))),
        ("{one_of: [7, '7']}", Matcher(one_of=(7, "7"))),
        ("{about: 0.9, within: 0.05}", Matcher(about=(0.9, 0.05))),
        ("{matches: '^v[0-9]+$'}", Matcher(matches="^v[0-9]+$")),
        ("{at_least: 0, at_most: 1}", Matcher(at_least=0, at_most=1)),
    ],
)
def test_what_a_value_must_be(text: str, expected: Matcher) -> None:
    """A bare value means equals; a block says how else."""
    assert request(f"expect: {{json: {{a.b: {text}}}}}").expect.json == {"a.b": expected}


@pytest.mark.parametrize(
    ("text", "statuses"), [("{}", REFUSED), ("{expect: {text: no}}", REFUSED), ("{expect: 422}", (422,))]
)
def test_malformed_requests_must_be_refused(text: str, statuses: tuple[int, ...]) -> None:
    """By any 4xx, if nothing else is said."""
    contract = read(f"contract: {{malformed: [{text}]}}".encode()).contract
    assert contract
    assert contract.malformed[0].expect.statuses == statuses


def test_a_date_is_a_text() -> None:
    """JSON knows no dates, although YAML does."""
    assert request("json: {day: 2026-11-22}").json_body == ({"day": "2026-11-22"},)


@pytest.mark.parametrize(
    "answer", ["max_by(classes, &score).label", "sort_by(@, &p)[-1].label", "a[?b > `0.5`].c | [0]", "a[0:2] | [1]"]
)
def test_usual_expressions_are_taken(answer: str) -> None:
    """What finds one value cannot grow."""
    assert read(f"predict: {{answer: '{answer}'}}".encode()).predict.answer == answer


def test_headers_are_compared_as_texts() -> None:
    """Whatever YAML makes of them."""
    assert request("expect: {headers: {X-Count: 1.0}}").expect.headers == {"x-count": Matcher(equals=("1.0",))}


def test_the_services_suite_is_sound() -> None:
    """Its golden files are there, too."""
    folder = SERVICE.parent
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert problems(SERVICE.read_bytes(), names) == []
    assert len(read(SERVICE.read_bytes()).requests) == 10


def test_the_documentation_shows_sound_suites() -> None:
    """Whoever copies one has one that works."""
    examples = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "suites.md").read_text(), re.DOTALL)
    assert [problems(example.encode()) for example in examples] == [[]] * 4


def test_all_mistakes_are_told_with_their_lines() -> None:
    """Nobody runs a suite five times to hear of five mistakes."""
    assert told(
        """\
        redy: /health
        ready: {path: health, deadline: soon}
        requests:
          - name: a
            image: golden/8.png
          - path: /
          - name: a
            expect:
              json: {"b[": 1}
        compare: [1]
        """,
        "golden/7.png",
    ) == [
        (1, "`redy` is not known here: perhaps `ready` is meant."),
        (2, '`deadline` must be a number of seconds from 1 to 3600, not "soon".'),
        (2, "`path` must be a path that begins with '/', without spaces, not \"health\"."),
        (5, "golden/8.png is not there: put it beside the suite."),
        (6, "A request has no name: add one, like `name: reads a seven`."),
        (7, "Another request has the name a, too: give each its own."),
        (9, "`b[` is no JMESPath expression (Invalid jmespath expression: Incomplete expression): mend it."),
        (10, "`compare` must be a share from 0 to 1 (0.9 is 90 %), true, false or a block of fields, not [1]."),
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("requests: [", "no valid YAML"),
        ("a: b: c", "mapping values are not allowed"),
        ("[1, 2]", "`suite` must be a block"),
        ("ready: {path: /, path: /b}", "is there twice"),
        ("ready: {deadline: .inf}", "from 1 to 3600"),
        ("ready: {deadline: true}", "from 1 to 3600"),
        ("ready: {path: '//a b'}", "begins with '/'"),
        ("identity: {expression: a, header: b}", "not by both"),
        ("identity: {severity: should}", "`severity` is not known here"),
        ("predict: {send: xml}", "one of json, multipart, raw"),
        ("accuracy: {at_least: 0.9, severity: shall}", "one of must, should"),
        ("concurrency: 1000", "a whole number from 1 to 64"),
        ("golden: ../elsewhere", "stays beside the suite"),
        ("requests: {name: a}", "`requests` must be a list"),
        ("requests: [{name: a, json: 1, raw: x}]", "has one body"),
        ("requests: [{name: a, path: '/?b=1', query: {c: 2}}]", "in `path` or in `query`"),
        ("requests: [{name: a, json: .nan}]", "a number that JSON does not know"),
        ("requests: [{name: a, headers: {Host: evil.example}}]", "set by the client"),
        ('requests: [{name: a, headers: {x: "1\\r\\nHost: evil.example"}}]', "text of one line"),
        ("requests: [{name: a, expect: 2000}]", "a status such as 200 or 4xx"),
        ("requests: [{name: a, expect: {json: {b: {at_leest: 1}}}}]", "perhaps `at_least`"),
        ("requests: [{name: a, expect: {json: {b: {about: 1}}}}]", "both `about` and `within`"),
        ("requests: [{name: a, expect: {json: {b: {equals: 1, at_most: 1}}}}]", "in one way"),
        ("requests: [{name: a, expect: {schema: {type: strin}}}]", "is no JSON Schema"),
        ("requests: [{name: a, expect: {schema: {pattern: '('}}}]", "is no JSON Schema"),
        ("requests: [{name: a, expect: {text: {matches: '('}}}]", "is no regular expression"),
        ("requests: [{name: a, expect: {status: []}}]", "a list of statuses"),
        ("requests: [{name: a, expect: {json: {b: {equals: null, matches: c}}}}]", "in one way"),
        ("contract: {schema: {$ref: 'file:///etc/passwd'}}", "refers to another document"),
        ("contract: {malformed: [{json: 1, severity: should}]}", "as severe as its `contract`"),
        ("identity: {answers: 21}", "a whole number from 1 to 20"),
        ("predict: {answer: '[@, @][] | [@, @][]'}", "may become endless"),
        ("predict: {answer: 'a[?b == `1`].join(c, d)'}", "may become endless"),
        ("predict: {answer: 'lenght(a)'}", "calls lenght, which is no function"),
        (f"predict: {{answer: {'a' * 201}}}", "has more than 200 characters"),
        ("a: !!python/object/apply:os.system [ls]", "`a` is not known here"),
        ("golden: !!python/name:os.system x", "Tags cannot be used"),
        ("&a [*a]", "repeats itself"),
        ("[" * 20_000, "nests more than"),
        ("x: " + "y" * 300_000, "larger than"),
    ],
)
def test_mistakes_are_explained(text: str, why: str) -> None:
    """One sentence instead of a traceback."""
    with pytest.raises(SuiteInvalid, match=why):
        read(text.encode())


def test_a_suite_that_is_no_text_is_told() -> None:
    """Whatever editor wrote it."""
    assert [problem.sentence for problem in problems("ü".encode("utf-16"))] == [
        "The suite is not UTF-8 text: save it as UTF-8."
    ]


def test_a_long_list_of_mistakes_is_cut_in_one_sentence() -> None:
    """What CodePipeline shows has little room, `check` tells them all."""
    many = "\n".join(f"check{number}: 1" for number in range(9))
    with pytest.raises(SuiteInvalid, match=r"line 5: .* And 4 more\.$"):
        read(many.encode())
    assert len(problems(many.encode())) == 9


def test_aliases_cannot_make_a_suite_endless() -> None:
    """Neither plain ones nor merged ones."""
    plain = "a0: &a0 [1]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}]\n" for n in range(1, 12))
    began = time.process_time()
    assert "too often" in told(plain)[0][1]
    assert "`<<`" in told("a: &a {b: 1}\nc: {<<: *a}")[0][1]
    assert time.process_time() - began < 3


@pytest.mark.parametrize("written", ["no", "Yes", "off", "010", "12:30", "12:30:45"])
def test_what_yaml_reads_otherwise_than_it_is_written_is_told(written: str) -> None:
    """Nobody who expects `no` means false; in quotes it is what it looks like."""
    content = "requests: [{{name: a, expect: {{json: {{answer: {}}}}}}}]"
    (told,) = problems(content.format(written).encode())
    assert told.sentence == f"`{written}` is not read as it is written: put quotes around it, '{written}'."
    assert problems(content.format(f"'{written}'").encode()) == []


@pytest.mark.parametrize("written", ["true", "false", "7", "0", "0.5", "-1", "1e3"])
def test_numbers_and_true_and_false_stay_as_they_are(written: str) -> None:
    """They mean what they look like."""
    assert problems(f"requests: [{{name: a, expect: {{json: {{answer: {written}}}}}}}]".encode()) == []
