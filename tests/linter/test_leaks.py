"""What is written out: credentials in the forms that people log, and what only looks so."""

from __future__ import annotations

import ast

import pytest

from kintone_lint.files.screen import possible, read
from linter.linting import codes, linted

HEAD = """\
import base64, json, logging, os, requests, urllib.request
log = logging.getLogger(__name__)
URL = "https://demo.cybozu.com/k/v1/app.json?id=1"
"""

LEAKS = {
    "the request of a response": """
h = {'X-Cybozu-API-Token': token}
r = requests.get(URL, headers=h)
log.error('%s with %s', r.status_code, r.request.headers)  #!
""",
    "the request of a response, by another function": """
def call():
    return requests.get(URL, headers={'X-Cybozu-API-Token': token})
r = call()
log.debug(vars(r.request))  #!
""",
    "the request of a response that is given": """
def explain(response):
    log.debug('sent %r', response.request.headers)  #!
def call():
    explain(requests.get(URL, headers={'X-Cybozu-API-Token': token}))
""",
    "a prepared request": """
request = requests.Request('GET', URL, headers={'X-Cybozu-API-Token': token})
prepared = request.prepare()
print(prepared.headers)  #!
""",
    "a request of urllib": """
request = urllib.request.Request(URL, headers={'X-Cybozu-API-Token': token})
print(request.headers)  #!
print(request.header_items())  #!
""",
    "a session": """
s = requests.Session()
s.headers.update({'X-Cybozu-API-Token': token})
print(dict(s.headers))  #!
s.get(URL)
""",
    "a method": """
class Client:
    def headers(self):
        return {'X-Cybozu-API-Token': self.key}
    def get(self):
        log.debug('headers: %s', self.headers())  #!
        return requests.get(URL, headers=self.headers())
""",
    "a function": """
def auth():
    return {'X-Cybozu-API-Token': os.environ['T']}
print(json.dumps(auth()))  #!
""",
    "arguments in a mapping": """
def call():
    kwargs = {'headers': {'X-Cybozu-API-Token': os.environ['T']}, 'timeout': 5}
    log.debug('calling with %s', kwargs)  #!
    return requests.get(URL, **kwargs)
""",
    "a mapping of tokens": """
def run(config, app):
    tokens = config.get('tokens', {})
    log.info(f'tokens: {tokens}')  #!
    return requests.get(URL, headers={'X-Cybozu-API-Token': tokens[app]})
""",
    "a list of tokens": """
def run(tokens):
    print('using', tokens)  #!
    return requests.get(URL, headers={'X-Cybozu-API-Token': ','.join(tokens)})
""",
    "settings": """
config = json.load(open('config.json'))
print(config)  #!
requests.get(URL, headers={'X-Cybozu-API-Token': config['token']})
""",
    "an item": """
config = json.load(open('config.json'))
print(config['token'])  #!
requests.get(URL, headers={'X-Cybozu-API-Token': config['token']})
""",
    "a password": """
def login(user, password):
    print(user, password)  #!
    raw = f'{user}:{password}'.encode()
    return requests.get(URL, headers={'X-Cybozu-Authorization': base64.b64encode(raw).decode()})
""",
    "under another name": """
def send(t):
    return requests.get(URL, headers={'X-Cybozu-API-Token': t})
key = os.environ['KINTONE_TOKEN']
print('key is ' + key)  #!
send(key)
""",
    "entries": """
h = {'X-Cybozu-API-Token': token}
print(sorted(h.items()))  #!
""",
    "the text of an object": """
class App:
    def __init__(self, app_id, api_token):
        self.app_id, self.api_token = app_id, api_token
    def __str__(self):
        return 'kintone app {}, token {}'.format(self.app_id, self.api_token)  #!
""",
    "the text of an object in parts": """
class Account:
    def __repr__(self):
        return f'<kintone {self.login} {self.password}>'  #!
""",
    "headers as the query": """
headers = {'X-Cybozu-API-Token': token}
requests.get(URL, headers)  #!
""",
    "headers as the query, of a method": """
class Client:
    def headers(self):
        return {'X-Cybozu-API-Token': self.key}
    def get(self):
        return requests.get(URL, self.headers())  #!
""",
    "headers as params": """
requests.get(URL, params={'X-Cybozu-API-Token': token})  #!
""",
}  # fmt: skip


