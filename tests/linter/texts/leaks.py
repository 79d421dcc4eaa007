"""Files that are not Python and leak, by name: the text, and the rule and line of each finding.

Fakes are filled in at run time.
"""

from __future__ import annotations

LEAKS: dict[str, tuple[str, list[tuple[str, int]]]] = {
    # ---- settings
    ".env": (
        """\
# production
KINTONE_DOMAIN=example.cybozu.com
export KINTONE_API_TOKEN="@TOKEN@"
KINTONE_PASSWORD='@PASSWORD@' # of sato
APP_TOKENS=@TOKEN@,@TOKEN2@
SLACK_TOKEN=@TOKEN@
KINTONE_BASIC_AUTH_PASSWORD=@PASSWORD@
""",
        [("KL101", 3), ("KL102", 4), ("KL101", 5), ("KL101", 5), ("KL105", 7)],
    ),
    "prod.env": ("KINTONE_CLIENT_SECRET=@SECRET@\nKINTONE_PASSWORD=hanamaruki\n", [("KL104", 1), ("KL102", 2)]),
    ".env.sample": ("KINTONE_TOKEN_5=@TOKEN@\nKINTONE_PASSWORD=@PASSWORD@\n", [("KL101", 1)]),
    ".envrc": ("export KINTONE_PASSWORD=@PASSWORD@\n", [("KL102", 1)]),
    "claude_desktop_config.json": (
        """\
{
  "mcpServers": {
    "kintone": {
      "command": "npx",
      "args": ["-y", "@kintone/mcp-server", "--kintone-password", "@PASSWORD@"],
      "env": {
        "KINTONE_BASE_URL": "https://example.cybozu.com",
        "KINTONE_PASSWORD": "@PASSWORD@",
        "KINTONE_API_TOKEN": "@TOKEN@, @TOKEN2@"
      }
    }
  }
}
""",
        [("KL102", 5), ("KL102", 8), ("KL101", 9), ("KL101", 9)],
    ),
    "kintone.json": ('{"apps": {"69": "@TOKEN@",\n "70": {"value": "@TOKEN2@"}},\n "password": "@PASSWORD@"}', [("KL101", 1), ("KL101", 2), ("KL102", 3)]),
    "settings.json": ('{"domain": "example.cybozu.com", "login": "sato",\n "password": "@PASSWORD@"}', [("KL102", 2)]),
    "half.json": ('{"kintone": {"apiToken":\n "@TOKEN@", "password": [', [("KL101", 2)]),
    "compose.yml": (
        """\
services:
  app:
    environment:
      - KINTONE_DOMAIN=example.cybozu.com
      - KINTONE_PASSWORD=@PASSWORD@
      - DB_PASSWORD=@PASSWORD@
      - "KINTONE_TOKEN=@TOKEN@"
""",
        [("KL102", 5), ("KL101", 7)],
    ),
    ".github/workflows/export.yml": (
        """\
on: push
jobs:
  export:
    env:
      KINTONE_API_TOKEN: @TOKEN@
    steps:
      - run: |
          cli-kintone record export --base-url https://example.cybozu.com \\
            --username sato --password '@PASSWORD@'
          curl -H 'X-Cybozu-API-Token: @TOKEN2@' https://example.cybozu.com/k/v1/app.json
""",
        [("KL101", 5), ("KL102", 9), ("KL101", 10)],
    ),
    "deployment.yaml": (
        """\
kind: Deployment
spec:
  containers:
    - name: sync
      env:
        - name: KINTONE_PASSWORD
          value: "@PASSWORD@"
        - {name: KINTONE_TOKEN, value: @TOKEN@}
""",
        [("KL102", 7), ("KL101", 8)],
    ),
    "configmap.yaml": (
        """\
kind: ConfigMap
data:
  app.env: |
    KINTONE_DOMAIN=example.cybozu.com
    KINTONE_PASSWORD=@PASSWORD@
""",
        [("KL102", 5)],
    ),
    "account.yml": (
        """\
domain: example.cybozu.com
login:
    id: sato
    password: @PASSWORD@
apps:
    members:
        id: 3
        token: @TOKEN@
kintone: {password: "@PASSWORD@"}
""",
        [("KL102", 4), ("KL101", 8), ("KL102", 9)],
    ),
    "settings.toml": (
        '[kintone]\npassword = "@PASSWORD@"\ntokens = [\n  "@TOKEN@",\n  "@TOKEN2@",\n]\n[kintone.basic]\npassword = "@PASSWORD@"\n',
        [("KL102", 2), ("KL101", 4), ("KL101", 5), ("KL105", 8)],
    ),
    "config.ini": ("[kintone]\ndomain = example\npassword: @PASSWORD@\napi_token = @TOKEN@ ; app 5\n", [("KL102", 3), ("KL101", 4)]),
    "application.properties": ("kintone.domain=example.cybozu.com\nkintone.password=@PASSWORD@\nkintone.api-token=@TOKEN@\n", [("KL102", 2), ("KL101", 3)]),
    "odbc.ini": ("[kintone]\nconnection = jdbc:kintone:URL=https://example.cybozu.com;User=sato;Password=@PASSWORD@;\n", [("KL102", 2)]),
    # ---- code
    "app.js": (
        """\
import axios from 'axios';
// const OLD_TOKEN = '@TOKEN2@';
const tokens = {
  69: '@TOKEN@',
  70: `@TOKEN2@`,
};
axios.get('https://sato:@PASSWORD@@example.cybozu.com/k/v1/app.json');
""",
        [("KL101", 2), ("KL101", 4), ("KL101", 5), ("KL106", 7)],
    ),
    "client.ts": (
        """\
const AUTH: string = '@BASE64@';
const client = new KintoneRestAPIClient({
  baseUrl: 'https://example.cybozu.com',
  auth: { username: 'sato', password: '@PASSWORD@' },
});
fetch(url, { headers: { 'X-Cybozu-Authorization': AUTH } });
fetch(url, { headers: { 'X-Cybozu-Authorization': btoa('sato:@PASSWORD@') } });
""",
        [("KL103", 1), ("KL102", 4), ("KL102", 7)],
    ),
    "App.vue": ("<template><p/></template>\n<script>\n// kintone\nexport default { data: () => ({ kintoneApiToken: '@TOKEN@' }) };\n</script>\n", [("KL101", 4)]),
    "index.html": ("<script>\nkintone.proxy(url, 'GET', {'X-Cybozu-API-Token': '@TOKEN@'}, {});\n</script>\n", [("KL101", 2)]),
    "post.php": (
        """\
<?php
define('KINTONE_API_TOKEN', '@TOKEN@');
$kintone_password = "@PASSWORD@";
$headers = array('X-Cybozu-Authorization: @BASE64@', "X-Cybozu-API-Token: @TOKEN2@");
""",
        [("KL101", 2), ("KL102", 3), ("KL103", 4), ("KL101", 4)],
    ),
    "client.rb": ("api = Kintone::Api.new('example.cybozu.com', token: '@TOKEN@')\nheaders = { 'X-Cybozu-Authorization' => '@BASE64@' }\n", [("KL101", 1), ("KL103", 2)]),
    "main.go": ('package main\n\nconst kintoneToken = "@TOKEN@"\nvar kintonePassword = "@PASSWORD@"\n', [("KL101", 3), ("KL102", 4)]),
    "Main.java": ('class Main {\n  // kintone\n  static final String API_TOKEN = "@TOKEN@";\n  String kintonePassword = "@PASSWORD@";\n}\n', [("KL101", 3), ("KL102", 4)]),
    "Client.cs": ('client.DefaultRequestHeaders.Add("X-Cybozu-API-Token", "@TOKEN@");\n', [("KL101", 1)]),
    "Client.kt": ('val client = KintoneClient("example", apiToken = "@TOKEN@")\n', [("KL101", 1)]),
    "Client.swift": ('let auth = Auth()\nauth.setApiToken("@TOKEN@") // kintone\n', [("KL101", 2)]),
    "export.sh": (
        """\
export KINTONE_PASSWORD=@PASSWORD@
curl -X GET \\
  -u 'gate:@PASSWORD@' \\
  -H "X-Cybozu-API-Token: @TOKEN@" \\
  https://example.cybozu.com/k/v1/app.json?id=1
""",
        [("KL102", 1), ("KL105", 3), ("KL101", 4)],
    ),
    "export.ps1": (
        """\
$env:KINTONE_PASSWORD = "@PASSWORD@"
$headers = @{ "X-Cybozu-API-Token" = "@TOKEN@" }
$headers["X-Cybozu-Authorization"] = "@BASE64@"
""",
        [("KL102", 1), ("KL101", 2), ("KL103", 3)],
    ),
    "run.sh": (
        """\
export KINTONE_API_TOKEN="${KINTONE_API_TOKEN:-@TOKEN@}"
export KINTONE_PASSWORD="${KINTONE_PASSWORD:-@PASSWORD@}"
export KINTONE_API_TOKEN=${KINTONE_API_TOKEN-@TOKEN2@}
export KINTONE_PASSWORD=${KINTONE_PASSWORD-@PASSWORD@}
""",
        [("KL107", 1), ("KL107", 2), ("KL107", 3), ("KL107", 4)],
    ),
    "compose.yaml": (
        """\
services:
  sync:
    environment:
      KINTONE_PASSWORD: ${KINTONE_PASSWORD:-@PASSWORD@}
""",
        [("KL107", 4)],
    ),
    "Dockerfile": ("FROM node:22\nENV KINTONE_BASE_URL=https://example.cybozu.com KINTONE_PASSWORD=@PASSWORD@\nARG KINTONE_TOKEN=@TOKEN@\n", [("KL102", 2), ("KL101", 3)]),
    "bundle.min.js": ("!function(){" + "a(1),b('x');" * 6000 + 'var k=new V.KintoneRestAPIClient({auth:{apiToken:["@TOKEN@","@TOKEN2@"]}})}();', [("KL101", 1), ("KL101", 1)]),
    # ---- what is taken if a setting is missing
    "fallback.ts": (
        """\
export const token = process.env.KINTONE_API_TOKEN ?? "@TOKEN@";
const other = process.env["KINTONE_API_TOKEN"] || '@TOKEN2@';
process.env.KINTONE_API_TOKEN = "@TOKEN@";
const config = { env: "prod", kintoneApiToken: "@TOKEN@" };
""",
        [("KL107", 1), ("KL107", 2), ("KL101", 3), ("KL101", 4)],
    ),
    "fallback.rb": ('TOKEN = ENV.fetch("KINTONE_API_TOKEN", "@TOKEN@")\n', [("KL107", 1)]),
    "fallback.go": (
        'kintoneToken := getenv("KINTONE_API_TOKEN", "@TOKEN@")\nos.Setenv("KINTONE_API_TOKEN", "@TOKEN@")\n',
        [("KL107", 1), ("KL101", 2)],
    ),
    "fallback.properties": ("kintone.api.token=${KINTONE_API_TOKEN:@TOKEN@}\n", [("KL107", 1)]),
    "fallback.cs": (
        'var kintoneToken = Environment.GetEnvironmentVariable("KINTONE_TOKEN") ?? "@TOKEN@";\n',
        [("KL107", 1)],
    ),
    # ---- logins that are encoded or handed to an SDK
    "login.rb": ("h = { 'X-Cybozu-Authorization' => Base64.strict_encode64('sato:@PASSWORD@') }\n", [('KL102', 1)]),
    "login.kt": ('.header("X-Cybozu-Authorization", Base64.getEncoder().encodeToString("sato:@PASSWORD@".toByteArray()))\n', [('KL102', 1)]),
    "login.cs": ('req.Headers.Add("X-Cybozu-Authorization", Convert.ToBase64String(Encoding.UTF8.GetBytes("sato:@PASSWORD@")));\n', [('KL102', 1)]),
    "login.sh": ('curl -H "X-Cybozu-Authorization: $(printf \'%s\' \'sato:@PASSWORD@\' | base64 -w0)" https://a.cybozu.com/k/v1/apps.json\n', [('KL102', 1)]),
    "login.container": ('[Container]\nEnvironment=KINTONE_PASSWORD=@PASSWORD@\n', [('KL102', 2)]),
    "login.scala": ('val c = KintoneClientBuilder.create("https://a.cybozu.com").authByPassword("sato", "@PASSWORD@").build()\n', [('KL102', 1)]),
    "login.config": ('<appSettings><add key="CybozuPassword" value="@PASSWORD@"/></appSettings>\n', [('KL102', 1)]),
    "login.yml.j2": ('kintone:\n  domain: a.cybozu.com\n  password: @PASSWORD@\n', [('KL102', 3)]),
    "login.toml": ('[kintone]\ntokens = { orders = "@TOKEN@", items = "@TOKEN2@" }\n', [('KL101', 2), ('KL101', 2)]),
    "login.har": ('{"log": {"entries": [{"request": {"url": "https://a.cybozu.com/k/v1/app.json", "headers": [{"name": "X-Cybozu-Authorization", "value": "@BASE64@"}]}}]}}\n', [('KL103', 1)]),
    "login.js": ('const client = new KintoneRestAPIClient({ baseUrl, basicAuth: { username: "gate", password: "@PASSWORD@" }, auth: { apiToken } });\n', [('KL105', 1)]),
    # ---- what clients of HTTP, servers and test plans send to Kintone
    "axios.js": ('axios.get("https://a.cybozu.com/k/v1/app.json", {auth: {username: "gate", password: "@PASSWORD@"}});\n', [("KL105", 1)]),
    "session.har": ('{"request": {"url": "https://a.cybozu.com/k/v1/app.json", "headers": [{"name": "Authorization",\n "value": "Basic @BASE64@"}]}}\n', [("KL105", 2)]),
    "site.conf": ('proxy_pass https://a.cybozu.com/k/v1/;\nproxy_set_header Authorization "Basic @BASE64@";\n', [("KL105", 2)]),
    "named.js": ('const gate = "Basic " + btoa("sato:@PASSWORD@");\nfetch("https://a.cybozu.com/k/v1/app.json", { headers: { Authorization: gate } });\n', [("KL105", 1)]),
    "okhttp.kt": ('.url("https://a.cybozu.com/k/v1/app.json").header("Authorization", Credentials.basic("gate", "@PASSWORD@"))\n', [("KL105", 1)]),
    "faraday.rb": ('Faraday.new(url: "https://a.cybozu.com") { |f| f.request :authorization, :basic, "gate", "@PASSWORD@" }\n', [("KL105", 1)]),
    "bearer.sh": ('curl -H "Authorization: Bearer @SECRET@" https://a.cybozu.com/k/v1/app.json\n', [("KL104", 1)]),
    "bearer.java": ('var request = new HttpGet("https://a.cybozu.com/k/v1/app.json");\nrequest.setHeader("Authorization", "Bearer @SECRET@");\n', [("KL104", 2)]),
    "bearer.ts": ('const url = "https://a.cybozu.com/k/v1/app.json";\nawait fetch(url, { headers: { Authorization: "Bearer @SECRET@" } });\n', [("KL104", 2)]),
    "refresh.sh": ("curl https://a.cybozu.com/oauth2/token -u 'l.1.app:@SECRET@' -d grant_type=refresh_token\n", [("KL104", 1)]),
    "oauth.ts": ('new KintoneRestAPIClient({ baseUrl, auth: { oAuthToken: "@SECRET@" } });\n', [("KL104", 1)]),
    "certificate.ts": ('new KintoneRestAPIClient({ baseUrl, clientCertAuth: { pfxFilePath, password: "@PASSWORD@" } });\n', [("KL109", 1)]),
    "certificate.yml": ("kintone:\n  clientCertAuth:\n    password: @PASSWORD@\n", [("KL109", 3)]),
    "plan.jmx": ('<elementProp><stringProp name="Header.name">X-Cybozu-API-Token</stringProp>\n<stringProp name="Header.value">@TOKEN@</stringProp></elementProp>\n'
        '<elementProp><stringProp name="Argument.name">KINTONE_PASSWORD</stringProp>\n<stringProp name="Argument.value">@PASSWORD@</stringProp></elementProp>\n', [("KL101", 2), ("KL102", 4)]),
    # ---- and other ways to set a variable
    ".netrc": ("machine a.cybozu.com login gate\n  password @PASSWORD@\nmachine github.com login sato password @TOKEN@\n", [("KL105", 2)]),
    ".htaccess": ("SetEnv KINTONE_PASSWORD @PASSWORD@\n", [("KL102", 1)]),
    "Makefile": ("export KINTONE_PASSWORD := @PASSWORD@\n", [("KL102", 1)]),
    "export.dig": ("+export:\n  _env:\n    KINTONE_PASSWORD: @PASSWORD@\n", [("KL102", 3)]),
    "module.vba": ('Private Const KINTONE_PASS As String = "@PASSWORD@"\n', [("KL102", 1)]),
    "main.rs": ('const KINTONE_PASSWORD: &str = "@PASSWORD@";\n', [("KL102", 1)]),
    "Props.java": ('@Value("${kintone.password:@PASSWORD@}") private String password;\n', [("KL107", 1)]),
    # ---- documents: warnings
    "README.md": ("# kintone\n\n    curl -H 'X-Cybozu-API-Token: @TOKEN@' https://example.cybozu.com/k/v1/app.json\n\nToken: `@TOKEN2@`\n", [("KL101", 3), ("KL101", 5)]),
}  # fmt: skip
