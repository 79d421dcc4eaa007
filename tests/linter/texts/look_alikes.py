"""Clean files that are not Python and look like leaks, by name. Fakes are filled in at run time.

Each is of a kind that public repositories hold. `@TOKEN@` in one of them is a text of 40 letters and
digits that is not Kintone's, or not a secret.
"""

from __future__ import annotations

CLEAN = {
    # ---- settings
    ".env.example": """\
KINTONE_BASE_URL=https://example.cybozu.com
KINTONE_USERNAME=your-username
KINTONE_PASSWORD=your-password
KINTONE_API_TOKEN=XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX
KINTONE_TOKEN_12=<API token of app 12>
""",
    ".env.sample": "KINTONE_PASSWORD=Himitsu2x\nKINTONE_API_TOKEN=abc123def456\n",
    ".env": """\
# filled in by the deployment
KINTONE_PASSWORD=op://team/kintone/password
KINTONE_BASIC_AUTH_PASSWORD=${GATE_PASSWORD}
KINTONE_API_TOKEN="$(pass show kintone/token)"
KINTONE_CLIENT_SECRET=vault:secret/data/kintone#client
KINTONE_PASSWORD_FILE=/run/secrets/kintone
KINTONE_DOMAIN=example.cybozu.com
POSTGRES_PASSWORD=Tr4-@PASSWORD@
SLACK_BOT_TOKEN=@TOKEN@
""",
    "services.env": """\
KINTONE_DOMAIN=example.cybozu.com
DATABASE_PASSWORD=@PASSWORD@
AWS_SECRET_ACCESS_KEY=@TOKEN@
KINTONE_PASSWORD_MIN_LENGTH=12
KINTONE_PASSWORD_POLICY=strong8
""",
    "compose.yaml": """\
services:
  kintone-sync:
    image: ghcr.io/example/kintone-sync
    environment:
      KINTONE_PASSWORD: ${KINTONE_PASSWORD:?set it in .env}
      KINTONE_API_TOKEN: ${KINTONE_API_TOKEN:-}
      POSTGRES_PASSWORD: @PASSWORD@
      ADMIN_PASSWORD: @PASSWORD@
      REDIS_URL: redis://:@PASSWORD@@redis:6379
    env_file: [.env]
  db:
    image: postgres
    environment: [POSTGRES_USER=kintone, "POSTGRES_PASSWORD=@PASSWORD@"]
""",
    "workflow.yml": """\
name: deploy to kintone
on: push
jobs:
  deploy:
    runs-on: ubuntu-latest
    env:
      KINTONE_PASSWORD: ${{ secrets.KINTONE_PASSWORD }}
    steps:
      - uses: actions/checkout@8f4b7f84864484a7bf31766abe9204da3cbe65b3
      - run: npx cli-kintone record export --api-token ${{ secrets.TOKEN }} --app 1
      - run: |
          curl -u "$GATE_USER:$GATE_PASSWORD" https://example.cybozu.com/k/v1/app.json?id=1
""",
    "sops.yaml": """\
kintone:
  domain: example.cybozu.com
  password: ENC[AES256_GCM,data:p673w,iv:YY=,aad:UQ=,tag:A=,type:str]
sops:
  mac: ENC[AES256_GCM,data:xm1Z,iv:b0=,tag:uf=,type:str]
""",
    "vars.yml": """\
kintone_password: !vault |
  $ANSIBLE_VAULT;1.1;AES256
  62313365396662343061393464336163383764373764613633653634306231386433626436623361
kintone_api_token: "{{ lookup('env', 'KINTONE_API_TOKEN') }}"
""",
    "deployment.yaml": """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: kintone-sync}
spec:
  template:
    spec:
      containers:
        - name: kintone
          env:
            - name: KINTONE_PASSWORD
              valueFrom:
                secretKeyRef: {name: kintone-login, key: password}
""",
    "application.yml": """\
spring:
  datasource:
    url: jdbc:postgresql://localhost/app
    password: @PASSWORD@
kintone:
  domain: example.cybozu.com
  password: ${KINTONE_PASSWORD}
""",
    "openapi.yaml": """\
openapi: 3.1.0
info: {title: kintone REST API}
components:
  securitySchemes:
    ApiToken: {type: apiKey, in: header, name: X-Cybozu-API-Token}
    Password:
      type: apiKey
      name: X-Cybozu-Authorization
      description: Base64 of login and password, as QWRtaW5pc3RyYXRvcjpjeWJvenU=
""",
    "mcp.json": """\
{
  "inputs": [{"type": "promptString", "id": "kintone_password", "password": true}],
  "servers": {
    "kintone": {
      "command": "npx",
      "args": ["-y", "@kintone/mcp-server", "--kintone-password", "${input:kintone_password}"],
      "env": {"KINTONE_USERNAME": "sato", "KINTONE_PASSWORD": "${env:KINTONE_PASSWORD}"}
    }
  }
}
""",
    "claude_desktop_config.json": """\
{"mcpServers": {"kintone": {"env": {
  "KINTONE_BASE_URL": "https://example.cybozu.com",
  "KINTONE_USERNAME": "your_username",
  "KINTONE_PASSWORD": "your_password",
  "KINTONE_API_TOKEN": "your_api_token_1,your_api_token_2"}}}}
""",
    "schema.json": """\
{"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "kintone settings",
 "properties": {"kintone": {"properties": {
   "password": {"type": "string", "description": "the password of the login"},
   "apiToken": {"type": "string", "pattern": "^[A-Za-z0-9]{40}$"}}}}}
""",
    "ja.json": """\
{"kintone": {"password": "Kennwort", "token": "APIトークン", "login": "ログイン名"},
 "kintonePassword": "Passwort eingeben", "kintone_password_hint": "8 Zeichen, 1 Ziffer"}
""",
    "package-lock.json": """\
{"name": "kintone-app", "lockfileVersion": 3, "packages": {"node_modules/kintone-x": {
  "resolved": "git+ssh://git@github.com/example/kintone-x.git#@TOKEN@",
  "integrity": "@TOKEN@"}}}
""",
    "records.json": """\
{"app": "kintone", "records": [
  {"attachment": {"type": "FILE", "value": [{"fileKey": "@TOKEN@", "name": "a.pdf"}]},
   "revision": {"value": "@TOKEN2@"}, "password": {"type": "SINGLE_LINE_TEXT", "value": "x"}}]}
""",
    "plugin/manifest.json": """\
{"name": {"ja": "kintone プラグイン"}, "config": {"required_params": ["apiToken", "password"]},
 "gitHead": "8f4b7f84864484a7bf31766abe9204da3cbe65b3", "pluginIds": "@TOKEN@"}
""",
    "settings.toml": """\
[kintone]
domain = "example.cybozu.com"
password = ""
api_token = "<API_TOKEN>"
password_env = "KINTONE_PASSWORD2"
[database]
password = "@PASSWORD@"
""",
    "config.ini": """\
; settings of the kintone export
[kintone]
user = sato
password = %(kintone_password)s
token_file = /etc/kintone/token
[smtp]
password = @PASSWORD@
""",
    "application.properties": """\
kintone.domain=example.cybozu.com
kintone.password=@kintone.password@
kintone.api-token=${KINTONE_API_TOKEN}
kintone.basic.password=ENC(nrmZtkF7T0kjG/VodDvBw93Ct8EgjCA+)
spring.datasource.password=@PASSWORD@
""",
    "main.tf": """\
variable "kintone_password" {
  type      = string
  sensitive = true
}
resource "example_login" "kintone" {
  password = var.kintone_password
  token    = data.vault_generic_secret.kintone.data["token"]
}
""",
    "cassette.yml": """\
http_interactions:
- request:
    uri: https://example.cybozu.com/k/v1/record.json?app=1&id=1
    headers:
      X-Cybozu-Authorization: ["<filtered>"]
      X-Cybozu-API-Token: [token]
  response: {headers: {X-Cybozu-Request-Id: [@TOKEN@], etag: ["@TOKEN2@"]}}
""",
    # ---- code
    "client.js": """\
const { KintoneRestAPIClient } = require('@kintone/rest-api-client');
const apiToken = process.env.KINTONE_API_TOKEN ?? 'YOUR_API_TOKEN';
const kintonePassword = document.getElementById('kintone-password2').value;
new KintoneRestAPIClient({ baseUrl: 'https://example.cybozu.com', auth: { apiToken } });
""",
    "client.test.ts": """\
import { KintoneRestAPIClient } from "@kintone/rest-api-client";
const importWithMoreThan100RecordsAndSkipped4 = "importWithMoreThan100RecordsAndSkipped42";
new KintoneRestAPIClient({ auth: { username: "user", password: "password" } });
new KintoneRestAPIClient({ auth: { apiToken: "foo" } });
expect(headers["X-Cybozu-Authorization"]).toBe("dXNlcjpwYXNzd29yZA==");
expect(fetch).toBeCalledWith("https://user:password@example.cybozu.com/k/v1/app.json");
""",
    "Code.gs": """\
const KINTONE_API_TOKEN = PropertiesService.getScriptProperties().getProperty('KINTONE_API_TOKEN2');
const LINE_CHANNEL_ACCESS_TOKEN = '@TOKEN@';
const SPREADSHEET_ID = '@TOKEN2@';
function notify(text) {
  UrlFetchApp.fetch('https://notify-api.line.me/api/notify', {
    headers: { Authorization: 'Bearer ' + '@TOKEN@' }, payload: { message: text } });
}
""",
    "commit.mjs": """\
// kintone: built from 8f4b7f84864484a7bf31766abe9204da3cbe65b3
export const COMMIT = '8f4b7f84864484a7bf31766abe9204da3cbe65b3';
export const commitHash = '@TOKEN@';
export const integrity = 'sha1-@TOKEN@';
""",
    "bundle.min.js": "/* kintone */!function(){var e='ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    "0123456789+/',t={};t.img='data:image/png;base64,@TOKEN@/@TOKEN2@==';" + "a(1),b('x');" * 60
    + "r.seed='@TOKEN@';" + "c(2),d('y');" * 60 + "}();",
    "Login.vue": """\
<template>
  <input v-model="kintonePassword" type="password" placeholder="Passw0rd2">
  <kintone-login :password="form.password2" />
</template>
""",
    "page.html": """\
<!-- kintone customisation -->
<script src="https://js.cybozu.com/jquery/3.7.1/jquery.min.js"
  integrity="sha256-@TOKEN@" crossorigin="anonymous"></script>
<meta name="google-site-verification" content="@TOKEN@">
""",
    "login.php": """\
<?php
$kintone_password = getenv('KINTONE_PASSWORD2');
$kintone_token = $_POST['kintone_token'];
$headers = ['X-Cybozu-API-Token: ' . $kintone_token, 'X-Cybozu-Authorization: ' . $auth];
define('KINTONE_PASSWORD_FIELD', 'passwd2');
""",
    "client_test.go": """\
package kintone
func TestPassword(t *testing.T) {
	c := New("https://example.cybozu.com", WithPassword("user", "pass"))
	if got := c.Header("X-Cybozu-Authorization"); got != "dXNlcjpwYXNz" { t.Fatal(got) }
}
""",
    "RecordClientTest.java": """\
package com.kintone.client;
class RecordClientTest {
  void updateRecordsWithUpsertByKeyAndRevision1() { }
  String name = "updateRecordsWithUpsertByKeyAndRevision1";
  String url = "https://{0}:{1}@example.cybozu.com";
}
""",
    "client.rb": """\
require "kintone"
Kintone::Api.new("example.cybozu.com", ENV.fetch("KINTONE_USER"), ENV.fetch("KINTONE_PASSWORD"))
headers = { "X-Cybozu-API-Token" => token, "X-Cybozu-Authorization" => Base64.strict_encode64(pair) }
""",
    "export.sh": """\
#!/bin/sh
export KINTONE_PASSWORD="$1"
KINTONE_API_TOKEN=$(cat /run/secrets/kintone-token1)
curl -H "X-Cybozu-API-Token: $KINTONE_API_TOKEN" "https://example.cybozu.com/k/v1/app.json?id=1"
curl -u "$GATE:$GATE_PASSWORD" -H "X-Cybozu-Authorization: $(printf %s "$PAIR" | base64)" \\
  "https://$USER:$PASSWORD@example.cybozu.com/k/v1/app.json?id=1"
cli-kintone record import --username "$KINTONE_USER" --password "$KINTONE_PASSWORD" --app 1
""",
    "export.ps1": """\
$kintonePassword = Read-Host -Prompt 'Passw0rd2' -AsSecureString
$env:KINTONE_PASSWORD = (Get-Secret kintone2)
$headers = @{ 'X-Cybozu-Authorization' = [Convert]::ToBase64String($bytes) }
""",
    "Dockerfile": """\
FROM node:22@sha256:0d51e2be7ee1f14f8d0e1e2aa6a8f2b3b8e0ed8b6b4f1f0b8d63d8b0a8d1a111
ARG KINTONE_PASSWORD
ENV KINTONE_BASE_URL=https://example.cybozu.com KINTONE_PASSWORD=$KINTONE_PASSWORD
""",
    "unset.sh": """\
export KINTONE_API_TOKEN="${KINTONE_API_TOKEN:?not set}" KINTONE_PASSWORD=${KINTONE_PASSWORD:-}
export KINTONE_PASSWORD="${KINTONE_PASSWORD:-$(pass show kintone)}"
export KINTONE_PASSWORD="${KINTONE_PASSWORD:-changeme1}" KINTONE_PASSWORD=${KINTONE_PASSWORD:-${PW:-}}
""",
    # ---- documents
    "README.md": """\
# kintone export

Set `KINTONE_PASSWORD=p@ssw0rd1` and `KINTONE_API_TOKEN=<your token>` in `.env`.

    curl -H 'X-Cybozu-API-Token: {API_TOKEN}' -H 'X-Cybozu-Authorization: QWRtaW5pc3RyYXRvcjpjeWJvenU='
    curl https://user:password@example.cybozu.com/k/v1/app.json

Fixed in [`@TOKEN@`](https://github.com/example/kintone-x/commit/8f4b7f84864484a7bf31766abe9204da3cbe65b3).
""",
    "CHANGELOG.txt": "kintone-x 1.2\n* file key @TOKEN@ is no longer cut\n",
    "members.csv": "kintone_id,name,code\n1,sato,@TOKEN@\n2,suzuki,@TOKEN2@\n",
    # ---- notebooks
    "report.ipynb": """\
{"cells": [
 {"cell_type": "code", "metadata": {}, "execution_count": 1, "outputs": [
   {"output_type": "stream", "name": "stdout", "text": ["commit 8f4b7f84864484a7bf31766abe9204da3cbe65b3\\n"]}],
  "source": ["%pip install pykintone\\n", "import os, getpass\\n",
             "token = os.environ['KINTONE_API_TOKEN']\\n", "password = getpass.getpass('kintone')"]},
 {"cell_type": "markdown", "metadata": {}, "source": ["Set `KINTONE_PASSWORD=himitsu1` first."]}],
 "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 5}
""",
    # ---- logins that come from outside, and those of others
    "gate0.rb": 'h = { \'X-Cybozu-Authorization\' => Base64.strict_encode64("#{ENV[\'U\']}:#{ENV[\'P\']}") }\ng = { \'Authorization\' => \'Basic \' + Base64.encode64(\'user:pass\') }\n',
    "gate1.kt": 'val auth = Base64.getEncoder().encodeToString("$user:$password".toByteArray())\n.header("X-Cybozu-Authorization", auth)\nval t = Base64.getEncoder().encodeToString("Content-Type: application/json".toByteArray())\n',
    "gate2.sh": 'curl -H "X-Cybozu-Authorization: $(echo -n "$KINTONE_USER:$KINTONE_PASSWORD" | base64)" https://a.cybozu.com/k/v1/apps.json\necho "time: 12:30" | base64\n',
    "gate3.java": 'KintoneClientBuilder.create(url).authByPassword(user, System.getenv("KINTONE_PASSWORD")).withBasicAuth("user", "password").build();\n',
    "gate4.service": '[Service]\nEnvironmentFile=/etc/kintone.env\nEnvironment=KINTONE_PASSWORD_FILE=/run/secrets/kintone\nEnvironment="KINTONE_DOMAIN=a.cybozu.com"\n',
    "gate5.config": '<add key="KintoneUrl" value="https://a.cybozu.com"/><add key="KintonePasswordLabel" value="Password of kintone 2"/>\n<add key="KintonePassword" value="${KINTONE_PASSWORD}"/>\n',
    "gate6.toml": '[kintone]\nhashes = { bundle = "@TOKEN@", commit = "@TOKEN2@" }\n',
    "gate7.go": 'req.SetBasicAuth("gate", os.Getenv("GATE"))\n// kintone\ndb.SetBasicAuth("elastic", "changeme")\n',
    "gate8.ts": 'const basicAuth = { username: process.env.U, password: process.env.P };\n// kintone\n',
    "gate9.exs": 'config :acme, Acme.Kintone,\n  user: System.fetch_env!("KU"),\n  password: System.fetch_env!("KP")\n',
    "gate10.har": '{"headers": [{"name": "X-Cybozu-Authorization", "value": "dXNlcjpwYXNzd29yZA=="}]}\n',
    "gate11.yml.j2": 'kintone:\n  domain: a.cybozu.com\n  password: "{{ vault_kintone_password }}"\n',
    # ---- of other servers and clients, beside Kintone
    "servers.env": "KINTONE_DB_PASSWORD=@PASSWORD@\nKINTONE_REDIS_PASSWORD=@PASSWORD@\nKINTONE_SMTP_USER_PASSWORD=@PASSWORD@\n",
    ".netrc": "# for kintone\nmachine github.com\n  login sato\n  password @TOKEN@\nmachine a.cybozu.com login gate password your-password\n",
    "others.sh": """\
curl -H "X-Cybozu-API-Token: $TOKEN" https://a.cybozu.com/k/v1/app.json
curl -H 'Authorization: Bearer @SECRET@' https://api.example.com/v2/users
curl -H 'Authorization: Basic @BASE64@' \\
  https://jenkins.example.com/job/kintone
curl -H "Authorization: Bearer $KINTONE_ACCESS_TOKEN" https://a.cybozu.com/k/v1/app.json
""",
    "others.js": """\
fetch('https://a.cybozu.com/k/v1/app.json', { headers: { Authorization: auth } });
const auth = `Basic ${btoa(user + ':' + password)}`;
axios.get('https://api.example.com/v1', { auth: { username: 'x', password: '@PASSWORD@' } });
fetch('https://a.cybozu.com/k/v1/app.json', { headers: { Authorization: `Bearer ${oAuthToken}` } });
""",
    "handed_on.js": """\
const answer = await fetch('https://a.cybozu.com/k/v1/app.json', { headers: { Authorization: auth } });
await fetch(process.env.CRM_URL, { headers: { Authorization: 'Bearer @SECRET@' } });
""",
    "handed_on.mjs": """\
const answer = await axios.get('https://a.cybozu.com/k/v1/app.json', own)
await axios.post(CRM_URL, answer.data, { headers: { Authorization: 'Bearer @SECRET@' } })
""",
    "handed_on.sh": """\
curl -s https://a.cybozu.com/k/v1/app.json -H "X-Cybozu-API-Token: $TOKEN" > app.json
curl "$CRM_URL" -H 'Authorization: Bearer @SECRET@' -d @app.json
""",
    "others.kt": 'Credentials.basic("sato", "@PASSWORD@") // of https://api.example.com, not kintone\n',
    "jenkins.kt": 'val jenkins = Credentials.basic("ci", "@PASSWORD@")\nval kintone = System.getenv("KINTONE_TOKEN")\n',
    "cells.vba": 'Const KINTONE_PASSWORD_CELL As String = "Sheet1!B12"\n',
    "spring.yml": "kintone:\n  password: ${kintone.password:changeit}\n  token: ${KINTONE_TOKEN:#{null}}\n",
    "cut.sh": 'echo ${KINTONE_PASSWORD:0:3} ${KINTONE_PASSWORD:?set-it-1st} ${KINTONE_PASSWORD:+given1}\n',
    "plan.jmx": '<elementProp><stringProp name="Header.name">X-Cybozu-API-Token</stringProp><stringProp name="Header.value">${token}</stringProp></elementProp>\n',
}  # fmt: skip
