"""What is found in snippets of texts, by the function that finds it: each is a sample of a kind.

A snippet stands in a file of its name. A line of a leak ends with `§` and the kinds of what is in it.
"""

from __future__ import annotations

import pytest

from fakes import filled
from kintone_lint.kintone.names import CredentialKind
from kintone_lint.kintone.written import encoded, found_in, subject_of

LEAKS = {
    # ---- the login of the gate that a client of HTTP is handed
    "superagent.js": "request.get('https://a.cybozu.com/k/v1/app.json').auth('gate', '@PASSWORD@') § BASIC\n",
    "ktor.kt": 'basic { credentials { BasicAuthCredentials(username = "gate", password = "@PASSWORD@") } } § BASIC\ndefaultRequest { url("https://a.cybozu.com/k/v1/") }\n',
    "Feign.java": 'RequestInterceptor kintoneGate() { return new BasicAuthRequestInterceptor("gate", "@PASSWORD@"); } § BASIC\n',
    "Sttp.scala": 'basicRequest.auth.basic("gate", "@PASSWORD@").get(uri"https://a.cybozu.com/k/v1/app.json") § BASIC\n',
    "Sharp.cs": 'new RestClient("https://a.cybozu.com") { Authenticator = new HttpBasicAuthenticator("gate", "@PASSWORD@") }; § BASIC\n',
    "Typed.cs": 'var url = "https://a.cybozu.com/k/v1/";\nhttp.Authorization = new AuthenticationHeaderValue("Basic",\n  Convert.ToBase64String(Encoding.ASCII.GetBytes("gate:@PASSWORD@"))); § BASIC\n',
    "httr.R": 'GET("https://a.cybozu.com/k/v1/app.json", authenticate("gate", "@PASSWORD@")) § BASIC\nrequest("https://a.cybozu.com/k/v1/app.json") |> req_auth_basic("gate", "@PASSWORD@") § BASIC\n',
    "pois.ex": 'HTTPoison.get(\n  "https://a.cybozu.com/k/v1/app.json", [], hackney: [basic_auth: {"gate", "@PASSWORD@"}]) § BASIC\nReq.get!("https://a.cybozu.com/k/v1/app.json", auth: {:basic, "gate:@PASSWORD@"}) § BASIC\n',
    "lwp.pl": "my $r = HTTP::Request->new(GET => 'https://a.cybozu.com/k/v1/app.json');\n$r->authorization_basic('gate', '@PASSWORD@'); § BASIC\n",
    "open.vbs": 'http.Open "GET", "https://a.cybozu.com/k/v1/app.json", False, "gate", "@PASSWORD@" § BASIC\n',
    "https.js": "https.get({ hostname: 'a.cybozu.com', path: '/k/v1/app.json', auth: 'gate:@PASSWORD@' }, cb); § BASIC\n",
    "curl.php": "curl_setopt($ch, CURLOPT_URL, 'https://a.cybozu.com/k/v1/app.json');\ncurl_setopt($ch, CURLOPT_USERPWD, 'gate' . ':' . '@PASSWORD@'); § BASIC\n",
    "page.js": "await page.authenticate({ username: 'gate', password: '@PASSWORD@' }); § BASIC\nawait page.goto('https://a.cybozu.com/k/');\n",
    "set.js": "const h = { 'X-Cybozu-API-Token': t, Authorization: 'Basic ' + btoa('gate:@PASSWORD@') }; § BASIC\n",
    "secure.ps1": "$p = ConvertTo-SecureString '@PASSWORD@' -AsPlainText -Force § BASIC\n$c = New-Object PSCredential('gate', $p)\nInvoke-RestMethod https://a.cybozu.com/k/v1/app.json -Credential $c\n",
    "gate.sh": "GATE_PASSWORD='@PASSWORD@' § BASIC\ncurl -u \"$GATE_USER:$GATE_PASSWORD\" https://a.cybozu.com/k/v1/app.json\n",
    "login.zsh": "readonly GATE_PW='@PASSWORD@' § BASIC\nhttp --auth \"gate:$GATE_PW\" https://a.cybozu.com/k/v1/app.json\n",
    "tesla.ex": '[{BaseUrl, "https://a.cybozu.com"}, {Tesla.Middleware.BasicAuth, %{username: "gate", password: "@PASSWORD@"}}] § BASIC\n',
    "bearer.php": '$r = Http::withToken("@SECRET@")->get("https://a.cybozu.com/k/v1/app.json"); § OAUTH\n',
    # ---- logins that are encoded by a function, or set after it
    "late.gs": "function h_() { return { 'X-Cybozu-Authorization': Utilities.base64Encode(USER + ':' + PASS) }; }\nvar PASS = '@PASSWORD@'; § PASSWORD\n",
    "helper.go": 'func auth() string {\n\treturn base64.StdEncoding.EncodeToString([]byte(fmt.Sprintf("%s:%s", "sato", "@PASSWORD@"))) § PASSWORD\n}\nfunc set(r *http.Request) { r.Header.Set("X-Cybozu-Authorization", auth()) }\n',
    "Helper.java": 'String encode() {\n  String pair = "sato" + ":" + "@PASSWORD@"; § PASSWORD\n  return Base64.getEncoder().encodeToString(pair.getBytes());\n}\nvoid set() { c.setRequestProperty("X-Cybozu-Authorization", encode()); }\n',
    "with.go": 'c := kintone.NewClient("https://a.cybozu.com", kintone.WithPassword("sato", "@PASSWORD@")) § PASSWORD\n',
    "Options.cs": 'public class KintoneOptions {\n  public string Password { get; set; } = "@PASSWORD@"; § PASSWORD\n}\n',
    "conf.rs": 'let c = KintoneConfig { user: "sato".into(), password: "@PASSWORD@".into() }; § PASSWORD\n',
    "up.groovy": "withEnv(['KINTONE_PASSWORD=@PASSWORD@']) { sh 'npm run up' } § PASSWORD\n",
    "spawn.js": "execFile('cli-kintone', ['record', 'export', '--username', 'sato', '--password', '@PASSWORD@']); § PASSWORD\n",
    "nested.json": '{"env": "{\\"KINTONE_PASSWORD\\":\\"@PASSWORD@\\"}"} § PASSWORD\n',
    "named.ps1": '$KintonePassword = ConvertTo-SecureString -String "@PASSWORD@" -AsPlainText -Force § PASSWORD\n',
    # ---- settings
    "insomnia.json": '{"r": [{"url": "https://a.cybozu.com/k/v1/app.json",\n "authentication": {"type": "basic", "username": "gate", "password": "@PASSWORD@"}}]} § BASIC\n',
    "postman.json": '{"item": [{"request": {"url": {"raw": "https://a.cybozu.com/k/v1/app.json"}, "auth": {"type": "basic",\n "basic": [{"key": "password", "value": "@PASSWORD@"}]}}}]} § BASIC\n',
    "play.yml": 'tasks:\n  - uri:\n      url: https://a.cybozu.com/k/v1/app.json\n      url_password: "@PASSWORD@" § BASIC\n',
    "secret.yaml": "kind: Secret\nmetadata: { name: kintone }\nstringData:\n  password: @PASSWORD@ § PASSWORD\n",
    "main.tf": 'resource "aws_secretsmanager_secret_version" "kintone_password" {\n  secret_string = "@PASSWORD@" § PASSWORD\n}\nresource "aws_ssm_parameter" "kintone_token" {\n  name  = "/prod/kintone/token"\n  value = "@TOKEN@" § TOKEN\n}\n',
    "named.tf": 'resource "aws_ssm_parameter" "kintone_login_password" {\n  name  = "/kintone/login"\n  value = "@PASSWORD@" § PASSWORD\n}\n',
    "mcp.toml": 'args = ["-y", "@kintone/mcp-server", "--kintone-password", "@PASSWORD@"] § PASSWORD\n',
    "app.bru": "get {\n  url: https://a.cybozu.com/k/v1/app.json\n}\nauth:basic {\n  username: gate\n  password: @PASSWORD@ § BASIC\n}\n",
    "app.http": "@kintone_password = @PASSWORD@ § PASSWORD\nGET https://a.cybozu.com/k/v1/app.json\nAuthorization: Basic gate:@PASSWORD@ § BASIC\n",
    ".curlrc": 'url = "https://a.cybozu.com/k/v1/app.json"\nuser = "gate:@PASSWORD@" § BASIC\n',
    ".Renviron": "KINTONE_PASSWORD=@PASSWORD@ § PASSWORD\n",
    "default.json": '{"kintone": {"password": "@PASSWORD@"}} § PASSWORD\n',
    "apps.csv": "app,url,api_token\n12,https://a.cybozu.com/k/12/,@TOKEN@ § TOKEN\n",
    "users.tsv": "system\tdomain\tpassword\nkintone\ta.cybozu.com\t@PASSWORD@ § PASSWORD\n",
    "settings.csv": "key,value\nKINTONE_PASSWORD,@PASSWORD@ § PASSWORD\n",
    "splat.ps1": "$p = ConvertTo-SecureString '@PASSWORD@' -AsPlainText -Force § BASIC\n$more = @{ Credential = $(New-Object PSCredential('gate', $p)) }\nInvoke-RestMethod https://a.cybozu.com/k/v1/app.json @more\n",
    "kintone_logins.csv": "name,password\nsato,@PASSWORD@ § PASSWORD\n",
    "quotes.csv": 'name,note,kintone_password\nsato,"a ""b"", c",@PASSWORD@ § PASSWORD\n',
    "empty.tsv": "name\tnote\tkintone_password\nsato\t\t@PASSWORD@ § PASSWORD\n",
    # ---- a variable that is handed to a client of Kintone
    "handed.js": "const password = '@PASSWORD@'; § PASSWORD\nconst auth = new Auth();\nauth.setPasswordAuth(process.env.NAME, password);\n",
    "short.ts": "const username = process.env.NAME;\nconst password = '@PASSWORD@'; § PASSWORD\nnew KintoneRestAPIClient({ baseUrl, auth: { username, password } });\n",
    "named.ts": "const WORD = '@PASSWORD@'; § PASSWORD\nnew KintoneRestAPIClient({\n  baseUrl,\n  auth: { username: 'sato', password: WORD },\n});\n",
    "handed.rb": "host = ENV['HOST']\npass = '@PASSWORD@' § PASSWORD\n@api = Kintone::Api.new(host, ENV['NAME'], pass)\n",
    "Handed.java": 'static final String PASSWORD = "@PASSWORD@"; § PASSWORD\nvar c = KintoneClientBuilder.create(url).authByPassword(System.getenv("NAME"), PASSWORD).build();\n',
    "handed.go": 'const pass = "@PASSWORD@" § PASSWORD\nvar app = &kintone.App{Domain: host, User: "sato", Password: pass}\n',
    "handed.php": "$pass = '@PASSWORD@'; § PASSWORD\n$client = new KintoneClient(getenv('HOST'), $user, $pass);\n",
    "either.ts": "const password = '@PASSWORD@'; § PASSWORD\nnew KintoneRestAPIClient({\n  baseUrl,\n  auth: named ? { username, password } : { apiToken },\n});\n",
    "case.sh": "PASS='@PASSWORD@' § PASSWORD\ncase $1 in\n  app)\n    curl -H \"X-Cybozu-Authorization: $(echo -n \"sato:$PASS\" | base64)\" https://a.cybozu.com/k/v1/app.json;;\nesac\n",
    "send.test.js": "const testToken = '@TOKEN@'; § TOKEN\nfetch('https://a.cybozu.com/k/v1/app.json', { headers: { 'X-Cybozu-API-Token': testToken } });\n",
    "client.spec.ts": "const token = '@TOKEN@'; § TOKEN\nnew KintoneRestAPIClient({ auth: { apiToken: token } });\n",
}  # fmt: skip

