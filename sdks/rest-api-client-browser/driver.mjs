// Drives the browser build (UMD) of @kintone/rest-api-client as published, over kc/1: session
// authentication. What a browser would do is stubbed: the page's address, its request token and
// its cookie, which goes with requests to the page's own origin only.
import { createRequire } from "node:module";
import { checkGuest, drive } from "../kc1.mjs";
import { calls } from "../rest-api-client/calls.mjs";

const page = { baseUrl: "https://page.invalid", requestToken: "", cookie: "" };
const nodeFetch = globalThis.fetch;

globalThis.window = globalThis.self = globalThis;
globalThis.document = { cookie: "" };
globalThis.kintone = { getRequestToken: () => page.requestToken };
Object.defineProperty(globalThis, "location", { get: () => new URL(page.baseUrl) });
globalThis.fetch = async (input, init) => {
  const request = new Request(input, { ...init, redirect: "manual" });
  const answer = await nodeFetch(withCookie(request));
  const goesOn = [301, 302, 303, 307, 308].includes(answer.status);
  if (!goesOn) return answer;
  // A browser sends a redirected request anew, and the cookie to its own origin only.
  const target = new URL(answer.headers.get("location"), request.url);
  return nodeFetch(withCookie(new Request(target, { method: request.method, headers: request.headers })));
};

function withCookie(request) {
  request.headers.delete("Cookie");
  if (page.cookie && new URL(request.url).origin === location.origin) request.headers.set("Cookie", page.cookie);
  return request;
}

const { KintoneRestAPIClient } = load();

function load() {
  const file = new URL("node_modules/@kintone/rest-api-client/umd/KintoneRestAPIClient.js", import.meta.url);
  const exported = createRequire(import.meta.url)(file.pathname);
  return exported.KintoneRestAPIClient ? exported : { KintoneRestAPIClient: exported };
}

function open(client) {
  checkGuest(client, ["number", "string"]);
  const { baseUrl, auth } = client;
  const options = { baseUrl };
  if (auth.kind === "session") Object.assign(page, { baseUrl, requestToken: auth.requestToken, cookie: auth.cookie });
  else options.auth = { apiToken: auth.tokens.length === 1 ? auth.tokens[0] : auth.tokens };
  if ("guestSpaceId" in client) options.guestSpaceId = client.guestSpaceId;
  return new KintoneRestAPIClient(options);
}

await drive({
  hello: {
    sdk: {
      name: "@kintone/rest-api-client (browser)",
      version: "6.2.1",
      language: "browser",
      url: "https://github.com/kintone/js-sdk",
    },
    supports: ["auth.session", "guest", "guest.text"],
    doors: ["loopback", "tls"],
  },
  open,
  calls: {
    ...calls,
    "file.upload": (sdk, { name, contentBase64 }) =>
      sdk.file.uploadFile({ file: { name, data: Buffer.from(contentBase64, "base64") } }),
  },
  told: ({ message, code, id }) => ({ message, code, id }),
});