@pytest.mark.parametrize("name", LEAKS)
def test_a_credential_that_is_written_out_is_found(name: str) -> None:
    text = HEAD + LEAKS[name]
    expected = [n for n, line in enumerate(text.splitlines(), 1) if "#!" in line]
    found = [(each.rule, each.span.line) for each in linted(text.replace("  #!", "")).findings]
    assert found == [("KL108", line) for line in expected]


@pytest.mark.parametrize("name", LEAKS)
def test_the_screen_lets_it_through(name: str) -> None:
    text = HEAD + LEAKS[name]
    assert possible(text, read(ast.parse(text)))


SILENT = {
    "a token that was taken out": """
h = {'X-Cybozu-API-Token': token, 'X': '1'}
requests.get(URL, headers=h)
h.pop('X-Cybozu-API-Token')
print('sent', h)
""",
    "a token that was replaced": """
h = {'X-Cybozu-API-Token': token}
requests.get(URL, headers=h)
shown = dict(h)
shown['X-Cybozu-API-Token'] = '***'
print('sent', shown)
""",
    "a token that is masked by a comprehension": """
SECRET = {'x-cybozu-api-token'}
h = {'X-Cybozu-API-Token': token, 'X': '1'}
print({k: '***' if k.lower() in SECRET else v for k, v in h.items()})
print({k: v for k, v in h.items() if not k.lower().startswith('x-cybozu')})
""",
    "a token that is left out by a comprehension": """
h = {'X-Cybozu-API-Token': token, 'X': '1'}
shown = {k: v for k, v in h.items() if k != 'X-Cybozu-API-Token'}
log.info('headers %s', shown)
""",
    "the headers of a response": """
h = {'X-Cybozu-API-Token': token}
r = requests.get(URL, headers=h)
print(r.headers, r.request.url, r.request.method, r.request)
def show(r):
    headers = r.headers
    print(headers)
""",
    "the request of another service": """
h = {'X-Cybozu-API-Token': token}
requests.get(URL, headers=h)
r = requests.get('https://api.example.com/x')
print(r.request.headers)
""",
    "the name of another function": """
def one(value):
    return requests.get(URL, headers={'X-Cybozu-API-Token': value})
def two(value):
    print(value)
two(5)
""",
    "headers of another function": """
def one():
    headers = {'X-Cybozu-API-Token': token}
    return requests.get(URL, headers=headers)
def two(row):
    headers = ['id', 'name']
    print(headers)
""",
    "another item": """
config = json.load(open('config.json'))
print(config['domain'], config.get('app'))
requests.get(URL, headers={'X-Cybozu-API-Token': config['token']})
""",
    "the login, not the password": """
def login(user, password):
    print('logging in as', user)
    raw = f'{user}:{password}'.encode()
    return requests.get(URL, headers={'X-Cybozu-Authorization': base64.b64encode(raw).decode()})
""",
    "how many, and which": """
def run(tokens, app):
    print(len(tokens), list(tokens.keys()), sorted(tokens), app in tokens, bool(tokens))
    return requests.get(URL, headers={'X-Cybozu-API-Token': tokens[app]})
""",
    "the text of an object that says whether": """
class App:
    def __repr__(self):
        state = 'set' if self.api_token else 'missing'
        return f'<kintone {self.app_id} token {state} {self.api_token[:2]}… {len(self.api_token)}>'
""",
    "the text of an object that masks": """
class App:
    def __str__(self):
        return 'kintone ' + mask(self.api_token) + '*' * len(self.password)
""",
    "the text of a lexer": """
class Token:
    def __repr__(self):
        return f'<{self.token} {self.value}>'
KINTONE = 'https://demo.cybozu.com'
""",
    "headers by name": """
headers = {'X-Cybozu-API-Token': token}
requests.get(URL, headers=headers)
requests.get(URL, None, headers=headers)
""",
    "parameters by position": """
headers = {'X-Cybozu-API-Token': token}
requests.get(URL, {'app': 1}, headers=headers)
requests.post(URL, {'app': 1}, headers=headers)
""",
    "a mapping without its header yet": """
h = {'X': '1'}
print(h)
h['X-Cybozu-API-Token'] = token
requests.get(URL, headers=h)
""",
    "names of headers": """
NAMES = ['X-Cybozu-API-Token', 'X-Cybozu-Authorization']
print(NAMES)
""",
}  # fmt: skip


@pytest.mark.parametrize("name", SILENT)
def test_what_gives_nothing_away_is_silent(name: str) -> None:
    assert codes(HEAD + SILENT[name]) == []