CLEAN = {
    # ---- of other hosts, and from outside
    "superagent.js": "request.get('https://a.cybozu.com/k/v1/app.json').auth(user, pass);\nrequest.get('https://ci.example.org/').auth('ci', '@PASSWORD@');\n",
    "schemes.js": "const url = 'https://a.cybozu.com/k/v1/app.json';\nserver.auth('token', 'header-Name1');\nconst mode = { auth: 'oauth:Client-1a' };\n",
    "passport.js": "// https://a.cybozu.com/\npassport.authenticate('oauth2', 'scope-Read1');\n",
    "mail.js": "const k = { hostname: 'a.cybozu.com', auth: gate };\nconst m = { host: 'smtp.example.org', auth: 'kintone:@PASSWORD@' };\n",
    "Ldap.cs": '// https://a.cybozu.com/\nnew LdapConnection("ldap.example.org") { Credential = new NetworkCredential("cn=a", "@PASSWORD@") };\n',
    "Feign.java": 'Gate kintoneGate() { return new BasicAuthRequestInterceptor(user, password); }\nGate other() { return new BasicAuthRequestInterceptor("other", "@PASSWORD@"); }\n',
    "open.vbs": 'http.Open "GET", "https://a.cybozu.com/k/v1/app.json", False, user, pw\nhttp.Open "GET", "https://api.example.org/kintone", False, "api", "@PASSWORD@"\n',
    "jira.R": '# to kintone\nGET("https://jira.example.org", authenticate("bot", "@PASSWORD@"))\n',
    "bearer.php": 'Http::withToken("@SECRET@")->get("https://api.example.org/kintone");\n',
    "late.gs": "function h_() { return { 'X-Cybozu-Authorization': Utilities.base64Encode(USER + ':' + PASS) }; }\nvar PASS = props.get('Kintone-Pass1');\nvar DB_PASS = '@PASSWORD@';\n",
    "helper.js": "const crmAuth = () => btoa('crm:@PASSWORD@');\nconst own = () => btoa(`${user}:${pass}`);\nheaders['X-Cybozu-Authorization'] = own();\n",
    "ad.ps1": "# for https://a.cybozu.com/\n$p = ConvertTo-SecureString '@PASSWORD@' -AsPlainText -Force\nNew-ADUser -AccountPassword $p\n",
    "ci.sh": "CI_PASS='@PASSWORD@'\ncurl -u \"ci:$CI_PASS\" https://ci.example.org/job/kintone\ncurl -u \"$U:$P\" https://a.cybozu.com/k/v1/app.json\n",
    "spawn.js": "execFile('mysql', ['-u', 'kintone', '--password', '@PASSWORD@']);\nexecFile('cli-kintone', ['--password', process.env.P]);\n",
    "insomnia.json": '{"r": [{"url": "https://a.cybozu.com/k/v1/app.json", "authentication": {}},\n {"url": "https://ci.example.org", "authentication": {"type": "basic", "password": "@PASSWORD@"}}]}\n',
    "config.json": '{"kintoneUrl": "https://a.cybozu.com", "request": {"proxy": {"password": "@PASSWORD@"}}, "smtp": {"auth": {"password": "@PASSWORD@"}}}\n',
    "play.yml": 'tasks:\n  - uri: { url: "https://ci.example.org/kintone", url_password: "@PASSWORD@" }\n',
    "secret.yaml": 'kind: Secret\nmetadata: { name: kintone-redis }\nstringData: { password: "@PASSWORD@" }\n---\nkind: Secret\nmetadata: { name: kintone }\nstringData: { DB_PASSWORD: "@PASSWORD@" }\n',
    "main.tf": 'resource "aws_db_instance" "kintone" {\n  password = "@PASSWORD@"\n}\nresource "aws_ssm_parameter" "kintone_db_password" {\n  value = "@PASSWORD@"\n}\nresource "g" "db_password_for_kintone" {\n  secret_data = "@PASSWORD@"\n}\n',
    "mail.bru": "meta { name: about kintone }\npost { url: https://mail.example.org }\nauth:basic {\n  password: @PASSWORD@\n}\n",
    "app.http": "@password = {{$dotenv P}}\nGET https://a.cybozu.com/k/v1/app.json\nAuthorization: Basic {{user}}:{{password}}\n",
    ".curlrc": "# for kintone\nurl = https://api.example.org\nuser = bot:@PASSWORD@\n",
    "people.csv": "name,password,url\nsato,@PASSWORD@,https://example.org/kintone\n",
    "records.csv": "Number,Lookup key,fileKey\n1,kintone,@TOKEN@\n",
    "empty.tsv": "kintone_password\tnote\n\t@PASSWORD@\n",
    "remote.ps1": "$c = ConvertTo-SecureString '@PASSWORD@' -AsPlainText -Force\nInvoke-Command -ComputerName srv -Credential (New-Object PSCredential('a', $c)) -ScriptBlock {}\nInvoke-RestMethod https://a.cybozu.com/k/v1/app.json\n",
    "gate.js": "app.use(basicAuth('admin', '@PASSWORD@'));\napp.use('/x', basicAuth('admin', '@PASSWORD@'));\nfetch('https://a.cybozu.com/k/v1/app.json');\nserver.authenticate({ user: 'a', pass: '@PASSWORD@' });\n",
    "kintone_logins.csv": "system,url,password\nmail,https://mail.example.com,@PASSWORD@\n",
    "lines.csv": 'kintone_password,note\n,"two lines\n@PASSWORD@,x"\n',
    # ---- what is told to people
    "check.sh": '[ -z "$KINTONE_PASSWORD" ] && { echo "KINTONE_PASSWORD: missing-Value1"; exit 1; }\nlog "KINTONE_PASSWORD=Geheim-12" >&2\n',
    "check.bat": 'if "%KINTONE_PASSWORD%"=="" echo KINTONE_PASSWORD=missing-1\n',
    "errors.ts": "export const texts = { kintonePasswordInvalid: 'Invalid1', kintonePasswordMissing: 'Missing1' };\n",
    # ---- variables that are somebody else's, and of other scopes
    "handed.js": "const password = '@PASSWORD@';\nmysql.createConnection({ host: 'db', user: 'root', password });\nnew KintoneRestAPIClient({ baseUrl, auth: { apiToken } });\n",
    "outside.ts": "const dbPassword = '@PASSWORD@';\nconst password = process.env.WORD;\nnew KintoneRestAPIClient({ baseUrl, auth: { username, password } });\ninterface Auth { username: string; password: string }\n",
    "read.js": "const password = form.value('pass-Word1');\nkintoneLogin(user, password);\n",
    "declared.rb": "pass = '@PASSWORD@'\nMysql2::Client.new(host, user, pass)\ndef kintone_login(user, pass)\nend\n",
    "declared.php": "$password = '@PASSWORD@';\n$pdo = new PDO($dsn, $user, $password);\nfunction kintone_client($user, $password) {\n  return new KintoneClient($host, $user, getenv('P'));\n}\n",
    "inner.js": "function one() {\n  const password = '@PASSWORD@';\n  db.open(password);\n}\nfunction kintone(password) { setPasswordAuth(user, password); }\n",
    "function.js": "const password = '@PASSWORD@';\nmysql.connect('root', password);\nfunction kintoneClient({ user, password }) {\n  return make(user, password);\n}\n",
    "function.tsx": "const password = '@PASSWORD@';\nmysql.connect('root', password);\nexport const useKintone = ({ user, password }: Props) => make(user, password);\n",
    "several.ts": "const password = '@PASSWORD@';\nmysql.connect('root', password);\nexport function kintone({ user, password }: {\n  user: string;\n  password: string;\n}, count = 1): Client {\n  return make(user, password);\n}\n",
    "taken.js": "const password = '@PASSWORD@', word = '@PASSWORD@';\nmysql.connect('root', password, word);\nfunction one() {\n  const kintone = ({ user, password: word }, ref) => make(user, word);\n}\nfor (const kintone of all) (({ app, password }) => kintone.add(app, password))(kintone);\n",
    "named.rb": "Mysql2::Client.new(\n  username: 'root',\n  password: '@PASSWORD@'\n)\nKintone::Api.new(host, user, password)\n",
    "named.php": "<?php\n$pdo = connect(\n  user: 'root',\n  password: '@PASSWORD@'\n);\n$client = new KintoneClient($host, $user, $password);\n",
    "listed.php": "<?php\n$all = [\n  'user' => 'root',\n  password => '@PASSWORD@'\n];\n$client = new KintoneClient($host, $user, $password);\n",
    "said.js": "const password = '@PASSWORD@';\nmysql.connect('root', password);\nkintoneLog.warn('give host, password, and app');\n",
    "within.js": "const password = '@PASSWORD@';\nkintoneSync(mysql.connect(password, 'db'));\nkintoneSync([host, password, 'db'], app);\n",
    "comment.js": "const password = '@PASSWORD@';\nmysql.connect('root', password);\n// kintone.login(user, password)\nopen(); // kintone.login(user, password)\n/**\n * kintone.login(user, password)\n */\n",
    "comment.rb": "password = '@PASSWORD@'\nMysql2::Client.new('root', password)\n# Kintone::Api.new(host, user, password)\n",
    "joint.js": "const password = '@PASSWORD@';\nkintoneMysqlConnect('h', 'u', password);\n",
    "send.test.js.patch": "+const token = '@TOKEN@';\n+fetch(url, { headers: { 'X-Cybozu-API-Token': token } });\n",
    "other.test.js": "const token = '@TOKEN@';\nexpect(parse(token)).toBe('kintone');\nfetch(url, { headers: { 'X-Cybozu-API-Token': process.env.T } });\n",
}  # fmt: skip


