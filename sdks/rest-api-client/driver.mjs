// Drives @kintone/rest-api-client as published, over kc/1.
import { createInterface } from "node:readline";
import { inspect } from "node:util";
import { KintoneRestAPIClient } from "@kintone/rest-api-client";

console.log = console.info = console.error; // standard output belongs to the protocol

const endpoints = {
  "record.add": ["POST", "record"],
  "record.update": ["PUT", "record"],
  "records.add": ["POST", "records"],
  "records.update": ["PUT", "records"],
  "records.delete": ["DELETE", "records"],
};
const calls = {
  "record.get": (sdk, params) => sdk.record.getRecord(params),
  "record.add": (sdk, params) => sdk.record.addRecord(params),
  "record.update": (sdk, params) => sdk.record.updateRecord(params),
  "records.get": (sdk, params) => sdk.record.getRecords(params),
  "records.add": (sdk, params) => sdk.record.addRecords(params),
  "records.update": (sdk, params) => sdk.record.updateRecords(params),
  "records.delete": (sdk, params) => sdk.record.deleteRecords(params),
  "cursor.create": (sdk, params) => sdk.record.createCursor(params),
  "cursor.get": (sdk, params) => sdk.record.getRecordsByCursor(params),
  "cursor.delete": (sdk, params) => sdk.record.deleteCursor(params),
  bulkRequest: (sdk, { requests }) =>
    sdk.bulkRequest({
      requests: requests.map(({ api, params }) => {
        const [method, endpointName] = endpoints[api];
        return { method, endpointName, payload: params };
      }),
    }),
  "file.upload": (sdk, { name, contentBase64 }) =>
    sdk.file.uploadFile({ file: { name, data: Buffer.from(contentBase64, "base64") } }),
  "file.download": (sdk, params) => sdk.file.downloadFile(params),
  "app.get": (sdk, params) => sdk.app.getApp(params),
  "apps.get": (sdk, params) => sdk.app.getApps(params),
  "app.form.fields.get": (sdk, params) => sdk.app.getFormFields(params),
  "preview.app.form.fields.get": (sdk, params) => sdk.app.getFormFields({ ...params, preview: true }),
  "space.get": (sdk, params) => sdk.space.getSpace(params),
  "guests.add": (sdk, params) => sdk.space.addGuests(params),
  "space.guests.update": (sdk, params) => sdk.space.updateSpaceGuests(params),
  "template.space.add": (sdk, params) => sdk.space.addSpaceFromTemplate(params),
  "plugins.get": (sdk, params) => sdk.plugin.getPlugins(params),
};

const credentials = {
  password: ({ login, password }) => ({ username: login, password }),
  token: ({ tokens }) => ({ apiToken: tokens.length === 1 ? tokens[0] : tokens }),
  oauth: ({ accessToken }) => ({ oAuthToken: accessToken }),
};

function open({ baseUrl, auth, basic, ...rest }) {
  const options = { baseUrl, auth: credentials[auth.kind](auth) };
  if (basic) options.basicAuth = { username: basic.user, password: basic.password };
  if ("guestSpaceId" in rest) options.guestSpaceId = rest.guestSpaceId;
  return new KintoneRestAPIClient(options);
}

const objects = new Map();

async function answer({ id, op, client, handle, call }) {
  if (op === "hello") {
    return {
      protocol: 1,
      sdk: {
        name: "@kintone/rest-api-client",
        version: KintoneRestAPIClient.version,
        language: "node",
        url: "https://github.com/kintone/js-sdk",
      },
      supports: ["auth.password", "auth.token", "auth.token.many", "auth.oauth", "basic", "guest", "guest.text", "handles"],
      calls: Object.keys(calls),
      doors: ["loopback", "tls"],
      noGuest: [],
    };
  }
  if (op === "close") return { outcome: objects.delete(handle) ? "sent" : "unsupported" };
  const guest = client?.guestSpaceId;
  if (client && "guestSpaceId" in client && !["number", "string"].includes(typeof guest)) {
    return { outcome: "unsupported", reason: "guestSpaceId is typed number | string" };
  }
  try {
    if (op === "open") {
      objects.set(id, open(client));
      return { handle: id };
    }
    const sdk = client ? open(client) : objects.get(handle);
    await calls[call.api](sdk, call.params);
    return { outcome: "sent" };
  } catch (error) {
    const { name, message, code, id: errorId } = error;
    const fields = Object.entries({ message, code, id: errorId }).filter(([, value]) => value !== undefined);
    const told = Object.fromEntries(fields.map(([key, value]) => [key, String(value)]));
    return { outcome: "refused", error: { type: name, text: inspect(error), ...told } };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  process.stdout.write(`${JSON.stringify({ id: message.id, ...(await answer(message)) })}\n`);
}
