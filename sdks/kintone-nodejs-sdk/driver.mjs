// Drives kintone-nodejs-sdk as published, over kc/1.
import { checkGuest, drive, hostOf } from "../kc1.mjs";
import base from "kintone-basejs-sdk";
import sdk from "kintone-nodejs-sdk";

function authOf({ kind, login, password, tokens }, basic) {
  const auth = new sdk.Auth();
  if (kind === "password") auth.setPasswordAuth(login, password);
  else auth.setApiToken(tokens[0]);
  if (basic) auth.setBasicAuth(basic.user, basic.password);
  return auth;
}

function open(client) {
  checkGuest(client, ["number"]);
  const guest = "guestSpaceId" in client ? [client.guestSpaceId] : [];
  const connection = new sdk.Connection(hostOf(client.baseUrl), authOf(client.auth, client.basic), ...guest);
  const parts = { record: new sdk.Record(connection), app: new sdk.App(connection), file: new base.File(connection) };
  return { connection, basic: client.basic, ...parts }; // setAuth takes all credentials at once
}

// The SDK has a method for each way to name a record, and takes ids and revisions as one object.
function updateRecord(to, { app, id, updateKey, record, revision }) {
  if (updateKey) return to.updateRecordByUpdateKey(app, updateKey, record, revision);
  return to.updateRecordById(app, id, record, revision);
}

function deleteRecords(from, { app, ids, revisions }) {
  if (!revisions) return from.deleteRecords(app, ids);
  return from.deleteRecordsWithRevision(app, Object.fromEntries(ids.map((id, at) => [id, revisions[at]])));
}

const inBulk = {
  "record.add": (bulk, { app, record }) => bulk.addRecord(app, record),
  "record.update": updateRecord,
  "records.add": (bulk, { app, records }) => bulk.addRecords(app, records),
  "records.update": (bulk, { app, records }) => bulk.updateRecords(app, records),
  "records.delete": deleteRecords,
};

await drive({
  hello: {
    sdk: {
      name: "kintone-nodejs-sdk",
      version: "0.1.2",
      language: "node",
      url: "https://github.com/kintone/kintone-nodejs-sdk",
    },
    supports: ["auth.password", "auth.token", "auth.change", "basic", "guest", "handles"],
    doors: ["tls", "namespace", "proxy"],
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
    "record.get": ({ record }, { app, id }) => record.getRecord(app, id),
    "record.add": ({ record }, params) => record.addRecord(params.app, params.record),
    "record.update": ({ record }, params) => updateRecord(record, params),
    "records.get": ({ record }, { app, query, fields, totalCount }) => record.getRecords(app, query, fields, totalCount),
    "records.add": ({ record }, { app, records }) => record.addRecords(app, records),
    "records.update": ({ record }, { app, records }) => record.updateRecords(app, records),
    "records.delete": ({ record }, params) => deleteRecords(record, params),
    bulkRequest: ({ connection }, { requests }) => {
      const bulk = new sdk.BulkRequest(connection);
      for (const { api, params } of requests) inBulk[api](bulk, params);
      return bulk.execute();
    },
    "file.upload": ({ file }, { name, contentBase64 }) =>
      file.upload({ file: { value: Buffer.from(contentBase64, "base64"), options: { filename: name } } }),
    "file.download": ({ file }, { fileKey }) => file.download(fileKey),
    "app.get": ({ app }, { id }) => app.getApp(id),
    "app.form.fields.get": ({ app }, { app: id, lang }) => app.getFormFields(id, lang, false),
    "preview.app.form.fields.get": ({ app }, { app: id, lang }) => app.getFormFields(id, lang, true),
  },
  told: (error) => {
    const { message, code, id } = error.get?.() ?? error;
    return { message, code, id };
  },
});