def kinds_found(name: str, text: str) -> list[tuple[int, CredentialKind]]:
    """The lines and kinds of what is found in a file."""
    subject = subject_of(name, text)
    assert subject is not None
    return [(text.count("\n", 0, each.start) + 1, each.kind) for each in found_in(subject)]


@pytest.mark.parametrize("name", LEAKS)
def test_a_leak_is_found(name: str) -> None:
    lines, expected = [], []
    for number, line in enumerate(filled(LEAKS[name]).split("\n"), 1):
        text, _, kinds = line.partition(" § ")
        lines.append(text)
        expected += [(number, CredentialKind[kind]) for kind in kinds.split()]
    assert kinds_found(name, "\n".join(lines)) == expected


@pytest.mark.parametrize("name", CLEAN)
def test_what_is_like_it_is_clean(name: str) -> None:
    assert kinds_found(name, filled(CLEAN[name])) == []


@pytest.mark.parametrize(
    "before", ["password: string\n" * 1_100, "db({ password: word });\n" * 210]
)
def test_what_is_no_client_of_kintones_takes_no_budget(before: str) -> None:
    client = "const password = '@PASSWORD@';\nnew KintoneClient({ user, password });\n"
    text = filled("const word = '@PASSWORD@';\n" + before + client)
    assert kinds_found("a.ts", text) == [(text.count("\n") - 1, CredentialKind.PASSWORD)]


def test_functions_that_call_each_other_are_followed_a_few_times(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked = []

    def counted(text: str, start: int, longest: int = 1_000) -> int:
        looked.append(start)
        assert len(looked) < 2_000
        return text.find("\n", start)

    monkeypatch.setattr(encoded, "expression_end", counted)
    calls = " + ".join(f"helper{n}()" for n in range(20))
    lines = [f"function helper{n}() {{ return {calls}; }}" for n in range(20)]
    sent = f"fetch('https://a.cybozu.com', {{ 'X-Cybozu-Authorization': btoa({calls}) }})"
    kinds_found("a.js", "\n".join([*lines, sent, ""]))
    assert len(looked) > 100
