// Drives the browser build (UMD) of @kintone/rest-api-client as published, over kc/1: session
// authentication. What a browser would do is stubbed: the page's address, its request token and
// its cookie, which goes with requests to the page's own origin only.
import { createRequire } from "node:module";
import { checkGuest, drive } from "../kc1.mjs";
import { calls, parameters } from "../rest-api-client/calls.mjs";

const page = { baseUrl: "https://page.invalid", requestToken: "", cookie: "" };
const nodeFetch = globalThis.fetch;

globalThis.window = globalThis.self = globalThis;
globalThis.document = { cookie: "" };
globalThis.kintone = { getRequestToken: () => page.requestToken };
Object.defineProperty(globalThis, "location", { get: () => new URL(page.baseUrl) });
globalThis.fetch = async (input, init) => {
  let request = new Request(input, { ...init, redirect: "manual" });
  for (let redirects = 0; redirects <= 20; redirects++) {
    const kept = request.clone();
    const answer = await nodeFetch(withCookie(request));
    const leads = [301, 302, 303, 307, 308].includes(answer.status) && answer.headers.has("location");
    if (!leads) return answer;
    request = redirected(kept, answer);
  }
  throw new TypeError("Failed to fetch");
};

// The request that a browser sends after a redirect. Where it leads to another origin, a browser
// first asks there whether the headers of these requests are welcome, and is told that they are not.
function redirected(request, answer) {
  const target = new URL(answer.headers.get("location"), request.url);
  if (target.origin !== location.origin) throw new TypeError("Failed to fetch");
  const { method, headers } = request;
  const becomesGet = answer.status === 303 || ([301, 302].includes(answer.status) && method === "POST");
  if (!becomesGet) {
    return new Request(target, { method, headers, body: request.body, duplex: "half", redirect: "manual" });
  }
  headers.delete("Content-Type");
  return new Request(target, { method: "GET", headers, redirect: "manual" });
}

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
  const { baseUrl, auth: session } = client;
  const options = { baseUrl };
  Object.assign(page, { baseUrl, requestToken: session.requestToken, cookie: session.cookie });
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
    parameters,
  },
  open,
  calls: {
    ...calls,
    "file.upload": (sdk, { name, contentBase64 }) =>
      sdk.file.uploadFile({ file: { name, data: Buffer.from(contentBase64, "base64") } }),
  },
  told: ({ message, code, id }) => ({ message, code, id }),
});
