// Drives the npm package kintone as published, over kc/1.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drive, hostOf, Unsupported } from "../kc1.mjs";
import kintone from "kintone";

const folder = mkdtempSync(join(tmpdir(), "node-kintone-"));

const credentials = {
  password: ({ login, password }) => ({ authorization: { username: login, password } }),
  token: ({ tokens }) => ({ token: tokens[0] }),
  oauth: ({ accessToken }) => ({ oauthToken: accessToken }),
};

function open({ baseUrl, auth, basic }) {
  const options = credentials[auth.kind](auth);
  if (basic) options.basic = { username: basic.user, password: basic.password };
  return new kintone(hostOf(baseUrl), options);
}

// Its README has the inner requests written by the user, in Kintone's form.
const inner = {
  "record.add": { method: "POST", api: "/k/v1/record.json" },
  "record.update": { method: "PUT", api: "/k/v1/record.json" },
  "records.add": { method: "POST", api: "/k/v1/records.json" },
  "records.update": { method: "PUT", api: "/k/v1/records.json" },
  "records.delete": { method: "DELETE", api: "/k/v1/records.json" },
};
const inBulk = ({ api, params }) => ({ ...inner[api], payload: params });

await drive({
  hello: {
    sdk: {
      name: "kintone (npm)",
      version: "0.1.6",
      language: "node",
      url: "https://github.com/ueokande/node-kintone",
    },
    supports: ["auth.password", "auth.token", "auth.oauth", "basic", "handles"],
    doors: ["namespace", "proxy"],
    parameters: [
      "record.update.updateKey",
      "record.update.revision",
      "records.update.updateKey",
      "records.update.revision",
      "records.update.upsert",
      "records.delete.revisions",
      "bulkRequest.updateKey",
      "bulkRequest.revision",
      "bulkRequest.revisions",
      "bulkRequest.upsert",
    ],
  },
  open,
  calls: {
    "record.get": (sdk, params) => sdk.record.get(params),
    "record.add": (sdk, params) => sdk.record.post(params),
    "record.update": (sdk, params) => sdk.record.put(params),
    "records.get": (sdk, params) => sdk.records.get(params),
    "records.add": (sdk, params) => sdk.records.post(params),
    "records.update": (sdk, params) => sdk.records.put(params),
    "records.delete": (sdk, params) => sdk.records.delete(params),
    bulkRequest: (sdk, { requests }) => sdk.bulkRequest.post({ requests: requests.map(inBulk) }),
    "file.upload": (sdk, { name, contentBase64 }) => {
      if (/[/\0]/.test(name) || name === "" || name === "." || name === ".." || Buffer.byteLength(name) > 255) {
        throw new Unsupported("it uploads a file of the disk, and none can have this name");
      }
      const path = join(folder, name);
      writeFileSync(path, Buffer.from(contentBase64, "base64"));
      return sdk.file.post(path);
    },
    "file.download": (sdk, { fileKey }) => sdk.file.get(fileKey),
    "app.get": (sdk, params) => sdk.app.get(params),
    "apps.get": (sdk, params) => sdk.apps.get(params),
    "app.form.fields.get": (sdk, params) => sdk.app.form.fields.get(params),
    "preview.app.form.fields.get": (sdk, params) => sdk.preview.app.form.fields.get(params),
    "space.get": (sdk, params) => sdk.space.get(params),
    "guests.add": (sdk, params) => sdk.guests.post(params),
    "space.guests.update": (sdk, params) => sdk.space.guests.put(params),
    "template.space.add": (sdk, params) => sdk.template.space.post(params),
  },
});
