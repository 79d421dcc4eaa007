// Drives @kintone/kintone-js-sdk as published, over kc/1. Port 443 is wired in.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkGuest, drive, hostOf, Unsupported } from "../kc1.mjs";
import sdk from "@kintone/kintone-js-sdk";

const folder = mkdtempSync(join(tmpdir(), "kintone-js-sdk-"));

function authOf({ kind, login, password, tokens }, basic) {
  const auth = new sdk.Auth();
  if (kind === "password") auth.setPasswordAuth({ username: login, password });
  else auth.setApiToken({ apiToken: tokens[0] });
  if (basic) auth.setBasicAuth({ username: basic.user, password: basic.password });
  return auth;
}

function open(client) {
  checkGuest(client, ["number"]);
  const options = { domain: hostOf(client.baseUrl), auth: authOf(client.auth, client.basic) };
  if ("guestSpaceId" in client) options.guestSpaceID = client.guestSpaceId;
  const connection = new sdk.Connection(options);
  if (client.proxyUrl) {
    const { hostname, port } = new URL(client.proxyUrl);
    connection.setProxy({ proxyHost: hostname, proxyPort: port });
  }
  return {
    connection,
    basic: client.basic, // setAuth takes all credentials at once
    record: new sdk.Record({ connection }),
    app: new sdk.App({ connection }),
    cursor: new sdk.RecordCursor({ connection }),
    file: new sdk.File({ connection }),
  };
}

// The SDK has a method for each way to name a record, and takes ids and revisions as one object.
function updateRecord(to, params) {
  return params.updateKey ? to.updateRecordByUpdateKey(params) : to.updateRecordByID(params);
}

function deleteRecords(from, { app, ids, revisions }) {
  if (!revisions) return from.deleteRecords({ app, ids });
  const idsWithRevision = Object.fromEntries(ids.map((id, at) => [id, revisions[at]]));
  return from.deleteRecordsWithRevision({ app, idsWithRevision });
}

const inBulk = {
  "record.add": (bulk, params) => bulk.addRecord(params),
  "record.update": updateRecord,
  "records.add": (bulk, params) => bulk.addRecords(params),
  "records.update": (bulk, params) => bulk.updateRecords(params),
  "records.delete": deleteRecords,
};

// The SDK searches apps by one criterion at a time, each with a method of its own.
const searches = {
  ids: (app, params) => app.getAppsByIDs(params),
  codes: (app, params) => app.getAppsByCodes(params),
  name: (app, params) => app.getAppsByName(params),
  spaceIds: (app, params) => app.getAppsBySpaceIDs(params),
};

function getApps(app, params) {
  const [by, ...more] = Object.keys(searches).filter((name) => name in params);
  if (more.length > 0) throw new Unsupported("it searches apps by one criterion at a time");
  return by ? searches[by](app, params) : app.getApps(params);
}

await drive({
  hello: {
    sdk: {
      name: "@kintone/kintone-js-sdk",
      version: "0.7.8",
      language: "node",
      url: "https://github.com/kintone/kintone-js-sdk",
    },
    supports: ["auth.password", "auth.token", "auth.change", "basic", "guest", "handles"],
    doors: ["namespace", "proxy"],
    parameters: [
      "record.update.updateKey",
      "record.update.revision",
      "records.update.updateKey",
      "records.update.revision",
      "records.delete.revisions",
      "bulkRequest.updateKey",
      "bulkRequest.revision",
      "bulkRequest.revisions",
    ],
  },
  open,
  shown: ({ connection }) => connection,
  change: ({ connection, basic }, auth) => connection.setAuth(authOf(auth, basic)),
  calls: {
    "record.get": ({ record }, params) => record.getRecord(params),
    "record.add": ({ record }, params) => record.addRecord(params),
    "record.update": ({ record }, params) => updateRecord(record, params),
    "records.get": ({ record }, params) => record.getRecords(params),
    "records.add": ({ record }, params) => record.addRecords(params),
    "records.update": ({ record }, params) => record.updateRecords(params),
    "records.delete": ({ record }, params) => deleteRecords(record, params),
    "cursor.create": ({ cursor }, params) => cursor.createCursor(params),
    "cursor.get": ({ cursor }, params) => cursor.getRecords(params),
    "cursor.delete": ({ cursor }, params) => cursor.deleteCursor(params),
    bulkRequest: ({ connection }, { requests }) => {
      const bulk = new sdk.BulkRequest({ connection });
      for (const { api, params } of requests) inBulk[api](bulk, params);
      return bulk.execute();
    },
    "file.upload": ({ file }, { name, contentBase64 }) =>
      file.upload({ fileName: name, fileContent: Buffer.from(contentBase64, "base64") }),
    "file.download": ({ file }, { fileKey }) => file.download({ fileKey, outPutFilePath: join(folder, "download") }),
    "app.get": ({ app }, params) => app.getApp(params),
    "apps.get": ({ app }, params) => getApps(app, params),
    "app.form.fields.get": ({ app }, params) => app.getFormFields(params),
    "preview.app.form.fields.get": ({ app }, params) => app.getFormFields({ ...params, isPreview: true }),
  },
  told: (error) => {
    // A failed bulkRequest throws the results of its requests, one of them as an exception.
    const failed = Array.isArray(error) ? error.find((each) => each.getErrorResponse) : error;
    const { message, code, id } = failed?.getErrorResponse?.() ?? failed ?? {};
    return { message, code, id };
  },
});
