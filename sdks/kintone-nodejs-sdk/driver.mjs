// Drives kintone-nodejs-sdk as published, over kc/1.
import { checkGuest, drive, hostOf } from "../kc1.mjs";
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
  const parts = { record: new sdk.Record(connection), app: new sdk.App(connection) };
  return { connection, basic: client.basic, ...parts }; // setAuth takes all credentials at once
}

const inBulk = {
  "record.add": (bulk, { app, record }) => bulk.addRecord(app, record),
  "record.update": (bulk, { app, id, record, revision }) => bulk.updateRecordById(app, id, record, revision),
  "records.add": (bulk, { app, records }) => bulk.addRecords(app, records),
  "records.update": (bulk, { app, records }) => bulk.updateRecords(app, records),
  "records.delete": (bulk, { app, ids }) => bulk.deleteRecords(app, ids),
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
  },
  open,
  shown: ({ connection }) => connection,
  change: ({ connection, basic }, auth) => connection.setAuth(authOf(auth, basic)),
  calls: {
    "record.get": ({ record }, { app, id }) => record.getRecord(app, id),
    "record.add": ({ record }, params) => record.addRecord(params.app, params.record),
    "record.update": ({ record }, { app, id, record: fields, revision }) =>
      record.updateRecordById(app, id, fields, revision),
    "records.get": ({ record }, { app, query, fields, totalCount }) => record.getRecords(app, query, fields, totalCount),
    "records.add": ({ record }, { app, records }) => record.addRecords(app, records),
    "records.update": ({ record }, { app, records }) => record.updateRecords(app, records),
    "records.delete": ({ record }, { app, ids }) => record.deleteRecords(app, ids),
    bulkRequest: ({ connection }, { requests }) => {
      const bulk = new sdk.BulkRequest(connection);
      for (const { api, params } of requests) inBulk[api](bulk, params);
      return bulk.execute();
    },
    "app.get": ({ app }, { id }) => app.getApp(id),
    "app.form.fields.get": ({ app }, { app: id, lang }) => app.getFormFields(id, lang, false),
    "preview.app.form.fields.get": ({ app }, { app: id, lang }) => app.getFormFields(id, lang, true),
  },
  told: (error) => {
    const { message, code, id } = error.get?.() ?? error;
    return { message, code, id };
  },
});
