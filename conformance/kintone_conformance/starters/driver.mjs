// Drives a client for kintone-conformance, over kc/1. It passes values; it encodes and checks nothing.
import { createInterface } from "node:readline";
import { inspect } from "node:util";

// ---- Your SDK: import it here, in place of this stand-in ----
class Sdk {
  constructor(baseUrl, token, guestSpaceId) {
    if (!/^[!-~]+$/.test(token)) throw new TypeError("a token is printable ASCII");
    if (guestSpaceId !== undefined && !/^[1-9]\d*$/.test(guestSpaceId)) throw new TypeError("a guest space has a positive id");
    const { protocol, hostname } = new URL(baseUrl);
    if (protocol === "http:" && !["localhost", "127.0.0.1"].includes(hostname)) throw new TypeError("credentials are not sent over plain http");
    this.root = new URL(guestSpaceId === undefined ? "/k/v1/" : `/k/guest/${guestSpaceId}/v1/`, baseUrl);
    this.headers = { "X-Cybozu-API-Token": token };
  }

  async getRecord(params) {
    const url = new URL(`record.json?${new URLSearchParams(params)}`, this.root);
    const answer = await fetch(url, { headers: this.headers, redirect: "error" });
    const body = await answer.json().catch(() => {
      throw new Error(`HTTP ${answer.status} without an answer of Kintone`);
    });
    if (!answer.ok) throw Object.assign(new Error(body.message), { code: body.code, id: body.id });
    return body.record;
  }
}
// ---- until here ----

console.log = console.info = console.error; // what the SDK prints goes to standard error

const hello = {
  protocol: 1,
  sdk: { name: "my-sdk", version: "0.0.0", language: "node" },
  supports: ["auth.token", "guest", "guest.text"], // what the SDK can do; all names: kintone-conformance names
  calls: ["record.get"], // each is made below
  doors: ["loopback", "tls"], // how it can be reached, best first
  noGuest: [], // what your documentation calls "no guest space"
};

// Make one SDK object from the values that a user would pass.
const open = ({ baseUrl, auth, guestSpaceId }) => new Sdk(baseUrl, auth.tokens[0], guestSpaceId);

// What the SDK's methods take. Another parameter is answered with "unsupported", and never left out.
const takes = { "record.get": ["app", "id"] };

const calls = {
  "record.get": (sdk, { app, id }) => sdk.getRecord({ app, id }),
};

async function outcome({ op, client, call }) {
  if (op === "hello") return hello;
  const others = Object.keys(call.params).filter((name) => !takes[call.api].includes(name));
  if (others.length) return { outcome: "unsupported", reason: `${call.api} does not take ${others.join(", ")}` };
  try {
    await calls[call.api](open(client), call.params);
    return { outcome: "sent" };
  } catch (error) {
    const told = { type: error.name, text: inspect(error), message: error.message };
    if (error.code && error.id) Object.assign(told, { code: error.code, id: error.id });
    return { outcome: "refused", error: told };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  process.stdout.write(`${JSON.stringify({ id: message.id, ...(await outcome(message)) })}\n`);
}
