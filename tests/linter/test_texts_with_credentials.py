"""Credentials in texts of every kind: Base64 logins, command lines, connection strings."""

from __future__ import annotations

from base64 import b64encode

import pytest

from fakes import fakes, filled, token
from kintone_lint.kintone.commands import in_command, in_list
from kintone_lint.kintone.connections import in_connection
from kintone_lint.kintone.names import CredentialKind, credential_kind
from kintone_lint.kintone.secrets import logins_in, tokens_in

PASSWORD = fakes()["@PASSWORD@"]
TOKEN = token(1)


def encoded(text: str) -> str:
    return b64encode(text.encode()).decode()


# ---- Base64 logins


@pytest.mark.parametrize(
    "login", [f"sato:{PASSWORD}", f"h.tanaka@example.co.jp:{PASSWORD}", f"佐藤:{PASSWORD}"]
)
def test_a_login_is_found_in_a_text(login: str) -> None:
    text = f"auth={encoded(login)}; x"
    assert [match[0] for match in logins_in(text)] == [encoded(login)]


def test_a_login_of_forty_characters_is_no_token() -> None:
    text = encoded(f"h.tanaka:{PASSWORD}Zx81q"[:30])
    assert len(text) == 40
    assert text.isalnum()
    assert [match[0] for match in logins_in(text)] == [text]
    assert not tuple(tokens_in(text))


@pytest.mark.parametrize(
    "plain",
    [
        "Administrator:cybozu",
        "user:password",
        "s6BhdRkqt3:gX1fBat3bV",
        "sato:your-password",
        '{"a":"Zx81mQpL20"}',
        "https://demo.cybozu.com",
        "note: Zx81mQpL20 is the first",
        "User:583231",
        "04:User583231",
        "localhost:8080",
        "sha256:5f4dcc3b5aa765d61d8327deb882cf99",
        "Order:5f4dcc3b-5aa7-65d6-1d83-27deb882cf99",
        "arn:aws:iam::123456789012:role/kintone",
        "a,b:Zx81mQpL20",
        "no colon at all, Zx81mQpL20",
    ],
)
def test_other_base64_is_no_login(plain: str) -> None:
    assert not tuple(logins_in(encoded(plain)))


@pytest.mark.parametrize(
    "text", [TOKEN, "0123456789abcdef" * 4, "KintoneRestApiClient", "A" * 5_000, "/usr/lib/python"]
)
def test_what_only_has_the_alphabet_of_base64_is_no_login(text: str) -> None:
    assert not tuple(logins_in(text))


# ---- names


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("--kintone-api-token", CredentialKind.TOKEN),
        ("kintoneApiToken", CredentialKind.TOKEN),
        ("KINTONE_PASSWORD", CredentialKind.PASSWORD),
        ("KINTONE_BASIC_AUTH_PASSWORD", CredentialKind.BASIC),
        ("BasicAuthPassword", CredentialKind.BASIC),
        ("KINTONE_PFX_FILE_PASSWORD", CredentialKind.CERTIFICATE),
        ("SSLClientCertPassword", CredentialKind.CERTIFICATE),
        ("pkcs12_password", CredentialKind.CERTIFICATE),
        ("oauthRefreshToken", CredentialKind.OAUTH),
        ("KINTONE_PROXY_PASSWORD", None),
        ("ProxyPassword", None),
        ("KINTONE_PASSWORD_FILE", None),
        ("KINTONE_PFX_FILE_PATH", None),
        ("--base-url", None),
    ],
)
def test_a_name_says_what_it_holds(name: str, kind: CredentialKind | None) -> None:
    assert credential_kind(name, own=True) is kind


# ---- commands


