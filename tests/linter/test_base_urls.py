"""What a request is sent to, with the address that its client was made with."""

from __future__ import annotations

import pytest

from linter.linting import codes

HEAD = "import aiohttp, httpx, requests\n"
WRONG = {
    "a client": (
        "c = httpx.Client(base_url='https://demo.cybozu.com/k/v1/guest/5')\nc.get('/records.json')\n"
    ),
    "a client of with": (
        "with httpx.Client(base_url='https://demo.cybozu.com') as c:\n"
        "    c.get('/k/v1/guest/5/records.json')\n"
    ),
    "a client of self": (
        "class A:\n    def __init__(self, guest):\n"
        "        self.c = httpx.AsyncClient(base_url=f'https://demo.cybozu.com/k/v1/guest/{guest}/')\n"
        "    async def get(self):\n        return await self.c.get('records.json')\n"
    ),
    "a session": (
        "async def f():\n"
        "    async with aiohttp.ClientSession(base_url='https://demo.cybozu.com') as s:\n"
        "        await s.get('/k/v1/guest/5/records.json')\n"
    ),
}
RIGHT = {
    "a client": (
        "c = httpx.Client(base_url='https://demo.cybozu.com/k/guest/5/v1')\nc.get('/records.json')\n"
    ),
    "slashes on both sides": (
        "c = httpx.Client(base_url='https://demo.cybozu.com/k/v1/')\nc.get('/records.json')\n"
    ),
    "a path that replaces another": (
        "s = aiohttp.ClientSession(base_url='https://demo.cybozu.com/k/v1/guest/')\n"
        "s.get('/k/v1/records.json')\n"
    ),
    "another service": (
        "c = httpx.Client(base_url='https://api.example.com')\nc.get('/v1/guest/5/records.json')\n"
        "KINTONE = 'https://demo.cybozu.com'\n"
    ),
    "an address instead of a path": (
        "c = httpx.Client(base_url='https://demo.cybozu.com/k/v1/guest')\n"
        "c.get('https://demo.cybozu.com/k/v1/records.json')\n"
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_path_is_judged_behind_the_base_of_its_client(name: str) -> None:
    assert codes(HEAD + WRONG[name]) == ["KL201"]


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_path_behind_a_base_is_silent(name: str) -> None:
    assert codes(HEAD + RIGHT[name]) == []
