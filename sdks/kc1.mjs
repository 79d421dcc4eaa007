// The protocol kc/1 for the node drivers of this folder: the loop, the handles, the errors.
import { createInterface } from "node:readline";
import { inspect } from "node:util";

console.log = console.info = console.error; // standard output belongs to the protocol

/** What a driver throws for an input that the types of its SDK cannot hold. */
export class Unsupported extends Error {}

/** Throws Unsupported for a guest space id of another type than the SDK documents. */
export function checkGuest(client, types) {
  if ("guestSpaceId" in client && !types.includes(typeof client.guestSpaceId)) {
    throw new Unsupported(`the guest space id is typed ${types.join(" | ")}`);
  }
}

/** The host, for an SDK that takes a host in place of a base URL: nothing else has a place there. */
export function hostOf(baseUrl) {
  const { host, origin } = new URL(baseUrl);
  if (baseUrl !== origin) throw new Unsupported("it takes a host, not a base URL");
  return host;
}

/**
 * Calls by a table of names: `{"app.acl.get": "app.getAppAcl"}` calls `sdk.app.getAppAcl(params)`.
 * `more` are parameters that each of them gets beside its own.
 */
export function named(table, more = {}) {
  const calls = Object.entries(table).map(([api, name]) => {
    const [method, ...holders] = name.split(".").reverse();
    return [api, (sdk, params) => {
      const holder = holders.reduceRight((inner, each) => inner[each], sdk);
      return holder[method]({ ...params, ...more });
    }];
  });
  return Object.fromEntries(calls);
}

/**
 * Answers the lines of standard input until its end.
 * `hello` is what the driver declares, without its calls; `open(client)` makes one SDK object;
 * `calls` maps the name of a call to `(sdk, params) => promise`; `change(sdk, auth)` is for the
 * capability auth.change; `told(error)` gives message, code and id where the SDK exposes them;
 * `shown(sdk)` is the client object of the SDK, where `open` returns it with others around it.
 */
export async function drive({
  hello,
  open,
  calls,
  change,
  told = ({ message }) => ({ message }),
  shown = (sdk) => sdk,
}) {
  const objects = new Map();
  let crash; // what ends the call at hand, if there is one
  process.on("uncaughtException", (error) => {
    // Thrown in a callback of the SDK's, or a promise of its that nobody waits for.
    if (crash) return crash(error);
    console.error(error);
    process.exit(1); // as in a program that uses the SDK
  });

  async function answer({ id, op, client, handle, call, auth }) {
    switch (op) {
      case "hello":
        return { protocol: 1, noGuest: [], ...hello, supports: capabilities(hello), calls: Object.keys(calls) };
      case "open":
        objects.set(id, open(client));
        return { handle: id };
      case "send":
        await calls[call.api](client ? open(client) : objects.get(handle), call.params);
        return { outcome: "sent" };
      case "change":
        change(objects.get(handle), auth);
        return { outcome: "sent" };
      case "show": // where the driver declares handles, it can show what they stand for
        return { outcome: "sent", text: inspect(shown(objects.get(handle))) };
      case "close":
        objects.delete(handle);
        return { outcome: "sent" };
    }
  }

  function capabilities({ supports }) {
    return supports.includes("handles") ? [...supports, "show"] : supports;
  }

  function refused(error) {
    if (error instanceof Unsupported) return { outcome: "unsupported", reason: error.message };
    return failed("refused", error);
  }

  function failed(outcome, error) {
    const fields = Object.entries(told(error)).filter(([, value]) => value !== undefined && value !== null);
    const texts = Object.fromEntries(fields.map(([name, value]) => [name, String(value)]));
    return { outcome, error: { type: String(error?.name ?? typeof error), text: inspect(error), ...texts } };
  }

  for await (const line of createInterface({ input: process.stdin })) {
    const message = JSON.parse(line);
    const crashed = new Promise((resolve) => (crash = (error) => resolve(failed("crashed", error))));
    const asked = answer(message).catch(refused);
    const settled = asked.then((said) => new Promise((resolve) => setImmediate(resolve, said))); // what is thrown beside it comes first
    const said = await Promise.race([settled, crashed]);
    crash = undefined;
    process.stdout.write(`${JSON.stringify({ id: message.id, ...said })}\n`);
  }
}