def commanded(text: str) -> list[tuple[str, CredentialKind]]:
    text = filled(text)
    return [(text[each.start : each.end], each.kind) for each in in_command(text)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("cli-kintone record export --app 1 --password @PASSWORD@", CredentialKind.PASSWORD),
        ("cli-kintone record export --app 1 --password=@PASSWORD@", CredentialKind.PASSWORD),
        ("cli-kintone --password '@PASSWORD@' --app 1", CredentialKind.PASSWORD),
        ("./cli-kintone.exe -a 5 -u sato -p @PASSWORD@", CredentialKind.PASSWORD),
        ("cli-kintone \\\n  --basic-auth-password @PASSWORD@ \\\n  --app 1", CredentialKind.BASIC),
        ("cli-kintone --pfx-file-password @PASSWORD@", CredentialKind.CERTIFICATE),
        ("npx -y @kintone/mcp-server --kintone-password @PASSWORD@", CredentialKind.PASSWORD),
        (
            "python export.py --domain demo.cybozu.com --password @PASSWORD@",
            CredentialKind.PASSWORD,
        ),
        ("KINTONE_PASSWORD=@PASSWORD@ npx @kintone/mcp-server", CredentialKind.PASSWORD),
        ("docker run -e KINTONE_PASSWORD=@PASSWORD@ kintone/mcp-server", CredentialKind.PASSWORD),
        ("$env:KINTONE_PASSWORD = '@PASSWORD@'", CredentialKind.PASSWORD),
        ('{"env": {"KINTONE_PASSWORD": "@PASSWORD@"}}', CredentialKind.PASSWORD),
        ("curl -u gate:@PASSWORD@ https://demo.cybozu.com/k/v1/app.json", CredentialKind.BASIC),
    ],
)
def test_a_password_in_a_command_is_found(text: str, kind: CredentialKind) -> None:
    assert commanded(text) == [(PASSWORD, kind)]


def test_tokens_in_a_command_are_found() -> None:
    assert commanded("cli-kintone --api-token @TOKEN@") == [(TOKEN, CredentialKind.TOKEN)]
    assert commanded("cli-kintone -t @SECRET@") == [(fakes()["@SECRET@"], CredentialKind.TOKEN)]


@pytest.mark.parametrize(
    "text",
    [
        "cli-kintone --password $KINTONE_PASSWORD --api-token ${KINTONE_API_TOKEN}",
        "cli-kintone --password %KINTONE_PASSWORD%",
        'cli-kintone --password "Pre9$PW"',
        'cli-kintone --password "$(cat password.txt)" --app 1',
        "cli-kintone --password <password> --api-token <token>",
        "cli-kintone --password {password} --api-token %s",
        "Usage: cli-kintone --password PASSWORD --api-token TOKEN",
        "cli-kintone --password your-password1 --app 1",
        "KINTONE_PASSWORD is not set; KINTONE_PASSWORD=hogehoge99",
        "KINTONE_API_TOKEN=(.*)",
        "KINTONE_PASSWORD=op://vault/kintone/1",
        "mysqldump --password=@PASSWORD@ kintone > kintone-backup.sql",
        "zip -P @PASSWORD@ kintone.zip x.csv && cli-kintone record import --app 5",
        "curl -u user:@PASSWORD@ https://api.example.com/kintone",
        "curl --proxy-user sato:@PASSWORD@ https://demo.cybozu.com/k/v1/app.json",
        "docker run -e POSTGRES_PASSWORD=@PASSWORD@ -e KINTONE_DOMAIN=demo.cybozu.com db",
        "ssh host; pg_dump --password=@PASSWORD@ > demo.cybozu.com.sql",
        "KINTONE_PROXY_PASSWORD=@PASSWORD@",
        'KINTONE_PASSWORD = os.environ["KINTONE_PASSWORD"]',
        'KINTONE_PASSWORD = os.getenv("KINTONE_PASSWORD")',
        "KINTONE_PASSWORD = settings.KINTONE_V2",
        "KINTONE_PASSWORD: the password, as in KINTONE_LOGIN: the login",
    ],
)
def test_a_command_without_a_secret_of_kintone_is_silent(text: str) -> None:
    assert commanded(text) == []


def listed(*items: str) -> list[tuple[int, str, CredentialKind]]:
    texts = [filled(item) for item in items]
    return [(at, texts[at][each.start : each.end], each.kind) for at, each in in_list(texts)]


