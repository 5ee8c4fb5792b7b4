"""The shape of the house: who may import whom, who reads the environment, and what the repository may hold."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests import needs

PROJECT: Final = Path(__file__).resolve().parent.parent
PACKAGES: Final = ("service", "translations", "workers")
CONTRACTS: Final = [
    contract["name"]
    for contract in tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
]
#: For each contract a module, and an import in it that the contract forbids.
BREAKS: Final = {
    "Imports point one way: workers, then service, then translations": (
        "translations/sentences.py",
        "from service import clock",
    ),
    "Engines load only in workers and in commands that translate": ("service/health.py", "import ctranslate2"),
    "The web process never reaches an engine": ("service/health.py", "from translations import translator"),
    "Understanding is pure: no web, no database, no queue": ("service/understanding/facts/labs.py", "import flask"),
    "A text is read from its letters upwards": (
        "service/understanding/facts/contacts.py",
        "from service.understanding.learned import model",
    ),
    "Channels know neither the storage nor each other's doors": (
        "service/channels/media_types.py",
        "from service.storage import tasks",
    ),
    "Messages and calls are separate channels": (
        "service/channels/twilio_voice.py",
        "from service.channels import twilio_messaging",
    ),
    "Translations stand alone": ("translations/digits.py", "import redis"),
}
ENGINES: Final = ("ctranslate2", "sentencepiece", "argostranslate", "torch", "stanza")
MOST_BYTES: Final = 3_000_000
MACHINE_PATH: Final = re.compile(r"(?<![\w.\-])/(?:work|tmp|root|home/\w+|Users/\w+)/")
REGISTRY: Final = re.compile(
    "|".join((r"pypi\.o" + "rg", "pythonho" + "sted", r"registry\.np" + "mjs", r"test\.py" + "pi"))
)


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((PROJECT / package).rglob("*.py"))


def name_of(path: Path) -> str:
    return str(path.relative_to(PROJECT))


# The direction of imports


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "lint-imports"
    return subprocess.run(
        [str(program), "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "COLUMNS": "200", "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


def broken(done: subprocess.CompletedProcess[str]) -> set[str]:
    return {name for name in CONTRACTS if re.search(rf"^{re.escape(name)} BROKEN", done.stdout, re.MULTILINE)}


def copy_of_the_house(folder: Path) -> Path:
    """Its modules alone: the graph of imports needs no data."""
    for path in modules():
        copy = folder / path.relative_to(PROJECT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    shutil.copyfile(PROJECT / "pyproject.toml", folder / "pyproject.toml")
    return folder


def test_every_contract_on_imports_is_kept() -> None:
    done = lint_imports(PROJECT)
    assert (done.returncode, broken(done)) == (0, set()), done.stdout


def test_every_contract_has_its_test() -> None:
    assert set(BREAKS) == set(CONTRACTS)


@pytest.mark.parametrize("contract", BREAKS)
@pytest.mark.parametrize("where", ["at the top", "inside a function"])
def test_a_contract_fails_when_it_is_broken_on_purpose(contract: str, where: str, tmp_path: Path) -> None:
    house = copy_of_the_house(tmp_path)
    module, forbidden = BREAKS[contract]
    hidden = f"\n\ndef _hidden() -> None:\n    {forbidden}\n"
    with (house / module).open("a", encoding="utf-8") as file:
        file.write(f"\n{forbidden}\n" if where == "at the top" else hidden)
    done = lint_imports(house)
    assert done.returncode == 1, done.stdout + done.stderr
    assert contract in broken(done)


@pytest.mark.parametrize("module", ["service.app", "service.web", "service.console", "service.enquiries.receive"])
def test_the_web_process_loads_no_engine(module: str) -> None:
    code = f"import sys, {module}; print(*[name for name in {ENGINES!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


# Who reads the environment


def environment_readers(tree: ast.AST) -> list[int]:
    """The lines on which a module reaches for the environment, by whatever name."""
    names = {"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"}
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in names and not isinstance(node.value, ast.Attribute):
            # Flask's request has an `environ` of its own: `request.environ` is no environment variable.
            if not (isinstance(node.value, ast.Name) and node.value.id in ("request", "self")):
                found.append(node.lineno)
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            found += [node.lineno for alias in node.names if alias.name in (*names, "*")]
    return found


def test_only_the_settings_read_the_environment() -> None:
    reading = {name_of(path): environment_readers(ast.parse(path.read_text("utf-8"))) for path in modules()}
    assert {name for name, lines in reading.items() if lines} == {"service/settings.py"}


@pytest.mark.parametrize(
    "code",
    [
        "import os\nos.environ['X']",
        "import os\nos.getenv('X')",
        "from os import environ",
        "from os import getenv as g",
        "import os as o\no.environ.get('X')",
        "def f():\n    import os\n    return dict(os.environ)",
    ],
)
def test_every_way_to_read_the_environment_is_seen(code: str) -> None:
    assert environment_readers(ast.parse(code))


# Style that no other tool sees


@pytest.mark.parametrize("folder", PACKAGES)
def test_every_module_opens_with_a_sentence(folder: str) -> None:
    silent = [
        name_of(path)
        for path in sorted((PROJECT / folder).rglob("*.py"))
        if path.read_text("utf-8").strip() and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


def test_every_test_module_opens_with_a_sentence() -> None:
    paths = sorted((PROJECT / "tests").rglob("*.py"))
    silent = [path for path in paths if path.read_text("utf-8").strip() and not ast.get_docstring(ast.parse(path.read_text("utf-8")))]  # fmt: skip  # noqa: E501
    assert [name_of(path) for path in silent] == []


def test_no_module_leaves_work_for_later() -> None:
    later = re.compile(r"#.*\b(TODO|FIXME|XXX)\b")
    found = [name_of(path) for path in modules() if later.search(path.read_text("utf-8"))]
    assert found == []


# What the repository holds


def repository() -> list[Path]:
    """The files under version control; in a copy without it there is nothing to look at."""
    if not (PROJECT / ".git").exists() or shutil.which("git") is None:
        return []
    done = subprocess.run(
        ["git", "-c", f"safe.directory={PROJECT}", "ls-files", "-z"],
        cwd=PROJECT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [path for name in done.stdout.split("\0") if name and (path := PROJECT / name).is_file()]


def texts(paths: list[Path]) -> Iterator[tuple[str, str]]:
    for path in paths:
        content = path.read_bytes()
        if b"\x00" not in content:
            yield name_of(path), content.decode("utf-8", "replace")


def test_no_file_of_the_repository_is_large() -> None:
    assert [name_of(path) for path in repository() if path.stat().st_size > MOST_BYTES] == []


def test_the_repository_names_no_machines_folders() -> None:
    found = [name for name, text in texts(repository()) if MACHINE_PATH.search(text)]
    assert [name for name in found if name != name_of(Path(__file__))] == []


def test_the_repository_names_no_package_registry() -> None:
    assert [name for name, text in texts(repository()) if REGISTRY.search(text)] == []


def test_nothing_that_a_machine_made_is_in_the_repository() -> None:
    made = re.compile(r"(^|/)(__pycache__|\.venv|data|build|\.[a-z]+_cache)/|\.(pyc|mo|db|sock|log)$")
    assert [name_of(path) for path in repository() if made.search(name_of(path))] == []


def test_a_forbidden_path_would_be_seen() -> None:
    for folder in ("work", "tmp", "root"):
        assert MACHINE_PATH.search(f'open("/{folder}/x")')
    assert not MACHINE_PATH.search("https://clinic.example/work/x and ./tmp/ and teamwork/tmp/x")
    assert REGISTRY.search("https://pypi.o" + "rg/simple")


def test_a_component_of_the_machine_may_be_missing_only_where_tests_may_skip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(needs.COMPONENTS, "apertium", lambda: False)
    monkeypatch.delenv(needs.NO_SKIP, raising=False)
    with pytest.raises(pytest.skip.Exception):
        needs.need("apertium")
    monkeypatch.setenv(needs.NO_SKIP, "1")
    with pytest.raises(pytest.fail.Exception):
        needs.need("apertium")
