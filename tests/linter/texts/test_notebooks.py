"""Notebooks: code cells are one program, findings name cell and line."""

from __future__ import annotations

import json
from typing import Any

from fakes import filled
from linter.linting import Shell


def notebook(*cells: dict[str, Any] | str, **about: Any) -> str:
    made = [_cell(each) if isinstance(each, str) else each for each in cells]
    return json.dumps(
        {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5, **about}, indent=1
    )


def _cell(source: str) -> dict[str, Any]:
    lines = filled(source).splitlines(keepends=True)
    return {"cell_type": "code", "metadata": {}, "outputs": [], "source": lines}


def _found(shell: Shell, *cells: dict[str, Any] | str, **about: Any) -> list[tuple[str, int, int]]:
    shell.write("a.ipynb", notebook(*cells, **about))
    _, content = shell.check()
    return [(each["rule"], each["cell"], each["line"]) for each in content["findings"]]


def test_cells_are_judged_together_in_order(shell: Shell) -> None:
    cells = [
        "import requests\nLOGIN = 'sato'\nPASS = '@PASSWORD@'",
        "import base64\nauth = base64.b64encode(f'{LOGIN}:{PASS}'.encode())",
        "requests.get('https://demo.cybozu.com/k/v1/app.json?id=1',\n  headers={'X-Cybozu-Authorization': auth})",
        "requests.get('https://demo.cybozu.com/k/v1/guest/5/app.json?id=1')",
    ]
    assert _found(shell, *cells) == [("KL102", 1, 3), ("KL201", 4, 1)]


def test_the_place_is_shown_as_cell_line_and_column_and_the_file_line_to_machines(
    shell: Shell,
) -> None:
    text = notebook(
        {"cell_type": "markdown", "source": ["# kintone"]}, "import kintone\nt = '@TOKEN@'"
    )
    shell.write("a.ipynb", text)
    row = next(n for n, line in enumerate(text.splitlines(), 1) if "t = '" in line)
    _, out, _ = shell.run("check", "--output-format", "concise")
    assert out.startswith("a.ipynb:cell 2:2:")
    _, out, _ = shell.run("check", "--output-format", "github")
    assert f"line={row},endLine={row}" in out
    assert "cell 2, line 2" in out
    _, out, _ = shell.run("check", "--output-format", "gitlab")
    assert json.loads(out)[0]["location"]["lines"]["begin"] == row
    _, out, _ = shell.run("check", "--output-format", "sarif")
    (result,) = json.loads(out)["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": row}
    _, out, _ = shell.run("check", "--output-format", "rdjson")
    assert json.loads(out)["diagnostics"][0]["location"]["range"]["start"] == {"line": row}


def test_magics_are_skipped_and_searched_as_text(shell: Shell) -> None:
    cells = [
        "%matplotlib inline\nimport os, kintone\n!pip install kintone\nx = !ls\nkintone?\nt = '@TOKEN@'",
        "%%bash\ncurl -H 'X-Cybozu-API-Token: @TOKEN2@' https://demo.cybozu.com/k/v1/app.json",
        "!curl -u 'gate:@PASSWORD@' https://demo.cybozu.com/k/v1/app.json",
        "%%time\nu = '@TOKEN@'",
    ]
    assert _found(shell, *cells) == [
        ("KL101", 1, 6),
        ("KL101", 2, 2),
        ("KL105", 3, 1),
        ("KL101", 4, 2),
    ]


def test_outputs_are_searched_for_tokens(shell: Shell) -> None:
    cell = _cell("import kintone\nprint(headers)")
    cell["outputs"] = [
        {
            "output_type": "stream",
            "name": "stdout",
            "text": ["ok\n", filled("{'X-Cybozu-API-Token': '@TOKEN@'}\n")],
        },
        {
            "output_type": "execute_result",
            "data": {"text/plain": [filled("'@TOKEN2@'")], "image/png": filled("@TOKEN@")},
        },
    ]
    shell.write("a.ipynb", notebook(cell))
    _, content = shell.check()
    assert [
        (each["rule"], each["cell"], each["line"], each["severity"]) for each in content["findings"]
    ] == [
        ("KL101", 1, 1, "warning"),
        ("KL101", 1, 2, "warning"),
    ]
    assert "in the output of a cell" in content["findings"][0]["message"]


def test_a_cell_that_cannot_be_parsed_is_searched_and_the_others_are_judged(shell: Shell) -> None:
    cells = ["import kintone\nt = '@TOKEN@'", "kintone token = '@TOKEN2@'"]
    assert _found(shell, *cells) == [("KL101", 1, 2), ("KL101", 2, 1)]


def test_an_older_format_is_read(shell: Shell) -> None:
    cell = {
        "cell_type": "code",
        "language": "python",
        "input": [filled("import kintone\n"), filled("t = '@TOKEN@'")],
        "outputs": [],
    }
    shell.write("a.ipynb", json.dumps({"worksheets": [{"cells": [cell]}], "nbformat": 3}))
    _, content = shell.check()
    assert [(each["cell"], each["line"]) for each in content["findings"]] == [(1, 2)]


def test_cells_of_another_language_are_texts(shell: Shell) -> None:
    about = {"metadata": {"language_info": {"name": "R"}}}
    assert _found(shell, "kintoneToken <- '@TOKEN@'", **about) == [("KL101", 1, 1)]


def test_half_a_notebook_is_searched_as_text(shell: Shell) -> None:
    shell.write("a.ipynb", notebook("import kintone\nt = '@TOKEN@'")[:-20])
    code, out, _ = shell.run("check", "--output-format", "concise")
    assert code == 1
    assert "a.ipynb: not valid JSON" in out
    assert "it was searched as text" in out


def test_a_comment_in_a_cell_silences_a_finding(shell: Shell) -> None:
    assert _found(shell, "import kintone\nt = '@TOKEN@'  # kintone-lint: ignore[KL101] demo") == []


def test_no_notebook_is_changed(shell: Shell) -> None:
    text = notebook(
        "import requests\nrequests.get('https://demo.cybozu.com/k/v1/guest/5/app.json?id=1')"
    )
    file = shell.write("a.ipynb", text)
    assert shell.run("check", "--fix")[0] == 1
    assert file.read_text() == text