def test_arguments_one_by_one() -> None:
    tool = ("npx", "-y", "@kintone/mcp-server")
    assert listed(*tool, "--kintone-password", "@PASSWORD@") == [
        (4, PASSWORD, CredentialKind.PASSWORD)
    ]
    assert listed(*tool, "--kintone-api-token=@TOKEN@") == [(3, TOKEN, CredentialKind.TOKEN)]
    assert listed("docker", "-e", "KINTONE_PASSWORD=@PASSWORD@") == [
        (2, PASSWORD, CredentialKind.PASSWORD)
    ]
    assert listed("curl", "-u", "gate:@PASSWORD@", "https://demo.cybozu.com") == [
        (2, PASSWORD, CredentialKind.BASIC)
    ]
    assert listed("--kintone-password", "@PASSWORD@") == [(1, PASSWORD, CredentialKind.PASSWORD)]


@pytest.mark.parametrize(
    "items",
    [
        ("mysqldump", "--password=@PASSWORD@", "kintone"),
        ("cli-kintone", "--password", "$KINTONE_PASSWORD"),
        ("cli-kintone", "--password", "--app"),
        ("cli-kintone", "--password"),
        ("--password", "@PASSWORD@"),
        ("curl", "-u", "sato:@PASSWORD@", "https://api.example.com"),
        ("docker", "-e", "DB_PASSWORD=@PASSWORD@", "-e", "KINTONE_DOMAIN=demo.cybozu.com"),
    ],
)
def test_arguments_without_a_secret_of_kintone_are_silent(items: tuple[str, ...]) -> None:
    assert listed(*items) == []


# ---- connection strings


def connected(text: str, *, own: bool = False) -> list[tuple[str, CredentialKind]]:
    text = filled(text)
    return [(text[each.start : each.end], each.kind) for each in in_connection(text, own=own)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (
            "User=sato;Password=@PASSWORD@;Url=https://demo.cybozu.com;GuestSpaceId=7",
            CredentialKind.PASSWORD,
        ),
        (
            "url='https://demo.kintone.com'; user = sato; password = '@PASSWORD@'",
            CredentialKind.PASSWORD,
        ),
        ("DRIVER={CData ODBC Driver for Kintone};UID=sato;PWD=@PASSWORD@", CredentialKind.PASSWORD),
        ("DSN=CData Kintone Source;Password=@PASSWORD@", CredentialKind.PASSWORD),
        ("jdbc:kintone:User=sato;Password=@PASSWORD@;", CredentialKind.PASSWORD),
        ("kintone:///?User=sato&Password=@PASSWORD@&Url=x", CredentialKind.PASSWORD),
        ("Url=https://demo.cybozu.com;Basic Auth Password=@PASSWORD@", CredentialKind.BASIC),
        (
            "Url=https://demo.cybozu.com;SSLClientCertPassword=@PASSWORD@",
            CredentialKind.CERTIFICATE,
        ),
    ],
)
def test_a_password_in_a_connection_string_is_found(text: str, kind: CredentialKind) -> None:
    assert connected(text) == [(PASSWORD, kind)]


def test_tokens_in_a_connection_string_are_found() -> None:
    text = "AuthScheme=APIToken;APIToken=@TOKEN@;AppId=31;Url=http://demo.cybozu.com;"
    assert connected(text) == [(TOKEN, CredentialKind.TOKEN)]


def test_where_it_goes_may_be_known_from_outside() -> None:
    assert connected("User=sato;Password=@PASSWORD@") == []
    assert connected("User=sato;Password=@PASSWORD@", own=True) == [
        (PASSWORD, CredentialKind.PASSWORD)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "User=myuseraccount;Password=mypassword;Url=http://subdomain.domain.com;GuestSpaceId=id",
        "User={};Password={};Url=https://demo.cybozu.com",
        "User=sato;Password=${KINTONE_PASSWORD};Url=https://demo.cybozu.com",
        "DRIVER={ODBC Driver 17 for SQL Server};SERVER=db;DATABASE=kintone;UID=sa;PWD=@PASSWORD@",
        "host=db user=kintone password=@PASSWORD@ dbname=kintone",
        "Server=db;Database=kintone;User Id=sa;Password=@PASSWORD@;",
        "jdbc:postgresql://db/kintone?user=sato&password=@PASSWORD@",
        "jdbc:postgresql://db/x?url=https://demo.cybozu.com&password=@PASSWORD@",
        "ProxyServer=p;ProxyPassword=@PASSWORD@;Url=https://demo.cybozu.com",
    ],
)
def test_a_connection_without_a_secret_of_kintone_is_silent(text: str) -> None:
    assert connected(text) == []
