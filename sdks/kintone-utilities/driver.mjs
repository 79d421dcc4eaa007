// Drives @konomi-app/kintone-utilities as published, over kc/1. It runs inside Kintone's page and
// hands method, path and body to the page's `kintone.api`, which is stubbed here as documented:
// these calls are declared as `hosted`, so that only path and parameters are judged of them.
// Files it fetches by itself: there all but the cookie and the page's origin is the SDK's.
import { drive, Unsupported } from "../kc1.mjs";

const page = { baseUrl: "", requestToken: "", cookie: "" };

async function api(path, method, body) {
  const url = new URL(path, page.baseUrl);
  const headers = { "X-Requested-With": "XMLHttpRequest", Cookie: page.cookie };
  const init = { method, headers, redirect: "error" };
  if (method === "GET") {
    for (const [name, value] of Object.entries(body)) {
      if (!Array.isArray(value)) url.searchParams.append(name, String(value));
      else value.forEach((each, at) => url.searchParams.append(`${name}[${at}]`, String(each)));
    }
  } else {
    headers["Content-Type"] = "application/json";
    init.body = JSON.stringify({ __REQUEST_TOKEN__: page.requestToken, ...body });
  }
  const answer = await nodeFetch(url, init);
  const content = parsed(await answer.text());
  if (!answer.ok || content === undefined) throw content ?? new Error(`${answer.status} ${answer.statusText}`);
  return content;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
api.url = (path) => new URL(`/k${path}.json`, page.baseUrl).href;
globalThis.window = globalThis;
globalThis.kintone = { api, getRequestToken: () => page.requestToken, app: { getId: () => 1 } };

// What a browser does with the fetch of a page: relative addresses are the page's, and so is the cookie.
const nodeFetch = globalThis.fetch;
globalThis.fetch = (path, init) => {
  const headers = { ...init.headers, Cookie: page.cookie };
  return nodeFetch(new URL(path, page.baseUrl), { ...init, headers, redirect: "error" });
};

const sdk = await import("@konomi-app/kintone-utilities");

function open(client) {
  const { requestToken, cookie } = client.auth;
  Object.assign(page, { baseUrl: client.baseUrl, requestToken, cookie });
  return "guestSpaceId" in client ? { guestSpaceId: client.guestSpaceId } : {};
}

function getFormFields(params) {
  if ("lang" in params) throw new Unsupported("getFormFields takes no lang");
  return sdk.getFormFields(params);
}

const types = {
  "record.add": "addRecord",
  "record.update": "updateRecord",
  "records.add": "addAllRecords",
  "records.update": "updateAllRecords",
  "records.delete": "deleteRecords",
};

const files = {
  "file.upload": (guest, { name, contentBase64 }) =>
    sdk.uploadFile({ ...guest, file: { name, data: new Blob([Buffer.from(contentBase64, "base64")]) } }),
  "file.download": (guest, params) => sdk.downloadFile({ ...guest, ...params }),
};

const hosted = {
  "record.get": (guest, params) => sdk.getRecord({ ...guest, ...params }),
  "record.add": (guest, params) => sdk.addRecord({ ...guest, ...params }),
  "record.update": (guest, params) => sdk.updateRecord({ ...guest, ...params }),
  "records.get": (guest, params) => sdk.getRecords({ ...guest, ...params }),
  "records.add": (guest, params) => sdk.addRecords({ ...guest, ...params }),
  bulkRequest: (guest, { requests }) =>
    sdk.bulkRequest({ ...guest, requests: requests.map(({ api, params }) => ({ type: types[api], params })) }),
  "app.get": (guest, params) => sdk.getApp({ ...guest, ...params }),
  "app.form.fields.get": (guest, params) => getFormFields({ ...guest, ...params }),
  "preview.app.form.fields.get": (guest, params) => getFormFields({ ...guest, ...params, preview: true }),
  "space.get": (guest, params) => sdk.getSpace({ ...guest, ...params }),
};

await drive({
  hello: {
    sdk: {
      name: "@konomi-app/kintone-utilities",
      version: "6.3.0",
      language: "browser",
      url: "https://github.com/local-bias/kintone-utilities",
    },
    supports: ["auth.session", "guest", "guest.text"],
    doors: ["loopback", "tls"],
    hosted: Object.keys(hosted),
    parameters: [
      "record.update.updateKey",
      "record.update.revision",
      "bulkRequest.updateKey",
      "bulkRequest.revision",
      "bulkRequest.revisions",
    ],
  },
  open,
  calls: { ...files, ...hosted },
  told: ({ message, code, id }) => ({ message, code, id }),
});
