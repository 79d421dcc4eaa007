"""Each way in which a credential is encoded so that Kintone cannot read it (KL302), and its fix."""

from __future__ import annotations

import re

import pytest

from linter.linting import Shell, linted

MARK = re.compile(r" *#!$", re.MULTILINE)
LOGIN = 'pair = base64.b64encode(f"{user}:{password}".encode())\n'
BOTH = '{"X-Cybozu-API-Token": token, "Authorization": '

# What is found on the line that ends in `#!`, and what `--fix` writes there; None for no fix.
WRONG = {
    "an f-string": (
        f'import base64\n{LOGIN}headers = {{"X-Cybozu-Authorization": f"{{pair}}"}}  #!\n',
        'headers = {"X-Cybozu-Authorization": f"{pair.decode()}"}',
    ),
    "an f-string for the gate": (
        f'import base64\n{LOGIN}headers = {BOTH}f"Basic {{pair}}"}}  #!\n',
        f'headers = {BOTH}f"Basic {{pair.decode()}}"}}',
    ),
    "format": (
        f'import base64\n{LOGIN}headers = {BOTH}"Basic {{}}".format(pair)}}  #!\n',
        f'headers = {BOTH}"Basic {{}}".format(pair.decode())}}',
    ),
    "percent": (
        f'import base64\n{LOGIN}headers = {BOTH}"Basic %s" % pair}}  #!\n',
        f'headers = {BOTH}"Basic %s" % pair.decode()}}',
    ),
    "str()": (
        f'import base64\n{LOGIN}headers = {{"X-Cybozu-Authorization": str(pair)}}  #!\n',
        'headers = {"X-Cybozu-Authorization": str(pair.decode())}',
    ),
    "a function that gives bytes": (
        "import base64\ndef encode(user, password):\n"
        '    return base64.b64encode(f"{user}:{password}".encode())\n'
        'headers = {"X-Cybozu-API-Token": token}\n'
        'headers["Authorization"] = f"Basic {encode(u, p)}"  #!\n',
        'headers["Authorization"] = f"Basic {encode(u, p).decode()}"',
    ),
    "the URL-safe alphabet": (
        'import base64\nraw = f"{user}:{password}".encode()\n'
        "pair = base64.urlsafe_b64encode(raw).decode()  #!\n"
        'headers = {"X-Cybozu-Authorization": pair}\n',
        "pair = base64.b64encode(raw).decode()",
    ),
    "the URL-safe alphabet for the gate": (
        'import base64\npair = base64.urlsafe_b64encode(f"{user}:{password}".encode()).decode()  #!\n'
        f'headers = {BOTH}"Basic " + pair}}\n',
        'pair = base64.b64encode(f"{user}:{password}".encode()).decode()',
    ),
    "lines": (
        'import base64\npair = base64.encodebytes(f"{user}:{password}".encode()).decode()  #!\n'
        'headers = {"X-Cybozu-Authorization": pair}\n',
        'pair = base64.b64encode(f"{user}:{password}".encode()).decode()',
    ),
    "lines as in Python 2": (
        'import base64\npair = base64.encodestring("%s:%s" % (user, password))  #!\n'
        f'headers = {BOTH}"Basic " + pair}}\n',
        'pair = base64.b64encode("%s:%s" % (user, password))',
    ),
    "one line with its end": (
        'import binascii\npair = binascii.b2a_base64(f"{user}:{password}".encode()).decode()  #!\n'
        'headers = {"X-Cybozu-Authorization": pair}\n',
        None,
    ),
    "hex": (
        'pair = f"{user}:{password}".encode().hex()  #!\n'
        'headers = {"X-Cybozu-Authorization": pair}\n',
        None,
    ),
    "Base32": (
        'import base64\npair = base64.b32encode(f"{user}:{password}".encode()).decode()  #!\n'
        'headers = {"X-Cybozu-Authorization": pair}\n',
        None,
    ),
    "UTF-16": (
        'import base64\npair = base64.b64encode(f"{u}:{p}".encode("utf-16")).decode()  #!\n'
        'headers = {"X-Cybozu-Authorization": pair}\n',
        'pair = base64.b64encode(f"{u}:{p}".encode("utf-8")).decode()',
    ),
    "Latin-1, encoded before": (
        'import base64\nraw = f"{user}:{password}".encode(encoding="latin-1")\n'
        "pair = base64.b64encode(raw).decode()  #!\nlog(raw)\n"
        'headers = {"X-Cybozu-Authorization": pair}\n',
        None,
    ),
    "a codec of bytes()": (
        'import base64\npair = base64.b64encode(bytes(user + ":" + password, "cp932")).decode()  #!\n'
        'headers = {"X-Cybozu-Authorization": pair}\n',
        'pair = base64.b64encode(bytes(user + ":" + password, "utf-8")).decode()',
    ),
    "each part with a codec": (
        "import base64\n"
        'pair = base64.b64encode(u.encode("cp932") + b":" + p.encode("cp932")).decode()  #!\n'
        'headers = {"X-Cybozu-Authorization": pair}\n',
        'pair = base64.b64encode(u.encode("utf-8") + b":" + p.encode("utf-8")).decode()',
    ),
    "a scheme word": (
        f'import base64\n{LOGIN}headers = {{"X-Cybozu-Authorization": f"Basic {{pair.decode()}}"}}  #!\n',
        'headers = {"X-Cybozu-Authorization": f"{pair.decode()}"}',
    ),
    "a scheme word before a token": (
        'headers = {"X-Cybozu-API-Token": f"Bearer {token}"}  #!\n',
        'headers = {"X-Cybozu-API-Token": f"{token}"}',
    ),
    "no encoding": (
        'headers = {"X-Cybozu-Authorization": "{}:{}".format(user, password)}  #!\n',
        None,
    ),
    "a token that is encoded": (
        "import base64\n"
        'headers = {"X-Cybozu-API-Token": base64.b64encode(token.encode()).decode()}  #!\n',
        'headers = {"X-Cybozu-API-Token": token}',
    ),
    "a token that is encoded before": (
        "import base64\nencoded = base64.b64encode(token.encode()).decode()\n"
        'headers = {"X-Cybozu-API-Token": encoded}  #!\n',
        None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_encoding_is_found(name: str) -> None:
    code, _ = WRONG[name]
    expected = [at for at, line in enumerate(code.splitlines(), 1) if line.endswith("#!")]
    findings = linted(MARK.sub("", code)).findings
    assert [(each.rule, each.span.line) for each in findings] == [("KL302", n) for n in expected]


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_encoding_is_put_right(name: str, shell: Shell) -> None:
    code, fixed = WRONG[name]
    file = shell.write("app.py", MARK.sub("", code))
    shell.run("check", "--fix", ".")
    lines = [
        line if not line.endswith("#!") or fixed is None else fixed for line in code.splitlines()
    ]
    assert file.read_text("utf-8") == MARK.sub("", "\n".join(lines) + "\n")
